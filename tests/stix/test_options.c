/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_options.c - lists of codes, what options change, objects that only together are wrong,
 * and input that is meant to take long.
 */
#include "test.h"

#include "base/buf.h"
#include "base/limits.h"
#include "base/time.h"
#include "stix/stix_int.h"

#define UUID     "8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f"
#define OTHER    "1d4ea9a0-6d0f-4c5f-9a3c-d1f9a0f6c1f1"
#define TIMES    "'created':'2020-01-01T00:00:00.000Z','modified':'2020-01-01T00:00:00.000Z'"
#define HEAD(t)  "'type':'" t "','spec_version':'2.1','id':'" t "--" UUID "'," TIMES
#define IDENTITY "{" HEAD("identity") ",'name':'x'"

static const struct ent_json *
tree(struct ent_arena *a, const char *object)
{
	const struct ent_json *v = NULL;
	char *text = strdup(object);
	struct ent_err err = { 0 };

	for (char *p = text; *p; p++)
		if (*p == '\'')
			*p = '"';
	if (ent_json_parse(a, ent_str_c(text), ENT_JSON_DEPTH, &v, &err))
		fail_msg("%s: %s", err.msg, text);
	free(text);
	return v;
}

static struct ent_stix_codes
codes(const char *list)
{
	struct ent_stix_codes c = { { 0 } };

	if (*list)
		assert_int_equal(ent_stix_codes_parse(ent_str_c(list), &c, NULL), 0);
	return c;
}

/* ---- lists of codes ---- */

static size_t
count_of(const struct ent_stix_codes *c)
{
	size_t n = 0;

	for (size_t i = 0; i < 4; i++)
		n += (size_t)__builtin_popcountll(c->bits[i]);
	return n;
}

static void
reads_lists_of_codes(void **state)
{
	static const struct {
		const char *list;
		size_t count;
	} right[] = {
		{ "202", 1 },
		{ "relationship-types", 1 },
		{ "202,relationship-types", 1 },
		{ " 202 , 203 ,", 2 },
		{ "1", 10 },
		{ "format-checks", 10 },
		{ "270", 7 },
		{ "all-external-sources", 7 },
		{ "210", 22 },
		{ "2", 32 },
		{ "1,2,210,270,301,401,language-subtag", 45 },
		{ "required-property,extension-not-checked", 2 },
		{ "", 0 },
	};
	static const char *const wrong[] = {
		"0",    "3",       "99",   "204",      "202;203",
		"-202", "no-code", "202a", "99999999", "12345678901234567890123"
	};

	(void)state;
	for (size_t i = 0; i < sizeof(right) / sizeof(right[0]); i++) {
		struct ent_stix_codes c = codes(right[i].list);

		if (count_of(&c) != right[i].count)
			fail_msg("%s: %zu codes", right[i].list, count_of(&c));
	}
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct ent_stix_codes c = codes("301");
		struct ent_err err = { 0 };

		if (ent_stix_codes_parse(ent_str_c(wrong[i]), &c, &err) != ENT_EINVAL)
			fail_msg("%s was taken", wrong[i]);
		assert_non_null(strstr(err.msg, wrong[i]));
		assert_int_equal(count_of(&c), 1); /* as it was */
	}
}

/* ---- options ---- */

#define INDICATOR                                                                              \
	"{" HEAD("indicator") ",'pattern':'[file:size = 1]','pattern_type':'stix',"            \
			      "'valid_from':'2020-01-01T00:00:00Z','x_own':1,"                 \
			      "'indicator_types':['Odd']}"

struct option_case {
	const char *object;
	const char *ignore, *select, *promote;
	struct ent_stix_options o;
	size_t errors, warnings;
	const char *found; /* a code that is there, or NULL */
};

