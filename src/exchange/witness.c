/* SPDX-License-Identifier: Apache-2.0 */
/*
 * witness.c - holding counterparts to their ledgers (docs/ledger.md; C2SP tlog-witness).
 */
#include "exchange/witness.h"

#include <inttypes.h>

#include "base/enc.h"
#include "exchange/agreement.h"
#include "exchange/arrival.h"
#include "exchange/audit.h"
#include "exchange/book.h"
#include "exchange/exchange_int.h"
#include "exchange/peer.h"
#include "exchange/witness_int.h"
#include "ledger/witness.h"
#include "json/write.h"

#define CONFLICTS_MAX 1000

static struct ent_str
origin_key(struct ent_arena *a, struct ent_str origin)
{
	return ent_sha256_hex(a, origin);
}

/* What came, taken apart and its signature verified. */
struct shown {
	struct ent_add_checkpoint *in;
	struct ent_checkpoint c;
	struct ent_str key, name, party; /* of the origin, of the agreement; whose it is */
	bool in_force;
};

int
ent_watched_read(struct ent_exchange *x, struct ent_arena *a, struct ent_str key,
                 struct ent_watched *out, struct ent_err *err)
{
	const struct ent_json *v;
	int64_t recorded = 0;
	int rc = ent_x_doc(x, a, ENT_SPACE_WITNESS, key, &v, err);

	*out = (struct ent_watched){ 0 };
	ent_empty_root(&out->last.root);
	if (rc == ENT_ENOENT)
		return 0;
	if (rc)
		return rc;
	out->note = ent_json_getstr(v, "note");
	(void)ent_json_int(ent_json_getc(v, "recorded"), &recorded);
	out->recorded = (uint64_t)recorded;
	if (ent_checkpoint_parse(out->note, &out->last, NULL))
		return ent_fail(err, ENT_ECORRUPT,
		                "the stored checkpoint of a counterpart is damaged");
	return 0;
}

static int
write_watched(struct ent_exchange *x, struct ent_arena *a, struct ent_str key,
              struct ent_str note, uint64_t recorded, struct ent_err *err)
{
	struct ent_buf b;
	struct ent_jw w;
	struct ent_str text;

	ent_buf_init(&b, ENT_ENVELOPE_MAX);
	ent_jw_init(&w, &b);
	ent_jw_object(&w);
	ent_jw_kstr(&w, "note", note);
	ent_jw_kint(&w, "recorded", (int64_t)recorded);
	ent_jw_end_object(&w);
	text = ent_buf_done(&b, a);
	ent_buf_release(&b);
	return text.p ? ent_store_doc_put(x->store, ENT_SPACE_WITNESS, key, text, err)
	              : ent_x_nomem(err);
}

int
ent_witness_last(struct ent_exchange *x, struct ent_arena *a, struct ent_str origin,
                 uint64_t *size, struct ent_str *note, struct ent_err *err)
{
	struct ent_str key = origin_key(a, origin);
	struct ent_watched w;
	int rc = key.p ? ent_watched_read(x, a, key, &w, err) : ent_x_nomem(err);

	if (rc)
		return rc;
	*size = w.last.size;
	*note = w.note;
	return 0;
}

int
ent_witness_by_hash(struct ent_exchange *x, struct ent_arena *a, struct ent_str hex,
                    struct ent_str *note, struct ent_err *err)
{
	struct ent_watched w;
	int rc = ent_watched_read(x, a, hex, &w, err);

	if (rc == 0 && !w.note.p)
		return ent_fail(err, ENT_ENOENT,
		                "no checkpoint of that origin was cosigned here");
	*note = w.note;
	return rc;
}

/* What the ledger says of a conflict: the notes themselves may be larger than an entry. */
static struct ent_str
conflict_detail(struct ent_arena *a, struct ent_str origin, struct ent_str held,
                struct ent_str shown)
{
	struct ent_str out;
	struct ent_buf b;
	struct ent_jw w;

