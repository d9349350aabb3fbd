/* SPDX-License-Identifier: Apache-2.0 */
/*
 * refusal.c - what was not taken from a counterpart, for the internal ledger.
 */
#include "exchange/refusal.h"

#include <entente/stix.h>

#include "base/enc.h"
#include "crypto/hash.h"
#include "exchange/audit.h"
#include "exchange/book.h"
#include "exchange/exchange_int.h"
#include "exchange/holdings.h"

/* Refusals that an entry of the ledger has one by one; the others are counted. */
#define NOTED 20

bool
ent_about_object(int rc)
{
	return rc == ENT_EUNUSABLE || rc == ENT_ECONFLICT || rc == ENT_EDENIED;
}

void
ent_refusals_begin(struct ent_refusals *r, struct ent_exchange *x, struct ent_str agreement,
                   struct ent_str from)
{
	*r = (struct ent_refusals){ .x = x, .agreement = agreement, .from = from };
	ent_buf_init(&r->b, ENT_LEDGER_ENTRY_MAX);
	ent_jw_init(&r->w, &r->b);
	ent_jw_object(&r->w);
	if (agreement.n)
		ent_jw_kstr(&r->w, "agreement", agreement);
	ent_jw_kstr(&r->w, "from", from);
	ent_jw_key(&r->w, "objects");
	ent_jw_array(&r->w);
}

/* Of a version that is held with other content: its hash. */
static struct ent_str
held_hash(struct ent_exchange *x, struct ent_arena *a, const struct ent_json *v)
{
	struct ent_object o;
	struct ent_row row;

	if (ent_object_read(v, &o, NULL) ||
	    ent_store_get(x->store, a, o.type, o.uuid,
	                  o.version.p ? ent_time_key(o.version) : ENT_STR(""), &row, NULL))
		return (struct ent_str){ NULL, 0 };
	return ent_hex_dup(a, row.sha256, 32);
}

int
ent_refusals_add(struct ent_refusals *r, struct ent_arena *a, size_t place,
                 const struct ent_json *v, const struct ent_err *why, struct ent_err *err)
{
	struct ent_str canon, held = held_hash(r->x, a, v);

	ent_log_about(r->x->c.log, why->code == ENT_ECONFLICT ? ENT_LOG_ERROR : ENT_LOG_WARN,
	              r->from, r->agreement, "refused: %s", why->msg);
	if (r->count++ >= NOTED)
		return 0;
	canon = ent_json_canon(a, v);
	if (!canon.p)
		return ent_x_nomem(err);
	ent_jw_object(&r->w);
	ent_jw_kint(&r->w, "place", (int64_t)place);
	ent_jw_kstr(&r->w, "sha256", ent_sha256_hex(a, canon));
	ent_jw_kc(&r->w, "why", ent_code_name(why->code));
	if (why->code == ENT_ECONFLICT && held.p)
		ent_jw_kstr(&r->w, "held", held);
	ent_jw_end_object(&r->w);
	return 0;
}

int
ent_refusals_end(struct ent_refusals *r, struct ent_arena *a, int rc, struct ent_err *err)
{
	struct ent_str detail;

	ent_jw_end_array(&r->w);
	ent_jw_kint(&r->w, "refused", (int64_t)r->count);
	ent_jw_end_object(&r->w);
	detail = ent_buf_done(&r->b, a);
	ent_buf_release(&r->b);
	if (rc || r->count == 0)
		return rc;
	/* what a counterpart causes is bounded; it is logged in any case */
	if (!ent_str_eq(r->from, ENT_SOURCE_OWN) &&
	    !ent_x_daily(r->x, a, "refused", r->from, ENT_REFUSALS_DAY))
		return 0;
	return detail.p ? ent_audit_note(r->x, a, "refused", detail, err) : ent_x_nomem(err);
}
