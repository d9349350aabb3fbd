/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stix.c - the STIX tools on one processor and on two: bytes a second of reading JSON alone, of
 * full validation with all warnings, and of canonical form and hash; what a byte costs in the
 * worst cases as they grow; and a stream of any length for measuring memory.
 *
 * Usage: build/bench/bench_stix [--rounds N] FILE...    rates, in alternating rounds
 *        build/bench/bench_stix --worst                 time per byte at 1, 10, 100, 1,000
 * times build/bench/bench_stix --generate BYTES FILE   a bundle of the objects of FILE again
 * and again, each with an id of its own bench/stix runs all of it.  Everything is in memory;
 * medians are printed with the least and the greatest of the rounds.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/time.h"
#include "cli/stix_pool.h"
#include "crypto/hash.h"
#include "json/write.h"

#define ROUNDS     15
#define ROUNDS_MAX 101
#define LEAST      ((size_t)32 << 20) /* bytes that one measurement goes over, if need be again */
#define FILE_MAX   ((size_t)1 << 30)
#define UUID_TEXT  36

static _Noreturn void
die(const char *what, const char *why)
{
	fprintf(stderr, "bench_stix: %s: %s\n", what, why);
	exit(1);
}

/* ---- a file in memory as a stream ---- */

struct stream {
	struct ent_str text;
	size_t at;
};

static ptrdiff_t
give(void *self, void *to, size_t n, struct ent_err *err)
{
	struct stream *s = self;

	(void)err;
	if (n > s->text.n - s->at)
		n = s->text.n - s->at;
	memcpy(to, s->text.p + s->at, n);
	s->at += n;
	return (ptrdiff_t)n;
}

static struct ent_reader *
reader_of(struct stream *s, struct ent_str text)
{
	struct ent_reader *r;

	*s = (struct stream){ text, 0 };
	if (ent_reader_new(give, s, NULL, &r, NULL))
		die("reader", "out of memory");
	return r;
}

/* ---- what is measured: each goes over the text once ---- */

struct tools {
	struct ent_json_parser *parser;
	struct ent_arena *arena;
	struct ent_checking how;
	struct ent_pool *one, *two;
	struct ent_buf b;
	uint64_t objects, findings;
};

static void
parse_whole(struct tools *t, struct ent_str text)
{
	const struct ent_json *v;
	struct ent_err err;

	ent_arena_reset(t->arena);
	if (ent_json_parser_read(t->parser, t->arena, text, ENT_JSON_DEPTH, 0, &v, NULL, &err))
		die("parse", err.msg);
}

/* The objects one by one, and what else is done with each. */
enum then { NOTHING, CHECK, HASH };

static void
one_more(struct tools *t, const struct ent_item *i, const struct ent_json *v, enum then then)
{
	struct ent_stix_options o = { .member = i->member };
	uint8_t sum[ENT_SHA256];
	struct ent_findings f;

	t->objects += i->kind == ENT_ITEM_OBJECT;
	if (then == CHECK) {
		ent_findings_init(&f, t->arena);
		if (ent_stix_check_with(v, &o, &f, NULL))
			die("check", "out of memory");
	} else if (then == HASH) {
		ent_buf_clear(&t->b);
		ent_json_canon_put(&t->b, v);
		ent_sha256(ent_buf_view(&t->b), sum);
	}
}

static void
parse_stream(struct tools *t, struct ent_str text, enum then then)
{
	struct stream s;
	struct ent_reader *r = reader_of(&s, text);
	const struct ent_json *v;
	struct ent_item i;
	int rc;

	t->objects = 0;
	while ((rc = ent_reader_next(r, &i, NULL)) == 1) {
		struct ent_err err;

		if (i.kind == ENT_ITEM_FAULT)
			die("read", i.text);
		ent_arena_reset(t->arena);
		if (ent_json_parser_read(t->parser, t->arena, i.bytes, ENT_JSON_DEPTH,
		                         ENT_JSON_BORROW, &v, NULL, &err))
			die("parse", err.msg);
		one_more(t, &i, v, then);
	}
	ent_reader_free(r);
}

static void
take(struct tools *t, struct ent_batch *b)
{
	if (b->rc)
		die("validate", "out of memory");
	t->findings += b->tally.errors + b->tally.warnings;
}

