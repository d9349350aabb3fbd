/* SPDX-License-Identifier: Apache-2.0 */
/*
 * here.h - a fake port with an arena, exchanges with it as tables, and what holds of every
 * answer.
 */
#ifndef ENT_TESTS_TAXII_HERE_H
#define ENT_TESTS_TAXII_HERE_H
#include "test.h"

#include <entente/json.h>

#include "fake.h"

#define C      "/alpha/collections/both/"
#define TYPED  "Content-Type: application/taxii+json;version=2.1\r\n"
#define M0     "malware--00000000-0000-4000-8000-000000000000"
#define I1     "indicator--00000000-0000-4000-8000-000000000001"
#define NOBODY "indicator--00000000-0000-4000-8000-ffffffffffff"
#define STATUS "/alpha/status/2d086da7-4bdc-4f91-900e-d77486753710/"
#define TWO    "{\"objects\":[{\"id\":\"a\"},{\"id\":\"b\"}]}"

struct here {
	struct fake f;
	struct ent_arena *a;
};

static inline int
here_setup(void **state)
{
	struct here *h = calloc(1, sizeof(*h));

	if (!h)
		return -1;
	fake_init(&h->f);
	fake_populate(&h->f, 8);
	h->a = ent_arena_new((size_t)256 << 20);
	*state = h;
	return h->a ? 0 : -1;
}

static inline int
here_teardown(void **state)
{
	struct here *h = *state;

	ent_page_cache_free(h->f.taxii.cache);
	ent_arena_free(h->a);
	free(h);
	return 0;
}

static inline const struct ent_json *
parse(struct here *h, struct ent_str body)
{
	const struct ent_json *v = NULL;

	assert_int_equal(ent_json_parse(h->a, body, 16, &v, NULL), 0);
	return v;
}

/* What holds of every answer. */
static inline void
check_form(struct here *h, const char *what, const struct fake_answer *an)
{
	const struct ent_json *v;
	char status[8];

	if (!an->status)
		fail_msg("%s: no answer", what);
	if (!ent_str_is(fake_header(an, "content-type"), ENT_TAXII_TYPE))
		fail_msg("%s: %.*s", what, ENT_FMT(an->head));
	if (an->status < 400)
		return;
	v = parse(h, an->body);
	snprintf(status, sizeof(status), "%d", an->status);
	assert_str(ent_json_getstr(v, "http_status"), status);
	assert_true(ent_json_getstr(v, "title").n > 0);
	assert_true(ent_json_getstr(v, "description").n > 0);
	assert_true(ent_json_getstr(v, "error_id").n > 0);
	if (memmem(an->body.p, an->body.n, "secret", 6))
		fail_msg("%s tells: %.*s", what, ENT_FMT(an->body));
}

struct exchange {
	const char *method, *target, *headers, *body;
	int status;
	const char *in; /* found in the answer, head and body; NULL: nothing in particular */
};

static inline void
run(struct here *h, const struct exchange *x, size_t n)
{
	for (size_t i = 0; i < n; i++, x++) {
		struct fake_answer an =
		    fake_ask(h->a, &h->f, x->method, x->target, x->headers, x->body);
		char what[512];

		snprintf(what, sizeof(what), "%s %s", x->method, x->target);
		if (strcmp(x->method, "HEAD") != 0)
			check_form(h, what, &an);
		if (an.status != x->status ||
		    (x->in &&
		     !memmem(an.head.p, an.head.n + 2 + an.body.n, x->in, strlen(x->in))))
			fail_msg("%s: %d, not %d with %s\n%.*s\r\n%.*s", what, an.status,
			         x->status, x->in ? x->in : "anything", ENT_FMT(an.head),
			         ENT_FMT(an.body));
	}
}

#define RUN(cases) run(*state, cases, sizeof(cases) / sizeof(cases[0]))

#endif
