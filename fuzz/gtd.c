/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gtd.c - whatever a table of attacks is: what is read of it is a valid incident, it is written
 * as a row that reads the same, and a failure names its line.
 */
#include <stdlib.h>
#include <string.h>

#include <entente/stix.h>

#include "base/limits.h"
#include "intake/gtd.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

#define ID(type) ENT_STR(type "--4b1b7e0e-95f6-4a4f-8c4b-2a3f6c1d9e01")

struct source {
	const char *p;
	size_t n, at;
};

static ptrdiff_t
read_some(void *self, void *to, size_t n, struct ent_err *err)
{
	struct source *s = self;

	(void)err;
	n = n < s->n - s->at ? n : s->n - s->at;
	if (n)
		memcpy(to, s->p + s->at, n);
	s->at += n;
	return (ptrdiff_t)n;
}

/* The object, as JSON; it must be valid. */
static const struct ent_json *
made(struct ent_arena *a, struct ent_attack *x)
{
	const struct ent_json *v;
	struct ent_findings f;
	struct ent_err err;
	struct ent_buf b;
	struct ent_jw w;

	x->id = ID("incident");
	x->created = ENT_STR("2026-01-01T00:00:00.000Z");
	if (x->place.country.n || x->place.city.n)
		x->place.location = ID("location");
	for (size_t i = 0; i < x->n_groups; i++)
		x->groups[i].actor = ID("intrusion-set");
	ent_buf_init(&b, (size_t)64 << 20);
	ent_jw_init(&w, &b);
	ent_attack_put(&w, x);
	if (!ent_buf_ok(&b) || ent_json_parse(a, ent_buf_view(&b), ENT_JSON_DEPTH, &v, &err))
		abort();
	ent_buf_release(&b);
	ent_findings_init(&f, a);
	if (ent_stix_check(v, &f, &err) || f.errors)
		abort();
	return v;
}

static void
again(struct ent_arena *a, const struct ent_json *v)
{
	struct ent_gtd_left left = { 0 };
	struct ent_gtd *g = NULL;
	struct ent_attack *x = ent_arena_alloc(a, sizeof(*x));
	struct ent_err err;
	struct ent_buf b;
	struct source s;

	ent_buf_init(&b, (size_t)64 << 20);
	ent_gtd_put_header(&b);
	ent_gtd_put_row(&b, v, NULL, NULL, &left);
	s = (struct source){ b.p, b.n, 0 };
	if (!x || !ent_buf_ok(&b) || left.rows != 1 ||
	    ent_gtd_open(read_some, &s, ENT_GTD_UTF8, ENT_STR("T"), &g, &err) ||
	    ent_gtd_next(g, a, x, &err) != 1 || ent_gtd_next(g, a, x, &err) != 0)
		abort();
	ent_gtd_close(g);
	ent_buf_release(&b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct ent_arena *a = ent_arena_new((size_t)256 << 20);
	struct ent_attack *x = calloc(1, sizeof(*x));
	struct source s = { (const char *)data, len, 0 };
	enum ent_gtd_encoding how =
	    len && data[len - 1] == '~' ? ENT_GTD_WINDOWS_1252 : ENT_GTD_UTF8;
	struct ent_err err = { 0 };
	struct ent_gtd *g = NULL;
	int rc = ent_gtd_open(read_some, &s, how, ENT_STR("T"), &g, &err);

	if (!a || !x)
		abort();
	while (rc == 0 && (rc = ent_gtd_next(g, a, x, &err)) == 1) {
		again(a, made(a, x));
		ent_arena_reset(a);
		rc = 0;
	}
	if (rc < 0 && !err.msg[0])
		abort();
	ent_gtd_close(g);
	ent_arena_free(a);
	free(x);
	return 0;
}
