/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_contract.c - store.h, clause by clause, over every backend.
 */
#include "both.h"

/* ---- objects ---- */
static void
keeps_each_version_once(void **state)
{
	struct fixture *f = *state;
	struct ent_row a = row_of("indicator", 1, "2020", "2.1", "a");
	struct ent_row b = row_of("indicator", 1, "2021", "2.1", "b");
	struct ent_row other = row_of("indicator", 1, "2020", "2.1", "x");
	struct ent_row type = row_of("malware", 1, "2020", "2.1", "c");
	enum ent_put how;
	uint64_t oid, n;

	OK(ent_store_begin(f->s, E));
	OK(ent_store_put(f->s, &a, &oid, &how, E));
	assert_int_equal(how, ENT_PUT_NEW);
	assert_int_equal(oid, 1);
	OK(ent_store_put(f->s, &b, &oid, &how, E));
	assert_int_equal(oid, 2);
	OK(ent_store_put(f->s, &a, &oid, &how, E));
	assert_int_equal(how, ENT_PUT_SAME);
	assert_int_equal(oid, 1);
	oid = 0;
	assert_int_equal(ent_store_put(f->s, &other, &oid, &how, E), ENT_ECONFLICT);
	assert_int_equal(oid, 1);
	OK(ent_store_put(f->s, &type, &oid, &how, E));
	assert_int_equal(oid, 3);
	OK(ent_store_commit(f->s, E));
	OK(ent_store_count(f->s, &n, E));
	assert_int_equal(n, 3);
}

static void
gives_back_what_was_put(void **state)
{
	struct fixture *f = *state;
	struct ent_row in = row_of("file", 7, "", "2.1", "z"), out;
	struct ent_row later = row_of("tool", 7, "2021-01-01T00:00:00.5", "2.0", "b");
	struct ent_row first = row_of("tool", 7, "2021-01-01T00:00:00", "2.0", "a");

	in.bytes = ENT_STR("a\0b");
	in.added = -5;
	in.vkey = in.version = NONE; /* as "" */
	OK(ent_store_begin(f->s, E));
	(void)put(f->s, &in);
	(void)put(f->s, &later);
	(void)put(f->s, &first);
	OK(ent_store_commit(f->s, E));

	OK(ent_store_get(f->s, f->a, in.type, in.uuid, ENT_STR(""), &out, E));
	assert_int_equal(out.oid, 1);
	assert_str(out.type, "file");
	assert_str(out.vkey, "");
	assert_str(out.version, "");
	assert_str(out.spec, "2.1");
	assert_memory_equal(out.uuid, in.uuid, 16);
	assert_memory_equal(out.sha256, in.sha256, 32);
	assert_true(out.added == -5);
	assert_int_equal(out.bytes.n, 3);
	assert_memory_equal(out.bytes.p, "a\0b", 3);

	OK(ent_store_get(f->s, f->a, later.type, later.uuid, NONE, &out, E));
	assert_str(out.bytes, "b");
	OK(ent_store_get(f->s, f->a, first.type, first.uuid, first.vkey, &out, E));
	assert_str(out.bytes, "a");
	OK(ent_store_get_oid(f->s, f->a, 2, &out, E));
	assert_str(out.bytes, "b");

	assert_int_equal(
	    ent_store_get(f->s, f->a, ENT_STR("file"), first.uuid, ENT_STR("2021"), &out, E),
	    ENT_ENOENT);
	assert_int_equal(ent_store_get(f->s, f->a, ENT_STR("x"), first.uuid, NONE, &out, E),
	                 ENT_ENOENT);
	assert_int_equal(ent_store_get_oid(f->s, f->a, 0, &out, E), ENT_ENOENT);
	assert_int_equal(ent_store_get_oid(f->s, f->a, UINT64_MAX, &out, E), ENT_ENOENT);
}

