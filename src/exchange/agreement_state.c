/* SPDX-License-Identifier: Apache-2.0 */
/*
 * agreement_state.c - the state of an agreement as a function of its documents, its statements
 * and the clock, and of nothing else.
 */
#include "base/map.h"
#include "exchange/agreement_int.h"
#include "exchange/exchange_int.h"

#define DAY_US (INT64_C(86400) * 1000000)

/* All that is signed, and when it is looked at. */
struct life {
	struct ent_arena *a;
	struct ent_agreement **doc; /* ascending: by version, then by hash */
	size_t docs;
	const struct ent_statement *s;
	size_t n;
	int64_t now;
};

/* ---- who has signed a document ---- */

/* Whether a statement accepts a document: proposing is accepting one's own text, and where it
 * has to be initialled it is that. */
static bool
accepts(const struct ent_agreement *g, const struct ent_statement *s)
{
	return s->act == ENT_ACT_ACCEPT || (s->act == ENT_ACT_PROPOSE && !g->initialling);
}

static void
note_signature(struct ent_agreement *g, const struct ent_statement *s)
{
	int p = ent_agreement_party(g, s->by);

	for (size_t i = 0; s->act == ENT_ACT_COUNTERSIGN && i < g->approvers; i++)
		if (ent_str_eq(g->approver[i].id, s->by))
			g->approver[i].agreed = true;
	if (p < 0)
		return;
	g->party[p].accepted |= accepts(g, s);
	g->party[p].initialled |= s->act == ENT_ACT_INITIAL || s->act == ENT_ACT_PROPOSE;
}

/* What all parties, but for those that have left by now, have done. */
struct all {
	bool accepted, initialled, agreed;
};

static struct all
all_of(const struct ent_agreement *g, int64_t now)
{
	struct all all = { true, true, true };

	for (size_t p = 0; p < g->parties; p++)
		if (g->party[p].left > now) {
			all.accepted &= g->party[p].accepted;
			all.initialled &= g->party[p].initialled;
		}
	all.accepted &= all.initialled || !g->initialling;
	for (size_t i = 0; i < g->approvers; i++)
		all.agreed &= g->approver[i].agreed;
	return all;
}

bool
ent_agreement_accepts(struct ent_agreement *g, const struct ent_statement *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (ent_str_eq(s[i].document, g->document))
			note_signature(g, &s[i]);
	return all_of(g, INT64_MIN).accepted;
}

/* When a party accepted a document; INT64_MAX: it hasn't. */
static int64_t
accepted_by(const struct ent_agreement *g, const struct life *l, struct ent_str party)
{
	int64_t first = INT64_MAX;

	for (size_t i = 0; i < l->n; i++)
		if (l->s[i].at < first && accepts(g, &l->s[i]) &&
		    ent_str_eq(l->s[i].document, g->document) && ent_str_eq(l->s[i].by, party))
			first = l->s[i].at;
	return first;
}

/* When the last party accepted a document: a notice can't have been given before. */
static int64_t
accepted_at(const struct ent_agreement *g, const struct life *l)
{
	int64_t last = INT64_MIN;

	for (size_t p = 0; p < g->parties; p++) {
		int64_t first = accepted_by(g, l, g->party[p].id);

		if (first != INT64_MAX && first > last)
			last = first;
	}
	return last;
}

/* ---- notices ---- */

/* The document that a statement is about; where it isn't here, the one that governs. */
static const struct ent_agreement *
about(const struct life *l, const struct ent_statement *s,
      const struct ent_agreement *governing)
{
	for (size_t i = 0; i < l->docs; i++)
		if (ent_str_eq(l->doc[i]->document, s->document))
			return l->doc[i];
	return governing;
}

/* When it has its effect, by the document that it names: what is accepted later gives an
 * agreement that ended no new life. */
static int64_t
effect_of(const struct life *l, const struct ent_statement *s, const struct ent_agreement *d)
{
	int64_t begun, from = s->at;

	if (s->act == ENT_ACT_SUSPEND) {
		from += d->suspension_days * DAY_US;
		return s->from > from ? s->from : from;
	}
	begun = accepted_at(d, l);
	return (from > begun ? from : begun) + d->notice_days * DAY_US;
}

