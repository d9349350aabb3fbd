/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_index.c - a set of patterns: what comes and goes, what an observation touches, what
 * is kept of a stream, and its bounds.
 */
#include "test.h"

#include "base/buf.h"
#include "base/limits.h"
#include "pattern/index_int.h"

static struct ent_arena *arena;

static int
setup(void **state)
{
	(void)state;
	arena = ent_arena_new((size_t)256 << 20);
	return arena ? 0 : -1;
}

static int
teardown(void **state)
{
	(void)state;
	ent_arena_free(arena);
	return 0;
}

/* What was hit: keys in decimal, each with what made it, for comparison with a text. */
struct told {
	struct ent_pattern_set *set;
	struct ent_buf text;
};

static int
on_hit(void *self, const struct ent_pattern_hit *h)
{
	struct told *t = self;

	ent_buf_printf(&t->text, "%llu:", (unsigned long long)h->key);
	for (size_t i = 0; i < h->n; i++)
		ent_buf_printf(&t->text, " %llu/%zu", (unsigned long long)h->seen[i].tag,
		               h->seen[i].object);
	ent_buf_c(&t->text, ";");
	return 0;
}

static struct ent_pattern_set *
set_of(const struct ent_pattern_set_limits *limits, const char *const *patterns)
{
	struct ent_pattern_set *s = NULL;
	struct ent_err err = { 0 };

	assert_int_equal(ent_pattern_set_new(limits, &s, &err), 0);
	for (uint64_t i = 0; patterns[i]; i++)
		if (ent_pattern_set_add(s, i, ent_str_c(patterns[i]), &err))
			fail_msg("%s: %s", patterns[i], err.msg);
	return s;
}

static int
feed(struct ent_pattern_set *s, uint64_t tag, int64_t second, const char *objects,
     struct told *t, struct ent_err *err)
{
	struct ent_observation o = {
		.tag = tag, .first = second * 1000000, .last = second * 1000000, .count = 1
	};

	if (ent_json_parse(arena, ent_str_c(objects), ENT_JSON_DEPTH, &o.objects, err))
		fail_msg("%s", err->msg);
	return ent_pattern_set_feed(s, &o, on_hit, t, err);
}

/* One observation; which patterns it hits, in the order of their keys. */
static void
expect(const char *const *patterns, const char *objects, const char *want)
{
	struct ent_pattern_set *s = set_of(NULL, patterns);
	struct told t = { .set = s };
	struct ent_err err = { 0 };
	struct ent_buf got;
	char key[32];

	ent_buf_init(&t.text, 1 << 20);
	ent_buf_init(&got, 1 << 20);
	assert_int_equal(feed(s, 7, 0, objects, &t, &err), 0);
	ent_buf_ch(&t.text, '\0');
	for (unsigned i = 0; patterns[i]; i++) {
		(void)snprintf(key, sizeof(key), ";%u:", i);
		if (strncmp(t.text.p, key + 1, strlen(key + 1)) == 0 || strstr(t.text.p, key))
			ent_buf_printf(&got, "%s%u", got.n ? " " : "", i);
	}
	ent_buf_ch(&got, '\0');
	assert_string_equal(got.p, want);
	ent_buf_release(&t.text);
	ent_buf_release(&got);
	ent_pattern_set_free(s);
}

