/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sqlite_pages.c - reading channels: pages with their filters, and plain ranges.
 *
 * A page is one statement, so one snapshot: a range of rowids with the filters as terms, made
 * for the shape of the query and kept.  Lists are bound as pointers, which SQL can't forge, and
 * looked into by our own functions.
 */
#include "base/buf.h"
#include "store/sqlite_int.h"

/* ---- functions ---- */
#define STRS "ent_strs"
#define IDS  "ent_ids"

struct ids {
	const struct ent_ids *list;
	size_t n;
};

static struct ent_str
value_text(sqlite3_value *v)
{
	const void *p = sqlite3_value_blob(v);
	int n = sqlite3_value_bytes(v);

	return p && n > 0 ? (struct ent_str){ p, (size_t)n } : (struct ent_str){ "", 0 };
}

/* ent_in(LIST, TEXT) */
static void
sql_in(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
	const struct ent_strs *l = sqlite3_value_pointer(argv[0], STRS);

	(void)argc;
	sqlite3_result_int(ctx, l && ent_strs_has(l, value_text(argv[1])));
}

/* ent_listed(LIST, VKEY, DATE_ADDED) */
static void
sql_listed(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
	const struct ent_strs *l = sqlite3_value_pointer(argv[0], STRS);

	(void)argc;
	sqlite3_result_int(
	    ctx, l && ent_strs_lists(l, value_text(argv[1]), sqlite3_value_int64(argv[2])));
}

static const struct ent_ids *
nth_id(sqlite3_value **argv)
{
	const struct ids *l = sqlite3_value_pointer(argv[0], IDS);
	sqlite3_int64 k = sqlite3_value_int64(argv[1]);

	return l && k >= 0 && (uint64_t)k < l->n ? &l->list[k] : NULL;
}

/* ent_id_type(IDS, INDEX) */
static void
sql_id_type(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
	const struct ent_ids *id = nth_id(argv);

	(void)argc;
	if (id)
		sqlite3_result_text64(ctx, id->type.p ? id->type.p : "", id->type.n,
		                      SQLITE_TRANSIENT, SQLITE_UTF8);
}

/* ent_id_uuid(IDS, INDEX) */
static void
sql_id_uuid(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
	const struct ent_ids *id = nth_id(argv);

	(void)argc;
	if (id)
		sqlite3_result_blob(ctx, id->uuid, sizeof(id->uuid), SQLITE_TRANSIENT);
}

/* clang-format off */
static const struct {
	const char *name;
	int argc;
	void (*f)(sqlite3_context *ctx, int argc, sqlite3_value **argv);
} functions[] = {
	{ "ent_in", 2, sql_in },
	{ "ent_listed", 3, sql_listed },
	{ "ent_id_type", 2, sql_id_type },
	{ "ent_id_uuid", 2, sql_id_uuid },
};
/* clang-format on */

int
ent_sqlite_functions(struct ent_sqlite *q, struct ent_err *err)
{
	int result = SQLITE_OK;

	for (size_t i = 0; !result && i < sizeof(functions) / sizeof(functions[0]); i++)
		result = sqlite3_create_function_v2(q->db, functions[i].name, functions[i].argc,
		                                    SQLITE_UTF8 | SQLITE_DETERMINISTIC |
		                                        SQLITE_DIRECTONLY,
		                                    NULL, functions[i].f, NULL, NULL, NULL);
	return result ? ent_sqlite_fail(q, result, err) : 0;
}

/* ---- the statement of a page ---- */
enum {
	PAGE = 0x20000,
	PAGE_WHICH = 15, /* enum ent_which */
	PAGE_TYPES = 16,
	PAGE_SPECS = 32,
	PAGE_IDS = 64,
	PAGE_BYTES = 128
};

/* Parameters of every shape. */
enum { LOW = 1, HIGH, TYPES, SPECS, LISTED, LIST_IDS, N_IDS, CHANNEL };

/* Another live entry of the object of e, up to the bound. */
#define OTHER                                                                                  \
	"EXISTS (SELECT 1 FROM entry x INDEXED BY entry_object WHERE x.channel = e.channel"    \
	" AND x.uuid = e.uuid AND x.type = e.type AND x.removed = 0 AND x.rid <= ?2"

static const char ids_term[] =
    " AND e.rid IN (WITH RECURSIVE i(k) AS (VALUES (0) UNION ALL SELECT k + 1 FROM i"
    " WHERE k + 1 < ?7) SELECT x.rid FROM i CROSS JOIN entry x INDEXED BY entry_object"
    " WHERE x.channel = ?8 AND x.uuid = ent_id_uuid(?6, k) AND x.type = ent_id_type(?6, k)"
    " AND x.removed = 0)";

/* How a version is chosen: by the links where all versions of an object are of one
 * specification, and by a look at the others (of its own specification, or of the listed ones)
 * where not. */
