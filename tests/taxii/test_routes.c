/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_routes.c - the route table: paths, methods, credentials and rights, row by row.
 */
#include "here.h"

#include "taxii/taxii_int.h"

static void
paths_are_found_or_not(void **state)
{
	static const struct exchange cases[] = {
		{ "GET", "/", FAKE_ANN, NULL, 404, "not-found" },
		{ "GET", "//", FAKE_ANN, NULL, 404, NULL },
		{ "GET", "/nowhere/", FAKE_ANN, NULL, 404, NULL },
		{ "GET", "/nowhere/collections/", FAKE_ANN, NULL, 404, NULL },
		{ "GET", "/alpha/collection/", FAKE_ANN, NULL, 404, NULL },
		{ "GET", "/alpha//collections/", FAKE_ANN, NULL, 404, NULL },
		{ "GET", "/alpha/collections//", FAKE_ANN, NULL, 404, NULL },
		{ "GET", "/alpha/collections/both/objects/x/y/", FAKE_ANN, NULL, 404, NULL },
		{ "GET", "/a/b/c/d/e/f/g/h/i/j/", FAKE_ANN, NULL, 404, NULL },
		{ "GET", "/console/", FAKE_ANN, NULL, 404, NULL },
		{ "GET", "/taxii2/collections/", FAKE_ANN, NULL, 404, NULL },
		{ "GET", "/alpha/collections/%62oth/", FAKE_ANN, NULL, 200, "\"both\"" },
		{ "GET", "/alpha/collections/both%2Fobjects/", FAKE_ANN, NULL, 404, NULL },
		{ "GET", "/alpha/collections/%zz/", FAKE_ANN, NULL, 400, "percent" },
		{ "GET", "/alpha/collections/%ff/", FAKE_ANN, NULL, 400, "percent" },
		{ "GET", "/alpha/collections/BOTH/", FAKE_ANN, NULL, 404, NULL },
	};

	RUN(cases);
}

static void
credentials_come_before_anything(void **state)
{
	static const struct exchange cases[] = {
		{ "GET", "/taxii2/", NULL, NULL, 401,
		  "WWW-Authenticate: Basic realm=\"entente\"\r\n" },
		{ "GET", "/nowhere/at/all/", NULL, NULL, 401, "WWW-Authenticate: Basic" },
		{ "OPTIONS", C "objects/", NULL, NULL, 401, NULL },
		{ "PATCH", C "objects/", NULL, NULL, 401, NULL },
		{ "GET", C "objects/?limit=x", NULL, NULL, 401, NULL },
		{ "GET", C "objects/", "Accept: text/html\r\n", NULL, 401, NULL },
		{ "POST", C "objects/", NULL, "{}", 401, NULL },
		{ "GET", "/taxii2/", "Authorization: Basic !!!\r\n", NULL, 401, NULL },
		{ "GET", "/taxii2/", "Authorization: Basic YW5u\r\n", NULL, 401, NULL },
		{ "GET", "/taxii2/", "Authorization: Basic YW5uOndyb25n\r\n", NULL, 401, NULL },
		{ "GET", "/taxii2/", "Authorization: Token abc\r\n", NULL, 401, NULL },
		{ "GET", "/taxii2/", "authorization: basic YW5uOnNlY3JldA==\r\n", NULL, 200,
		  NULL },
	};
	struct here *h = *state;
	struct fake_answer an;

	RUN(cases);
	h->f.open = true; /* the port decides whether there has to be a name */
	an = fake_ask(h->a, &h->f, "GET", "/taxii2/", NULL, NULL);
	assert_int_equal(an.status, 200);
}

static void
methods_are_held_against_the_path(void **state)
{
	static const struct exchange cases[] = {
		{ "OPTIONS", "/taxii2/", FAKE_ANN, NULL, 200, "Allow: GET, HEAD, OPTIONS\r\n" },
		{ "OPTIONS", C "objects/", FAKE_ANN, NULL, 200,
		  "Allow: GET, HEAD, POST, OPTIONS\r\n" },
		{ "OPTIONS", C "objects/x", FAKE_ANN, NULL, 200,
		  "Allow: GET, HEAD, DELETE, OPTIONS\r\n" },
		{ "OPTIONS", "/alpha/x/", FAKE_ANN, NULL, 404, NULL },
		{ "PUT", C "objects/", FAKE_ANN, NULL, 405,
		  "Allow: GET, HEAD, POST, OPTIONS\r\n" },
		{ "POST", C "manifest/", FAKE_ANN TYPED, TWO, 405,
		  "Allow: GET, HEAD, OPTIONS\r\n" },
		{ "DELETE", C "objects/", FAKE_ANN, NULL, 405, NULL },
		{ "POST", "/taxii2/", FAKE_ANN, "", 405, NULL },
	};

	RUN(cases);
}

