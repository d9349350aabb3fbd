/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sqlite_int.h - the SQLite backend's own face: a connection, its statements, and binding and
 * reading.
 *
 * One struct ent_sqlite is one connection of one thread.  A statement is taken with
 * ent_sqlite_st, bound, stepped and reset in one function; none is left open between calls, for
 * an open one would hold a snapshot.
 */
#ifndef ENT_STORE_SQLITE_INT_H
#define ENT_STORE_SQLITE_INT_H
#include <sqlite3.h>

#include "store/store_int.h"

/* Every statement whose text is fixed; the texts are in sqlite_sql.c. */
enum ent_sql {
	ENT_SQL_BEGIN,
	ENT_SQL_LOOK,
	ENT_SQL_COMMIT,
	ENT_SQL_ROLLBACK,
	ENT_SQL_MARK,
	ENT_SQL_KEEP,
	ENT_SQL_UNDO,
	ENT_SQL_DATA_VERSION,
	ENT_SQL_PUT,
	ENT_SQL_PUT_FIND,
	ENT_SQL_GET,
	ENT_SQL_GET_LAST,
	ENT_SQL_GET_OID,
	ENT_SQL_COUNT,
	ENT_SQL_SOURCE_ADD,
	ENT_SQL_SOURCES,
	ENT_SQL_PURGE,
	ENT_SQL_PURGE_SOURCES,
	ENT_SQL_KEY,
	ENT_SQL_GREATEST,
	ENT_SQL_BELOW,
	ENT_SQL_ABOVE,
	ENT_SQL_APPEND,
	ENT_SQL_SET_SUP,
	ENT_SQL_SET_PRE,
	ENT_SQL_SET_MIXED,
	ENT_SQL_CHANNEL,
	ENT_SQL_CHANNEL_REMOVED,
	ENT_SQL_DATE,
	ENT_SQL_RANGE,
	ENT_SQL_ON_LAST,
	ENT_SQL_ON,
	ENT_SQL_VERSIONS,
	ENT_SQL_DROP,
	ENT_SQL_RELINK,
	ENT_SQL_LOG_FIND,
	ENT_SQL_LOG_NEW,
	ENT_SQL_LOG_SIZE,
	ENT_SQL_LOG_ADD,
	ENT_SQL_LOG_RANGE,
	ENT_SQL_TILE_PUT,
	ENT_SQL_TILE_GET,
	ENT_SQL_DOC_PUT,
	ENT_SQL_DOC_GET,
	ENT_SQL_DOC_DEL,
	ENT_SQL_DOCS,
	ENT_SQL_N
};
extern const char *const ent_sqlite_sql[ENT_SQL_N];

#define ENT_SQLITE_APPLICATION 0x656e7465 /* "ente" */
#define ENT_SQLITE_VERSION     1

/* What brings a database from version - 1 to version. */
struct ent_migration {
	int version;
	const char *sql;
};
extern const struct ent_migration ent_sqlite_migrations[ENT_SQLITE_VERSION];

/* What a sound database never has: a query that then gives a row, and the sentence about it. */
struct ent_invariant {
	const char *sql, *text;
};
extern const struct ent_invariant ent_sqlite_invariants[];
extern const size_t ent_sqlite_invariants_n;

/* The columns of struct ent_row but for bytes, of a table named o, and how many they are. */
#define ENT_SQL_ROW   "o.oid, o.type, o.uuid, o.vkey, o.version, o.spec, o.sha256, o.added"
#define ENT_SQL_ROW_N 8

/* A channel as the open transaction has it. */
struct ent_chan {
	uint32_t channel;
	uint64_t began; /* its last seq before the transaction */
	uint64_t seq, live;
	int64_t date;
	bool loaded;
};

/* Queries are made from parts; each shape is prepared once. */
#define ENT_SHAPES 32
struct ent_shape {
	unsigned key; /* 0: free */
	sqlite3_stmt *st;
};