	ent_buf_init(&b, ENT_LEDGER_ENTRY_MAX);
	ent_jw_init(&w, &b);
	ent_jw_object(&w);
	ent_jw_kstr(&w, "origin", origin);
	ent_jw_kstr(&w, "held_sha256", ent_sha256_hex(a, held));
	ent_jw_kstr(&w, "shown_sha256", ent_sha256_hex(a, shown));
	ent_jw_end_object(&w);
	out = ent_buf_done(&b, a);
	ent_buf_release(&b);
	return out;
}

/* The two contradicting notes are kept as they came: each is signed by the accused. */
int
ent_conflict_keep(struct ent_exchange *x, struct ent_arena *a, struct ent_str key,
                  struct ent_str origin, struct ent_str held, struct ent_str shown,
                  struct ent_err *err)
{
	struct ent_buf b;
	struct ent_jw w;
	struct ent_str text, detail = conflict_detail(a, origin, held, shown);
	int rc;

	ent_buf_init(&b, ENT_ENVELOPE_MAX);
	ent_jw_init(&w, &b);
	ent_jw_object(&w);
	ent_jw_kstr(&w, "origin", origin);
	ent_jw_kstr(&w, "at", ent_x_at(x, a));
	ent_jw_kstr(&w, "held", held);
	ent_jw_kstr(&w, "shown", shown);
	ent_jw_end_object(&w);
	text = ent_buf_done(&b, a);
	ent_buf_release(&b);
	rc = text.p && detail.p
	         ? ent_store_doc_put(x->store, ENT_SPACE_CONFLICT, key, text, err)
	         : ent_x_nomem(err);
	if (rc == 0)
		rc = ent_audit_note(x, a, "ledger-conflict", detail, err);
	ent_log(x->c.log, ENT_LOG_ERROR,
	        "alarm: ledger %.*s shows two histories; `entente ledger conflict` has both",
	        ENT_FMT(origin));
	return rc;
}

static int
answer(struct ent_witnessed *out, int status, const char *type, struct ent_str body)
{
	*out = (struct ent_witnessed){ status, body, type };
	return 0;
}

static int
refuse(struct ent_witnessed *out, int status, const char *why)
{
	return answer(out, status, "text/plain; charset=utf-8", ent_str_c(why));
}

/*
 * "<host>/entente/<agreement>": the peer whose host it is, letter for letter, and the
 * agreement, of which it must be a party: a name that it made up would let it write into a
 * ledger of ours that is none of its business, and another spelling would begin another
 * history.
 */
static int
peer_of(struct ent_exchange *x, struct ent_arena *a, struct ent_str origin, struct ent_peer *p,
        struct ent_str *name, bool *in_force)
{
	size_t slash = ent_str_find(origin, '/');
	struct ent_str host = { origin.p, slash }, rest = ent_str_from(origin, slash);
	struct ent_agreement *g = ent_arena_alloc(a, sizeof(*g));
	char text[ENT_UUID_TEXT];
	uint8_t uuid[16];

	if (!g || !ent_str_starts(rest, "/entente/") || ent_peer_by_host(x, a, host, p, NULL) ||
	    !p->confirmed)
		return ENT_ENOENT;
	*name = ent_str_from(rest, sizeof("/entente/") - 1);
	if (ent_uuid_parse(*name, uuid) || !ent_str_is(*name, ent_uuid_text(uuid, text)) ||
	    ent_agreement_load(x, a, *name, g, NULL) || ent_agreement_party(g, p->party) < 0)
		return ENT_ENOENT;
	*in_force = ent_agreement_open(g, ent_str_c(x->c.party), p->party, NULL, NULL) == 0;
	return 0;
}

/*
 * Our own ledger takes note where theirs grew by more than one entry: an entry that only notes
 * our checkpoint must not be answered by one that notes theirs, for ever.  Not while the
 * agreement rests, and not without end in a day: what theirs shows, ours has to keep.
 */
static int
record(struct ent_exchange *x, struct ent_arena *a, const struct shown *s, uint64_t *recorded,
       struct ent_err *err)
{
	char root[ENT_B64_LEN(ENT_HASH) + 1];