static void
lists_by_type_source_and_version(void **state)
{
	/* clang-format off */
	static const struct {
		const char *type, *source;
		uint64_t after;
		size_t limit;
		bool latest;
		const char *want;
	} cases[] = {
		{ NULL, NULL, 0, 10, false, "1 2 3 4 5" },
		{ NULL, NULL, 0, 2, false, "1 2" },
		{ NULL, NULL, 0, 0, false, "" },
		{ NULL, NULL, 3, 10, false, "4 5" },
		{ NULL, NULL, UINT64_MAX, 10, false, "" },
		{ NULL, NULL, 0, SIZE_MAX, true, "2 3 4 5" },
		{ "tool", NULL, 0, 10, false, "1 2 5" },
		{ "tool", NULL, 1, 1, false, "2" },
		{ "tool", NULL, 0, 10, true, "2 5" },
		{ NULL, "a", 0, 10, false, "1 3 4" },
		{ "tool", "a", 0, 10, false, "1" },
		{ "tool", "a", 0, 10, true, "1" }, /* 2 is newer, and not from a */
		{ NULL, "b", 0, 10, false, "1 5" },
		{ NULL, "b", 1, 10, true, "5" },
		{ "nothing", NULL, 0, 10, false, "" },
		{ NULL, "nobody", 0, 10, false, "" },
	};
	/* clang-format on */
	struct fixture *f = *state;
	struct ent_row rows[] = {
		row_of("tool", 1, "1", "2.1", "a"), row_of("tool", 1, "2", "2.1", "b"),
		row_of("file", 2, "", "2.1", "c"),  row_of("file", 3, "", "2.1", "d"),
		row_of("tool", 4, "1", "2.1", "e"),
	};

	OK(ent_store_begin(f->s, E));
	for (size_t i = 0; i < 5; i++)
		(void)put(f->s, &rows[i]);
	OK(ent_store_source_add(f->s, 1, ENT_STR("a"), 1, NULL, E));
	OK(ent_store_source_add(f->s, 3, ENT_STR("a"), 1, NULL, E));
	OK(ent_store_source_add(f->s, 4, ENT_STR("a"), 1, NULL, E));
	OK(ent_store_source_add(f->s, 1, ENT_STR("b"), 1, NULL, E));
	OK(ent_store_source_add(f->s, 5, ENT_STR("b"), 1, NULL, E));
	OK(ent_store_commit(f->s, E));
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct ent_list q = { .type = ent_str_c(cases[i].type),
			              .source = ent_str_c(cases[i].source),
			              .after = cases[i].after,
			              .limit = cases[i].limit,
			              .latest = cases[i].latest,
			              .with_bytes = i % 2 == 0 };
		struct ent_row *got;
		char text[256] = "";
		size_t n;

		OK(ent_store_list(f->s, f->a, &q, &got, &n, E));
		for (size_t k = 0; k < n; k++) {
			snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s%d",
			         k ? " " : "", (int)got[k].oid);
			assert_true((got[k].bytes.p != NULL) == q.with_bytes);
		}
		if (strcmp(text, cases[i].want) != 0)
			fail_msg("case %zu: \"%s\" is not \"%s\"", i, text, cases[i].want);
	}
}

static void
notes_a_source_once(void **state)
{
	struct fixture *f = *state;
	struct ent_row r = row_of("tool", 1, "1", "2.1", "a");
	struct ent_str *got;
	bool fresh;
	size_t n;

	OK(ent_store_begin(f->s, E));
	(void)put(f->s, &r);
	OK(ent_store_source_add(f->s, 1, ENT_STR("b"), 5, &fresh, E));
	assert_true(fresh);
	OK(ent_store_source_add(f->s, 1, ENT_STR("a"), 6, &fresh, E));
	assert_true(fresh);
	OK(ent_store_source_add(f->s, 1, ENT_STR("b"), 7, &fresh, E));
	assert_false(fresh);
	assert_int_equal(ent_store_source_add(f->s, 2, ENT_STR("b"), 7, &fresh, E), ENT_ENOENT);
	OK(ent_store_commit(f->s, E));
	OK(ent_store_sources(f->s, f->a, 1, &got, &n, E));
	assert_int_equal(n, 2);
	assert_str(got[0], "a");
	assert_str(got[1], "b");
	OK(ent_store_sources(f->s, f->a, 9, &got, &n, E));
	assert_int_equal(n, 0);
}

