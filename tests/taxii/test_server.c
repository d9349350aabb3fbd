/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_server.c - whole requests: statuses, headers and bodies.
 */
#include "here.h"

static void
resources_are_what_the_text_says(void **state)
{
	static const struct exchange cases[] = {
		{ "GET", "/taxii2/", FAKE_ANN, NULL, 200,
		  "{\"title\":\"Test \\\"node\\\"\",\"default\":\"/beta/\","
		  "\"api_roots\":[\"/alpha/\",\"/beta/\",\"/asleep/\"]}" },
		{ "GET", "/taxii2", FAKE_ANN, NULL, 200, "api_roots" },
		{ "GET", "/alpha/", FAKE_ANN, NULL, 200,
		  "\"versions\":[\"application/"
		  "taxii+json;version=2.1\"],\"max_content_length\":4000}" },
		{ "GET", "/alpha", FAKE_ANN, NULL, 200, "\"title\":\"alpha\"" },
		{ "GET", "/alpha/collections/", FAKE_ANN, NULL, 200,
		  "{\"collections\":[{\"id\":\"11111111-1111-4111-8111-111111111111\","
		  "\"title\":\"both\","
		  "\"alias\":\"both\",\"can_read\":true,\"can_write\":true,"
		  "\"media_types\":[\"application/stix+json;version=2.1\"]},"
		  "{\"id\":\"22222222-2222-4222-8222-222222222222\"" },
		{ "GET", "/alpha/collections/none/", FAKE_ANN, NULL, 200,
		  "\"can_read\":false,\"can_write\":false" },
		{ "GET", "/alpha/collections/11111111-1111-4111-8111-111111111111", FAKE_ANN,
		  NULL, 200, "\r\n{\"id\":\"11111111-1111-4111-8111-111111111111\"" },
		{ "GET", "/beta/collections/", FAKE_ANN, NULL, 200, "\r\n\r\n{}" },
		{ "GET", STATUS, FAKE_ANN, NULL, 200,
		  "\"status\":\"complete\",\"request_timestamp\":\"2020-01-01T00:00:00."
		  "000000Z\","
		  "\"total_count\":1,\"success_count\":0,\"failure_count\":0,\"pending_count\":"
		  "0}" },
		{ "GET", "/beta/status/2d086da7-4bdc-4f91-900e-d77486753710/", FAKE_ANN, NULL,
		  404, NULL },
		{ "GET", C "manifest/?match[id]=" I1, FAKE_ANN, NULL, 200,
		  "{\"objects\":[{\"id\":\"" I1
		  "\",\"date_added\":\"2020-01-01T00:00:01.000003Z\","
		  "\"version\":\"2020-02-02T00:00:00.000Z\","
		  "\"media_type\":\"application/stix+json;version=2.1\"}]}" },
		{ "GET", C "objects/" I1 "/versions/?match[spec_version]=2.0,2.1", FAKE_ANN,
		  NULL, 200,
		  "{\"versions\":[\"2020-02-02T00:00:00.000Z\",\"2020-02-01T00:00:00.5Z\"]}" },
		{ "GET", C "objects/" I1 "/", FAKE_ANN, NULL, 200,
		  "{\"objects\":[{ \"id\" :\"" I1 "\",\t\"n\": 1 , \"modified\":"
		  "\"2020-02-02T00:00:00.000Z\"}]}" },
	};

	RUN(cases);
}

static void
answers_are_negotiated(void **state)
{
	static const struct exchange cases[] = {
		{ "GET", "/taxii2/", FAKE_ANN "Accept: application/json\r\n", NULL, 200, NULL },
		{ "GET", "/taxii2/", FAKE_ANN "Accept: application/vnd.oasis.taxii+json\r\n",
		  NULL, 406, "speaks TAXII 2.1 and no other" },
		{ "GET", "/taxii2/", FAKE_ANN "Accept: application/taxii+json;version=2.0\r\n",
		  NULL, 406, NULL },
		{ "GET", C "manifest/",
		  FAKE_ANN "Accept: application/stix+json;version=2.1\r\n", NULL, 200, NULL },
		{ "GET", C "objects/", FAKE_ANN "Accept: application/stix+json;version=2.1\r\n",
		  NULL, 406, NULL },
		{ "POST", C "objects/", FAKE_ANN TYPED "Accept: text/html\r\n", TWO, 406,
		  NULL },
		{ "DELETE", C "objects/" M0 "/", FAKE_ANN "Accept: text/html\r\n", NULL, 406,
		  NULL },
		{ "POST", C "objects/", FAKE_ANN, TWO, 415,
		  "application/taxii+json;version=2.1" },
		{ "POST", C "objects/", FAKE_ANN "Content-Type: application/json\r\n", TWO, 415,
		  NULL },
		{ "POST", C "objects/",
		  FAKE_ANN "Content-Type: application/taxii+json;version=2.0\r\n", TWO, 415,
		  NULL },
		{ "POST", C "objects/", FAKE_ANN "Content-Type: application/taxii+json\r\n",
		  TWO, 202, NULL },
	};
	struct here *h = *state;

	RUN(cases);
	assert_int_equal(h->f.posts, 1);
	assert_int_equal(h->f.deletes, 0);
}

