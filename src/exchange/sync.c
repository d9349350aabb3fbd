/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sync.c - one conversation with a counterpart.
 */
#include "exchange/sync_int.h"

#include <inttypes.h>

#include "base/enc.h"
#include "exchange/arrival.h"
#include "exchange/behind.h"
#include "exchange/book.h"
#include "exchange/dispatch.h"
#include "exchange/exchange_int.h"
#include "exchange/peer.h"
#include "exchange/receipt.h"
#include "exchange/standing.h"
#include "exchange/testimony.h"
#include "exchange/vitals.h"
#include "exchange/witness.h"
#include "ledger/witness.h"
#include "taxii/client.h"

/* Objects asked for at once: each page costs both sides a few writes to the disk, whatever is
 * in it; a server gives fewer if it likes. */
#define SYNC_PAGE 1000
/* Batches of questions in one sync. */
#define TESTIMONY_TURNS 20
/* Calls of one sync in which dispatches are exchanged. */
#define DISPATCH_TURNS 50

int
ent_talk_call(struct talk *t, struct ent_arena *a, const char *method, const char *what,
              struct ent_str body, const char *type, struct ent_answer *raw,
              struct ent_err *err)
{
	struct ent_str path =
	    ent_arena_printf(a, "/entente/v1/agreements/%.*s/%s", ENT_FMT(t->id), what);

	if (!path.p)
		return ent_x_nomem(err);
	return ent_taxii_call(t->c, a, method, path.p, body, type, raw, err);
}

bool
ent_talk_over(const struct talk *t)
{
	return (t->o->stop && t->o->stop(t->o->self)) || ent_tick_us() >= t->ends;
}

/* What they did not take of ours: their answer says so. */
static int
note_untold(struct talk *t, struct ent_str answer, struct ent_err *err)
{
	const struct ent_json *v, *list;
	int rc = ent_json_parse(t->a, answer, ENT_ENVELOPE_DEPTH, &v, err);

	if (rc)
		return rc;
	list = ent_json_getc(v, "refused");
	t->out->untold = ent_json_count(list);
	t->out->untold_why = ent_json_getstr(ent_json_at(list, 0), "why");
	for (size_t i = 0; i < t->out->untold && i < ENT_REFUSED_TOLD; i++)
		ent_log_about(t->x->c.log, ENT_LOG_WARN, t->peer.party, t->id,
		              "they do not take our statement: %.*s",
		              ENT_FMT(ent_json_getstr(ent_json_at(list, i), "why")));
	return 0;
}

/* One call: all that we have to say, and all that they have. */
static int
tell(struct talk *t, bool *more, struct ent_err *err)
{
	struct ent_statements_taken *taken = ent_arena_alloc(t->a, sizeof(*taken));
	struct ent_answer raw;
	struct ent_str ours;
	int rc = taken
	             ? ent_agreement_bundle(t->x, t->a, t->id, t->peer.party, NULL, &ours, err)
	             : ent_x_nomem(err);

	if (rc == 0)
		rc = ent_talk_call(t, t->a, "POST", "statements", ours, JSON_TYPE, &raw, err);
	if (rc == 0)
		rc = ent_agreement_take(t->x, t->a, t->id, t->peer.party, raw.body, taken, err);
	if (rc)
		return ent_within(err, rc, "statements");
	t->out->statements += taken->fresh;
	t->out->dispatches += taken->dispatches;
	ent_statements_taken_log(t->x, t->id, t->peer.party, taken);
	rc = ent_dispatches_wait(t->x, t->a, t->id, t->peer.party, more, err);
	*more |= taken->more;
	return rc ? rc : note_untold(t, raw.body, err);
}

/* What they said may call for an answer (a recall for a purge), and dispatches come in turns.
 */
static int
statements(struct talk *t, struct ent_err *err)
{
	bool more = true;
	int rc = 0;

	for (int turn = 0; rc == 0 && more && turn < DISPATCH_TURNS; turn++)
		rc = tell(t, &more, err);
	return rc;
}

/* ---- witnessing ---- */

/* Verifies their cosignature of our note and keeps it. */
static int
keep_cosignature(struct talk *t, struct ent_str note, struct ent_str lines, struct ent_err *err)
{
	struct ent_str whole =
	    ent_arena_printf(t->a, "%.*s%.*s", ENT_FMT(note), ENT_FMT(lines));
	struct ent_str name = ent_arena_printf(t->a, "%.*s/entente", ENT_FMT(t->peer.host));
	const uint8_t *pub = t->peer.witness_pub;
	struct ent_checkpoint cp;
	struct ent_cosignature cs;
	int rc = whole.p && name.p ? ent_checkpoint_parse(note, &cp, err) : ent_x_nomem(err);

	if (rc == 0)
		rc = ent_cosignature_find(whole, name, pub, &cs, err);
	if (rc == 0)
		rc = ent_x_begin(t->x, err);
	if (rc == 0)
		rc = ent_x_end(
		    t->x, ent_book_cosigned(t->x, t->a, t->id, &cp, name, pub, &cs, err), err);
	t->out->cosigned = rc == 0;
	return rc;
}

