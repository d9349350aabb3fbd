/* SPDX-License-Identifier: Apache-2.0 */
/*
 * recall_taken.c - recalls of counterparts: the content is purged, what was passed on is
 * recalled in turn, and a tombstone keeps it out.
 */
#include "base/time.h"
#include "exchange/collection.h"
#include "exchange/recall_int.h"
#include "json/write.h"

#define TOMBSTONES_MAX 64

/* ---- tombstones: id/version/agreement, "*" for all versions ---- */

/* everywhere: it came from there, so it is that party's to keep out by every road; else only
 * under that agreement. */
static int
put_tombstone(struct ent_exchange *x, struct ent_arena *a, const struct ent_recall *r,
              bool everywhere, struct ent_err *err)
{
	struct ent_str key = ent_arena_printf(
			   a, "%.*s/%.*s/%.*s", ENT_FMT(r->object),
			   ENT_FMT(r->version.n ? ent_time_key(r->version) : ENT_STR("*")),
			   ENT_FMT(r->agreement)),
		       value =
			   ent_arena_printf(a,
	                                    "{\"agreement\":\"%.*s\",\"at\":\"%.*s\",\"by\":"
	                                    "\"%.*s\",\"everywhere\":%s}",
	                                    ENT_FMT(r->agreement), ENT_FMT(r->at),
	                                    ENT_FMT(r->by), everywhere ? "true" : "false");

	x->tombs = true;
	x->tombs_looked_at = ent_store_generation(x->store);
	return key.p && value.p
	           ? ent_store_doc_put(x->store, ENT_SPACE_TOMBSTONE, key, value, err)
	           : ent_x_nomem(err);
}

static int
holds_back(struct ent_arena *a, const struct ent_doc *doc, struct ent_str id,
           struct ent_str version, struct ent_str source, struct ent_err *err)
{
	struct ent_str rest = ent_str_from(doc->key, id.n + 1), which;
	const struct ent_json *v;
	bool everywhere = false;
	int rc = ent_json_parse(a, doc->value, ENT_JSON_DEPTH, &v, err);

	if (rc)
		return rc;
	(void)ent_str_next(&rest, '/', &which);
	(void)ent_json_bool(ent_json_getc(v, "everywhere"), &everywhere);
	if (!ent_str_is(which, "*") &&
	    (!version.n || !ent_str_eq(which, ent_time_key(version))))
		return 0;
	if (!everywhere && !ent_str_eq(source, ent_json_getstr(v, "agreement")))
		return 0;
	return ent_fail(
	    err, ENT_EUNUSABLE, "%.*s was recalled on %.*s by %.*s: it is not taken in again",
	    ENT_FMT(id), ENT_FMT(ent_json_getstr(v, "at")), ENT_FMT(ent_json_getstr(v, "by")));
}

/* Most nodes have none: that is found out once for each state of the store. */
static int
any_tombs(struct ent_exchange *x, struct ent_arena *a, bool *any, struct ent_err *err)
{
	uint64_t now = ent_store_generation(x->store);
	struct ent_str none = { NULL, 0 };
	struct ent_doc *docs;
	size_t n;
	int rc;

	*any = x->tombs;
	if (x->tombs_looked_at == now && now)
		return 0;
	rc = ent_store_docs(x->store, a, ENT_SPACE_TOMBSTONE, ENT_STR(""), none, 1, &docs, &n,
	                    err);
	if (rc)
		return rc;
	*any = x->tombs = n > 0;
	x->tombs_looked_at = now;
	return 0;
}

int
ent_recall_blocks(struct ent_exchange *x, struct ent_arena *a, struct ent_str id,
                  struct ent_str version, struct ent_str source, struct ent_err *err)
{
	struct ent_str prefix = ent_arena_printf(a, "%.*s/", ENT_FMT(id)), none = { NULL, 0 };
	struct ent_doc *docs;
	bool any;
	size_t n = 0;
	int rc = prefix.p ? any_tombs(x, a, &any, err) : ent_x_nomem(err);

	if (rc == 0 && any)
		rc = ent_store_docs(x->store, a, ENT_SPACE_TOMBSTONE, prefix, none,
		                    TOMBSTONES_MAX, &docs, &n, err);
	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = holds_back(a, &docs[i], id, version, source, err);
	return rc;
}

/* ---- purging ---- */

/* Off the free-standing collections that this node offers. */
static int
off_collections(struct ent_exchange *x, struct ent_arena *a, const struct ent_row *row,
                struct ent_err *err)
{
	struct ent_str none = { NULL, 0 };
	struct ent_collection *c;
	size_t n;
	int rc = ent_collections(x, a, none, &c, &n, err);

