/* SPDX-License-Identifier: Apache-2.0 */
/*
 * port.c - the exchange as a TAXII server sees it: who is calling, what it may know of, and the
 * pages of channels.
 *
 * Every read of a counterpart goes through here, and through its agreement.
 */
#include "exchange/port.h"

#include <inttypes.h>

#include "base/enc.h"
#include "crypto/hash.h"
#include "exchange/agreement.h"
#include "exchange/book.h"
#include "exchange/caller.h"
#include "exchange/exchange_int.h"
#include "exchange/peer.h"
#include "exchange/receipt.h"
#include "exchange/status.h"
#include "exchange/witness.h"

static int
port_login(void *self, struct ent_arena *a, const struct ent_caller *who, struct ent_err *err)
{
	struct ent_who w;

	return ent_who(self, a, who, &w, err);
}

static void
describe_root(struct ent_arena *a, const struct ent_exchange *x, const struct ent_agreement *g,
              struct ent_taxii_root *out)
{
	*out = (struct ent_taxii_root){ .path = g->id,
		                        .title = g->title,
		                        .max_content_length = x->c.max_content_length };
	out->description = ent_agreement_describe(a, g);
}

static int
port_discovery(void *self, struct ent_arena *a, const struct ent_caller *caller,
               struct ent_str *title, struct ent_str *description,
               struct ent_taxii_root **roots, size_t *count, int *def, struct ent_err *err)
{
	struct ent_exchange *x = self;
	struct ent_agreement *all;
	struct ent_who who;
	size_t n;
	int rc = ent_who(x, a, caller, &who, err);

	if (rc == 0)
		rc = ent_agreements(x, a, &all, &n, err);
	if (rc)
		return rc;
	*roots = ent_arena_array(a, n, sizeof(**roots));
	if (!*roots)
		return ent_x_nomem(err);
	*count = 0;
	*def = -1;
	*title = ent_str_c(x->c.name);
	*description = ENT_STR("an entente node: one API root for each agreement");
	for (size_t i = 0; i < n; i++)
		if (ent_who_may_know(&who, &all[i]))
			describe_root(a, x, &all[i], &(*roots)[(*count)++]);
	return 0;
}

/* The agreement behind a root, if the caller may know of it. */
static int
find_root(struct ent_exchange *x, struct ent_arena *a, const struct ent_caller *caller,
          struct ent_str path, struct ent_who *who, struct ent_agreement **out,
          struct ent_err *err)
{
	uint8_t uuid[16];
	int rc = ent_who(x, a, caller, who, err);

	if (rc)
		return rc;
	*out = ent_arena_alloc(a, sizeof(**out));
	if (!*out)
		return ent_x_nomem(err);
	rc =
	    ent_uuid_parse(path, uuid) ? ENT_ENOENT : ent_agreement_load(x, a, path, *out, err);
	if (rc == ENT_ENOENT || (rc == 0 && !ent_who_may_know(who, *out)))
		return ent_fail(err, ENT_ENOENT, "there is no API root %.*s", ENT_FMT(path));
	return rc;
}

static int
port_root(void *self, struct ent_arena *a, const struct ent_caller *caller, struct ent_str path,
          struct ent_taxii_root *out, struct ent_err *err)
{
	struct ent_agreement *g;
	struct ent_who who;
	int rc = find_root(self, a, caller, path, &who, &g, err);

	if (rc == 0)
		describe_root(a, self, g, out);
	return rc;
}

/* A counterpart reads what we send and writes what it sends; a local user, by its rights, both.
 */
static void
describe_collection(struct ent_exchange *x, struct ent_arena *a, const struct ent_who *who,
                    const struct ent_agreement *g, bool outbound,
                    struct ent_taxii_collection *out)
{
	*out = (struct ent_taxii_collection){ .id = ent_collection_id(
						  a, g->id, ent_str_c(x->c.party), outbound) };
	out->alias = outbound ? ENT_STR("outbound") : ENT_STR("inbound");
	out->title = ent_arena_printf(a, "%s: %s", outbound ? "From" : "To", x->c.name);
	out->can_read = who->kind == ENT_WHO_PEER ? outbound : who->can_read;
	out->can_write = !outbound && (who->kind == ENT_WHO_PEER || who->can_write);
}