static void
finds_each_kind_of_key(void **state)
{
	static const char *const patterns[] = {
		/* clang-format off */
		"[ipv4-addr:value = '198.51.100.7']", "[ipv4-addr:value = '198.51.100.8']",
		"[ipv4-addr:value ISSUBSET '198.51.100.0/24']", "[ipv4-addr:value ISSUBSET '198.51.100.7/32']",
		"[ipv4-addr:value ISSUBSET '0.0.0.0/0']", "[ipv4-addr:value ISSUBSET '198.51.96.0/22']",
		"[ipv6-addr:value ISSUBSET '2001:db8::/33']", "[ipv6-addr:value ISSUBSET '2001:db9::/33']",
		"[domain-name:value LIKE '%.example.com']", "[domain-name:value LIKE '%.com']", "[domain-name:value LIKE '%.example.org']",
		"[domain-name:value LIKE 'www.example.com']", "[domain-name:value LIKE 'www._xample%']", "[domain-name:value LIKE '%']",
		"[url:value MATCHES '^https?://[a-z.]+/Gate\\\\.php$']", "[url:value MATCHES '(?i)GATE\\\\.PHP']", "[url:value MATCHES 'gate\\\\.asp']",
		"[url:value MATCHES '(gate|door)\\\\.(asp|php)']", "[url:value MATCHES '^.{5,40}$']", "[url:value MATCHES '(?x) g a t e']",
		"[file:hashes.MD5 = 'D41D8CD98F00B204E9800998ECF8427E']", "[file:hashes.'SHA-256' = 'd41d8cd98f00b204e9800998ecf8427ed41d8cd98f00b204e9800998ecf8427e']",
		"[file:size = 5]", "[file:size = 5.0]", "[file:size > 4]", "[file:size IN (3, 5)]", "[file:size NOT IN (3, 5)]",
		"[file:magic_number_hex = 'MZ']", "[file:magic_number_hex = h'4D5A']", "[file:x_t = true]", "[file:x_t = false]",
		"[NOT EXISTS file:name]", "[EXISTS file:size]", "[NOT EXISTS url:name AND url:value = 'x']", "[network-traffic:dst_ref.value = '198.51.100.7']",
		"[network-traffic:protocols[*] = 'tcp']", "[network-traffic:protocols[1] = 'tcp']", "[network-traffic:protocols[0] = 'tcp']",
		"[network-traffic:dst_ref.value = '198.51.100.7' AND network-traffic:dst_port = 80]",
		"[network-traffic:dst_ref.value = '198.51.100.7' AND network-traffic:dst_port = 443]",
		"[file:size = 6 OR ipv4-addr:value = '198.51.100.7']", "[file:size = 6] OR [ipv4-addr:value = '198.51.100.7']",
		/* clang-format on */
		NULL
	};

	(void)state;
	expect(
	    patterns,
	    "[{\"type\":\"ipv4-addr\",\"id\":\"i\",\"value\":\"198.51.100.7\"},"
	    "{\"type\":\"ipv6-addr\",\"id\":\"j\",\"value\":\"2001:db8::1\"},"
	    "{\"type\":\"domain-name\",\"id\":\"d\",\"value\":\"www.example.com\"},"
	    "{\"type\":\"url\",\"id\":\"u\",\"value\":\"http://www.example.com/Gate.php\"},"
	    "{\"type\":\"file\",\"id\":\"f\",\"hashes\":{\"MD5\":"
	    "\"d41d8cd98f00B204e9800998ecf8427e\"},\"size\":5,\"magic_number_hex\":"
	    "\"4d5a\",\"x_t\":true},"
	    "{\"type\":\"network-traffic\",\"id\":\"n\",\"dst_ref\":\"i\",\"dst_port\":80,"
	    "\"protocols\":[\"ipv4\",\"tcp\"]}]",
	    "0 2 3 4 6 8 9 11 12 13 14 15 18 20 22 23 24 25 27 28 29 31 32 34 35 36 38 40 41");
}

static void
keeps_what_patterns_of_time_need_and_no_longer(void **state)
{
	static const char *const patterns[] = {
		"[a:n = 1] FOLLOWEDBY [a:n = 2]",
		"[a:n = 1] REPEATS 3 TIMES WITHIN 10 SECONDS",
		"([a:n = 1] AND [a:n = 3]) WITHIN 5 SECONDS",
		NULL,
	};
	static const struct {
		int64_t second;
		const char *objects, *want;
	} steps[] = {
		{ 0, "[{\"type\":\"a\",\"n\":2}]", "" },
		{ 1, "[{\"type\":\"a\",\"n\":1}]", "" },
		{ 4, "[{\"type\":\"b\",\"n\":1},{\"type\":\"a\",\"n\":1}]", "" },
		{ 5, "[{\"type\":\"a\",\"n\":2}]", "0: 1/0 3/0;" },
		{ 9, "[{\"type\":\"a\",\"n\":3}]", "2: 2/1 4/0;" },
		{ 11, "[{\"type\":\"a\",\"n\":1}]", "1: 1/0 2/1 5/0;" },
		{ 12, "[{\"type\":\"a\",\"n\":1}]", "" },
		{ 900, "[{\"type\":\"a\",\"n\":1}]", "" },
	};
	struct ent_pattern_set *s = set_of(NULL, patterns);
	struct ent_pattern_stats stats;
	struct told t = { .set = s };
	struct ent_err err = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(steps) / sizeof(*steps); i++) {
		ent_buf_init(&t.text, 1 << 20);
		assert_int_equal(feed(s, i, steps[i].second, steps[i].objects, &t, &err), 0);
		ent_buf_ch(&t.text, '\0');
		assert_string_equal(t.text.p, steps[i].want);
		ent_buf_release(&t.text);
	}
	ent_pattern_set_stats(s, &stats);
	assert_int_equal(stats.timed, 3);
	assert_int_equal(stats.hits, 3);
	assert_int_equal(stats.dropped, 0);
	assert_int_equal(stats.expired, 4); /* at 900 one of the second, three of the third */
	assert_int_equal(stats.kept, 7);
	for (uint64_t i = 0; i < 3; i++)
		assert_true(ent_pattern_set_remove(s, i));
	ent_pattern_set_stats(s, &stats);
	assert_int_equal(stats.kept, 0);
	ent_pattern_set_free(s);
}

