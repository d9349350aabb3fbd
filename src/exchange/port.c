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
#include "exchange/audit.h"
#include "exchange/book.h"
#include "exchange/collection.h"
#include "exchange/exchange_int.h"
#include "exchange/receipt.h"
#include "exchange/served.h"
#include "exchange/spot.h"
#include "exchange/status.h"
#include "exchange/window.h"

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

static void
describe_free_root(struct ent_arena *a, const struct ent_exchange *x, struct ent_str path,
                   struct ent_taxii_root *out)
{
	*out = (struct ent_taxii_root){ .path = path,
		                        .max_content_length = x->c.max_content_length };
	out->title = ent_arena_printf(a, "%s: %.*s", x->c.name, ENT_FMT(path));
	out->description = ENT_STR("collections that this node serves");
}

/* The roots of agreements that the caller may know of. */
struct listing {
	const struct ent_exchange *x;
	struct ent_arena *a;
	const struct ent_who *who;
	struct ent_taxii_root *roots;
	size_t count, room;
};

static int
see_root(void *self, struct ent_str id, const struct ent_agreement *g,
         const struct ent_err *why)
{
	struct listing *l = self;
	struct ent_taxii_root *to = &l->roots[l->count];

	(void)id;
	(void)why; /* one that can't be read can't be served */
	if (!g || !ent_who_may_know(l->who, g))
		return 0;
	if (l->count == l->room)
		return ENT_ELIMIT;
	describe_root(l->a, l->x, g, to);
	to->path = ent_arena_dup(l->a, to->path);
	to->title = ent_arena_dup(l->a, to->title);
	to->description = ent_arena_dup(l->a, to->description);
	l->count++;
	return to->path.p && to->title.p && to->description.p ? 0 : ENT_ENOMEM;
}

/* Free-standing roots first, for most clients take the first that they find. */
static int
list_roots(struct ent_exchange *x, struct ent_arena *a, const struct ent_who *who,
           struct ent_taxii_root **roots, size_t *count, int *def, struct ent_err *err)
{
	struct listing l = { .x = x, .a = a, .who = who };
	struct ent_str *names;
	size_t n_free = 0;
	int first = -1, rc = ent_collection_roots(x, a, &names, &n_free, &first, err);

	if (rc)
		return rc;
	l.room = ENT_AGREEMENTS_MAX + n_free;
	l.roots = ent_arena_array(a, l.room, sizeof(*l.roots));
	if (!l.roots)
		return ent_x_nomem(err);
	for (size_t i = 0; rc == 0 && i < n_free; i++) {
		bool known;

		rc = ent_spot_root_known(x, a, who, names[i], &known, err);
		if (rc || !known)
			continue;
		if (first == (int)i)
			*def = (int)l.count;
		describe_free_root(a, x, names[i], &l.roots[l.count++]);
	}
	if (rc == 0)
		rc = ent_agreement_each(x, see_root, &l, err);
	*roots = l.roots;
	*count = l.count;
	return rc;
}

static int
port_discovery(void *self, struct ent_arena *a, const struct ent_caller *caller,
               struct ent_str *title, struct ent_str *description,
               struct ent_taxii_root **roots, size_t *count, int *def, struct ent_err *err)
{
	struct ent_exchange *x = self;
	struct ent_who who;
	int rc = ent_who(x, a, caller, &who, err);

	*count = 0;
	*def = -1;
	*title = ent_str_c(x->c.name);
	*description =
	    ENT_STR("an entente node: an API root for each agreement and each set of "
	            "collections");
	return rc ? rc : list_roots(x, a, &who, roots, count, def, err);
}

static int
port_root(void *self, struct ent_arena *a, const struct ent_caller *caller, struct ent_str path,
          struct ent_taxii_root *out, struct ent_err *err)
{
	struct ent_spot_root r;
	int rc = ent_spot_root(self, a, caller, path, &r, err);

	if (rc)
		return rc;
	if (r.g)
		describe_root(a, self, r.g, out);
	else
		describe_free_root(a, self, path, out);
	return 0;
}

/* ---- collections ---- */

static int
list_free(struct ent_exchange *x, struct ent_arena *a, const struct ent_spot_root *r,
          struct ent_taxii_collection **out, size_t *count, struct ent_err *err)
{
	struct ent_collection *c;
	size_t n;
	int rc = ent_collections(x, a, r->path, &c, &n, err);

	if (rc)
		return rc;
	*count = 0;
	*out = ent_arena_array(a, n, sizeof(**out));
	if (!*out)
		return ent_x_nomem(err);
	for (size_t i = 0; i < n; i++)
		*count += ent_spot_free(&r->who, &c[i], &(*out)[*count]);
	return 0;
}

static int
port_collections(void *self, struct ent_arena *a, const struct ent_caller *caller,
                 struct ent_str root, struct ent_taxii_collection **out, size_t *count,
                 struct ent_taxii_denied *denied, struct ent_err *err)
{
	struct ent_spot_root r;
	int rc = ent_spot_root(self, a, caller, root, &r, err);