/* clang-format off */
static const struct option_case option_cases[] = {
	/* 111, 214, 303, 401 */
	{ INDICATOR, "", "", "", { 0 }, 0, 4, "indicator-types" },
	{ INDICATOR, "214", "", "", { 0 }, 0, 3, "open-vocab-format" },
	{ INDICATOR, "210,1", "", "", { 0 }, 0, 2, "indicator-properties" },
	{ INDICATOR, "", "303", "", { 0 }, 0, 1, "indicator-properties" },
	{ INDICATOR, "303", "303", "", { 0 }, 0, 0, NULL },
	{ INDICATOR, "", "", "303", { 0 }, 1, 3, "indicator-properties" },
	{ INDICATOR, "", "", "", { .strict = true }, 4, 0, "extensions-use" },
	{ INDICATOR, "401,1,2,303", "", "", { .strict = true }, 0, 0, NULL },
	{ INDICATOR, "", "", "", { .strict_properties = true }, 1, 4, "strict-properties" },
	{ "{" HEAD("identity") ",'name':1}", "value-type", "", "", { 0 }, 0, 0, NULL },
	/* 101 and 102 stand in for 401 */
	{ IDENTITY ",'own':1}", "401", "", "", { 0 }, 0, 1, "custom-prefix" },
	{ IDENTITY ",'x_own':1}", "401", "", "", { 0 }, 0, 1, "custom-prefix" },
	{ IDENTITY ",'x_org_own':1}", "401", "", "", { 0 }, 0, 0, NULL },
	{ IDENTITY ",'own':1}", "401,101", "", "", { 0 }, 0, 1, "custom-prefix-lax" },
	{ IDENTITY ",'x_own':1}", "401,101", "", "", { 0 }, 0, 0, NULL },
	{ IDENTITY ",'own':1}", "401,101,102", "", "", { 0 }, 0, 0, NULL },
	{ IDENTITY ",'x_own':1}", "", "101", "", { 0 }, 0, 1, "custom-prefix" },
	{ IDENTITY ",'x_own':1}", "", "102", "", { 0 }, 0, 0, NULL },
	{ IDENTITY ",'own':1}", "101", "", "", { 0 }, 0, 1, "extensions-use" },
	{ "{" HEAD("own-thing") "}", "401", "", "", { 0 }, 0, 1, "custom-prefix" },
	{ "{" HEAD("x-org-thing") "}", "401", "", "", { 0 }, 0, 0, NULL },
	{ "{" HEAD("x-thing") "}", "401,101", "", "", { 0 }, 0, 0, NULL },
	{ "{" HEAD("own-thing") "}", "401,101", "", "", { 0 }, 0, 1, "custom-prefix-lax" },
	{ "{" HEAD("x-org-thing") "}", "", "", "", { .strict_types = true }, 1, 1, "strict-types" },
	{ IDENTITY "}", "", "", "", { .strict_types = true, .strict_properties = true }, 0, 0, NULL },
	/* STIX 2.0 alone and in a bundle */
	{ "{'type':'tool','id':'tool--" UUID "','name':'x'," TIMES "}", "", "", "", { 0 }, 1, 0, "stix-2.0" },
	{ "{'type':'tool','id':'tool--" UUID "','name':'x'," TIMES "}", "", "", "", { .member = true }, 0, 1, "stix-2.0-member" },
	{ "{'type':'tool','id':'tool--" UUID "','spec_version':'2.0','name':'x'," TIMES "}", "", "", "", { .member = true }, 0, 1,
	  "stix-2.0-member" },
	{ "{'type':'tool','id':'tool--" UUID "','name':'x','created':'2020-01-01T00:00:00.0001Z',"
	  "'modified':'2020-01-01T00:00:00.001Z'}", "", "", "", { .member = true }, 1, 1, "timestamp-precision" },
	{ "{'type':'tool','id':'tool--fdd60b30-b67c-11e3-b0b9-f01faf20d111'," TIMES "}", "", "", "", { .member = true }, 1, 1,
	  "identifier-version" },
	{ "{'type':'tool','id':'malware--" UUID "','created':'2020-01-01T00:00:00.000Z'}", "", "", "", { .member = true }, 2, 1,
	  "identifier-prefix" },
	/* a type that STIX 2.0 doesn't have */
	{ "{'type':'location','id':'location--" UUID "','region':'africa'," TIMES "}", "", "", "", { 0 }, 1, 0, "required-property" },
};
/* clang-format on */

static bool
found(const struct ent_findings *f, const char *code)
{
	for (size_t i = 0; i < f->count; i++)
		if (strcmp(f->list[i].code, code) == 0)
			return true;
	return false;
}

static void
changes_what_is_said(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(option_cases) / sizeof(option_cases[0]); i++) {
		const struct option_case *c = &option_cases[i];
		struct ent_arena *a = ent_arena_new(1 << 20);
		struct ent_stix_options o = c->o;
		struct ent_findings f;

		o.ignore = codes(c->ignore);
		o.select = codes(c->select);
		o.promote = codes(c->promote);
		ent_findings_init(&f, a);
		assert_int_equal(ent_stix_check_with(tree(a, c->object), &o, &f, NULL), 0);
		if (f.errors != c->errors || f.warnings != c->warnings)
			fail_msg("case %zu: %zu errors, %zu warnings", i, f.errors, f.warnings);
		assert_int_equal(f.count, f.errors + f.warnings);
		if (c->found && !found(&f, c->found))
			fail_msg("case %zu: no %s", i, c->found);
		ent_arena_free(a);
	}
}