static const struct {
	unsigned bit;
	const char *linked, *looked_up;
} chosen[] = {
	{ ENT_WHICH_ALL, "1", "1" },
	{ ENT_WHICH_LISTED, "ent_listed(?5, e.vkey, e.date_added)",
	  "ent_listed(?5, e.vkey, e.date_added)" },
	{ ENT_WHICH_LAST, "e.sup = 0 OR e.sup > ?2", "NOT " OTHER " AND x.vkey > e.vkey" },
	{ ENT_WHICH_FIRST, "e.pre = 0 OR e.pre > ?2", "NOT " OTHER " AND x.vkey < e.vkey" },
};

static void
which_sql(struct ent_buf *b, unsigned key, bool linked)
{
	const char *before = "(";

	for (size_t i = 0; i < sizeof(chosen) / sizeof(chosen[0]); i++) {
		if (!(key & chosen[i].bit))
			continue;
		ent_buf_c(b, before);
		ent_buf_c(b, linked ? chosen[i].linked : chosen[i].looked_up);
		if (!linked && chosen[i].bit & (ENT_WHICH_LAST | ENT_WHICH_FIRST))
			ent_buf_c(b, key & PAGE_SPECS ? " AND ent_in(?4, x.spec))"
			                              : " AND x.spec = e.spec)");
		before = " OR ";
	}
	ent_buf_c(b, ")");
}

static void
page_sql(struct ent_buf *b, unsigned key)
{
	const char *plus = key & PAGE_IDS ? "+" : ""; /* not the range but the ids lead */

	ent_buf_printf(b,
	               "SELECT e.rid, e.date_added, " ENT_SQL_ROW "%s FROM entry e NOT INDEXED"
	               " CROSS JOIN object o ON o.oid = e.oid"
	               " WHERE %se.rid > ?1 AND %se.rid <= ?2 AND e.removed = 0",
	               key & PAGE_BYTES ? ", o.bytes" : "", plus, plus);
	if (key & PAGE_IDS)
		ent_buf_c(b, ids_term);
	if (key & PAGE_TYPES)
		ent_buf_c(b, " AND ent_in(?3, e.type)");
	if (key & PAGE_SPECS)
		ent_buf_c(b, " AND ent_in(?4, e.spec)");
	ent_buf_c(b, " AND (e.mixed = 0 AND ");
	which_sql(b, key, true);
	ent_buf_c(b, " OR e.mixed <> 0 AND ");
	which_sql(b, key, false);
	if (!(key & PAGE_SPECS))
		ent_buf_c(b, " AND NOT " OTHER " AND x.spec > e.spec)");
	ent_buf_c(b, ") ORDER BY e.rid");
}

/* ---- reading ---- */
/* Entry n of a list. */
static int
entry_row(struct ent_sqlite *q, struct ent_arena *a, sqlite3_stmt *st, bool bytes,
          struct ent_entry *list, size_t n, struct ent_err *err)
{
	struct ent_entry *e = &list[n];

	e->seq = (uint64_t)sqlite3_column_int64(st, 0) & ENT_SEQ_MAX;
	e->date_added = sqlite3_column_int64(st, 1);
	e->removed = false;
	return ent_sqlite_row(q, a, st, 2, bytes ? 2 + ENT_SQL_ROW_N : -1,
	                      n ? &e[-1].row : NULL, &e->row, err);
}

static int
date_of(struct ent_sqlite *q, uint32_t channel, uint64_t seq, int64_t *date,
        struct ent_err *err)
{
	sqlite3_stmt *st;
	int rc = ent_sqlite_st(q, ENT_SQL_DATE, &st, err);

	if (rc)
		return rc;
	ent_sqlite_i64(st, 1, ((int64_t)channel << 44) + (int64_t)seq);
	rc = ent_sqlite_step(q, st, err);
	if (rc > 0)
		*date = sqlite3_column_int64(st, 0);
	else if (rc == 0)
		rc = ent_sqlite_corrupt(q, "an entry of a channel is missing", err);
	return ent_sqlite_end(st, rc > 0 ? 0 : rc);
}

/* Moves *after to the last entry whose date isn't above after_date: dates increase, so by
 * halving. */
static int
skip_dates(struct ent_sqlite *q, uint32_t channel, int64_t after_date, uint64_t *after,
           struct ent_err *err)
{
	uint64_t low = *after, high, live;
	int64_t date;
	int rc = ent_sqlite_tip(&q->base, channel, &high, &date, &live, err);

	if (rc)
		return rc;
	if (high == 0 || date <= after_date)
		low = high > low ? high : low;
	/* low, or what is before it, is not above; high is */
	while (low + 1 < high) {
		uint64_t mid = low + (high - low) / 2;

		rc = date_of(q, channel, mid, &date, err);
		if (rc)
			return rc;
		if (date > after_date)
			high = mid;
		else
			low = mid;
	}
	*after = low;
	return 0;
}

