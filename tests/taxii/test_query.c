/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_query.c - queries as clients write them, and cursors: printed, read back, tampered with.
 */
#include "test.h"

#include "base/limits.h"
#include "base/time.h"
#include "taxii/taxii_int.h"

#define ALL (ENT_ASK_PAGE | ENT_ASK_MATCH)

static const uint8_t key[32] = { 9, 8, 7 };
static const struct ent_scope here = {
	"/{root}/objects/", ENT_STR("alpha"), ENT_STR("c1"), { NULL, 0 }
};

static int
setup(void **state)
{
	*state = ent_arena_new((size_t)64 << 20);
	return *state ? 0 : -1;
}

static int
teardown(void **state)
{
	ent_arena_free(*state);
	return 0;
}

static int
ask(struct ent_arena *a, const char *text, unsigned asks, struct ent_asked *out,
    struct ent_err *err)
{
	return ent_query_read(a, ent_str_c(text), asks, 10, 100, out, err);
}

static void
malformed_queries_are_refused_with_the_reason(void **state)
{
	static const struct {
		const char *query, *why; /* NULL: it is fine */
	} cases[] = {
		{ NULL, NULL },
		{ "", NULL },
		{ "&&", NULL },
		{ "other=1&x", NULL },
		{ "other=1&other=2", NULL },
		{ "page=%zz", NULL },
		{ "next=", NULL },
		{ "limit=1", NULL },
		{ "limit=007", NULL },
		{ "limit=99999999999999999999999999", NULL },
		{ "limit=0", "limit" },
		{ "limit=000", "limit" },
		{ "limit=-1", "limit" },
		{ "limit=+1", "limit" },
		{ "limit=1.5", "limit" },
		{ "limit=1e3", "limit" },
		{ "limit=ten", "limit" },
		{ "limit=", "limit" },
		{ "limit", "limit" },
		{ "limit=1&limit=1", "limit comes more than once" },
		{ "limit=1&%6cimit=2", "limit comes more than once" },
		{ "next=&next=", "next comes more than once" },
		{ "added_after=2016-01-01T00:00:00Z", NULL },
		{ "added_after=2016-01-01T00:00:00.1Z", NULL },
		{ "added_after=2016-01-01T00%3A00%3A00.123456Z", NULL },
		{ "added_after=2016-01-01T00:00:00.123456789Z", NULL },
		{ "added_after=2016-01-01T00:00:00", "added_after" },
		{ "added_after=2016-01-01T00:00:00+00:00", "added_after" },
		{ "added_after=2016-01-01T00:00:00%2B00:00", "added_after" },
		{ "added_after=2016-01-01", "added_after" },
		{ "added_after=2016-02-30T00:00:00Z", "added_after" },
		{ "added_after=1451606400", "added_after" },
		{ "added_after=", "added_after" },
		{ "added_after=2016-01-01T00:00:00Z,2017-01-01T00:00:00Z", "added_after" },
		{ "match[id]=a--1", NULL },
		{ "match%5Bid%5D=a--1%2Cb--2", NULL },
		{ "match[id]=", "empty value" },
		{ "match[id]=a,", "empty value" },
		{ "match[id]=,a", "empty value" },
		{ "match[id]=a,,b", "empty value" },
		{ "match[id]=%ff", "match[id] isn't percent-encoded UTF-8" },
		{ "match[id]=%4", "match[id] isn't percent-encoded UTF-8" },
		{ "match[id]=a%00b", "match[id] isn't percent-encoded UTF-8" },
		{ "match[id]=a&match[id]=b", "match[id] comes more than once" },
		{ "match[type]=indicator&match%5btype%5d=malware", "comes more than once" },
		{ "match[type]=x-made-up", NULL },
		{ "match[spec_version]=2.0,2.1", NULL },
		{ "match[name]=x", "match[name] isn't known" },
		{ "match[ID]=x", "match[ID] isn't known" },
		{ "match[id=x", "match[id isn't known" },
		{ "match[]=x", "match[] isn't known" },
		{ "match=x", "match isn't known" },
		{ "match[version]=last", NULL },
		{ "match[version]=first,2018-03-02T01:01:01.123Z,last", NULL },
		{ "match[version]=all", NULL },
		{ "match[version]=all,last", "all goes with no other" },
		{ "match[version]=2018-03-02T01:01:01Z,all", "all goes with no other" },
		{ "match[version]=all,all", "twice" },
		{ "match[version]=last,last", "twice" },
		{ "match[version]=2018-03-02T01:01:01Z,2018-03-02T01:01:01.000Z", "twice" },
		{ "match[version]=Last", "match[version] takes" },
		{ "match[version]=2018", "match[version] takes" },
		{ "match[version]=", "match[version] takes" },
		{ "%zz=1", "the query isn't" },
	};
	struct ent_asked q;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct ent_err err = { 0 };
		int rc = ask(*state, cases[i].query, ALL, &q, &err);

		if (rc != (cases[i].why ? ENT_EINVAL : 0) ||
		    (cases[i].why && !strstr(err.msg, cases[i].why)))
			fail_msg("%s: %d \"%s\"", cases[i].query, rc, err.msg);
	}
}

