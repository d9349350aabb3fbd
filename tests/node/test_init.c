/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_init.c - a node is made whole or not at all, and never over another one.
 */
#include "base/file.h"
#include "crypto/hash.h"
#include "folder.h"
#include "node/node.h"

static const struct ent_str none;

static const char *const files[] = { "entente.conf", "node.seed", "next.seed",
	                             "tls.key",      "tls.crt",   "node.db" };
#define FILES (sizeof(files) / sizeof(files[0]))

static const struct ent_init north = { .name = "Minist\xc3\xa8re du Nord & Co., \xe6\x97\xa5" };

static void
whole(const struct folder *f, const char *name, char out[512])
{
	snprintf(out, 512, "%s/%s", f->node, name);
}

static void
hash_all(const struct folder *f, uint8_t out[FILES][ENT_SHA256])
{
	struct ent_arena *a = ent_arena_new((size_t)16 << 20);
	struct ent_str text;
	char path[512];

	for (size_t i = 0; i < FILES; i++) {
		whole(f, files[i], path);
		assert_int_equal(ent_file_read(a, path, (size_t)8 << 20, &text, NULL), 0);
		ent_sha256(text, out[i]);
	}
	ent_arena_free(a);
}

static void
makes_a_node_that_only_its_owner_can_read(void **state)
{
	const struct folder *f = *state;
	struct ent_err err = { 0 };
	struct ent_node *n;
	struct stat st;
	char path[512];

	if (ent_node_init(f->node, &north, &err))
		fail_msg("%s", err.msg);
	assert_int_equal(stat(f->node, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	for (size_t i = 0; i < FILES; i++) {
		whole(f, files[i], path);
		assert_int_equal(stat(path, &st), 0);
		if (strcmp(files[i], "tls.crt") != 0)
			assert_int_equal(st.st_mode & 077, 0);
	}
	assert_int_equal(ent_node_open(f->node, none, &n, &err), 0);
	assert_string_equal(ent_node_setting(n, "name"), north.name);
	assert_string_equal(ent_node_setting(n, "url"), "https://127.0.0.1:6443");
	assert_memory_equal(ent_node_setting(n, "host"), "ministere-du-nord-co-", 21);
	assert_non_null(strstr(ent_node_setting(n, "host"), ".entente"));
	whole(f, "tls.crt", path);
	assert_string_equal(ent_node_setting(n, "tls_cert"), path);
	assert_null(ent_node_setting(n, "nothing"));
	assert_string_equal(ent_exchange_name(ent_node_exchange(n)), north.name);
	ent_node_close(n);
}

static void
takes_what_it_is_told(void **state)
{
	const struct folder *f = *state;
	const struct ent_init i = { .name = "X",
		                    .listen = "0.0.0.0:1234",
		                    .url = "https://x.example:1",
		                    .host = "x.example",
		                    .days = 10 };
	struct ent_err err = { 0 };
	struct ent_node *n;

	if (ent_node_init(f->node, &i, &err))
		fail_msg("%s", err.msg);
	assert_int_equal(ent_node_open(f->node, none, &n, &err), 0);
	assert_string_equal(ent_node_setting(n, "listen"), i.listen);
	assert_string_equal(ent_node_setting(n, "url"), i.url);
	assert_string_equal(ent_node_setting(n, "host"), i.host);
	ent_node_close(n);
}

static void
a_second_init_is_refused_and_harms_nothing(void **state)
{
	uint8_t before[FILES][ENT_SHA256], after[FILES][ENT_SHA256];
	const struct folder *f = *state;
	struct ent_err err = { 0 };

	assert_int_equal(ent_node_init(f->node, &north, &err), 0);
	hash_all(f, before);
	assert_int_equal(ent_node_init(f->node, &north, &err), ENT_EEXIST);
	assert_non_null(strstr(err.msg, f->node));
	hash_all(f, after);
	assert_memory_equal(before, after, sizeof(before));
}

static void
bad_words_make_nothing(void **state)
{
	static const struct {
		struct ent_init init;
		const char *says;
	} cases[] = {
		{ { .name = NULL }, "name" },
		{ { .name = "" }, "name" },
		{ { .name = "a\nb" }, "name" },
		{ { .name = "x", .listen = "here" }, "ADDRESS:PORT" },
		{ { .name = "x", .listen = "0.0.0.0:1" }, "--url" },
		{ { .name = "x", .listen = "[::]:1" }, "--url" },
		{ { .name = "x", .url = "ftp://x" }, "https://" },
		{ { .name = "x", .host = "Not A Host" }, "lower-case" },
	};
	const struct folder *f = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct ent_err err = { 0 };

		assert_int_equal(ent_node_init(f->node, &cases[i].init, &err), ENT_EINVAL);
		if (!strstr(err.msg, cases[i].says))
			fail_msg("\"%s\" does not say \"%s\"", err.msg, cases[i].says);
		assert_int_equal(access(f->node, F_OK), -1);
	}
}

/* days beyond what a certificate takes fails after the seeds were made. */
static void
failing_midway_leaves_nothing(void **state)
{
	const struct ent_init i = { .name = "North", .days = 1000000 };
	const struct folder *f = *state;
	struct ent_err err = { 0 };

	assert_int_not_equal(ent_node_init(f->node, &i, &err), 0);
	assert_int_equal(access(f->node, F_OK), -1);
	/* in a folder that was there, that folder stays, as it was */
	assert_int_equal(mkdir(f->node, 0755), 0);
	assert_int_not_equal(ent_node_init(f->node, &i, &err), 0);
	assert_int_equal(access(f->node, F_OK), 0);
	assert_int_equal(folder_empty(f->node, false), 0);
	assert_int_equal(ent_node_init(f->node, &north, &err), 0);
}

/* One file of a node is there: it isn't ours, so neither it nor anything else is touched. */
static void
what_is_there_already_stays(void **state)
{
	const struct folder *f = *state;

	assert_int_equal(mkdir(f->node, 0700), 0);
	for (size_t i = 0; i < FILES; i++) {
		struct ent_err err = { 0 };
		char path[512];

		whole(f, files[i], path);
		assert_int_equal(ent_file_create(path, ENT_STR("mine"), 0600, &err), 0);
		assert_int_equal(ent_node_init(f->node, &north, &err), ENT_EEXIST);
		assert_non_null(strstr(err.msg, files[i]));
		assert_int_equal(folder_empty(f->node, false), 1);
		assert_int_equal(unlink(path), 0);
	}
}

static void
opening_says_what_is_missing(void **state)
{
	const struct folder *f = *state;
	struct ent_err err = { 0 };
	struct ent_node *n;
	char path[512];

	assert_int_equal(ent_node_open(f->path, none, &n, &err), ENT_ENOENT);
	assert_non_null(strstr(err.msg, "entente init"));
	assert_int_equal(ent_node_init(f->node, &north, &err), 0);
	whole(f, "node.db", path);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(ent_node_open(f->node, none, &n, &err), ENT_ENOENT);
	assert_non_null(strstr(err.msg, "node.db"));
	assert_int_equal(access(path, F_OK), -1); /* no empty database is made in its place */
	whole(f, "node.seed", path);
	assert_int_equal(unlink(path), 0);
	assert_int_not_equal(ent_node_open(f->node, none, &n, &err), 0);
	assert_non_null(strstr(err.msg, "node.seed"));
}

#define TEST(t) cmocka_unit_test_setup_teardown(t, folder_setup, folder_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(makes_a_node_that_only_its_owner_can_read),
		TEST(takes_what_it_is_told),
		TEST(a_second_init_is_refused_and_harms_nothing),
		TEST(bad_words_make_nothing),
		TEST(failing_midway_leaves_nothing),
		TEST(what_is_there_already_stays),
		TEST(opening_says_what_is_missing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