/* Whether a counterpart may use the agreement now; a local user may always read what is kept
 * here. */
static int
open_for(struct ent_exchange *x, struct ent_arena *a, const struct ent_who *who,
         const struct ent_agreement *g, struct ent_taxii_denied *denied, struct ent_err *err)
{
	struct ent_str origin;
	int rc;

	if (who->kind != ENT_WHO_PEER)
		return 0;
	rc = ent_agreement_open(g, ent_str_c(x->c.party), who->party, &denied->error_id, err);
	if (rc)
		return rc;
	origin = ent_arena_printf(a, "%.*s/entente/%.*s", ENT_FMT(who->host), ENT_FMT(g->id));
	rc = origin.p ? ent_conflict_check(x, a, origin, err) : ent_x_nomem(err);
	if (rc != ENT_ECONFLICT)
		return rc;
	denied->error_id = "ledger-conflict";
	return ent_within(err, ENT_ESTATE, "agreement %.*s", ENT_FMT(g->id));
}

static int
port_collections(void *self, struct ent_arena *a, const struct ent_caller *caller,
                 struct ent_str root, struct ent_taxii_collection **out, size_t *count,
                 struct ent_taxii_denied *denied, struct ent_err *err)
{
	struct ent_agreement *g;
	struct ent_who who;
	int rc = find_root(self, a, caller, root, &who, &g, err);

	if (rc == 0)
		rc = open_for(self, a, &who, g, denied, err);
	if (rc)
		return rc;
	*out = ent_arena_array(a, 2, sizeof(**out));
	if (!*out)
		return ent_x_nomem(err);
	describe_collection(self, a, &who, g, true, &(*out)[0]);
	describe_collection(self, a, &who, g, false, &(*out)[1]);
	*count = 2;
	return 0;
}

/* A collection by id or alias. */
static int
find_collection(struct ent_exchange *x, struct ent_arena *a, const struct ent_caller *caller,
                struct ent_str root, struct ent_str coll, struct ent_who *who,
                struct ent_agreement **g, struct ent_taxii_collection *out,
                struct ent_taxii_denied *denied, struct ent_err *err)
{
	int rc = find_root(x, a, caller, root, who, g, err);

	if (rc)
		return rc;
	for (int outbound = 1; outbound >= 0; outbound--) {
		describe_collection(x, a, who, *g, outbound, out);
		if (ent_str_eq(coll, out->id) || ent_str_eq(coll, out->alias))
			return open_for(x, a, who, *g, denied, err);
	}
	return ent_fail(err, ENT_ENOENT, "there is no collection %.*s", ENT_FMT(coll));
}

static int
port_collection(void *self, struct ent_arena *a, const struct ent_caller *caller,
                struct ent_str root, struct ent_str coll, struct ent_taxii_collection *out,
                struct ent_taxii_denied *denied, struct ent_err *err)
{
	struct ent_agreement *g;
	struct ent_who who;

	return find_collection(self, a, caller, root, coll, &who, &g, out, denied, err);
}

/* ---- pages ---- */

static int
match_ids(struct ent_arena *a, const struct ent_taxii_query *q, struct ent_query *out,
          struct ent_err *err)
{
	struct ent_ids *ids = ent_arena_array(a, q->n_ids, sizeof(*ids));

	if (!ids)
		return ent_x_nomem(err);
	for (size_t i = 0; i < q->n_ids; i++)
		if (ent_stix_id_parse(q->ids[i], &ids[out->n_ids].type, ids[out->n_ids].uuid) ==
		    0)
			out->n_ids++;
	out->ids = ids;
	return 0;
}

static int
match_versions(struct ent_arena *a, const struct ent_taxii_query *q, struct ent_query *out,
               struct ent_err *err)
{
	struct ent_str *listed = ent_arena_array(a, q->n_versions, sizeof(*listed));

