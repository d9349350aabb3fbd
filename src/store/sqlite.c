/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sqlite.c - the SQLite backend: errors, statements, transactions.
 */
#include <errno.h>

#include "base/file.h"
#include "base/limits.h"
#include "store/sqlite_int.h"

/* ---- errors ---- */
/* clang-format off */
static const struct {
	int result, code;
	const char *text;
} failures[] = {
	{ SQLITE_FULL, ENT_EFULL, "the disk is full: free some space; nothing of this transaction was kept" },
	{ SQLITE_BUSY, ENT_EBUSY, "another program is writing to it: try again" },
	{ SQLITE_LOCKED, ENT_EBUSY, "another program is writing to it: try again" },
	{ SQLITE_CORRUPT, ENT_ECORRUPT, "the database is damaged: restore it from a backup" },
	{ SQLITE_NOTADB, ENT_ECORRUPT, "this is no database: give another path, or restore it from a backup" },
	{ SQLITE_CONSTRAINT, ENT_ECORRUPT, "the database contradicts itself: restore it from a backup" },
	{ SQLITE_CANTOPEN, ENT_ESTORE, "it can't be opened: the folder must exist and this user be allowed to write there" },
	{ SQLITE_READONLY, ENT_ESTORE, "it can't be written: see to owner and mode of the file and its folder" },
	{ SQLITE_PERM, ENT_ESTORE, "it can't be written: see to owner and mode of the file and its folder" },
	{ SQLITE_IOERR, ENT_ESTORE, "reading or writing failed: see to the disk and the system's log" },
	{ SQLITE_TOOBIG, ENT_ELIMIT, "a value is larger than the database takes" },
	{ SQLITE_NOMEM, ENT_ENOMEM, "out of memory" },
};
/* clang-format on */

/* Whether the last failure of the database's file or of its log was for want of room, at which
 * SQLite counts only ENOSPC. */
static bool
no_room(struct ent_sqlite *q)
{
	static const int pointers[] = { SQLITE_FCNTL_FILE_POINTER,
		                        SQLITE_FCNTL_JOURNAL_POINTER };
	bool full = ent_errno_code(sqlite3_system_errno(q->db)) == ENT_EFULL;

	for (size_t i = 0; i < sizeof(pointers) / sizeof(pointers[0]); i++) {
		sqlite3_file *f = NULL;
		int os = 0;

		(void)sqlite3_file_control(q->db, "main", pointers[i], &f);
		if (f && f->pMethods)
			(void)f->pMethods->xFileControl(f, SQLITE_FCNTL_LAST_ERRNO, &os);
		full = full || os == EFBIG || ent_errno_code(os) == ENT_EFULL;
	}
	return full;
}

int
ent_sqlite_fail(struct ent_sqlite *q, int result, struct ent_err *err)
{
	if ((result & 0xff) == SQLITE_IOERR && no_room(q))
		result = SQLITE_FULL;
	for (size_t i = 0; i < sizeof(failures) / sizeof(failures[0]); i++) {
		if ((result & 0xff) == failures[i].result)
			return ent_fail(err, failures[i].code, "%s: %s (SQLite %d: %s)",
			                q->path, failures[i].text, result,
			                sqlite3_errmsg(q->db));
	}
	return ent_fail(err, ENT_ESTORE, "%s: the database failed (SQLite %d: %s)", q->path,
	                result, sqlite3_errmsg(q->db));
}

int
ent_sqlite_corrupt(struct ent_sqlite *q, const char *what, struct ent_err *err)
{
	return ent_fail(err, ENT_ECORRUPT, "%s: %s: restore it from a backup", q->path, what);
}

/* ---- statements ---- */
int
ent_sqlite_st(struct ent_sqlite *q, enum ent_sql n, sqlite3_stmt **st, struct ent_err *err)
{
	int result;

	*st = NULL;
	if (q->base.writing && (q->broken || sqlite3_get_autocommit(q->db)))
		return ent_fail(err, ENT_ESTORE,
		                "%s: the transaction ended with an earlier failure: roll back",
		                q->path);
	if (!q->st[n]) {
		result = sqlite3_prepare_v3(q->db, ent_sqlite_sql[n], -1,
		                            SQLITE_PREPARE_PERSISTENT, &q->st[n], NULL);
		if (result)
			return ent_sqlite_fail(q, result, err);
	}
	*st = q->st[n];
	return 0;
}