/* Whether all parties of its document have signed that a notice is withdrawn: its author, and
 * the others, whose nodes do so by themselves while it has no effect. */
static bool
is_back(const struct life *l, const struct ent_statement *s, const struct ent_agreement *d,
        bool back[ENT_PARTIES_MAX])
{
	bool all = true;

	memset(back, 0, ENT_PARTIES_MAX * sizeof(*back));
	for (size_t i = 0; i < l->n; i++) {
		int p = l->s[i].act == ENT_ACT_WITHDRAW && ent_str_eq(l->s[i].notice, s->sha256)
		            ? ent_agreement_party(d, l->s[i].by)
		            : -1;

		if (p >= 0)
			back[p] = true;
	}
	for (size_t p = 0; p < d->parties; p++)
		all &= back[p];
	return all;
}

/* ---- leaving ---- */

static bool
same_party(const struct ent_party *p, struct ent_str id)
{
	return ent_str_eq(p->id, id);
}

/* Who left, in every document that it has not accepted since. */
static void
note_leaving(struct life *l, const struct ent_statement *s)
{
	const struct ent_agreement *d = about(l, s, NULL);
	bool back[ENT_PARTIES_MAX];
	int64_t end;

	if (!d || ent_agreement_party(d, s->by) < 0 || is_back(l, s, d, back))
		return;
	end = effect_of(l, s, d);
	for (size_t i = 0; i < l->docs; i++)
		for (size_t p = 0; p < l->doc[i]->parties; p++) {
			struct ent_party *to = &l->doc[i]->party[p];
			int64_t since;

			if (!same_party(to, s->by) || end >= to->left)
				continue;
			since = accepted_by(l->doc[i], l, s->by);
			if (since == INT64_MAX || since <= s->at)
				to->left = end;
		}
}

/* ---- the governing document ---- */

/* Whether those who are bound by one document have accepted another: nobody is amended out. */
static bool
follows(const struct ent_agreement *from, const struct ent_agreement *to, int64_t now)
{
	for (size_t p = 0; p < from->parties; p++) {
		int q = ent_agreement_party(to, from->party[p].id);

		if (from->party[p].left > now && (q < 0 || !to->party[q].accepted))
			return false;
	}
	return true;
}

/* How far a document has come: a later one takes over only when it can be applied. */
static int
rank_of(const struct ent_agreement *g, int64_t now)
{
	struct all all = all_of(g, now);

	if (!all.accepted)
		return 0;
	if (!all.agreed && !g->provisional)
		return 1;
	return g->valid_from > now ? 2 : 3;
}

/*
 * From the first version on, each that can be applied takes the place of the one before, if all
 * who are bound by that one accepted it; the greatest version stands, and equal ones are told
 * apart by hash, so that every node chooses the same.  Where none can be applied it is the one
 * that has come farthest.
 */
static const struct ent_agreement *
governing(const struct life *l)
{
	const struct ent_agreement *cur = NULL;
	int best = -1;

	for (size_t i = 0; i < l->docs; i++) {
		int rank = rank_of(l->doc[i], l->now);

		if (rank < best || (best >= 2 && !follows(cur, l->doc[i], l->now)))
			continue;
		best = rank;
		cur = l->doc[i];
	}
	return cur;
}

/* ---- suspensions ---- */

static bool
resumed_by_all(const struct ent_agreement *g, const struct ent_suspension *su, int64_t now)
{
	for (size_t p = 0; p < g->parties; p++)
		if (!su->resumed[p] && g->party[p].left > now)
			return false;
	return true;
}

/* Who has resumed which suspension; by: their hashes. */
static void
note_resumes(const struct ent_agreement *g, const struct life *l, const struct ent_map *by)
{
	for (size_t i = 0; i < l->n; i++) {
		int p = ent_agreement_party(g, l->s[i].by);
		struct ent_suspension *su;

		if (l->s[i].act != ENT_ACT_RESUME || p < 0)
			continue;
		su = ent_map_get(by, l->s[i].suspension);
		if (su)
			su->resumed[p] = true;
	}
}