static void
rights_are_those_of_the_collection(void **state)
{
	static const struct exchange cases[] = {
		{ "GET", "/alpha/collections/write/objects/", FAKE_ANN, NULL, 403, "can_read" },
		{ "GET", "/alpha/collections/none/manifest/", FAKE_ANN, NULL, 403, "can_read" },
		{ "GET", "/alpha/collections/write/objects/" M0 "/", FAKE_ANN, NULL, 403,
		  NULL },
		{ "GET", "/alpha/collections/write/objects/" M0 "/versions/", FAKE_ANN, NULL,
		  403, NULL },
		{ "POST", "/alpha/collections/read/objects/", FAKE_ANN TYPED, TWO, 403,
		  "can_write" },
		{ "POST", "/alpha/collections/none/objects/", FAKE_ANN TYPED, TWO, 403, NULL },
		{ "POST", "/alpha/collections/write/objects/", FAKE_ANN TYPED, TWO, 202, NULL },
		/* the table of 5.7 */
		{ "DELETE", "/alpha/collections/read/objects/" M0 "/", FAKE_ANN, NULL, 403,
		  NULL },
		{ "DELETE", "/alpha/collections/write/objects/" M0 "/", FAKE_ANN, NULL, 403,
		  NULL },
		{ "DELETE", "/alpha/collections/none/objects/" M0 "/", FAKE_ANN, NULL, 404,
		  NULL },
		/* permission before the body and the query */
		{ "POST", "/alpha/collections/read/objects/", FAKE_ANN, "nonsense", 403, NULL },
		{ "GET", "/alpha/collections/write/objects/?limit=x", FAKE_ANN, NULL, 403,
		  NULL },
		/* an agreement that isn't in force */
		{ "GET", "/asleep/collections/", FAKE_ANN, NULL, 403,
		  "\"error_id\":\"agreement-suspended\"" },
		{ "GET", "/asleep/collections/both/objects/", FAKE_ANN, NULL, 403,
		  "the agreement is suspended since Monday" },
		{ "POST", "/asleep/collections/both/objects/", FAKE_ANN TYPED, TWO, 403,
		  "agreement-suspended" },
	};

	RUN(cases);
}

static void
what_may_not_be_known_looks_like_what_is_not(void **state)
{
	static const char *const tails[] = { "", "objects/", "manifest/", "objects/" M0 "/",
		                             "objects/" M0 "/versions/" };
	static const char *const names[] = { "hidden", "55555555-5555-4555-8555-555555555555" };
	struct here *h = *state;
	struct fake_answer list;

	for (size_t i = 0; i < 5; i++)
		for (size_t n = 0; n < 2; n++) {
			struct fake_answer known, unknown;
			char path[160];

			snprintf(path, sizeof(path), "/alpha/collections/%s/%s", names[n],
			         tails[i]);
			known = fake_ask(h->a, &h->f, "GET", path, FAKE_ANN, NULL);
			assert_int_equal(known.status, 404);
			snprintf(path, sizeof(path), "/alpha/collections/nothing/%s", tails[i]);
			unknown = fake_ask(h->a, &h->f, "GET", path, FAKE_ANN, NULL);
			assert_true(ent_str_eq(known.body, unknown.body));
			snprintf(path, sizeof(path), "/alpha/collections/%s/%s", names[n],
			         tails[i]);
			assert_int_equal(
			    fake_ask(h->a, &h->f, "GET", path, FAKE_BOSS, NULL).status, 200);
		}
	run(h,
	    &(struct exchange){ "GET", "/alpha/collections/", FAKE_BOSS, NULL, 200,
	                        "\"hidden\"" },
	    1);
	list = fake_ask(h->a, &h->f, "GET", "/alpha/collections/", FAKE_ANN, NULL);
	assert_null(memmem(list.body.p, list.body.n, "hidden", 6));
}