/* As the command does it, up to the text that it would print. */
static void
validate(struct tools *t, struct ent_pool *p, struct ent_str text, size_t times)
{
	struct ent_batch *b = NULL;
	struct ent_item i;

	t->findings = 0;
	while (times--) {
		struct stream s;
		struct ent_reader *r = reader_of(&s, text);
		uint64_t index = 0;
		int rc = 1;

		while (rc == 1) {
			while (!(b = ent_pool_empty(p)))
				take(t, ent_pool_take(p));
			b->path = "-";
			while (!ent_batch_full(b) && (rc = ent_reader_next(r, &i, NULL)) == 1)
				if (!ent_batch_add(b, &i, index++))
					die("validate", "out of memory");
			ent_pool_put(p);
		}
		ent_reader_free(r);
	}
	while ((b = ent_pool_take(p)))
		take(t, b);
}

/* ---- rates ---- */

/* In this order; from VALIDATE on it is the command's own work. */
enum { WHOLE, OBJECTS, CHECKED, HASHED, VALIDATE, BOTH, TWO, KINDS };

static const char *const names[KINDS] = {
	"parse, whole text",     "parse, object by object", "parse and check",
	"parse, canon and hash", "stix validate",           "the same by the wall",
	"the same, 2 threads",
};

static int
by_value(const void *a, const void *b)
{
	double l = *(const double *)a, r = *(const double *)b;

	return (l > r) - (l < r);
}

static double
median(double *v, size_t n)
{
	qsort(v, n, sizeof(*v), by_value);
	return v[n / 2];
}

/* Processor time of this thread, which other programs disturb less than the clock on the wall;
 * the wall's where two threads work. */
static int64_t
now(int kind)
{
	struct timespec t;

	if (kind == TWO || kind == BOTH)
		return ent_tick_us();
	if (clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t))
		die("clock", "there is none");
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

/* MB a second of one way over the text. */
static double
rate(struct tools *t, int kind, struct ent_str text)
{
	size_t times = 1 + LEAST / (text.n + 1);
	int64_t began = now(kind);

	if (kind >= VALIDATE)
		validate(t, kind == TWO ? t->two : t->one, text, times);
	for (size_t i = 0; kind < VALIDATE && i < times; i++) {
		if (kind == WHOLE)
			parse_whole(t, text);
		else
			parse_stream(t, text, (enum then)(kind - OBJECTS));
	}
	return (double)(text.n * times) / (double)(now(kind) - began + 1);
}

static void
line(const char *name, double *v, size_t n, const char *unit)
{
	double m = median(v, n);

	printf("  %-26s %8.2f %-5s (%.2f to %.2f)\n", name, m, unit, v[0], v[n - 1]);
}

static void
rates(struct tools *t, const char *path, size_t rounds)
{
	static double v[KINDS][ROUNDS_MAX], check[ROUNDS_MAX], cost[ROUNDS_MAX],
	    hash[ROUNDS_MAX], two[ROUNDS_MAX];
	struct ent_arena *a = ent_arena_new(FILE_MAX + 4096);
	struct ent_str text;
	struct ent_err err;

	if (!a || ent_file_read(a, path, FILE_MAX, &text, &err))
		die(path, a ? err.msg : "out of memory");
	for (size_t r = 0; r < rounds; r++) {
		for (int k = 0; k < KINDS; k++)
			v[k][r] = rate(t, k, text);
		check[r] = v[WHOLE][r] / v[CHECKED][r];
		cost[r] = v[WHOLE][r] / v[VALIDATE][r];
		two[r] = v[TWO][r] / v[BOTH][r];
		/* what comes on top of reading the objects, as a rate of its own */
		hash[r] = 1 / (1 / v[HASHED][r] - 1 / v[OBJECTS][r]) / v[WHOLE][r];
	}
	printf("%s: %.1f MB, %" PRIu64 " objects, %zu rounds\n", path, (double)text.n / 1e6,
	       t->objects, rounds);
	for (int k = 0; k < KINDS; k++)
		line(names[k], v[k], rounds, "MB/s");
	line("parse and check, in parses", check, rounds, "");
	line("stix validate, in parses", cost, rounds, "");
	line("canon and hash, of parse", hash, rounds, "");
	line("2 threads, of one", two, rounds, "");
	ent_arena_free(a);
}