struct ent_buf;

struct ent_sqlite {
	struct ent_store base;
	bool broken; /* half of an operation is written: only undo and rollback lead out */
	sqlite3 *db;
	char *path;
	sqlite3_stmt *st[ENT_SQL_N];
	struct ent_shape shapes[ENT_SHAPES];
	unsigned next_shape;
	uint64_t generation;
	int64_t data_version;
	struct ent_chan *chans;
	size_t n_chans, cap_chans;
};

static inline struct ent_sqlite *
ent_sqlite_of(struct ent_store *s)
{
	return (struct ent_sqlite *)(void *)s;
}

/* The entente code of an SQLite result, and a sentence with the path and what to do. */
int ent_sqlite_fail(struct ent_sqlite *q, int result, struct ent_err *err);
/* Here and not in a .c file, so that clang-tidy sees that it isn't 0. */
static inline int
ent_sqlite_nomem(struct ent_sqlite *q, struct ent_err *err)
{
	return ent_fail(err, ENT_ENOMEM, "%s: the answer needs more memory than it may have",
	                q->path);
}
/* A row or column that isn't what the schema says. */
int ent_sqlite_corrupt(struct ent_sqlite *q, const char *what, struct ent_err *err);

/* A statement without bindings; ent_sqlite_end resets it, clears it and gives rc. */
int ent_sqlite_st(struct ent_sqlite *q, enum ent_sql n, sqlite3_stmt **st, struct ent_err *err);
int ent_sqlite_end(sqlite3_stmt *st, int rc);
/* 1: a row; 0: no more; negative: failed. */
int ent_sqlite_step(struct ent_sqlite *q, sqlite3_stmt *st, struct ent_err *err);
/* Steps a statement that gives no row, and ends it. */
int ent_sqlite_do(struct ent_sqlite *q, sqlite3_stmt *st, struct ent_err *err);
int ent_sqlite_run(struct ent_sqlite *q, enum ent_sql n, struct ent_err *err);
int ent_sqlite_exec(struct ent_sqlite *q, const char *sql, struct ent_err *err);
int ent_sqlite_int(struct ent_sqlite *q, const char *sql, int64_t *out, struct ent_err *err);

/* The statement of a shape, kept or made now; key is not 0. */
int ent_sqlite_shape(struct ent_sqlite *q, unsigned key,
                     void (*make)(struct ent_buf *b, unsigned key), sqlite3_stmt **st,
                     struct ent_err *err);

/* Bound text must stay until the statement is ended.  A failure (no memory) shows in the step:
 * the column is NOT NULL, or nothing equals NULL; so these return nothing. */
void ent_sqlite_text(sqlite3_stmt *st, int at, struct ent_str s);
void ent_sqlite_blob(sqlite3_stmt *st, int at, const void *p, size_t n);
static inline void
ent_sqlite_i64(sqlite3_stmt *st, int at, int64_t v)
{
	(void)sqlite3_bind_int64(st, at, v);
}

/* A column's bytes as SQLite has them, until the next step. */
struct ent_str ent_sqlite_col(sqlite3_stmt *st, int at);
/* A struct ent_row from ENT_SQL_ROW at column at, in the arena; bytes < 0: without.  before: a
 * row of the same answer, or NULL, whose equal texts are used again. */
int ent_sqlite_row(struct ent_sqlite *q, struct ent_arena *a, sqlite3_stmt *st, int at,
                   int bytes, const struct ent_row *before, struct ent_row *out,
                   struct ent_err *err);

/* What part of the ops each file has. */
int ent_sqlite_open_db(struct ent_sqlite *q, int busy_ms, struct ent_err *err);
int ent_sqlite_check(struct ent_store *s, struct ent_err *err);
int ent_sqlite_put(struct ent_store *s, const struct ent_row *in, uint64_t *oid,
                   enum ent_put *how, struct ent_err *err);
