/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gate.c - the rules by which an object may leave, one function each.
 */
#include "exchange/gate.h"

#include "exchange/approval.h"
#include "exchange/exchange_int.h"
#include "exchange/feed.h"
#include "exchange/lineage.h"
#include "exchange/message.h"

#define NEEDS_MAX    32
#define LEFT_OUT_MAX 256

/* What the rules look at; they never see more than this. */
struct ask {
	struct ent_exchange *x;
	struct ent_arena *a;
	const struct ent_agreement *g;
	const struct ent_terms *terms; /* of our own channel */
	const struct ent_held *h;
	const struct ent_json *json;
	const struct ent_map *together;
	struct ent_decision *out;
	struct ent_str dialogue; /* the agreement for which this node wrote it as a message;
	                            absent: it is none */
	struct ent_str *needs, *left_out;
};

typedef int (*rule_fn)(struct ask *q, struct ent_verdict *v, struct ent_err *err);

static int
say(struct ent_verdict *v, enum ent_result r, struct ent_str reason)
{
	v->result = r;
	v->reason = reason;
	return reason.p ? 0 : ENT_ENOMEM;
}

static int
rule_agreement(struct ask *q, struct ent_verdict *v, struct ent_err *err)
{
	(void)err;
	switch (q->g->state) {
	case ENT_IN_FORCE:
		return say(v, ENT_PASS, ENT_STR("the agreement is in force"));
	case ENT_SUSPENDED:
		return say(v, ENT_QUEUE,
		           ent_arena_printf(q->a,
		                            "%.*s: it waits until the agreement is revived",
		                            ENT_FMT(ent_agreement_describe(q->a, q->g))));
	default:
		return say(v, ENT_DENY, ent_agreement_describe(q->a, q->g));
	}
}

static int
rule_valid(struct ask *q, struct ent_verdict *v, struct ent_err *err)
{
	struct ent_findings f;
	int rc;

	ent_findings_init(&f, q->a);
	rc = ent_stix_check(q->json, &f, err);
	if (rc)
		return rc;
	if (f.errors == 0)
		return say(v, ENT_PASS, ENT_STR("valid STIX 2.1"));
	return say(v, ENT_DENY,
	           ent_arena_printf(q->a, "not valid STIX: %.*s", ENT_FMT(f.list[0].text)));
}

static bool
in_list(const struct ent_str *list, size_t n, struct ent_str s)
{
	for (size_t i = 0; i < n; i++)
		if (ent_str_eq(list[i], s))
			return true;
	return false;
}

/* A marking-definition marks others; what counts for it is what it stands for. */
static bool
is_allowed_marking(const struct ask *q)
{
	enum ent_tlp t = ent_tlp_of(q->h->id);

	if (!ent_str_is(q->h->type, "marking-definition"))
		return false;
	return t != ENT_TLP_NONE ? t <= q->terms->tlp_max
	                         : in_list(q->terms->markings, q->terms->n_markings, q->h->id);
}

static int
rule_type(struct ask *q, struct ent_verdict *v, struct ent_err *err)
{
	(void)err;
	if (q->dialogue.p && !ent_str_eq(q->dialogue, q->g->id))
		return say(v, ENT_DENY, ENT_STR("a message of another agreement's dialogue"));
	if (q->dialogue.p)
		return say(v, ENT_PASS,
		           ENT_STR("a message of the dialogue, which every agreement allows"));
	if (q->terms->all_types || in_list(q->terms->types, q->terms->n_types, q->h->type))
		return say(
		    v, ENT_PASS,
		    ent_arena_printf(q->a, "type %.*s is in scope", ENT_FMT(q->h->type)));
	if (is_allowed_marking(
		q)) /* what says how objects may be handled goes along with them */
		return say(v, ENT_PASS, ENT_STR("a marking that the agreement allows"));
	return say(v, ENT_DENY,
	           ent_arena_printf(q->a, "type %.*s is not in the scope of our channel",
	                            ENT_FMT(q->h->type)));
}

/* What the markings of one kind (object or granular) come to. */
struct marks {
	struct ask *q;
	bool granular;
	size_t tlp_seen;
	enum ent_tlp highest;
	struct ent_str deny; /* the first reason against */
	bool nomem;
};