/* ---- worst cases ---- */

#define HEAD                                                                                   \
	"{\"type\":\"identity\",\"spec_version\":\"2.1\",\"id\":\"identity--0e7a5c1d-3f4b-"    \
	"4b6e-9a51-"                                                                           \
	"0c7d1b9f2e01\",\"created\":\"2024-01-01T00:00:00.000Z\",\"modified\":\"2024-01-"      \
	"01T00:00:00."                                                                         \
	"000Z\",\"name\":\"x\""

/* A text of about n bytes: what is before, a part again and again, what is behind. */
static const struct {
	const char *name, *before, *part, *after, *again;
	size_t least;
} worst[] = {
	{ "type name, wrong at its end", "{\"type\":\"", "a", "!\",\"id\":\"x--1\"}", "", 100 },
	{ "identifier", HEAD ",\"created_by_ref\":\"", "a-", "\"}", "", 100 },
	{ "nested lists", HEAD ",\"x_a\":", "[", "}", "]", 100 },
	{ "nested objects", HEAD ",\"x_a\":", "{\"a\":", "}", "}", 100 },
	{ "selectors", HEAD ",\"granular_markings\":[{\"lang\":\"en\",\"selectors\":[\"name\"",
	  ",\"name\"", "]}]}", "", 1000 },
	{ "selectors that find nothing",
	  HEAD
	  ",\"labels\":[\"a\"],\"granular_markings\":[{\"lang\":\"en\",\"selectors\":[\"name\"",
	  ",\"labels.[9]\"", "]}]}", "", 1000 },
	{ "a long string", HEAD ",\"description\":\"", "x", "\"}", "", 1000 },
	{ "a long string of escapes", HEAD ",\"description\":\"", "\\u00e9\\\\", "\"}", "",
	  1000 },
	{ "references", HEAD ",\"object_marking_refs\":[\"marking-definition--1\"",
	  ",\"marking-definition--1\"", "]}", "", 1000 },
	{ "digits", HEAD ",\"x_a\":1", "9", "}", "", 100 },
	{ "objects", "[" HEAD "}", "," HEAD "}", "]", "", 10000 },
	{ "objects without a comma", "[" HEAD "}", HEAD "}", "]", "", 10000 },
	{ "commas", "[", ",", "]", "", 1000 },
	{ "quotation marks", "[", "\"", "]", "", 1000 },
	{ "brackets", "", "]}", "", "", 1000 },
};

static void
repeat(struct ent_buf *b, const char *part, size_t times)
{
	while (times--)
		ent_buf_c(b, part);
}

static void
one_worst(struct tools *t, size_t i)
{
	struct ent_buf b;

	printf("  %-28s", worst[i].name);
	for (size_t size = worst[i].least; size <= 1000 * worst[i].least; size *= 10) {
		size_t part = strlen(worst[i].part) + strlen(worst[i].again);
		size_t times = size / part + 1, runs = 1 + ((size_t)1 << 20) / (size + 512);
		double least = 0;

		ent_buf_init(&b, FILE_MAX);
		ent_buf_c(&b, worst[i].before);
		repeat(&b, worst[i].part, times);
		ent_buf_c(&b, worst[i].again[0] ? "1" : "");
		repeat(&b, worst[i].again, worst[i].again[0] ? times : 0);
		ent_buf_c(&b, worst[i].after);
		for (int r = 0; r < 5; r++) {
			int64_t began = now(VALIDATE);
			double ns;

			validate(t, t->one, ent_buf_view(&b), runs);
			ns = (double)(now(VALIDATE) - began) * 1e3 / (double)(b.n * runs);
			least = r == 0 || ns < least ? ns : least;
		}
		printf(" %9zu B %6.2f", b.n, least);
		ent_buf_release(&b);
	}
	printf("\n");
}

/* ---- a stream ---- */

struct piece {
	struct ent_str text;
	size_t uuid; /* where it stands in text; 0: nowhere */
};