	if (!listed)
		return ent_x_nomem(err);
	for (size_t i = 0; i < q->n_versions; i++)
		listed[i] = ent_time_key(q->versions[i]);
	out->listed = listed;
	out->n_listed = q->n_versions;
	out->which = (q->last ? ENT_WHICH_LAST : 0u) | (q->first ? ENT_WHICH_FIRST : 0u) |
	             (q->all ? ENT_WHICH_ALL : 0u) | (q->n_versions ? ENT_WHICH_LISTED : 0u);
	return 0;
}

static int
store_query(struct ent_exchange *x, struct ent_arena *a, const struct ent_who *who,
            const struct ent_agreement *g, bool outbound, const struct ent_taxii_query *q,
            struct ent_query *out, struct ent_err *err)
{
	uint64_t receipted = 0;
	int rc;

	*out = (struct ent_query){ .channel = outbound ? g->outbound : g->inbound,
		                   .after_seq = q->after_seq,
		                   .after_date = q->added_after,
		                   .types = q->types,
		                   .n_types = q->n_types,
		                   .specs = q->specs,
		                   .n_specs = q->n_specs,
		                   .limit = q->limit,
		                   .max_bytes = ENT_PAGE_BYTES,
		                   .with_bytes = q->with_bytes };
	rc = match_ids(a, q, out, err);
	if (rc == 0)
		rc = match_versions(a, q, out, err);
	if (rc || who->kind != ENT_WHO_PEER)
		return rc;
	/* no further than one window beyond what was receipted (docs/ledger.md) */
	rc = ent_receipted(x, a, g->id, who->party, &receipted, err);
	out->upto = receipted + x->c.window;
	return rc;
}

static int
fill_page(struct ent_arena *a, const struct ent_page *in, struct ent_taxii_page *out,
          struct ent_err *err)
{
	out->records = ent_arena_array(a, in->count, sizeof(*out->records));
	out->count = in->count;
	out->more = in->more;
	out->sequence = true;
	if (!out->records)
		return ent_x_nomem(err);
	for (size_t i = 0; i < in->count; i++) {
		const struct ent_entry *e = &in->entries[i];
		struct ent_taxii_record *r = &out->records[i];
		char uuid[ENT_UUID_TEXT];

		*r = (struct ent_taxii_record){ .seq = e->seq,
			                        .date_added = e->date_added,
			                        .spec = e->row.spec,
			                        .version = e->row.version,
			                        .bytes = e->row.bytes };
		r->id = ent_arena_printf(a, "%.*s--%s", ENT_FMT(e->row.type),
		                         ent_uuid_text(e->row.uuid, uuid));
		if (r->version.n == 0) /* an SCO has no version: the time that it was added */
			r->version = ent_time_dup(a, e->date_added, 6);
		if (!r->id.p || !r->version.p)
			return ent_x_nomem(err);
	}
	return 0;
}

static int
port_page(void *self, struct ent_arena *a, const struct ent_caller *caller, struct ent_str root,
          struct ent_str coll, const struct ent_taxii_query *q, struct ent_taxii_page *out,
          struct ent_taxii_denied *denied, struct ent_err *err)
{
	struct ent_exchange *x = self;
	struct ent_taxii_collection c;
	struct ent_agreement *g;
	struct ent_query sq;
	struct ent_page page;
	struct ent_who who;
	int rc = find_collection(x, a, caller, root, coll, &who, &g, &c, denied, err);

	*out = (struct ent_taxii_page){ 0 };
	if (rc == 0 && !c.can_read)
		rc = ent_fail(err, ENT_EDENIED,
		              "collection %.*s is not for reading by this caller",
		              ENT_FMT(coll));
	if (rc == 0)
		rc = store_query(x, a, &who, g, ent_str_is(c.alias, "outbound"), q, &sq, err);
	if (rc)
		return rc;
	if (q->n_ids && sq.n_ids == 0)
		return 0; /* ids that can't be ids match nothing */
	rc = ent_store_page(x->store, a, &sq, &page, err);
	return rc ? rc : fill_page(a, &page, out, err);
}

/* ---- writing ---- */

