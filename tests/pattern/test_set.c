/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_set.c - random sets of patterns, random streams: the index agrees with what tries
 * everything, and on each kind of comparison with the matcher.  PAIRS says how many pairs of a
 * pattern and an observation; the seed is fixed.
 */
#include "stream.h"
#include "test.h"

static size_t
pairs_wanted(void)
{
	const char *pairs = getenv("PAIRS");

	return pairs ? strtoul(pairs, NULL, 10) : 20000;
}

static void
agrees_with_one_that_tries_everything(void **state)
{
	struct ent_arena *a = ent_arena_new((size_t)64 << 20);
	struct dice d = { .state = 0x9e3779b97f4a7c15 };
	size_t pairs = 0, matched = 0, lost = 0, n = pairs_wanted();
	struct ent_str texts[STREAM_PATTERNS];
	struct ent_buf text;
	struct stream s;

	(void)state;
	assert_non_null(a);
	ent_buf_init(&text, 1 << 20);
	while (pairs < n) {
		ent_arena_reset(a);
		memset(texts, 0, sizeof(texts));
		stream_run(&d, a, SLOW_OBSERVED, STREAM_PATTERNS, &text, texts, &s);
		if (s.wrong)
			fail_msg("%s, observation %zu: %.*s\n%.*s", s.wrong, s.at - 1,
			         ENT_FMT(texts[s.key]), ENT_FMT(ent_buf_view(&text)));
		pairs += s.pairs;
		matched += s.matched;
		lost += s.lost;
	}
	print_message("%zu pairs, %zu hits, %zu that one couldn't tell\n", pairs, matched,
	              lost);
	assert_true(matched > pairs / 20 && matched < pairs - pairs / 20);
	assert_true(lost < pairs / 20);
	ent_buf_release(&text);
	ent_arena_free(a);
}

/* ---- every kind of comparison, against the matcher ---- */

/* Deeper than the index follows. */
#define DEEP                                                                                   \
	"r_ref.r_ref.r_ref.r_ref.r_ref.r_ref.r_ref.r_ref.r_ref.r_ref.r_ref.r_ref.r_ref.r_ref." \
	"r_ref.r_ref.r_ref.r_ref.v"

static void
rich_test(struct dice *d, struct ent_buf *b)
{
	static const char *const pieces[] = {
		"a",           "b",
		"abcd",        "bcda",
		"cdab",        ".",
		"\\\\.",       "[ab]",
		"(ab|cd)",     "(?:abcd|bcda)",
		"(abcd)?",     "a+",
		"b*",          "c?",
		"{2}",         "|",
		"^",           "$",
		"(?i)",        "\\\\d",
		"x{1,2}",      "(?=ab)",
		"\\\\bab",     "[^]a]",
		"sk",          "\xc3\xa9",
		"e\xcc\x81",   "(?!ab)abcd",
		"(",           ")",
		"(?<n>dabc)",  "(?x) a b c d",
		"{0,1}",       "k",
		"s",           "/",
		"[[:alpha:]]", "(?s:.bcd)",
		"\\\\Q.\\\\E", "\\\\x61",
		"abcd{0}",
	};
	static const char *const likes[] = { "%",       "_",        "abcd", "ab", ".ab", "sk",
		                             "%.ab.cd", "\xc3\xa9", "cd",   "s",  "%bcd" };
	static const char *const tests[] = {
		"v ISSUBSET '10.0.0.0/8'",
		"v ISSUBSET '10.1.2.0/23'",
		"v ISSUBSET '10.1.2.3'",
		"v ISSUBSET '2001:db8::/31'",
		"v ISSUBSET '0.0.0.0/0'",
		"v ISSUBSET '::/0'",
		"v NOT ISSUBSET '10.0.0.0/8'",
		"v ISSUPERSET '10.1.2.3/32'",
		"v = '10.1.2.3'",
		"t = true",
		"t != true",
		"t IN (false)",
		"n = 1.5",
		"n = -0.0",
		"n = 0",
		"n IN (1, 2, 9007199254740991)",
		"n > 1",
		"x_hex = 'ab'",
		"x_hex = h'6162'",
		"x_hex LIKE 'a%'",
		"x_hex MATCHES 'ab'",
		"x_bin = b'YWI='",
		"v = h'6162'",
		"w = t'2026-01-01T00:00:00.0Z'",
		"w > t'2025-01-01T00:00:00Z'",
		"v IN ('abcd', '10.1.2.3', 'bcda')",
		"v NOT IN ('abcd')",
		"v = 'abcd'",
		"hashes.MD5 = '900150983cd24fb0d6963f7d28e17f72'",
		"hashes.MD5 != '900150983cd24fb0d6963f7d28e17f72'",
		"v != 'abcd'",
		"l[1] = 'abcd'",
		"l[*] LIKE '%bcd%'",
		"r_ref.v MATCHES 'abcd'",
		(DEEP " LIKE '%'"),
	};
	unsigned kind = dice(d, 5), n = 1 + dice(d, 4);

	ent_buf_c(b, dice(d, 4) ? "a:" : "b:");
	if (kind < 2) {
		pairs_pick(d, b, tests, sizeof(tests) / sizeof(*tests));
		return;
	}
	ent_buf_printf(b, "v%s %s '", dice(d, 6) ? "" : " NOT", kind == 2 ? "LIKE" : "MATCHES");
	while (n-- > 0)
		if (kind == 2)
			pairs_pick(d, b, likes, sizeof(likes) / sizeof(*likes));
		else
			pairs_pick(d, b, pieces, sizeof(pieces) / sizeof(*pieces));
	ent_buf_c(b, "'");
}