/* They witness us.  A 409 tells which size they cosigned last: one more try from there. */
static int
show_ours(struct talk *t, struct ent_err *err)
{
	struct ent_str body, note, number;
	struct ent_answer raw;
	uint64_t old = 0, size;
	int rc = ent_book_last_cosigned(t->x, t->a, t->id, &old, err);

	for (int tries = 0; rc == 0 && tries < 2; tries++) {
		raw = (struct ent_answer){ .status = 0 };
		rc = ent_witness_request(t->x, t->a, t->id, old, &body, &note, &size, err);
		if (rc == 0)
			rc = ent_taxii_call(t->c, t->a, "POST",
			                    "/entente/v1/witness/add-checkpoint", body,
			                    TEXT_TYPE, &raw, err);
		if (rc == 0)
			break;
		number = raw.body;
		if (raw.status != 409 || !ent_str_ends(number, "\n"))
			break;
		number.n--;
		if (tries == 1 || ent_str_u64(number, UINT64_MAX, &old))
			break;
		rc = 0;
	}
	if (rc == 0)
		rc = keep_cosignature(t, note, raw.body, err);
	t->out->our_size = rc == 0 && raw.status == 200 ? size : 0;
	return rc ? ent_within(err, rc, "our checkpoint") : 0;
}

/* What they show must be the ledger that we asked for: another origin, or another spelling of
 * it, would be another history. */
static int
check_origin(const struct talk *t, struct ent_str body, struct ent_str origin,
             struct ent_err *err)
{
	struct ent_add_checkpoint *in = ent_arena_alloc(t->a, sizeof(*in));
	struct ent_checkpoint c;
	int rc = in ? ent_add_checkpoint_parse(body, in, err) : ent_x_nomem(err);

	if (rc == 0)
		rc = ent_checkpoint_parse(in->note, &c, err);
	if (rc == 0 && !ent_str_eq(c.origin, origin))
		rc = ent_fail(err, ENT_EPROTO,
		              "they showed a checkpoint of another ledger than %.*s",
		              ENT_FMT(origin));
	return rc == ENT_EPARSE ? ent_fail(err, ENT_EPROTO, "they sent no checkpoint") : rc;
}

/* We witness them, and give them our cosignature. */
static int
check_theirs(struct talk *t, struct ent_err *err)
{
	struct ent_str origin =
	    ent_arena_printf(t->a, "%.*s/entente/%.*s", ENT_FMT(t->peer.host), ENT_FMT(t->id));
	struct ent_str note, what;
	struct ent_witnessed w;
	struct ent_answer raw;
	uint64_t old;
	int rc = origin.p ? ent_witness_last(t->x, t->a, origin, &old, &note, err)
	                  : ent_x_nomem(err);

	if (rc)
		return rc;
	raw = (struct ent_answer){ .status = 0 };
	what = ent_arena_printf(t->a, "checkpoint?old=%" PRIu64, old);
	rc = what.p ? ent_talk_call(t, t->a, "GET", what.p, (struct ent_str){ NULL, 0 }, NULL,
	                            &raw, err)
	            : ent_x_nomem(err);
	if (rc && raw.status == 409)
		return ent_within(err, rc,
		                  "their checkpoint (if they say that they went back to an old "
		                  "copy: `entente ledger conflict --clear %.*s`)",
		                  ENT_FMT(origin));
	if (rc == 0)
		rc = check_origin(t, raw.body, origin, err);
	if (rc == 0)
		rc = ent_witness_add(t->x, t->a, t->peer.party, raw.body, &w, err);
	if (rc)
		return ent_within(err, rc, "their checkpoint");
	if (w.status == 422)
		return ent_fail(err, ENT_ECONFLICT,
		                "the ledger of %.*s is not the one it showed before: exchange "
		                "stops (`entente ledger conflict` has the evidence)",
		                ENT_FMT(t->peer.name));
	if (w.status != 200)
		return ent_fail(err, ENT_EPROTO, "their checkpoint: %.*s", ENT_FMT(w.body));
	rc = ent_witness_last(t->x, t->a, origin, &t->out->their_size, &note, err);
	if (rc == 0)
		rc = ent_talk_call(t, t->a, "POST", "cosignature", note, TEXT_TYPE, &raw, err);
	return rc ? ent_within(err, rc, "our cosignature") : 0;
}

