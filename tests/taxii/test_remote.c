/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_remote.c - the client library: what it asks, and what it makes of the answers of exact,
 * careless and broken servers.
 */
#include "scripted.h"

struct canned {
	const char *type, *headers, *body;
	int status;
};

static void
answer_canned(struct scripted *s, struct ent_http *rq)
{
	const struct canned *c = s->own;

	rq->status = c->status ? c->status : 200;
	ent_http_set(rq, "Content-Type", ent_str_c(c->type ? c->type : OURS));
	if (c->headers)
		ent_buf_c(&rq->head, c->headers);
	rq->answer = ent_str_c(c->body);
}

static int
setup(void **state)
{
	*state = scripted_start(answer_canned);
	return 0;
}

static int
teardown(void **state)
{
	scripted_stop(*state);
	return 0;
}

/* ---- what is asked ---- */

static const struct ent_str two[] = { { "a,b", 3 }, { "c d", 3 } };
#define TWO                                                                                    \
	{                                                                                      \
		two, 2                                                                         \
	}
#define Q(...)                                                                                 \
	{                                                                                      \
		.root = ENT_STR("/root/"), .collection = ENT_STR("c"), __VA_ARGS__             \
	}

static void
queries_become_urls(void **state)
{
	const struct {
		struct ent_page_query q;
		const char *path; /* NULL: refused */
	} cases[] = {
		{ Q(.limit = 0), "/root/collections/c/objects/" },
		{ Q(.what = ENT_LIST_MANIFEST), "/root/collections/c/manifest/" },
		{ Q(.object = ENT_STR("tool--1")), "/root/collections/c/objects/tool--1/" },
		{ Q(.what = ENT_LIST_VERSIONS, .object = ENT_STR("t")),
		  "/root/collections/c/objects/t/versions/" },
		{ Q(.limit = 7), "/root/collections/c/objects/?limit=7" },
		{ Q(.limit = 7, .next = ENT_STR("a+b/=")),
		  "/root/collections/c/objects/?limit=7&next=a%2Bb%2F%3D" },
		{ Q(.next = ENT_STR("n")), "/root/collections/c/objects/?next=n" },
		{ Q(.added_after = ENT_STR("2020-01-01T00:00:00.1Z"), .ids = TWO, .types = TWO,
		    .versions = TWO, .spec_versions = TWO),
		  "/root/collections/c/objects/"
		  "?added_after=2020-01-01T00%3A00%3A00.1Z&match%5Bid%5D=a%2Cb,"
		  "c%20d&match%5Btype%5D=a%2Cb,c%20d&match%5Bversion%5D=a%2Cb,c%20d&match%"
		  "5Bspec_version%5D="
		  "a%2Cb,c%20d" },
		{ { .root = ENT_STR("https://h:1/r"), .collection = ENT_STR("../x?") },
		  "https://h:1/r/collections/..%2Fx%3F/objects/" },
		{ { .root = ENT_STR("/"), .collection = ENT_STR("c") }, NULL },
		{ { .root = ENT_STR("r") }, NULL },
		{ Q(.what = ENT_LIST_VERSIONS), NULL },
		{ Q(.what = ENT_LIST_MANIFEST, .object = ENT_STR("t")), NULL },
		{ Q(.what = (enum ent_listing)9), NULL },
		{ Q(.added_after = ENT_STR("2020-01-01")), NULL },
		{ Q(.added_after = ENT_STR("2020-01-01T00:00:00+01:00")), NULL },
	};
	struct ent_arena *a = ent_arena_new(1 << 20);

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct ent_str path = { NULL, 0 };
		int rc = ent_remote_page_path(a, &cases[i].q, &path, NULL);

		if (rc != (cases[i].path ? 0 : ENT_EINVAL) ||
		    (rc == 0 && !ent_str_is(path, cases[i].path)))
			fail_msg("case %zu: %d %.*s", i, rc, ENT_FMT(path));
	}
	ent_arena_free(a);
}

static void
filters_that_fit_no_url_are_said_so(void **state)
{
	static struct ent_str many[2000];
	struct ent_page_query q = Q(.ids = { many, 2000 });
	struct ent_arena *a = ent_arena_new(1 << 20);
	struct ent_str path;

	(void)state;
	for (size_t i = 0; i < 2000; i++)
		many[i] = ENT_STR("indicator--00000000-0000-4000-8000-000000000001");
	assert_int_equal(ent_remote_page_path(a, &q, &path, NULL), ENT_ELIMIT);
	ent_arena_free(a);
}

/* ---- what a server offers ---- */