static void
against(struct marks *m, struct ent_str why)
{
	if (!why.p)
		m->nomem = true;
	if (!m->deny.p)
		m->deny = why;
}

static void
need(struct ask *q, struct ent_str id)
{
	if (!in_list(q->needs, q->out->n_needs, id) && q->out->n_needs < NEEDS_MAX)
		q->needs[q->out->n_needs++] = id;
}

static int
mark(void *self, struct ent_str id, struct ent_str selector)
{
	struct marks *m = self;
	struct ask *q = m->q;
	enum ent_tlp t = id.p ? ent_tlp_of(id) : ENT_TLP_NONE;

	if ((selector.p != NULL) != m->granular)
		return 0;
	if (!id.p) {
		against(m, ENT_STR("a marking is not an identifier"));
	} else if (t != ENT_TLP_NONE) {
		m->tlp_seen++;
		if (t > m->highest)
			m->highest = t;
		if (t > q->terms->tlp_max)
			against(m, ent_arena_printf(
				       q->a, "TLP:%s%s%.*s is above the ceiling of TLP:%s",
				       ent_tlp_name(t), selector.p ? " on " : "",
				       ENT_FMT(selector), ent_tlp_name(q->terms->tlp_max)));
		need(q, id);
	} else if (in_list(q->terms->markings, q->terms->n_markings, id)) {
		need(q, id);
	} else {
		against(m, ent_arena_printf(q->a,
		                            "marking %.*s is not known to the agreement: what "
		                            "is unknown is not released",
		                            ENT_FMT(id)));
	}
	return 0;
}

/*
 * What the feeds say from which an object without a TLP marking came: the strictest, and which
 * feed; none for what is this node's own as well.
 */
static int
feeds_say(struct ask *q, enum ent_tlp *tlp, struct ent_str *name, struct ent_err *err)
{
	struct ent_str *sources;
	size_t n = 0;
	int rc = 0;

	*tlp = ENT_TLP_NONE;
	if (q->h->oid) /* what arrives is held from nowhere yet */
		rc = ent_holdings_sources(q->x, q->a, q->h->oid, &sources, &n, err);
	for (size_t i = 0; rc == 0 && i < n; i++)
		if (ent_str_eq(sources[i], ENT_SOURCE_OWN))
			return 0;
	for (size_t i = 0; rc == 0 && i < n; i++) {
		struct ent_feed_record f;

		rc = ent_feed_of(q->x, q->a, sources[i], &f, err);
		if (rc == 0 && f.tlp > *tlp) {
			*tlp = f.tlp;
			*name = f.name;
		}
		if (rc == ENT_ENOENT)
			rc = 0;
	}
	return rc;
}

/* It goes out as it came, so the receiver counts it as the agreement says: what counts as more
 * here has to stay. */
static int
judge_unmarked(struct ask *q, struct ent_verdict *v, struct ent_err *err)
{
	enum ent_tlp unmarked = q->terms->unmarked, tlp;
	struct ent_str feed = { NULL, 0 };
	int rc = feeds_say(q, &tlp, &feed, err);

	if (rc)
		return rc;
	if (unmarked == ENT_TLP_NONE)
		return say(v, ENT_DENY,
		           ENT_STR("it has no TLP marking, and the agreement does not say what "
		                   "that means"));
	if (tlp > unmarked)
		return say(v, ENT_DENY,
		           ent_arena_printf(q->a,
		                            "unmarked counts as TLP:%s from the feed %.*s, and "
		                            "as TLP:%s under the agreement",
		                            ent_tlp_name(tlp), ENT_FMT(feed),
		                            ent_tlp_name(unmarked)));
	if (unmarked > q->terms->tlp_max)
		return say(v, ENT_DENY,
		           ent_arena_printf(
			       q->a, "unmarked counts as TLP:%s, above the ceiling of TLP:%s",
			       ent_tlp_name(unmarked), ent_tlp_name(q->terms->tlp_max)));
	return say(v, ENT_PASS,
	           ent_arena_printf(q->a, "no TLP marking: the agreement counts that as TLP:%s",
	                            ent_tlp_name(unmarked)));
}

