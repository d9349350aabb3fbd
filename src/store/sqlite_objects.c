/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sqlite_objects.c - objects and their sources in SQLite.
 */
#include "base/buf.h"
#include "store/sqlite_int.h"

int
ent_sqlite_shape(struct ent_sqlite *q, unsigned key,
                 void (*make)(struct ent_buf *b, unsigned key), sqlite3_stmt **st,
                 struct ent_err *err)
{
	struct ent_shape *free_one = NULL;
	struct ent_buf b;
	int result;

	for (size_t i = 0; i < ENT_SHAPES; i++) {
		if (q->shapes[i].key == key) {
			*st = q->shapes[i].st;
			return 0;
		}
	}
	free_one = &q->shapes[q->next_shape++ % ENT_SHAPES];
	(void)sqlite3_finalize(free_one->st);
	*free_one = (struct ent_shape){ 0, NULL };
	ent_buf_init(&b, 8192);
	make(&b, key);
	if (!ent_buf_ok(&b)) {
		ent_buf_release(&b);
		return ent_sqlite_nomem(q, err);
	}
	result = sqlite3_prepare_v3(q->db, b.p, (int)b.n, SQLITE_PREPARE_PERSISTENT, st, NULL);
	ent_buf_release(&b);
	if (result)
		return ent_sqlite_fail(q, result, err);
	*free_one = (struct ent_shape){ key, *st };
	return 0;
}

/* ---- one object ---- */
static int
find_put(struct ent_sqlite *q, const struct ent_row *in, uint64_t *oid, enum ent_put *how,
         struct ent_err *err)
{
	struct ent_str hash;
	sqlite3_stmt *st;
	int rc = ent_sqlite_st(q, ENT_SQL_PUT_FIND, &st, err);

	if (rc)
		return rc;
	ent_sqlite_blob(st, 1, in->uuid, sizeof(in->uuid));
	ent_sqlite_text(st, 2, in->type);
	ent_sqlite_text(st, 3, in->vkey);
	rc = ent_sqlite_step(q, st, err);
	if (rc < 0)
		return ent_sqlite_end(st, rc);
	if (rc == 0)
		return ent_sqlite_end(st, ent_sqlite_corrupt(q, "an index is damaged", err));
	*oid = (uint64_t)sqlite3_column_int64(st, 0);
	*how = ENT_PUT_SAME;
	hash = ent_sqlite_col(st, 1);
	rc = 0;
	if (hash.n != sizeof(in->sha256) || memcmp(hash.p, in->sha256, hash.n) != 0)
		rc = ent_fail(err, ENT_ECONFLICT,
		              "this version of this %.*s is there with other content",
		              ENT_FMT(in->type));
	return ent_sqlite_end(st, rc);
}

int
ent_sqlite_put(struct ent_store *s, const struct ent_row *in, uint64_t *oid, enum ent_put *how,
               struct ent_err *err)
{
	struct ent_sqlite *q = ent_sqlite_of(s);
	sqlite3_stmt *st;
	int rc = ent_sqlite_st(q, ENT_SQL_PUT, &st, err);

	if (rc)
		return rc;
	ent_sqlite_text(st, 1, in->type);
	ent_sqlite_blob(st, 2, in->uuid, sizeof(in->uuid));
	ent_sqlite_text(st, 3, in->vkey);
	ent_sqlite_text(st, 4, in->version);
	ent_sqlite_text(st, 5, in->spec);
	ent_sqlite_blob(st, 6, in->sha256, sizeof(in->sha256));
	ent_sqlite_i64(st, 7, in->added);
	ent_sqlite_blob(st, 8, in->bytes.p, in->bytes.n);
	rc = ent_sqlite_do(q, st, err);
	if (rc)
		return rc;
	if (sqlite3_changes(q->db) == 0)
		return find_put(q, in, oid, how, err);
	*oid = (uint64_t)sqlite3_last_insert_rowid(q->db);
	*how = ENT_PUT_NEW;
	return 0;
}

