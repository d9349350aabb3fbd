/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sqlite_open.c - whose database it is, its settings, its migrations, its check.
 */
#include <sys/stat.h>
#include <unistd.h>

#include "base/time.h"
#include "store/sqlite_int.h"

/* What a connection is set to.  docs/store.md says why. */
static const char settings[] = "PRAGMA synchronous = FULL;"
			       "PRAGMA foreign_keys = ON;"
			       "PRAGMA temp_store = MEMORY;"
			       "PRAGMA secure_delete = ON;"
			       "PRAGMA cell_size_check = ON;"
			       "PRAGMA cache_size = -16384;"
			       "PRAGMA mmap_size = 2147418112;"
			       "PRAGMA journal_size_limit = 67108864;"
			       "PRAGMA wal_autocheckpoint = 100000;";

static int
foreign(struct ent_sqlite *q, struct ent_err *err)
{
	return ent_fail(
	    err, ENT_ESTORE,
	    "%s: this is another program's database, and was not touched: give another "
	    "path",
	    q->path);
}

/*
 * Reads the file's head through SQLite's own descriptor, before any SQL: a statement could
 * already roll back another program's journal, and closing a descriptor of our own would drop
 * the locks of other connections.
 */
static int
look(struct ent_sqlite *q, struct ent_err *err)
{
	sqlite3_file *f = NULL;
	sqlite3_int64 size = 0;
	unsigned char head[100];
	uint32_t id = 0;
	int result = sqlite3_file_control(q->db, "main", SQLITE_FCNTL_FILE_POINTER, &f);

	if (result || !f || !f->pMethods)
		return ent_sqlite_fail(q, result ? result : SQLITE_CANTOPEN, err);
	result = f->pMethods->xFileSize(f, &size);
	if (result)
		return ent_sqlite_fail(q, result, err);
	if (size == 0)
		return 0;
	if (size < (sqlite3_int64)sizeof(head))
		return ent_sqlite_fail(q, SQLITE_NOTADB, err);
	result = f->pMethods->xRead(f, head, (int)sizeof(head), 0);
	if (result)
		return ent_sqlite_fail(q, result, err);
	if (memcmp(head, "SQLite format 3", 16) != 0)
		return ent_sqlite_fail(q, SQLITE_NOTADB, err);
	for (size_t i = 68; i < 72; i++)
		id = id << 8 | head[i];
	return id == 0 || id == ENT_SQLITE_APPLICATION ? 0 : foreign(q, err);
}

/* What the file says it is, read at one moment: another process may be making it just now. */
static int
identify(struct ent_sqlite *q, int64_t *id, int64_t *version, int64_t *tables,
         struct ent_err *err)
{
	int rc = ent_sqlite_exec(q, "BEGIN", err);

	if (rc)
		return rc;
	rc = ent_sqlite_int(q, "SELECT count(*) FROM sqlite_schema", tables, err);
	if (!rc)
		rc = ent_sqlite_int(q, "PRAGMA application_id", id, err);
	if (!rc)
		rc = ent_sqlite_int(q, "PRAGMA user_version", version, err);
	(void)sqlite3_exec(q->db, "ROLLBACK", NULL, NULL, NULL);
	return rc;
}

/* Makes an empty file ours, and turns the write-ahead log on. */
static int
claim(struct ent_sqlite *q, struct ent_err *err)
{
	int64_t id, version, tables;
	sqlite3_stmt *st = NULL;
	int result, rc = identify(q, &id, &version, &tables, err);

	if (rc)
		return rc;
	if (id != ENT_SQLITE_APPLICATION && (id != 0 || tables > 0))
		return foreign(q, err);
	if (version > ENT_SQLITE_VERSION)
		return ent_fail(
		    err, ENT_ESTORE,
		    "%s: a newer program made this database (its schema is %lld, this "
		    "program's %d): install that one",
		    q->path, (long long)version, ENT_SQLITE_VERSION);
	if (id == 0)
		rc = ent_sqlite_exec(
		    q, "PRAGMA page_size = 4096; PRAGMA application_id = 1701737573", err);
	if (rc)
		return rc;
	result = sqlite3_prepare_v2(q->db, "PRAGMA journal_mode = WAL", -1, &st, NULL);
	if (result)
		return ent_sqlite_fail(q, result, err);
	rc = ent_sqlite_step(q, st, err);
	if (rc >= 0)
		rc =
		    rc > 0 && ent_str_is(ent_sqlite_col(st, 0), "wal")
			? 0
			: ent_fail(err, ENT_ESTORE,
		                   "%s: this file system takes no write-ahead log: use a local "
		                   "disk",
		                   q->path);
	(void)sqlite3_finalize(st);
	return rc;
}

