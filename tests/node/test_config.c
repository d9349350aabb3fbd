/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_config.c - what is printed reads back; what isn't allowed is refused with file and line.
 */
#include "node/config.h"

#include "base/file.h"
#include "test.h"

#define MIN                                                                                    \
	"name = North\nparty = identity--8c1a2c0e-3f5d-4d58-9a3b-6f0f2f4f9f11\nhost = north\n" \
	"url = https://127.0.0.1:6443\n"                                                       \
	"next_key = 4f8b42c22dd3729b519ba6f68d2da7cc5b2d606d05daed5ad5128cc03e6c6358\n"

static int
setup(void **state)
{
	*state = ent_arena_new((size_t)4 << 20);
	return *state ? 0 : -1;
}

static int
teardown(void **state)
{
	ent_arena_free(*state);
	return 0;
}

static int
parse(struct ent_arena *a, const char *text, struct ent_config *c, struct ent_err *err)
{
	return ent_config_parse(a, ent_str_c(text), "x.conf", c, err);
}

static void
same(struct ent_arena *a, const struct ent_config *one, const struct ent_config *two)
{
	for (size_t i = 0; i < ent_settings_n; i++) {
		struct ent_str v = ent_setting_value(a, one, &ent_settings[i]);

		assert_non_null(v.p);
		assert_str(ent_setting_value(a, two, &ent_settings[i]), v.p);
	}
}

/* Every setting with a value that isn't its initial one. */
static void
prints_what_reads_back_the_same(void **state)
{
	static const char all[] =
	    "name = Minist\xc3\xa8re de l'Int\xc3\xa9rieur; = # [x]\n"
	    "party = identity--8c1a2c0e-3f5d-4d58-9a3b-6f0f2f4f9f11\nhost = a-b.c9\n"
	    "listen = [::1]:0\nurl =\ntls_key = /etc/keys/a b.key\ntls_cert = c\nseed = "
	    "s\ntls_min = 1.2\nhttp2 = no\npassphrase_file = /run/p\n"
	    "next_key = 00000000000000000000000000000000000000000000000000000000000000ff\n"
	    "store = sqlite:/var/lib/x.db\nmax_content_length = 100000\npage_max = 7\n"
	    "import_max = 2G\nwindow = 12\nthreads = 3\nsync_interval = 300\n"
	    "head_timeout = 1\nbody_timeout = 2\nidle_timeout = 3\nwrite_timeout = 3600\n"
	    "client_connections = 5\nclient_rate = 6\nclient_bytes = 7k\nlimit_local = yes\n"
	    "people = required\nlog_level = warn\nlog_format = json\n";
	struct ent_config one, two;
	struct ent_err err = { 0 };
	struct ent_str text;

	if (parse(*state, all, &one, &err))
		fail_msg("%s", err.msg);
	assert_string_equal(one.name, "Minist\xc3\xa8re de l'Int\xc3\xa9rieur; = # [x]");
	assert_string_equal(one.url, "");
	assert_true(one.import_max == INT64_C(2) << 30);
	assert_int_equal(one.max_content_length, 100000);
	for (size_t i = 0; i < ent_settings_n; i++) {
		struct ent_str v = ent_setting_value(*state, &one, &ent_settings[i]);

		if (ent_settings[i].initial && ent_str_is(v, ent_settings[i].initial))
			fail_msg("%s has its initial value in this test", ent_settings[i].name);
	}
	assert_int_equal(ent_config_print(*state, &one, &text, &err), 0);
	if (parse(*state, text.p, &two, &err))
		fail_msg("%s in\n%s", err.msg, text.p);
	same(*state, &one, &two);
}

static void
gives_initial_values_for_what_is_not_there(void **state)
{
	struct ent_config c, again;
	struct ent_err err = { 0 };
	struct ent_str text;

	assert_int_equal(parse(*state, MIN, &c, &err), 0);
	assert_string_equal(c.listen, "127.0.0.1:6443");
	assert_int_equal(c.window, 1000);
	assert_int_equal(c.max_content_length, 16 << 20);
	assert_int_equal(ent_config_print(*state, &c, &text, &err), 0);
	assert_non_null(strstr(text.p, "\n#window = 1000\n"));
	assert_int_equal(parse(*state, text.p, &again, &err), 0);
	same(*state, &c, &again);
}

