/* SPDX-License-Identifier: Apache-2.0 */
/*
 * release.c - putting objects on a channel: the gate, the entry, the ledger, in one
 * transaction.
 */
#include "exchange/release.h"

#include <inttypes.h>

#include "base/enc.h"
#include "crypto/random.h"
#include "exchange/audit.h"
#include "exchange/book.h"
#include "exchange/exchange_int.h"
#include "exchange/message.h"
#include "exchange/testimony.h"
#include "proof/fields.h"

#define LIST_BATCH 500

struct run {
	struct ent_exchange *x;
	struct ent_arena *a;    /* lives as long as the call */
	struct ent_arena *each; /* reset for each object */
	const struct ent_agreement *g;
	const struct ent_release_options *o;
	struct ent_release_report *report;
	struct ent_map *listed, *together; /* ids that were asked for; those of them that go */
	struct ent_book book;
	struct ent_held *list;
	size_t count;
	uint64_t planned;           /* that pass before the one that is judged, and didn't go */
	uint8_t secret[ENT_SECRET]; /* of the channel */
};

static int
by_id(struct run *r, struct ent_err *err)
{
	r->list = ent_arena_array(r->a, r->o->n_ids, sizeof(*r->list));
	if (!r->list)
		return ent_x_nomem(err);
	for (size_t i = 0; i < r->o->n_ids; i++) {
		struct ent_held *h = &r->list[r->count];
		int rc = ent_holdings_get(r->x, r->a, r->o->ids[i], (struct ent_str){ NULL, 0 },
		                          h, err);

		if (rc)
			return rc;
		h->bytes = (struct ent_str){ NULL, 0 };
		if (!ent_map_get(r->listed, h->id)) /* the same id twice is one release */
			r->count++;
		rc = ent_map_put(r->listed, h->id, r->list);
		if (rc)
			return ent_x_nomem(err);
	}
	return 0;
}

/* Appends a batch to the list, doubling it. */
static int
extend(struct run *r, const struct ent_held *more, size_t n, size_t *room, struct ent_err *err)
{
	if (r->count + n > *room) {
		struct ent_held *old = r->list;

		*room = 2 * (r->count + n);
		r->list = ent_arena_array(r->a, *room, sizeof(*r->list));
		if (!r->list)
			return ent_x_nomem(err);
		if (r->count)
			memcpy(r->list, old, r->count * sizeof(*old));
	}
	for (size_t i = 0; i < n; i++) {
		/* a message belongs to one dialogue and leaves by that alone */
		if (ent_message_of(r->x, r->a, more[i].id).p)
			continue;
		r->list[r->count++] = more[i];
	}
	return 0;
}

static int
all_own(struct run *r, struct ent_err *err)
{
	struct ent_holdings_query q = { .type = r->o->type,
		                        .source = ENT_SOURCE_OWN,
		                        .limit = LIST_BATCH };
	struct ent_held *batch;
	size_t n = LIST_BATCH, room = 0;
	int rc = 0;

	while (rc == 0 && n == LIST_BATCH) {
		rc = ent_holdings_list(r->x, r->a, &q, &batch, &n, err);
		if (rc == 0)
			rc = extend(r, batch, n, &room, err);
		if (rc == 0 && n)
			q.after = batch[n - 1].oid;
	}
	return rc;
}

/* What the salts of the channel's entries are made of: drawn once. */
static int
channel_secret(struct run *r, struct ent_err *err)
{
	int rc = ent_channel_secret(r->x, r->a, r->g->id, r->secret, err);

	if (rc != ENT_ENOENT)
		return rc;
	ent_random(r->secret, sizeof(r->secret));
	return ent_channel_secret_put(r->x, r->a, r->g->id, r->secret, err);
}

/*
 * The ledger's entry.  It holds no hash that a guess at the content could be tried on: one of
 * the whole object and one over its properties, both salted (docs/ledger.md).  An SCO's id can
 * be guessed too, so it isn't in it.
 */
static int
note_release(struct run *r, const struct ent_held *h, const struct ent_json *json, uint64_t seq,
             struct ent_err *err)
{
	struct ent_str at = ent_x_at(r->x, r->each), entry, about = ENT_STR(""), none = { 0 };
	uint8_t secret[ENT_SECRET], salt[ENT_SALT], hash[ENT_SHA256];
	struct ent_hash root;
	int rc;