/* ---- what others say of ledgers (witness.h) ---- */

/* They link what other parties cosigned of their ledger to what we cosigned of it. */
static int
link_heard(struct talk *t, struct ent_err *err)
{
	for (size_t i = 0; i < ENT_PARTIES_MAX; i++) {
		struct ent_answer raw = { .status = 0 };
		struct ent_str key, what;
		uint64_t size;
		int rc = ent_heard_open(t->x, t->a, t->id, &t->peer, &size, &key, err);

		if (rc || size == 0)
			return rc;
		what = ent_arena_printf(t->a, "checkpoint?old=%" PRIu64, size);
		rc = what.p ? ent_talk_call(t, t->a, "GET", what.p, (struct ent_str){ NULL, 0 },
		                            NULL, &raw, err)
		            : ent_x_nomem(err);
		if (rc == 0)
			rc = ent_heard_link(t->x, t->a, t->id, &t->peer, key, raw.body, err);
		if (rc == ENT_EBUSY) /* the next sync has it */
			return 0;
		if (rc)
			return ent_within(err, rc, "their checkpoint as others know it");
	}
	return 0;
}

/* What this one cosigned of another party's ledger. */
static int
ask_about(struct talk *t, const struct ent_peer *owner, struct ent_err *err)
{
	struct ent_str origin = ent_arena_printf(t->page, "%.*s/entente/%.*s",
	                                         ENT_FMT(owner->host), ENT_FMT(t->id)),
		       path, none = { NULL, 0 };
	struct ent_answer raw = { .status = 0 };
	struct ent_err why = { 0 };
	int rc;

	if (!origin.p)
		return ent_x_nomem(err);
	path = ent_arena_printf(t->page, "/entente/v1/witness/%.*s/checkpoint",
	                        ENT_FMT(ent_sha256_hex(t->page, origin)));
	if (!path.p)
		return ent_x_nomem(err);
	rc = ent_taxii_call(t->c, t->page, "GET", path.p, none, NULL, &raw, &why);
	if (rc == 0)
		rc = ent_heard(t->x, t->page, t->id, owner, &t->peer, raw.body, &why);
	/* whose ledger it is has to answer for it, not the one who told: the alarm is kept */
	if (rc && raw.status != 404)
		ent_log_about(t->x->c.log, ENT_LOG_WARN, owner->party, t->id,
		              "what %.*s cosigned of its ledger: %s", ENT_FMT(t->peer.name),
		              why.msg);
	return 0;
}

/* Where two others could be shown two histories, each tells what it saw. */
static int
listen(struct talk *t, struct ent_err *err)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < t->g->parties && !ent_talk_over(t); i++) {
		struct ent_peer owner;

		if (i == t->g->self || ent_str_eq(t->g->party[i].id, t->peer.party))
			continue;
		ent_arena_reset(t->page);
		if (ent_peer_get(t->x, t->page, t->g->party[i].id, &owner, NULL) == 0 &&
		    owner.confirmed)
			rc = ask_about(t, &owner, err);
	}
	return rc;
}

/* ---- pages ---- */

static int
fetch_page(struct talk *t, const struct ent_cursor *at, struct ent_fetched *page,
           struct ent_err *err)
{
	struct ent_str coll = ent_collection_id(t->page, t->id, t->peer.party, true),
		       none = { NULL, 0 };

	if (!coll.p)
		return ent_x_nomem(err);
	return ent_taxii_fetch(t->c, t->page, t->id, coll, at->date, none,
	                       t->o->page ? t->o->page : SYNC_PAGE, "all", page, err);
}

static int
pages(struct talk *t, struct ent_err *err)
{
	struct ent_cursor at;
	struct ent_fetched page = { .count = 1 };
	int rc = ent_cursor_read(t->x, t->a, t->id, t->peer.party, &at, err);

	/* to the first empty page: `more` tells of the window, which a receipt moves */
	while (rc == 0 && !ent_talk_over(t) &&
	       (t->o->pages == 0 || t->out->pages < t->o->pages)) {
		struct ent_arrival ar = { .agreement = t->id, .from = t->peer.party };

		ent_arena_reset(t->page);
		rc = fetch_page(t, &at, &page, err);
		if (rc || page.count == 0)
			break;
		ar.objects = page.objects;
		ar.seq_first = page.seq_first;
		ar.seq_last = page.seq_last;
		ar.date_last = page.last;
		rc = ent_arrival_page(t->x, t->page, &ar, &at, err);
		if (rc)
			break;
		t->out->pages++;
		t->out->objects += page.count;
		t->out->fresh += ar.fresh;
		t->out->refused += ar.refused;
		t->out->aside += ar.aside;
		if (t->o->progress)
			t->o->progress(t->o->self, t->out->objects);
		rc = ent_talk_receipts(t, t->page, err);
	}
	t->out->cursor = at.seq;
	t->out->more = rc == 0 && page.count > 0;
	return rc;
}