static void
gives_warnings_their_numbers(void **state)
{
	struct ent_arena *a = ent_arena_new(1 << 20);
	struct ent_findings f;

	(void)state;
	ent_findings_init(&f, a);
	assert_int_equal(ent_stix_check(tree(a, INDICATOR), &f, NULL), 0);
	for (size_t i = 0; i < f.count; i++) {
		assert_int_equal(f.list[i].severity, ENT_SHOULD_RULE);
		assert_in_range(f.list[i].number, 101, 401);
		assert_true(f.list[i].section[0]);
	}
	ent_arena_free(a);
}

static int
no_pattern(void *self, struct ent_str pattern, struct ent_str version, struct ent_err *err)
{
	int *calls = self;

	(*calls)++;
	assert_str(version, "2.1");
	return ent_str_is(pattern, "[file:size = 1]") ? ent_fail(err, ENT_EPARSE, "not liked")
	                                              : 0;
}

static void
asks_the_callers_grammar(void **state)
{
	struct ent_arena *a = ent_arena_new(1 << 20);
	int calls = 0;
	struct ent_stix_options o = { .pattern = no_pattern, .self = &calls };
	struct ent_findings f;

	(void)state;
	ent_findings_init(&f, a);
	assert_int_equal(ent_stix_check_with(tree(a, INDICATOR), &o, &f, NULL), 0);
	assert_int_equal(calls, 1);
	assert_int_equal(f.errors, 1);
	assert_true(found(&f, "pattern"));
	ent_arena_free(a);
}

/* ---- several objects ---- */

struct told {
	char text[1024];
};

static int
tell(void *self, uint64_t index, struct ent_str id, const struct ent_finding *f)
{
	struct told *t = self;
	size_t n = strlen(t->text);

	(void)id;
	assert_true(f->text.n > 5);
	snprintf(t->text + n, sizeof(t->text) - n, "%d:%s%.*s ", (int)index, f->code,
	         ENT_FMT(f->pointer));
	return 0;
}

/* clang-format off */
static const struct {
	const char *objects; /* with ; between */
	struct ent_stix_options o;
	const char *told;
} set_cases[] = {
	{ IDENTITY "};" IDENTITY "}", { 0 }, "1:duplicate-ids/id " },
	{ IDENTITY "};" IDENTITY "};" IDENTITY "}", { 0 }, "1:duplicate-ids/id 2:duplicate-ids/id " },
	/* other versions, other types, and objects without versions */
	{ IDENTITY "};{'type':'identity','id':'identity--" UUID "','modified':'2020-01-01T00:00:00.001Z'}", { 0 }, "" },
	{ IDENTITY "};{'type':'identity','id':'identity--" UUID "','modified':'2020-01-01T00:00:00.0000Z'}", { 0 },
	  "1:duplicate-ids/id " },
	{ "{" HEAD("tool") "};{" HEAD("malware") "}", { 0 }, "" },
	{ "{'type':'url','id':'url--" UUID "'};{'type':'url','id':'url--" UUID "'}", { 0 }, "" },
	/* references */
	{ "{" HEAD("tool") ",'created_by_ref':'identity--" UUID "'};" IDENTITY "}", { .enforce_refs = true }, "" },
	{ "{" HEAD("tool") ",'created_by_ref':'identity--" OTHER "'};" IDENTITY "}", { .enforce_refs = true },
	  "0:unresolved-reference/created_by_ref " },
	{ "{" HEAD("tool") ",'created_by_ref':'identity--" OTHER "'};" IDENTITY "}", { 0 }, "" },
	{ IDENTITY "};{" HEAD("relationship") ",'source_ref':'malware--" UUID "','target_ref':'tool--" UUID "'}",
	  { .enforce_refs = true }, "1:unresolved-reference/source_ref 1:unresolved-reference/target_ref " },
	{ "{" HEAD("tool") ",'object_marking_refs':['marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed']}",
	  { .enforce_refs = true }, "" },
	/* authors */
	{ IDENTITY ",'created_by_ref':'identity--" UUID "'};{" HEAD("tool") ",'created_by_ref':'identity--" UUID "'}",
	  { .interop = true }, "" },
	{ IDENTITY "};{" HEAD("tool") ",'created_by_ref':'identity--" UUID "'}", { .interop = true }, "1:interop/created_by_ref " },
	{ "{" HEAD("tool") ",'created_by_ref':'identity--" UUID "'}", { .interop = true }, "0:interop/created_by_ref " },
	{ "{" HEAD("tool") "}", { .interop = true }, "0:interop " },
	{ "{'type':'url','id':'url--" UUID "'};1;[];{};{'type':'x'}", { .interop = true, .enforce_refs = true }, "" },
};
/* clang-format on */