static void
refuses_with_file_line_and_what_is_allowed(void **state)
{
	/* clang-format off */
	static const struct {
		const char *text;
		const char *says[3];
	} cases[] = {
		{ MIN "windwo = 5\n", { "x.conf:6:", "windwo", "entente.conf(5)" } },
		{ MIN "window = many\n", { "x.conf:6:", "window = many", "1 to 1000000" } },
		{ MIN "window = 0\n", { "x.conf:6:", "1 to 1000000", "" } },
		{ MIN "window = -1\n", { "x.conf:6:", "1 to 1000000", "" } },
		{ MIN "page_max = 5k\n", { "x.conf:6:", "page_max = 5k", "1 to 1000" } },
		{ MIN "import_max = 3G\n", { "x.conf:6:", "bytes", "G may follow" } },
		{ MIN "import_max = 99999999999G\n", { "x.conf:6:", "import_max", "" } },
		{ MIN "\n\nlog_level = loud\n", { "x.conf:8:", "loud", "debug, info, warn or error" } },
		{ MIN "host = North\n", { "x.conf:6:", "host is given twice", "" } },
		{ "host = North Pole\n" MIN, { "x.conf:1:", "lower-case", "" } },
		{ "party = identity--x\n", { "x.conf:1:", "identity--UUID", "" } },
		{ "url = http://x\n", { "x.conf:1:", "https://HOST:PORT", "" } },
		{ "url = https://x/y\n", { "x.conf:1:", "without a path", "" } },
		{ "listen = 6443\n", { "x.conf:1:", "ADDRESS:PORT", "" } },
		{ "listen = 1.2.3.4:65536\n", { "x.conf:1:", "ADDRESS:PORT", "" } },
		{ "store = memory:\n", { "x.conf:1:", "sqlite:PATH", "" } },
		{ "next_key = 4F\n", { "x.conf:1:", "64 lower-case hex digits", "" } },
		{ "name =\n", { "x.conf:1:", "some text", "" } },
		{ "seed =\n", { "x.conf:1:", "the path of a file", "" } },
		{ "# comment\n[node]\nname = x\n", { "x.conf:3:", "sections", "" } },
		{ "name\n", { "x.conf:1:", "KEY = VALUE", "" } },
		{ "name = a\n b\n", { "x.conf:2:", "given twice", "" } },
		{ "name = \xff\n", { "x.conf:1:", "UTF-8", "" } },
		{ "name = a\tb\n", { "x.conf:1:", "control characters", "" } },
		{ "name = North\n", { "x.conf: party is missing", "STIX identity", "" } },
		{ "", { "x.conf: name is missing", "", "" } },
	};
	/* clang-format on */

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct ent_config c;
		struct ent_err err = { 0 };

		assert_int_equal(parse(*state, cases[i].text, &c, &err), ENT_EPARSE);
		for (int j = 0; j < 3; j++)
			if (!strstr(err.msg, cases[i].says[j]))
				fail_msg("\"%s\" does not say \"%s\"", err.msg,
				         cases[i].says[j]);
	}
}

static void
refuses_lines_that_are_too_long_and_bytes_that_are_no_text(void **state)
{
	struct ent_config c;
	struct ent_err err = { 0 };
	char text[1024];
	size_t n;

	memset(text, 'x', sizeof(text));
	memcpy(text, MIN, sizeof(MIN) - 1);
	n = sizeof(MIN) - 1;
	memcpy(text + n, "seed = ", 7);
	text[n + 190] = '\n';
	text[n + 191] = '\0';
	assert_int_equal(parse(*state, text, &c, &err), 0); /* 190 bytes are a line */
	assert_int_equal(strlen(c.seed), 183);
	text[n + 190] = 'x';
	text[n + 191] = '\n';
	text[n + 192] = '\0';
	assert_int_equal(parse(*state, text, &c, &err), ENT_EPARSE);
	text[n + 191] = 'x';
	text[n + 500] = '\0';
	assert_int_equal(parse(*state, text, &c, &err), ENT_EPARSE);
	assert_non_null(strstr(err.msg, "190 bytes"));
	assert_int_equal(ent_config_parse(*state, (struct ent_str){ "name = a\0b\n", 11 },
	                                  "x.conf", &c, &err),
	                 ENT_EPARSE);
	assert_non_null(strstr(err.msg, "NUL"));
}

static void
does_not_print_what_would_not_read_back(void **state)
{
	static const char *const names[] = { "a ; b", "a\nb", " a", "a ", "\x1b[1m" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct ent_config c;
		struct ent_err err = { 0 };
		struct ent_str text;

		assert_int_equal(parse(*state, MIN, &c, &err), 0);
		c.name = names[i];
		assert_int_equal(ent_config_print(*state, &c, &text, &err), ENT_EINVAL);
	}
}

/* Each key has its item, and its initial value and range stand there. */
static void
every_setting_is_in_the_manual(void **state)
{
	struct ent_str man;
	struct ent_err err = { 0 };

	if (ent_file_read(*state, source_file("man/entente.conf.5"), 1 << 20, &man, &err))
		fail_msg("%s", err.msg);
	for (size_t i = 0; i < ent_settings_n; i++) {
		struct ent_str item =
		    ent_arena_printf(*state, ".It Cm %s\n", ent_settings[i].name);

		if (!strstr(man.p, item.p))
			fail_msg("man/entente.conf.5 has no %s", ent_settings[i].name);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(prints_what_reads_back_the_same, setup,
		                                teardown),
		cmocka_unit_test_setup_teardown(gives_initial_values_for_what_is_not_there,
		                                setup, teardown),
		cmocka_unit_test_setup_teardown(refuses_with_file_line_and_what_is_allowed,
		                                setup, teardown),
		cmocka_unit_test_setup_teardown(
		    refuses_lines_that_are_too_long_and_bytes_that_are_no_text, setup,
		    teardown),
		cmocka_unit_test_setup_teardown(does_not_print_what_would_not_read_back, setup,
		                                teardown),
		cmocka_unit_test_setup_teardown(every_setting_is_in_the_manual, setup,
		                                teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
