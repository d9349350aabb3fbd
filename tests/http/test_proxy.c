/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_proxy.c - which proxies are taken, and how they are named.
 */
#include "test.h"

#include "http/client.h"
#include "http/proxy.h"

static void
proxies_are_checked_and_shown_without_secrets(void **state)
{
	static const struct {
		const char *url, *shown; /* NULL: refused */
	} cases[] = {
		{ "http://proxy.example:3128", "http://proxy.example:3128" },
		{ "proxy.example:3128", "http://proxy.example:3128" },
		{ "http://ann:secret@proxy.example:3128/", "http://proxy.example:3128" },
		{ "ann:secret@proxy.example", "http://proxy.example" },
		{ "http://[2001:db8::1]:8080", "http://[2001:db8::1]:8080" },
		{ "socks5h://127.0.0.1:1080", "socks5h://127.0.0.1:1080" },
		{ "SOCKS4A://127.0.0.1", "socks4a://127.0.0.1" },
		{ "https://proxy.example:3128", NULL },
		{ "ftp://proxy.example", NULL },
		{ "http://", NULL },
		{ "http://a b", NULL },
		{ "http://proxy.example:port", NULL },
		{ "", NULL },
	};
	char shown[ENT_PROXY_SHOWN], text[2000];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int rc = ent_proxy_check(cases[i].url, shown, NULL);

		if (rc != (cases[i].shown ? 0 : ENT_EINVAL) ||
		    (cases[i].shown && strcasecmp(shown, cases[i].shown) != 0))
			fail_msg("%s: %d %s", cases[i].url, rc, shown);
	}
	memset(text, 'a', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	assert_int_equal(ent_proxy_check(text, shown, NULL), ENT_EINVAL);
}

static void
the_environment_is_asked_as_curl_does(void **state)
{
	(void)state;
	unsetenv("https_proxy");
	unsetenv("HTTPS_PROXY");
	unsetenv("all_proxy");
	unsetenv("ALL_PROXY");
	assert_null(ent_proxy_environment());
	setenv("ALL_PROXY", "http://d", 1);
	assert_string_equal(ent_proxy_environment(), "http://d");
	setenv("all_proxy", "http://c", 1);
	assert_string_equal(ent_proxy_environment(), "http://c");
	setenv("HTTPS_PROXY", "http://b", 1);
	assert_string_equal(ent_proxy_environment(), "http://b");
	setenv("https_proxy", "http://a", 1);
	assert_string_equal(ent_proxy_environment(), "http://a");
	setenv("https_proxy", "", 1); /* named, and none */
	assert_string_equal(ent_proxy_environment(), "http://b");
}

static void
a_proxy_that_is_given_is_checked_before_anything_is_sent(void **state)
{
	struct ent_client_config config = { .proxy = "https://ann:secret@proxy.example" };
	struct ent_client *c = NULL;
	struct ent_err err;

	(void)state;
	assert_int_equal(ent_client_open(&config, &c, &err), ENT_EINVAL);
	assert_null(c);
	assert_null(strstr(err.msg, "secret"));
	config.proxy = "";
	assert_int_equal(ent_client_open(&config, &c, &err), 0);
	ent_client_close(c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(proxies_are_checked_and_shown_without_secrets),
		cmocka_unit_test(the_environment_is_asked_as_curl_does),
		cmocka_unit_test(a_proxy_that_is_given_is_checked_before_anything_is_sent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