	if (s->c.size <= *recorded + 1 || !s->in_force ||
	    !ent_x_daily(x, a, "checkpoint", s->party, ENT_CHECKPOINTS_DAY))
		return 0;
	ent_b64(s->c.root.b, ENT_HASH, root);
	*recorded = s->c.size;
	return ent_book_note(
	    x, a, s->name,
	    ent_arena_printf(
		a,
		"{\"kind\":\"peer-checkpoint\",\"origin\":\"%.*s\",\"size\":%" PRIu64
		",\"root\":\"%s\",\"at\":\"%.*s\"}",
		ENT_FMT(s->c.origin), s->c.size, root, ENT_FMT(ent_x_at(x, a))),
	    err);
}

/* Cosigns and keeps. */
static int
accept(struct ent_exchange *x, struct ent_arena *a, const struct shown *s,
       const struct ent_watched *w, struct ent_str *line, struct ent_err *err)
{
	const struct ent_key *k = &x->c.keys->key[ENT_KEY_WITNESS];
	struct ent_str self = ent_arena_printf(a, "%s/entente", x->c.host), kept;
	uint64_t recorded = w->recorded;
	int rc = self.p ? ent_cosign(a, s->in->note, self, ent_x_now(x) / 1000000, k->pub,
	                             k->sec, line, err)
	                : ent_x_nomem(err);

	if (rc == 0)
		rc = record(x, a, s, &recorded, err);
	if (rc)
		return rc;
	/* nothing of what else they put behind it: it would stand beside our name */
	kept = ent_note_only_by(a, s->in->note, s->c.origin);
	if (kept.p)
		kept = ent_arena_printf(a, "%.*s%.*s", ENT_FMT(kept), ENT_FMT(*line));
	return kept.p ? write_watched(x, a, s->key, kept, recorded, err) : ent_x_nomem(err);
}

static int
add(struct ent_exchange *x, struct ent_arena *a, const struct shown *s,
    struct ent_witnessed *out, struct ent_err *err)
{
	const struct ent_checkpoint *c = &s->c;
	struct ent_str line;
	struct ent_watched w;
	int rc = ent_conflict_check(x, a, c->origin, err);

	if (rc == ENT_ECONFLICT)
		return refuse(out, 422,
		              "this origin stands in conflict with what it showed before");
	if (rc == 0)
		rc = ent_watched_read(x, a, s->key, &w, err);
	if (rc)
		return rc;
	if (s->in->old > c->size)
		return refuse(out, 400, "old size is larger than the checkpoint's");
	if (s->in->old != w.last.size)
		return answer(out, 409, "text/x.tlog.size",
		              ent_arena_printf(a, "%" PRIu64 "\n", w.last.size));
	if (ent_check_consistency(s->in->old, &w.last.root, c->size, &c->root, s->in->proof,
	                          s->in->count)) {
		if (w.note.p)
			rc = ent_conflict_keep(x, a, s->key, c->origin, w.note, s->in->note,
			                       err);
		return rc ? rc
		          : refuse(out, 422,
		                   "the proof does not link the last cosigned checkpoint to "
		                   "this one");
	}
	rc = accept(x, a, s, &w, &line, err);
	return rc ? rc : answer(out, 200, "text/plain; charset=utf-8", line);
}

/* What is kept gets our line, and is read again: no more stands behind it than is needed. */
static bool
fits(struct ent_str note)
{
	size_t lines = 0;

	for (size_t i = 0; i < note.n; i++)
		lines += note.p[i] == '\n';
	return note.n <= ENT_NOTE_MAX - 4096 && lines < ENT_NOTE_LINES;
}

int
ent_witness_add(struct ent_exchange *x, struct ent_arena *a, struct ent_str caller,
                struct ent_str body, struct ent_witnessed *out, struct ent_err *err)
{
	struct shown s = { .in = ent_arena_alloc(a, sizeof(*s.in)) };
	struct ent_peer p;
	int rc;

