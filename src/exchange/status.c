/* SPDX-License-Identifier: Apache-2.0 */
/*
 * status.c - posted envelopes and what came of them.
 */
#include "exchange/status.h"

#include <inttypes.h>

#include "crypto/random.h"
#include "exchange/arrival.h"
#include "exchange/audit.h"
#include "exchange/book.h"
#include "exchange/exchange_int.h"
#include "exchange/holdings.h"
#include "exchange/quarantine.h"
#include "exchange/refusal.h"
#include "json/write.h"

#define KEPT_US     (INT64_C(48) * 3600 * 1000000)
#define PRUNE_BATCH 50

/*
 * A local user's objects: under an agreement they are this node's own, and stand among what was
 * received; what is posted to a free-standing collection comes from there, and is for no
 * agreement.  Nobody but this node speaks in its name.
 */
static int
take_own(struct ent_exchange *x, struct ent_arena *a, const struct ent_place *at,
         const struct ent_json *v, struct ent_err *err)
{
	struct ent_str source = ENT_SOURCE_OWN;
	enum ent_taken how = ENT_TAKEN_SAME;
	uint64_t oid, seq;
	int64_t date;
	int rc;

	if (at->collection)
		source = ent_collection_source(a, at->collection);
	rc = source.p ? ent_holdings_put(x, a, v, source, &oid, &how, err) : ent_x_nomem(err);
	if (rc == 0 && at->collection && how == ENT_TAKEN_NEW &&
	    (ent_str_is(ent_json_getstr(v, "created_by_ref"), x->c.party) ||
	     ent_str_is(ent_json_getstr(v, "id"), x->c.party)))
		rc = ent_fail(err, ENT_EDENIED,
		              "it says to be made by this node, which does not have it");
	if (rc == 0)
		rc = ent_store_append(x->store, at->channel, oid, ent_x_now(x), &seq, &date,
		                      err);
	return rc == ENT_EEXIST ? 0 : rc;
}

static int
take_one(struct ent_exchange *x, struct ent_arena *a, const struct ent_who *who,
         const struct ent_place *at, const struct ent_json *v, struct ent_arrived *arrived,
         struct ent_err *why, struct ent_err *err)
{
	int rc = ent_x_begin(x, err);

	if (rc)
		return rc;
	rc = who->kind == ENT_WHO_PEER && at->agreement
	         ? ent_arrival_object(x, a, at->agreement, who->party, v, arrived, why)
	         : take_own(x, a, at, v, why);
	return ent_x_end(x, rc, why);
}

/* When an object without a version was added to the channel: that is its version (TAXII 2.1,
 * 3.4.1); absent if it wasn't. */
static struct ent_str
added(struct ent_exchange *x, struct ent_arena *a, uint32_t channel, struct ent_str id)
{
	struct ent_str type, none = { NULL, 0 };
	struct ent_entry *e;
	uint8_t uuid[16];
	uint64_t seq;
	size_t n = 0;

	if (ent_stix_id_parse(id, &type, uuid) ||
	    ent_store_on_channel(x->store, channel, type, uuid, ENT_STR(""), &seq, NULL) ||
	    ent_store_range(x->store, a, channel, seq, seq, &e, &n, NULL) || n == 0)
		return none;
	return ent_time_dup(a, e[0].date_added, 6);
}

static struct ent_taxii_detail
detail(struct ent_exchange *x, struct ent_arena *a, uint32_t channel, int64_t requested,
       const struct ent_json *v, int rc, const struct ent_err *why)
{
	struct ent_taxii_detail d = { .id = ent_json_getstr(v, "id"),
		                      .version = ent_json_getstr(v, "modified") };

	if (!d.id.p)
		d.id = ENT_STR(""); /* it has none: its place tells which it was */
	if (!d.version.p)
		d.version = ent_json_getstr(v, "created");
	if (!d.version.p && channel)
		d.version = added(x, a, channel, d.id);
	if (!d.version.p)
		d.version = ent_time_dup(a, requested, 6);
	if (rc)
		d.message = ent_arena_dup(a, ent_str_c(why->msg));
	return d;
}

/* Whose status it is: nobody else may read it. */
static struct ent_str
owner(const struct ent_who *who)
{
	return who->kind == ENT_WHO_PEER ? who->party : who->user;
}

/* What is refused for what is held from elsewhere looks as if it had been taken. */
static int
aside(struct ent_exchange *x, struct ent_arena *a, const struct ent_who *who,
      const struct ent_place *at, const struct ent_json *v, const struct ent_arrived *arrived,
      const struct ent_err *why, struct ent_err *err)
{
	return arrived->hidden
	           ? ent_quarantine_put(x, a, at->agreement->id, who->party, v, why, err)
	           : 0;
}

