/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_pages.c - paging: whatever the limit and the filters, every record comes once and in
 * order.
 */
#include "here.h"

#define BOTH "/alpha/collections/both/"

static int
setup(void **state)
{
	struct here *h;

	if (here_setup(state))
		return -1;
	h = *state;
	h->f.n = 0;
	fake_populate(&h->f, 24);
	return 0;
}

static const struct ent_json *
get(struct here *h, const char *target, struct fake_answer *an)
{
	*an = fake_ask(h->a, &h->f, "GET", target, FAKE_ANN, NULL);
	if (an->status != 200)
		fail_msg("%s: %d %.*s", target, an->status, ENT_FMT(an->body));
	return parse(h, an->body);
}

/* What tells records apart: their bytes, manifest entries or versions. */
static struct ent_str
mark(const struct ent_json *item)
{
	return ent_json_is(item, ENT_JSON_STRING) ? ent_json_str(item) : ent_json_raw(item);
}

enum how { NEXT_ALONE, NEXT_WITH_QUERY, BY_DATE };

/* Collects all pages; returns how many items there were. */
static size_t
walk(struct here *h, const char *path, const char *query, size_t limit, enum how how,
     struct ent_str *items)
{
	struct ent_str next = { NULL, 0 }, last = { NULL, 0 };
	size_t n = 0;
	bool more = true;

	for (int pages = 0; more; pages++) {
		const struct ent_json *v, *list;
		struct fake_answer an;
		char target[2048];
		size_t at;

		assert_in_range(pages, 0, 200);
		at = (size_t)snprintf(target, sizeof(target), "%s?", path);
		if (!next.p || how != NEXT_ALONE)
			at += (size_t)snprintf(target + at, sizeof(target) - at,
			                       "%s&limit=%zu&", query, limit);
		if (next.p && how == BY_DATE)
			snprintf(target + at, sizeof(target) - at, "added_after=%.*s",
			         ENT_FMT(last));
		else if (next.p)
			snprintf(target + at, sizeof(target) - at, "next=%.*s", ENT_FMT(next));
		v = get(h, target, &an);
		list = ent_json_getc(v, "objects");
		if (!list)
			list = ent_json_getc(v, "versions");
		assert_in_range(ent_json_count(list), pages ? 1 : 0, limit);
		for (size_t i = 0; i < ent_json_count(list); i++)
			items[n++] = mark(ent_json_at(list, i));
		more = false;
		(void)ent_json_bool(ent_json_getc(v, "more"), &more);
		next = ent_json_getstr(v, "next");
		assert_int_equal(more, next.n > 0);
		last = fake_header(&an, "x-taxii-date-added-last");
		assert_int_equal(ent_json_count(list) > 0, last.p != NULL);
	}
	return n;
}

static void
every_record_comes_once_whatever_the_limit(void **state)
{
	static const char *const paths[] = { BOTH "objects/", BOTH "manifest/",
		                             "/alpha/collections/read/objects",
		                             BOTH "objects/" I1 "/",
		                             BOTH "objects/" I1 "/versions/" };
	static const char *const queries[] = {
		"x=y",
		"match[version]=all",
		"match%5Bversion%5D=first",
		"match[version]=all&match[type]=indicator",
		"match[version]=last,2020-02-01T00:00:00.500Z&match[spec_version]=2.0,2.1",
		"match[version]=all&added_after=2020-01-01T00:00:07Z",
	};
	struct here *h = *state;

	for (size_t p = 0; p < 5; p++)
		for (size_t q = 0; q < sizeof(queries) / sizeof(queries[0]); q++) {
			struct ent_str whole[100], parts[100];
			size_t n;

			if (p >= 3 && (q == 3 || (p == 4 && q)))
				continue; /* not filters of that resource */
			if (p >= 3 && q == 5)
				continue; /* nothing that new */
			n = walk(h, paths[p], queries[q], 100, NEXT_ALONE, whole);
			assert_true(n > 0 ||
			            (p == 3 && q == 2)); /* first is of an older STIX */
			for (size_t limit = 1; limit <= n + 1; limit += limit < 4 ? 1 : 5)
				for (enum how how = NEXT_ALONE; how <= BY_DATE; how++) {
					if (how == BY_DATE && q == 5)
						continue; /* added_after would come twice */
					assert_int_equal(
					    walk(h, paths[p], queries[q], limit, how, parts),
					    n);
					for (size_t i = 0; i < n; i++)
						assert_true(ent_str_eq(whole[i], parts[i]));
				}
		}
}

static void
an_exact_fit_has_no_more(void **state)
{
	struct here *h = *state;
	struct fake_answer an;
	const struct ent_json *v;

	v = get(h, BOTH "objects/?limit=24", &an);
	assert_int_equal(ent_json_count(ent_json_getc(v, "objects")), 24);
	assert_null(ent_json_getc(v, "more"));
	assert_null(ent_json_getc(v, "next"));
	v = get(h, BOTH "objects/?limit=23", &an);
	assert_int_equal(ent_json_count(ent_json_getc(v, "objects")), 23);
	assert_non_null(ent_json_getc(v, "more"));
}