static size_t
pieces_of(struct ent_arena *a, struct ent_str text, struct piece **out)
{
	const struct ent_json *v, *list;
	struct ent_err err;
	size_t n;

	if (ent_json_parse(a, text, ENT_JSON_DEPTH, &v, &err) ||
	    ent_stix_members(v, &list, &n, &err) || !list)
		die("--generate", "needs a bundle");
	*out = ent_arena_array(a, n, sizeof(**out));
	for (size_t i = 0; *out && i < n; i++) {
		struct ent_str raw = ent_json_raw(ent_json_at(list, i));
		struct ent_str id = ent_json_getstr(ent_json_at(list, i), "id");
		bool whole = id.n > UUID_TEXT && id.p > raw.p && id.p < raw.p + raw.n;

		(*out)[i] =
		    (struct piece){ raw,
			            whole ? (size_t)(id.p - raw.p) + id.n - UUID_TEXT : 0 };
	}
	return *out ? n : 0;
}

static void
put_uuid(uint64_t number)
{
	uint64_t mixed = (number + 1) * UINT64_C(0x9e3779b97f4a7c15);

	printf("%08" PRIx32 "-%04" PRIx64 "-4%03" PRIx64 "-8%03" PRIx64 "-%012" PRIx64,
	       (uint32_t)(mixed >> 32), mixed & 0xffff, mixed >> 16 & 0xfff, mixed >> 4 & 0xfff,
	       number);
}

static void
generate(uint64_t bytes, const char *path)
{
	struct ent_arena *a = ent_arena_new(FILE_MAX);
	struct piece *list = NULL;
	struct ent_str text;
	struct ent_err err;
	uint64_t number = 0;
	size_t n;

	if (!a || ent_file_read(a, path, FILE_MAX / 8, &text, &err))
		die(path, a ? err.msg : "out of memory");
	n = pieces_of(a, text, &list);
	printf("{\"type\":\"bundle\",\"id\":\"bundle--");
	put_uuid(UINT32_MAX);
	printf("\",\"objects\":[");
	for (uint64_t put = 0; n && put < bytes; number++) {
		const struct piece *p = &list[number % n];

		if (number)
			printf(",\n");
		fwrite(p->text.p, 1, p->uuid, stdout);
		if (p->uuid)
			put_uuid(number);
		fwrite(p->text.p + p->uuid + (p->uuid ? UUID_TEXT : 0), 1,
		       p->text.n - p->uuid - (p->uuid ? UUID_TEXT : 0), stdout);
		put += p->text.n + 2;
	}
	printf("]}\n");
	ent_arena_free(a);
}

int
main(int argc, char **argv)
{
	struct tools t = { .parser = ent_json_parser_new(),
		           .arena = ent_arena_new(FILE_MAX * 8) };
	size_t rounds = ROUNDS;
	int first = 1;

	if (argc == 4 && strcmp(argv[1], "--generate") == 0) {
		generate(strtoull(argv[2], NULL, 10), argv[3]);
		return fflush(stdout) || ferror(stdout);
	}
	t.how.format = ENT_FORMAT_JSON;
	ent_checking_init(&t.how);
	ent_buf_init(&t.b, FILE_MAX);
	if (!t.parser || !t.arena || ent_pool_new(&t.how, 1, &t.one, NULL) ||
	    ent_pool_new(&t.how, 2, &t.two, NULL))
		die("start", "out of memory");
	if (argc > 2 && strcmp(argv[1], "--rounds") == 0) {
		rounds = strtoull(argv[2], NULL, 10);
		if (rounds < 1 || rounds > ROUNDS_MAX)
			die("--rounds", "1 to 101");
		first = 3;
	}
	if (argc == 2 && strcmp(argv[1], "--worst") == 0) {
		printf("worst cases: bytes, and nanoseconds a byte (least of 5)\n");
		for (size_t i = 0; i < sizeof(worst) / sizeof(worst[0]); i++)
			one_worst(&t, i);
	} else if (argc <= first) {
		die("usage",
		    "bench_stix [--rounds N] FILE... | --worst | --generate BYTES FILE");
	} else {
		for (int i = first; i < argc; i++)
			rates(&t, argv[i], rounds);
	}
	ent_pool_free(t.one);
	ent_pool_free(t.two);
	ent_buf_release(&t.b);
	ent_arena_free(t.arena);
	ent_json_parser_free(t.parser);
	return 0;
}