static int
rule_markings(struct ask *q, struct ent_verdict *v, struct ent_err *err)
{
	struct marks m = { .q = q };

	(void)ent_stix_markings(q->json, mark, &m);
	if (m.nomem)
		return ent_x_nomem(err);
	if (m.deny.p)
		return say(v, ENT_DENY, m.deny);
	if (m.tlp_seen)
		return say(v, ENT_PASS,
		           ent_arena_printf(q->a, "TLP:%s, the ceiling is TLP:%s",
		                            ent_tlp_name(m.highest),
		                            ent_tlp_name(q->terms->tlp_max)));
	if (is_allowed_marking(q))
		return say(v, ENT_PASS, ENT_STR("a marking that the agreement allows"));
	return judge_unmarked(q, v, err);
}

static int
rule_granular(struct ask *q, struct ent_verdict *v, struct ent_err *err)
{
	struct marks m = { .q = q, .granular = true };

	(void)ent_stix_markings(q->json, mark, &m);
	if (m.nomem)
		return ent_x_nomem(err);
	if (m.deny.p)
		return say(v, ENT_DENY, m.deny);
	return say(v, ENT_PASS,
	           m.tlp_seen ? ENT_STR("granular markings are within the ceiling")
	                      : ENT_STR("no granular marking that restricts it"));
}

/*
 * Whether what came under another agreement, or from a feed, may go on under this one: which of
 * its other parties sent it isn't known, so every one of them must allow it.
 */
static int
onward(struct ask *q, struct ent_str source, bool *may, struct ent_err *err)
{
	struct ent_agreement *from = ent_arena_alloc(q->a, sizeof(*from));
	struct ent_feed_record feed;
	int rc = ent_feed_of(q->x, q->a, source, &feed, err);

	*may = rc == 0 && feed.onward;
	if (rc != ENT_ENOENT)
		return rc;
	rc = from ? ent_agreement_load(q->x, q->a, source, from, err) : ent_x_nomem(err);
	if (rc == ENT_ENOENT)
		return 0; /* from a card or a road that is gone */
	if (rc)
		return rc;
	*may = true;
	for (size_t p = 0; p < from->parties; p++)
		if (p != from->self)
			*may &= from->party[p].terms.onward == ENT_ONWARD_TLP;
	return 0;
}

static int
rule_originator(struct ask *q, struct ent_verdict *v, struct ent_err *err)
{
	struct ent_str *sources, against = { NULL, 0 };
	size_t n;
	int rc = ent_holdings_sources(q->x, q->a, q->h->oid, &sources, &n, err);

	if (rc)
		return rc;
	for (size_t i = 0; i < n; i++) {
		if (ent_str_eq(sources[i], ENT_SOURCE_OWN))
			return say(v, ENT_PASS, ENT_STR("it is this node's own"));
		if (ent_str_eq(sources[i], q->g->id))
			return say(v, ENT_PASS, ENT_STR("it came under this agreement"));
	}
	for (size_t i = 0; rc == 0 && i < n && !against.p; i++) {
		bool may;

		rc = onward(q, sources[i], &may, err);
		if (rc == 0 && !may)
			against = sources[i];
	}
	if (rc)
		return rc;
	if (n && !against.p)
		return say(v, ENT_PASS,
		           ENT_STR("its originators allow onward release within its TLP"));
	return say(
	    v, ENT_DENY,
	    ent_arena_printf(q->a, "it came from %.*s, which does not allow onward release",
	                     ENT_FMT(against.p ? against : ENT_STR("an unknown source"))));
}

