/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_negotiate.c - Accept and Content-Type as clients write them.
 */
#include "test.h"

#include "taxii/taxii_int.h"

static bool
accepts(const char *one, const char *two, bool stix)
{
	struct ent_header h[3] = { { ENT_STR("Host"), ENT_STR("x") } };
	struct ent_http rq = { .headers = h, .n_headers = 1 };

	if (one)
		h[rq.n_headers++] = (struct ent_header){ ENT_STR("ACCEPT"), ent_str_c(one) };
	if (two)
		h[rq.n_headers++] = (struct ent_header){ ENT_STR("accept"), ent_str_c(two) };
	return ent_accepts(&rq, stix);
}

static void
accept_is_read_as_rfc_9110_has_it(void **state)
{
	static const struct {
		const char *accept;
		bool good;
	} cases[] = {
		{ NULL, true },
		{ "", true },
		{ "*/*", true },
		{ "*", true },
		{ "application/*", true },
		{ "application/json", true },
		{ "application/taxii+json", true },
		{ "application/taxii+json;version=2.1", true },
		{ "application/taxii+json; version=2.1", true },
		{ "application/taxii+json ;\tversion=2.1", true },
		{ "application/taxii+json;version=\"2.1\"", true },
		{ "application/taxii+json;version=\"2\\.1\"", true },
		{ "application/taxii+json;charset=utf-8;version=2.1", true },
		{ "APPLICATION/TAXII+JSON;VERSION=2.1", true },
		{ "application/json, text/plain, */*", true }, /* older OpenCTI */
		{ "text/html, image/gif, *; q=.2, */*; q=.2", true },
		{ "application/vnd.oasis.taxii+json;version=2.0, application/taxii+json",
		  true },
		{ "application/taxii+json;version=2.0,application/taxii+json;version=2.1",
		  true },
		{ "text/html;title=\"a,b;c\", application/taxii+json", true },
		{ ",, application/taxii+json ,", true },
		{ "application/taxii+json;q=0.001", true },
		{ "application/json;q=0, application/taxii+json", true },
		{ "garbage, application/taxii+json", true },
		{ "application/taxii+json;version=2.0", false },
		{ "application/taxii+json;version=2.10", false },
		{ "application/taxii+json;version=", false },
		{ "application/taxii+json;version=3.0", false },
		{ "application/taxii+json;version=\"a very long version indeed\"", false },
		{ "application/vnd.oasis.taxii+json;version=2.0", false },
		{ "application/vnd.oasis.taxii+json", false },
		{ "application/vnd.oasis.stix+json; version=2.0", false },
		{ "application/stix+json;version=2.1", false },
		{ "text/html", false },
		{ "text/*", false },
		{ "*/*;q=0", false },
		{ "application/taxii+json;q=0", false },
		{ "application/taxii+json;q=0.000", false },
		{ "application/taxii+json;version=2.1;q=0, */*", false },
		{ "*/*, application/taxii+json; version=2.1 ;Q=0.0", false },
		{ "application/*;q=0, */*", false },
		{ "application/json;q=0", false },
		{ "garbage", false },
		{ "application/", false },
		{ "text/html;title=\"unclosed, application/taxii+json", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (accepts(cases[i].accept, NULL, false) != cases[i].good)
			fail_msg("Accept: %s should%s do", cases[i].accept,
			         cases[i].good ? "" : "n't");
}

static void
several_accept_lines_are_one_list(void **state)
{
	(void)state;
	assert_true(accepts("text/html", "application/taxii+json", false));
	assert_false(accepts("text/html", "text/plain", false));
	assert_false(accepts("*/*", "application/taxii+json;q=0", false));
}

static void
stix_is_accepted_where_the_endpoint_lists_it(void **state)
{
	(void)state;
	assert_true(accepts("application/stix+json;version=2.1", NULL, true));
	assert_true(
	    accepts("application/taxii+json;version=2.1,application/stix+json;version=2.1",
	            NULL, true));
	assert_false(accepts("text/html", NULL, true));
}

static void
content_types_are_judged(void **state)
{
	static const struct {
		const char *type;
		bool good;
	} cases[] = {
		{ "application/taxii+json;version=2.1", true },
		{ "application/taxii+json; version=2.1", true },
		{ "application/taxii+json", true },
		{ "Application/Taxii+Json; Charset=UTF-8", true },
		{ "application/taxii+json;", true },
		{ "application/taxii+json;version=2.0", false },
		{ "application/json", false },
		{ "application/stix+json;version=2.1", false },
		{ "*/*", false },
		{ "application/taxii+json;version", false },
		{ "", false },
		{ "application/ taxii+json", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct ent_media m;
		bool good =
		    !ent_media_read(ent_str_c(cases[i].type), &m) && ent_media_is_taxii(&m);

		if (good != cases[i].good)
			fail_msg("Content-Type: %s", cases[i].type);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(accept_is_read_as_rfc_9110_has_it),
		cmocka_unit_test(several_accept_lines_are_one_list),
		cmocka_unit_test(stix_is_accepted_where_the_endpoint_lists_it),
		cmocka_unit_test(content_types_are_judged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