/* The one row of a bound statement with ENT_SQL_ROW and bytes. */
static int
one_row(struct ent_sqlite *q, struct ent_arena *a, sqlite3_stmt *st, struct ent_row *out,
        const char *what, struct ent_err *err)
{
	int rc = ent_sqlite_step(q, st, err);

	if (rc > 0)
		rc = ent_sqlite_row(q, a, st, 0, ENT_SQL_ROW_N, NULL, out, err);
	else if (rc == 0)
		rc = ent_fail(err, ENT_ENOENT, "no such %s", what);
	return ent_sqlite_end(st, rc);
}

int
ent_sqlite_get(struct ent_store *s, struct ent_arena *a, struct ent_str type,
               const uint8_t uuid[16], struct ent_str vkey, struct ent_row *out,
               struct ent_err *err)
{
	struct ent_sqlite *q = ent_sqlite_of(s);
	sqlite3_stmt *st;
	int rc = ent_sqlite_st(q, vkey.p ? ENT_SQL_GET : ENT_SQL_GET_LAST, &st, err);

	if (rc)
		return rc;
	ent_sqlite_blob(st, 1, uuid, 16);
	ent_sqlite_text(st, 2, type);
	if (vkey.p)
		ent_sqlite_text(st, 3, vkey);
	return one_row(q, a, st, out, vkey.p ? "version of this object" : "object", err);
}

int
ent_sqlite_get_oid(struct ent_store *s, struct ent_arena *a, uint64_t oid, struct ent_row *out,
                   struct ent_err *err)
{
	struct ent_sqlite *q = ent_sqlite_of(s);
	sqlite3_stmt *st;
	int rc = ent_sqlite_st(q, ENT_SQL_GET_OID, &st, err);

	if (rc)
		return rc;
	ent_sqlite_i64(st, 1, (int64_t)oid);
	return one_row(q, a, st, out, "object", err);
}

/* ---- many ---- */
enum { LIST = 0x10000, LIST_TYPE = 1, LIST_SOURCE = 2, LIST_LATEST = 4, LIST_BYTES = 8 };

static void
list_sql(struct ent_buf *b, unsigned key)
{
	ent_buf_printf(b, "SELECT " ENT_SQL_ROW "%s FROM ",
	               key & LIST_BYTES ? ", o.bytes" : "");
	if (key & LIST_SOURCE)
		ent_buf_c(b, "source s CROSS JOIN object o ON o.oid = s.oid"
		             " WHERE s.oid > ?1 AND s.source = ?3");
	else
		ent_buf_c(b, "object o WHERE o.oid > ?1");
	ent_buf_c(b, key & LIST_TYPE ? " AND o.type = ?2" : " AND o.type <> ''");
	if (key & LIST_LATEST)
		ent_buf_printf(b,
		               " AND NOT EXISTS (SELECT 1 FROM object n WHERE n.uuid = o.uuid"
		               " AND n.type = o.type AND n.vkey > o.vkey%s)",
		               key & LIST_SOURCE ? " AND EXISTS (SELECT 1 FROM source t WHERE"
		                                   " t.oid = n.oid AND t.source = ?3)"
		                                 : "");
	ent_buf_printf(b, " ORDER BY %s LIMIT ?4", key & LIST_SOURCE ? "s.oid" : "o.oid");
}

int
ent_sqlite_list(struct ent_store *s, struct ent_arena *a, const struct ent_list *l,
                struct ent_row **rows, size_t *count, struct ent_err *err)
{
	struct ent_sqlite *q = ent_sqlite_of(s);
	unsigned key = LIST | (l->type.p ? LIST_TYPE : 0) | (l->source.p ? LIST_SOURCE : 0) |
	               (l->latest ? LIST_LATEST : 0) | (l->with_bytes ? LIST_BYTES : 0);
	struct ent_row *out = NULL;
	size_t n = 0, cap = 0;
	sqlite3_stmt *st;
	int rc;

