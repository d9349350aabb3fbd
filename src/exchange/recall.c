/* SPDX-License-Identifier: Apache-2.0 */
/*
 * recall.c - recalling what this node sent.
 */
#include "exchange/recall.h"

#include "base/time.h"
#include "exchange/audit.h"
#include "exchange/book.h"
#include "exchange/gate.h"
#include "exchange/recall_int.h"
#include "exchange/rejudge.h"

/* ---- what is on a channel ---- */

int
ent_recall_entries(struct ent_exchange *x, struct ent_arena *a, uint32_t channel,
                   struct ent_str object, struct ent_str version, struct ent_page *out,
                   struct ent_err *err)
{
	struct ent_ids id;
	struct ent_str vkey = version.n ? ent_time_key(version) : version;
	struct ent_query q = { .channel = channel,
		               .after_date = INT64_MIN,
		               .ids = &id,
		               .n_ids = 1,
		               .which = version.n ? ENT_WHICH_LISTED : ENT_WHICH_ALL,
		               .listed = &vkey,
		               .n_listed = version.n ? 1 : 0,
		               .limit = ENT_VERSIONS_RECALLED };

	*out = (struct ent_page){ 0 };
	if (ent_stix_id_parse(object, &id.type, id.uuid))
		return ent_fail(err, ENT_EINVAL,
		                "\"%.*s\" is not a STIX identifier: type--UUID",
		                ENT_FMT(object));
	return ent_store_page(x->store, a, &q, out, err);
}

/* ---- what it leaves behind ---- */

/* object/agreement/version, "*" for all of them: whether it may go again. */
static struct ent_str
recalled_key(struct ent_arena *a, struct ent_str agreement, struct ent_str id,
             struct ent_str version)
{
	return ent_arena_printf(a, "%.*s/%.*s/%.*s", ENT_FMT(id), ENT_FMT(agreement),
	                        ENT_FMT(version.n ? ent_time_key(version) : ENT_STR("*")));
}

int
ent_recalled(struct ent_exchange *x, struct ent_arena *a, struct ent_str agreement,
             struct ent_str id, struct ent_str version, bool *out, struct ent_err *err)
{
	const struct ent_str versions[] = { ENT_STR(""), version };
	int rc = 0;

	*out = false;
	for (size_t i = 0; rc == 0 && !*out && i < (version.n ? 2u : 1u); i++) {
		struct ent_str key = recalled_key(a, agreement, id, versions[i]), hash;

		rc = key.p ? ent_store_doc_get(x->store, a, ENT_SPACE_RECALLED, key, &hash, err)
		           : ent_x_nomem(err);
		*out = rc == 0;
		if (rc == ENT_ENOENT)
			rc = 0;
	}
	return rc;
}

/* ---- ours ---- */

/* Off the channel, as what an amendment forbids: receipts of pages that went out before still
 * fit. */
static int
take_off(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
         const struct ent_recall *r, struct ent_err *err)
{
	struct ent_page page;
	struct ent_hash root;
	uint64_t when;
	int rc = ent_recall_entries(x, a, g->outbound, r->object, r->version, &page, err);

	if (rc == 0)
		rc = ent_book_tip(x, a, g->id, &when, &root, err);
	for (size_t i = 0; rc == 0 && i < page.count; i++)
		rc = ent_withhold(x, a, g, &page.entries[i], when, err);
	return rc;
}

int
ent_recall_apply(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
                 const struct ent_dispatch *d, struct ent_err *err)
{
	struct ent_recall r;
	struct ent_str key;
	int rc = ent_recall_read(d, &r, err);

	if (rc || !ent_str_is(r.by, x->c.party))
		return rc ? rc : ent_recall_taken(x, a, g, &r, err);
	key = recalled_key(a, g->id, r.object, r.version);
	rc = key.p ? ent_store_doc_put(x->store, ENT_SPACE_RECALLED, key, d->sha256, err)
	           : ent_x_nomem(err);
	return rc ? rc : take_off(x, a, g, &r, err);
}