/* ---- transactions ---- */
static void
writes_only_inside_a_transaction(void **state)
{
	struct fixture *f = *state;
	struct ent_row r = row_of("tool", 1, "1", "2.1", "a");
	uint8_t hash[32] = { 0 };
	enum ent_put how;
	uint64_t n;
	int64_t d;

	assert_int_equal(ent_store_put(f->s, &r, &n, &how, E), ENT_ESTATE);
	assert_int_equal(ent_store_source_add(f->s, 1, ENT_STR("a"), 1, NULL, E), ENT_ESTATE);
	assert_int_equal(ent_store_append(f->s, 1, 1, 1, &n, &d, E), ENT_ESTATE);
	assert_int_equal(ent_store_remove(f->s, 1, r.type, r.uuid, 0, NULL, 0, &n, E),
	                 ENT_ESTATE);
	assert_int_equal(ent_store_log_append(f->s, r.type, r.type, &n, E), ENT_ESTATE);
	assert_int_equal(ent_store_tile_put(f->s, r.type, 0, 0, hash, E), ENT_ESTATE);
	assert_int_equal(ent_store_doc_put(f->s, r.type, r.type, r.type, E), ENT_ESTATE);
	assert_int_equal(ent_store_doc_del(f->s, r.type, r.type, E), ENT_ESTATE);
	assert_int_equal(ent_store_commit(f->s, E), ENT_ESTATE);
	assert_int_equal(ent_store_mark(f->s, E), ENT_ESTATE);
	assert_int_equal(ent_store_keep(f->s, E), ENT_ESTATE);
	ent_store_undo(f->s);
	ent_store_rollback(f->s);
	OK(ent_store_begin(f->s, E));
	assert_true(ent_store_writing(f->s));
	assert_int_equal(ent_store_begin(f->s, E), ENT_ESTATE);
	assert_int_equal(ent_store_keep(f->s, E), ENT_ESTATE);
	OK(ent_store_commit(f->s, E));
	assert_false(ent_store_writing(f->s));
}

/* One write of each shape; n makes it a new one. */
static void
write_all(struct ent_store *s, uint8_t n)
{
	struct ent_row r = row_of("tool", n, "1", "2.1", "a");
	uint8_t hash[32] = { n };
	char key[8];
	uint64_t at;

	snprintf(key, sizeof(key), "%d", n);
	r.vkey = r.version = ent_str_c(key);
	(void)append(s, 1, put(s, &r), 1000);
	OK(ent_store_source_add(s, 1, ent_str_c(key), 1, NULL, E));
	OK(ent_store_log_append(s, ENT_STR("l"), ent_str_c(key), &at, E));
	OK(ent_store_tile_put(s, ENT_STR("l"), 0, at, hash, E));
	OK(ent_store_doc_put(s, ENT_STR("d"), ent_str_c(key), ent_str_c(key), E));
	OK(ent_store_doc_put(s, ENT_STR("d"), ENT_STR("same"), ent_str_c(key), E));
}

/* How many there are of each shape, and the shared document. */
static void
expect_all(struct fixture *f, uint64_t n, const char *same)
{
	struct ent_str *list, value = NONE;
	struct ent_doc *docs;
	uint64_t got, seq;
	uint8_t hashes[256 * 32];
	size_t count;
	int rc;

	OK(ent_store_count(f->s, &got, E));
	assert_int_equal(got, n);
	OK(ent_store_tip(f->s, 1, &seq, NULL, &got, E));
	assert_int_equal(seq, n);
	assert_int_equal(got, n);
	OK(ent_store_sources(f->s, f->a, 1, &list, &count, E));
	assert_int_equal(count, n);
	OK(ent_store_log_size(f->s, ENT_STR("l"), &got, E));
	assert_int_equal(got, n);
	if (n > 0)
		OK(ent_store_tile_get(f->s, ENT_STR("l"), 0, 0, n, hashes, E));
	assert_int_equal(ent_store_tile_get(f->s, ENT_STR("l"), 0, 0, n + 1, hashes, E),
	                 ENT_ENOENT);
	OK(ent_store_docs(f->s, f->a, ENT_STR("d"), NONE, NONE, 100, &docs, &count, E));
	assert_int_equal(count, n ? n + 1 : 0);
	rc = ent_store_doc_get(f->s, f->a, ENT_STR("d"), ENT_STR("same"), &value, E);
	assert_int_equal(rc, n ? 0 : ENT_ENOENT);
	if (n)
		assert_str(value, same);
}