	if (l->after >= INT64_MAX)
		return 0;
	rc = ent_sqlite_shape(q, key, list_sql, &st, err);
	if (rc)
		return rc;
	ent_sqlite_i64(st, 1, (int64_t)l->after);
	if (l->type.p)
		ent_sqlite_text(st, 2, l->type);
	if (l->source.p)
		ent_sqlite_text(st, 3, l->source);
	ent_sqlite_i64(st, 4, l->limit > INT64_MAX ? INT64_MAX : (int64_t)l->limit);
	while ((rc = ent_sqlite_step(q, st, err)) > 0) {
		out = ent_store_room(a, out, n, &cap, sizeof(*out));
		if (!out)
			return ent_sqlite_end(st, ent_sqlite_nomem(q, err));
		rc = ent_sqlite_row(q, a, st, 0, l->with_bytes ? ENT_SQL_ROW_N : -1,
		                    n ? &out[n - 1] : NULL, &out[n], err);
		if (rc)
			break;
		n++;
	}
	if (rc == 0) {
		*rows = out;
		*count = n;
	}
	return ent_sqlite_end(st, rc);
}

int
ent_sqlite_count(struct ent_store *s, uint64_t *objects, struct ent_err *err)
{
	struct ent_sqlite *q = ent_sqlite_of(s);
	sqlite3_stmt *st;
	int rc = ent_sqlite_st(q, ENT_SQL_COUNT, &st, err);

	if (rc)
		return rc;
	rc = ent_sqlite_step(q, st, err);
	if (rc > 0)
		*objects = (uint64_t)sqlite3_column_int64(st, 0);
	return ent_sqlite_end(st, rc > 0 ? 0 : rc);
}

/* ---- sources ---- */
int
ent_sqlite_source_add(struct ent_store *s, uint64_t oid, struct ent_str source, int64_t at,
                      bool *fresh, struct ent_err *err)
{
	struct ent_sqlite *q = ent_sqlite_of(s);
	sqlite3_stmt *st;
	int rc = ent_sqlite_st(q, ENT_SQL_SOURCE_ADD, &st, err);

	if (rc)
		return rc;
	ent_sqlite_i64(st, 1, (int64_t)oid);
	ent_sqlite_text(st, 2, source);
	ent_sqlite_i64(st, 3, at);
	rc = ent_sqlite_do(q, st, err);
	if (rc && sqlite3_extended_errcode(q->db) == SQLITE_CONSTRAINT_FOREIGNKEY)
		return ent_fail(err, ENT_ENOENT, "no such object");
	*fresh = rc == 0 && sqlite3_changes(q->db) > 0;
	return rc;
}

/* ---- purging ---- */

/* One statement with oid; *changed: rows. */
static int
change_oid(struct ent_sqlite *q, enum ent_sql what, uint64_t oid, int *changed,
           struct ent_err *err)
{
	sqlite3_stmt *st;
	int rc = ent_sqlite_st(q, what, &st, err);

	if (rc)
		return rc;
	ent_sqlite_i64(st, 1, (int64_t)oid);
	rc = ent_sqlite_do(q, st, err);
	*changed = sqlite3_changes(q->db);
	return rc;
}

int
ent_sqlite_purge(struct ent_store *s, uint64_t oid, struct ent_err *err)
{
	struct ent_sqlite *q = ent_sqlite_of(s);
	int changed, rc = change_oid(q, ENT_SQL_PURGE_SOURCES, oid, &changed, err);

	if (rc == 0)
		rc = change_oid(q, ENT_SQL_PURGE, oid, &changed, err);
	return rc || changed ? rc : ent_fail(err, ENT_ENOENT, "no such object");
}

int
ent_sqlite_sources(struct ent_store *s, struct ent_arena *a, uint64_t oid,
                   struct ent_str **sources, size_t *count, struct ent_err *err)
{
	struct ent_sqlite *q = ent_sqlite_of(s);
	struct ent_str *out = NULL;
	size_t n = 0, cap = 0;
	sqlite3_stmt *st;
	int rc = ent_sqlite_st(q, ENT_SQL_SOURCES, &st, err);

	if (rc)
		return rc;
	ent_sqlite_i64(st, 1, (int64_t)oid);
	while ((rc = ent_sqlite_step(q, st, err)) > 0) {
		out = ent_store_room(a, out, n, &cap, sizeof(*out));
		if (out)
			out[n] = ent_arena_dup(a, ent_sqlite_col(st, 0));
		if (!out || !out[n].p)
			return ent_sqlite_end(st, ent_sqlite_nomem(q, err));
		n++;
	}
	*sources = out;
	*count = n;
	return ent_sqlite_end(st, rc);
}