static void
resources_become_plain_data(void **state)
{
	struct scripted *s = *state;
	struct canned c = { 0 };
	struct ent_discovery_info d;
	struct ent_root_info root;
	struct ent_collection_info *list;
	size_t n;

	s->own = &c;
	c.body = "{\"title\":\"T\",\"description\":\"D\",\"contact\":\"C\",\"default\":\"/b/\","
		 "\"api_roots\":[\"/a/\",\"/b/\"]}";
	assert_int_equal(ent_remote_discover(s->r, s->a, &d, &s->err), 0);
	assert_string_equal(s->target, "/taxii2/");
	assert_str(d.title, "T");
	assert_str(d.description, "D");
	assert_str(d.contact, "C");
	assert_str(d.standard, "/b/");
	assert_int_equal(d.roots_count, 2);
	assert_str(d.roots[1], "/b/");
	c.body = "{\"title\":\"R\",\"versions\":[\"" OURS "\"],\"max_content_length\":4000}";
	assert_int_equal(ent_remote_root(s->r, s->a, d.roots[0], &root, &s->err), 0);
	assert_string_equal(s->target, "/a/");
	assert_int_equal(root.max_content_length, 4000);
	assert_int_equal(root.versions_count, 1);
	c.body =
	    "{\"collections\":[{\"id\":\"i\",\"title\":\"t\",\"alias\":\"x\",\"can_read\":true,"
	    "\"can_write\":false,\"media_types\":[\"m\"]}]}";
	assert_int_equal(ent_remote_collections(s->r, s->a, ENT_STR("a"), &list, &n, &s->err),
	                 0);
	assert_string_equal(s->target, "/a/collections/");
	assert_int_equal(n, 1);
	assert_str(list[0].alias, "x");
	assert_true(list[0].can_read && !list[0].can_write);
	assert_str(list[0].media_types[0], "m");
	c.body = "{\"id\":\"i\",\"title\":\"t\",\"can_read\":false,\"can_write\":true}";
	assert_int_equal(
	    ent_remote_collection(s->r, s->a, ENT_STR("a"), ENT_STR("x"), list, &s->err), 0);
	assert_string_equal(s->target, "/a/collections/x/");
	assert_true(!list[0].can_read && list[0].can_write);
}

/* What is left out, null or of another type, where one can go on without it */
static void
careless_servers_are_understood(void **state)
{
	static const char *const types[] = {
		"application/taxii+json", "application/taxii+json; charset=utf-8",
		"Application/TAXII+json;  version=\"2.1\";charset=UTF-8",
		"application/taxii+json;charset=utf-8;version=2.1"
	};
	struct scripted *s = *state;
	struct canned c = { .body = "{}" };
	struct ent_discovery_info d;
	struct ent_root_info root;
	struct ent_collection_info *list;
	struct ent_page_query q = Q(.limit = 3);
	struct ent_page_info page;
	size_t n;

	s->own = &c;
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		c.type = types[i];
		assert_int_equal(ent_remote_discover(s->r, s->a, &d, &s->err), 0);
	}
	assert_true(!d.title.p && !d.roots_count);
	c.body = "{\"title\":null,\"api_roots\":[\"/a/\",null,7]}";
	assert_int_equal(ent_remote_discover(s->r, s->a, &d, &s->err), 0);
	assert_int_equal(d.roots_count, 1);
	c.body = "{\"max_content_length\":\"1048576\"}";
	assert_int_equal(ent_remote_root(s->r, s->a, ENT_STR("a"), &root, &s->err), 0);
	assert_int_equal(root.max_content_length, 1048576);
	c.body = "{\"max_content_length\":-3}";
	assert_int_equal(ent_remote_root(s->r, s->a, ENT_STR("a"), &root, &s->err), 0);
	assert_int_equal(root.max_content_length, 0);
	c.body = "{\"collections\":[{\"id\":\"i\",\"can_read\":null}]}";
	assert_int_equal(ent_remote_collections(s->r, s->a, ENT_STR("a"), &list, &n, &s->err),
	                 0);
	assert_true(list[0].can_read && list[0].can_write && !list[0].title.p);
	c.body = "{\"objects\":[{\"id\":\"x\"}],\"more\":false,\"next\":\"unneeded\"}";
	assert_int_equal(ent_remote_page(s->r, s->a, &q, &page, &s->err), 0);
	assert_int_equal(page.count, 1);
	assert_true(!page.more && !page.next.p && !page.last.p);
}