static void
rolls_back_every_shape(void **state)
{
	struct fixture *f = *state;
	uint64_t n;

	expect_all(f, 0, "");
	OK(ent_store_begin(f->s, E));
	write_all(f->s, 1);
	write_all(f->s, 2);
	expect_all(f, 2, "2"); /* own writes are seen */
	ent_store_rollback(f->s);
	expect_all(f, 0, "");

	OK(ent_store_begin(f->s, E));
	write_all(f->s, 1);
	OK(ent_store_commit(f->s, E));
	OK(ent_store_begin(f->s, E));
	write_all(f->s, 2);
	OK(ent_store_doc_del(f->s, ENT_STR("d"), ENT_STR("same"), E));
	OK(ent_store_remove(f->s, 1, ENT_STR("tool"),
	                    (const uint8_t *)"\1\1\1\1\1\1\1\1\1\1\1\1\1\1\1\1", 0, NULL, 0, &n,
	                    E));
	assert_int_equal(n, 1);
	ent_store_rollback(f->s);
	expect_all(f, 1, "1");
}

static void
marks_nest_as_a_stack(void **state)
{
	struct fixture *f = *state;

	OK(ent_store_begin(f->s, E));
	write_all(f->s, 1);
	OK(ent_store_mark(f->s, E));
	write_all(f->s, 2);
	OK(ent_store_mark(f->s, E));
	write_all(f->s, 3);
	expect_all(f, 3, "3");
	ent_store_undo(f->s);
	expect_all(f, 2, "2");
	OK(ent_store_mark(f->s, E));
	write_all(f->s, 4);
	OK(ent_store_keep(f->s, E));
	expect_all(f, 3, "4");
	ent_store_undo(f->s);
	expect_all(f, 1, "1");
	OK(ent_store_mark(f->s, E));
	write_all(f->s, 5);
	OK(ent_store_commit(f->s, E)); /* a mark that is left keeps its writes */
	expect_all(f, 2, "5");
	OK(ent_store_begin(f->s, E));
	assert_int_equal(ent_store_keep(f->s, E), ENT_ESTATE);
	ent_store_rollback(f->s);
}

static void
generation_changes_with_commits(void **state)
{
	struct fixture *f = *state;
	uint64_t before = ent_store_generation(f->s);

	assert_int_equal(ent_store_generation(f->s), before);
	OK(ent_store_begin(f->s, E));
	write_all(f->s, 1);
	OK(ent_store_commit(f->s, E));
	assert_int_not_equal(ent_store_generation(f->s), before);
	before = ent_store_generation(f->s);
	OK(ent_store_begin(f->s, E));
	write_all(f->s, 2);
	ent_store_rollback(f->s);
	assert_int_equal(ent_store_generation(f->s), before);
	OK(ent_store_checkpoint(f->s, E));
}

/* ---- logs and documents ---- */
static void
logs_count_from_zero(void **state)
{
	struct fixture *f = *state;
	struct ent_str one, *list;
	char text[16];
	uint64_t at, size;
	size_t n;

	OK(ent_store_log_size(f->s, ENT_STR("a"), &size, E));
	assert_int_equal(size, 0);
	OK(ent_store_begin(f->s, E));
	for (int i = 0; i < 10; i++) {
		snprintf(text, sizeof(text), "e%d", i);
		OK(ent_store_log_append(f->s, ENT_STR("a"), ent_str_c(text), &at, E));
		assert_int_equal(at, i);
		if (i % 3 == 0)
			OK(ent_store_log_append(f->s, ENT_STR("b"), ent_str_c(text), &at, E));
	}
	OK(ent_store_log_append(f->s, ENT_STR("b"), ENT_STR(""), &at, E));
	assert_int_equal(at, 4);
	assert_int_equal(ent_store_log_append(f->s, ENT_STR(""), ENT_STR("x"), &at, E),
	                 ENT_EINVAL);
	OK(ent_store_commit(f->s, E));

	OK(ent_store_log_size(f->s, ENT_STR("b"), &size, E));
	assert_int_equal(size, 5);
	OK(ent_store_log_get(f->s, f->a, ENT_STR("b"), 1, &one, E));
	assert_str(one, "e3");
	OK(ent_store_log_get(f->s, f->a, ENT_STR("b"), 4, &one, E));
	assert_str(one, "");
	assert_non_null(one.p);
	assert_int_equal(ent_store_log_get(f->s, f->a, ENT_STR("b"), 5, &one, E), ENT_ENOENT);
	assert_int_equal(ent_store_log_get(f->s, f->a, ENT_STR("c"), 0, &one, E), ENT_ENOENT);
	assert_int_equal(ent_store_log_get(f->s, f->a, ENT_STR("b"), UINT64_MAX, &one, E),
	                 ENT_ENOENT);
	OK(ent_store_log_range(f->s, f->a, ENT_STR("a"), 8, SIZE_MAX, &list, &n, E));
	assert_int_equal(n, 2);
	assert_str(list[1], "e9");
	OK(ent_store_log_range(f->s, f->a, ENT_STR("a"), 2, 3, &list, &n, E));
	assert_int_equal(n, 3);
	assert_str(list[0], "e2");
}