int
ent_sqlite_end(sqlite3_stmt *st, int rc)
{
	(void)sqlite3_reset(st);
	(void)sqlite3_clear_bindings(st);
	return rc;
}

int
ent_sqlite_step(struct ent_sqlite *q, sqlite3_stmt *st, struct ent_err *err)
{
	int result = sqlite3_step(st);

	if (result == SQLITE_ROW)
		return 1;
	if (result == SQLITE_DONE)
		return 0;
	if (q->base.writing && (result & 0xff) != SQLITE_CONSTRAINT)
		q->broken = true;
	return ent_sqlite_fail(q, result, err);
}

int
ent_sqlite_do(struct ent_sqlite *q, sqlite3_stmt *st, struct ent_err *err)
{
	int rc = ent_sqlite_step(q, st, err);

	return ent_sqlite_end(st, rc < 0 ? rc : 0);
}

int
ent_sqlite_run(struct ent_sqlite *q, enum ent_sql n, struct ent_err *err)
{
	sqlite3_stmt *st;
	int rc = ent_sqlite_st(q, n, &st, err);

	return rc ? rc : ent_sqlite_do(q, st, err);
}

int
ent_sqlite_exec(struct ent_sqlite *q, const char *sql, struct ent_err *err)
{
	int result = sqlite3_exec(q->db, sql, NULL, NULL, NULL);

	return result ? ent_sqlite_fail(q, result, err) : 0;
}

int
ent_sqlite_int(struct ent_sqlite *q, const char *sql, int64_t *out, struct ent_err *err)
{
	sqlite3_stmt *st = NULL;
	int result = sqlite3_prepare_v2(q->db, sql, -1, &st, NULL);
	int rc;

	if (result)
		return ent_sqlite_fail(q, result, err);
	rc = ent_sqlite_step(q, st, err);
	*out = rc > 0 ? sqlite3_column_int64(st, 0) : 0;
	(void)sqlite3_finalize(st);
	return rc < 0 ? rc : 0;
}

void
ent_sqlite_text(sqlite3_stmt *st, int at, struct ent_str s)
{
	(void)sqlite3_bind_text64(st, at, s.p ? s.p : "", s.n, SQLITE_STATIC, SQLITE_UTF8);
}

void
ent_sqlite_blob(sqlite3_stmt *st, int at, const void *p, size_t n)
{
	(void)sqlite3_bind_blob64(st, at, p ? p : "", n, SQLITE_STATIC);
}

struct ent_str
ent_sqlite_col(sqlite3_stmt *st, int at)
{
	const void *p = sqlite3_column_blob(st, at);
	int n = sqlite3_column_bytes(st, at);

	return p && n > 0 ? (struct ent_str){ p, (size_t)n } : (struct ent_str){ "", 0 };
}

/* Copies s to *at, which moves behind it. */
static struct ent_str
lay(char **at, struct ent_str s)
{
	struct ent_str out = { *at, s.n };

	if (s.n)
		memcpy(*at, s.p, s.n);
	*at += s.n;
	return out;
}

