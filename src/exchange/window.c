/* SPDX-License-Identifier: Apache-2.0 */
/*
 * window.c - what stands between a channel and its reader: the window, and whether the
 * agreement is open.
 */
#include "exchange/window.h"

#include "exchange/exchange_int.h"
#include "exchange/receipt.h"

#define COUNT_BATCH 1000

int
ent_window(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
           struct ent_str party, uint64_t *upto, struct ent_err *err)
{
	struct ent_query q = { .channel = g->outbound,
		               .after_date = INT64_MIN,
		               .which = ENT_WHICH_ALL,
		               .limit = x->c.window };
	struct ent_page page;
	uint64_t last, count;
	int rc = ent_receipted(x, a, g->id, party, &q.after_seq, err);

	if (rc == 0)
		rc = ent_store_tip(x->store, g->outbound, &last, NULL, &count, err);
	if (rc)
		return rc;
	*upto = q.after_seq + x->c.window;
	if (count == last)
		return 0;
	rc = ent_store_page(x->store, a, &q, &page, err);
	if (rc == 0 && page.count == q.limit)
		*upto = page.entries[page.count - 1].seq;
	else if (rc == 0)
		*upto = last > q.after_seq ? last : q.after_seq + 1;
	return rc;
}

int
ent_joined(struct ent_exchange *x, struct ent_arena *a, struct ent_str agreement,
           struct ent_str party, uint64_t *out, struct ent_err *err)
{
	struct ent_str key =
			   ent_arena_printf(a, "%.*s/%.*s", ENT_FMT(agreement), ENT_FMT(party)),
		       text;
	int rc = key.p ? ent_store_doc_get(x->store, a, ENT_SPACE_JOINED, key, &text, err)
	               : ent_x_nomem(err);

	*out = 0;
	if (rc == ENT_ENOENT)
		return 0;
	if (rc == 0 && ent_str_u64(text, UINT64_MAX, out))
		rc = ent_fail(err, ENT_ECORRUPT, "stored mark %.*s is damaged", ENT_FMT(key));
	return rc;
}

int
ent_receipted_by_all(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
                     uint64_t *out, struct ent_err *err)
{
	*out = UINT64_MAX;
	for (size_t p = 0; p < g->parties; p++) {
		uint64_t last;
		int rc;

		if (p == g->self || g->party[p].gone)
			continue;
		rc = ent_receipted(x, a, g->id, g->party[p].id, &last, err);
		if (rc)
			return rc;
		if (last < *out)
			*out = last;
	}
	return 0;
}

int
ent_channel_place(struct ent_exchange *x, uint32_t channel, struct ent_str id,
                  struct ent_str version, uint64_t *seq, struct ent_err *err)
{
	struct ent_str type;
	uint8_t uuid[16];

	if (ent_stix_id_parse(id, &type, uuid))
		return ent_fail(err, ENT_EINVAL, "\"%.*s\" is not a STIX identifier",
		                ENT_FMT(id));
	return ent_store_on_channel(x->store, channel, type, uuid,
	                            version.n ? ent_time_key(version) : ENT_STR(""), seq, err);
}

/* How many entries stand behind a number. */
static int
count_behind(struct ent_exchange *x, uint32_t channel, uint64_t after, uint64_t *count,
             struct ent_err *err)
{
	struct ent_arena *a = ent_arena_new(ENT_REQUEST_ARENA);
	struct ent_query q = { .channel = channel,
		               .after_seq = after,
		               .after_date = INT64_MIN,
		               .which = ENT_WHICH_ALL,
		               .limit = COUNT_BATCH };
	struct ent_page page = { .more = true };
	int rc = a ? 0 : ent_x_nomem(err);

	*count = 0;
	while (rc == 0 && page.more) {
		ent_arena_reset(a);
		rc = ent_store_page(x->store, a, &q, &page, err);
		if (rc == 0 && page.count) {
			*count += page.count;
			q.after_seq = page.entries[page.count - 1].seq;
		}
	}
	ent_arena_free(a);
	return rc;
}

int
ent_view_now(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
             struct ent_str party, struct ent_view_now *out, struct ent_err *err)
{
	struct ent_err shut = { 0 };
	uint64_t last, behind = 0;
	int rc;

	*out = (struct ent_view_now){ 0 };
	if (ent_agreement_open(g, ent_str_c(x->c.party), party, &out->error_id, &shut)) {
		out->why = ent_arena_dup(a, ent_str_c(shut.msg));
		if (!out->why.p)
			return ent_x_nomem(err);
	}
	rc = ent_receipted(x, a, g->id, party, &out->receipted, err);
	if (rc == 0)
		rc = ent_window(x, a, g, party, &out->upto, err);
	if (rc == 0)
		rc = ent_store_tip(x->store, g->outbound, &last, NULL, &out->entries, err);
	if (rc == 0 && last > out->upto)
		rc = count_behind(x, g->outbound, out->upto, &behind, err);
	out->readable = out->why.p ? 0 : out->entries - behind;
	return rc;
}