static void
rich_pattern(struct dice *d, struct ent_buf *b)
{
	unsigned n = dice(d, 3) ? 1 : 1 + dice(d, 3);

	ent_buf_clear(b);
	ent_buf_c(b, "[");
	for (unsigned i = 0; i < n; i++) {
		ent_buf_c(b, !i ? "" : dice(d, 2) ? " AND " : " OR ");
		rich_test(d, b);
	}
	ent_buf_c(b, "]");
}

static void
rich_value(struct dice *d, struct ent_buf *b)
{
	static const char *const pieces[] = {
		"a",   "b",   "c",  "d",        "abcd",         "ABCD",     "bcda",      "dabc",
		".ab", ".cd", "sk", "\xc5\xbf", "\xe2\x84\xaa", "\xc3\xa9", "e\xcc\x81", "/",
		"s",   "K",   "  ", "x",        "\xc3\x89",
	};
	static const char *const whole[] = { "10.1.2.3",
		                             "10.1.3.0/24",
		                             "10.0.0.0/7",
		                             "2001:db8::1",
		                             "2001:db9:ffff::/48",
		                             "10.1.2.03",
		                             "::",
		                             "abcd",
		                             "" };
	unsigned n = dice(d, 5);

	if (dice(d, 4) == 0) {
		pairs_pick(d, b, whole, sizeof(whole) / sizeof(*whole));
		return;
	}
	while (n-- > 0)
		pairs_pick(d, b, pieces, sizeof(pieces) / sizeof(*pieces));
}

static void
rich_object(struct dice *d, struct ent_buf *b, unsigned id)
{
	static const char *const rest[] = {
		",\"t\":true",
		",\"t\":false",
		",\"t\":\"true\"",
		",\"n\":1.5",
		",\"n\":0",
		",\"n\":-0.0",
		",\"n\":9007199254740991",
		",\"x_hex\":\"6162\"",
		",\"x_hex\":\"616\"",
		",\"x_bin\":\"YWI=\"",
		",\"w\":\"2026-01-01T00:00:00Z\"",
		",\"w\":\"no\"",
		",\"hashes\":{\"MD5\":\"900150983cd24fb0d6963f7d28e17f72\"}",
		",\"r_ref\":\"0\"",
		",\"r_ref\":\"1\"",
		"",
		"",
		"",
	};

	ent_buf_printf(b, "%s{\"type\":\"%s\",\"id\":\"%u\",\"v\":\"", id ? "," : "",
	               dice(d, 3) ? "a" : "b", id);
	rich_value(d, b);
	ent_buf_c(b, "\",\"l\":[\"");
	rich_value(d, b);
	ent_buf_c(b, "\",\"abcd\"]");
	pairs_pick(d, b, rest, sizeof(rest) / sizeof(*rest));
	ent_buf_c(b, "}");
}

