/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sqlite_docs.c - documents in SQLite.
 */
#include "store/sqlite_int.h"

/* A statement with space and key bound. */
static int
bound(struct ent_sqlite *q, enum ent_sql n, struct ent_str space, struct ent_str key,
      sqlite3_stmt **st, struct ent_err *err)
{
	int rc = ent_sqlite_st(q, n, st, err);

	if (rc)
		return rc;
	ent_sqlite_text(*st, 1, space);
	ent_sqlite_text(*st, 2, key);
	return 0;
}

int
ent_sqlite_doc_put(struct ent_store *s, struct ent_str space, struct ent_str key,
                   struct ent_str value, struct ent_err *err)
{
	struct ent_sqlite *q = ent_sqlite_of(s);
	sqlite3_stmt *st;
	int rc = bound(q, ENT_SQL_DOC_PUT, space, key, &st, err);

	if (rc)
		return rc;
	ent_sqlite_blob(st, 3, value.p, value.n);
	return ent_sqlite_do(q, st, err);
}

int
ent_sqlite_doc_get(struct ent_store *s, struct ent_arena *a, struct ent_str space,
                   struct ent_str key, struct ent_str *value, struct ent_err *err)
{
	struct ent_sqlite *q = ent_sqlite_of(s);
	sqlite3_stmt *st;
	int rc = bound(q, ENT_SQL_DOC_GET, space, key, &st, err);

	if (rc)
		return rc;
	rc = ent_sqlite_step(q, st, err);
	if (rc == 0)
		rc = ent_fail(err, ENT_ENOENT, "no %.*s %.*s", ENT_FMT(space), ENT_FMT(key));
	if (rc < 0)
		return ent_sqlite_end(st, rc);
	*value = ent_arena_dup(a, ent_sqlite_col(st, 0));
	return ent_sqlite_end(st, value->p ? 0 : ent_sqlite_nomem(q, err));
}

int
ent_sqlite_doc_del(struct ent_store *s, struct ent_str space, struct ent_str key,
                   struct ent_err *err)
{
	struct ent_sqlite *q = ent_sqlite_of(s);
	sqlite3_stmt *st;
	int rc = bound(q, ENT_SQL_DOC_DEL, space, key, &st, err);

	return rc ? rc : ent_sqlite_do(q, st, err);
}

int
ent_sqlite_docs(struct ent_store *s, struct ent_arena *a, struct ent_str space,
                struct ent_str prefix, struct ent_str after, size_t limit,
                struct ent_doc **docs, size_t *count, struct ent_err *err)
{
	struct ent_sqlite *q = ent_sqlite_of(s);
	bool seek =
	    after.p && ent_str_cmp(after, prefix) > 0; /* start there, not at the prefix */
	struct ent_doc *out = NULL;
	size_t n = 0, cap = 0;
	sqlite3_stmt *st;
	int rc = bound(q, ENT_SQL_DOCS, space, seek ? after : prefix, &st, err);

	if (rc)
		return rc;
	while (n < limit && (rc = ent_sqlite_step(q, st, err)) > 0) {
		struct ent_str key = ent_sqlite_col(st, 0);

		if (key.n < prefix.n || (prefix.n && memcmp(key.p, prefix.p, prefix.n) != 0)) {
			rc = 0; /* keys are in order: the prefix is behind us */
			break;
		}
		if (after.p && ent_str_cmp(key, after) <= 0)
			continue;
		out = ent_store_room(a, out, n, &cap, sizeof(*out));
		if (!out)
			return ent_sqlite_end(st, ent_sqlite_nomem(q, err));
		out[n].key = ent_arena_dup(a, key);
		out[n].value = ent_arena_dup(a, ent_sqlite_col(st, 1));
		if (!out[n].key.p || !out[n].value.p)
			return ent_sqlite_end(st, ent_sqlite_nomem(q, err));
		n++;
	}
	if (rc >= 0) {
		*docs = out;
		*count = n;
	}
	return ent_sqlite_end(st, rc < 0 ? rc : 0);
}