static void
malformed_queries_are_400_on_every_page(void **state)
{
	static const char *const paths[] = { C "objects/", C "manifest/", C "objects/" I1 "/",
		                             C "objects/" I1 "/versions/" };
	static const char *const bad[] = {
		"limit=0",           "limit=-5",        "added_after=yesterday",   "next=AAAA",
		"match[colour]=red", "limit=1&limit=2", "match%5Bspec_version%5D="
	};
	static const struct exchange cases[] = {
		{ "GET", C "objects/" I1 "/?match[id]=x", FAKE_ANN, NULL, 400, "match[id]" },
		{ "GET", C "objects/" I1 "/?match[type]=x", FAKE_ANN, NULL, 400,
		  "match[type]" },
		{ "GET", C "objects/" I1 "/versions/?match[version]=all", FAKE_ANN, NULL, 400,
		  NULL },
		{ "DELETE", C "objects/" I1 "/?added_after=2020-01-01T00:00:00Z", FAKE_ANN,
		  NULL, 400, "added_after" },
		{ "DELETE", C "objects/" I1 "/?match[id]=x", FAKE_ANN, NULL, 400, NULL },
		{ "GET", C "objects/?colour=red", FAKE_ANN, NULL, 200, NULL },
		{ "GET", "/taxii2/?limit=0", FAKE_ANN, NULL, 200, NULL },
		{ "GET", C "objects/?next=&limit=50", FAKE_ANN, NULL, 200, NULL }, /* MISP */
	};
	struct here *h = *state;

	for (size_t i = 0; i < 4; i++)
		for (size_t b = 0; b < sizeof(bad) / sizeof(bad[0]); b++) {
			char target[256];
			struct exchange x = {
				"GET", target, FAKE_ANN, NULL, 400, "bad-request"
			};

			snprintf(target, sizeof(target), "%s?%s", paths[i], bad[b]);
			run(h, &x, 1);
		}
	RUN(cases);
	assert_int_equal(h->f.deletes, 0);
}

static void
objects_that_are_not_there_are_404(void **state)
{
	static const struct exchange cases[] = {
		{ "GET", C "objects/" NOBODY "/", FAKE_ANN, NULL, 404, NULL },
		{ "GET", C "objects/" NOBODY "/versions/", FAKE_ANN, NULL, 404, NULL },
		{ "GET", C "objects/" NOBODY "/?added_after=2020-01-01T00:00:00Z", FAKE_ANN,
		  NULL, 404, NULL },
		/* there, but not in this page: an empty envelope */
		{ "GET", C "objects/" I1 "/?added_after=2030-01-01T00:00:00Z", FAKE_ANN, NULL,
		  200, "\r\n\r\n{}" },
		{ "GET", C "objects/" I1 "/versions/?added_after=2030-01-01T00:00:00Z",
		  FAKE_ANN, NULL, 200, "\r\n\r\n{}" },
		{ "GET", C "objects/" I1 "/?match[spec_version]=9.9", FAKE_ANN, NULL, 200,
		  "\r\n\r\n{}" },
		/* there, but not in this version */
		{ "GET", C "objects/" I1 "/?match[version]=2001-01-01T00:00:00Z", FAKE_ANN,
		  NULL, 404, NULL },
		{ "GET", C "objects/" I1 "/?match[version]=2020-02-02T00:00:00Z", FAKE_ANN,
		  NULL, 200, "\"n\": 1 " },
		/* match[id] is a filter, not a place */
		{ "GET", C "objects/?match[id]=" NOBODY, FAKE_ANN, NULL, 200, "\r\n\r\n{}" },
		{ "GET", C "manifest/?match[id]=" NOBODY, FAKE_ANN, NULL, 200, "\r\n\r\n{}" },
	};
	struct here *h = *state;
	struct fake_answer an;

	RUN(cases);
	an = fake_ask(h->a, &h->f, "GET", C "objects/?match[id]=" NOBODY, FAKE_ANN, NULL);
	assert_null(fake_header(&an, "x-taxii-date-added-first").p);
	assert_null(fake_header(&an, "x-taxii-date-added-last").p);
}