int
ent_sqlite_row(struct ent_sqlite *q, struct ent_arena *a, sqlite3_stmt *st, int at, int bytes,
               const struct ent_row *before, struct ent_row *out, struct ent_err *err)
{
	struct ent_str uuid = ent_sqlite_col(st, at + 2), sha256 = ent_sqlite_col(st, at + 6);
	struct ent_str type = ent_sqlite_col(st, at + 1), spec = ent_sqlite_col(st, at + 5);
	struct ent_str vkey = ent_sqlite_col(st, at + 3), version = ent_sqlite_col(st, at + 4);
	struct ent_str body = { NULL, 0 };
	bool same_type = before && ent_str_eq(type, before->type);
	bool same_spec = before && ent_str_eq(spec, before->spec);
	char *p;

	if (uuid.n != sizeof(out->uuid) || sha256.n != sizeof(out->sha256))
		return ent_sqlite_corrupt(q, "an object's columns are damaged", err);
	if (bytes >= 0)
		body = ent_sqlite_col(st, bytes);
	p = ent_arena_alloc(a, (same_type ? 0 : type.n) + (same_spec ? 0 : spec.n) + vkey.n +
	                           version.n + body.n);
	if (!p)
		return ent_sqlite_nomem(q, err);
	out->oid = (uint64_t)sqlite3_column_int64(st, at);
	out->added = sqlite3_column_int64(st, at + 7);
	memcpy(out->uuid, uuid.p, sizeof(out->uuid));
	memcpy(out->sha256, sha256.p, sizeof(out->sha256));
	out->type = same_type ? before->type : lay(&p, type);
	out->spec = same_spec ? before->spec : lay(&p, spec);
	out->vkey = lay(&p, vkey);
	out->version = lay(&p, version);
	out->bytes = bytes < 0 ? body : lay(&p, body);
	return 0;
}

/* ---- transactions ---- */
static int
sqlite_begin(struct ent_store *s, struct ent_err *err)
{
	struct ent_sqlite *q = ent_sqlite_of(s);

	q->n_chans = 0;
	return ent_sqlite_run(q, ENT_SQL_BEGIN, err);
}

static void
sqlite_rollback(struct ent_store *s)
{
	struct ent_sqlite *q = ent_sqlite_of(s);

	q->n_chans = 0;
	q->broken = false;
	if (!sqlite3_get_autocommit(q->db) && ent_sqlite_run(q, ENT_SQL_ROLLBACK, NULL))
		(void)sqlite3_exec(q->db, "ROLLBACK", NULL, NULL,
		                   NULL); /* no memory to prepare it */
}

static int
sqlite_commit(struct ent_store *s, struct ent_err *err)
{
	struct ent_sqlite *q = ent_sqlite_of(s);
	int rc = ent_sqlite_run(q, ENT_SQL_COMMIT, err);

	if (rc)
		sqlite_rollback(s);
	else
		q->generation++;
	q->n_chans = 0;
	return rc;
}

static int
sqlite_mark(struct ent_store *s, struct ent_err *err)
{
	return ent_sqlite_run(ent_sqlite_of(s), ENT_SQL_MARK, err);
}

static int
sqlite_keep(struct ent_store *s, struct ent_err *err)
{
	return ent_sqlite_run(ent_sqlite_of(s), ENT_SQL_KEEP, err);
}

static void
sqlite_undo(struct ent_store *s)
{
	struct ent_sqlite *q = ent_sqlite_of(s);

	for (size_t i = 0; i < q->n_chans; i++) /* to be read again; began stays */
		q->chans[i].loaded = false;
	q->broken = false;
	if (ent_sqlite_run(q, ENT_SQL_UNDO, NULL) || ent_sqlite_run(q, ENT_SQL_KEEP, NULL))
		sqlite_rollback(
		    s); /* half undone is worse: what follows, commit too, now fails */
}

static bool
sqlite_look(struct ent_store *s)
{
	return ent_sqlite_run(ent_sqlite_of(s), ENT_SQL_LOOK, NULL) == 0;
}

static void
sqlite_look_end(struct ent_store *s)
{
	sqlite_rollback(s); /* there is nothing to keep, and it never waits */
}

static uint64_t
sqlite_generation(struct ent_store *s)
{
	struct ent_sqlite *q = ent_sqlite_of(s);
	sqlite3_stmt *st;
	int64_t now;

	if (ent_sqlite_st(q, ENT_SQL_DATA_VERSION, &st, NULL))
		return ++q->generation; /* not known: nothing cached is valid */
	now = sqlite3_step(st) == SQLITE_ROW ? sqlite3_column_int64(st, 0) : -1;
	(void)ent_sqlite_end(st, 0);
	if (now < 0 || now != q->data_version)
		q->generation++;
	q->data_version = now;
	return q->generation;
}