static void
values_arrive(void **state)
{
	struct ent_asked q;

	assert_int_equal(
	    ask(*state,
	        "match%5Btype%5D=indicator%2Cmalware,indicator&limit=5&"
	        "match[id]=a&match[version]=first,2018-03-02T01:01:01.1Z&x=y&"
	        "match[spec_version]=2.0&added_after=2020-01-01T00:00:00.25Z&next=abc",
	        ALL, &q, NULL),
	    0);
	assert_int_equal(q.q.n_types, 2);
	assert_str(q.q.types[0], "indicator");
	assert_str(q.q.types[1], "malware");
	assert_int_equal(q.q.n_ids, 1);
	assert_true(q.q.first && !q.q.last && !q.q.all);
	assert_int_equal(q.q.n_versions, 1);
	assert_str(q.q.versions[0], "2018-03-02T01:01:01.1Z");
	assert_str(q.q.specs[0], "2.0");
	assert_int_equal(q.q.added_after, INT64_C(1577836800250000));
	assert_int_equal(q.q.limit, 5);
	assert_str(q.next, "abc");
	assert_int_equal(q.given, ALL);
}

static void
limits_are_clamped(void **state)
{
	struct ent_asked q;

	ask(*state, "", ALL, &q, NULL);
	assert_int_equal(q.q.limit, 10);
	assert_int_equal(q.q.added_after, INT64_MIN);
	assert_int_equal(q.given, 0);
	ask(*state, "limit=100", ALL, &q, NULL);
	assert_int_equal(q.q.limit, 100);
	ask(*state, "limit=101", ALL, &q, NULL);
	assert_int_equal(q.q.limit, 100);
	ask(*state, "limit=18446744073709551617", ALL, &q, NULL);
	assert_int_equal(q.q.limit, 100);
}

static void
a_resource_takes_only_its_own_filters(void **state)
{
	struct ent_asked q;
	struct ent_err err;

	assert_int_equal(ask(*state, "match[id]=a", ENT_ASK_VERSION, &q, &err), ENT_EINVAL);
	assert_string_equal(err.msg, "match[id] isn't for this resource");
	assert_int_equal(ask(*state, "limit=3", ENT_ASK_VERSION, &q, &err), ENT_EINVAL);
	assert_int_equal(ask(*state, "match[version]=all", ENT_ASK_VERSION, &q, &err), 0);
}

static void
too_many_values_are_refused(void **state)
{
	static const char *const names[] = { "match[id]", "match[type]", "match[spec_version]",
		                             "match[version]" };
	struct ent_asked q;

	for (size_t i = 0; i < 4; i++)
		for (int over = 0; over < 2; over++) {
			struct ent_buf b;
			int rc;

			ent_buf_init(&b, 1 << 20);
			ent_buf_printf(&b, "%s=", names[i]);
			for (int v = 0; v < ENT_MATCH_MAX + over; v++)
				ent_buf_printf(&b, "%s2020-01-01T00:00:00.%03dZ", v ? "," : "",
				               v);
			rc = ent_query_read(*state, ent_buf_view(&b), ALL, 10, 100, &q, NULL);
			assert_int_equal(rc, over ? ENT_EINVAL : 0);
			ent_buf_release(&b);
		}
}

static const char *const queries[] = {
	"",
	"limit=7",
	"added_after=2019-12-31T23:59:59.999999Z&limit=100",
	"match[type]=indicator,malware&match[spec_version]=2.1",
	"match[id]=indicator--1,malware--2&match[version]=all",
	"match[version]=last,first,2018-03-02T01:01:01.123Z",
	"match[id]=%C3%BC%22%26",
};

static void
print(struct ent_arena *a, const char *query, struct ent_str *next, struct ent_asked *q)
{
	assert_int_equal(ask(a, query, ALL, q, NULL), 0);
	*next = ent_cursor_print(a, key, &here, &q->q,
	                         (struct ent_position){ 42, INT64_C(1577836800000007) });
	assert_true(next->n > 0);
	for (size_t i = 0; i < next->n; i++)
		assert_non_null(strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
		                       "0123456789-_",
		                       next->p[i]));
}

