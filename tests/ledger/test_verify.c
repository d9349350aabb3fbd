/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_verify.c - the program entente-verify: what it says and with which status it ends.
 */
#include "exports.h"

#include <sys/wait.h>

#include "base/file.h"

struct world {
	struct parties p;
	char dir[64];
	char key[ENT_B64_LEN(32) + 1], witness[ENT_B64_LEN(32) + 1];
	char out[16384]; /* what the last run wrote, both streams */
};

static void
put(struct world *w, const char *name, struct ent_str text)
{
	char path[200];

	snprintf(path, sizeof(path), "%s/%s", w->dir, name);
	assert_int_equal(ent_file_write(path, text, 0600, NULL), 0);
}

static int
setup(void **state)
{
	struct world *w = calloc(1, sizeof(*w));

	parties_init(&w->p);
	strcpy(w->dir, "/tmp/ent-verify-XXXXXX");
	if (!mkdtemp(w->dir))
		return -1;
	ent_b64(w->p.alpha.key[ENT_KEY_LEDGER].pub, 32, w->key);
	ent_b64(w->p.bravo.key[ENT_KEY_WITNESS].pub, 32, w->witness);
	put(w, "five", export_of(&w->p, 5, SIZE_MAX, 1790000000));
	put(w, "nine", export_of(&w->p, 9, SIZE_MAX, 0));
	put(w, "fork", export_of(&w->p, 9, 2, 1790000000));
	put(w, "none", export_of(&w->p, 0, SIZE_MAX, 0));
	put(w, "changed",
	    replaced(&w->p, export_of(&w->p, 5, SIZE_MAX, 0), "{\"n\":1}", "{\"n\":9}"));
	put(w, "noise", ENT_STR("entente-ledger/1\norigin \x1b[2J\n"));
	put(w, "empty", ENT_STR(""));
	*state = w;
	return 0;
}

static int
teardown(void **state)
{
	static const char *const names[] = { "five",    "nine",  "fork", "none",
		                             "changed", "noise", "empty" };
	struct world *w = *state;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		char path[200];

		snprintf(path, sizeof(path), "%s/%s", w->dir, names[i]);
		(void)unlink(path);
	}
	(void)rmdir(w->dir);
	ent_arena_free(w->p.a);
	free(w);
	return 0;
}

/* Runs it in the folder with these arguments, as a shell has them; its exit status. */
static int
run(struct world *w, const char *args)
{
	char cmd[1024];
	size_t n = 0, got;
	FILE *f;
	int rc;

	snprintf(cmd, sizeof(cmd), "cd %s && \"$ENTENTE_VERIFY\" %s 2>&1", w->dir, args);
	f = popen(cmd, "r");
	assert_non_null(f);
	while (n < sizeof(w->out) - 1 &&
	       (got = fread(w->out + n, 1, sizeof(w->out) - 1 - n, f)) > 0)
		n += got;
	w->out[n] = '\0';
	rc = pclose(f);
	assert_true(WIFEXITED(rc));
	return WEXITSTATUS(rc);
}

static void
says(struct world *w, const char *words)
{
	if (!strstr(w->out, words))
		fail_msg("\"%s\" isn't in:\n%s", words, w->out);
}

static void
good_ledger_holds_and_says_where_the_keys_are_from(void **state)
{
	struct world *w = *state;

	assert_int_equal(run(w, "five"), 0);
	says(w, ALPHA);
	says(w, "entries      5\n");
	says(w, w->key);
	says(w, "This key was taken from the file");
	says(w, "cosigned by  " BRAVO " at 2026-09-21T14:13:20Z");
	says(w, "HOLDS");
	assert_int_equal(run(w, "none"), 0);
	says(w, "not cosigned by  " BRAVO);
	says(w, "Nobody cosigned");
	assert_int_equal(run(w, "- < five"), 0);
	says(w, "HOLDS");
}