static int
sqlite_checkpoint(struct ent_store *s, struct ent_err *err)
{
	struct ent_sqlite *q = ent_sqlite_of(s);
	int result =
	    sqlite3_wal_checkpoint_v2(q->db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);

	/* busy: another one is at it */
	return result && result != SQLITE_BUSY ? ent_sqlite_fail(q, result, err) : 0;
}

/* ---- opening and closing ---- */
static void
sqlite_close(struct ent_store *s)
{
	struct ent_sqlite *q = ent_sqlite_of(s);

	for (size_t i = 0; i < ENT_SQL_N; i++)
		(void)sqlite3_finalize(q->st[i]);
	for (size_t i = 0; i < ENT_SHAPES; i++)
		(void)sqlite3_finalize(q->shapes[i].st);
	(void)sqlite3_close(q->db);
	free(q->chans);
	free(q->path);
	free(q);
}

static const struct ent_store_ops sqlite_ops = {
	.close = sqlite_close,
	.begin = sqlite_begin,
	.commit = sqlite_commit,
	.rollback = sqlite_rollback,
	.mark = sqlite_mark,
	.keep = sqlite_keep,
	.undo = sqlite_undo,
	.look = sqlite_look,
	.look_end = sqlite_look_end,
	.generation = sqlite_generation,
	.checkpoint = sqlite_checkpoint,
	.check = ent_sqlite_check,
	.put = ent_sqlite_put,
	.get = ent_sqlite_get,
	.get_oid = ent_sqlite_get_oid,
	.list = ent_sqlite_list,
	.count = ent_sqlite_count,
	.source_add = ent_sqlite_source_add,
	.purge = ent_sqlite_purge,
	.sources = ent_sqlite_sources,
	.append = ent_sqlite_append,
	.page = ent_sqlite_page,
	.range = ent_sqlite_range,
	.tip = ent_sqlite_tip,
	.remove = ent_sqlite_remove,
	.on_channel = ent_sqlite_on_channel,
	.log_append = ent_sqlite_log_append,
	.log_size = ent_sqlite_log_size,
	.log_range = ent_sqlite_log_range,
	.tile_put = ent_sqlite_tile_put,
	.tile_get = ent_sqlite_tile_get,
	.doc_put = ent_sqlite_doc_put,
	.doc_get = ent_sqlite_doc_get,
	.doc_del = ent_sqlite_doc_del,
	.docs = ent_sqlite_docs,
};

/* "PATH" or "PATH?busy=MILLISECONDS". */
static int
split_where(struct ent_str where, struct ent_str *path, int *busy_ms, struct ent_err *err)
{
	size_t mark = where.n;
	uint64_t ms = ENT_STORE_BUSY_MS;

	while (mark > 0 && where.p[mark - 1] != '?')
		mark--;
	*path = where;
	if (mark > 0 && ent_str_starts(ent_str_from(where, mark), "busy=")) {
		if (ent_str_u64(ent_str_from(where, mark + 5), 3600000, &ms))
			return ent_fail(err, ENT_EINVAL, "store: busy=%.*s: write milliseconds",
			                ENT_FMT(ent_str_from(where, mark + 5)));
		path->n = mark - 1;
	}
	*busy_ms = (int)ms;
	if (path->n == 0 || path->p[0] == ':')
		return ent_fail(err, ENT_EINVAL, "store: sqlite: needs the path of a file");
	return 0;
}

int
ent_store_sqlite_open(struct ent_str where, struct ent_store **out, struct ent_err *err)
{
	struct ent_sqlite *q;
	struct ent_str path;
	int busy_ms = 0, rc;

	rc = split_where(where, &path, &busy_ms, err);
	if (rc)
		return rc;
	q = calloc(1, sizeof(*q));
	if (q)
		q->path = strndup(path.p, path.n);
	if (!q || !q->path) {
		free(q);
		return ent_fail(err, ENT_ENOMEM, "store");
	}
	q->base.ops = &sqlite_ops;
	rc = ent_sqlite_open_db(q, busy_ms, err);
	if (rc) {
		sqlite_close(&q->base);
		return rc;
	}
	*out = &q->base;
	return 0;
}