static int
migrate_to(struct ent_sqlite *q, const struct ent_migration *m, struct ent_err *err)
{
	char set[64];
	int64_t version;
	int rc = ent_sqlite_exec(q, "BEGIN IMMEDIATE", err);

	if (rc)
		return rc;
	rc = ent_sqlite_int(q, "PRAGMA user_version", &version, err);
	if (!rc && version < m->version) { /* nobody was faster */
		(void)snprintf(set, sizeof(set), "PRAGMA user_version = %d", m->version);
		rc = ent_sqlite_exec(q, m->sql, err);
		if (!rc)
			rc = ent_sqlite_exec(q, set, err);
	}
	if (!rc)
		rc = ent_sqlite_exec(q, "COMMIT", err);
	if (rc && !sqlite3_get_autocommit(q->db))
		(void)sqlite3_exec(q->db, "ROLLBACK", NULL, NULL, NULL);
	return rc ? ent_within(err, rc, "migration to %d", m->version) : 0;
}

static int
migrate(struct ent_sqlite *q, struct ent_err *err)
{
	int64_t version;
	int rc = ent_sqlite_int(q, "PRAGMA user_version", &version, err);

	for (size_t i = 0; !rc && i < ENT_SQLITE_VERSION; i++) {
		if (version < ent_sqlite_migrations[i].version)
			rc = migrate_to(q, &ent_sqlite_migrations[i], err);
	}
	return rc;
}

int
ent_sqlite_open_db(struct ent_sqlite *q, int busy_ms, struct ent_err *err)
{
	int64_t until = ent_tick_us() + (int64_t)busy_ms * 1000;
	bool fresh = access(q->path, F_OK) != 0;
	int rc, result;

	result = sqlite3_open_v2(q->path, &q->db,
	                         SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE |
	                             SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
	                         NULL);
	if (!q->db)
		return ent_fail(err, ENT_ENOMEM, "%s", q->path);
	if (result)
		return ent_sqlite_fail(q, result, err);
	/* the log and the shared memory get the mode of the file */
	if (fresh && chmod(q->path, S_IRUSR | S_IWUSR))
		return ent_fail(err, ENT_ESTORE, "%s: %m", q->path);
	(void)sqlite3_busy_timeout(q->db, busy_ms);
	(void)sqlite3_db_config(q->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	(void)sqlite3_db_config(q->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	rc = look(q, err);
	if (rc)
		return rc;
	/* SQLite doesn't wait where two connections turn the log on: that would be a deadlock
	 */
	while ((rc = claim(q, err)) == ENT_EBUSY && ent_tick_us() < until)
		(void)usleep(5000);
	if (!rc)
		rc = ent_sqlite_exec(q, settings, err);
	if (!rc)
		rc = migrate(q, err);
	if (!rc)
		rc = ent_sqlite_functions(q, err);
	return rc;
}

/* ---- check ---- */
static int
integrity(struct ent_sqlite *q, const char *pragma, struct ent_err *err)
{
	sqlite3_stmt *st = NULL;
	int result = sqlite3_prepare_v2(q->db, pragma, -1, &st, NULL);
	int rc;

	if (result)
		return ent_sqlite_fail(q, result, err);
	rc = ent_sqlite_step(q, st, err);
	if (rc > 0) {
		struct ent_str said = ent_sqlite_col(st, 0);

		rc = ent_str_is(said, "ok")
		         ? 0
		         : ent_fail(err, ENT_ECORRUPT,
		                    "%s: the database is damaged (%.*s): restore "
		                    "it from a backup",
		                    q->path, ENT_FMT(said));
	}
	(void)sqlite3_finalize(st);
	return rc;
}

int
ent_sqlite_check(struct ent_store *s, struct ent_err *err)
{
	struct ent_sqlite *q = ent_sqlite_of(s);
	int rc = integrity(q, "PRAGMA integrity_check(1)", err);
	int64_t bad;

	if (!rc)
		rc = integrity(q, "PRAGMA foreign_key_check", err);
	for (size_t i = 0; !rc && i < ent_sqlite_invariants_n; i++) {
		rc = ent_sqlite_int(q, ent_sqlite_invariants[i].sql, &bad, err);
		if (!rc && bad)
			rc = ent_sqlite_corrupt(q, ent_sqlite_invariants[i].text, err);
	}
	return rc;
}