static void
next_alone_carries_the_query(void **state)
{
	for (size_t i = 0; i < sizeof(queries) / sizeof(queries[0]); i++) {
		struct ent_asked was, is;
		struct ent_str next;
		struct ent_buf b;

		print(*state, queries[i], &next, &was);
		ent_buf_init(&b, 1 << 16);
		ent_buf_printf(&b, "next=%.*s", ENT_FMT(next));
		ent_query_read(*state, ent_buf_view(&b), ALL, 10, 100, &is, NULL);
		assert_int_equal(ent_cursor_apply(*state, key, &here, 100, &is, NULL), 0);
		assert_int_equal(is.q.after_seq, 42);
		assert_int_equal(is.cursor_date, INT64_C(1577836800000007));
		assert_int_equal(is.q.added_after, was.q.added_after);
		assert_int_equal(is.q.limit, was.q.limit);
		assert_int_equal(is.q.n_ids, was.q.n_ids);
		assert_int_equal(is.q.n_types, was.q.n_types);
		assert_int_equal(is.q.n_specs, was.q.n_specs);
		assert_int_equal(is.q.n_versions, was.q.n_versions);
		assert_int_equal(is.q.last, was.q.last);
		assert_int_equal(is.q.first, was.q.first);
		assert_int_equal(is.q.all, was.q.all);
		for (size_t v = 0; v < was.q.n_ids; v++)
			assert_true(ent_str_eq(is.q.ids[v], was.q.ids[v]));
		for (size_t v = 0; v < was.q.n_versions; v++)
			assert_true(ent_str_eq(is.q.versions[v], was.q.versions[v]));
		ent_buf_release(&b);
	}
}

static void
next_goes_with_the_query_that_it_came_from_and_no_other(void **state)
{
	static const struct {
		const char *with;
		int rc;
	} cases[] = {
		{ "match[type]=indicator&match[version]=last,first", 0 },
		{ "match[type]=indicator", 0 },
		{ "match[type]=indicator&added_after=2019-01-01T00:00:00Z", 0 },
		{ "added_after=2019-01-01T00:00:00Z&limit=3", 0 },
		/* a client that moves added_after along with its pages */
		{ "added_after=2020-01-01T00:00:00.000007Z", 0 },
		{ "added_after=2018-01-01T00:00:00Z", 0 },
		{ "added_after=2020-01-01T00:00:00.000008Z", ENT_EINVAL },
		{ "match[type]=malware", ENT_EINVAL },
		{ "match[type]=indicator,malware", ENT_EINVAL },
		{ "match[id]=x", ENT_EINVAL },
		{ "match[spec_version]=2.1", ENT_EINVAL },
		{ "match[version]=first", ENT_EINVAL },
		{ "match[version]=last,first,2018-03-02T01:01:01Z", ENT_EINVAL },
	};
	struct ent_asked was;
	struct ent_str next;

	print(
	    *state,
	    "match[type]=indicator&match[version]=first,last&added_after=2019-01-01T00:00:00Z",
	    &next, &was);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct ent_asked q;
		int rc;

		ask(*state, cases[i].with, ALL, &q, NULL);
		q.next = next;
		rc = ent_cursor_apply(*state, key, &here, 100, &q, NULL);
		if (rc != cases[i].rc)
			fail_msg("%s: %d", cases[i].with, rc);
		if (!rc) {
			assert_int_equal(q.q.added_after, was.q.added_after);
			assert_int_equal(q.q.n_types, 1);
			assert_true(q.q.first && q.q.last);
			assert_int_equal(q.q.limit, strstr(cases[i].with, "limit") ? 3 : 10);
		}
	}
}

static void
next_is_of_use_in_its_own_place_only(void **state)
{
	const struct ent_scope others[] = {
		{ "/{root}/manifest/", ENT_STR("alpha"), ENT_STR("c1"), { NULL, 0 } },
		{ "/{root}/objects/", ENT_STR("beta"), ENT_STR("c1"), { NULL, 0 } },
		{ "/{root}/objects/", ENT_STR("alpha"), ENT_STR("c2"), { NULL, 0 } },
		{ "/{root}/objects/", ENT_STR("alphac"), ENT_STR("1"), { NULL, 0 } },
		{ "/{root}/objects/", ENT_STR("alpha"), ENT_STR("c1"), ENT_STR("x") },
	};
	uint8_t other_key[32] = { 9, 8, 6 };
	struct ent_asked was, q = { 0 };

	print(*state, "limit=7", &q.next, &was);
	assert_int_equal(ent_cursor_apply(*state, key, &here, 100, &q, NULL), 0);
	assert_int_equal(ent_cursor_apply(*state, other_key, &here, 100, &q, NULL), ENT_EINVAL);
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		assert_int_equal(ent_cursor_apply(*state, key, &others[i], 100, &q, NULL),
		                 ENT_EINVAL);
}

