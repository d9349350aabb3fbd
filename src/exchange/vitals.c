/* SPDX-License-Identifier: Apache-2.0 */
/*
 * vitals.c - how a node is, counted.
 */
#include "exchange/vitals.h"

#include <inttypes.h>

#include "exchange/exchange_int.h"
#include "exchange/receipt_int.h"
#include "exchange/served.h"

/* Beyond it a number is as good as any. */
#define COUNT_MAX 20000

static int
count(struct ent_exchange *x, struct ent_arena *a, struct ent_str space, size_t *out,
      struct ent_err *err)
{
	struct ent_doc *docs;

	return ent_store_docs(x->store, a, space, ENT_STR(""), (struct ent_str){ NULL, 0 },
	                      COUNT_MAX, &docs, out, err);
}

static int
collections(struct ent_exchange *x, struct ent_arena *a, struct ent_vitals *out,
            struct ent_err *err)
{
	int rc = ent_collections(x, a, (struct ent_str){ NULL, 0 }, &out->collections,
	                         &out->n_collections, err);

	if (rc)
		return rc;
	out->entries = ent_arena_array(a, out->n_collections, sizeof(*out->entries));
	if (!out->entries)
		return ent_x_nomem(err);
	for (size_t i = 0; rc == 0 && i < out->n_collections; i++)
		rc = ent_collection_count(x, &out->collections[i], &out->entries[i], err);
	return rc;
}

static int
synced(struct ent_exchange *x, struct ent_arena *a, struct ent_vitals *out, struct ent_err *err)
{
	struct ent_doc *docs;
	size_t n;
	int rc = ent_store_docs(x->store, a, ENT_SPACE_SYNCED, ENT_STR(""),
	                        (struct ent_str){ NULL, 0 }, COUNT_MAX, &docs, &n, err);

	if (rc)
		return rc;
	out->synced = ent_arena_array(a, n, sizeof(*out->synced));
	if (!out->synced)
		return ent_x_nomem(err);
	for (size_t i = 0; i < n; i++) {
		size_t slash = ent_str_find(docs[i].key, '/');
		uint64_t at;

		if (slash == docs[i].key.n || ent_str_u64(docs[i].value, INT64_MAX, &at))
			continue;
		out->synced[out->n_synced++] =
		    (struct ent_synced){ { docs[i].key.p, slash },
			                 ent_str_from(docs[i].key, slash + 1),
			                 (int64_t)at };
	}
	return 0;
}

static int
fed(struct ent_exchange *x, struct ent_arena *a, struct ent_vitals *out, struct ent_err *err)
{
	struct ent_feed_record *f;
	int rc = ent_feeds(x, a, &f, &out->n_fed, err);

	if (rc)
		return rc;
	out->fed = ent_arena_array(a, out->n_fed, sizeof(*out->fed));
	if (!out->fed)
		return ent_x_nomem(err);
	for (size_t i = 0; rc == 0 && i < out->n_fed; i++) {
		out->fed[i].name = f[i].name;
		rc = ent_feed_state(x, a, f[i].name, &out->fed[i].state, err);
	}
	return rc;
}

/* ---- what was read and not receipted ---- */

struct overdue {
	struct ent_exchange *x;
	struct ent_arena *each; /* reset for each */
	struct ent_vitals *out;
};

static int
see_served(void *self, struct ent_doc d, struct ent_err *err)
{
	const struct overdue *o = self;
	struct ent_served_step step[ENT_SERVED_STEPS];
	size_t slash = ent_str_find(d.key, '/'), n;
	int rc;

	ent_arena_reset(o->each);
	rc = ent_served_read(o->x, o->each, (struct ent_str){ d.key.p, slash },
	                     ent_str_from(d.key, slash + 1), 0, step, &n, err);
	for (size_t i = 0; rc == 0 && i < n; i++) {
		enum ent_receipt_state s = ent_receipt_read_at(o->x, step[i].at);

		o->out->receipts_late += s == ENT_RECEIPT_LATE;
		o->out->receipts_missing += s == ENT_RECEIPT_MISSING;
	}
	return rc;
}

static int
overdue(struct ent_exchange *x, struct ent_vitals *out, struct ent_err *err)
{
	struct overdue o = { .x = x, .each = ent_arena_new(65536), .out = out };
	int rc = o.each ? ent_x_docs_each(x, ENT_SPACE_SERVED, ENT_STR(""),
	                                  (struct ent_str){ NULL, 0 }, see_served, &o, err)
	                : ent_x_nomem(err);

	ent_arena_free(o.each);
	return rc;
}

int
ent_vitals(struct ent_exchange *x, struct ent_arena *a, struct ent_vitals *out,
           struct ent_err *err)
{
	const struct {
		struct ent_str space;
		size_t *to;
	} counts[] = {
		{ ENT_SPACE_PEER, &out->peers },
		{ ENT_SPACE_AGREEMENT, &out->agreements },
		{ ENT_SPACE_USER, &out->users },
		{ ENT_SPACE_TOKEN, &out->tokens },
		{ ENT_SPACE_RECEIPT_UNSENT, &out->receipts_waiting },
		{ ENT_SPACE_RECEIPT_REFUSED, &out->receipts_refused },
		{ ENT_SPACE_RECEIPT_ALARM, &out->receipt_alarms },
	};
	int rc;

	*out = (struct ent_vitals){ .now = ent_x_now(x) };
	rc = ent_store_count(x->store, &out->objects, err);
	for (size_t i = 0; rc == 0 && i < sizeof(counts) / sizeof(counts[0]); i++)
		rc = count(x, a, counts[i].space, counts[i].to, err);
	if (rc == 0)
		rc = overdue(x, out, err);
	if (rc == 0)
		rc = collections(x, a, out, err);
	if (rc == 0)
		rc = fed(x, a, out, err);
	return rc ? rc : synced(x, a, out, err);
}

int
ent_synced_note(struct ent_exchange *x, struct ent_arena *a, struct ent_str agreement,
                struct ent_str party, bool whole, struct ent_err *err)
{
	struct ent_str key =
			   ent_arena_printf(a, "%.*s/%.*s", ENT_FMT(agreement), ENT_FMT(party)),
		       at = ent_arena_printf(a, "%" PRId64, ent_x_now(x));
	int rc = key.p && at.p ? ent_x_begin(x, err) : ent_x_nomem(err);

	if (rc)
		return rc;
	rc = ent_store_doc_put(x->store, ENT_SPACE_SYNCED, key, at, err);
	if (rc == 0 && whole)
		rc = ent_store_doc_put(x->store, ENT_SPACE_TALKED, key, at, err);
	return ent_x_end(x, rc, err);
}
