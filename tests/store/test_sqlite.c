/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_sqlite.c - what only a database in a file can meet: other writers, other programs,
 * damage, age.
 */
#include <sys/stat.h>
#include <sys/wait.h>

#include "base/time.h"
#include "file.h"
#include "store/sqlite_int.h"

/* SQL from outside, as another program's. */
static void
raw(const char *path, const char *sql)
{
	sqlite3 *db;
	char *msg = NULL;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	if (sqlite3_exec(db, sql, NULL, NULL, &msg))
		fail_msg("%s: %s", sql, msg);
	sqlite3_close(db);
}

/* ---- opening ---- */
static void
refuses_other_urls(void **state)
{
	static const char *const urls[] = {
		"",
		"memory",
		"memory:x",
		"sqlite:",
		"sqlite::memory:",
		"sqlite:?busy=1",
		"sqlite:/tmp/x?busy=",
		"sqlite:/tmp/x?busy=-1",
		"sqlite:/tmp/x?busy=99999999999",
		"postgresql://x",
	};
	struct ent_store *s;

	(void)state;
	for (size_t i = 0; i < sizeof(urls) / sizeof(urls[0]); i++) {
		if (ent_store_open(urls[i], &s, E) != ENT_EINVAL)
			fail_msg("\"%s\" was taken", urls[i]);
		assert_null(s);
	}
	assert_int_equal(ent_store_open("sqlite:/nowhere/at/all/s.db", &s, E), ENT_ESTORE);
	assert_non_null(strstr(test_err.msg, "/nowhere/at/all/s.db"));
	assert_int_equal(ent_store_open("sqlite:/tmp", &s, E), ENT_ESTORE);
	ent_store_close(NULL);
}