	ent_fields_secret(r->secret, seq, h->id, secret);
	ent_fields_salt(secret, none, salt);
	ent_salted(salt, h->id, h->sha256, hash);
	rc = ent_fields_root(r->each, json, secret, &root, err);
	if (rc)
		return rc;
	if (ent_stix_class_of(h->type) != ENT_STIX_SCO)
		about = ent_arena_printf(r->each, "\"id\":\"%.*s\",\"modified\":\"%.*s\",",
		                         ENT_FMT(h->id), ENT_FMT(h->version));
	if (!about.p)
		return ent_x_nomem(err);
	entry = ent_arena_printf(
	    r->each,
	    "{\"kind\":\"release\",\"seq\":%" PRIu64
	    ",%.*s\"salted\":\"%.*s\",\"fields\":\"%.*s\",\"to\":\"%.*s\","
	    "\"at\":\"%.*s\"}",
	    seq, ENT_FMT(about), ENT_FMT(ent_hex_dup(r->each, hash, sizeof(hash))),
	    ENT_FMT(ent_hex_dup(r->each, root.b, ENT_HASH)), ENT_FMT(r->g->id), ENT_FMT(at));
	return ent_book_add(&r->book, r->each, entry, NULL, err);
}

/* Puts a version on the channel, with its ledger entry, unless it is there already. */
static int
append(struct run *r, const struct ent_held *h, const struct ent_json *json, uint64_t *seq,
       bool *already, struct ent_err *err)
{
	int64_t date;
	int rc = ent_store_append(r->x->store, r->g->outbound, h->oid, ent_x_now(r->x), seq,
	                          &date, err);

	*already = rc == ENT_EEXIST;
	if (*already)
		return 0;
	if (rc == 0)
		rc = ent_gate_sent(r->x, r->each, r->g, h, err);
	if (rc == 0)
		rc = note_release(r, h, json, *seq, err);
	if (rc == 0)
		rc = ent_message_index(r->x, r->each, r->g->id, json, true, err);
	return rc;
}

/* One marking, through the gate like everything that leaves. */
static int
append_marking(struct run *r, struct ent_str id, struct ent_err *err)
{
	struct ent_str published = ent_tlp_object(id);
	const struct ent_json *json;
	struct ent_decision d;
	struct ent_held h;
	uint64_t seq;
	bool already;
	int rc = 0;

	if (published.p)
		rc = ent_holdings_put_text(r->x, r->each, published, ENT_SOURCE_OWN, err);
	if (rc == ENT_ECONFLICT)
		rc = 0; /* the same marking, held with other formatting of optional members */
	if (rc == 0)
		rc = ent_holdings_get(r->x, r->each, id, (struct ent_str){ NULL, 0 }, &h, err);
	if (rc == ENT_ENOENT)
		return 0; /* allowed by the agreement, but not held: it can't go along */
	if (rc == 0)
		rc = ent_json_parse(r->each, h.bytes, ENT_JSON_DEPTH, &json, err);
	if (rc == 0)
		rc = ent_gate(r->x, r->each, r->g, &h, json, r->together, &d, err);
	if (rc)
		return rc;
	if (d.result == ENT_DENY) {
		r->report->withheld++;
		return 0;
	}
	return append(r, &h, json, &seq, &already, err);
}

/* The markings that an object names go before it: some clients need them, none is hurt. */
static int
append_needs(struct run *r, const struct ent_decision *d, struct ent_err *err)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < d->n_needs; i++)
		rc = append_marking(r, d->needs[i], err);
	return rc;
}

static void
count(struct ent_release_report *rep, const struct ent_released *one)
{
	rep->objects++;
	if (one->requested)
		rep->requested++;
	else if (one->decision->result == ENT_DENY)
		rep->denied++;
	else if (one->already)
		rep->already++;
	else if (one->decision->result == ENT_QUEUE)
		rep->queued++;
	else
		rep->released++;
}

/* Reads one of the list anew and asks the gate. */
static int
judge(struct run *r, const struct ent_held *listed, const struct ent_json **json,
      struct ent_str *bytes, struct ent_decision *d, struct ent_err *err)
{
	struct ent_row row;
	int rc;

	ent_arena_reset(r->each);
	rc = ent_store_get_oid(r->x->store, r->each, listed->oid, &row, err);
	if (rc == 0)
		rc = ent_json_parse(r->each, row.bytes, ENT_JSON_DEPTH, json, err);
	if (rc == 0)
		rc = ent_gate_behind(r->x, r->each, r->g, listed, *json, r->together,
		                     r->planned, d, err);
	if (rc)
		return ent_within(err, rc, "%.*s", ENT_FMT(listed->id));
	*bytes = row.bytes;
	return 0;
}

/* Which of the list go: what is denied doesn't go along with what refers to it. */
static int
find_together(struct run *r, struct ent_err *err)
{
	for (size_t i = 0; i < r->count; i++) {
		const struct ent_json *json;
		struct ent_decision d;
		struct ent_str bytes;
		int rc = judge(r, &r->list[i], &json, &bytes, &d, err);

		if (rc == 0 && d.result != ENT_DENY &&
		    ent_map_put(r->together, r->list[i].id, r->list))
			rc = ent_x_nomem(err);
		if (rc)
			return rc;
		r->planned += d.counts && d.result != ENT_DENY;
	}
	r->planned = 0;
	return 0;
}