static void
gives_back_what_it_took(void **state)
{
	static const char *const patterns[] = {
		"[a:n = 1]",
		"[a:n IN (1, 2, 3) AND a:s LIKE '%.example.com']",
		"[a:v ISSUBSET '10.0.0.0/8' OR a:v ISSUBSET '2001:db8::/32']",
		"[a:s MATCHES '(abcd|efgh)+']",
		"[a:x_ref.y_refs[*].z = 'q'] REPEATS 3 TIMES",
		"[NOT EXISTS a:n]",
		"[a:n != 1 OR b:n = t'2026-01-01T00:00:00Z']",
		NULL
	};
	struct ent_pattern_set *s = set_of(NULL, patterns);
	struct told t = { .set = s };
	struct ent_err err = { 0 };

	(void)state;
	ent_buf_init(&t.text, 1 << 20);
	assert_int_equal(feed(s, 1, 1, "[{\"type\":\"a\",\"n\":1}]", &t, &err), 0);
	assert_int_equal(ent_pattern_set_add(s, 3, ENT_STR("[a:n = 1]"), &err), ENT_EEXIST);
	assert_int_equal(ent_pattern_set_add(s, 9, ENT_STR("[a:n = ]"), &err), ENT_EPARSE);
	assert_int_equal(ent_pattern_set_add(s, 9, ENT_STR("[a:n MATCHES '(']"), &err),
	                 ENT_EINVAL);
	assert_int_equal(
	    ent_pattern_set_add(s, 9, ENT_STR("[a:n = 1] REPEATS 5000 TIMES"), &err),
	    ENT_ELIMIT);
	for (uint64_t i = 0; patterns[i]; i++) {
		assert_true(ent_pattern_set_remove(s, i));
		assert_false(ent_pattern_set_remove(s, i));
	}
	assert_int_equal(s->bytes, 0);
	assert_int_equal(s->nodes.live + s->posts.live + s->rules.live, 0);
	for (size_t i = 0; i < ENT_GRAM_PLACES; i++)
		assert_int_equal(s->grams[i], 0);
	ent_buf_clear(&t.text);
	assert_int_equal(feed(s, 2, 2, "[{\"type\":\"a\",\"n\":1}]", &t, &err), 0);
	assert_int_equal(t.text.n, 0);
	ent_buf_release(&t.text);
	ent_pattern_set_free(s);
}

/* k where the format has %u. */
static void
format(char *to, size_t size, const char *text, unsigned k)
{
	const char *at = strstr(text, "%u");
	struct ent_buf b;

	ent_buf_init(&b, size);
	ent_buf_put(&b, text, (size_t)(at - text));
	ent_buf_printf(&b, "%u", k);
	ent_buf_c(&b, at + 2);
	ent_buf_ch(&b, '\0');
	assert_true(ent_buf_ok(&b));
	memcpy(to, b.p, b.n);
	ent_buf_release(&b);
}

