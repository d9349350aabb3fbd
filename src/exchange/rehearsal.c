/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rehearsal.c - a party's own part: what waits is put before the gate, and signed; and the
 * report that all parts make up.
 */
#include "exchange/rehearsal.h"

#include "base/enc.h"
#include "crypto/hash.h"
#include "exchange/audit.h"
#include "exchange/peer.h"
#include "exchange/rehearsal_int.h"
#include "exchange/window.h"

/* ---- which suspensions it is about ---- */

static int
by_text(const void *l, const void *r)
{
	return ent_str_cmp(*(const struct ent_str *)l, *(const struct ent_str *)r);
}

static int
open_suspensions(const struct ent_agreement *g, struct ent_rehearsal *out, struct ent_err *err)
{
	if (g->suspensions == 0)
		return ent_fail(err, ENT_ESTATE,
		                "nothing is suspended: there is nothing to "
		                "rehearse");
	if (g->suspensions > ENT_SUSPENSIONS_REHEARSED)
		return ent_fail(err, ENT_ELIMIT,
		                "%zu suspensions are open: at most %d can be "
		                "rehearsed",
		                g->suspensions, ENT_SUSPENSIONS_REHEARSED);
	out->n_suspensions = g->suspensions;
	for (size_t i = 0; i < g->suspensions; i++)
		out->suspensions[i] = g->suspension[i].sha256;
	qsort(out->suspensions, out->n_suspensions, sizeof(out->suspensions[0]), by_text);
	return 0;
}

/* ---- keys ---- */

static int
keys_of(struct ent_exchange *x, struct ent_arena *a, const struct ent_party *p,
        const struct ent_key_history **keys, bool *stands, struct ent_err *err)
{
	struct ent_peer *peer;
	int rc;

	*stands = true;
	if (ent_str_is(p->id, x->c.party))
		return ent_exchange_keys(x, a, keys, err);
	peer = ent_arena_alloc(a, sizeof(*peer));
	rc = peer ? ent_peer_get(x, a, p->id, peer, err) : ent_x_nomem(err);
	*stands = rc == 0 && peer->confirmed;
	*keys = rc ? NULL : peer->keys;
	return rc == ENT_ENOENT ? 0 : rc; /* removed, or never met: nothing may pass */
}

/* Whether the key of now is another one than that of then. */
static int
note_key(struct ent_exchange *x, struct ent_arena *a, const struct ent_party *p, int64_t then,
         struct ent_rehearsed_key *out, struct ent_err *err)
{
	const struct ent_key_history *keys;
	const struct ent_key_period *now, *before;
	uint8_t hash[ENT_SHA256];
	int rc = keys_of(x, a, p, &keys, &out->stands, err);

	out->party = p->id;
	if (rc || !keys)
		return rc;
	now = ent_keys_at(keys, ent_x_now(x));
	before = ent_keys_at(keys, then);
	out->changed = now != before;
	out->stands = out->stands && now;
	if (!now)
		return 0;
	ent_sha256((struct ent_str){ (const char *)now->sign, ENT_PUB }, hash);
	out->fingerprint = ent_hex_dup(a, hash, 8);
	if (now->from != INT64_MIN)
		out->since = ent_time_dup(a, now->from, 3);
	return out->fingerprint.p ? 0 : ent_x_nomem(err);
}

static int
note_keys(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
          struct ent_rehearsal *out, struct ent_err *err)
{
	int64_t then = g->suspension[0].at; /* earliest first */
	int rc = 0;

	for (size_t p = 0; rc == 0 && p < g->parties; p++)
		rc = note_key(x, a, &g->party[p], then, &out->key[out->keys++], err);
	return rc;
}

/* ---- what waits ---- */

static void
note_survey(const struct ent_survey *s, struct ent_rehearsal *out)
{
	out->waits = (int64_t)s->objects;
	out->bytes = (int64_t)s->bytes;
	out->expired = (int64_t)s->expired;
	out->kept_back = (int64_t)s->denied;
	out->approval = (int64_t)s->rule[ENT_RULE_APPROVAL].count;
	for (int r = 0; r < ENT_RULES; r++)
		if (s->rule[r].count)
			out->rule[out->rules++] = (struct ent_rehearsed_rule){
				ent_str_c(ent_rule_name((enum ent_rule)r)),
				(int64_t)s->rule[r].count
			};
}