static int
fill(struct ent_sqlite *q, struct ent_arena *a, const struct ent_query *query, sqlite3_stmt *st,
     struct ent_page *out, struct ent_err *err)
{
	size_t cap = 0, total = 0;
	int rc;

	while ((rc = ent_sqlite_step(q, st, err)) > 0) {
		size_t size = 0;

		if (query->with_bytes)
			size = (size_t)sqlite3_column_bytes(st, 2 + ENT_SQL_ROW_N);
		if (out->count >= query->limit ||
		    (out->count > 0 && query->max_bytes > 0 &&
		     (total > query->max_bytes || size > query->max_bytes - total))) {
			out->more = true;
			return 0;
		}
		out->entries =
		    ent_store_room(a, out->entries, out->count, &cap, sizeof(*out->entries));
		if (!out->entries)
			return ent_sqlite_nomem(q, err);
		rc = entry_row(q, a, st, query->with_bytes, out->entries, out->count, err);
		if (rc)
			return rc;
		out->count++;
		total += size;
	}
	return rc;
}

static unsigned
page_key(const struct ent_query *query)
{
	unsigned which = query->which & PAGE_WHICH;

	if (which & ENT_WHICH_ALL)
		which = ENT_WHICH_ALL;
	return PAGE | (which ? which : ENT_WHICH_LAST) | (query->n_types ? PAGE_TYPES : 0) |
	       (query->n_specs ? PAGE_SPECS : 0) | (query->n_ids ? PAGE_IDS : 0) |
	       (query->with_bytes ? PAGE_BYTES : 0);
}

int
ent_sqlite_page(struct ent_store *s, struct ent_arena *a, const struct ent_query *query,
                struct ent_page *out, struct ent_err *err)
{
	struct ent_sqlite *q = ent_sqlite_of(s);
	struct ent_strs types = { query->types, query->n_types };
	struct ent_strs specs = { query->specs, query->n_specs };
	struct ent_strs listed = { query->listed, query->n_listed };
	struct ids ids = { query->ids, query->n_ids };
	uint64_t after = query->after_seq;
	int64_t base = (int64_t)query->channel << 44;
	sqlite3_stmt *st;
	int rc = 0;

	if (query->after_date > INT64_MIN)
		rc = skip_dates(q, query->channel, query->after_date, &after, err);
	if (!rc)
		rc = ent_sqlite_shape(q, page_key(query), page_sql, &st, err);
	if (rc)
		return rc;
	ent_sqlite_i64(st, LOW, base + (int64_t)after);
	ent_sqlite_i64(st, HIGH,
	               base + (int64_t)(query->upto && query->upto < ENT_SEQ_MAX
	                                    ? query->upto
	                                    : ENT_SEQ_MAX));
	(void)sqlite3_bind_pointer(st, TYPES, &types, STRS, NULL);
	(void)sqlite3_bind_pointer(st, SPECS, &specs, STRS, NULL);
	(void)sqlite3_bind_pointer(st, LISTED, &listed, STRS, NULL);
	(void)sqlite3_bind_pointer(st, LIST_IDS, &ids, IDS, NULL);
	ent_sqlite_i64(st, N_IDS, (int64_t)ids.n);
	ent_sqlite_i64(st, CHANNEL, query->channel);
	return ent_sqlite_end(st, fill(q, a, query, st, out, err));
}

int
ent_sqlite_range(struct ent_store *s, struct ent_arena *a, uint32_t channel, uint64_t first,
                 uint64_t last, struct ent_entry **entries, size_t *count, struct ent_err *err)
{
	struct ent_sqlite *q = ent_sqlite_of(s);
	int64_t base = (int64_t)channel << 44;
	struct ent_entry *out = NULL;
	size_t n = 0, cap = 0;
	sqlite3_stmt *st;
	int rc = ent_sqlite_st(q, ENT_SQL_RANGE, &st, err);

	if (rc)
		return rc;
	ent_sqlite_i64(st, 1, base + (int64_t)first);
	ent_sqlite_i64(st, 2, base + (int64_t)last);
	while ((rc = ent_sqlite_step(q, st, err)) > 0) {
		out = ent_store_room(a, out, n, &cap, sizeof(*out));
		if (!out)
			return ent_sqlite_end(st, ent_sqlite_nomem(q, err));
		rc = entry_row(q, a, st, false, out, n, err);
		if (rc)
			break;
		out[n++].removed = sqlite3_column_int(st, 2 + ENT_SQL_ROW_N) != 0;
	}
	if (rc == 0) {
		*entries = out;
		*count = n;
	}
	return ent_sqlite_end(st, rc);
}