	if (!s.in)
		return ent_x_nomem(err);
	if (ent_add_checkpoint_parse(body, s.in, NULL) ||
	    ent_checkpoint_parse(s.in->note, &s.c, NULL))
		return refuse(out, 400, "not an add-checkpoint request");
	if (!fits(s.in->note))
		return refuse(out, 400, "there is too much behind the checkpoint");
	/* only its owner shows a ledger here: a proof that fails is held against whoever brings
	 * it, and nobody else may bring one that must fail */
	if (peer_of(x, a, s.c.origin, &p, &s.name, &s.in_force) || !ent_str_eq(p.party, caller))
		return refuse(out, 404, "unknown origin");
	if (ent_checkpoint_open(s.in->note, p.ledger_pub, &s.c, NULL))
		return refuse(out, 403, "no valid signature of the log");
	s.party = p.party;
	s.key = origin_key(a, s.c.origin);
	/* compare and persist are one write (tlog-witness); a refusal is kept too */
	rc = s.key.p ? ent_x_begin(x, err) : ent_x_nomem(err);
	return rc ? rc : ent_x_end(x, add(x, a, &s, out, err), err);
}

int
ent_conflicts(struct ent_exchange *x, struct ent_arena *a, struct ent_conflict **out,
              size_t *count, struct ent_err *err)
{
	struct ent_doc *docs;
	int rc = ent_store_docs(x->store, a, ENT_SPACE_CONFLICT, ENT_STR(""),
	                        (struct ent_str){ NULL, 0 }, CONFLICTS_MAX, &docs, count, err);

	if (rc)
		return rc;
	*out = ent_arena_array(a, *count, sizeof(**out));
	if (!*out)
		return ent_x_nomem(err);
	for (size_t i = 0; i < *count; i++) {
		const struct ent_json *v;

		rc = ent_json_parse(a, docs[i].value, ENT_JSON_DEPTH, &v, err);
		if (rc)
			return rc;
		(*out)[i] =
		    (struct ent_conflict){ ent_json_getstr(v, "origin"),
			                   ent_json_getstr(v, "at"), ent_json_getstr(v, "held"),
			                   ent_json_getstr(v, "shown") };
	}
	return 0;
}

int
ent_conflict_check(struct ent_exchange *x, struct ent_arena *a, struct ent_str origin,
                   struct ent_err *err)
{
	struct ent_str key = origin_key(a, origin), text;
	int rc = key.p ? ent_store_doc_get(x->store, a, ENT_SPACE_CONFLICT, key, &text, err)
	               : ent_x_nomem(err);

	if (rc == ENT_ENOENT)
		return 0;
	if (rc)
		return rc;
	return ent_fail(err, ENT_ECONFLICT,
	                "ledger %.*s has shown two histories: exchange stops until a person "
	                "decides (`entente ledger conflict`)",
	                ENT_FMT(origin));
}

/* The evidence stays, under the time at which it was put aside. */
static int
put_aside(struct ent_exchange *x, struct ent_arena *a, struct ent_str key,
          struct ent_str origin, const char *act, struct ent_str held, struct ent_str shown,
          struct ent_str evidence, struct ent_err *err)
{
	struct ent_str at = ent_x_at(x, a),
		       aside = ent_arena_printf(a, "%.*s/%.*s", ENT_FMT(key), ENT_FMT(at)),
		       detail = conflict_detail(a, origin, held, shown);
	int rc =
	    aside.p && detail.p ? ent_audit_note(x, a, act, detail, err) : ent_x_nomem(err);

	return rc ? rc
	          : ent_store_doc_put(x->store, ENT_SPACE_CONFLICT_OLD, aside, evidence, err);
}

/* A conflict is put aside; without one, what was cosigned of a ledger that is shorter now. */
static int
clear(struct ent_exchange *x, struct ent_arena *a, struct ent_str key, struct ent_str origin,
      struct ent_err *err)
{
	const struct ent_json *v;
	struct ent_watched w;
	int rc = ent_x_doc(x, a, ENT_SPACE_CONFLICT, key, &v, err);

