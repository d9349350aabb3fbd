/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store.c - the store against bare SQLite: durable inserts and page reads of the same rows, in
 * the same run.
 *
 * Usage: build/bench/bench_store [FOLDER [ROUNDS]], or bench_store --bare FOLDER ROWS BATCH
 * BYTES for the rows a second of "tables" alone, BATCH a transaction.  FOLDER (default: the
 * current one) should be on the disk that is meant.
 *
 * Two opponents, both hand-written SQL with prepared statements, WAL, synchronous FULL and the
 * store's page, cache and mapping sizes, without any check or rule: tables  the same rows in
 * the same tables: objects, sources, entries; pages join entries and objects flat    all
 * columns in one table whose key is the entry's place; no object can be on two channels or have
 * two sources, so it is less than what is needed: how much the tables cost Rounds alternate;
 * ratios are the store's speed over the opponent's in the same round: median, least and
 * greatest.
 */
#include <dirent.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/time.h"
#include "store/store.h"

#define CHANNEL 7
#define PAGE    100
#define PAGES   500
#define ROUNDS  21
#define LONGEST 2600

struct side {
	const char *name;
	void (*open)(struct side *s, const char *path);
	void (*begin)(struct side *s);
	void (*insert)(struct side *s, const struct ent_row *r);
	void (*commit)(struct side *s);
	size_t (*page)(struct side *s, uint64_t after, unsigned which);
	void (*checkpoint)(struct side *s);
	void (*close)(struct side *s);
	struct ent_store *store;
	struct ent_arena *arena;
	sqlite3 *db;
	sqlite3_stmt *st[6];
	int64_t rows;
	char *buffer; /* what a page is copied to */
};

static void
need(bool good, const char *what)
{
	if (good)
		return;
	fprintf(stderr, "bench_store: %s failed\n", what);
	exit(1);
}

/* ---- the store ---- */
static void
store_open(struct side *s, const char *path)
{
	struct ent_err err;
	char url[600];

	snprintf(url, sizeof(url), "sqlite:%s", path);
	if (ent_store_open(url, &s->store, &err)) {
		fprintf(stderr, "bench_store: %s\n", err.msg);
		exit(1);
	}
	s->arena = ent_arena_new((size_t)64 << 20);
	need(s->arena != NULL, "memory");
}

static void
store_begin(struct side *s)
{
	need(ent_store_begin(s->store, NULL) == 0, "begin");
}

static void
store_insert(struct side *s, const struct ent_row *r)
{
	enum ent_put how;
	uint64_t oid, seq;
	int64_t date;

	need(!ent_store_put(s->store, r, &oid, &how, NULL) &&
	         !ent_store_source_add(s->store, oid, ENT_STR("peer"), r->added, NULL, NULL) &&
	         !ent_store_append(s->store, CHANNEL, oid, r->added, &seq, &date, NULL),
	     "insert");
	s->rows++;
}

static void
store_commit(struct side *s)
{
	need(ent_store_commit(s->store, NULL) == 0, "commit");
}

static size_t
store_page(struct side *s, uint64_t after, unsigned which)
{
	struct ent_query q = { .channel = CHANNEL,
		               .after_seq = after,
		               .after_date = INT64_MIN,
		               .which = which,
		               .limit = PAGE,
		               .with_bytes = true };
	struct ent_page p;
	size_t n = 0;

	ent_arena_reset(s->arena);
	need(ent_store_page(s->store, s->arena, &q, &p, NULL) == 0, "page");
	for (size_t i = 0; i < p.count; i++)
		n += p.entries[i].row.bytes.n;
	return n;
}

static void
store_checkpoint(struct side *s)
{
	need(ent_store_checkpoint(s->store, NULL) == 0, "checkpoint");
}

static void
store_close(struct side *s)
{
	ent_store_close(s->store);
	ent_arena_free(s->arena);
}

/* ---- bare SQLite ---- */
#define SETTINGS                                                                               \
	"PRAGMA page_size = 4096; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"       \
	"PRAGMA cache_size = -16384; PRAGMA mmap_size = 1073741824;"                           \
	"PRAGMA temp_store = MEMORY; PRAGMA wal_autocheckpoint = 100000;"
#define OBJECT                                                                                 \
	"type TEXT NOT NULL, uuid BLOB NOT NULL, vkey TEXT NOT NULL, version TEXT NOT NULL,"   \
	" spec TEXT NOT NULL, sha256 BLOB NOT NULL, added INTEGER NOT NULL, bytes BLOB NOT "   \
	"NULL"

