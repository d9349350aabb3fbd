/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_client.c - the client against a server of ours, and against answers as others might give
 * them.
 */
#include "test.h"

#include <entente/json.h>

#include "fake.h"
#include "taxii/client.h"

#define ROOT ENT_STR("alpha")
#define BOTH ENT_STR("both")

/* What the other kind of server answers to everything. */
struct canned {
	int status;
	const char *type, *headers, *body;
};

struct here {
	struct fake f;
	struct canned canned;
	struct ent_http_app app; /* of the canned server */
	struct ent_server *server;
	struct ent_taxii_client *c;
	struct ent_arena *a;
	struct ent_err err;
};

static int
admit_all(struct ent_http *rq, size_t *max)
{
	(void)rq;
	(void)max;
	return 0;
}

static bool
writes_none(const struct ent_http *rq)
{
	(void)rq;
	return false;
}

static void
serve_canned(struct ent_http *rq)
{
	const struct here *h = rq->app;

	rq->status = h->canned.status;
	if (h->canned.type)
		ent_http_set(rq, "Content-Type", ent_str_c(h->canned.type));
	if (h->canned.headers)
		ent_buf_c(&rq->head, h->canned.headers);
	rq->answer = ent_str_c(h->canned.body ? h->canned.body : "");
}

static struct here *
start(bool canned)
{
	struct here *h = calloc(1, sizeof(*h));
	struct ent_client_config config = { .user = "ann", .password = "secret" };
	struct ent_http_config http = { .listen = "127.0.0.1:0", .threads = 1 };
	char url[64];

	assert_non_null(h);
	fake_init(&h->f);
	fake_populate(&h->f, 24);
	h->a = ent_arena_new((size_t)64 << 20);
	h->app = h->f.app;
	h->app.self = h;
	h->app.admit = admit_all;
	h->app.writes = writes_none;
	h->app.serve = serve_canned;
	if (ent_server_start(&http, canned ? &h->app : &h->f.app, &h->server, &h->err))
		fail_msg("%s", h->err.msg);
	snprintf(url, sizeof(url), "http://127.0.0.1:%d/taxii2/", ent_server_port(h->server));
	if (ent_taxii_open(url, &config, &h->c, &h->err))
		fail_msg("%s", h->err.msg);
	return h;
}

static int
setup(void **state)
{
	*state = start(false);
	return 0;
}

static int
setup_canned(void **state)
{
	*state = start(true);
	return 0;
}

static int
teardown(void **state)
{
	struct here *h = *state;

	ent_taxii_close(h->c);
	ent_server_stop(h->server, 100);
	ent_arena_free(h->a);
	free(h);
	return 0;
}

static void
addresses_are_checked(void **state)
{
	static const struct {
		const char *url;
		bool good;
	} cases[] = {
		{ "https://example.org", true },
		{ "https://example.org/", true },
		{ "https://example.org:8443/taxii2/", true },
		{ "https://[::1]:443/taxii2", true },
		{ "https://example.org/alpha/collections/", false },
		{ "https://ann:secret@example.org/", false },
		{ "https:///taxii2/", false },
		{ "https://", false },
		{ "ftp://example.org/", false },
		{ "example.org", false },
		{ "", false },
	};
	struct ent_client_config config = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct ent_taxii_client *c = NULL;
		int rc = ent_taxii_open(cases[i].url, &config, &c, NULL);

		if (rc != (cases[i].good ? 0 : ENT_EINVAL))
			fail_msg("%s: %d", cases[i].url, rc);
		ent_taxii_close(c);
	}
}