/* Whether the counterpart has an object, or will have it after this release. */
static int
known(struct ask *q, struct ent_str id, bool *yes)
{
	struct ent_str type, none = { NULL, 0 }, *sources;
	struct ent_row row;
	uint8_t uuid[16];
	uint64_t seq;
	size_t n;

	*yes = true;
	if (q->together && ent_map_get(q->together, id))
		return 0;
	if (ent_agreement_party(q->g, id) >= 0 || ent_tlp_of(id) != ENT_TLP_NONE)
		return 0; /* the parties know each other's cards; TLP goes along */
	*yes = false;
	if (ent_stix_id_parse(id, &type, uuid))
		return 0;
	if (ent_store_on_channel(q->x->store, q->g->outbound, type, uuid, none, &seq, NULL) ==
	    0) {
		*yes = true;
		return 0;
	}
	if (ent_store_get(q->x->store, q->a, type, uuid, none, &row, NULL) == 0 &&
	    ent_store_sources(q->x->store, q->a, row.oid, &sources, &n, NULL) == 0)
		for (size_t i = 0; i < n; i++)
			*yes |= ent_str_eq(sources[i], q->g->id);
	return 0;
}

static int
reference(void *self, struct ent_str tail, struct ent_str id)
{
	struct ask *q = self;
	bool yes;

	(void)tail;
	(void)known(q, id, &yes);
	if (!yes && q->out->n_left_out < LEFT_OUT_MAX &&
	    !in_list(q->left_out, q->out->n_left_out, id))
		q->left_out[q->out->n_left_out++] = id;
	return 0;
}

static int
rule_references(struct ask *q, struct ent_verdict *v, struct ent_err *err)
{
	(void)err;
	(void)ent_stix_refs(q->json, reference, q);
	if (q->out->n_left_out == 0)
		return say(v, ENT_PASS,
		           ENT_STR("all that it refers to goes along or is known there"));
	return say(v, ENT_PASS,
	           ent_arena_printf(q->a,
	                            "left out: %zu object%s that it refers to, first %.*s",
	                            q->out->n_left_out, q->out->n_left_out == 1 ? "" : "s",
	                            ENT_FMT(q->left_out[0])));
}

static int
rule_approval(struct ask *q, struct ent_verdict *v, struct ent_err *err)
{
	struct ent_approval p;
	int rc;

	if (!q->terms->two_person)
		return say(v, ENT_PASS, ENT_STR("one person may release"));
	if (ent_str_is(q->h->type, "marking-definition"))
		return say(v, ENT_PASS, ENT_STR("a marking goes along with what it marks"));
	rc = ent_approval_of(q->x, q->a, q->g->id, q->h, &p, err);
	if (rc && rc != ENT_ENOENT)
		return rc;
	if (rc == ENT_ENOENT)
		return say(v, ENT_DENY,
		           ENT_STR("the agreement asks for two people, and no second one has "
		                   "approved it"));
	if (p.state == ENT_APPROVAL_WAITING)
		return say(v, ENT_DENY,
		           ent_arena_printf(q->a,
		                            "%.*s asked for it, %.*s: it waits for a second "
		                            "person",
		                            ENT_FMT(p.requested_by), ENT_FMT(p.requested_at)));
	return say(v, p.state == ENT_APPROVAL_APPROVED ? ENT_PASS : ENT_DENY,
	           ent_arena_printf(q->a, "%.*s asked for it, %.*s %s it%s%.*s",
	                            ENT_FMT(p.requested_by), ENT_FMT(p.decided_by),
	                            ent_approval_state_name(p.state), p.reason.n ? ": " : "",
	                            ENT_FMT(p.reason)));
}

static const struct {
	const char *name;
	rule_fn fn;
} rules[ENT_RULES] = {
	[ENT_RULE_AGREEMENT] = { "agreement", rule_agreement },
	[ENT_RULE_VALID] = { "valid", rule_valid },
	[ENT_RULE_TYPE] = { "type", rule_type },
	[ENT_RULE_MARKINGS] = { "markings", rule_markings },
	[ENT_RULE_GRANULAR] = { "granular", rule_granular },
	[ENT_RULE_ORIGINATOR] = { "originator", rule_originator },
	[ENT_RULE_REFERENCES] = { "references", rule_references },
	[ENT_RULE_APPROVAL] = { "approval", rule_approval },
};

const char *
ent_rule_name(enum ent_rule r)
{
	return rules[r].name;
}

const char *
ent_result_name(enum ent_result r)
{
	static const char *const names[] = { "pass", "deny", "queue" };

	return names[r];
}