/* A statement each: begin, commit, then inserts; the last one reads a page. */
static const char *const tables_sql[] = {
	SETTINGS
	"CREATE TABLE object (oid INTEGER PRIMARY KEY, " OBJECT ") STRICT;"
	"CREATE UNIQUE INDEX object_key ON object (uuid, type, vkey);"
	"CREATE TABLE source (oid INTEGER NOT NULL, source TEXT NOT NULL, at INTEGER NOT NULL,"
	" PRIMARY KEY (oid, source)) STRICT, WITHOUT ROWID;"
	"CREATE TABLE entry (rid INTEGER PRIMARY KEY, date_added INTEGER NOT NULL,"
	" channel INTEGER NOT NULL, oid INTEGER NOT NULL, type TEXT NOT NULL, uuid BLOB NOT "
	"NULL,"
	" vkey TEXT NOT NULL, spec TEXT NOT NULL) STRICT;"
	"CREATE UNIQUE INDEX entry_object ON entry (channel, uuid, type, vkey);",
	"BEGIN IMMEDIATE",
	"COMMIT",
	"INSERT INTO object VALUES (?1, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
	"INSERT INTO source VALUES (?1, 'peer', ?9)",
	"INSERT INTO entry VALUES (?2, ?9, 7, ?1, ?3, ?4, ?5, ?7)",
	"SELECT e.rid, e.date_added, o.oid, o.type, o.uuid, o.vkey, o.version, o.spec, "
	"o.sha256, o.added,"
	" o.bytes FROM entry e CROSS JOIN object o ON o.oid = e.oid"
	" WHERE e.rid > ?1 AND e.rid <= ?2 ORDER BY e.rid",
};

static const char *const flat_sql[] = {
	SETTINGS "CREATE TABLE entry (rid INTEGER PRIMARY KEY, date_added INTEGER NOT NULL,"
		 " source TEXT NOT NULL, " OBJECT ") STRICT;"
		 "CREATE UNIQUE INDEX entry_key ON entry (uuid, type, vkey);",
	"BEGIN IMMEDIATE",
	"COMMIT",
	"INSERT INTO entry VALUES (?2, ?9, 'peer', ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
	NULL,
	NULL,
	"SELECT rid, date_added, rid, type, uuid, vkey, version, spec, sha256, added, bytes "
	"FROM entry"
	" WHERE rid > ?1 AND rid <= ?2 ORDER BY rid",
};

static void
bare_open(struct side *s, const char *path, const char *const sql[7])
{
	need(sqlite3_open_v2(path, &s->db,
	                     SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
	                     NULL) == SQLITE_OK,
	     "open");
	need(sqlite3_exec(s->db, sql[0], NULL, NULL, NULL) == SQLITE_OK, "schema");
	for (size_t i = 0; i < 6; i++)
		need(!sql[i + 1] ||
		         sqlite3_prepare_v3(s->db, sql[i + 1], -1, SQLITE_PREPARE_PERSISTENT,
		                            &s->st[i], NULL) == SQLITE_OK,
		     "prepare");
	s->buffer = malloc((size_t)PAGE * (LONGEST + 512));
	need(s->buffer != NULL, "memory");
}

static void
tables_open(struct side *s, const char *path)
{
	bare_open(s, path, tables_sql);
}

static void
flat_open(struct side *s, const char *path)
{
	bare_open(s, path, flat_sql);
}

static void
bare_run(sqlite3_stmt *st)
{
	need(sqlite3_step(st) == SQLITE_DONE, "statement");
	sqlite3_reset(st);
}

static void
bare_begin(struct side *s)
{
	bare_run(s->st[0]);
}

static void
bare_commit(struct side *s)
{
	bare_run(s->st[1]);
}

static void
bare_text(sqlite3_stmt *st, int at, struct ent_str v)
{
	sqlite3_bind_text(st, at, v.p, (int)v.n, SQLITE_STATIC);
}

static void
bare_insert(struct side *s, const struct ent_row *r)
{
	s->rows++;
	for (size_t i = 2; i < 5 && s->st[i]; i++) {
		sqlite3_stmt *st = s->st[i];

		/* a parameter that a statement doesn't have is refused, and that is fine */
		sqlite3_bind_int64(st, 1, s->rows);
		sqlite3_bind_int64(st, 2, ((int64_t)CHANNEL << 44) + s->rows);
		if (i != 3) {
			bare_text(st, 3, r->type);
			sqlite3_bind_blob(st, 4, r->uuid, 16, SQLITE_STATIC);
			bare_text(st, 5, r->vkey);
			bare_text(st, 7, r->spec);
		}
		if (i == 2) {
			bare_text(st, 6, r->version);
			sqlite3_bind_blob(st, 8, r->sha256, 32, SQLITE_STATIC);
			sqlite3_bind_blob(st, 10, r->bytes.p, (int)r->bytes.n, SQLITE_STATIC);
		}
		sqlite3_bind_int64(st, 9, r->added);
		bare_run(st);
	}
}