/* ---- testimony ---- */

/*
 * Asks for the entries of their ledger about what they said and what they have, for as long as
 * they answer: a counterpart of an older release has no such endpoint, and one that doesn't
 * want to tell keeps the exchange from nothing.
 */
static int
testimony(struct talk *t, struct ent_str origin, struct ent_err *err)
{
	struct ent_asked *asked = ent_arena_alloc(t->a, sizeof(*asked));
	struct ent_str note, after = { NULL, 0 };
	uint64_t size;
	int rc =
	    asked ? ent_witness_last(t->x, t->a, origin, &size, &note, err) : ent_x_nomem(err);

	for (int turn = 0; rc == 0 && turn < TESTIMONY_TURNS && !ent_talk_over(t); turn++) {
		struct ent_answer raw = { .status = 0 };
		struct ent_err why = { 0 };
		size_t kept, n;

		ent_arena_reset(t->page);
		rc = ent_testimony_ask(t->x, t->page, t->id, t->peer.party, size, after, asked,
		                       err);
		n = asked->messages + asked->receipts;
		if (rc || n == 0)
			break;
		after = ent_arena_dup(t->a, asked->key[n - 1]);
		if (!after.p)
			return ent_x_nomem(err);
		if (ent_talk_call(t, t->page, "POST", "entries", asked->body, JSON_TYPE, &raw,
		                  &why) ||
		    ent_testimony_take(t->x, t->page, &t->peer, t->id, asked, note, raw.body,
		                       &kept, &why)) {
			if (raw.status != 404)
				ent_log_about(t->x->c.log, ENT_LOG_WARN, t->peer.party, t->id,
				              "they do not show what their ledger has: %s",
				              why.msg);
			break;
		}
	}
	return rc;
}

/* ---- our own standing ---- */

/*
 * Before anything is said that would make an entry: do they know more of our ledger than we do?
 * Then this node went back to an old copy, and must not write another history.
 */
static int
our_standing(struct talk *t, struct ent_err *err)
{
	struct ent_str origin = ent_book_origin(t->a, t->x->c.host, t->id), path;
	struct ent_answer raw = { .status = 0 };
	int rc;

	if (!origin.p)
		return ent_x_nomem(err);
	path = ent_arena_printf(t->a, "/entente/v1/witness/%.*s/checkpoint",
	                        ENT_FMT(ent_sha256_hex(t->a, origin)));
	if (!path.p)
		return ent_x_nomem(err);
	rc = ent_taxii_call(t->c, t->a, "GET", path.p, (struct ent_str){ NULL, 0 }, NULL, &raw,
	                    err);
	if (rc)
		return raw.status ? 0 : rc;
	return ent_behind_learn(t->x, t->a, t->id, raw.body, err);
}

/* ---- nothing new ---- */

/* Their word for it; a counterpart of an older release has no such endpoint. */
static int
ask_news(struct talk *t, const struct ent_standing *s, bool *news, struct ent_err *err)
{
	struct ent_answer raw = { .status = 0 };
	const struct ent_json *v;
	struct ent_str hex = ent_hex_dup(t->a, s->sha256, sizeof(s->sha256)),
		       what = ent_arena_printf(t->a, "standing?is=%.*s", ENT_FMT(hex));
	int rc;

	if (!hex.p || !what.p)
		return ent_x_nomem(err);
	rc =
	    ent_talk_call(t, t->a, "GET", what.p, (struct ent_str){ NULL, 0 }, NULL, &raw, err);
	if (rc)
		return raw.status ? 0 : rc;
	if (ent_json_parse(t->a, raw.body, ENT_ENVELOPE_DEPTH, &v, NULL) == 0)
		(void)ent_json_bool(ent_json_getc(v, "news"), news);
	return 0;
}