static void
given_keys_are_held_against_the_file(void **state)
{
	struct world *w = *state;
	char args[400];

	snprintf(args, sizeof(args), "--key %s --key " BRAVO "=%s five", w->key, w->witness);
	assert_int_equal(run(w, args), 0);
	assert_null(strstr(w->out, "taken from the file"));
	snprintf(args, sizeof(args), "--key " ALPHA "=%s five", w->key);
	assert_int_equal(run(w, args), 0);
	says(w, "which is the key that you gave");
	snprintf(args, sizeof(args), "--key %s five",
	         w->witness); /* a known key in another role */
	assert_int_equal(run(w, args), 1);
	says(w, "another key");
	snprintf(args, sizeof(args), "--key " BRAVO "=%s five", w->key);
	assert_int_equal(run(w, args), 1);
	snprintf(args, sizeof(args), "--key " BRAVO "=%s nine",
	         w->witness); /* which it didn't cosign */
	assert_int_equal(run(w, args), 1);
	says(w, BRAVO ": no file");
	snprintf(args, sizeof(args), "--key alfa.example=%s five",
	         w->key); /* a name mistyped */
	assert_int_equal(run(w, args), 1);
}

static void
what_does_not_hold_ends_with_1_and_noise_with_2(void **state)
{
	struct world *w = *state;

	assert_int_equal(run(w, "changed"), 1);
	says(w, "DOES NOT HOLD");
	assert_int_equal(run(w, "noise"), 2);
	says(w, "CANNOT BE USED");
	assert_null(strchr(w->out, 0x1b));
	assert_int_equal(run(w, "empty"), 2);
	assert_int_equal(run(w, "absent"), 2);
	says(w, "No such file");
	assert_int_equal(run(w, "."), 2);
	assert_int_equal(run(w, "five noise"), 2);
	assert_int_equal(run(w, "changed noise"), 1);
	assert_int_equal(run(w, "noise changed"), 1);
}

static void
files_of_one_ledger_are_compared(void **state)
{
	struct world *w = *state;

	assert_int_equal(run(w, "nine five"), 0);
	says(w, "CONSISTENT: the 5 entries of the one are the first of the 9 of the other");
	assert_int_equal(run(w, "five five none nine"), 0);
	assert_int_equal(run(w, "five fork"), 1);
	says(w, "CONTRADICTION");
	says(w, "two histories");
	assert_int_equal(run(w, "nine fork"), 1);
	says(w, "CONTRADICTION");
	assert_int_equal(run(w, "none nine five fork"), 1);
}

static void
json_has_the_same_verdicts(void **state)
{
	struct world *w = *state;

	assert_int_equal(run(w, "--json five nine"), 0);
	says(w, "{\"files\":[{\"file\":\"five\",\"result\":\"holds\",\"origin\":\"" ALPHA
	        "\",\"entries\":5,");
	says(w, "\"cosigned\":true,\"time\":\"2026-09-21T14:13:20Z\"");
	says(w, "\"pairs\":[{\"smaller\":\"five\",\"larger\":\"nine\",\"consistent\":true,"
	        "\"same_key\":true}]");
	says(w, "\"all_hold\":true}\n");
	assert_int_equal(run(w, "--json fork changed noise five"), 1);
	says(w, "\"consistent\":false");
	says(w, "\"file\":\"changed\",\"result\":\"does-not-hold\",\"error\":\"line ");
	says(w, "\"file\":\"noise\",\"result\":\"unusable\"");
	says(w, "\"all_hold\":false}\n");
}

static void
usage_errors_say_so(void **state)
{
	struct world *w = *state;

	assert_int_equal(run(w, ""), 2);
	says(w, "no file given");
	assert_int_equal(run(w, "--key AAAA five"), 2);
	assert_int_equal(run(w, "--nothing"), 2);
	assert_int_equal(run(w, "--help"), 0);
	says(w, "usage: entente-verify");
	assert_int_equal(run(w, "--version"), 0);
	says(w, "entente-verify ");
	assert_int_equal(run(w, "five > /dev/full"), 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    good_ledger_holds_and_says_where_the_keys_are_from, setup, teardown),
		cmocka_unit_test_setup_teardown(given_keys_are_held_against_the_file, setup,
		                                teardown),
		cmocka_unit_test_setup_teardown(what_does_not_hold_ends_with_1_and_noise_with_2,
		                                setup, teardown),
		cmocka_unit_test_setup_teardown(files_of_one_ledger_are_compared, setup,
		                                teardown),
		cmocka_unit_test_setup_teardown(json_has_the_same_verdicts, setup, teardown),
		cmocka_unit_test_setup_teardown(usage_errors_say_so, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