static int
survey(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
       struct ent_survey_options *o, struct ent_rehearsal *out, struct ent_err *err)
{
	struct ent_survey s;
	int rc = ent_receipted_by_all(x, a, g, &o->after, err);

	if (rc == 0)
		rc = ent_survey(x, g, o, &s, err);
	if (rc == 0)
		note_survey(&s, out);
	return rc;
}

/* ---- signing ---- */

static void
write_counts(struct ent_jw *w, const struct ent_rehearsal *r)
{
	ent_jw_key(w, "channel");
	ent_jw_object(w);
	ent_jw_kint(w, "waits", r->waits);
	ent_jw_kint(w, "bytes", r->bytes);
	ent_jw_kint(w, "expired", r->expired);
	ent_jw_kint(w, "approval", r->approval);
	ent_jw_kint(w, "kept_back", r->kept_back);
	ent_jw_key(w, "rules");
	ent_jw_array(w);
	for (size_t i = 0; i < r->rules; i++) {
		ent_jw_object(w);
		ent_jw_kstr(w, "rule", r->rule[i].rule);
		ent_jw_kint(w, "objects", r->rule[i].objects);
		ent_jw_end_object(w);
	}
	ent_jw_end_array(w);
	ent_jw_end_object(w);
}

static void
write_keys(struct ent_jw *w, const struct ent_rehearsal *r)
{
	ent_jw_key(w, "keys");
	ent_jw_array(w);
	for (size_t i = 0; i < r->keys; i++) {
		ent_jw_object(w);
		ent_jw_kstr(w, "party", r->key[i].party);
		if (r->key[i].fingerprint.n)
			ent_jw_kstr(w, "fingerprint", r->key[i].fingerprint);
		if (r->key[i].since.n)
			ent_jw_kstr(w, "since", r->key[i].since);
		ent_jw_kbool(w, "changed", r->key[i].changed);
		ent_jw_kbool(w, "stands", r->key[i].stands);
		ent_jw_end_object(w);
	}
	ent_jw_end_array(w);
}

struct part {
	const struct ent_agreement *g;
	const struct ent_rehearsal *r;
};

static void
write_part(struct ent_jw *w, const void *self)
{
	const struct part *p = self;

	ent_jw_kstr(w, "document", p->g->document);
	ent_jw_key(w, "suspensions");
	ent_jw_array(w);
	for (size_t i = 0; i < p->r->n_suspensions; i++)
		ent_jw_str(w, p->r->suspensions[i]);
	ent_jw_end_array(w);
	write_counts(w, p->r);
	write_keys(w, p->r);
}

/* Signed and kept, with who did it. */
static int
sign(struct ent_exchange *x, struct ent_arena *a, const struct part *p,
     struct ent_rehearsal *out, struct ent_err *err)
{
	struct ent_dispatch d;
	struct ent_str detail;
	int rc = ent_dispatch_make(x, a, p->g, ENT_DISPATCH_REHEARSAL, write_part, p, &d, err);

	if (rc == 0)
		rc = ent_rehearsal_read(&d, out, err);
	if (rc)
		return rc;
	detail = ent_arena_printf(a, "{\"of\":\"%.*s\"}", ENT_FMT(p->g->id));
	return detail.p ? ent_audit_note(x, a, "rehearse", detail, err) : ent_x_nomem(err);
}

int
ent_rehearse(struct ent_exchange *x, struct ent_arena *a, struct ent_str agreement,
             void (*progress)(void *self, size_t done), void *self, struct ent_rehearsal *out,
             struct ent_err *err)
{
	struct ent_survey_options o = { .of = ENT_SURVEY_CHANNEL,
		                        .progress = progress,
		                        .self = self };
	struct ent_agreement *g = ent_arena_alloc(a, sizeof(*g));
	struct ent_rehearsal *draft = ent_arena_alloc(a, sizeof(*draft));
	struct part p = { g, draft };
	int rc = g && draft ? ent_agreement_load(x, a, agreement, g, err) : ent_x_nomem(err);