static size_t
bare_page(struct side *s, uint64_t after, unsigned which)
{
	sqlite3_stmt *st = s->st[5];
	size_t at = 0, n = 0;

	(void)which;
	sqlite3_bind_int64(st, 1, ((int64_t)CHANNEL << 44) + (int64_t)after);
	sqlite3_bind_int64(st, 2, ((int64_t)CHANNEL << 44) + (int64_t)after + PAGE);
	while (sqlite3_step(st) == SQLITE_ROW) {
		for (int c = 0; c < 11; c++) {
			int64_t v;
			size_t len;

			if (c < 3 || c == 9) {
				v = sqlite3_column_int64(st, c);
				memcpy(s->buffer + at, &v, sizeof(v));
				at += sizeof(v);
				continue;
			}
			len = (size_t)sqlite3_column_bytes(st, c);
			memcpy(s->buffer + at, sqlite3_column_blob(st, c), len);
			at += len;
			n += c == 10 ? len : 0;
		}
	}
	sqlite3_reset(st);
	return n;
}

static void
bare_checkpoint(struct side *s)
{
	need(sqlite3_wal_checkpoint_v2(s->db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL) ==
	         SQLITE_OK,
	     "checkpoint");
}

static void
bare_close(struct side *s)
{
	for (size_t i = 0; i < 6; i++)
		sqlite3_finalize(s->st[i]);
	sqlite3_close(s->db);
	free(s->buffer);
}

/* ---- rounds ---- */
static struct side sides[] = {
	{ .name = "store",
	  .open = store_open,
	  .begin = store_begin,
	  .insert = store_insert,
	  .commit = store_commit,
	  .page = store_page,
	  .checkpoint = store_checkpoint,
	  .close = store_close },
	{ .name = "tables",
	  .open = tables_open,
	  .begin = bare_begin,
	  .insert = bare_insert,
	  .commit = bare_commit,
	  .page = bare_page,
	  .checkpoint = bare_checkpoint,
	  .close = bare_close },
	{ .name = "flat",
	  .open = flat_open,
	  .begin = bare_begin,
	  .insert = bare_insert,
	  .commit = bare_commit,
	  .page = bare_page,
	  .checkpoint = bare_checkpoint,
	  .close = bare_close },
};
#define SIDES (sizeof(sides) / sizeof(sides[0]))

/* clang-format off */
static const struct what {
	const char *name;
	int batch, transactions; /* batch 0: reads pages */
	unsigned which;
} whats[] = {
	{ "insert, 1 a transaction", 1, 100, 0 },
	{ "insert, 10 a transaction", 10, 40, 0 },
	{ "insert, 100 a transaction", 100, 20, 0 },
	{ "page of 100, all versions", 0, 0, ENT_WHICH_ALL },
	{ "page of 100, last versions", 0, 0, ENT_WHICH_LAST },
};
/* clang-format on */
#define WHATS (sizeof(whats) / sizeof(whats[0]))

static char text[LONGEST];
static size_t row_bytes; /* 0: as they come */
static uint64_t random_state;

static uint64_t
roll(uint64_t n)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return (random_state >> 16) % n;
}

static struct ent_row
random_row(void)
{
	struct ent_row r = { .type = ENT_STR("indicator"),
		             .vkey = ENT_STR("2024-05-06T07:08:09.123"),
		             .version = ENT_STR("2024-05-06T07:08:09.123Z"),
		             .spec = ENT_STR("2.1"),
		             .added = ent_now_us(),
		             .bytes = { text,
		                        row_bytes ? row_bytes : 400 + roll(LONGEST - 400) } };

	for (size_t i = 0; i < 16; i++)
		r.uuid[i] = (uint8_t)roll(256);
	return r;
}

/* Inserts wait for the disk and are timed by the clock; pages come from memory and are timed by
 * the processor, so that what else runs on the machine counts less. */