	if (rc == 0 && !r.g)
		return list_free(self, a, &r, out, count, err);
	if (rc == 0)
		rc = ent_spot_open(self, a, &r, denied, err);
	if (rc)
		return rc;
	*out = ent_arena_array(a, 2, sizeof(**out));
	if (!*out)
		return ent_x_nomem(err);
	ent_spot_agreement(self, a, &r.who, r.g, true, &(*out)[0]);
	ent_spot_agreement(self, a, &r.who, r.g, false, &(*out)[1]);
	*count = 2;
	return 0;
}

static int
port_collection(void *self, struct ent_arena *a, const struct ent_caller *caller,
                struct ent_str root, struct ent_str coll, struct ent_taxii_collection *out,
                struct ent_taxii_denied *denied, struct ent_err *err)
{
	struct ent_spot at;
	int rc = ent_spot_find(self, a, caller, root, coll, &at, denied, err);

	*out = at.c;
	return rc;
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
store_query(struct ent_exchange *x, struct ent_arena *a, const struct ent_spot *at,
            const struct ent_taxii_query *q, struct ent_query *out, struct ent_err *err)
{
	uint64_t joined = 0;
	int rc;

	*out = (struct ent_query){ .channel = at->channel,
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
	if (rc || at->free || at->root.who.kind != ENT_WHO_PEER)
		return rc;
	rc = ent_joined(x, a, at->root.g->id, at->root.who.party, &joined, err);
	if (joined > out->after_seq)
		out->after_seq = joined;
	return rc ? rc : ent_window(x, a, at->root.g, at->root.who.party, &out->upto, err);
}

/* A page of a channel is receipted by its numbers, and a receipt has its bounds. */
static void
cut_to_span(struct ent_page *p)
{
	while (p->count > 1 &&
	       p->entries[p->count - 1].seq - p->entries[0].seq >= ENT_RECEIPT_SPAN) {
		p->count--;
		p->more = true;
	}
}

static int
fill_page(struct ent_arena *a, const struct ent_page *in, struct ent_taxii_page *out,
          struct ent_err *err)
{
	out->records = ent_arena_array(a, in->count, sizeof(*out->records));
	out->count = in->count;
	out->more = in->more;
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

/*
 * What a local user is given of TLP:RED and of persons is noted, one entry a request.  Where
 * nothing can be written nothing is given out: the caller asks again on the writer's thread.
 */
static int
note_read(struct ent_exchange *x, struct ent_arena *a, const struct ent_spot *at,
          const struct ent_page *in, struct ent_taxii_page *out, struct ent_err *err)
{
	struct ent_audit_read r;
	int rc = ent_audit_read_begin(&r, x, a, in->count, err);

	for (size_t i = 0; rc == 0 && i < in->count; i++)
		ent_audit_read_see(&r, in->entries[i].row.type, out->records[i].id,
		                   in->entries[i].row.bytes);
	if (rc == 0 && ent_audit_read_due(&r) && !ent_store_writing(x->store))
		*out = (struct ent_taxii_page){ .noted = true };
	else if (rc == 0)
		rc = ent_audit_read_note(&r, a,
		                         at->free ? at->free->id
		                                  : ent_arena_printf(a, "%.*s/%.*s",
		                                                     ENT_FMT(at->root.g->id),
		                                                     ENT_FMT(at->c.alias)),
		                         err);
	ent_audit_read_end(&r);
	return rc;
}

static int
port_page(void *self, struct ent_arena *a, const struct ent_caller *caller, struct ent_str root,
          struct ent_str coll, const struct ent_taxii_query *q, struct ent_taxii_page *out,
          struct ent_taxii_denied *denied, struct ent_err *err)
{
	struct ent_exchange *x = self;
	struct ent_query sq;
	struct ent_page page;
	struct ent_spot at;
	int rc = ent_spot_find(x, a, caller, root, coll, &at, denied, err);

	*out = (struct ent_taxii_page){ .sequence = !at.free };
	if (rc == 0 && !at.c.can_read)
		rc = ent_fail(err, ENT_EDENIED,
		              "collection %.*s is not for reading by this caller",
		              ENT_FMT(coll));
	if (rc == 0)
		rc = store_query(x, a, &at, q, &sq, err);
	if (rc)
		return rc;
	if (q->n_ids && sq.n_ids == 0)
		return 0; /* ids that can't be ids match nothing */
	rc = ent_store_page(x->store, a, &sq, &page, err);
	if (rc)
		return rc;
	if (!at.free)
		cut_to_span(&page);
	if (!at.free && at.root.who.kind == ENT_WHO_PEER && sq.with_bytes && page.count)
		ent_served_note(x->c.served, at.root.g->id, at.root.who.party,
		                page.entries[page.count - 1].seq, ent_x_now(x));
	rc = fill_page(a, &page, out, err);
	if (rc == 0 && q->with_bytes && at.root.who.kind == ENT_WHO_USER)
		rc = note_read(x, a, &at, &page, out, err);
	return rc;
}

/* ---- writing ---- */

static int
port_post(void *self, struct ent_arena *a, const struct ent_caller *caller, struct ent_str root,
          struct ent_str coll, const struct ent_json *objects, struct ent_taxii_status *out,
          struct ent_taxii_denied *denied, struct ent_err *err)
{
	struct ent_place place;
	struct ent_spot at;
	int rc = ent_spot_find(self, a, caller, root, coll, &at, denied, err);

	if (rc == 0 && !at.c.can_write)
		rc = ent_fail(err, ENT_EDENIED,
		              "collection %.*s does not take objects from this caller",
		              ENT_FMT(coll));
	place = (struct ent_place){ .root = root,
		                    .agreement = at.root.g,
		                    .collection = at.free,
		                    .channel = at.channel };
	return rc ? rc : ent_status_post(self, a, &at.root.who, &place, objects, out, err);
}

/*
 * The store removes by version; where specification versions were asked for, the versions that
 * have them are looked up first.
 */
static int
of_specs(struct ent_exchange *x, struct ent_arena *a, uint32_t channel,
         const struct ent_taxii_query *q, struct ent_str type, const uint8_t uuid[16],
         struct ent_query *sq, struct ent_err *err)
{
	struct ent_ids one = { .type = type };
	struct ent_str *listed;
	struct ent_page page;
	int rc;

	memcpy(one.uuid, uuid, sizeof(one.uuid));
	sq->channel = channel;
	sq->after_date = INT64_MIN;
	sq->ids = &one;
	sq->n_ids = 1;
	sq->specs = q->specs;
	sq->n_specs = q->n_specs;
	sq->limit = ENT_OBJECT_VERSIONS_MAX;
	rc = ent_store_page(x->store, a, sq, &page, err);
	sq->ids = NULL;
	if (rc)
		return rc;
	listed = ent_arena_array(a, page.count, sizeof(*listed));
	if (!listed)
		return ent_x_nomem(err);
	for (size_t i = 0; i < page.count; i++) {
		const struct ent_entry *e = &page.entries[i];

		listed[i] = e->row.vkey.n ? e->row.vkey
		                          : ent_time_key(ent_time_dup(a, e->date_added, 6));
	}
	sq->which = ENT_WHICH_LISTED;
	sq->listed = listed;
	sq->n_listed = page.count;
	return page.count ? 0 : ENT_ENOENT;
}

static int
note_delete(struct ent_exchange *x, struct ent_arena *a, const struct ent_spot *at,
            struct ent_str id, uint64_t removed, struct ent_err *err)
{
	return ent_audit_note(
	    x, a, "delete",
	    ent_arena_printf(a,
	                     "{\"%s\":\"%.*s\",\"entries\":%" PRIu64 ",\"id_sha256\":\"%.*s\"}",
	                     at->free ? "collection" : "agreement",
	                     ENT_FMT(at->free ? at->free->id : at->root.g->id), removed,
	                     ENT_FMT(ent_sha256_hex(a, id))),
	    err);
}

static int delete (struct ent_exchange *x, struct ent_arena *a, const struct ent_spot *at,
                   struct ent_str id, const struct ent_taxii_query *q, struct ent_err *err)
{
	struct ent_query sq = { 0 };
	struct ent_str type;
	uint8_t uuid[16];
	uint64_t removed;
	int rc =
	    ent_stix_id_parse(id, &type, uuid) ? ENT_ENOENT : match_versions(a, q, &sq, err);

	if (rc == 0 && q->n_specs)
		rc = of_specs(x, a, at->channel, q, type, uuid, &sq, err);
	if (rc == 0)
		rc = ent_store_remove(x->store, at->channel, type, uuid, sq.which, sq.listed,
		                      sq.n_listed, &removed, err);
	if (rc == ENT_ENOENT)
		return ent_fail(err, rc, "%.*s is not in this collection", ENT_FMT(id));
	return rc ? rc : note_delete(x, a, at, id, removed, err);
}

static int
port_delete(void *self, struct ent_arena *a, const struct ent_caller *caller,
            struct ent_str root, struct ent_str coll, struct ent_str id,
            const struct ent_taxii_query *q, struct ent_taxii_denied *denied,
            struct ent_err *err)
{
	struct ent_spot at;
	int rc = ent_spot_find(self, a, caller, root, coll, &at, denied, err);

	if (rc == 0 && !(at.c.can_read && at.c.can_write))
		rc = ent_fail(err, ENT_EDENIED,
		              "deleting needs the right to read and to write; recall is the "
		              "sender's act");
	if (rc == 0)
		rc = ent_x_begin(self, err);
	return rc ? rc : ent_x_end(self, delete (self, a, &at, id, q, err), err);
}

static int
port_status(void *self, struct ent_arena *a, const struct ent_caller *caller,
            struct ent_str root, struct ent_str id, struct ent_taxii_status *out,
            struct ent_err *err)
{
	struct ent_spot_root r;
	int rc = ent_spot_root(self, a, caller, root, &r, err);

	return rc ? rc : ent_status_read(self, a, &r.who, r.path, id, out, err);
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
