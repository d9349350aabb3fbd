/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gate.c - the gate on one processor: objects judged under ten agreements, one object in ten
 * with granular markings, beside SHA-256 over the same objects.
 *
 * Usage: build/bench/bench_gate [OBJECTS]   (20,000)
 * Each figure is the best of five rounds, in processor time.  "whole" reads each object from
 * its text, checks it against the STIX tables and judges it under all agreements; "rules"
 * judges objects that are read; "words" also says why, with clauses.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/limits.h"
#include "crypto/hash.h"
#include "exchange/gate_core.h"

#define ROUNDS     5
#define AGREEMENTS 10
#define OBJECTS    20000
#define TEXT_MAX   2048
#define MARK(uuid) "\"marking-definition--" uuid "\""
#define GREEN      MARK("bab4a63c-aed9-4cf5-a766-dfca5abac2bb")
#define AMBER      MARK("55d920b0-5e8b-4f79-9ee9-91f868d9b421")
#define RED        MARK("e828b379-4e03-4974-9ac4-e53a884c97c1")
#define CODES      MARK("dddddddd-dddd-4ddd-8ddd-000000000001")

static _Noreturn void
die(const char *what, const char *why)
{
	fprintf(stderr, "bench_gate: %s: %s\n", what, why);
	exit(1);
}