static void
tiles_are_within_their_bounds(void **state)
{
	/* clang-format off */
	static const struct {
		unsigned level;
		uint64_t index;
		size_t n;
		int want;
	} cases[] = {
		{ 0, 0, 256, 0 }, { 0, 256, 44, 0 }, { 0, 299, 1, 0 }, { 8, 0, 1, 0 },
		{ 0, 256, 45, ENT_ENOENT }, { 8, 1, 1, ENT_ENOENT }, { 16, 0, 1, ENT_ENOENT },
		{ 0, 255, 2, ENT_EINVAL }, { 0, 0, 257, ENT_EINVAL }, { 0, 0, 0, ENT_EINVAL },
		{ 1, 0, 1, ENT_EINVAL }, { 64, 0, 1, ENT_EINVAL }, { 0, UINT64_MAX, 1, ENT_EINVAL },
		{ 0, INT64_MAX, 1, ENT_ENOENT }, { 0, 0, SIZE_MAX, ENT_EINVAL },
	};
	/* clang-format on */
	struct fixture *f = *state;
	uint8_t hash[32], hashes[256 * 32];

	OK(ent_store_begin(f->s, E));
	for (unsigned i = 0; i < 300; i++) {
		memset(hash, (int)i, sizeof(hash));
		OK(ent_store_tile_put(f->s, ENT_STR("a"), 0, i, hash, E));
	}
	OK(ent_store_tile_put(f->s, ENT_STR("a"), 8, 0, hash, E));
	OK(ent_store_tile_put(f->s, ENT_STR("a"), 0, 299, hash, E));
	hash[0] ^= 1;
	assert_int_equal(ent_store_tile_put(f->s, ENT_STR("a"), 0, 299, hash, E),
	                 ENT_ECONFLICT);
	assert_int_equal(ent_store_tile_put(f->s, ENT_STR("a"), 4, 0, hash, E), ENT_EINVAL);
	OK(ent_store_commit(f->s, E));
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int rc = ent_store_tile_get(f->s, ENT_STR("a"), cases[i].level, cases[i].index,
		                            cases[i].n, hashes, E);

		if (rc != cases[i].want)
			fail_msg("case %zu: %d is not %d", i, rc, cases[i].want);
	}
	OK(ent_store_tile_get(f->s, ENT_STR("a"), 0, 256, 44, hashes, E));
	for (unsigned i = 0; i < 44 * 32; i++)
		assert_int_equal(hashes[i], (uint8_t)(256 + i / 32));
	assert_int_equal(ent_store_tile_get(f->s, ENT_STR("b"), 0, 0, 1, hashes, E),
	                 ENT_ENOENT);
}

