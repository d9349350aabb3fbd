/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sqlite_sql.c - every fixed SQL text: the schema with its migrations, the statements, the
 * invariants.
 *
 * docs/store.md explains the tables.  A released migration is never changed: a new one is
 * added, and ENT_SQLITE_VERSION with it.
 */
#include "store/sqlite_int.h"

/* clang-format off */
const struct ent_migration ent_sqlite_migrations[ENT_SQLITE_VERSION] = {
	{ 1,
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
	"CREATE UNIQUE INDEX doc_key ON doc (space, key);" },
};

/* The live entries of one object on one channel. */
#define OBJECT "channel = ?1 AND uuid = ?2 AND type = ?3 AND removed = 0"

const char *const ent_sqlite_sql[ENT_SQL_N] = {
	[ENT_SQL_BEGIN] = "BEGIN IMMEDIATE",
	[ENT_SQL_LOOK] = "BEGIN",
	[ENT_SQL_COMMIT] = "COMMIT",
	[ENT_SQL_ROLLBACK] = "ROLLBACK",
	[ENT_SQL_MARK] = "SAVEPOINT mark",
	[ENT_SQL_KEEP] = "RELEASE mark",
	[ENT_SQL_UNDO] = "ROLLBACK TO mark",
	[ENT_SQL_DATA_VERSION] = "PRAGMA data_version",

	[ENT_SQL_PUT] =
		"INSERT INTO object (type, uuid, vkey, version, spec, sha256, added, bytes)"
		" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"
		" ON CONFLICT (uuid, type, vkey) DO NOTHING",
	[ENT_SQL_PUT_FIND] =
		"SELECT oid, sha256 FROM object WHERE uuid = ?1 AND type = ?2 AND vkey = ?3",
	[ENT_SQL_GET] =
		"SELECT " ENT_SQL_ROW ", o.bytes FROM object o"
		" WHERE o.uuid = ?1 AND o.type = ?2 AND o.vkey = ?3",
	[ENT_SQL_GET_LAST] =
		"SELECT " ENT_SQL_ROW ", o.bytes FROM object o"
		" WHERE o.uuid = ?1 AND o.type = ?2 ORDER BY o.vkey DESC LIMIT 1",
	[ENT_SQL_GET_OID] =
		"SELECT " ENT_SQL_ROW ", o.bytes FROM object o WHERE o.oid = ?1 AND o.type <> ''",
	/* nothing deletes a row, so the last number is how many there are; a few are purged */
	[ENT_SQL_COUNT] =
		"SELECT coalesce(max(oid), 0) - (SELECT count(*) FROM object WHERE type = '') FROM object",
	[ENT_SQL_PURGE] =
		"UPDATE object SET type = '', vkey = CAST(oid AS TEXT), version = '', bytes = x''"
		" WHERE oid = ?1 AND type <> ''",
	[ENT_SQL_PURGE_SOURCES] = "DELETE FROM source WHERE oid = ?1",
	[ENT_SQL_SOURCE_ADD] =
		"INSERT INTO source (oid, source, at) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
	[ENT_SQL_SOURCES] = "SELECT source FROM source WHERE oid = ?1 ORDER BY source",

	[ENT_SQL_KEY] = "SELECT uuid, type, vkey, spec FROM object WHERE oid = ?1 AND type <> ''",
	[ENT_SQL_GREATEST] =
		"SELECT rid, vkey, sup, pre, spec, mixed FROM entry WHERE " OBJECT
		" ORDER BY vkey DESC LIMIT 1",
	[ENT_SQL_BELOW] =
		"SELECT rid, vkey, sup, pre, spec, mixed FROM entry WHERE " OBJECT
		" AND vkey <= ?4 ORDER BY vkey DESC LIMIT 1",
	[ENT_SQL_ABOVE] =
		"SELECT rid, vkey, sup, pre, spec, mixed FROM entry WHERE " OBJECT
		" AND vkey > ?4 ORDER BY vkey LIMIT 1",
	[ENT_SQL_APPEND] =
		"INSERT INTO entry (rid, channel, date_added, oid, removed, sup, pre, mixed, uuid,"
		" type, vkey, spec) VALUES (?5, ?1, ?6, ?7, 0, ?8, ?9, ?10, ?2, ?3, ?4, ?11)",
	[ENT_SQL_SET_SUP] = "UPDATE entry SET sup = ?2 WHERE rid = ?1",
	[ENT_SQL_SET_PRE] = "UPDATE entry SET pre = ?2 WHERE rid = ?1",
	[ENT_SQL_SET_MIXED] = "UPDATE entry SET mixed = 1 WHERE " OBJECT,
	/* an append writes nothing but its entry: how many were removed changes only with removals */
	[ENT_SQL_CHANNEL] =
		"SELECT rid, date_added, coalesce((SELECT removed FROM channel WHERE channel = ?3), 0)"
		" FROM entry WHERE rid >= ?1 AND rid <= ?2 ORDER BY rid DESC LIMIT 1",
	[ENT_SQL_CHANNEL_REMOVED] =
		"INSERT INTO channel (channel, removed) VALUES (?1, ?2)"
		" ON CONFLICT (channel) DO UPDATE SET removed = removed + ?2",
	[ENT_SQL_DATE] = "SELECT date_added FROM entry WHERE rid = ?1",
	[ENT_SQL_RANGE] =
		"SELECT e.rid, e.date_added, " ENT_SQL_ROW ", e.removed"
		" FROM entry e NOT INDEXED CROSS JOIN object o ON o.oid = e.oid"
		" WHERE e.rid >= ?1 AND e.rid <= ?2 ORDER BY e.rid",
	[ENT_SQL_ON_LAST] =
		"SELECT rid FROM entry WHERE " OBJECT " ORDER BY vkey DESC LIMIT 1",
	[ENT_SQL_ON] = "SELECT rid FROM entry WHERE " OBJECT " AND vkey = ?4",
	[ENT_SQL_VERSIONS] =
		"SELECT rid, sup, pre, vkey, date_added FROM entry WHERE " OBJECT " ORDER BY vkey",
	[ENT_SQL_DROP] = "UPDATE entry SET removed = 1, sup = 0, pre = 0 WHERE rid = ?1",
	[ENT_SQL_RELINK] =
		"UPDATE entry SET sup = coalesce(w.s, 0), pre = coalesce(w.p, 0) FROM ("
		"SELECT rid AS r,"
		" min(rid) OVER (ORDER BY vkey DESC ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS s,"
		" min(rid) OVER (ORDER BY vkey ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS p"
		" FROM entry WHERE " OBJECT ") AS w WHERE entry.rid = w.r",

	[ENT_SQL_LOG_FIND] = "SELECT log FROM log WHERE name = ?1",
	[ENT_SQL_LOG_NEW] = "INSERT INTO log (name) VALUES (?1)",
	[ENT_SQL_LOG_SIZE] =
		"SELECT rid FROM log_entry WHERE rid >= ?1 AND rid <= ?2 ORDER BY rid DESC LIMIT 1",
	[ENT_SQL_LOG_ADD] = "INSERT INTO log_entry (rid, entry) VALUES (?1, ?2)",
	[ENT_SQL_LOG_RANGE] =
		"SELECT entry FROM log_entry WHERE rid >= ?1 AND rid <= ?2 ORDER BY rid",
	[ENT_SQL_TILE_PUT] =
		"INSERT INTO log_hash (log, level, idx, hash) VALUES (?1, ?2, ?3, ?4)"
		" ON CONFLICT DO NOTHING",
	[ENT_SQL_TILE_GET] =
		"SELECT hash FROM log_hash WHERE log = ?1 AND level = ?2 AND idx >= ?3 AND idx < ?4"
		" ORDER BY idx",

	[ENT_SQL_DOC_PUT] =
		"INSERT INTO doc (space, key, value) VALUES (?1, ?2, ?3)"
		" ON CONFLICT (space, key) DO UPDATE SET value = ?3",
	[ENT_SQL_DOC_GET] = "SELECT value FROM doc WHERE space = ?1 AND key = ?2",
	[ENT_SQL_DOC_DEL] = "DELETE FROM doc WHERE space = ?1 AND key = ?2",
	[ENT_SQL_DOCS] =
		"SELECT key, value FROM doc WHERE space = ?1 AND key >= ?2 ORDER BY key",
};