static void
resources_are_fetched(void **state)
{
	struct here *h = *state;
	const struct ent_json *v;
	struct ent_answer an;
	char whole[128];

	assert_int_equal(ent_taxii_get(h->c, h->a, "/taxii2/", &v, NULL, &h->err), 0);
	assert_str(ent_json_getstr(v, "default"), "/beta/");
	assert_int_equal(ent_taxii_get(h->c, h->a, "alpha/", &v, &an, &h->err), 0);
	assert_str(ent_json_getstr(v, "title"), "alpha");
	assert_int_equal(an.status, 200);
	snprintf(whole, sizeof(whole), "%s/alpha/collections/both/", ent_taxii_url(h->c));
	assert_int_equal(ent_taxii_get(h->c, h->a, whole, &v, NULL, &h->err), 0);
	assert_str(ent_json_getstr(v, "alias"), "both");
	assert_int_equal(ent_taxii_post(h->c, h->a, "/alpha/collections/both/objects/",
	                                ENT_STR("{\"objects\":[{\"id\":\"a\"}]}"), &v, &h->err),
	                 0);
	assert_str(ent_json_getstr(v, "status"), "complete");
	assert_int_equal(h->f.posts, 1);
	assert_int_equal(ent_taxii_delete(h->c, h->a,
	                                  "/alpha/collections/both/objects/"
	                                  "malware--00000000-0000-4000-8000-000000000000/",
	                                  &h->err),
	                 0);
	assert_int_equal(h->f.deletes, 1);
}

static void
nothing_is_sent_to_another_server(void **state)
{
	static const char *const urls[] = { "https://evil.example/alpha/",
		                            "http://127.0.0.1:1/",
		                            "http://127.0.0.1:1@evil.example/" };
	struct here *h = *state;
	const struct ent_json *v;
	char url[128];

	for (size_t i = 0; i < 3; i++)
		assert_int_equal(ent_taxii_get(h->c, h->a, urls[i], &v, NULL, &h->err),
		                 ENT_EDENIED);
	snprintf(url, sizeof(url), "%s@evil.example/", ent_taxii_url(h->c));
	assert_int_equal(ent_taxii_get(h->c, h->a, url, &v, NULL, &h->err), ENT_EDENIED);
	assert_int_equal(ent_taxii_get(h->c, h->a, "/alpha/\r\nX: y", &v, NULL, &h->err),
	                 ENT_EINVAL);
	assert_int_equal(h->f.logins, 0);
}

static void
the_server_s_reasons_arrive(void **state)
{
	static const struct {
		const char *path, *says;
		int code;
	} cases[] = {
		{ "/nowhere/", "404 (not-found): Not found", ENT_ENOENT },
		{ "/asleep/collections/", "the agreement is suspended since Monday",
		  ENT_ESTATE },
		{ "/alpha/collections/write/objects/", "can_read", ENT_EDENIED },
		{ "/alpha/collections/both/objects/?limit=0", "limit isn't a positive integer",
		  ENT_EINVAL },
		{ "/console/", "404", ENT_ENOENT },
	};
	struct here *h = *state;
	const struct ent_json *v;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int rc = ent_taxii_get(h->c, h->a, cases[i].path, &v, NULL, &h->err);

		if (rc != cases[i].code || !strstr(h->err.msg, cases[i].says))
			fail_msg("%s: %d \"%s\"", cases[i].path, rc, h->err.msg);
	}
	h->f.failing = ENT_EBUSY;
	assert_int_equal(
	    ent_taxii_get(h->c, h->a, "/alpha/collections/both/objects/", &v, NULL, &h->err),
	    ENT_EBUSY);
}

static void
wrong_credentials_are_said_so(void **state)
{
	struct here *h = *state;
	struct ent_client_config config = { .user = "ann", .password = "wrong" };
	struct ent_taxii_client *c;
	const struct ent_json *v;

	assert_int_equal(ent_taxii_open(ent_taxii_url(h->c), &config, &c, &h->err), 0);
	assert_int_equal(ent_taxii_get(c, h->a, "/taxii2/", &v, NULL, &h->err), ENT_EAUTH);
	ent_taxii_close(c);
}