/* Where all that is missing is a second person, that one is asked. */
static bool
lacks_approval(const struct run *r, const struct ent_decision *d)
{
	for (int i = 0; i < ENT_RULES; i++)
		if ((d->rule[i].result == ENT_DENY) != (i == ENT_RULE_APPROVAL))
			return false;
	return !r->o->dry_run && !r->o->ask_nobody;
}

static int
release_one(struct run *r, const struct ent_held *listed, struct ent_err *err)
{
	struct ent_decision d;
	struct ent_released one = { .held = *listed, .decision = &d };
	const struct ent_json *json;
	int rc = judge(r, listed, &json, &one.held.bytes, &d, err);

	if (rc)
		return rc;
	if (d.result != ENT_DENY && !r->o->dry_run) {
		rc = append_needs(r, &d, err);
		if (rc == 0)
			rc = append(r, listed, json, &one.seq, &one.already, err);
		if (rc)
			return ent_within(err, rc, "%.*s", ENT_FMT(listed->id));
	}
	if (lacks_approval(r, &d)) {
		rc = ent_approval_request(r->x, r->each, r->g->id, listed, !r->o->all,
		                          &one.requested, err);
		if (rc)
			return ent_within(err, rc, "%.*s", ENT_FMT(listed->id));
	}
	r->planned += r->o->dry_run && d.counts && d.result != ENT_DENY;
	count(r->report, &one);
	if (r->o->each)
		r->o->each(r->o->self, &one);
	return 0;
}

/* As the agreement stands now: it may have been amended or suspended since the caller read it.
 */
static int
read_anew(struct run *r, struct ent_str id, struct ent_err *err)
{
	struct ent_agreement *g = ent_arena_alloc(r->a, sizeof(*g));

	r->g = g;
	return g ? ent_agreement_load(r->x, r->a, id, g, err) : ent_x_nomem(err);
}

static int
release_all(struct run *r, struct ent_err *err)
{
	int rc = r->o->all ? all_own(r, err) : by_id(r, err);

	if (rc == 0)
		rc = find_together(r, err);
	if (rc == 0)
		rc = channel_secret(r, err);
	if (rc == 0)
		rc = ent_book_open(r->x, r->a, r->g->id, &r->book, err);
	for (size_t i = 0; rc == 0 && i < r->count; i++) {
		rc = release_one(r, &r->list[i], err);
		if (r->o->progress)
			r->o->progress(r->o->self, i + 1, r->count);
	}
	return rc ? rc : ent_book_close(&r->book, r->a, err);
}

/* Who let it go; what went is in the ledger of the agreement. */
static int
note_act(struct run *r, struct ent_err *err)
{
	const struct ent_release_report *rep = r->report;
	struct ent_str detail;

	if (rep->released + rep->queued + rep->requested == 0)
		return 0;
	detail = ent_arena_printf(
	    r->a, "{\"of\":\"%.*s\",\"released\":%zu,\"queued\":%zu,\"denied\":%zu}",
	    ENT_FMT(r->g->id), rep->released, rep->queued, rep->denied);
	return detail.p ? ent_audit_note(r->x, r->a, "release", detail, err) : ent_x_nomem(err);
}

int
ent_release(struct ent_exchange *x, struct ent_str agreement,
            const struct ent_release_options *o, struct ent_release_report *out,
            struct ent_err *err)
{
	struct run r = { .x = x, .o = o, .report = out };
	int rc;

	*out = (struct ent_release_report){ 0 };
	r.a = ent_arena_new(ENT_REQUEST_ARENA);
	r.each = ent_arena_new(ENT_REQUEST_ARENA);
	r.listed = r.a ? ent_map_new(r.a) : NULL;
	r.together = r.a ? ent_map_new(r.a) : NULL;
	rc = r.each && r.listed && r.together ? ent_x_begin(x, err) : ent_x_nomem(err);
	if (rc == 0) {
		rc = read_anew(&r, agreement, err);
		if (rc == 0)
			rc = release_all(&r, err);
		if (rc == 0 && !o->dry_run)
			rc = note_act(&r, err);
		if (o->dry_run && rc == 0)
			(void)ent_x_end(x, ENT_ESTATE,
			                NULL); /* nothing was written, nothing is kept */
		else
			rc = ent_x_end(x, rc, err);
	}
	ent_arena_free(r.each);
	ent_arena_free(r.a);
	return rc;
}

int
ent_approve(struct ent_exchange *x, struct ent_arena *a, struct ent_str id,
            struct ent_str reason, struct ent_approval *out, struct ent_release_report *rep,
            struct ent_err *err)
{
	struct ent_release_options o = { .n_ids = 1, .ask_nobody = true };
	int rc = ent_x_begin(x, err);

	if (rc)
		return rc;
	rc = ent_approval_decide(x, a, id, true, reason, out, err);
	o.ids = &out->object;
	if (rc == 0)
		rc = ent_release(x, out->agreement, &o, rep, err);
	return ent_x_end(x, rc, err);
}