/* All of them: one that is forgotten would revive what somebody has suspended. */
static int
note_suspensions(const struct life *l, struct ent_agreement *g)
{
	struct ent_map *by;
	size_t all = 0;

	for (size_t i = 0; i < l->n; i++)
		all += l->s[i].act == ENT_ACT_SUSPEND;
	if (all == 0)
		return 0; /* as nearly always: this is on the way of every request */
	g->suspension = ent_arena_array(l->a, all, sizeof(*g->suspension));
	by = ent_map_new(l->a);
	if (!by || !g->suspension)
		return ENT_ENOMEM;
	all = 0;
	for (size_t i = 0; i < l->n; i++) {
		const struct ent_statement *s = &l->s[i];
		const struct ent_agreement *d = about(l, s, g);
		int p = ent_agreement_party(g, s->by);
		bool back[ENT_PARTIES_MAX];
		int64_t effect;

		if (s->act != ENT_ACT_SUSPEND || p < 0 || g->party[p].left <= l->now)
			continue;
		effect = effect_of(l, s, d);
		if (effect > l->now || (effect > s->at && is_back(l, s, d, back)))
			continue; /* a notice, or it was one */
		g->suspension[all] =
		    (struct ent_suspension){ s->sha256, s->by, s->reason, effect, { false } };
		if (ent_map_put(by, s->sha256, &g->suspension[all++]))
			return ENT_ENOMEM;
	}
	note_resumes(g, l, by);
	for (size_t i = 0; i < all; i++)
		if (!resumed_by_all(g, &g->suspension[i], l->now))
			g->suspension[g->suspensions++] = g->suspension[i];
	return 0;
}

/* ---- the end, and what is announced ---- */

static bool
is_notice(const struct ent_statement *s)
{
	return s->act == ENT_ACT_TERMINATE || s->act == ENT_ACT_LEAVE ||
	       s->act == ENT_ACT_SUSPEND;
}

static void
announce(struct ent_agreement *g, const struct ent_statement *s, int64_t effect,
         const bool back[ENT_PARTIES_MAX])
{
	struct ent_notice *to = &g->notice[g->notices++];

	*to = (struct ent_notice){ .sha256 = s->sha256,
		                   .by = s->by,
		                   .reason = s->reason,
		                   .act = (int)s->act,
		                   .at = s->at,
		                   .effect = effect };
	memcpy(to->back, back, sizeof(to->back));
	for (; to > g->notice && to[-1].effect > to->effect; to--) {
		struct ent_notice swap = to[-1];

		to[-1] = *to;
		*to = swap;
	}
}

static void
end_at(struct ent_agreement *g, int64_t end, struct ent_str by, struct ent_str reason)
{
	if (end >= g->ends)
		return;
	g->ends = end;
	g->ended_by = by;
	g->ended_reason = reason;
}

/* The earliest end that a termination brings, and all notices that run. */
static int
note_notices(const struct life *l, struct ent_agreement *g)
{
	size_t all = 0;

	for (size_t i = 0; i < l->n; i++)
		all += is_notice(&l->s[i]);
	if (all == 0)
		return 0;
	g->notice = ent_arena_array(l->a, all, sizeof(*g->notice));
	if (!g->notice)
		return ENT_ENOMEM;
	for (size_t i = 0; i < l->n; i++) {
		const struct ent_statement *s = &l->s[i];
		const struct ent_agreement *d = about(l, s, g);
		bool back[ENT_PARTIES_MAX];
		int64_t effect;

		if (!is_notice(s) || ent_agreement_party(g, s->by) < 0 ||
		    is_back(l, s, d, back))
			continue;
		effect = effect_of(l, s, d);
		if (s->act == ENT_ACT_TERMINATE)
			end_at(g, effect, s->by, s->reason);
		if (effect > l->now)
			announce(g, s, effect, back);
	}
	return 0;
}

