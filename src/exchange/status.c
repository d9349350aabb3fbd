/* SPDX-License-Identifier: Apache-2.0 */
/*
 * status.c - posted envelopes and what came of them.
 */
#include "exchange/status.h"

#include <inttypes.h>

#include "crypto/random.h"
#include "exchange/arrival.h"
#include "exchange/book.h"
#include "exchange/exchange_int.h"
#include "exchange/holdings.h"
#include "exchange/refusal.h"
#include "json/write.h"

#define KEPT_US     (INT64_C(48) * 3600 * 1000000)
#define PRUNE_BATCH 50

/* A local user's objects are this node's own, and stand among what was received. */
static int
take_own(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
         const struct ent_json *v, struct ent_err *err)
{
	uint64_t oid, seq;
	int64_t date;
	int rc = ent_holdings_put(x, a, v, ENT_SOURCE_OWN, &oid, NULL, err);

	if (rc == 0)
		rc =
		    ent_store_append(x->store, g->inbound, oid, ent_x_now(x), &seq, &date, err);
	return rc == ENT_EEXIST ? 0 : rc;
}

static int
take_one(struct ent_exchange *x, struct ent_arena *a, const struct ent_who *who,
         const struct ent_agreement *g, const struct ent_json *v, struct ent_err *why,
         struct ent_err *err)
{
	bool fresh;
	int rc = ent_x_begin(x, err);

	if (rc)
		return rc;
	rc = who->kind == ENT_WHO_PEER ? ent_arrival_object(x, a, g, who->party, v, &fresh, why)
	                               : take_own(x, a, g, v, why);
	return ent_x_end(x, rc, why);
}

static struct ent_taxii_detail
detail(struct ent_arena *a, const struct ent_json *v, int rc, const struct ent_err *why)
{
	struct ent_taxii_detail d = { .id = ent_json_getstr(v, "id"),
		                      .version = ent_json_getstr(v, "modified") };

	if (!d.version.p)
		d.version = ent_json_getstr(v, "created");
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

static int
take_all(struct ent_exchange *x, struct ent_arena *a, const struct ent_who *who,
         const struct ent_agreement *g, const struct ent_json *objects,
         struct ent_taxii_status *out, struct ent_err *err)
{
	size_t n = ent_json_count(objects);
	struct ent_taxii_detail *good = ent_arena_array(a, n, sizeof(*good)),
				*bad = ent_arena_array(a, n, sizeof(*bad));
	struct ent_refusals refusals;
	int rc = 0;

	if (!good || !bad)
		return ent_x_nomem(err);
	ent_refusals_begin(&refusals, x, g->id, owner(who));
	for (size_t i = 0; rc == 0 && i < n; i++) {
		const struct ent_json *v = ent_json_at(objects, i);
		struct ent_err why = { 0 };

		rc = take_one(x, a, who, g, v, &why, err);
		if (rc && !ent_about_object(rc)) {
			rc = why.code ? ent_fail(err, rc, "%s", why.msg) : rc;
		} else if (rc) {
			bad[out->failure++] = detail(a, v, rc, &why);
			rc = ent_refusals_add(&refusals, a, i, v, &why, err);
		} else {
			good[out->success++] = detail(a, v, rc, &why);
		}
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
     const struct ent_agreement *g, const struct ent_taxii_status *s, struct ent_err *err)
{
	struct ent_buf b;
	struct ent_jw w;
	struct ent_str text;

	ent_buf_init(&b, (size_t)256 << 20);
	ent_jw_init(&w, &b);
	ent_jw_object(&w);
	ent_jw_kint(&w, "requested", s->requested);
	ent_jw_kstr(&w, "owner", owner(who));
	ent_jw_kstr(&w, "agreement", g->id);
	write_details(&w, "successes", s->successes, s->success);
	write_details(&w, "failures", s->failures, s->failure);
	ent_jw_end_object(&w);
	text = ent_buf_done(&b, a);
	ent_buf_release(&b);
	return text.p ? ent_store_doc_put(x->store, ENT_SPACE_STATUS, s->id, text, err)
	              : ent_x_nomem(err);
}

/* Drops a few that are old enough; ids are random, so that all of them come up in time. */
static int
prune(struct ent_exchange *x, struct ent_arena *a, struct ent_str near, struct ent_err *err)
{
	struct ent_doc *docs;
	size_t n;
	int rc = ent_store_docs(x->store, a, ENT_SPACE_STATUS, ENT_STR(""), near, PRUNE_BATCH,
	                        &docs, &n, err);

	for (size_t i = 0; rc == 0 && i < n; i++) {
		const struct ent_json *v;
		int64_t at = 0;

		if (ent_json_parse(a, docs[i].value, ENT_JSON_DEPTH, &v, NULL))
			continue;
		(void)ent_json_int(ent_json_getc(v, "requested"), &at);
		if (at < ent_x_now(x) - KEPT_US)
			rc = ent_store_doc_del(x->store, ENT_SPACE_STATUS, docs[i].key, err);
	}
	return rc;
}

static int
post(struct ent_exchange *x, struct ent_arena *a, const struct ent_who *who,
     const struct ent_agreement *g, const struct ent_json *objects,
     struct ent_taxii_status *out, struct ent_err *err)
{
	int rc = take_all(x, a, who, g, objects, out, err);

	if (rc == 0)
		rc = keep(x, a, who, g, out, err);
	if (rc == 0)
		rc = prune(x, a, out->id, err);
	if (rc == 0 && out->success)
		rc = ent_book_note(
		    x, a, g->id,
		    ent_arena_printf(a,
		                     "{\"kind\":\"delivery\",\"from\":\"%.*s\",\"posted\":%zu,"
		                     "\"refused\":%zu,\"status\":\"%.*s\",\"at\":\"%.*s\"}",
		                     ENT_FMT(owner(who)), out->success, out->failure,
		                     ENT_FMT(out->id), ENT_FMT(ent_x_at(x, a))),
		    err);
	return rc;
}

int
ent_status_post(struct ent_exchange *x, struct ent_arena *a, const struct ent_who *who,
                const struct ent_agreement *g, const struct ent_json *objects,
                struct ent_taxii_status *out, struct ent_err *err)
{
	int rc;

	*out = (struct ent_taxii_status){ .id = ent_uuid4_dup(a), .requested = ent_x_now(x) };
	rc = out->id.p ? ent_x_begin(x, err) : ent_x_nomem(err);
	return rc ? rc : ent_x_end(x, post(x, a, who, g, objects, out, err), err);
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

int
ent_status_read(struct ent_exchange *x, struct ent_arena *a, const struct ent_who *who,
                const struct ent_agreement *g, struct ent_str id, struct ent_taxii_status *out,
                struct ent_err *err)
{
	const struct ent_json *v;
	int rc = ent_x_doc(x, a, ENT_SPACE_STATUS, id, &v, err);

	if (rc == ENT_ENOENT ||
	    (rc == 0 && (!ent_str_eq(ent_json_getstr(v, "owner"), owner(who)) ||
	                 !ent_str_eq(ent_json_getstr(v, "agreement"), g->id))))
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