static void
objects_are_sent_byte_for_byte(void **state)
{
	struct here *h = *state;
	struct fake_answer an;
	const struct ent_json *list = ent_json_getc(
	    get(h, BOTH "objects/?match[version]=all&match[spec_version]=2.0,2.1&limit=100",
	        &an),
	    "objects");

	assert_int_equal(ent_json_count(list), h->f.n);
	for (size_t i = 0; i < h->f.n; i++)
		assert_str(ent_json_raw(ent_json_at(list, i)), h->f.records[i].bytes);
}

static void
date_headers_are_of_the_page(void **state)
{
	struct here *h = *state;
	struct fake_answer an;

	get(h, BOTH "manifest/?limit=3&match[version]=all&match[spec_version]=2.0,2.1", &an);
	assert_str(fake_header(&an, "x-taxii-date-added-first"), "2020-01-01T00:00:00.000000Z");
	assert_str(fake_header(&an, "x-taxii-date-added-last"), "2020-01-01T00:00:02.000006Z");
	/* exclusive */
	get(h,
	    BOTH "manifest/?limit=1&match[version]=all&added_after=2020-01-01T00:00:02.000005Z",
	    &an);
	assert_str(fake_header(&an, "x-taxii-date-added-first"), "2020-01-01T00:00:03.000009Z");
}

static void
a_channel_says_its_sequence_numbers(void **state)
{
	struct here *h = *state;
	struct fake_answer an;

	get(h, BOTH "objects/?limit=2&match[version]=all&match[spec_version]=2.0,2.1", &an);
	assert_null(fake_header(&an, "entente-sequence").p);
	h->f.sequence = true;
	get(h, BOTH "objects/?limit=2&match[version]=all&match[spec_version]=2.0,2.1", &an);
	assert_str(fake_header(&an, "entente-sequence"), "1-2");
	get(h, BOTH "objects/?added_after=2030-01-01T00:00:00Z", &an);
	assert_null(fake_header(&an, "entente-sequence").p);
}

static void
a_page_is_cut_where_the_port_gave_too_much(void **state)
{
	struct here *h = *state;
	struct ent_str items[100];

	h->f.deaf = true;
	assert_int_equal(walk(h, BOTH "objects/", "", 5, NEXT_ALONE, items), 24);
}

static void
records_added_and_deleted_between_pages_do_no_harm(void **state)
{
	struct here *h = *state;
	struct fake_answer an;
	const struct ent_json *v = get(h, BOTH "objects/?limit=20", &an);
	struct ent_str next = ent_json_getstr(v, "next");
	char target[512];

	for (size_t i = 0; i < h->f.n; i++)
		h->f.records[i].gone = h->f.records[i].date > FAKE_DAY + 5000000;
	snprintf(target, sizeof(target), BOTH "objects/?next=%.*s", ENT_FMT(next));
	v = get(h, target, &an);
	assert_str(an.body, "{}"); /* all that was left is gone */
	fake_add(&h->f, "malware--00000000-0000-4000-8000-00000000ffff", "2021-01-01T00:00:00Z",
	         "2.1");
	v = get(h, target, &an);
	assert_int_equal(ent_json_count(ent_json_getc(v, "objects")), 1);
	v = get(h, target, &an); /* and it works again */
	assert_int_equal(ent_json_count(ent_json_getc(v, "objects")), 1);
}

static void
next_works_for_id_and_alias_alike_but_not_elsewhere(void **state)
{
	struct here *h = *state;
	struct fake_answer an;
	const struct ent_json *v = get(h, BOTH "objects/?limit=2", &an);
	struct ent_str next = ent_json_getstr(v, "next");
	char target[512];

	snprintf(target, sizeof(target),
	         "/alpha/collections/11111111-1111-4111-8111-111111111111/objects/?next=%.*s",
	         ENT_FMT(next));
	get(h, target, &an);
	snprintf(target, sizeof(target), BOTH "manifest/?next=%.*s", ENT_FMT(next));
	an = fake_ask(h->a, &h->f, "GET", target, FAKE_ANN, NULL);
	assert_int_equal(an.status, 400);
	snprintf(target, sizeof(target), "/alpha/collections/read/objects/?next=%.*s",
	         ENT_FMT(next));
	an = fake_ask(h->a, &h->f, "GET", target, FAKE_ANN, NULL);
	assert_int_equal(an.status, 400);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, here_teardown)
	const struct CMUnitTest tests[] = {
		T(every_record_comes_once_whatever_the_limit),
		T(an_exact_fit_has_no_more),
		T(objects_are_sent_byte_for_byte),
		T(date_headers_are_of_the_page),
		T(a_channel_says_its_sequence_numbers),
		T(a_page_is_cut_where_the_port_gave_too_much),
		T(records_added_and_deleted_between_pages_do_no_harm),
		T(next_works_for_id_and_alias_alike_but_not_elsewhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
