/* SPDX-License-Identifier: Apache-2.0 */
/*
 * recall_due.c - what falls due by itself: received objects whose days of retention are over,
 * and own ones whose handling changed after they went.
 */
#include "base/time.h"
#include "exchange/gate.h"
#include "exchange/recall_int.h"

#define BATCH 200
#define DAY   (INT64_C(86400) * 1000000)

struct due {
	struct ent_exchange *x;
	struct ent_arena *a, *each;
	bool dry_run;
	struct ent_recall_due *out;
	struct ent_err *err;
};

/* Walks a channel in batches; see() may remove what it is shown. */
static int
walk(struct due *d, const struct ent_agreement *g, uint32_t channel,
     int (*see)(struct due *d, const struct ent_agreement *g, const struct ent_entry *e,
                bool *end, struct ent_err *err),
     struct ent_err *err)
{
	struct ent_query q = { .channel = channel,
		               .after_date = INT64_MIN,
		               .which = ENT_WHICH_ALL,
		               .limit = BATCH };
	struct ent_page page = { .more = true };
	bool end = false;
	int rc = 0;

	while (rc == 0 && page.more && !end) {
		ent_arena_reset(d->each);
		rc = ent_store_page(d->x->store, d->each, &q, &page, err);
		for (size_t i = 0; rc == 0 && !end && i < page.count; i++) {
			q.after_seq = page.entries[i].seq;
			rc = see(d, g, &page.entries[i], &end, err);
		}
	}
	return rc;
}

/* ---- retention ---- */

/* The fewest days for which any sender's terms let us keep what came; 0: no limit. */
static int64_t
days_of(const struct ent_agreement *g)
{
	int64_t days = 0;

	for (size_t p = 0; p < g->parties; p++) {
		int64_t one = g->party[p].terms.retention_days;

		if (p != g->self && one && (!days || one < days))
			days = one;
	}
	return days;
}

static int
purge_old(struct due *d, const struct ent_agreement *g, const struct ent_entry *e, bool *end,
          struct ent_err *err)
{
	const struct ent_recall_what onward = { .reason =
		                                    ENT_STR("its days of retention are over"),
		                                .ground = ENT_RECALL_ORIGIN };
	struct ent_recall_what what = onward;
	char uuid[ENT_UUID_TEXT];
	bool kept;
	int rc;

	*end = e->date_added >= ent_x_now(d->x) - days_of(g) * DAY;
	if (*end)
		return 0;
	if (d->dry_run) {
		d->out->purged++;
		return 0;
	}
	what.object = ent_arena_printf(d->each, "%.*s--%s", ENT_FMT(e->row.type),
	                               ent_uuid_text(e->row.uuid, uuid));
	what.version = e->row.version;
	if (!what.object.p)
		return ent_x_nomem(err);
	rc = ent_recall_purge(d->x, d->each, g, e, &what, &kept, err);
	d->out->purged += rc == 0 && !kept;
	return rc;
}

static int
retention(struct due *d, const struct ent_agreement *g, struct ent_err *err)
{
	struct ent_purge said = { .state = ENT_PURGE_PURGED };
	struct ent_dispatch dispatch;
	size_t before = d->out->purged;
	int rc;

	if (!days_of(g))
		return 0;
	rc = walk(d, g, g->inbound, purge_old, err);
	if (rc || d->dry_run || d->out->purged == before)
		return rc;
	said.versions = (int64_t)(d->out->purged - before);
	said.until = ent_time_dup(d->a, ent_x_now(d->x) - days_of(g) * DAY, 3);
	return said.until.p ? ent_dispatch_make(d->x, d->a, g, ENT_DISPATCH_PURGE,
	                                        ent_purge_write, &said, &dispatch, err)
	                    : ent_x_nomem(err);
}

/* ---- handling ---- */

/* The newest version tells how an object is handled: what went before follows it. */
static int
recall_changed(struct due *d, const struct ent_agreement *g, const struct ent_entry *e,
               bool *end, struct ent_err *err)
{
	struct ent_recall_what what = { .reason = ENT_STR("its handling has changed"),
		                        .ground = ENT_RECALL_HANDLING };
	struct ent_str none = { NULL, 0 };
	const struct ent_json *json;
	struct ent_held h;
	char uuid[ENT_UUID_TEXT];
	bool allowed;
	int rc;

	*end = false;
	what.object = ent_arena_printf(d->each, "%.*s--%s", ENT_FMT(e->row.type),
	                               ent_uuid_text(e->row.uuid, uuid));
	rc = what.object.p ? ent_holdings_get(d->x, d->each, what.object, none, &h, err)
	                   : ent_x_nomem(err);
	if (rc == 0 && h.oid == e->row.oid)
		return 0; /* what is on the channel is the newest: an amendment judges that */
	if (rc == 0)
		rc = ent_json_parse(d->each, h.bytes, ENT_JSON_DEPTH, &json, err);
	if (rc == 0)
		rc = ent_gate_terms(d->x, d->each, g, &h, json, &allowed, err);
	if (rc || allowed)
		return rc;
	if (!d->dry_run)
		return ent_recall_one(d->x, d->each, g, &what, &d->out->recalled, err);
	d->out->recalled++;
	return 0;
}

static int
of_agreement(void *self, struct ent_str id, const struct ent_agreement *g,
             const struct ent_err *why)
{
	struct due *d = self;
	int rc;

	(void)id;
	if (!g)
		return ent_fail(d->err, why->code, "%s", why->msg);
	if (g->state == ENT_PROPOSED)
		return 0;
	rc = retention(d, g, d->err);
	return rc ? rc : walk(d, g, g->outbound, recall_changed, d->err);
}

int
ent_recall_what_is_due(struct ent_exchange *x, struct ent_arena *a, bool dry_run,
                       struct ent_recall_due *out, struct ent_err *err)
{
	struct due d = { x, a, ent_arena_new(ENT_REQUEST_ARENA), dry_run, out, err };
	int rc = d.each ? ent_x_begin(x, err) : ent_x_nomem(err);

	*out = (struct ent_recall_due){ 0 };
	if (rc == 0)
		rc = ent_x_end(x, ent_agreement_each(x, of_agreement, &d, err), err);
	ent_arena_free(d.each);
	return rc;
}