struct rich {
	struct ent_matcher *of[STREAM_PATTERNS];
	struct ent_str texts[STREAM_PATTERNS];
	unsigned hits[STREAM_PATTERNS];
};

static int
rich_hit(void *self, const struct ent_pattern_hit *h)
{
	struct rich *r = self;

	r->hits[h->key]++;
	assert_int_equal(h->n, 1);
	return 0;
}

/* The matcher is asked for the bundle of the same objects. */
static void
rich_feed(struct ent_pattern_set *s, struct rich *r, struct ent_arena *a,
          struct ent_str objects, size_t *pairs, size_t *matched)
{
	struct ent_observation in = { .count = 1 };
	struct ent_sighted list[8];
	struct ent_observed o = { .count = 1, .objects = list };
	struct ent_err err = { 0 };

	if (ent_json_parse(a, objects, ENT_JSON_DEPTH, &in.objects, &err))
		fail_msg("%s: %.*s", err.msg, ENT_FMT(objects));
	for (; o.n < ent_json_count(in.objects); o.n++) {
		const struct ent_json *v = ent_json_at(in.objects, o.n);

		list[o.n] = (struct ent_sighted){ v, ent_json_getstr(v, "id"),
			                          ent_json_getstr(v, "type") };
	}
	memset(r->hits, 0, sizeof(r->hits));
	if (ent_pattern_set_feed(s, &in, rich_hit, r, &err))
		fail_msg("%s", err.msg);
	for (size_t i = 0; i < STREAM_PATTERNS; i++) {
		size_t object;
		int want = r->of[i] ? ent_match_one(r->of[i], &o, &object, &err) : -1;

		if (!r->of[i])
			continue;
		*pairs += 1;
		*matched += want == 1;
		if (r->hits[i] != (want == 1))
			fail_msg("%u, not %d: %.*s\n%.*s", r->hits[i], want,
			         ENT_FMT(r->texts[i]), ENT_FMT(objects));
	}
}

static void
agrees_with_the_matcher_on_each_comparison(void **state)
{
	struct ent_arena *a = ent_arena_new((size_t)64 << 20);
	struct dice d = { .state = 0x853c49e6748fea9b };
	struct ent_pattern_set_limits limits = { .exact_hashes = true };
	size_t pairs = 0, matched = 0, n = pairs_wanted();
	struct ent_buf text;

	(void)state;
	assert_non_null(a);
	ent_buf_init(&text, 1 << 20);
	while (pairs < n) {
		struct ent_pattern_set *s;
		struct rich r = { 0 };
		struct ent_pat_node *tree;

		ent_arena_reset(a);
		assert_int_equal(ent_pattern_set_new(&limits, &s, NULL), 0);
		for (size_t i = 0; i < STREAM_PATTERNS; i++) {
			rich_pattern(&d, &text);
			r.texts[i] = ent_buf_done(&text, a);
			if (ent_pattern_parse(a, r.texts[i], ENT_PAT_21, &tree, NULL, NULL) ||
			    ent_matcher_new(tree, &r.of[i], NULL)) {
				r.of[i] = NULL;
				continue;
			}
			assert_int_equal(ent_pattern_set_add(s, i, r.texts[i], NULL), 0);
		}
		for (unsigned k = 0; k < 16; k++) {
			unsigned objects = 1 + dice(&d, 3);

			ent_buf_clear(&text);
			ent_buf_c(&text, "[");
			for (unsigned i = 0; i < objects; i++)
				rich_object(&d, &text, i);
			ent_buf_c(&text, "]");
			rich_feed(s, &r, a, ent_buf_view(&text), &pairs, &matched);
		}
		for (size_t i = 0; i < STREAM_PATTERNS; i++)
			ent_matcher_free(r.of[i]);
		ent_pattern_set_free(s);
	}
	print_message("%zu pairs, %zu hits\n", pairs, matched);
	assert_true(matched > pairs / 20 && matched < pairs / 2);
	ent_buf_release(&text);
	ent_arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(agrees_with_one_that_tries_everything),
		cmocka_unit_test(agrees_with_the_matcher_on_each_comparison),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
