/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sqlite_logs.c - ledgers' entries and hashes in SQLite.  An entry's rowid is log << 44 |
 * index.
 */
#include "store/sqlite_int.h"

/* 1: *id is the log's number; 0: there is none. */
static int
find_log(struct ent_sqlite *q, struct ent_str log, int64_t *id, struct ent_err *err)
{
	sqlite3_stmt *st;
	int rc = ent_sqlite_st(q, ENT_SQL_LOG_FIND, &st, err);

	*id = 0;
	if (rc)
		return rc;
	ent_sqlite_text(st, 1, log);
	rc = ent_sqlite_step(q, st, err);
	if (rc > 0)
		*id = sqlite3_column_int64(st, 0);
	return ent_sqlite_end(st, rc);
}

static int
make_log(struct ent_sqlite *q, struct ent_str log, int64_t *id, struct ent_err *err)
{
	sqlite3_stmt *st;
	int rc = find_log(q, log, id, err);

	if (rc)
		return rc < 0 ? rc : 0;
	rc = ent_sqlite_st(q, ENT_SQL_LOG_NEW, &st, err);
	if (rc)
		return rc;
	ent_sqlite_text(st, 1, log);
	rc = ent_sqlite_do(q, st, err);
	*id = sqlite3_last_insert_rowid(q->db);
	if (!rc && *id > ENT_CHANNEL_MAX)
		rc = ent_fail(err, ENT_ELIMIT, "%s: more than %u logs", q->path,
		              ENT_CHANNEL_MAX);
	return rc;
}

static int
size_of(struct ent_sqlite *q, int64_t id, uint64_t *size, struct ent_err *err)
{
	sqlite3_stmt *st;
	int rc = ent_sqlite_st(q, ENT_SQL_LOG_SIZE, &st, err);

	if (rc)
		return rc;
	ent_sqlite_i64(st, 1, id << 44);
	ent_sqlite_i64(st, 2, (id << 44) + (int64_t)ENT_SEQ_MAX);
	rc = ent_sqlite_step(q, st, err);
	*size = rc > 0 ? ((uint64_t)sqlite3_column_int64(st, 0) & ENT_SEQ_MAX) + 1 : 0;
	return ent_sqlite_end(st, rc < 0 ? rc : 0);
}

int
ent_sqlite_log_append(struct ent_store *s, struct ent_str log, struct ent_str entry,
                      uint64_t *index, struct ent_err *err)
{
	struct ent_sqlite *q = ent_sqlite_of(s);
	sqlite3_stmt *st;
	int64_t id;
	int rc = make_log(q, log, &id, err);

	if (!rc)
		rc = size_of(q, id, index, err);
	if (!rc && *index > ENT_SEQ_MAX)
		rc = ent_fail(err, ENT_ELIMIT, "log %.*s is full", ENT_FMT(log));
	if (!rc)
		rc = ent_sqlite_st(q, ENT_SQL_LOG_ADD, &st, err);
	if (rc)
		return rc;
	ent_sqlite_i64(st, 1, (id << 44) + (int64_t)*index);
	ent_sqlite_blob(st, 2, entry.p, entry.n);
	return ent_sqlite_do(q, st, err);
}

int
ent_sqlite_log_size(struct ent_store *s, struct ent_str log, uint64_t *size,
                    struct ent_err *err)
{
	struct ent_sqlite *q = ent_sqlite_of(s);
	int64_t id;
	int rc = find_log(q, log, &id, err);

	*size = 0;
	return rc > 0 ? size_of(q, id, size, err) : rc;
}

int
ent_sqlite_log_range(struct ent_store *s, struct ent_arena *a, struct ent_str log,
                     uint64_t first, size_t count, struct ent_str **entries, size_t *got,
                     struct ent_err *err)
{
	struct ent_sqlite *q = ent_sqlite_of(s);
	uint64_t last = count - 1 > ENT_SEQ_MAX - first ? ENT_SEQ_MAX : first + (count - 1);
	struct ent_str *out = NULL;
	size_t n = 0, cap = 0;
	sqlite3_stmt *st;
	int64_t id;
	int rc = find_log(q, log, &id, err);

	if (rc <= 0)
		return rc;
	rc = ent_sqlite_st(q, ENT_SQL_LOG_RANGE, &st, err);
	if (rc)
		return rc;
	ent_sqlite_i64(st, 1, (id << 44) + (int64_t)first);
	ent_sqlite_i64(st, 2, (id << 44) + (int64_t)last);
	while ((rc = ent_sqlite_step(q, st, err)) > 0) {
		out = ent_store_room(a, out, n, &cap, sizeof(*out));
		if (out)
			out[n] = ent_arena_dup(a, ent_sqlite_col(st, 0));
		if (!out || !out[n].p)
			return ent_sqlite_end(st, ent_sqlite_nomem(q, err));
		n++;
	}
	*entries = out;
	*got = n;
	return ent_sqlite_end(st, rc);
}

/* ---- hashes ---- */
int
ent_sqlite_tile_put(struct ent_store *s, struct ent_str log, unsigned level, uint64_t index,
                    const uint8_t hash[32], struct ent_err *err)
{
	struct ent_sqlite *q = ent_sqlite_of(s);
	uint8_t there[32];
	sqlite3_stmt *st;
	int64_t id;
	int rc = make_log(q, log, &id, err);

	if (!rc)
		rc = ent_sqlite_st(q, ENT_SQL_TILE_PUT, &st, err);
	if (rc)
		return rc;
	ent_sqlite_i64(st, 1, id);
	ent_sqlite_i64(st, 2, level);
	ent_sqlite_i64(st, 3, (int64_t)index);
	ent_sqlite_blob(st, 4, hash, 32);
	rc = ent_sqlite_do(q, st, err);
	if (rc || sqlite3_changes(q->db) > 0)
		return rc;
	rc = ent_sqlite_tile_get(s, log, level, index, 1, there, err);
	if (!rc && memcmp(there, hash, 32) != 0)
		rc = ent_fail(err, ENT_ECONFLICT,
		              "log %.*s has another hash at %llu of level %u", ENT_FMT(log),
		              (unsigned long long)index, level);
	return rc;
}

int
ent_sqlite_tile_get(struct ent_store *s, struct ent_str log, unsigned level, uint64_t index,
                    size_t n, uint8_t *hashes, struct ent_err *err)
{
	struct ent_sqlite *q = ent_sqlite_of(s);
	sqlite3_stmt *st = NULL;
	size_t got = 0;
	int64_t id;
	int rc = find_log(q, log, &id, err);

	if (rc > 0) {
		rc = ent_sqlite_st(q, ENT_SQL_TILE_GET, &st, err);
		if (rc)
			return rc;
		ent_sqlite_i64(st, 1, id);
		ent_sqlite_i64(st, 2, level);
		ent_sqlite_i64(st, 3, (int64_t)index);
		ent_sqlite_i64(st, 4, (int64_t)(index + n));
		while (got < n && (rc = ent_sqlite_step(q, st, err)) > 0) {
			struct ent_str hash = ent_sqlite_col(st, 0);

			if (hash.n != 32)
				return ent_sqlite_end(
				    st, ent_sqlite_corrupt(q, "a hash is damaged", err));
			memcpy(hashes + 32 * got++, hash.p, 32);
		}
		(void)ent_sqlite_end(st, 0);
	}
	if (rc < 0 || got == n)
		return rc < 0 ? rc : 0;
	return ent_fail(err, ENT_ENOENT, "log %.*s has no %zu hashes of level %u from %llu on",
	                ENT_FMT(log), n, level, (unsigned long long)index);
}