static void
a_tampered_next_is_refused_at_every_byte(void **state)
{
	static const char tries[] = "ABQgz059-_+/= %\x01\xff";

	for (size_t i = 0; i < sizeof(queries) / sizeof(queries[0]); i++) {
		struct ent_asked was, q = { 0 };
		struct ent_str next;
		char *text;

		print(*state, queries[i], &next, &was);
		text = ent_arena_alloc(*state, next.n + 1);
		memcpy(text, next.p, next.n);
		q.next = (struct ent_str){ text, next.n };
		for (size_t at = 0; at < next.n; at++)
			for (const char *t = tries; *t; t++) {
				text[at] = *t;
				if (*t != next.p[at] &&
				    ent_cursor_apply(*state, key, &here, 100, &q, NULL) !=
				        ENT_EINVAL)
					fail_msg("byte %zu of %s", at, next.p);
				text[at] = next.p[at];
			}
		for (q.next.n = 0; q.next.n < next.n; q.next.n++)
			assert_int_equal(ent_cursor_apply(*state, key, &here, 100, &q, NULL),
			                 ENT_EINVAL);
		assert_int_equal(ent_cursor_apply(*state, key, &here, 100, &q, NULL), 0);
	}
}

static void
long_filters_have_to_be_repeated(void **state)
{
	struct ent_asked was, q;
	struct ent_str next;
	struct ent_buf b;

	ent_buf_init(&b, 1 << 20);
	ent_buf_c(&b, "match[id]=");
	for (int i = 0; i < ENT_MATCH_MAX; i++)
		ent_buf_printf(&b, "%sindicator--00000000-0000-4000-8000-%012d", i ? "," : "",
		               i);
	ent_buf_ch(&b, '\0');
	print(*state, b.p, &next, &was);
	assert_true(next.n < 128); /* fits beside the filters themselves */
	ask(*state, b.p, ALL, &q, NULL);
	q.next = next;
	assert_int_equal(ent_cursor_apply(*state, key, &here, 100, &q, NULL), 0);
	assert_int_equal(q.q.n_ids, ENT_MATCH_MAX);
	assert_int_equal(q.q.after_seq, 42);
	b.p[b.n - 2] ^= 1;
	ask(*state, b.p, ALL, &q, NULL);
	q.next = next;
	assert_int_equal(ent_cursor_apply(*state, key, &here, 100, &q, NULL), ENT_EINVAL);
	ask(*state, "", ALL, &q, NULL);
	q.next = next;
	assert_int_equal(ent_cursor_apply(*state, key, &here, 100, &q, NULL), ENT_EINVAL);
	ent_buf_release(&b);
}

static void
survives_every_arena_limit(void **state)
{
	int rc = ENT_ENOMEM;

	(void)state;
	for (size_t limit = 16; rc; limit += 64) {
		struct ent_arena *a = ent_arena_new(limit);
		struct ent_asked q;
		struct ent_str next;

		rc = ask(a, "match[id]=a,b&match[version]=all&limit=3", ALL, &q, NULL);
		assert_true(rc == 0 || rc == ENT_ENOMEM);
		if (!rc) {
			next = ent_cursor_print(a, key, &here, &q.q,
			                        (struct ent_position){ 1, 2 });
			q.next = next;
			rc = next.p ? ent_cursor_apply(a, key, &here, 100, &q, NULL)
			            : ENT_ENOMEM;
			assert_true(rc == 0 || rc == ENT_ENOMEM);
		}
		ent_arena_free(a);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(malformed_queries_are_refused_with_the_reason,
		                                setup, teardown),
		cmocka_unit_test_setup_teardown(values_arrive, setup, teardown),
		cmocka_unit_test_setup_teardown(limits_are_clamped, setup, teardown),
		cmocka_unit_test_setup_teardown(a_resource_takes_only_its_own_filters, setup,
		                                teardown),
		cmocka_unit_test_setup_teardown(too_many_values_are_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(next_alone_carries_the_query, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    next_goes_with_the_query_that_it_came_from_and_no_other, setup, teardown),
		cmocka_unit_test_setup_teardown(next_is_of_use_in_its_own_place_only, setup,
		                                teardown),
		cmocka_unit_test_setup_teardown(a_tampered_next_is_refused_at_every_byte, setup,
		                                teardown),
		cmocka_unit_test_setup_teardown(long_filters_have_to_be_repeated, setup,
		                                teardown),
		cmocka_unit_test(survives_every_arena_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