static void
an_envelope_is_taken_or_refused_whole(void **state)
{
	static const struct exchange good[] = {
		{ "POST", C "objects/", FAKE_ANN TYPED, TWO, 202,
		  "\"total_count\":2,\"success_count\":2,\"successes\":[{\"id\":\"a\","
		  "\"version\":"
		  "\"2020-01-01T00:00:00.000Z\"},{\"id\":\"b\",\"version\":"
		  "\"2020-01-01T00:00:00.000Z\"}],\"failure_count\":0,\"pending_count\":0}" },
		{ "POST", C "objects/", FAKE_ANN TYPED,
		  "{\"objects\":[{\"id\":\"a\"},{}],\"x\":1}", 202,
		  "\"failure_count\":1,\"failures\":[{\"id\":\"unknown\",\"version\":\"\","
		  "\"message\":\"id is missing\"}]" },
	};
	static const struct exchange bad[] = {
		{ "POST", C "objects/", FAKE_ANN TYPED, "", 400, NULL },
		{ "POST", C "objects/", FAKE_ANN TYPED, "{", 400, NULL },
		{ "POST", C "objects/", FAKE_ANN TYPED, "{\"objects\":[{}],\"objects\":[]}",
		  400, NULL },
		{ "POST", C "objects/", FAKE_ANN TYPED, "\xff", 400, NULL },
		{ "POST", C "objects/", FAKE_ANN TYPED, "[]", 422, NULL },
		{ "POST", C "objects/", FAKE_ANN TYPED, "null", 422, NULL },
		{ "POST", C "objects/", FAKE_ANN TYPED, "{}", 422,
		  "non-empty list named objects" },
		{ "POST", C "objects/", FAKE_ANN TYPED, "{\"objects\":[]}", 422, NULL },
		{ "POST", C "objects/", FAKE_ANN TYPED, "{\"objects\":{}}", 422, NULL },
		{ "POST", C "objects/", FAKE_ANN TYPED, "{\"objects\":[{},3]}", 422,
		  "Item 1 of objects isn't an object" },
	};
	struct here *h = *state;
	char deep[400];

	RUN(bad);
	memset(deep, 0, sizeof(deep));
	snprintf(deep, sizeof(deep), "{\"objects\":[{\"a\":");
	memset(deep + strlen(deep), '[', 100);
	memset(deep + strlen(deep), ']', 100);
	memcpy(deep + strlen(deep), "}]}", 3);
	run(h, &(struct exchange){ "POST", C "objects/", FAKE_ANN TYPED, deep, 422, NULL }, 1);
	assert_int_equal(h->f.posts, 0);
	RUN(good);
	assert_int_equal(h->f.posts, 2);
}

static void
max_content_length_is_kept_before_the_body(void **state)
{
	struct here *h = *state;
	char body[FAKE_MAX_CONTENT + 2], request[512];
	struct fake_answer an;

	memset(body, ' ', sizeof(body));
	memcpy(body, TWO, sizeof(TWO) - 1);
	body[FAKE_MAX_CONTENT] = '\0'; /* as long as is allowed */
	run(h, &(struct exchange){ "POST", C "objects/", FAKE_ANN TYPED, body, 202, NULL }, 1);
	body[FAKE_MAX_CONTENT] = ' ';
	body[FAKE_MAX_CONTENT + 1] = '\0';
	run(h,
	    &(struct exchange){ "POST", C "objects/", FAKE_ANN TYPED, body, 413,
	                        "The body has 4001 bytes; this API root takes at most 4000" },
	    1);
	/* Announced only: the answer comes without the body. */
	snprintf(request, sizeof(request),
	         "POST " C "objects/ HTTP/1.1\r\nHost: x\r\n" FAKE_ANN TYPED
	         "Content-Length: 99999999999\r\n\r\n");
	assert_true(
	    fake_split(ent_http_loopback(h->a, &h->f.app, &h->f, ent_str_c(request)), &an));
	assert_int_equal(an.status, 413);
	/* In chunks: counted as they come. */
	snprintf(request, sizeof(request),
	         "POST " C "objects/ HTTP/1.1\r\nHost: x\r\n" FAKE_ANN TYPED
	         "Transfer-Encoding: chunked\r\n\r\nfff\r\n");
	{
		struct ent_buf b;

		ent_buf_init(&b, 1 << 16);
		ent_buf_c(&b, request);
		for (int i = 0; i < 0xfff; i++)
			ent_buf_ch(&b, ' ');
		ent_buf_c(&b, "\r\n0\r\n\r\n");
		assert_true(fake_split(
		    ent_http_loopback(h->a, &h->f.app, &h->f, ent_buf_view(&b)), &an));
		check_form(h, "chunked", &an);
		assert_int_equal(an.status, 413);
		ent_buf_release(&b);
	}
	assert_int_equal(h->f.posts, 1);
}