static int
take_all(struct ent_exchange *x, struct ent_arena *a, const struct ent_who *who,
         const struct ent_place *at, const struct ent_json *objects,
         struct ent_taxii_status *out, struct ent_err *err)
{
	size_t n = ent_json_count(objects);
	struct ent_taxii_detail *good = ent_arena_array(a, n, sizeof(*good)),
				*bad = ent_arena_array(a, n, sizeof(*bad));
	/* a counterpart can't read there, and isn't told what is: all of its objects without a
	 * version have the time of the request */
	uint32_t channel = who->kind == ENT_WHO_PEER && at->agreement ? 0 : at->channel;
	struct ent_refusals refusals;
	int rc = 0;

	if (!good || !bad)
		return ent_x_nomem(err);
	ent_refusals_begin(&refusals, x, at->root, owner(who));
	for (size_t i = 0; rc == 0 && i < n; i++) {
		const struct ent_json *v = ent_json_at(objects, i);
		struct ent_arrived arrived = { 0 };
		struct ent_err why = { 0 };
		int taken = take_one(x, a, who, at, v, &arrived, &why, err);

		if (taken && !ent_about_object(taken)) {
			rc = why.code ? ent_fail(err, taken, "%s", why.msg) : taken;
			continue;
		}
		if (taken && !arrived.hidden)
			bad[out->failure++] =
			    detail(x, a, channel, out->requested, v, taken, &why);
		else
			good[out->success++] =
			    detail(x, a, channel, out->requested, v, 0, &why);
		if (taken == 0)
			continue;
		rc = aside(x, a, who, at, v, &arrived, &why, err);
		if (rc == 0)
			rc = ent_refusals_add(&refusals, a, i, v, &why, err);
	}
	out->total = n;
	out->successes = good;
	out->failures = bad;
	return ent_refusals_end(&refusals, a, rc, err);
}

static void
write_details(struct ent_jw *w, const char *key, const struct ent_taxii_detail *d, size_t n)
{
	ent_jw_key(w, key);
	ent_jw_array(w);
	for (size_t i = 0; i < n; i++) {
		ent_jw_object(w);
		ent_jw_kstr(w, "id", d[i].id);
		ent_jw_kstr(w, "version", d[i].version);
		if (d[i].message.p)
			ent_jw_kstr(w, "message", d[i].message);
		ent_jw_end_object(w);
	}
	ent_jw_end_array(w);
}

static int
keep(struct ent_exchange *x, struct ent_arena *a, const struct ent_who *who,
     const struct ent_place *at, const struct ent_taxii_status *s, struct ent_err *err)
{
	struct ent_buf b;
	struct ent_jw w;
	struct ent_str text;

	ent_buf_init(&b, (size_t)256 << 20);
	ent_jw_init(&w, &b);
	ent_jw_object(&w);
	ent_jw_kint(&w, "requested", s->requested);
	ent_jw_kstr(&w, "owner", owner(who));
	ent_jw_kstr(&w, "root", at->root);
	write_details(&w, "successes", s->successes, s->success);
	write_details(&w, "failures", s->failures, s->failure);
	ent_jw_end_object(&w);
	text = ent_buf_done(&b, a);
	ent_buf_release(&b);
	return text.p ? ent_store_doc_put(x->store, ENT_SPACE_STATUS, s->id, text, err)
	              : ent_x_nomem(err);
}

/* Drops a few that are old enough, the oldest first.  A post doesn't fail because of it. */
static int
prune(struct ent_exchange *x, struct ent_arena *a)
{
	struct ent_str old = ent_time_dup(a, ent_x_now(x) - KEPT_US, 6), id, at;
	struct ent_doc *docs;
	size_t n;
	int rc = old.p
	             ? ent_store_docs(x->store, a, ENT_SPACE_STATUS_AGE, ENT_STR(""),
	                              (struct ent_str){ NULL, 0 }, PRUNE_BATCH, &docs, &n, NULL)
	             : ENT_ENOMEM;

	for (size_t i = 0; rc == 0 && i < n; i++) {
		id = docs[i].key;
		if (!ent_str_next(&id, '/', &at) || ent_str_cmp(at, old) >= 0)
			break;
		rc = ent_store_doc_del(x->store, ENT_SPACE_STATUS, id, NULL);
		if (rc == 0)
			rc = ent_store_doc_del(x->store, ENT_SPACE_STATUS_AGE, docs[i].key,
			                       NULL);
	}
	return rc;
}

/* So that it is found again when it is old. */
static int
note_age(struct ent_exchange *x, struct ent_arena *a, struct ent_str id, struct ent_err *err)
{
	struct ent_str key = ent_arena_printf(
	    a, "%.*s/%.*s", ENT_FMT(ent_time_dup(a, ent_x_now(x), 6)), ENT_FMT(id));

	return key.p ? ent_store_doc_put(x->store, ENT_SPACE_STATUS_AGE, key, ENT_STR(""), err)
	             : ent_x_nomem(err);
}