static void
add_all(struct ent_stix_set *s, struct ent_arena *a, const char *objects)
{
	struct ent_str rest = ent_str_c(objects), one;
	uint64_t index = 0;

	while (ent_str_next(&rest, ';', &one)) {
		char text[1024];

		snprintf(text, sizeof(text), "%.*s", ENT_FMT(one));
		assert_int_equal(ent_stix_set_add(s, tree(a, text), index++, NULL), 0);
	}
}

static void
sees_what_only_several_objects_show(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(set_cases) / sizeof(set_cases[0]); i++) {
		struct ent_arena *a = ent_arena_new(1 << 20);
		struct ent_stix_set *s = NULL;
		struct told t = { "" };

		assert_int_equal(ent_stix_set_new(&set_cases[i].o, 1 << 20, &s, NULL), 0);
		add_all(s, a, set_cases[i].objects);
		assert_int_equal(ent_stix_set_finish(s, tell, &t, NULL), 0);
		if (strcmp(t.text, set_cases[i].told) != 0)
			fail_msg("case %zu: %s", i, t.text);
		ent_stix_set_free(s);
		ent_arena_free(a);
	}
	ent_stix_set_free(NULL);
}

static void
keeps_a_set_within_its_limit(void **state)
{
	const struct ent_stix_options o = { .enforce_refs = true };
	struct ent_arena *a = ent_arena_new(1 << 20);
	struct ent_stix_set *s = NULL;
	const struct ent_json *v = tree(a, IDENTITY ",'created_by_ref':'identity--" OTHER "'}");
	struct told t = { "" };
	int rc = 0;
	uint64_t n = 0;

	(void)state;
	assert_int_equal(ent_stix_set_new(&o, 4000, &s, NULL), 0);
	for (; !rc && n < 1000; n++)
		rc = ent_stix_set_add(s, v, n, NULL);
	assert_int_equal(rc, ENT_ELIMIT);
	assert_in_range(n, 20, 100);
	assert_int_equal(ent_stix_set_finish(s, tell, &t, NULL), 0);
	assert_true(strlen(t.text) > 100);
	ent_stix_set_free(s);
	ent_arena_free(a);
}

/* The whole bundle at once says the same. */
static void
looks_at_a_bundle_as_a_whole(void **state)
{
	struct ent_arena *a = ent_arena_new(1 << 20);
	struct ent_stix_options o = { .enforce_refs = true };
	struct ent_findings f;

	(void)state;
	ent_findings_init(&f, a);
	assert_int_equal(
	    ent_stix_check_with(tree(a, "{'type':'bundle','id':'bundle--" UUID
	                                "','objects':[" IDENTITY "}," IDENTITY
	                                ",'created_by_ref':'identity--" OTHER "'}]}"),
	                        &o, &f, NULL),
	    0);
	assert_int_equal(f.errors, 1);
	assert_int_equal(f.warnings, 1);
	assert_true(found(&f, "unresolved-reference"));
	assert_true(found(&f, "duplicate-ids"));
	assert_str(f.list[0].pointer, "/objects/1");
	ent_arena_free(a);
}

/* ---- input that is meant to take long ---- */

static void
repeat(struct ent_buf *b, const char *text, size_t n)
{
	for (size_t i = 0; i < n; i++)
		ent_buf_c(b, text);
}

/* Parses, checks; how many microseconds the check took. */
static int64_t
time_of(struct ent_buf *b, struct ent_findings *f, struct ent_arena **a)
{
	const struct ent_json *v = NULL;
	struct ent_err err = { 0 };
	int64_t begin;

	assert_true(ent_buf_ok(b));
	*a = ent_arena_new((size_t)512 << 20);
	if (ent_json_parse(*a, ent_buf_view(b), ENT_JSON_DEPTH_MAX, &v, &err))
		fail_msg("%s", err.msg);
	ent_findings_init(f, *a);
	begin = ent_tick_us();
	assert_int_equal(ent_stix_check(v, f, NULL), 0);
	ent_buf_release(b);
	return ent_tick_us() - begin;
}