int
ent_gate(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
         const struct ent_held *h, const struct ent_json *json, const struct ent_map *together,
         struct ent_decision *out, struct ent_err *err)
{
	struct ask q = { x,    a,        g,   &g->party[g->self].terms,    h,
		         json, together, out, ent_message_of(x, a, h->id), NULL,
		         NULL };
	int rc;

	*out = (struct ent_decision){ .result = ENT_PASS };
	q.needs = ent_arena_array(a, NEEDS_MAX, sizeof(*q.needs));
	q.left_out = ent_arena_array(a, LEFT_OUT_MAX, sizeof(*q.left_out));
	if (!q.needs || !q.left_out)
		return ent_x_nomem(err);
	out->needs = q.needs;
	out->left_out = q.left_out;
	for (int r = 0; r < ENT_RULES; r++) {
		rc = rules[r].fn(&q, &out->rule[r], err);
		if (rc == ENT_ENOMEM)
			return ent_x_nomem(err);
		if (rc)
			return rc;
		if (out->rule[r].result == ENT_DENY ||
		    (out->rule[r].result == ENT_QUEUE && out->result == ENT_PASS))
			out->result = out->rule[r].result;
	}
	return 0;
}

/* The rules that are about an object and a party's terms, and of our own those that are about
 * where it came from and who agreed. */
static int
judge_terms(struct ask *q, bool ours, enum ent_rule *which, struct ent_verdict *v,
            struct ent_err *err)
{
	static const enum ent_rule asked[] = { ENT_RULE_TYPE, ENT_RULE_MARKINGS,
		                               ENT_RULE_GRANULAR, ENT_RULE_ORIGINATOR,
		                               ENT_RULE_APPROVAL };
	size_t n = ours ? sizeof(asked) / sizeof(asked[0]) : 3;

	q->needs = ent_arena_array(q->a, NEEDS_MAX, sizeof(*q->needs));
	if (!q->needs)
		return ent_x_nomem(err);
	for (size_t i = 0; i < n; i++) {
		int rc = rules[asked[i]].fn(q, v, err);

		*which = asked[i];
		if (rc)
			return rc == ENT_ENOMEM ? ent_x_nomem(err) : rc;
		if (v->result == ENT_DENY)
			return 0;
	}
	return 0;
}

int
ent_gate_terms(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
               const struct ent_held *h, const struct ent_json *json, bool *allowed,
               struct ent_err *err)
{
	struct ent_decision d = { 0 };
	struct ask q = { .x = x, .a = a, .g = g, .h = h, .json = json, .out = &d };
	struct ent_verdict v = { ENT_DENY, { NULL, 0 } };
	enum ent_rule which;
	int rc;

	q.terms = &g->party[g->self].terms;
	q.dialogue = ent_message_of(x, a, h->id);
	rc = judge_terms(&q, true, &which, &v, err);
	*allowed = v.result != ENT_DENY;
	return rc;
}

int
ent_gate_arrival(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
                 struct ent_str from, const struct ent_json *json, bool *held,
                 struct ent_err *err)
{
	int p = ent_agreement_party(g, from), rc;
	struct ent_held h = { .id = ent_json_getstr(json, "id"),
		              .type = ent_json_getstr(json, "type") };
	struct ent_decision d = { 0 };
	struct ask q = { .x = x, .a = a, .g = g, .h = &h, .json = json, .out = &d };
	struct ent_verdict v;
	enum ent_rule which;

	*held = false;
	if (p < 0)
		return ent_fail(err, ENT_EDENIED, "%.*s is not a party", ENT_FMT(from));
	q.terms = &g->party[p].terms;
	if (ent_message_is(json)) {
		rc = ent_message_check(x, a, g, from, json, held, err);
		if (rc)
			return rc;
		*held = false;
		q.dialogue = g->id;
	}
	rc = judge_terms(&q, false, &which, &v, err);
	if (rc == 0 && v.result == ENT_DENY)
		rc = ent_fail(err, ENT_EDENIED,
		              "%.*s is beyond what the agreement lets its sender send (%s): "
		              "%.*s",
		              ENT_FMT(h.id), rules[which].name, ENT_FMT(v.reason));
	if (rc)
		return rc;
	*held = true;
	return ent_lineage_check(x, a, g, from, json, err);
}