static void
a_body_with_a_get_is_ignored_up_to_a_size(void **state)
{
	struct here *h = *state;
	char big[ENT_IGNORED_BODY + 2];

	memset(big, 'x', sizeof(big));
	big[ENT_IGNORED_BODY + 1] = '\0';
	run(h, &(struct exchange){ "GET", "/taxii2/", FAKE_ANN, "{}", 200, NULL }, 1);
	run(h, &(struct exchange){ "GET", "/taxii2/", FAKE_ANN, big, 413, NULL }, 1);
}

static void
delete_takes_all_versions_or_those_named(void **state)
{
	static const struct exchange cases[] = {
		{ "DELETE",
		  C "objects/" I1
		    "/?match[version]=2020-02-01T00:00:00.500Z&match[spec_version]=2.1",
		  FAKE_ANN, NULL, 404, NULL },
		{ "DELETE", C "objects/" I1 "/?match[version]=2020-02-01T00:00:00.500Z",
		  FAKE_ANN, NULL, 200, NULL },
		{ "GET", C "objects/" I1 "/?match[version]=2020-02-01T00:00:00.500Z", FAKE_ANN,
		  NULL, 404, NULL },
		{ "GET", C "objects/" I1 "/", FAKE_ANN, NULL, 200, NULL },
		{ "DELETE", C "objects/" M0 "/", FAKE_ANN, NULL, 200, NULL },
		{ "GET", C "objects/" M0 "/", FAKE_ANN, NULL, 404, NULL },
		{ "GET", C "objects/" M0 "/versions/", FAKE_ANN, NULL, 404, NULL },
		{ "DELETE", C "objects/" M0 "/", FAKE_ANN, NULL, 404, NULL },
	};
	struct here *h = *state;
	struct fake_answer an;

	RUN(cases);
	an = fake_ask(h->a, &h->f, "DELETE", C "objects/" I1, FAKE_ANN, NULL);
	assert_int_equal(an.status, 200);
	assert_int_equal(an.body.n, 0);
	assert_true(h->f.last_delete.all);
	assert_int_equal(h->f.last_delete.added_after, INT64_MIN);
}

static void
failures_below_are_not_told_in_full(void **state)
{
	static const struct {
		int code, status;
	} cases[] = {
		{ ENT_ESTORE, 500 }, { ENT_ECORRUPT, 500 }, { ENT_EBUSY, 503 },
		{ ENT_ENOMEM, 503 }, { ENT_EFULL, 507 },    { ENT_ENOENT, 404 },
		{ -99, 500 },
	};
	struct here *h = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct fake_answer an;

		h->f.failing = cases[i].code;
		an = fake_ask(h->a, &h->f, "GET", C "objects/", FAKE_ANN, NULL);
		check_form(h, "failing", &an);
		assert_int_equal(an.status, cases[i].status);
		if (an.status == 503)
			assert_true(fake_header(&an, "retry-after").n > 0);
	}
	for (int code = ENT_CODE_LAST; code < 0; code++)
		assert_in_range(ent_taxii_http_status(code), 400, 599);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, here_setup, here_teardown)
	const struct CMUnitTest tests[] = {
		T(resources_are_what_the_text_says),
		T(answers_are_negotiated),
		T(rights_are_those_of_the_collection),
		T(what_may_not_be_known_looks_like_what_is_not),
		T(malformed_queries_are_400_on_every_page),
		T(objects_that_are_not_there_are_404),
		T(an_envelope_is_taken_or_refused_whole),
		T(max_content_length_is_kept_before_the_body),
		T(a_body_with_a_get_is_ignored_up_to_a_size),
		T(delete_takes_all_versions_or_those_named),
		T(failures_below_are_not_told_in_full),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