	for (size_t i = 0; rc == 0 && i < n; i++) {
		uint64_t removed;

		rc = ent_store_remove(x->store, c[i].channel, row->type, row->uuid,
		                      row->vkey.n ? ENT_WHICH_LISTED : ENT_WHICH_ALL,
		                      &row->vkey, row->vkey.n ? 1 : 0, &removed, err);
		if (rc == ENT_ENOENT)
			rc = 0;
	}
	return rc;
}

/* Whether this version is here from nowhere but this agreement. */
static int
only_from(struct ent_exchange *x, struct ent_arena *a, uint64_t oid, struct ent_str agreement,
          bool *only, struct ent_err *err)
{
	struct ent_str *sources;
	size_t n;
	int rc = ent_store_sources(x->store, a, oid, &sources, &n, err);

	*only = true;
	for (size_t i = 0; rc == 0 && i < n; i++)
		*only &= ent_str_eq(sources[i], agreement);
	return rc;
}

int
ent_recall_purge(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
                 const struct ent_entry *e, const struct ent_recall_what *what, bool *kept,
                 struct ent_err *err)
{
	const struct ent_row *row = &e->row;
	bool only = false;
	uint64_t removed;
	size_t count = 0;
	int rc = ent_store_remove(x->store, g->inbound, row->type, row->uuid,
	                          row->vkey.n ? ENT_WHICH_LISTED : ENT_WHICH_ALL, &row->vkey,
	                          row->vkey.n ? 1 : 0, &removed, err);

	if (rc == 0)
		rc = only_from(x, a, row->oid, g->id, &only, err);
	*kept = !only;
	if (rc || !only)
		return rc;
	rc = ent_recall_everywhere(x, a, g->id, what, &count, err);
	if (rc == 0)
		rc = off_collections(x, a, row, err);
	return rc ? rc : ent_store_purge(x->store, row->oid, err);
}

/*
 * Whether it is the author's to recall: it is the author's own work, or there is nobody else
 * from whom it can have come.
 */
static int
is_theirs(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
          const struct ent_recall *r, const struct ent_entry *e, bool *out, struct ent_err *err)
{
	const struct ent_json *v;
	struct ent_row row;
	int rc = 0;

	*out = g->parties == 2;
	if (*out)
		return 0;
	rc = ent_store_get_oid(x->store, a, e->row.oid, &row, err);
	if (rc == 0)
		rc = ent_json_parse(a, row.bytes, ENT_JSON_DEPTH, &v, err);
	if (rc == 0)
		*out = ent_str_eq(ent_json_getstr(v, "created_by_ref"), r->by);
	return rc;
}

static int
purge_all(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
          const struct ent_recall *r, struct ent_purge *said, struct ent_err *err)
{
	const struct ent_recall_what onward = { .object = r->object,
		                                .version = r->version,
		                                .reason = ENT_STR("recalled by its origin"),
		                                .ground = ENT_RECALL_ORIGIN };
	struct ent_page page;
	bool any_kept = false;
	int rc = ent_recall_entries(x, a, g->inbound, r->object, r->version, &page, err);

	for (size_t i = 0; rc == 0 && i < page.count; i++) {
		bool theirs, kept = false;

		rc = is_theirs(x, a, g, r, &page.entries[i], &theirs, err);
		if (rc || !theirs)
			continue;
		rc = ent_recall_purge(x, a, g, &page.entries[i], &onward, &kept, err);
		said->versions += rc == 0 && !kept;
		any_kept |= kept;
	}
	said->state = any_kept         ? ENT_PURGE_KEPT
	              : said->versions ? ENT_PURGE_PURGED
	                               : ENT_PURGE_NOT_HELD;
	return rc;
}

int
ent_recall_taken(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
                 const struct ent_recall *r, struct ent_err *err)
{
	struct ent_purge said = { .recall = r->sha256 };
	struct ent_dispatch d;
	int rc = purge_all(x, a, g, r, &said, err);

	if (rc == 0)
		rc = put_tombstone(x, a, r, said.state == ENT_PURGE_PURGED, err);
	if (rc == 0)
		rc = ent_dispatch_make(x, a, g, ENT_DISPATCH_PURGE, ent_purge_write, &said, &d,
		                       err);
	if (rc == 0)
		ent_log_about(x->c.log, ENT_LOG_WARN, r->by, g->id,
		              "%.*s is recalled (%.*s): %s", ENT_FMT(r->object),
		              ENT_FMT(r->reason), ent_purge_state_name(said.state));
	return rc;
}
