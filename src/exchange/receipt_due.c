/* SPDX-License-Identifier: Apache-2.0 */
/*
 * receipt_due.c - receipts of counterparts that aren't there: what they read without
 * receipting it, and what they haven't read.
 */
#include "exchange/receipt_int.h"

#include "exchange/served.h"

static const char *const names[ENT_RECEIPT_STATES] = {
	[ENT_RECEIPT_HELD] = "held",       [ENT_RECEIPT_TAKEN] = "taken",
	[ENT_RECEIPT_UNSENT] = "unsent",   [ENT_RECEIPT_REFUSED] = "refused",
	[ENT_RECEIPT_AWAITED] = "awaited", [ENT_RECEIPT_LATE] = "late",
	[ENT_RECEIPT_MISSING] = "missing", [ENT_RECEIPT_UNFETCHED] = "unfetched",
};

const char *
ent_receipt_state_name(enum ent_receipt_state state)
{
	return names[state];
}

/* One counterpart's channel, as it is walked. */
struct due {
	struct ent_exchange *x;
	struct ent_arena *a;
	const struct ent_agreement *g;
	struct ent_str party;
	int (*see)(void *self, const struct ent_receipt *r, struct ent_err *err);
	void *self;
};

enum ent_receipt_state
ent_receipt_read_at(const struct ent_exchange *x, int64_t read)
{
	int64_t seconds = (ent_x_now(x) - read) / 1000000;

	return seconds >= ENT_RECEIPT_MISSING_S ? ENT_RECEIPT_MISSING
	       : seconds >= ENT_RECEIPT_LATE_S  ? ENT_RECEIPT_LATE
	                                        : ENT_RECEIPT_AWAITED;
}

static int
see_part(const struct due *d, struct ent_receipt *r, int64_t at, struct ent_err *err)
{
	r->agreement = d->g->id;
	r->by = d->party;
	r->at = ent_time_dup(d->a, at, 3);
	r->channel = ent_collection_id(d->a, d->g->id, ent_str_c(d->x->c.party), true);
	return r->at.p && r->channel.p ? d->see(d->self, r, err) : ent_x_nomem(err);
}

/* What was read is to be receipted also where it was withheld since. */
static int
see_read(const struct due *d, uint64_t after, const struct ent_served_step *s,
         struct ent_err *err)
{
	struct ent_receipt r = { .first = after + 1,
		                 .last = s->upto,
		                 .state = ent_receipt_read_at(d->x, s->at) };

	return see_part(d, &r, s->at, err);
}

/* What nobody has read: nothing where all of it was withheld. */
static int
see_unread(const struct due *d, uint64_t after, uint64_t upto, struct ent_err *err)
{
	struct ent_query q = { .channel = d->g->outbound,
		               .after_seq = after,
		               .upto = upto,
		               .after_date = INT64_MIN,
		               .which = ENT_WHICH_ALL,
		               .limit = 1 };
	struct ent_receipt r = { .last = upto, .state = ENT_RECEIPT_UNFETCHED };
	struct ent_page page;
	int rc = ent_store_page(d->x->store, d->a, &q, &page, err);

	if (rc || page.count == 0)
		return rc;
	r.first = page.entries[0].seq;
	return see_part(d, &r, page.entries[0].date_added, err);
}

static int
see_party(const struct due *d, struct ent_err *err)
{
	struct ent_served_step step[ENT_SERVED_STEPS];
	uint64_t at, tip;
	size_t n;
	int rc = ent_receipted(d->x, d->a, d->g->id, d->party, &at, err);

	if (rc == 0)
		rc = ent_served_read(d->x, d->a, d->g->id, d->party, at, step, &n, err);
	if (rc == 0)
		rc = ent_store_tip(d->x->store, d->g->outbound, &tip, NULL, NULL, err);
	for (size_t i = 0; rc == 0 && i < n; i++) {
		rc = see_read(d, at, &step[i], err);
		at = step[i].upto;
	}
	return rc || at >= tip ? rc : see_unread(d, at, tip, err);
}

int
ent_receipts_due(struct ent_exchange *x, struct ent_str agreement,
                 int (*see)(void *self, const struct ent_receipt *r, struct ent_err *err),
                 void *self, struct ent_err *err)
{
	struct ent_arena *a = ent_arena_new(ENT_REQUEST_ARENA);
	struct ent_agreement *g = a ? ent_arena_alloc(a, sizeof(*g)) : NULL;
	int rc = g ? ent_agreement_load(x, a, agreement, g, err) : ent_x_nomem(err);

	for (size_t i = 0; rc == 0 && g && g->outbound && i < g->parties; i++) {
		struct due d = { .x = x,
			         .a = a,
			         .g = g,
			         .party = g->party[i].id,
			         .see = see,
			         .self = self };

		if (i != g->self)
			rc = see_party(&d, err);
	}
	ent_arena_free(a);
	return rc;
}

bool
ent_receipt_overdue(const struct ent_exchange *x, const struct ent_receipt *r)
{
	int64_t at, seconds = 0;

	if (ent_time_parse(r->at, &at, NULL) == 0)
		seconds = (ent_x_now(x) - at) / 1000000;
	switch (r->state) {
	case ENT_RECEIPT_LATE:
	case ENT_RECEIPT_MISSING:
	case ENT_RECEIPT_REFUSED:
		return true;
	case ENT_RECEIPT_UNSENT:
		return r->tries > 0 || seconds >= ENT_RECEIPT_LATE_S;
	case ENT_RECEIPT_UNFETCHED:
		return seconds >= ENT_RECEIPT_MISSING_S;
	default:
		return false;
	}
}