static void
what_cannot_be_used_is_named(void **state)
{
	static const struct {
		struct canned is;
		const char *says;
	} cases[] = {
		{ { .type = "application/vnd.oasis.taxii+json; version=2.0", .body = "{}" },
		  "this is TAXII 2.0" },
		{ { .type = "text/html", .body = "<html>" }, "text/html" },
		{ { .body = "<html>" }, "collections" },
		{ { .body = "[]" }, "isn't a JSON object" },
		{ { .body = "{\"collections\":{}}" }, "collections isn't a list" },
		{ { .body = "{\"collections\":[{\"title\":\"t\"}]}" }, "without an id" },
		{ { .body = "{\"collections\":[7]}" }, "without an id" },
		{ { .body = "{}", .status = 500 }, "500" },
	};
	struct scripted *s = *state;
	struct ent_collection_info *list;
	size_t n;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct canned c = cases[i].is;
		int rc;

		s->own = &c;
		rc = ent_remote_collections(s->r, s->a, ENT_STR("a"), &list, &n, &s->err);
		if (rc != ENT_EPROTO || !strstr(s->err.msg, cases[i].says))
			fail_msg("case %zu: %d %s", i, rc, s->err.msg);
	}
}

/* ---- pages ---- */

#define LAST "X-TAXII-Date-Added-Last: 2020-01-02T00:00:00.000000Z\r\n"

static void
pages_that_lead_nowhere_are_refused(void **state)
{
	static const struct {
		const char *headers, *body;
		int code;
		const char *says;
	} cases[] = {
		{ LAST, "{\"objects\":[{}],\"more\":true,\"next\":\"n2\"}", 0, NULL },
		{ LAST, "{\"objects\":[{}],\"more\":true}", 0, NULL },
		{ NULL, "{\"objects\":[{}],\"more\":true,\"next\":\"n2\"}", 0, NULL },
		{ NULL, "{\"objects\":[{}]}", 0, NULL },
		{ NULL, "{}", 0, NULL },
		{ NULL, "{\"objects\":[{}],\"more\":true}", ENT_EPROTO, "neither next nor" },
		{ "X-TAXII-Date-Added-Last: yesterday\r\n", "{\"objects\":[{}],\"more\":true}",
		  ENT_EPROTO, "neither next nor" },
		{ LAST, "{\"more\":true}", ENT_EPROTO, "empty" },
		{ LAST, "{\"objects\":[],\"more\":true,\"next\":\"\"}", ENT_EPROTO, "empty" },
		{ LAST, "{\"objects\":[{}],\"more\":true,\"next\":\"n1\"}", ENT_EPROTO,
		  "asked with" },
		{ "X-TAXII-Date-Added-Last: 2020-01-01T00:00:00Z\r\n",
		  "{\"objects\":[{}],\"more\":true,\"next\":\"n2\"}", ENT_EPROTO,
		  "isn't after" },
		{ LAST, "{\"objects\":7}", ENT_EPROTO, "isn't a list" },
	};
	struct scripted *s = *state;
	struct ent_page_query q =
	    Q(.added_after = ENT_STR("2020-01-01T00:00:00.000Z"), .next = ENT_STR("n1"));
	struct ent_page_info page;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct canned c = { .headers = cases[i].headers, .body = cases[i].body };
		int rc;

		s->own = &c;
		rc = ent_remote_page(s->r, s->a, &q, &page, &s->err);
		if (rc != cases[i].code ||
		    (cases[i].says && !strstr(s->err.msg, cases[i].says)))
			fail_msg("case %zu: %d %s", i, rc, s->err.msg);
	}
}

static void
versions_are_texts(void **state)
{
	struct scripted *s = *state;
	struct canned c = { .body = "{\"versions\":[\"2020-01-01T00:00:00.000Z\"]}" };
	struct ent_page_query q = Q(.what = ENT_LIST_VERSIONS, .object = ENT_STR("tool--1"));
	struct ent_page_info page;

	s->own = &c;
	assert_int_equal(ent_remote_page(s->r, s->a, &q, &page, &s->err), 0);
	assert_string_equal(s->target, "/root/collections/c/objects/tool--1/versions/");
	assert_str(ent_json_str(ent_json_at(page.items, 0)), "2020-01-01T00:00:00.000Z");
}

/* ---- statuses ---- */