/* In the agreement's ledger, or for a free-standing collection in the internal one. */
static int
note(struct ent_exchange *x, struct ent_arena *a, const struct ent_who *who,
     const struct ent_place *at, const struct ent_taxii_status *s, struct ent_err *err)
{
	if (at->collection)
		return ent_audit_note(
		    x, a, "collection-post",
		    ent_arena_printf(
			a,
			"{\"collection\":\"%.*s\",\"from\":\"%.*s\",\"posted\":%zu,"
			"\"refused\":%zu,\"status\":\"%.*s\"}",
			ENT_FMT(at->collection->id), ENT_FMT(owner(who)), s->success,
			s->failure, ENT_FMT(s->id)),
		    err);
	return ent_book_note(
	    x, a, at->root,
	    ent_arena_printf(a,
	                     "{\"kind\":\"delivery\",\"from\":\"%.*s\",\"posted\":%zu,"
	                     "\"refused\":%zu,\"status\":\"%.*s\",\"at\":\"%.*s\"}",
	                     ENT_FMT(owner(who)), s->success, s->failure, ENT_FMT(s->id),
	                     ENT_FMT(ent_x_at(x, a))),
	    err);
}

static int
post(struct ent_exchange *x, struct ent_arena *a, const struct ent_who *who,
     const struct ent_place *at, const struct ent_json *objects, struct ent_taxii_status *out,
     struct ent_err *err)
{
	int rc = take_all(x, a, who, at, objects, out, err);

	if (rc == 0)
		rc = keep(x, a, who, at, out, err);
	if (rc == 0)
		rc = note_age(x, a, out->id, err);
	if (rc == 0)
		(void)prune(x, a);
	return rc || !out->success ? rc : note(x, a, who, at, out, err);
}

int
ent_status_post(struct ent_exchange *x, struct ent_arena *a, const struct ent_who *who,
                const struct ent_place *at, const struct ent_json *objects,
                struct ent_taxii_status *out, struct ent_err *err)
{
	int rc;

	if (ent_json_count(objects) > ENT_POST_MAX)
		return ent_fail(err, ENT_ELIMIT,
		                "%zu objects in one envelope: at most %d are taken at once",
		                ent_json_count(objects), ENT_POST_MAX);
	*out = (struct ent_taxii_status){ .id = ent_uuid4_dup(a), .requested = ent_x_now(x) };
	rc = out->id.p ? ent_x_begin(x, err) : ent_x_nomem(err);
	return rc ? rc : ent_x_end(x, post(x, a, who, at, objects, out, err), err);
}

static int
read_details(struct ent_arena *a, const struct ent_json *list,
             const struct ent_taxii_detail **out, size_t *count)
{
	size_t n = ent_json_count(list);
	struct ent_taxii_detail *d = ent_arena_array(a, n, sizeof(*d));

	if (!d)
		return ENT_ENOMEM;
	for (size_t i = 0; i < n; i++) {
		const struct ent_json *v = ent_json_at(list, i);

		d[i] = (struct ent_taxii_detail){ ent_json_getstr(v, "id"),
			                          ent_json_getstr(v, "version"),
			                          ent_json_getstr(v, "message") };
	}
	*out = d;
	*count = n;
	return 0;
}

/* Records of before there were free-standing collections name their agreement. */
static struct ent_str
status_root(const struct ent_json *v)
{
	struct ent_str root = ent_json_getstr(v, "root");

	return root.p ? root : ent_json_getstr(v, "agreement");
}

int
ent_status_read(struct ent_exchange *x, struct ent_arena *a, const struct ent_who *who,
                struct ent_str root, struct ent_str id, struct ent_taxii_status *out,
                struct ent_err *err)
{
	const struct ent_json *v;
	int rc = ent_x_doc(x, a, ENT_SPACE_STATUS, id, &v, err);

	if (rc == ENT_ENOENT ||
	    (rc == 0 && (!ent_str_eq(ent_json_getstr(v, "owner"), owner(who)) ||
	                 !ent_str_eq(status_root(v), root))))
		return ent_fail(err, ENT_ENOENT, "there is no status %.*s", ENT_FMT(id));
	if (rc)
		return rc;
	*out = (struct ent_taxii_status){ .id = id };
	(void)ent_json_int(ent_json_getc(v, "requested"), &out->requested);
	if (read_details(a, ent_json_getc(v, "successes"), &out->successes, &out->success) ||
	    read_details(a, ent_json_getc(v, "failures"), &out->failures, &out->failure))
		return ent_x_nomem(err);
	out->total = out->success + out->failure;
	return 0;
}