static int
port_post(void *self, struct ent_arena *a, const struct ent_caller *caller, struct ent_str root,
          struct ent_str coll, const struct ent_json *objects, struct ent_taxii_status *out,
          struct ent_taxii_denied *denied, struct ent_err *err)
{
	struct ent_taxii_collection c;
	struct ent_agreement *g;
	struct ent_who who;
	int rc = find_collection(self, a, caller, root, coll, &who, &g, &c, denied, err);

	if (rc == 0 && !c.can_write)
		rc = ent_fail(err, ENT_EDENIED,
		              "collection %.*s does not take objects from this caller",
		              ENT_FMT(coll));
	return rc ? rc : ent_status_post(self, a, &who, g, objects, out, err);
}

static int delete (struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
                   struct ent_str id, const struct ent_taxii_query *q, struct ent_err *err)
{
	struct ent_query sq = { 0 };
	struct ent_str type;
	uint8_t uuid[16];
	uint64_t removed;
	int rc =
	    ent_stix_id_parse(id, &type, uuid) ? ENT_ENOENT : match_versions(a, q, &sq, err);

	if (rc == 0)
		rc = ent_store_remove(x->store, g->inbound, type, uuid, sq.which, sq.listed,
		                      sq.n_listed, &removed, err);
	if (rc == ENT_ENOENT)
		return ent_fail(err, rc, "%.*s is not in this collection", ENT_FMT(id));
	if (rc)
		return rc;
	return ent_book_act(
	    x, a, "delete",
	    ent_arena_printf(
		a, "{\"agreement\":\"%.*s\",\"entries\":%" PRIu64 ",\"id_sha256\":\"%.*s\"}",
		ENT_FMT(g->id), removed, ENT_FMT(ent_sha256_hex(a, id))),
	    err);
}

static int
port_delete(void *self, struct ent_arena *a, const struct ent_caller *caller,
            struct ent_str root, struct ent_str coll, struct ent_str id,
            const struct ent_taxii_query *q, struct ent_taxii_denied *denied,
            struct ent_err *err)
{
	struct ent_taxii_collection c;
	struct ent_agreement *g;
	struct ent_who who;
	int rc = find_collection(self, a, caller, root, coll, &who, &g, &c, denied, err);

	if (rc == 0 && !(c.can_read && c.can_write))
		rc = ent_fail(err, ENT_EDENIED,
		              "deleting needs the right to read and to write; recall is the "
		              "sender's act");
	if (rc == 0)
		rc = ent_x_begin(self, err);
	return rc ? rc : ent_x_end(self, delete (self, a, g, id, q, err), err);
}

static int
port_status(void *self, struct ent_arena *a, const struct ent_caller *caller,
            struct ent_str root, struct ent_str id, struct ent_taxii_status *out,
            struct ent_err *err)
{
	struct ent_agreement *g;
	struct ent_who who;
	int rc = find_root(self, a, caller, root, &who, &g, err);

	return rc ? rc : ent_status_read(self, a, &who, g, id, out, err);
}

/*
 * The store tells when anything was committed; the second is in it too, because an agreement
 * begins and ends by the clock without a commit.
 */
static uint64_t
port_generation(void *self, const struct ent_caller *who)
{
	struct ent_exchange *x = self;
	uint64_t g = ent_store_generation(x->store) * UINT64_C(0x9e3779b97f4a7c15) +
	             (uint64_t)(ent_x_now(x) / 1000000);

	(void)who;
	return g ? g : 1;
}

static const uint8_t *
port_cursor_key(void *self)
{
	const struct ent_exchange *x = self;

	return x->cursor_key;
}

const struct ent_taxii_port *
ent_exchange_port(void)
{
	static const struct ent_taxii_port port = {
		.login = port_login,
		.discovery = port_discovery,
		.root = port_root,
		.collections = port_collections,
		.collection = port_collection,
		.page = port_page,
		.post = port_post,
		.del = port_delete,
		.status = port_status,
		.generation = port_generation,
		.cursor_key = port_cursor_key,
		.page_max = ENT_PAGE_MAX,
		.page_default = ENT_PAGE_DEFAULT,
	};

	return &port;
}