/* Ten seconds for what takes milliseconds: room for any machine, sanitizer or valgrind; what is
 * quadratic takes minutes. */
static void
takes_no_longer_than_it_must(void **state)
{
	static const struct {
		const char *before, *part, *after;
		size_t n;
	} hostile[] = {
		{ "{\"type\":\"", "a", "-\",\"id\":\"x\"}", 1 << 20 },
		{ "{\"type\":\"", "a-", "\",\"id\":\"x\"}", 1 << 19 },
		{ "{\"type\":\"tool\",\"id\":\"", "a", "--" UUID "\"}", 1 << 20 },
		{ "{\"type\":\"tool\",\"", "a", "\":1}", 1 << 20 },
		{ "{\"type\":\"tool\",\"lang\":\"en", "-abcdefgh", "\"}", 1 << 17 },
		{ "{\"type\":\"url\",\"value\":\"a:", "%20", "\"}", 1 << 18 },
		{ "{\"type\":\"email-addr\",\"value\":\"", "a@", "\"}", 1 << 19 },
		{ "{\"type\":\"software\",\"cpe\":\"cpe:2.3:a", ":?", "\"}", 1 << 19 },
		{ "{\"type\":\"tool\",\"tool_types\":[\"x\"", ",\"|\"", "]}", 1 << 17 },
		{ "{\"type\":\"note\",\"object_refs\":[\"x\"", ",\"tool--" UUID "\"", "]}",
		  1 << 16 },
		{ "{\"type\":\"tool\",\"granular_markings\":[{\"selectors\":[\"name\"",
		  ",\"a.[0].b\"", "]}]}", 1 << 20 },
		{ "{\"type\":\"indicator\",\"pattern_type\":\"stix\",\"pattern\":\"", ":",
		  "\"}", 1 << 20 },
		{ "{\"type\":\"indicator\",\"pattern_type\":\"stix\",\"pattern\":\"[a", "a",
		  ":b]\"}", 1 << 20 },
		{ "{\"type\":\"bundle\",\"objects\":[1",
		  ",{\"type\":\"tool\",\"id\":\"tool--" UUID
		  "\",\"modified\":\"2020-01-01T00:00:00Z\"}",
		  "]}", 1 << 14 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(hostile) / sizeof(hostile[0]); i++) {
		struct ent_findings f;
		struct ent_arena *a;
		struct ent_buf b;
		int64_t us;

		ent_buf_init(&b, (size_t)64 << 20);
		ent_buf_c(&b, hostile[i].before);
		repeat(&b, hostile[i].part, hostile[i].n);
		ent_buf_c(&b, hostile[i].after);
		us = time_of(&b, &f, &a);
		if (us > 10000000)
			fail_msg("case %zu: %d us", i, (int)us);
		assert_true(f.errors > 0);
		ent_arena_free(a);
	}
}

/* A pattern of colons must not have each look back over all that is before it. */
static void
looks_at_long_names_once(void **state)
{
	struct ent_findings f;
	struct ent_arena *a;
	struct ent_buf b;

	(void)state;
	ent_buf_init(&b, (size_t)64 << 20);
	ent_buf_c(&b, "{\"type\":\"indicator\",\"pattern_type\":\"stix\",\"pattern\":\"[");
	for (int i = 0; i < 1 << 16; i++)
		ent_buf_c(&b, "abcdefg:hijklmn ");
	ent_buf_c(&b, "]\"}");
	assert_true(time_of(&b, &f, &a) < 10000000);
	assert_true(found(&f, "pattern"));
	ent_arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_lists_of_codes),
		cmocka_unit_test(changes_what_is_said),
		cmocka_unit_test(gives_warnings_their_numbers),
		cmocka_unit_test(asks_the_callers_grammar),
		cmocka_unit_test(sees_what_only_several_objects_show),
		cmocka_unit_test(keeps_a_set_within_its_limit),
		cmocka_unit_test(looks_at_a_bundle_as_a_whole),
		cmocka_unit_test(takes_no_longer_than_it_must),
		cmocka_unit_test(looks_at_long_names_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