static double
now(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

struct bench {
	size_t n;
	struct ent_str *text;
	struct ent_arena *keep, *each;
	struct ent_gate_object *read;
	struct ent_agreement *g[AGREEMENTS];
	struct ent_handling codes;
	size_t passed;
	uint8_t sink;
};

static int
find(void *self, struct ent_str id, const struct ent_handling **out, struct ent_err *err)
{
	struct bench *b = self;

	(void)err;
	*out = ent_str_ends(id, "000000000001") ? &b->codes : NULL;
	return 0;
}

/* ---- what is judged ---- */

static void
make_object(struct bench *b, size_t i)
{
	static const char *const marks[] = { GREEN, AMBER, GREEN "," CODES, RED, GREEN };
	char text[TEXT_MAX];
	int n = snprintf(
	    text, sizeof(text),
	    "{\"type\":\"indicator\",\"spec_version\":\"2.1\",\"id\":"
	    "\"indicator--2b9a3c52-9a3b-4c84-8a0f-%012zx\",\"created_by_ref\":"
	    "\"identity--11111111-1111-4111-8111-111111111111\",\"created\":"
	    "\"2026-10-01T00:00:00.000Z\",\"modified\":\"2026-10-01T00:00:00.000Z\","
	    "\"name\":\"address %zu\",\"description\":\"An address from which the group is "
	    "led.\",\"indicator_types\":[\"malicious-activity\"],\"pattern\":"
	    "\"[domain-name:value = 'host-%zu.example.net']\",\"pattern_type\":\"stix\","
	    "\"valid_from\":\"2026-10-01T00:00:00Z\",\"valid_until\":\"2027-10-01T00:00:00Z\","
	    "\"object_marking_refs\":[%s]%s}",
	    i, i, i, marks[i % 5],
	    i % 10 == 0
		? ",\"granular_markings\":[{\"marking_ref\":" AMBER
		  ",\"selectors\":[\"description\",\"pattern\"]},{\"marking_ref\":" CODES
		  ",\"selectors\":[\"name\"]}]"
		: "");

	if (n < 0 || (size_t)n >= sizeof(text))
		die("an object", "too long");
	b->text[i] = ent_arena_dup(b->keep, (struct ent_str){ text, (size_t)n });
	if (!b->text[i].p)
		die("an object", "no memory");
}

static void
read_object(struct bench *b, struct ent_arena *a, size_t i, struct ent_gate_object *o)
{
	struct ent_gate_definitions d = { find, b };
	const struct ent_json *v;
	struct ent_err err;

	if (ent_json_parse(a, b->text[i], ENT_JSON_DEPTH, &v, &err) ||
	    ent_gate_object_read(a, v, true, &d, o, &err))
		die("an object", err.msg);
}

/* Ten different agreements of two parties. */
static void
make_agreements(struct bench *b)
{
	for (int i = 0; i < AGREEMENTS; i++) {
		struct ent_agreement *g = ent_arena_alloc(b->keep, sizeof(*g));
		struct ent_terms *t;

		if (!g)
			die("agreements", "no memory");
		b->g[i] = g;
		t = &g->party[0].terms;
		g->id = ent_arena_printf(b->keep, "99999999-9999-4999-8999-99999999999%d", i);
		g->version = 1;
		g->parties = 2;
		g->state = i == 9 ? ENT_SUSPENDED : ENT_IN_FORCE;
		g->party[0].id = ENT_STR("identity--11111111-1111-4111-8111-111111111111");
		g->party[1].id = ENT_STR("identity--22222222-2222-4222-8222-222222222222");
		t->all_types = true;
		t->tlp_max = ENT_TLP_CLEAR + (enum ent_tlp)(i % 5);
		t->unmarked = ENT_TLP_GREEN;
		t->gate.handles = i % 2 == 0;
		t->gate.handling = ENT_H(0) | ENT_H(1);
		t->gate.pap_max = i % 3 ? ENT_PAP_AMBER : ENT_PAP_NONE;
		t->gate.no_expired = i % 4 == 0;
		t->gate.protect_source = i % 5 == 0;
	}
	b->codes = (struct ent_handling){ .codes = true, .handling = ENT_H(0) | ENT_H(1) };
	b->g[9]->suspension = ent_arena_alloc(b->keep, sizeof(*b->g[9]->suspension));
	b->g[9]->suspensions = b->g[9]->suspension ? 1 : 0;
}

/* ---- what is measured ---- */

static void
judge(struct bench *b, const struct ent_gate_object *o, bool words)
{
	for (int i = 0; i < AGREEMENTS; i++) {
		struct ent_gate_case c = { .g = b->g[i], .now = 0, .own = true };
		struct ent_judgement j;
		struct ent_decision d;

		ent_gate_judge(o, &c, ENT_GATE_RELEASE, &j);
		b->passed += j.result == ENT_PASS;
		if (words && ent_gate_decide(b->each, o, &c, &j, false, &d, NULL))
			die("words", "no memory");
	}
}

static void
run_hash(struct bench *b)
{
	uint8_t hash[ENT_SHA256];

	for (size_t i = 0; i < b->n; i++) {
		ent_sha256(b->text[i], hash);
		b->sink ^= hash[0];
	}
}

static void
run_rules(struct bench *b)
{
	for (size_t i = 0; i < b->n; i++)
		judge(b, &b->read[i], false);
}

static void
run_words(struct bench *b)
{
	for (size_t i = 0; i < b->n; i++) {
		ent_arena_reset(b->each);
		judge(b, &b->read[i], true);
	}
}

static void
run_whole(struct bench *b)
{
	for (size_t i = 0; i < b->n; i++) {
		struct ent_gate_object o;

		ent_arena_reset(b->each);
		read_object(b, b->each, i, &o);
		judge(b, &o, false);
	}
}

static double
best(struct bench *b, void (*run)(struct bench *b))
{
	double least = 1e9;

	for (int i = 0; i < ROUNDS; i++) {
		double from = now(), took;

		run(b);
		took = now() - from;
		least = took < least ? took : least;
	}
	return least;
}

int
main(int argc, char **argv)
{
	struct bench b = { .n = argc > 1 ? strtoul(argv[1], NULL, 10) : OBJECTS };
	static const struct {
		const char *name;
		void (*run)(struct bench *b);
	} rows[] = { { "rules", run_rules }, { "words", run_words }, { "whole", run_whole } };
	double hash;

	b.keep = ent_arena_new((size_t)4 << 30);
	b.each = ent_arena_new(ENT_REQUEST_ARENA);
	if (b.keep) {
		b.text = ent_arena_array(b.keep, b.n, sizeof(*b.text));
		b.read = ent_arena_array(b.keep, b.n, sizeof(*b.read));
	}
	if (!b.n || !b.keep || !b.each || !b.text || !b.read)
		die("memory", "not enough");
	make_agreements(&b);
	for (size_t i = 0; i < b.n; i++) {
		make_object(&b, i);
		read_object(&b, b.keep, i, &b.read[i]);
		if (b.read[i].invalid.p)
			die("an object isn't valid", b.read[i].invalid.p);
	}
	hash = best(&b, run_hash) / (double)b.n;
	printf("sha256   %10.0f objects/s (%.0f ns each)\n", 1 / hash, hash * 1e9);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		double each = best(&b, rows[i].run) / (double)b.n / AGREEMENTS;

		printf("%-8s %10.0f verdicts/s (%.0f ns each, %.2f SHA-256 of an object)\n",
		       rows[i].name, 1 / each, each * 1e9, each / hash);
	}
	printf("%zu of all verdicts let an object pass\n", b.passed);
	ent_arena_free(b.each);
	ent_arena_free(b.keep);
	return 0;
}