/* A target that fits a route's pattern. */
static void
target_of(const struct ent_route *r, const char *coll, char *out, size_t room)
{
	static const struct {
		const char *name, *text;
	} names[] = { { "{root}", "alpha" },
		      { "{object}", I1 },
		      { "{status}", "2d086da7-4bdc-4f91-900e-d77486753710" } };
	struct ent_str rest = ent_str_from(ent_str_c(r->path), 1), part;
	size_t n = 0;

	while (ent_str_next(&rest, '/', &part)) {
		const char *text = ent_str_is(part, "{coll}") ? coll : NULL;

		if (!part.n)
			continue;
		for (size_t i = 0; i < 3; i++)
			if (ent_str_is(part, names[i].name))
				text = names[i].text;
		n += (size_t)(text ? snprintf(out + n, room - n, "/%s", text)
		                   : snprintf(out + n, room - n, "/%.*s", ENT_FMT(part)));
	}
	snprintf(out + n, room - n, "/");
}

static const char *
name_of(enum ent_method m)
{
	return m == ENT_GET ? "GET" : m == ENT_POST ? "POST" : "DELETE";
}

static void
every_route_asks_for_credentials_and_rights(void **state)
{
	struct here *h = *state;
	size_t count;
	const struct ent_route *r = ent_taxii_routes(&count);

	assert_int_equal(count, 11);
	for (size_t i = 0; i < count; i++, r++) {
		const char *body = r->method == ENT_POST ? TWO : NULL,
			   *method = name_of(r->method);
		struct fake_answer an;
		char target[256];

		target_of(r, "none", target, sizeof(target));
		an = fake_ask(h->a, &h->f, method, target, TYPED, body);
		check_form(h, target, &an);
		assert_int_equal(an.status, 401);
		an = fake_ask(h->a, &h->f, method, target, FAKE_ANN TYPED, body);
		check_form(h, target, &an);
		if (r->needs)
			assert_int_equal(an.status, r->method == ENT_DELETE ? 404 : 403);
		else
			assert_int_equal(an.status, 200);
		target_of(r, "both", target, sizeof(target));
		an = fake_ask(h->a, &h->f, method, target, FAKE_ANN TYPED, body);
		check_form(h, target, &an);
		assert_int_equal(an.status, r->method == ENT_POST ? 202 : 200);
		if (r->method == ENT_DELETE) /* bring it back for the next row */
			for (size_t n = 0; n < h->f.n; n++)
				h->f.records[n].gone = false;
	}
}

static void
every_route_has_head_options_and_405(void **state)
{
	static const char *const others[] = { "PUT", "PATCH", "POST", "DELETE", "TRACE" };
	struct here *h = *state;
	size_t count;
	const struct ent_route *routes = ent_taxii_routes(&count);

	for (size_t i = 0; i < count; i++) {
		struct fake_answer an, head;
		unsigned methods = 0;
		char target[256];

		for (size_t n = 0; n < count; n++)
			if (strcmp(routes[n].path, routes[i].path) == 0)
				methods |= routes[n].method;
		target_of(&routes[i], "both", target, sizeof(target));
		an = fake_ask(h->a, &h->f, "OPTIONS", target, FAKE_ANN, NULL);
		check_form(h, target, &an);
		assert_int_equal(an.status, 200);
		assert_int_equal(an.body.n, 0);
		assert_true(ent_str_ends(fake_header(&an, "allow"), "OPTIONS"));
		for (size_t o = 0; o < 5; o++) {
			if ((strcmp(others[o], "POST") == 0 && methods & ENT_POST) ||
			    (strcmp(others[o], "DELETE") == 0 && methods & ENT_DELETE))
				continue;
			an = fake_ask(h->a, &h->f, others[o], target, FAKE_ANN, NULL);
			check_form(h, target, &an);
			assert_int_equal(an.status, 405);
			assert_true(fake_header(&an, "allow").n > 0);
		}
		if (!(methods & ENT_GET))
			continue;
		an = fake_ask(h->a, &h->f, "GET", target, FAKE_ANN, NULL);
		head = fake_ask(h->a, &h->f, "HEAD", target, FAKE_ANN, NULL);
		assert_int_equal(head.status, an.status);
		assert_int_equal(head.body.n, 0);
		assert_true(ent_str_eq(fake_header(&head, "content-length"),
		                       fake_header(&an, "content-length")));
		assert_true(ent_str_eq(fake_header(&head, "x-taxii-date-added-last"),
		                       fake_header(&an, "x-taxii-date-added-last")));
	}
}

static void
the_server_knows_its_paths(void **state)
{
	static const struct {
		const char *path;
		bool wanted;
	} cases[] = {
		{ "/taxii2/", true },    { "/taxii2", true },
		{ "/alpha/", true },     { "/alpha/x/y", true },
		{ "/", false },          { "", false },
		{ "*", false },          { "//", false },
		{ "/entente/x", false }, { "/entente", false },
		{ "/ententes/", true },  { "/.well-known/entente", false },
		{ "/healthz", false },   { "/readyz", false },
		{ "/metrics", false },   { "/console/index", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (ent_taxii_wants(ent_str_c(cases[i].path)) != cases[i].wanted)
			fail_msg("%s", cases[i].path);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, here_setup, here_teardown)
	const struct CMUnitTest tests[] = {
		T(paths_are_found_or_not),
		T(credentials_come_before_anything),
		T(methods_are_held_against_the_path),
		T(every_route_asks_for_credentials_and_rights),
		T(every_route_has_head_options_and_405),
		cmocka_unit_test(the_server_knows_its_paths),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