static void
makes_files_for_its_user_alone(void **state)
{
	struct fixture *f = *state;
	struct ent_store *s = open_store(f->url);
	char wal[96];
	struct stat st;

	write_some(s, 1, 1);
	assert_int_equal(stat(f->path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	snprintf(wal, sizeof(wal), "%s-wal", f->path);
	assert_int_equal(stat(wal, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	ent_store_close(s);
}

static void
keeps_all_when_opened_again(void **state)
{
	struct fixture *f = *state;

	for (uint8_t i = 0; i < 5; i++) {
		struct ent_store *s = open_store(f->url);
		uint64_t seq, n, size;

		write_some(s, (uint8_t)(1 + i * 3), 3);
		ent_store_close(s);
		s = open_store(f->url);
		OK(ent_store_count(s, &n, E));
		OK(ent_store_tip(s, 1, &seq, NULL, NULL, E));
		OK(ent_store_log_size(s, ENT_STR("log"), &size, E));
		assert_int_equal(n, 3 * (i + 1));
		assert_int_equal(seq, n);
		assert_int_equal(size, n);
		OK(ent_store_check(s, E));
		OK(ent_store_begin(s, E));
		ent_store_close(s); /* with a transaction open */
	}
}

static void
leaves_other_databases_alone(void **state)
{
	/* clang-format off */
	static const struct {
		const char *sql, *says;
	} cases[] = {
		{ "PRAGMA application_id = 7; CREATE TABLE t (a)", "another program" },
		{ "PRAGMA application_id = 7; PRAGMA journal_mode = WAL; CREATE TABLE t (a)", "another program" },
		{ "CREATE TABLE t (a)", "another program" },
		{ "PRAGMA application_id = 0x656e7465; PRAGMA user_version = 1000", "newer program" },
		{ "PRAGMA application_id = 0x656e7465; PRAGMA user_version = 2; CREATE TABLE object (a)", "newer program" },
	};
	/* clang-format on */
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct ent_str before, after;
		struct ent_store *s;
		char wal[96];

		raw(f->path, cases[i].sql);
		before = bytes_of(f);
		assert_int_equal(ent_store_open(f->url, &s, E), ENT_ESTORE);
		assert_null(s);
		assert_non_null(strstr(test_err.msg, cases[i].says));
		assert_non_null(strstr(test_err.msg, f->path));
		after = bytes_of(f);
		assert_true(ent_str_eq(before, after));
		snprintf(wal, sizeof(wal), "%s-wal", f->path);
		assert_int_not_equal(access(wal, F_OK), 0);
		(void)unlink(f->path);
	}
}

/* ---- migration ---- */
/* The schema of version 1 as it was released, with a row of everything.  Never to be changed.
 */
static const char version_1[] =
    "PRAGMA application_id = 0x656e7465; PRAGMA user_version = 1;"
    "CREATE TABLE object ("
    "  oid INTEGER PRIMARY KEY, type TEXT NOT NULL, uuid BLOB NOT NULL, vkey TEXT NOT NULL,"
    "  version TEXT NOT NULL, spec TEXT NOT NULL, sha256 BLOB NOT NULL, added INTEGER NOT NULL,"
    "  bytes BLOB NOT NULL) STRICT;"
    "CREATE UNIQUE INDEX object_key ON object (uuid, type, vkey);"
    "CREATE INDEX object_type ON object (type);"
    "CREATE TABLE source ("
    "  oid INTEGER NOT NULL REFERENCES object, source TEXT NOT NULL, at INTEGER NOT NULL,"
    "  PRIMARY KEY (oid, source)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE entry ("
    "  rid INTEGER PRIMARY KEY, channel INTEGER NOT NULL, date_added INTEGER NOT NULL,"
    "  oid INTEGER NOT NULL, removed INTEGER NOT NULL, sup INTEGER NOT NULL,"
    "  pre INTEGER NOT NULL, mixed INTEGER NOT NULL, type TEXT NOT NULL, uuid BLOB NOT NULL,"
    "  vkey TEXT NOT NULL, spec TEXT NOT NULL) STRICT;"
    "CREATE UNIQUE INDEX entry_object ON entry (channel, uuid, type, vkey) WHERE removed = 0;"
    "CREATE TABLE channel (channel INTEGER PRIMARY KEY, removed INTEGER NOT NULL) STRICT;"
    "CREATE TABLE log (log INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;"
    "CREATE TABLE log_entry (rid INTEGER PRIMARY KEY, entry BLOB NOT NULL) STRICT;"
    "CREATE TABLE log_hash ("
    "  log INTEGER NOT NULL, level INTEGER NOT NULL, idx INTEGER NOT NULL, hash BLOB NOT NULL,"
    "  PRIMARY KEY (log, level, idx)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE doc ("
    "  space TEXT NOT NULL, key TEXT NOT NULL, value BLOB NOT NULL) STRICT;"
    "CREATE UNIQUE INDEX doc_key ON doc (space, key);"
    "INSERT INTO object VALUES (1, 'tool', x'01010101010101010101010101010101', '2020', "
    "'2020Z',"
    "  '2.1', zeroblob(32), 5, x'7b7d'), (2, 'tool', x'01010101010101010101010101010101', "
    "'2021',"
    "  '2021Z', '2.1', zeroblob(32), 6, x'7b7d');"
    "INSERT INTO source VALUES (1, 'somebody', 5);"
    "INSERT INTO entry VALUES ((3 << 44) + 1, 3, 7000, 1, 0, (3 << 44) + 2, 0, 0, 'tool',"
    "  x'01010101010101010101010101010101', '2020', '2.1'), ((3 << 44) + 2, 3, 8000, 2, 0, 0,"
    "  (3 << 44) + 1, 0, 'tool', x'01010101010101010101010101010101', '2021', '2.1');"
    "INSERT INTO channel VALUES (3, 0);"
    "INSERT INTO log VALUES (1, 'log');"
    "INSERT INTO log_entry VALUES (1 << 44, x'61');"
    "INSERT INTO log_hash VALUES (1, 0, 0, zeroblob(32));"
    "INSERT INTO doc VALUES ('space', 'key', x'76');";

static void
dump_schema(const char *path, char text[8192])
{
	sqlite3_stmt *st;
	sqlite3 *db;

	text[0] = '\0';
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(
	    sqlite3_prepare_v2(db,
	                       "SELECT sql FROM sqlite_schema WHERE sql NOT NULL ORDER BY name",
	                       -1, &st, NULL),
	    SQLITE_OK);
	while (sqlite3_step(st) == SQLITE_ROW)
		snprintf(text + strlen(text), 8192 - strlen(text), "%s\n",
		         sqlite3_column_text(st, 0));
	sqlite3_finalize(st);
	sqlite3_close(db);
	assert_true(strlen(text) > 1000 && strlen(text) < 8000);
}

static void
brings_version_1_up_to_date(void **state)
{
	struct fixture *f = *state;
	char old[8192], fresh[8192], url[128];
	struct ent_query q = {
		.channel = 3, .after_date = INT64_MIN, .limit = 9, .with_bytes = true
	};
	struct ent_store *s;
	struct ent_page p;
	struct ent_str v;
	uint8_t hash[32];

	raw(f->path, version_1);
	s = open_store(f->url);
	OK(ent_store_check(s, E));
	OK(ent_store_page(s, f->a, &q, &p, E));
	assert_int_equal(p.count, 1);
	assert_int_equal(p.entries[0].seq, 2);
	assert_str(p.entries[0].row.version, "2021Z");
	assert_str(p.entries[0].row.bytes, "{}");
	OK(ent_store_log_get(s, f->a, ENT_STR("log"), 0, &v, E));
	assert_str(v, "a");
	OK(ent_store_tile_get(s, ENT_STR("log"), 0, 0, 1, hash, E));
	OK(ent_store_doc_get(s, f->a, ENT_STR("space"), ENT_STR("key"), &v, E));
	assert_str(v, "v");
	write_some(s, 2, 3);
	OK(ent_store_check(s, E));
	ent_store_close(s);
	dump_schema(f->path, old);

	/* a database that is made now is the same: who changes the schema adds a migration */
	snprintf(url, sizeof(url), "sqlite:%s/fresh.db", f->dir);
	ent_store_close(open_store(url));
	dump_schema(url + strlen("sqlite:"), fresh);
	assert_string_equal(old, fresh);
}

/* ---- other connections ---- */
static void
expect_count(struct ent_store *s, uint64_t want)
{
	uint64_t n;

	OK(ent_store_count(s, &n, E));
	assert_int_equal(n, want);
}

static void
a_look_sees_one_state(void **state)
{
	struct fixture *f = *state;
	struct ent_store *a = open_store(f->url), *b = open_store(f->url);
	uint64_t was;

	write_some(a, 1, 2);
	ent_store_look(b);
	was = ent_store_generation(b);
	expect_count(b, 2);
	write_some(a, 3, 2); /* nobody waits */
	expect_count(b, 2);
	assert_int_equal(ent_store_generation(b), was);
	ent_store_look(b); /* it goes on */
	expect_count(b, 2);
	ent_store_look_end(b);
	ent_store_look_end(b);
	expect_count(b, 4);
	assert_int_not_equal(ent_store_generation(b), was);
	/* who writes, or folds the log back, looks no longer */
	ent_store_look(b);
	expect_count(b, 4);
	write_some(a, 5, 1);
	write_some(b, 6, 1);
	expect_count(b, 6);
	ent_store_look(b);
	expect_count(b, 6);
	write_some(a, 7, 1);
	OK(ent_store_checkpoint(b, E));
	expect_count(b, 7);
	/* inside a transaction there is nothing to look at */
	OK(ent_store_begin(b, E));
	ent_store_look(b);
	assert_true(ent_store_writing(b));
	ent_store_look_end(b);
	assert_true(ent_store_writing(b));
	ent_store_rollback(b);
	ent_store_look(b);
	ent_store_close(b);
	ent_store_close(a);
}

static void
sees_what_another_connection_commits(void **state)
{
	struct fixture *f = *state;
	struct ent_store *a = open_store(f->url), *b = open_store(f->url);
	uint64_t was, n;

	write_some(a, 1, 2);
	was = ent_store_generation(b);
	assert_int_equal(ent_store_generation(b), was);
	write_some(a, 3, 2);
	assert_int_not_equal(ent_store_generation(b), was);
	was = ent_store_generation(b);
	OK(ent_store_begin(a, E));
	OK(ent_store_doc_put(a, ENT_STR("x"), ENT_STR("x"), ENT_STR("x"), E));
	assert_int_equal(ent_store_generation(b), was); /* not committed yet */
	ent_store_rollback(a);
	OK(ent_store_count(b, &n, E));
	assert_int_equal(n, 4);
	write_some(b, 5, 1);
	OK(ent_store_count(a, &n, E));
	assert_int_equal(n, 5);
	OK(ent_store_checkpoint(b, E));
	OK(ent_store_check(a, E));
	ent_store_close(a);
	ent_store_close(b);
}

static void
waits_for_another_writer_and_gives_up(void **state)
{
	struct fixture *f = *state;
	struct ent_store *s;
	int64_t began;
	sqlite3 *db;
	uint64_t n;
	char url[128];

	snprintf(url, sizeof(url), "%s?busy=200", f->url);
	/* an empty file that another holds */
	assert_int_equal(sqlite3_open(f->path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, "BEGIN EXCLUSIVE", NULL, NULL, NULL), SQLITE_OK);
	began = ent_tick_us();
	assert_int_equal(ent_store_open(url, &s, E), ENT_EBUSY);
	assert_true(ent_tick_us() - began < 3000000);
	assert_int_equal(sqlite3_exec(db, "COMMIT", NULL, NULL, NULL), SQLITE_OK);

	s = open_store(url);
	write_some(s, 1, 1);
	assert_int_equal(sqlite3_exec(db, "BEGIN EXCLUSIVE", NULL, NULL, NULL), SQLITE_OK);
	began = ent_tick_us();
	assert_int_equal(ent_store_begin(s, E), ENT_EBUSY);
	assert_true(ent_tick_us() - began > 100000 && ent_tick_us() - began < 3000000);
	assert_non_null(strstr(test_err.msg, f->path));
	assert_false(ent_store_writing(s));
	OK(ent_store_count(s, &n, E)); /* reading goes on */
	assert_int_equal(n, 1);
	ent_store_close(open_store(url)); /* opening too */
	assert_int_equal(sqlite3_exec(db, "COMMIT", NULL, NULL, NULL), SQLITE_OK);
	write_some(s, 2, 1);
	ent_store_close(s);
	sqlite3_close(db);
}

/* A child that makes one of several databases at once with others and writes to it. */
static void
write_as_child(struct fixture *f, uint8_t me)
{
	struct ent_store *s = NULL;
	struct ent_err err;
	int rc = ent_store_open(f->url, &s, &err);

	for (uint8_t i = 0; !rc && i < 20; i++) {
		struct ent_row r = row_of("tool", me, "1", "2.1", "x");
		uint64_t oid, seq;
		enum ent_put how;
		int64_t date;

		r.uuid[0] = i;
		rc = ent_store_begin(s, &err);
		if (!rc)
			rc = ent_store_put(s, &r, &oid, &how, &err);
		if (!rc)
			rc = ent_store_append(s, 1, oid, 1000, &seq, &date, &err);
		if (!rc)
			rc = ent_store_commit(s, &err);
	}
	ent_store_close(s);
	if (rc)
		fprintf(stderr, "child %d: %s\n", me, err.msg);
	_exit(rc ? 1 : 0);
}

static void
several_processes_make_and_write_one_database(void **state)
{
	enum { CHILDREN = 5 };
	struct fixture *f = *state;
	pid_t pids[CHILDREN];
	struct ent_store *s;
	uint64_t n, seq;
	int status;

	for (uint8_t i = 0; i < CHILDREN; i++) {
		pids[i] = fork();
		if (pids[i] == 0)
			write_as_child(f, i);
		assert_true(pids[i] > 0);
	}
	for (size_t i = 0; i < CHILDREN; i++) {
		assert_int_equal(waitpid(pids[i], &status, 0), pids[i]);
		assert_int_equal(status, 0);
	}
	s = open_store(f->url);
	OK(ent_store_check(s, E));
	OK(ent_store_count(s, &n, E));
	OK(ent_store_tip(s, 1, &seq, NULL, NULL, E));
	assert_int_equal(n, CHILDREN * 20);
	assert_int_equal(seq, CHILDREN * 20);
	ent_store_close(s);
}

/* ---- cost ---- */
static int
count_steps(void *n)
{
	++*(uint64_t *)n;
	return 0;
}

static void
pages_never_read_the_whole_channel(void **state)
{
	enum { ENTRIES = 20000 };
	/* clang-format off */
	static const struct {
		uint64_t after;
		int64_t date;
		size_t n_ids, limit;
		unsigned which;
		uint64_t most; /* steps of the virtual machine, in units of 10 */
	} cases[] = {
		{ 0, INT64_MIN, 0, 100, ENT_WHICH_ALL, 700 },
		{ 9000, INT64_MIN, 0, 100, ENT_WHICH_LAST, 900 },
		{ 9000, INT64_MIN, 0, 100, ENT_WHICH_FIRST, 1500 },
		{ 0, ENTRIES - 50, 0, 100, ENT_WHICH_LAST, 800 },
		{ 0, ENTRIES + 50, 0, 100, ENT_WHICH_LAST, 50 },
		{ 0, INT64_MIN, 2, 100, ENT_WHICH_LAST, 100 },
		{ 0, INT64_MIN, 2, 100, ENT_WHICH_ALL, 100 },
	};
	/* clang-format on */
	struct fixture *f = *state;
	struct ent_store *s = open_store(f->url);
	struct ent_row r = row_of("tool", 1, "1", "2.1", "x");
	struct ent_ids ids[2] = { { r.type, { 0 } }, { r.type, { 0 } } };
	uint64_t steps = 0;
	char v[16];

	r.vkey = r.version = (struct ent_str){ v, 1 };
	OK(ent_store_begin(s, E));
	for (int i = 0; i < ENTRIES; i++) {
		int object = i / 2;

		v[0] = (char)('1' + i % 2);
		memcpy(r.uuid, &object, sizeof(object));
		(void)append(s, 1, put(s, &r), 1);
	}
	OK(ent_store_commit(s, E));
	memcpy(ids[0].uuid, r.uuid, 16);
	memset(ids[0].uuid + 4, 1, 12);
	memcpy(ids[1].uuid, r.uuid, 16);
	sqlite3_progress_handler(ent_sqlite_of(s)->db, 10, count_steps, &steps);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct ent_query q = { .channel = 1,
			               .after_seq = cases[i].after,
			               .after_date = cases[i].date,
			               .ids = ids,
			               .n_ids = cases[i].n_ids,
			               .which = cases[i].which,
			               .limit = cases[i].limit,
			               .with_bytes = true };
		struct ent_page p;

		steps = 0;
		OK(ent_store_page(s, f->a, &q, &p, E));
		if (steps > cases[i].most)
			fail_msg("case %zu: %d steps", i, (int)steps);
	}
	ent_store_close(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(refuses_other_urls),
		CASE(makes_files_for_its_user_alone),
		CASE(keeps_all_when_opened_again),
		CASE(leaves_other_databases_alone),
		CASE(brings_version_1_up_to_date),
		CASE(a_look_sees_one_state),
		CASE(sees_what_another_connection_commits),
		CASE(waits_for_another_writer_and_gives_up),
		CASE(several_processes_make_and_write_one_database),
		CASE(pages_never_read_the_whole_channel),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
