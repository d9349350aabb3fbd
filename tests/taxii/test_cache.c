/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_cache.c - the page cache: the same answer without the port, for the same caller and
 * generation only.
 */
#include "here.h"

#include "taxii/taxii_int.h"

#define BOTH "/alpha/collections/both/"

static int
setup(void **state)
{
	struct here *h;

	if (here_setup(state))
		return -1;
	h = *state;
	h->f.generation = 1;
	h->f.taxii.cache = ent_page_cache_new((size_t)1 << 20);
	return h->f.taxii.cache ? 0 : -1;
}

/* Asks twice; whether the second answer came without the port, which must not show. */
static bool
twice(struct here *h, const char *method, const char *target, const char *headers)
{
	struct fake_answer one = fake_ask(h->a, &h->f, method, target, headers, NULL);
	int pages = h->f.pages, logins = h->f.logins;
	struct fake_answer two = fake_ask(h->a, &h->f, method, target, headers, NULL);

	assert_int_equal(one.status, two.status);
	assert_true(ent_str_eq(one.body, two.body));
	assert_true(
	    ent_str_eq(fake_header(&one, "content-type"), fake_header(&two, "content-type")));
	assert_true(ent_str_eq(fake_header(&one, "x-taxii-date-added-last"),
	                       fake_header(&two, "x-taxii-date-added-last")));
	assert_true(ent_str_eq(fake_header(&one, "content-length"),
	                       fake_header(&two, "content-length")));
	assert_true(ent_str_eq(fake_header(&one, "etag"), fake_header(&two, "etag")));
	assert_true(ent_str_eq(fake_header(&one, "content-encoding"),
	                       fake_header(&two, "content-encoding")));
	assert_str(fake_header(&two, "vary"), two.status == 200 ? "Accept-Encoding" : "");
	assert_int_equal(h->f.logins, logins + 1); /* nobody gets in without */
	return h->f.pages == pages;
}

static void
pages_are_kept(void **state)
{
	struct here *h = *state;

	assert_true(twice(h, "GET", BOTH "objects/", FAKE_ANN));
	assert_true(twice(h, "GET", BOTH "objects/?limit=2", FAKE_ANN));
	assert_true(twice(h, "GET", BOTH "manifest/?match[version]=all", FAKE_ANN));
	assert_true(twice(h, "HEAD", BOTH "manifest/", FAKE_ANN));
	assert_true(twice(h, "GET", BOTH "objects/", FAKE_ANN "Accept-Encoding: gzip\r\n"));
	assert_true(twice(h, "GET", BOTH "objects/", FAKE_ANN "Accept-Encoding: zstd\r\n"));
	assert_true(twice(h, "GET",
	                  BOTH "objects/malware--00000000-0000-4000-8000-000000000000/"
	                       "versions/",
	                  FAKE_ANN));
	assert_true(
	    twice(h, "GET", BOTH "objects/?added_after=2030-01-01T00:00:00Z", FAKE_ANN));
}

static void
refusals_are_not_kept(void **state)
{
	struct here *h = *state;

	assert_false(twice(h, "GET", BOTH "objects/malware--none/", FAKE_ANN));
	h->f.failing = ENT_EBUSY;
	assert_false(twice(h, "GET", BOTH "objects/?limit=3", FAKE_ANN));
	h->f.failing = 0;
	assert_int_equal(
	    fake_ask(h->a, &h->f, "GET", BOTH "objects/?limit=3", FAKE_ANN, NULL).status, 200);
}

static void
another_generation_is_asked_anew(void **state)
{
	struct here *h = *state;
	struct fake_answer an;

	assert_true(twice(h, "GET", BOTH "objects/", FAKE_ANN));
	for (size_t i = 0; i < h->f.n; i++)
		h->f.records[i].gone = true;
	h->f.generation = 2;
	an = fake_ask(h->a, &h->f, "GET", BOTH "objects/", FAKE_ANN, NULL);
	assert_str(an.body, "{}");
	h->f.generation = 0; /* don't cache */
	assert_false(twice(h, "GET", BOTH "objects/", FAKE_ANN));
}

static void
callers_do_not_share(void **state)
{
	struct here *h = *state;
	struct fake_answer an;
	int pages;

	assert_true(twice(h, "GET", BOTH "objects/", FAKE_ANN));
	pages = h->f.pages;
	an = fake_ask(h->a, &h->f, "GET", BOTH "objects/", FAKE_BOSS, NULL);
	assert_int_equal(an.status, 200);
	assert_int_equal(h->f.pages, pages + 1);
	an = fake_ask(h->a, &h->f, "GET", BOTH "objects/", NULL, NULL);
	assert_int_equal(an.status, 401);
	an = fake_ask(h->a, &h->f, "GET", BOTH "objects/", FAKE_ANN "Accept: text/html\r\n",
	              NULL);
	assert_int_equal(an.status, 406);
	/* what only the boss may know stays with the boss */
	assert_true(twice(h, "GET", "/alpha/collections/hidden/objects/", FAKE_BOSS));
	an = fake_ask(h->a, &h->f, "GET", "/alpha/collections/hidden/objects/", FAKE_ANN, NULL);
	assert_int_equal(an.status, 404);
}