	if (rc == 0)
		rc = open_suspensions(g, draft, err);
	if (rc == 0)
		rc = note_keys(x, a, g, draft, err);
	if (rc == 0)
		rc = survey(x, a, g, &o, draft, err);
	if (rc == 0)
		rc = ent_x_begin(x, err);
	return rc ? rc : ent_x_end(x, sign(x, a, &p, out, err), err);
}

/* ---- the report ---- */

static bool
same_suspensions(const struct ent_rehearsal *r, const struct ent_rehearsal *open)
{
	if (r->n_suspensions != open->n_suspensions)
		return false;
	for (size_t i = 0; i < open->n_suspensions; i++)
		if (!ent_str_eq(r->suspensions[i], open->suspensions[i]))
			return false;
	return true;
}

struct choosing {
	const struct ent_agreement *g;
	const struct ent_rehearsal *open;
	struct ent_rehearsal_report *out;
	struct ent_rehearsal *r; /* the one at hand */
};

/* The newest of each party; two of one instant are told apart by their hash. */
static int
choose(void *self, const struct ent_dispatch *d, struct ent_err *err)
{
	struct choosing *c = self;
	int p = ent_agreement_party(c->g, d->by), rc = ent_rehearsal_read(d, c->r, err);
	const struct ent_rehearsal *r = c->r;
	struct ent_rehearsal *to;

	if (rc || p < 0 || !ent_str_eq(r->document, c->g->document) ||
	    !same_suspensions(r, c->open))
		return rc;
	to = &c->out->part[p];
	if (!to->by.p || r->when > to->when ||
	    (r->when == to->when && ent_str_cmp(r->sha256, to->sha256) > 0))
		*to = *r;
	return 0;
}

/* Members in canonical order; parts by party, so that every node writes the same bytes. */
static int
write_report(struct ent_arena *a, const struct ent_agreement *g,
             const struct ent_rehearsal *open, struct ent_rehearsal_report *out,
             struct ent_err *err)
{
	size_t order[ENT_PARTIES_MAX];
	struct ent_buf b;
	struct ent_jw w;

	for (size_t p = 0; p < g->parties; p++) {
		size_t at = p;

		for (; at > 0 && ent_str_cmp(g->party[order[at - 1]].id, g->party[p].id) > 0;
		     at--)
			order[at] = order[at - 1];
		order[at] = p;
	}
	ent_buf_init(&b, ENT_DISPATCH_BYTES);
	ent_jw_init(&w, &b);
	ent_jw_object(&w);
	ent_jw_kstr(&w, "agreement", g->id);
	ent_jw_kstr(&w, "document", g->document);
	ent_jw_key(&w, "parts");
	ent_jw_array(&w);
	for (size_t p = 0; p < g->parties; p++) {
		ent_jw_object(&w);
		ent_jw_kstr(&w, "by", out->part[order[p]].by);
		ent_jw_kstr(&w, "sha256", out->part[order[p]].sha256);
		ent_jw_end_object(&w);
	}
	ent_jw_end_array(&w);
	ent_jw_key(&w, "suspensions");
	ent_jw_array(&w);
	for (size_t i = 0; i < open->n_suspensions; i++)
		ent_jw_str(&w, open->suspensions[i]);
	ent_jw_end_array(&w);
	ent_jw_end_object(&w);
	out->json = ent_buf_done(&b, a);
	ent_buf_release(&b);
	out->sha256 = out->json.p ? ent_sha256_hex(a, out->json) : out->json;
	return out->sha256.p ? 0 : ent_x_nomem(err);
}

int
ent_rehearsal_report(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
                     struct ent_rehearsal_report *out, struct ent_err *err)
{
	struct ent_rehearsal *open = ent_arena_alloc(a, sizeof(*open));
	struct choosing c = { g, open, out, ent_arena_alloc(a, sizeof(*c.r)) };
	int rc = open && c.r ? open_suspensions(g, open, err) : ent_x_nomem(err);

	*out = (struct ent_rehearsal_report){ .complete = true };
	if (rc == 0)
		rc = ent_dispatches_each(x, a, g->id, ENT_DISPATCH_REHEARSAL, choose, &c, err);
	if (rc)
		return rc;
	for (size_t p = 0; p < g->parties; p++)
		out->complete &= out->part[p].by.p != NULL;
	return out->complete ? write_report(a, g, open, out, err) : 0;
}