/* Patterns by the thousand, and an observation that only one of them is about. */
static void
touches_only_what_could_match(void **state)
{
	static const struct {
		const char *pattern, *object;
	} cases[] = {
		{ "[a:s = '%u.example.com']", "{\"type\":\"a\",\"s\":\"%u.example.com\"}" },
		{ "[a:s LIKE '%.%u.example.com']",
		  "{\"type\":\"a\",\"s\":\"x.%u.example.com\"}" },
		{ "[a:s LIKE 'http://%/%u/index%']",
		  "{\"type\":\"a\",\"s\":\"http://b/%u/index.php\"}" },
		{ "[a:s MATCHES '^https?://[a-z]+/x%u/(gate|door)\\\\.php']",
		  "{\"type\":\"a\",\"s\":\"http://b/x%u/door.php\"}" },
		{ "[a:n = %u AND a:t = 'common']",
		  "{\"type\":\"a\",\"n\":%u,\"t\":\"common\"}" },
		{ "[a:t = 'common' AND a:s = '%u']",
		  "{\"type\":\"a\",\"s\":\"%u\",\"t\":\"common\"}" },
		{ "[x%u:n > 0]", "{\"type\":\"x%u\",\"n\":1}" },
		{ "[a:x%u > 0]", "{\"type\":\"a\",\"x%u\":1}" },
	};
	struct ent_err err = { 0 };
	char text[200];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct ent_pattern_set *s = NULL;
		struct ent_pattern_stats stats;
		struct told t = { 0 };

		ent_buf_init(&t.text, 1 << 20);
		assert_int_equal(ent_pattern_set_new(NULL, &s, &err), 0);
		for (unsigned k = 10000; k < 12000; k++) {
			format(text, sizeof(text), cases[i].pattern, k);
			assert_int_equal(ent_pattern_set_add(s, k, ent_str_c(text), &err), 0);
		}
		text[0] = '[';
		format(text + 1, sizeof(text) - 2, cases[i].object, 11234);
		strcat(text, "]");
		assert_int_equal(feed(s, 1, 1, text, &t, &err), 0);
		ent_buf_ch(&t.text, '\0');
		assert_string_equal(t.text.p, "11234: 1/0;");
		ent_pattern_set_stats(s, &stats);
		assert_in_range(stats.candidates, 1, 40);
		ent_buf_release(&t.text);
		ent_pattern_set_free(s);
	}
}

static void
bounds_its_memory_and_says_what_it_dropped(void **state)
{
	struct ent_pattern_set_limits limits = { .bytes = (size_t)1 << 20, .kept = 10 };
	struct ent_pattern_set *s = NULL;
	struct ent_pattern_stats stats;
	struct told t = { 0 };
	struct ent_err err = { 0 };
	uint64_t n = 0;
	char text[100];
	int rc = 0;

	(void)state;
	ent_buf_init(&t.text, 1 << 20);
	assert_int_equal(ent_pattern_set_new(&limits, &s, &err), 0);
	assert_int_equal(
	    ent_pattern_set_add(s, n++, ENT_STR("[a:n = 1] FOLLOWEDBY [a:n = 2]"), &err), 0);
	for (unsigned i = 0; i < 50; i++)
		assert_int_equal(feed(s, i, i, "[{\"type\":\"a\",\"n\":1}]", &t, &err), 0);
	ent_pattern_set_stats(s, &stats);
	assert_int_equal(stats.kept, 10);
	assert_int_equal(stats.dropped, 40);
	assert_int_equal(feed(s, 50, 50, "[{\"type\":\"a\",\"n\":2}]", &t, &err), 0);
	assert_int_equal(t.text.n > 0, 1); /* by what is left */
	while (rc == 0) {
		(void)snprintf(text, sizeof(text), "[a:s = 'value %llu']",
		               (unsigned long long)n);
		rc = ent_pattern_set_add(s, n, ent_str_c(text), &err);
		n += rc == 0;
	}
	assert_int_equal(rc, ENT_ELIMIT);
	assert_in_range(n, 200, 2000);
	ent_pattern_set_stats(s, &stats);
	assert_int_equal(stats.patterns, n);
	assert_true(stats.bytes <= limits.bytes);
	assert_true(ent_pattern_set_remove(s, 1));
	assert_int_equal(ent_pattern_set_add(s, n, ent_str_c(text), &err), 0);
	ent_buf_release(&t.text);
	ent_pattern_set_free(s);
}