#define SEQ_OF "& 17592186044415"

const struct ent_invariant ent_sqlite_invariants[] = {
	{ "SELECT 1 FROM (SELECT count(*) AS n, max(oid) AS m FROM object) WHERE n <> coalesce(m, 0)",
	  "an object's number is missing" },
	{ "SELECT 1 FROM object WHERE length(uuid) <> 16 OR length(sha256) <> 32 LIMIT 1",
	  "an object's UUID or hash has a wrong length" },
	{ "SELECT 1 FROM entry WHERE rid >> 44 <> channel LIMIT 1",
	  "an entry stands on the wrong channel" },
	{ "SELECT 1 FROM entry GROUP BY channel HAVING count(*) <> max(rid) " SEQ_OF " LIMIT 1",
	  "a channel has a gap in its numbers" },
	{ "SELECT 1 FROM (SELECT date_added AS d, lag(date_added) OVER (PARTITION BY channel"
	  " ORDER BY rid) AS p FROM entry) WHERE d <= p LIMIT 1",
	  "a channel's dates don't increase" },
	{ "SELECT 1 FROM (SELECT channel AS c, sum(removed) AS n FROM entry GROUP BY channel)"
	  " LEFT JOIN channel k ON k.channel = c WHERE coalesce(k.removed, 0) <> n LIMIT 1",
	  "a channel doesn't know how many of its entries were removed" },
	{ "SELECT 1 FROM entry e LEFT JOIN object o ON o.oid = e.oid WHERE"
	  " (e.removed = 0 OR o.type <> '') AND (o.uuid, o.type, o.vkey,"
	  " o.spec) IS NOT (e.uuid, e.type, e.vkey, e.spec) LIMIT 1",
	  "an entry differs from its object" },
	{ "SELECT 1 FROM (SELECT sup, pre,"
	  " min(rid) OVER (PARTITION BY channel, uuid, type ORDER BY vkey DESC"
	  " ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS s,"
	  " min(rid) OVER (PARTITION BY channel, uuid, type ORDER BY vkey"
	  " ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS p"
	  " FROM entry WHERE removed = 0) WHERE sup IS NOT coalesce(s, 0) OR pre IS NOT coalesce(p, 0)"
	  " LIMIT 1",
	  "an entry doesn't know the versions before and after it" },
	{ "SELECT 1 FROM entry WHERE removed = 0 GROUP BY channel, uuid, type"
	  " HAVING min(mixed) = 0 AND min(spec) <> max(spec) LIMIT 1",
	  "an entry doesn't know of other specification versions" },
	{ "SELECT 1 FROM log_entry GROUP BY rid >> 44 HAVING count(*) <> (max(rid) " SEQ_OF ") + 1"
	  " LIMIT 1",
	  "a log has a gap" },
};
const size_t ent_sqlite_invariants_n = sizeof(ent_sqlite_invariants) / sizeof(ent_sqlite_invariants[0]);
/* clang-format on */