static void
documents_go_by_key(void **state)
{
	/* clang-format off */
	static const struct {
		const char *prefix, *after;
		size_t limit;
		const char *want;
	} cases[] = {
		{ NULL, NULL, 10, "a,a.1,a.2,ab,b," },
		{ "", NULL, 10, "a,a.1,a.2,ab,b," },
		{ NULL, NULL, 2, "a,a.1," },
		{ NULL, NULL, 0, "" },
		{ "a", NULL, 10, "a,a.1,a.2,ab," },
		{ "a.", NULL, 10, "a.1,a.2," },
		{ "a.", "a.1", 10, "a.2," },
		{ "a.", "a.2", 10, "" },
		{ "a.", "a", 10, "a.1,a.2," },
		{ "a.", "zz", 10, "" },
		{ NULL, "ab", 10, "b," },
		{ NULL, "", 10, "a,a.1,a.2,ab,b," },
		{ "c", NULL, 10, "" },
	};
	/* clang-format on */
	static const char *const keys[] = { "b", "a.2", "ab", "a.1", "a", "gone" };
	struct fixture *f = *state;
	struct ent_str v;

	OK(ent_store_begin(f->s, E));
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		OK(ent_store_doc_put(f->s, ENT_STR("s"), ent_str_c(keys[i]), ENT_STR("old"),
		                     E));
		OK(ent_store_doc_put(f->s, ENT_STR("s"), ent_str_c(keys[i]), ent_str_c(keys[i]),
		                     E));
		OK(ent_store_doc_put(f->s, ENT_STR("t"), ent_str_c(keys[i]), ENT_STR("\0"), E));
	}
	OK(ent_store_doc_del(f->s, ENT_STR("s"), ENT_STR("gone"), E));
	OK(ent_store_doc_del(f->s, ENT_STR("s"), ENT_STR("gone"), E));
	OK(ent_store_doc_put(f->s, ENT_STR("z"), ENT_STR("k\0k"), NONE, E));
	OK(ent_store_commit(f->s, E));
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct ent_doc *docs;
		char text[256] = "";
		size_t n;

		OK(ent_store_docs(f->s, f->a, ENT_STR("s"), ent_str_c(cases[i].prefix),
		                  ent_str_c(cases[i].after), cases[i].limit, &docs, &n, E));
		for (size_t k = 0; k < n; k++) {
			assert_true(ent_str_eq(docs[k].key, docs[k].value));
			snprintf(text + strlen(text), sizeof(text) - strlen(text), "%.*s,",
			         ENT_FMT(docs[k].key));
		}
		if (strcmp(text, cases[i].want) != 0)
			fail_msg("case %zu: \"%s\" is not \"%s\"", i, text, cases[i].want);
	}
	OK(ent_store_doc_get(f->s, f->a, ENT_STR("z"), ENT_STR("k\0k"), &v, E));
	assert_non_null(v.p);
	assert_int_equal(v.n, 0);
	assert_int_equal(ent_store_doc_get(f->s, f->a, ENT_STR("z"), ENT_STR("k"), &v, E),
	                 ENT_ENOENT);
	assert_int_equal(ent_store_doc_get(f->s, f->a, ENT_STR("s"), ENT_STR("gone"), &v, E),
	                 ENT_ENOENT);
}

static void
survives_every_arena_limit(void **state)
{
	struct fixture *f = *state;
	struct ent_query q = {
		.channel = 1, .after_date = INT64_MIN, .limit = 9, .with_bytes = true
	};
	struct ent_list l = { .limit = 9, .with_bytes = true };
	struct ent_page page;
	struct ent_row *rows;
	struct ent_doc *docs;
	size_t n, tried = 0;
	int rc = ENT_ENOMEM;

	OK(ent_store_begin(f->s, E));
	for (uint8_t i = 1; i < 8; i++)
		write_all(f->s, i);
	OK(ent_store_commit(f->s, E));
	for (size_t limit = 0; rc == ENT_ENOMEM; limit += 16) {
		struct ent_arena *a = ent_arena_new(limit);

		rc = ent_store_page(f->s, a, &q, &page, E);
		if (!rc)
			rc = ent_store_list(f->s, a, &l, &rows, &n, E);
		if (!rc)
			rc = ent_store_docs(f->s, a, ENT_STR("d"), NONE, NONE, 9, &docs, &n, E);
		ent_arena_free(a);
		tried++;
	}
	OK(rc);
	assert_true(tried > 100);
}

/* clang-format off */
#define CASES(backend) \
	CASE(keeps_each_version_once, backend), \
	CASE(gives_back_what_was_put, backend), \
	CASE(lists_by_type_source_and_version, backend), \
	CASE(notes_a_source_once, backend), \
	CASE(writes_only_inside_a_transaction, backend), \
	CASE(rolls_back_every_shape, backend), \
	CASE(marks_nest_as_a_stack, backend), \
	CASE(generation_changes_with_commits, backend), \
	CASE(logs_count_from_zero, backend), \
	CASE(tiles_are_within_their_bounds, backend), \
	CASE(documents_go_by_key, backend), \
	CASE(survives_every_arena_limit, backend)
/* clang-format on */

int
main(void)
{
	const struct CMUnitTest memory[] = { CASES(memory) };
	const struct CMUnitTest sqlite[] = { CASES(sqlite) };

	return cmocka_run_group_tests_name("memory", memory, NULL, NULL) +
	       cmocka_run_group_tests_name("sqlite", sqlite, NULL, NULL);
}