static void
write_recall(struct ent_jw *w, const void *self)
{
	const struct ent_recall_what *what = self;

	ent_jw_kstr(w, "object", what->object);
	if (what->version.n)
		ent_jw_kstr(w, "version", what->version);
	ent_jw_kstr(w, "reason", what->reason);
	ent_jw_kc(w, "ground", ent_recall_ground_name(what->ground));
}

int
ent_recall_one(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
               const struct ent_recall_what *what, size_t *count, struct ent_err *err)
{
	struct ent_dispatch d;
	struct ent_page page;
	int rc = ent_recall_entries(x, a, g->outbound, what->object, what->version, &page, err);

	if (rc || page.count == 0)
		return rc;
	rc = ent_dispatch_make(x, a, g, ENT_DISPATCH_RECALL, write_recall, what, &d, err);
	*count += rc == 0;
	return rc;
}

struct everywhere {
	struct ent_exchange *x;
	struct ent_arena *a;
	struct ent_str but;
	const struct ent_recall_what *what;
	size_t *count;
	struct ent_err *err;
};

static int
recall_there(void *self, struct ent_str id, const struct ent_agreement *g,
             const struct ent_err *why)
{
	struct everywhere *e = self;

	if (!g)
		return ent_fail(e->err, why->code, "%s", why->msg);
	if (ent_str_eq(id, e->but))
		return 0;
	return ent_recall_one(e->x, e->a, g, e->what, e->count, e->err);
}

int
ent_recall_everywhere(struct ent_exchange *x, struct ent_arena *a, struct ent_str but,
                      const struct ent_recall_what *what, size_t *count, struct ent_err *err)
{
	struct everywhere e = { .x = x, .a = a, .but = but, .what = what, .err = err };
	size_t before = *count;
	int rc;

	e.count = count;
	rc = ent_agreement_each(x, recall_there, &e, err);
	if (rc)
		*count = before;
	return rc;
}

static int
recall_now(struct ent_exchange *x, struct ent_arena *a, const struct ent_recall_what *what,
           size_t *count, struct ent_err *err)
{
	struct ent_agreement *g = ent_arena_alloc(a, sizeof(*g));
	struct ent_str none = { NULL, 0 }, id, detail;
	int rc = g ? 0 : ent_x_nomem(err);

	if (rc == 0 && what->agreement.p) {
		rc = ent_agreement_load(x, a, what->agreement, g, err);
		if (rc == 0)
			rc = ent_recall_one(x, a, g, what, count, err);
	} else if (rc == 0) {
		rc = ent_recall_everywhere(x, a, none, what, count, err);
	}
	if (rc == 0 && *count == 0)
		rc = ent_fail(err, ENT_ENOENT,
		              "%.*s%s%.*s is on no channel of ours: there is nothing to recall",
		              ENT_FMT(what->object), what->version.n ? " version " : "",
		              ENT_FMT(what->version));
	if (rc == 0)
		rc = ent_audit_id(x, a, what->object, &id, err);
	if (rc)
		return rc;
	detail =
	    ent_arena_printf(a, "{\"object\":\"%.*s\",\"recalls\":%zu}", ENT_FMT(id), *count);
	return detail.p ? ent_audit_note(x, a, "recall", detail, err) : ent_x_nomem(err);
}

int
ent_recall(struct ent_exchange *x, struct ent_arena *a, const struct ent_recall_what *what,
           size_t *count, struct ent_err *err)
{
	int rc = 0;

	*count = 0;
	if (!what->reason.n || what->reason.n > ENT_REASON_BYTES)
		return ent_fail(err, ENT_EINVAL, "a recall needs a reason of at most %d bytes",
		                ENT_REASON_BYTES);
	if (what->version.p && ent_time_parse(what->version, NULL, NULL))
		return ent_fail(err, ENT_EINVAL, "\"%.*s\" is not a timestamp",
		                ENT_FMT(what->version));
	rc = ent_x_begin(x, err);
	return rc ? rc : ent_x_end(x, recall_now(x, a, what, count, err), err);
}
