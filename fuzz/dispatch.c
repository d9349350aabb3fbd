/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dispatch.c - a dispatch whose body passes the check of its kind reads back within all bounds.
 */
#include <stdlib.h>

#include "exchange/life_int.h"
#include "exchange/recall_int.h"
#include "exchange/rehearsal_int.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void
rehearsal(struct ent_arena *a, const struct ent_dispatch *d)
{
	struct ent_rehearsal *r = ent_arena_alloc(a, sizeof(*r));

	if (!r)
		return;
	if (ent_rehearsal_read(d, r, NULL) || r->document.n != 64 || r->n_suspensions == 0 ||
	    r->n_suspensions > ENT_SUSPENSIONS_REHEARSED || r->rules > ENT_RULES ||
	    r->keys > ENT_PARTIES_MAX || r->waits < 0 || r->bytes < 0 || r->expired < 0 ||
	    r->approval < 0 || r->kept_back < 0)
		abort();
	for (size_t i = 1; i < r->n_suspensions; i++)
		if (ent_str_cmp(r->suspensions[i - 1], r->suspensions[i]) >= 0)
			abort();
}

static void
recall(const struct ent_dispatch *d)
{
	struct ent_recall r;

	if (ent_recall_read(d, &r, NULL) || !r.object.n || !r.reason.n ||
	    r.reason.n > ENT_REASON_BYTES || r.ground >= ENT_RECALL_RETENTION)
		abort();
}

static void
purge(const struct ent_dispatch *d)
{
	struct ent_purge p;

	if (ent_purge_read(d, &p, NULL) || !p.recall.n == !p.until.n || p.versions < 0 ||
	    p.state >= ENT_PURGE_STATES)
		abort();
}

static void
life(const struct ent_dispatch *d)
{
	struct ent_life_tip t;

	if (ent_life_tip_read(d->body, &t, NULL) || !t.place.n || t.place.n > ENT_LIFE_TEXT ||
	    t.contact.n > ENT_LIFE_TEXT || t.confidence < 0 || t.confidence > 100)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct ent_arena *a = ent_arena_new((size_t)32 << 20);
	struct ent_agreement *g = a ? ent_arena_alloc(a, sizeof(*g)) : NULL;
	struct ent_dispatch d = { .by = ENT_STR("identity--1"), .sha256 = ENT_STR("") };

	if (g && ent_json_parse(a, (struct ent_str){ (const char *)data, len },
	                        ENT_ENVELOPE_DEPTH, &d.body, NULL) == 0) {
		g->life_ack_minutes = 1;
		g->state = ENT_SUSPENDED;
		for (int k = 0; k < ENT_DISPATCH_KINDS; k++) {
			d.kind = (enum ent_dispatch_kind)k;
			if (ent_dispatch_rules[k].check(NULL, a, g, &d, NULL))
				continue;
			if (k == ENT_DISPATCH_REHEARSAL)
				rehearsal(a, &d);
			else if (k == ENT_DISPATCH_RECALL)
				recall(&d);
			else if (k == ENT_DISPATCH_PURGE)
				purge(&d);
			else if (k == ENT_DISPATCH_LIFE)
				life(&d);
		}
	}
	ent_arena_free(a);
	return 0;
}