int ent_sqlite_get(struct ent_store *s, struct ent_arena *a, struct ent_str type,
                   const uint8_t uuid[16], struct ent_str vkey, struct ent_row *out,
                   struct ent_err *err);
int ent_sqlite_get_oid(struct ent_store *s, struct ent_arena *a, uint64_t oid,
                       struct ent_row *out, struct ent_err *err);
int ent_sqlite_list(struct ent_store *s, struct ent_arena *a, const struct ent_list *l,
                    struct ent_row **rows, size_t *count, struct ent_err *err);
int ent_sqlite_count(struct ent_store *s, uint64_t *objects, struct ent_err *err);
int ent_sqlite_purge(struct ent_store *s, uint64_t oid, struct ent_err *err);
int ent_sqlite_source_add(struct ent_store *s, uint64_t oid, struct ent_str source, int64_t at,
                          bool *fresh, struct ent_err *err);
int ent_sqlite_sources(struct ent_store *s, struct ent_arena *a, uint64_t oid,
                       struct ent_str **sources, size_t *count, struct ent_err *err);

int ent_sqlite_append(struct ent_store *s, uint32_t channel, uint64_t oid, int64_t now,
                      uint64_t *seq, int64_t *date_added, struct ent_err *err);
int ent_sqlite_tip(struct ent_store *s, uint32_t channel, uint64_t *seq, int64_t *date_added,
                   uint64_t *count, struct ent_err *err);
int ent_sqlite_remove(struct ent_store *s, uint32_t channel, struct ent_str type,
                      const uint8_t uuid[16], unsigned which, const struct ent_str *listed,
                      size_t n_listed, uint64_t *removed, struct ent_err *err);
int ent_sqlite_on_channel(struct ent_store *s, uint32_t channel, struct ent_str type,
                          const uint8_t uuid[16], struct ent_str vkey, uint64_t *seq,
                          struct ent_err *err);
/* The SQL functions that queries filter with. */
int ent_sqlite_functions(struct ent_sqlite *q, struct ent_err *err);
int ent_sqlite_page(struct ent_store *s, struct ent_arena *a, const struct ent_query *query,
                    struct ent_page *out, struct ent_err *err);
int ent_sqlite_range(struct ent_store *s, struct ent_arena *a, uint32_t channel, uint64_t first,
                     uint64_t last, struct ent_entry **entries, size_t *count,
                     struct ent_err *err);

int ent_sqlite_log_append(struct ent_store *s, struct ent_str log, struct ent_str entry,
                          uint64_t *index, struct ent_err *err);
int ent_sqlite_log_size(struct ent_store *s, struct ent_str log, uint64_t *size,
                        struct ent_err *err);
int ent_sqlite_log_range(struct ent_store *s, struct ent_arena *a, struct ent_str log,
                         uint64_t first, size_t count, struct ent_str **entries, size_t *got,
                         struct ent_err *err);
int ent_sqlite_tile_put(struct ent_store *s, struct ent_str log, unsigned level, uint64_t index,
                        const uint8_t hash[32], struct ent_err *err);
int ent_sqlite_tile_get(struct ent_store *s, struct ent_str log, unsigned level, uint64_t index,
                        size_t n, uint8_t *hashes, struct ent_err *err);
int ent_sqlite_doc_put(struct ent_store *s, struct ent_str space, struct ent_str key,
                       struct ent_str value, struct ent_err *err);
int ent_sqlite_doc_get(struct ent_store *s, struct ent_arena *a, struct ent_str space,
                       struct ent_str key, struct ent_str *value, struct ent_err *err);
int ent_sqlite_doc_del(struct ent_store *s, struct ent_str space, struct ent_str key,
                       struct ent_err *err);
int ent_sqlite_docs(struct ent_store *s, struct ent_arena *a, struct ent_str space,
                    struct ent_str prefix, struct ent_str after, size_t limit,
                    struct ent_doc **docs, size_t *count, struct ent_err *err);

#endif