static int64_t
tick(const struct what *w)
{
	struct timespec t;

	if (w->batch > 0)
		return ent_tick_us();
	(void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

/* Objects or pages a second.  All sides see the same rows: the seed is the round's. */
static double
run(struct side *s, const struct what *w, unsigned round, size_t *seen)
{
	int64_t began;
	double done = 0;

	random_state = UINT64_C(0x9e3779b97f4a7c15) * (round * 16 + (unsigned)w->batch + 1);
	began = tick(w);
	for (int t = 0; t < w->transactions; t++) {
		s->begin(s);
		for (int i = 0; i < w->batch; i++) {
			struct ent_row r = random_row();

			s->insert(s, &r);
			done++;
		}
		s->commit(s);
	}
	for (int i = 0; w->batch == 0 && i < PAGES; i++) {
		*seen += s->page(s, roll((uint64_t)s->rows - PAGE), w->which);
		done++;
	}
	return done * 1e6 / (double)(tick(w) - began);
}

static int
by_size(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static double
median(double *v, size_t n)
{
	qsort(v, n, sizeof(*v), by_size);
	return n % 2 ? v[n / 2] : (v[n / 2 - 1] + v[n / 2]) / 2;
}

static void
report(double *speed, size_t rounds)
{
	printf("%-28s %10s", "", sides[0].name);
	for (size_t k = 1; k < SIDES; k++)
		printf(" %10s  ratio (least-greatest)", sides[k].name);
	printf("\n");
	for (size_t w = 0; w < WHATS; w++) {
		double *of = speed + w * SIDES * rounds;

		printf("%-28s", whats[w].name);
		for (size_t k = 1; k < SIDES; k++) {
			double *ratio = calloc(rounds, sizeof(*ratio)),
			       *v = calloc(rounds, sizeof(*v));

			need(ratio && v, "memory");
			for (size_t i = 0; i < rounds; i++)
				ratio[i] = of[i] / of[k * rounds + i];
			if (k == 1) {
				memcpy(v, of, rounds * sizeof(*v));
				printf(" %8.0f/s", median(v, rounds));
			}
			memcpy(v, of + k * rounds, rounds * sizeof(*v));
			printf(" %8.0f/s  %5.2f", median(v, rounds), median(ratio, rounds));
			printf(" (%.2f-%.2f)     ", ratio[0], ratio[rounds - 1]);
			free(ratio);
			free(v);
		}
		printf("\n");
	}
}

static void
empty(const char *dir)
{
	DIR *d = opendir(dir);
	struct dirent *e;
	char path[900];

	while (d && (e = readdir(d))) {
		snprintf(path, sizeof(path), "%s/%s", dir, e->d_name);
		(void)unlink(path);
	}
	if (d)
		closedir(d);
	(void)rmdir(dir);
}

/* What the tables cost without everything that stands above them: bench/taxii's reference. */
static int
bare(const char *folder, int rows, int batch, size_t bytes)
{
	struct side *s = &sides[1];
	const struct what w = { .batch = batch, .transactions = rows / batch };
	char dir[400], path[500];
	size_t seen = 0;

	need(rows >= batch && batch > 0 && bytes > 0 && bytes <= LONGEST, "ROWS BATCH BYTES");
	memset(text, 'x', sizeof(text));
	row_bytes = bytes;
	snprintf(dir, sizeof(dir), "%s/bench-store-XXXXXX", folder);
	need(mkdtemp(dir) != NULL, "making a folder");
	snprintf(path, sizeof(path), "%s/bare.db", dir);
	s->open(s, path);
	printf("%.0f\n", run(s, &w, 1, &seen));
	s->close(s);
	empty(dir);
	return 0;
}

int
main(int argc, char **argv)
{
	size_t rounds = argc > 2 ? strtoul(argv[2], NULL, 10) : ROUNDS;
	double *speed = calloc(WHATS * SIDES * (rounds ? rounds : 1), sizeof(*speed));
	size_t seen[SIDES] = { 0 };
	char dir[400], path[500];

	if (argc == 6 && strcmp(argv[1], "--bare") == 0)
		return bare(argv[2], atoi(argv[3]), atoi(argv[4]), strtoul(argv[5], NULL, 10));
	need(speed && rounds >= 1 && rounds <= 1000, "ROUNDS (1 to 1000)");
	memset(text, 'x', sizeof(text));
	snprintf(dir, sizeof(dir), "%s/bench-store-XXXXXX", argc > 1 ? argv[1] : ".");
	need(mkdtemp(dir) != NULL, "making a folder");
	for (size_t k = 0; k < SIDES; k++) {
		snprintf(path, sizeof(path), "%s/%s.db", dir, sides[k].name);
		sides[k].open(&sides[k], path);
	}
	for (size_t i = 0; i < rounds; i++) {
		for (size_t j = 0; j < WHATS * SIDES; j++) {
			size_t w = j / SIDES, k = (j + i) % SIDES;

			if (whats[w].batch == 0) /* a node has a thread that does this */
				sides[k].checkpoint(&sides[k]);
			speed[(w * SIDES + k) * rounds + i] =
			    run(&sides[k], &whats[w], (unsigned)i, &seen[k]);
		}
	}
	for (size_t k = 0; k < SIDES; k++) {
		need(seen[k] == seen[0], "reading the same pages");
		sides[k].close(&sides[k]);
	}
	report(speed, rounds);
	free(speed);
	empty(dir);
	return 0;
}