static void
pages_are_fetched_to_the_end(void **state)
{
	struct here *h = *state;
	bool by_date = false;

	h->f.sequence = true;
	do {
		struct ent_str next = { NULL, 0 };
		int64_t after = INT64_MIN;
		struct ent_fetched f = { .more = true };
		size_t n = 0;

		while (f.more) {
			int rc = ent_taxii_fetch(h->c, h->a, ROOT, BOTH, after, next, 5, "all",
			                         &f, &h->err);

			if (rc)
				fail_msg("%s", h->err.msg);
			assert_in_range(f.count, 1, 5);
			assert_true(f.seq_first >= n + 1 && f.seq_last >= f.seq_first);
			assert_true(f.first > after && f.last >= f.first);
			n += f.count;
			if (by_date)
				after = f.last;
			else
				next = f.next;
			assert_int_equal(f.more, f.next.p != NULL);
		}
		assert_int_equal(n, 30); /* the newest specification of each, all versions */
		by_date = !by_date;
	} while (by_date);
	{
		struct ent_fetched f;

		assert_int_equal(ent_taxii_fetch(h->c, h->a, ENT_STR("/alpha/"), BOTH,
		                                 FAKE_DAY + INT64_C(1000000000000),
		                                 (struct ent_str){ NULL, 0 }, 0, NULL, &f,
		                                 &h->err),
		                 0);
		assert_int_equal(f.count, 0);
		assert_null(f.objects);
		assert_true(!f.more && f.last == INT64_MIN);
		assert_int_equal(ent_taxii_fetch(h->c, h->a, ROOT, ENT_STR("a/b?c#d"),
		                                 INT64_MIN, (struct ent_str){ NULL, 0 }, 0,
		                                 NULL, &f, &h->err),
		                 ENT_ENOENT);
	}
}

#define OURS ENT_TAXII_TYPE
#define DATES                                                                                  \
	"X-TAXII-Date-Added-First: 2020-01-01T00:00:00.1Z\r\n"                                 \
	"X-TAXII-Date-Added-Last: 2020-01-02T00:00:00.000000Z\r\n"
#define PAGE "{\"objects\":[{}],\"more\":true,\"next\":\"n2\"}"

