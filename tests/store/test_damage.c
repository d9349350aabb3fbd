/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_damage.c - files that aren't what they should be: an error that says so, and never a
 * crash.
 */
#include "file.h"

static uint32_t
next_random(uint32_t *r)
{
	*r ^= *r << 13;
	*r ^= *r >> 17;
	*r ^= *r << 5;
	return *r;
}

/* Reads everything there is.  Whatever comes must be an answer or a fitting error. */
static int
read_everything(struct ent_store *s, struct ent_arena *a)
{
	struct ent_query q = {
		.channel = 1, .after_date = 5, .limit = 1000, .with_bytes = true, .which = 3
	};
	struct ent_list l = { .limit = 1000, .with_bytes = true, .latest = true };
	struct ent_str *list;
	struct ent_page p;
	struct ent_row *rows;
	struct ent_doc *docs;
	uint8_t hashes[32 * 16];
	size_t n;
	int rc;

	ent_arena_reset(a);
	rc = ent_store_page(s, a, &q, &p, E);
	if (!rc)
		rc = ent_store_list(s, a, &l, &rows, &n, E);
	if (!rc)
		rc = ent_store_log_range(s, a, ENT_STR("log"), 0, 1000, &list, &n, E);
	if (!rc)
		rc = ent_store_tile_get(s, ENT_STR("log"), 0, 0, 16, hashes, E);
	if (!rc)
		rc = ent_store_docs(s, a, ENT_STR("space"), NONE, NONE, 100, &docs, &n, E);
	if (!rc)
		rc = ent_store_sources(s, a, 3, &list, &n, E);
	return rc;
}

/* Writes the bytes as the database, opens, reads and checks it; the first error. */
static int
open_damaged(struct fixture *f, struct ent_arena *a, struct ent_str bytes, bool *checked)
{
	struct ent_store *s;
	int rc, found;

	OK(ent_file_write(f->path, bytes, 0600, E));
	*checked = false;
	rc = ent_store_open(f->url, &s, E);
	if (rc)
		return rc;
	rc = read_everything(s, a);
	found = ent_store_check(s, E);
	*checked = true;
	ent_store_close(s);
	return rc ? rc : found;
}

static void
says_what_is_no_database(void **state)
{
	struct fixture *f = *state;
	uint32_t r = 7;
	char junk[8192];
	bool checked;

	for (size_t i = 0; i < sizeof(junk); i++)
		junk[i] = (char)next_random(&r);
	for (size_t n = 2; n <= sizeof(junk);
	     n *= 2) { /* SQLite takes one byte for an empty file */
		assert_int_equal(open_damaged(f, f->a, (struct ent_str){ junk, n }, &checked),
		                 ENT_ECORRUPT);
		assert_non_null(strstr(test_err.msg, f->path));
	}
	memcpy(junk, "SQLite format 3",
	       16); /* and nothing else right; the application is another */
	assert_int_not_equal(
	    open_damaged(f, f->a, (struct ent_str){ junk, sizeof(junk) }, &checked), 0);
}

/* A closed database of a few dozen pages. */
static struct ent_str
sound(struct fixture *f)
{
	struct ent_store *s = open_store(f->url);
	static char big[9000];

	for (uint8_t i = 0; i < 8; i++)
		write_some(s, (uint8_t)(1 + i * 16), 16);
	memset(big, 'x', sizeof(big) - 1);
	OK(ent_store_begin(s, E));
	for (uint8_t u = 200; u < 220; u++) {
		struct ent_row r = row_of("file", u, "", "2.1", big);

		(void)append(s, 1, put(s, &r), 1000);
	}
	OK(ent_store_commit(s, E));
	OK(ent_store_check(s, E));
	OK(read_everything(s, f->a));
	ent_store_close(s);
	return bytes_of(f);
}

static void
finds_a_damaged_page(void **state)
{
	struct fixture *f = *state;
	struct ent_arena *a = ent_arena_new(16 << 20);
	struct ent_str good = sound(f);
	char *bad = malloc(good.n);
	uint32_t r = 99;
	bool checked;

	assert_true(good.n > 30 * 4096);
	for (size_t page = 0; page < good.n / 4096; page++) {
		int rc;

		memcpy(bad, good.p, good.n);
		for (size_t i = 0; i < 4096; i++)
			bad[page * 4096 + i] = (char)next_random(&r);
		rc = open_damaged(f, a, (struct ent_str){ bad, good.n }, &checked);
		if (rc != ENT_ECORRUPT)
			fail_msg("page %zu: %d %s", page, rc, test_err.msg);
	}
	for (size_t n = 100; n < good.n; n += good.n / 17) { /* cut off */
		if (!open_damaged(f, a, (struct ent_str){ good.p, n }, &checked))
			fail_msg("%zu bytes of %zu were taken", n, good.n);
	}
	free(bad);
	ent_arena_free(a);
}

static void
survives_flipped_bits(void **state)
{
	struct fixture *f = *state;
	struct ent_arena *a = ent_arena_new(16 << 20);
	struct ent_str good = sound(f);
	char *bad = malloc(good.n);
	uint32_t r = 4711;
	size_t found = 0;
	bool checked;

	for (int i = 0; i < 150; i++) {
		memcpy(bad, good.p, good.n);
		for (int k = 0; k < 4; k++) /* at the heads of pages, where the structure is */
			bad[next_random(&r) % (good.n / 4096) * 4096 + next_random(&r) % 200] ^=
			    (char)(1 << next_random(&r) % 8);
		if (open_damaged(f, a, (struct ent_str){ bad, good.n }, &checked))
			found++;
	}
	assert_true(found > 50);
	free(bad);
	ent_arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(says_what_is_no_database),
		CASE(finds_a_damaged_page),
		CASE(survives_flipped_bits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