static void
tells_why(void **state)
{
	static const char *const patterns[] = {
		"[a:n = 1 AND (a:s LIKE 'x%' OR a:s = 'y')] AND [b:n > 2]", NULL
	};
	struct ent_pattern_set *s = set_of(NULL, patterns);
	struct told t = { .set = s };
	struct ent_pattern_seen seen = { .pos = 0, .tests = 5 };
	struct ent_err err = { 0 };
	struct ent_str why;

	(void)state;
	why = ent_pattern_set_why(s, 0, &seen, arena);
	assert_true(ent_str_is(why, "a:n = 1; a:s = 'y'"));
	seen.pos = 1; /* there is no bracket */
	assert_null(ent_pattern_set_why(s, 0, &seen, arena).p);
	assert_null(ent_pattern_set_why(s, 1, &seen, arena).p);
	ent_buf_init(&t.text, 1 << 20);
	assert_int_equal(feed(s, 1, 1, "[{\"type\":\"a\",\"n\":1,\"s\":\"y\"}]", &t, &err), 0);
	assert_int_equal(feed(s, 2, 1, "{\"n\":1}", &t, &err), 0); /* an object of no objects */
	assert_int_equal(feed(s, 3, 1, "7", &t, &err), ENT_EINVAL);
	assert_int_equal(feed(s, 3, INT64_MAX / 2000000, "[]", &t, &err), ENT_EINVAL);
	assert_int_equal(feed(s, 4, 1, "[1,null,{},{\"type\":7}]", &t, &err), 0);
	assert_int_equal(t.text.n, 0);
	ent_buf_release(&t.text);
	ent_pattern_set_free(s);
}

/* Objects that refer to each other in a circle, and lists in lists. */
static void
ends_where_references_do_not(void **state)
{
	static const char *const patterns[] = {
		"[a:x_refs[*].x_refs[*].x_refs[*].x_refs[*].x_refs[*].x_refs[*].x_refs[*].x_"
		"refs[*]."
		"x_refs[*].x_refs[*].n = 1]",
		"[a:l[*][*][*][*][*][*][*][*][*][*][*][*][*][*][*][*][*][*][*][*] = 1]", NULL
	};
	struct ent_pattern_set *s = set_of(NULL, patterns);
	struct told t = { .set = s };
	struct ent_err err = { 0 };
	struct ent_buf b;

	(void)state;
	ent_buf_init(&b, 1 << 24);
	ent_buf_init(&t.text, 1 << 20);
	ent_buf_c(&b, "[");
	for (unsigned i = 0; i < 100; i++) {
		ent_buf_printf(&b,
		               "%s{\"type\":\"a\",\"id\":\"%u\",\"n\":2,\"l\":[[[[[[[[[[]]]]]]]"
		               "]]],\"x_refs\":[",
		               i ? "," : "", i);
		for (unsigned k = 0; k < 100; k++)
			ent_buf_printf(&b, "%s\"%u\"", k ? "," : "", k);
		ent_buf_c(&b, "]}");
	}
	ent_buf_c(&b, "]");
	ent_buf_ch(&b, '\0');
	assert_int_equal(feed(s, 1, 1, b.p, &t, &err), 0);
	assert_int_equal(t.text.n, 0);
	ent_buf_release(&b);
	ent_buf_release(&t.text);
	ent_pattern_set_free(s);
}

static void
lets_an_interval_touch_two_windows(void **state)
{
	static const char *const patterns[] = {
		"([a:n = 1] START t'1970-01-01T00:00:01Z' STOP t'1970-01-01T00:00:02Z') "
		"START t'1970-01-01T00:00:03Z' STOP t'1970-01-01T00:00:05Z'",
		"[a:n = 1] START t'1970-01-01T00:00:02Z' STOP t'1970-01-01T00:00:01Z'",
		NULL,
	};
	struct ent_pattern_set *s = set_of(NULL, patterns);
	struct ent_observation o = { .tag = 5, .first = 1000000, .last = 4000000, .count = 1 };
	struct told t = { .set = s };
	struct ent_err err = { 0 };

	(void)state;
	ent_buf_init(&t.text, 1 << 20);
	assert_int_equal(
	    ent_json_parse(arena, ENT_STR("[{\"type\":\"a\",\"n\":1}]"), 8, &o.objects, &err),
	    0);
	assert_int_equal(ent_pattern_set_feed(s, &o, on_hit, &t, &err), 0);
	o.last = 2000000; /* the first window alone */
	assert_int_equal(ent_pattern_set_feed(s, &o, on_hit, &t, &err), 0);
	ent_buf_ch(&t.text, '\0');
	assert_string_equal(t.text.p, "0: 5/0;");
	ent_buf_release(&t.text);
	ent_pattern_set_free(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_each_kind_of_key),
		cmocka_unit_test(keeps_what_patterns_of_time_need_and_no_longer),
		cmocka_unit_test(gives_back_what_it_took),
		cmocka_unit_test(touches_only_what_could_match),
		cmocka_unit_test(bounds_its_memory_and_says_what_it_dropped),
		cmocka_unit_test(tells_why),
		cmocka_unit_test(ends_where_references_do_not),
		cmocka_unit_test(lets_an_interval_touch_two_windows),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