static void
answers_of_others_are_judged(void **state)
{
	static const struct {
		struct canned is;
		int code;
		const char *says;
	} cases[] = {
		{ { 200, OURS, DATES, PAGE }, 0, NULL },
		{ { 200, "application/taxii+json", DATES, PAGE }, 0, NULL },
		{ { 200, "application/taxii+json; charset=utf-8;version=\"2.1\"", DATES, PAGE },
		  0,
		  NULL },
		{ { 200, OURS, NULL, "{}" }, 0, NULL },
		{ { 200, OURS, NULL, "{\"more\":false}" }, 0, NULL },
		{ { 200, OURS, DATES "Entente-Sequence: 4-9\r\n", PAGE }, 0, NULL },
		{ { 200, "application/json", DATES, PAGE }, ENT_EPROTO, "application/json" },
		{ { 200, "application/taxii+json;version=2.0", DATES, PAGE },
		  ENT_EPROTO,
		  "2.0" },
		{ { 200, NULL, DATES, PAGE }, ENT_EPROTO, "and not application/taxii+json" },
		{ { 200, OURS, DATES, "<html>" }, ENT_EPROTO, NULL },
		{ { 200, OURS, DATES, "[]" }, ENT_EPROTO, "isn't a JSON object" },
		{ { 200, OURS, DATES, "" }, ENT_EPROTO, NULL },
		{ { 200, OURS, DATES, "{\"objects\":{}}" },
		  ENT_EPROTO,
		  "objects isn't a list" },
		{ { 200, OURS, NULL, PAGE }, ENT_EPROTO, "no X-TAXII-Date-Added-Last" },
		{ { 200, OURS, "X-TAXII-Date-Added-Last: Wed, 01 Jan 2020 00:00:00 GMT\r\n",
		    PAGE },
		  ENT_EPROTO,
		  "no X-TAXII-Date-Added-Last" },
		{ { 200, OURS, "X-TAXII-Date-Added-Last: 2019-01-01T00:00:00Z\r\n", PAGE },
		  ENT_EPROTO,
		  "isn't after added_after" },
		{ { 200, OURS, NULL, "{\"more\":true}" }, ENT_EPROTO, "no next" },
		{ { 200, OURS, DATES, "{\"objects\":[{}],\"more\":true,\"next\":\"n1\"}" },
		  ENT_EPROTO,
		  "the one that was asked with" },
		{ { 200, OURS, DATES "Entente-Sequence: 9-4\r\n", PAGE },
		  ENT_EPROTO,
		  "Sequence" },
		{ { 200, OURS, DATES "Entente-Sequence: 0-4\r\n", PAGE },
		  ENT_EPROTO,
		  "Sequence" },
		{ { 200, OURS, DATES "Entente-Sequence: x\r\n", PAGE },
		  ENT_EPROTO,
		  "Sequence" },
		{ { 301, NULL, "Location: https://evil.example/\r\n", NULL },
		  ENT_EPROTO,
		  "https://evil.example/" },
		{ { 400, OURS, NULL, "{\"title\":\"No\\u001b[31m\"}" }, ENT_EINVAL, "No?[31m" },
		{ { 401, "text/html", NULL, "<html>" }, ENT_EAUTH, "401" },
		{ { 403, OURS, NULL, "{\"error_id\":\"agreement-expired\"}" },
		  ENT_ESTATE,
		  "(agreement-expired)" },
		{ { 403, OURS, NULL, "{\"error_id\":\"other\"}" }, ENT_EDENIED, NULL },
		{ { 404, NULL, NULL, NULL }, ENT_ENOENT, NULL },
		{ { 406, OURS, NULL, "{}" }, ENT_EPROTO, "406" },
		{ { 413, NULL, NULL, NULL }, ENT_ELIMIT, NULL },
		{ { 422, OURS, NULL, "{\"title\":3}" }, ENT_EINVAL, NULL },
		{ { 429, NULL, NULL, NULL }, ENT_EBUSY, NULL },
		{ { 500, "text/plain", NULL, "Oops" }, ENT_EPROTO, "500" },
		{ { 503, NULL, NULL, NULL }, ENT_EBUSY, NULL },
	};
	struct here *h = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct ent_fetched f;
		int rc;

		h->canned = cases[i].is;
		h->err.msg[0] = '\0';
		rc = ent_taxii_fetch(h->c, h->a, ROOT, BOTH, INT64_C(1577800000000000),
		                     ENT_STR("n1"), 0, NULL, &f, &h->err);
		if (rc != cases[i].code ||
		    (cases[i].says && !strstr(h->err.msg, cases[i].says)))
			fail_msg("case %zu: %d \"%s\"", i, rc, h->err.msg);
		if (i == 5)
			assert_true(f.seq_first == 4 && f.seq_last == 9);
	}
}

static void
a_long_reason_is_cut(void **state)
{
	struct here *h = *state;
	static char body[5000];
	const struct ent_json *v;

	snprintf(body, sizeof(body), "{\"title\":\"%04000d\",\"description\":\"d\"}", 7);
	h->canned = (struct canned){ 400, OURS, NULL, body };
	assert_int_equal(ent_taxii_get(h->c, h->a, "/x/", &v, NULL, &h->err), ENT_EINVAL);
	assert_in_range(strlen(h->err.msg), 300, 500);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_are_checked),
		T(resources_are_fetched),
		T(nothing_is_sent_to_another_server),
		T(the_server_s_reasons_arrive),
		T(wrong_credentials_are_said_so),
		T(pages_are_fetched_to_the_end),
		cmocka_unit_test_setup_teardown(answers_of_others_are_judged, setup_canned,
		                                teardown),
		cmocka_unit_test_setup_teardown(a_long_reason_is_cut, setup_canned, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