static void
statuses_are_read_as_far_as_they_go(void **state)
{
	static const struct {
		const char *body;
		int code;
		bool pending;
		unsigned total, success, failure, waiting;
	} cases[] = {
		{ "{\"id\":\"i\",\"status\":\"complete\",\"total_count\":3,\"success_count\":2,"
		  "\"failure_count\":1,\"pending_count\":0,\"failures\":[{\"id\":\"x\"}]}",
		  0, false, 3, 2, 1, 0 },
		{ "{\"status\":\"pending\",\"total_count\":3,\"success_count\":1,"
		  "\"failure_count\":0,\"pending_count\":2}",
		  0, true, 3, 1, 0, 2 },
		/* counts that are left out */
		{ "{\"status\":\"complete\",\"total_count\":3}", 0, false, 3, 3, 0, 0 },
		{ "{\"status\":\"complete\",\"total_count\":3,\"failures\":[{}]}", 0, false, 3,
		  2, 1, 0 },
		{ "{\"status\":\"complete\",\"successes\":[\"a\",\"b\"],\"failures\":[{}]}", 0,
		  false, 3, 2, 1, 0 },
		{ "{\"total_count\":2,\"pending_count\":2}", 0, true, 2, 0, 0, 2 },
		{ "{\"status\":\"complete\",\"total_count\":1,\"failure_count\":9}", 0, false,
		  1, 0, 9, 0 },
		{ "{\"status\":\"complete\",\"total_count\":-1}", 0, false, 0, 0, 0, 0 },
		{ "{\"status\":\"soon\",\"total_count\":1}", ENT_EPROTO, false, 0, 0, 0, 0 },
		{ "{}", ENT_EPROTO, false, 0, 0, 0, 0 },
	};
	struct scripted *s = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct canned c = { .body = cases[i].body };
		struct ent_push_info p;
		int rc;

		s->own = &c;
		rc = ent_remote_status(s->r, s->a, ENT_STR("r"), ENT_STR("i"), &p, &s->err);
		if (rc != cases[i].code)
			fail_msg("case %zu: %d %s", i, rc, s->err.msg);
		if (rc == 0 && (p.pending != cases[i].pending || p.total != cases[i].total ||
		                p.success != cases[i].success ||
		                p.failure != cases[i].failure || p.waiting != cases[i].waiting))
			fail_msg("case %zu: %d %u %u %u %u", i, p.pending, (unsigned)p.total,
			         (unsigned)p.success, (unsigned)p.failure, (unsigned)p.waiting);
	}
	assert_string_equal(s->target, "/r/status/i/");
}

static void
deleting_names_what_is_meant(void **state)
{
	static const struct ent_str last = { "last", 4 }, spec = { "2.0", 3 };
	struct scripted *s = *state;
	struct canned c = { .body = "" };
	const struct ent_texts none = { 0 };

	s->own = &c;
	assert_int_equal(ent_remote_delete(s->r, s->a, ENT_STR("r"), ENT_STR("c"),
	                                   ENT_STR("tool--1"), none, none, &s->err),
	                 0);
	assert_string_equal(s->target, "/r/collections/c/objects/tool--1/");
	assert_int_equal(ent_remote_delete(s->r, s->a, ENT_STR("r"), ENT_STR("c"),
	                                   ENT_STR("tool--1"), (struct ent_texts){ &last, 1 },
	                                   (struct ent_texts){ &spec, 1 }, &s->err),
	                 0);
	assert_string_equal(s->target, "/r/collections/c/objects/tool--1/"
	                               "?match%5Bversion%5D=last&match%5Bspec_version%5D=2.0");
	/* never the whole collection */
	assert_int_equal(ent_remote_delete(s->r, s->a, ENT_STR("r"), ENT_STR("c"),
	                                   (struct ent_str){ NULL, 0 }, none, none, &s->err),
	                 ENT_EINVAL);
	assert_int_equal(s->requests, 2);
}

static void
options_are_checked(void **state)
{
	static const struct ent_remote_options cert = { .cert_file = "a.pem" },
					       proxy = { .proxy = "https://p" };
	struct ent_remote *r = NULL;
	struct ent_err err;

	(void)state;
	assert_int_equal(ent_remote_open("https://h", &cert, &r, &err), ENT_EINVAL);
	assert_int_equal(ent_remote_open("https://h", &proxy, &r, &err), ENT_EINVAL);
	assert_int_equal(ent_remote_open("https://h/path", NULL, &r, &err), ENT_EINVAL);
	assert_null(r);
	assert_int_equal(ent_remote_open("https://h:1/taxii2/", NULL, &r, &err), 0);
	assert_string_equal(ent_remote_url(r), "https://h:1");
	ent_remote_close(r);
	ent_remote_close(NULL);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(queries_become_urls),
		cmocka_unit_test(filters_that_fit_no_url_are_said_so),
		T(resources_become_plain_data),
		T(careless_servers_are_understood),
		T(what_cannot_be_used_is_named),
		T(pages_that_lead_nowhere_are_refused),
		T(versions_are_texts),
		T(statuses_are_read_as_far_as_they_go),
		T(deleting_names_what_is_meant),
		cmocka_unit_test(options_are_checked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