/* An agreement of one isn't any. */
static void
note_last(const struct life *l, struct ent_agreement *g)
{
	size_t here = 0;
	int64_t end = INT64_MAX;
	struct ent_str by = { NULL, 0 };

	for (size_t p = 0; p < g->parties; p++)
		here += g->party[p].left == INT64_MAX;
	if (here >= 2)
		return;
	/* the latest but one of them is gone when the second to last goes */
	for (size_t p = 0; p < g->parties; p++) {
		size_t later = 0;

		for (size_t q = 0; q < g->parties; q++)
			later += g->party[q].left > g->party[p].left;
		if (later <= 1 && g->party[p].left < end) {
			end = g->party[p].left;
			by = g->party[p].id;
		}
	}
	(void)l;
	if (by.p)
		end_at(g, end, by, ENT_STR("it left, and fewer than two parties remain"));
}

static enum ent_state
compute(const struct ent_agreement *g, int64_t now)
{
	struct all all = all_of(g, now);

	if (g->ends <= now || g->party[g->self].left <= now)
		return ENT_TERMINATED;
	if (!all.accepted)
		return !g->initialling  ? ENT_PROPOSED
		       : all.initialled ? ENT_INITIALLED
		                        : ENT_DRAFT;
	if (now >= g->valid_until)
		return ENT_EXPIRED;
	if (!all.agreed && !g->provisional)
		return ENT_SIGNED;
	if (now < g->valid_from)
		return ENT_PENDING;
	if (g->suspensions)
		return ENT_SUSPENDED;
	return all.agreed ? ENT_IN_FORCE : ENT_PROVISIONAL;
}

/* ---- reading ---- */

static int
by_version(const void *l, const void *r)
{
	const struct ent_agreement *a = *(struct ent_agreement *const *)l,
				   *b = *(struct ent_agreement *const *)r;

	if (a->version != b->version)
		return a->version < b->version ? -1 : 1;
	return ent_str_cmp(a->document, b->document);
}

static int
read_documents(struct life *l, const struct ent_stored *docs, size_t n, struct ent_err *err)
{
	l->doc = ent_arena_array(l->a, n, sizeof(struct ent_agreement *));
	if (!l->doc)
		return ent_x_nomem(err);
	for (size_t i = 0; i < n; i++) {
		struct ent_agreement *g = ent_arena_alloc(l->a, sizeof(*g));
		int rc = g ? ent_document_read(l->a, docs[i].body, g, err) : ent_x_nomem(err);

		if (rc)
			return rc;
		g->document = docs[i].sha256;
		(void)ent_agreement_accepts(g, l->s, l->n);
		l->doc[l->docs++] = g;
	}
	qsort(l->doc, l->docs, sizeof(struct ent_agreement *), by_version);
	return 0;
}

int
ent_agreement_compute(struct ent_arena *a, const struct ent_stored *docs, size_t n_docs,
                      const struct ent_statement *s, size_t n, struct ent_str self, int64_t now,
                      struct ent_agreement *out, struct ent_err *err)
{
	struct life l = { .a = a, .s = s, .n = n, .now = now };
	const struct ent_agreement *g, *newest;
	int p, rc = read_documents(&l, docs, n_docs, err);

	if (rc)
		return rc;
	for (size_t i = 0; i < n; i++)
		if (s[i].act == ENT_ACT_LEAVE)
			note_leaving(&l, &s[i]);
	g = governing(&l);
	if (!g)
		return ent_fail(err, ENT_ENOENT, "it has no document");
	*out = *g;
	newest = l.doc[l.docs - 1];
	if (rank_of(g, now) && newest->version > g->version)
		out->newer = newest->document;
	p = ent_agreement_party(out, self);
	if (p < 0)
		return ent_fail(err, ENT_ECORRUPT, "this node is not a party of it");
	out->self = (size_t)p;
	if (note_suspensions(&l, out) || note_notices(&l, out))
		return ent_x_nomem(err);
	note_last(&l, out);
	for (size_t i = 0; i < out->parties; i++)
		out->party[i].gone = out->party[i].left <= now;
	out->state = compute(out, now);
	return 0;
}