	if (rc == 0)
		rc = put_aside(x, a, key, origin, "ledger-conflict-cleared",
		               ent_json_getstr(v, "held"), ent_json_getstr(v, "shown"),
		               ent_json_raw(v), err);
	if (rc == 0)
		return ent_store_doc_del(x->store, ENT_SPACE_CONFLICT, key, err);
	if (rc != ENT_ENOENT)
		return rc;
	rc = ent_watched_read(x, a, key, &w, err);
	if (rc)
		return rc;
	if (!w.note.p)
		return ent_fail(err, ENT_ENOENT,
		                "nothing of a ledger %.*s is known here: is it "
		                "HOST/entente/AGREEMENT, letter for letter?",
		                ENT_FMT(origin));
	return put_aside(x, a, key, origin, "ledger-restarted", w.note, ENT_STR(""), w.note,
	                 err);
}

int
ent_conflict_clear(struct ent_exchange *x, struct ent_arena *a, struct ent_str origin,
                   struct ent_err *err)
{
	struct ent_str key = origin_key(a, origin), name;
	struct ent_peer p;
	bool in_force;
	int rc = key.p ? ent_x_begin(x, err) : ent_x_nomem(err);

	if (rc)
		return rc;
	rc = clear(x, a, key, origin, err);
	/* from here on the counterpart's present history is the one it is held to, and what it
	 * sends is read from the start: its numbers may have been given a second time */
	if (rc == 0)
		rc = ent_store_doc_del(x->store, ENT_SPACE_WITNESS, key, err);
	if (rc == 0)
		rc = ent_heard_settle(x, a, origin, err);
	if (rc == 0 && peer_of(x, a, origin, &p, &name, &in_force) == 0)
		rc = ent_cursor_forget(x, a, name, p.party, err);
	return ent_x_end(x, rc, err);
}

/* ---- ours, as others witness it ---- */

int
ent_witness_request(struct ent_exchange *x, struct ent_arena *a, struct ent_str id,
                    uint64_t old, struct ent_str *body, struct ent_str *note, uint64_t *size,
                    struct ent_err *err)
{
	struct ent_add_checkpoint *r = ent_arena_alloc(a, sizeof(*r));
	int rc = r ? ent_book_checkpoint(x, a, id, note, size, err) : ent_x_nomem(err);

	if (rc == 0 && old > *size)
		rc = ent_fail(err, ENT_ECONFLICT,
		              "the counterpart has cosigned %" PRIu64
		              " entries of our ledger, which has %" PRIu64
		              ": was this node restored from an old copy?",
		              old, *size);
	if (rc == 0) {
		r->old = old;
		r->note = *note;
		rc = ent_book_consistency(x, id, old, *size, r->proof, &r->count, err);
	}
	if (rc)
		return rc;
	*body = ent_add_checkpoint_print(a, r);
	return body->p ? 0 : ent_x_nomem(err);
}

int
ent_witness_cosigned(struct ent_exchange *x, struct ent_arena *a, struct ent_str id,
                     struct ent_str party, struct ent_str note, struct ent_err *err)
{
	struct ent_str name;
	struct ent_checkpoint cp;
	struct ent_cosignature cs;
	struct ent_peer p;
	int rc = ent_checkpoint_open(note, x->c.keys->key[ENT_KEY_LEDGER].pub, &cp, err);

	if (rc == 0 && !ent_str_eq(cp.origin, ent_book_origin(a, x->c.host, id)))
		rc = ent_fail(err, ENT_EUNUSABLE, "the note is of another ledger");
	if (rc == 0)
		rc = ent_peer_get(x, a, party, &p, err);
	if (rc)
		return rc;
	name = ent_arena_printf(a, "%.*s/entente", ENT_FMT(p.host));
	rc = name.p ? ent_cosignature_find(note, name, p.witness_pub, &cs, err)
	            : ent_x_nomem(err);
	if (rc == 0)
		rc = ent_x_begin(x, err);
	if (rc)
		return rc;
	return ent_x_end(x, ent_book_cosigned(x, a, id, &cp, name, p.witness_pub, &cs, err),
	                 err);
}