/* Kept or not, a page that the caller has is 304, with the header lines that go with it. */
static void
pages_that_the_caller_has_are_304(void **state)
{
	static const char *const codings[] = { "", "Accept-Encoding: gzip\r\n",
		                               "Accept-Encoding: zstd\r\n" };
	struct here *h = *state;
	struct ent_str tags[3];

	for (size_t i = 0; i < 6; i++) {
		const char *coding = codings[i % 3];
		struct fake_answer an =
		    fake_ask(h->a, &h->f, "GET", BOTH "objects/",
		             ent_arena_printf(h->a, "%s%s", FAKE_ANN, coding).p, NULL);
		struct ent_str tag = fake_header(&an, "etag");

		assert_int_equal(an.status, 200);
		an = fake_ask(h->a, &h->f, "GET", BOTH "objects/",
		              ent_arena_printf(h->a, "%s%sIf-None-Match: %.*s\r\n", FAKE_ANN,
		                               coding, ENT_FMT(tag))
		                  .p,
		              NULL);
		assert_int_equal(an.status, 304);
		assert_int_equal(an.body.n, 0);
		assert_true(ent_str_eq(fake_header(&an, "etag"), tag));
		assert_true(fake_header(&an, "x-taxii-date-added-last").n > 0);
		assert_str(fake_header(&an, "vary"), "Accept-Encoding");
		if (i < 3)
			tags[i] = tag;
		else
			assert_true(ent_str_eq(tags[i - 3], tag));
		h->f.generation = i < 2; /* and then without the cache */
	}
}

static void
put(struct ent_page_cache *k, const struct ent_caller *who, const char *target, size_t bytes)
{
	struct ent_http rq = { .target = ent_str_c(target), .status = 200 };
	char *text = calloc(1, bytes + 1);

	assert_non_null(text);
	ent_buf_init(&rq.head, 1000);
	ent_buf_printf(&rq.head, "X-For: %s\r\n", target);
	rq.blob = ent_blob_new((struct ent_str){ text, bytes });
	ent_page_cache_put(k, who, ENT_CODING_PLAIN, 1, &rq);
	ent_blob_drop(rq.blob);
	ent_buf_release(&rq.head);
	free(text);
}

static bool
has(struct ent_page_cache *k, const struct ent_caller *who, const char *target)
{
	struct ent_http rq = { .target = ent_str_c(target) };
	char want[300];
	bool there;

	ent_buf_init(&rq.head, 1000);
	there = ent_page_cache_get(k, who, ENT_CODING_PLAIN, 1, &rq);
	if (there) {
		snprintf(want, sizeof(want), "X-For: %s\r\n", target);
		assert_str(ent_buf_view(&rq.head), want);
		assert_int_equal(rq.status, 200);
	}
	ent_blob_drop(rq.blob);
	ent_buf_release(&rq.head);
	return there;
}

static void
identities_are_told_apart(void **state)
{
	const struct ent_caller callers[] = {
		{ .has_pin = false },
		{ .has_pin = true },
		{ .has_pin = true, .pin = { 1 } },
		{ .user = ENT_STR("") },
		{ .user = ENT_STR("a") },
		{ .user = ENT_STR("a/") },
		{ .has_pin = true, .user = ENT_STR("a") },
	};
	struct ent_page_cache *k = ent_page_cache_new(1 << 20);

	(void)state;
	for (size_t i = 0; i < sizeof(callers) / sizeof(callers[0]); i++) {
		for (size_t o = i; o < sizeof(callers) / sizeof(callers[0]); o++)
			assert_false(has(k, &callers[o], "/x"));
		put(k, &callers[i], "/x", 10);
		assert_true(has(k, &callers[i], "/x"));
	}
	assert_false(has(k, &callers[4], "//x")); /* "a" + "//x" is "a/" + "/x" in one row */
	ent_page_cache_free(k);
}

static void
bytes_are_bounded(void **state)
{
	const struct ent_caller ann = { .user = ENT_STR("ann") };
	struct ent_page_cache *k = ent_page_cache_new(100000);
	char target[32];
	size_t kept = 0;

	(void)state;
	put(k, &ann, "/huge", 50000);
	assert_false(has(k, &ann, "/huge"));
	for (int i = 0; i < 1000; i++) {
		snprintf(target, sizeof(target), "/%d", i);
		put(k, &ann, target, 900);
		assert_true(has(k, &ann, target));
	}
	for (int i = 0; i < 1000; i++) {
		snprintf(target, sizeof(target), "/%d", i);
		kept += has(k, &ann, target);
	}
	assert_in_range(kept, 50, 110);
	ent_page_cache_free(k);
	ent_page_cache_free(NULL);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, here_teardown)
	const struct CMUnitTest tests[] = {
		T(pages_are_kept),
		T(refusals_are_not_kept),
		T(another_generation_is_asked_anew),
		T(callers_do_not_share),
		T(pages_that_the_caller_has_are_304),
		cmocka_unit_test(identities_are_told_apart),
		cmocka_unit_test(bytes_are_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