/* Whether one request is enough to see that there is nothing to talk about (standing.h). */
static int
nothing_new(struct talk *t, bool *out, struct ent_err *err)
{
	struct ent_standing s;
	bool idle = false, news = true;
	int rc;

	*out = false;
	if (t->o->statements_only || t->g->parties != 2 ||
	    ent_agreement_open(t->g, ent_str_c(t->x->c.party), t->peer.party, NULL, NULL))
		return 0;
	rc = ent_standing_idle(t->x, t->a, t->g, t->peer.party, &idle, err);
	if (rc || !idle)
		return rc;
	rc = ent_standing(t->x, t->a, t->g, &t->peer, &s, err);
	if (rc || !s.quiet)
		return rc;
	rc = ask_news(t, &s, &news, err);
	if (rc || news)
		return rc;
	*out = true;
	t->out->cursor = s.cursor;
	t->out->our_size = s.our_size;
	t->out->their_size = s.their_size;
	t->out->cosigned = true;
	return 0;
}

/* ---- the whole ---- */

static int
conversation(struct talk *t, struct ent_err *err)
{
	struct ent_str self = ent_str_c(t->x->c.party);
	struct ent_str origin =
	    ent_arena_printf(t->a, "%.*s/entente/%.*s", ENT_FMT(t->peer.host), ENT_FMT(t->id));
	int rc = our_standing(t, err);

	if (rc == 0)
		rc = statements(t, err);
	if (rc || t->o->statements_only)
		return rc;
	rc = ent_agreement_load(t->x, t->a, t->id, t->g, err);
	if (rc == 0)
		rc = ent_agreement_open(t->g, self, t->peer.party, NULL, err);
	if (rc == 0)
		rc = origin.p ? ent_conflict_check(t->x, t->a, origin, err) : ent_x_nomem(err);
	if (rc == 0)
		rc = check_theirs(t, err);
	if (rc == 0)
		rc = ent_talk_receipts(t, t->page, err);
	if (rc == 0)
		rc = pages(t, err);
	/* once more, with our receipts in it: what came can be proved from now on */
	if (rc == 0 && t->out->pages > 0)
		rc = check_theirs(t, err);
	if (rc == 0)
		rc = link_heard(t, err);
	if (rc == 0)
		rc = testimony(t, origin, err);
	if (rc == 0)
		rc = listen(t, err);
	/* last, so that what this sync wrote is in the checkpoint that they cosign */
	return rc ? rc : show_ours(t, err);
}

static int
connect_peer(struct talk *t, struct ent_str party, struct ent_err *err)
{
	struct ent_client_config cc = { .cert_file = t->x->c.cert_file,
		                        .key_file = t->x->c.key_file,
		                        .pinned = true };
	struct ent_str url;
	int rc = ent_agreement_load(t->x, t->a, t->id, t->g, err);

	if (rc == 0)
		rc = ent_peer_get(t->x, t->a, party, &t->peer, err);
	if (rc == 0 && !t->peer.confirmed)
		rc = ent_fail(err, ENT_ESTATE, "%.*s is not confirmed", ENT_FMT(t->peer.name));
	if (rc == 0 && t->peer.url.n == 0)
		rc = ent_fail(err, ENT_ENET, "%.*s has no address: it must come to us",
		              ENT_FMT(t->peer.name));
	if (rc)
		return rc;
	t->out->peer = t->peer.name;
	t->out->title = t->g->title;
	memcpy(cc.pin, t->peer.pin, sizeof(cc.pin));
	url = ent_arena_dup(t->a, t->peer.url);
	return url.p ? ent_taxii_open(url.p, &cc, &t->c, err) : ent_x_nomem(err);
}

int
ent_sync(struct ent_exchange *x, struct ent_arena *a, struct ent_str agreement,
         struct ent_str party, const struct ent_sync_options *o, struct ent_sync_report *out,
         struct ent_err *err)
{
	struct talk t = { .x = x, .a = a, .o = o, .out = out, .id = agreement };
	bool idle = false;
	int rc;

	*out = (struct ent_sync_report){ .agreement = agreement };
	t.ends = o->seconds ? ent_tick_us() + (int64_t)o->seconds * 1000000 : INT64_MAX;
	t.page = ent_arena_new(ENT_REQUEST_ARENA);
	t.g = ent_arena_alloc(a, sizeof(*t.g));
	rc = t.page && t.g ? connect_peer(&t, party, err) : ent_x_nomem(err);
	if (rc == 0)
		rc = nothing_new(&t, &idle, err);
	if (rc == 0 && !idle)
		rc = conversation(&t, err);
	if (rc == 0 && !o->statements_only)
		rc = ent_synced_note(x, a, agreement, party, !idle && !out->more, err);
	ent_taxii_close(t.c);
	ent_arena_free(t.page);
	return rc;
}
