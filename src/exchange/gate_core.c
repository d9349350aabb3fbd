/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gate_core.c - the rules by which an object may leave, one function each, and their table.
 */
#include "exchange/gate_core.h"

/* What every rule gets: it never sees more. */
struct ask {
	const struct ent_gate_object *o;
	const struct ent_gate_case *c;
	const struct ent_terms *t;
};

static struct ent_ruling
pass(enum ent_why why)
{
	return (struct ent_ruling){ ENT_PASS, why, 0, 0 };
}

static struct ent_ruling
deny(enum ent_why why, size_t at, unsigned detail)
{
	return (struct ent_ruling){ ENT_DENY, why, at, detail };
}

bool
ent_gate_listed(const struct ent_str *list, size_t n, struct ent_str s)
{
	for (size_t i = 0; i < n; i++)
		if (ent_str_eq(list[i], s))
			return true;
	return false;
}

static bool
is_marking(const struct ent_gate_object *o)
{
	return ent_str_is(o->type, "marking-definition");
}

/* ---- marks, one by one ---- */

/* Whether the terms have all that a definition says read: what is read in part is not known. */
static bool
is_read(const struct ent_terms *t, const struct ent_handling *h)
{
	return h && (h->iep || h->codes) && !h->other && (!h->iep || t->gate.iep) &&
	       (!h->codes || t->gate.handles);
}

bool
ent_gate_mark_known(const struct ent_terms *t, const struct ent_gate_mark *m)
{
	return m->tlp != ENT_TLP_NONE ||
	       (m->pap != ENT_PAP_NONE && t->gate.pap_max != ENT_PAP_NONE) ||
	       is_read(t, m->says) || ent_gate_listed(t->markings, t->n_markings, m->id);
}

/* A rule about one mark: ENT_WHYS where it has nothing to say of it. */
typedef struct ent_ruling (*mark_fn)(const struct ask *q, size_t i);

static struct ent_ruling
mark_level(const struct ask *q, size_t i)
{
	const struct ent_gate_mark *m = &q->o->marks[i];

	if (!m->id.p)
		return deny(ENT_WHY_MARK_UNREADABLE, i, 0);
	if (m->tlp > q->t->tlp_max)
		return deny(ENT_WHY_TLP_ABOVE, i, m->tlp);
	if (!ent_gate_mark_known(q->t, m))
		return deny(ENT_WHY_MARK_UNKNOWN, i, 0);
	return pass(m->tlp != ENT_TLP_NONE ? ENT_WHY_TLP_WITHIN : ENT_WHYS);
}

static struct ent_ruling
mark_genuine(const struct ask *q, size_t i)
{
	const struct ent_handling *h = q->o->marks[i].says;

	if (!h)
		return pass(ENT_WHYS);
	return h->forged ? deny(ENT_WHY_FORGED, i, 0) : pass(ENT_WHY_GENUINE);
}

static struct ent_ruling
mark_pap(const struct ask *q, size_t i)
{
	const struct ent_gate_mark *m = &q->o->marks[i];

	if (m->pap == ENT_PAP_NONE || q->t->gate.pap_max == ENT_PAP_NONE)
		return pass(ENT_WHYS);
	return m->pap > q->t->gate.pap_max ? deny(ENT_WHY_PAP_ABOVE, i, m->pap)
	                                   : pass(ENT_WHY_PAP);
}

static struct ent_ruling
mark_iep(const struct ask *q, size_t i)
{
	const struct ent_handling *h = q->o->marks[i].says;

	if (!h || !h->iep || !q->t->gate.iep)
		return pass(ENT_WHYS);
	if (h->unreadable)
		return deny(ENT_WHY_IEP_UNREADABLE, i, 0);
	if (h->iep_tlp > q->t->tlp_max)
		return deny(ENT_WHY_IEP_ABOVE, i, h->iep_tlp);
	if (q->c->now != INT64_MIN && h->iep_from > q->c->now)
		return deny(ENT_WHY_IEP_EARLY, i, 0);
	if (q->c->now != INT64_MIN && h->iep_until <= q->c->now)
		return deny(ENT_WHY_IEP_OVER, i, 0);
	return pass(ENT_WHY_IEP);
}

/* H2: only who gave it may let it go on, and that is this node where the object is its own. */
static struct ent_ruling
mark_codes(const struct ask *q, size_t i)
{
	const struct ent_handling *h = q->o->marks[i].says;
	unsigned beyond;

	if (!h || !h->codes)
		return pass(ENT_WHYS);
	if (h->unreadable)
		return deny(ENT_WHY_CODES_UNREADABLE, i, 0);
	beyond = q->t->gate.handles ? h->handling & ~q->t->gate.handling : 0;
	for (unsigned code = 0; code < ENT_HANDLING_CODES; code++)
		if (beyond & ENT_H(code))
			return deny(code == 1 ? ENT_WHY_CODE_COURT : ENT_WHY_CODE_NOT, i, code);
	if ((h->handling & ENT_H(2)) && !q->c->own)
		return deny(ENT_WHY_CODE_PERMISSION, i, 2);
	return pass(ENT_WHY_CODES);
}

static struct ent_ruling
mark_releasable(const struct ask *q, size_t i)
{
	const struct ent_handling *h = q->o->marks[i].says;
	const struct ent_agreement *g = q->c->g;

	if (!h || !h->releasable_said)
		return pass(ENT_WHYS);
	for (size_t p = 0; p < g->parties; p++)
		if (p != q->c->party &&
		    !ent_gate_listed(h->releasable, h->n_releasable, g->party[p].id))
			return deny(ENT_WHY_RELEASABLE_NOT, i, (unsigned)p);
	return pass(ENT_WHY_RELEASABLE);
}

/* Each purpose for which the agreement lets it be used is one of the marking's. */
static struct ent_ruling
mark_purpose(const struct ask *q, size_t i)
{
	const struct ent_handling *h = q->o->marks[i].says;
	const struct ent_gate_limits *l = &q->t->gate;

	if (!h || h->n_purposes == 0)
		return pass(ENT_WHYS);
	if (l->n_purposes == 0)
		return deny(ENT_WHY_PURPOSE_UNBOUND, i, 0);
	for (size_t p = 0; p < l->n_purposes; p++)
		if (!ent_gate_listed(h->purposes, h->n_purposes, l->purposes[p]))
			return deny(ENT_WHY_PURPOSE_NOT, i, (unsigned)p);
	return pass(ENT_WHY_PURPOSE);
}

enum which { OF_ALL, OF_OBJECT, OF_PARTS };

/* The first mark that is against it; else the strictest of those that the rule is about. */
static struct ent_ruling
each_mark(const struct ask *q, mark_fn fn, enum which which)
{
	struct ent_ruling all = pass(ENT_WHYS);
	enum ent_tlp most = ENT_TLP_NONE;

	for (size_t i = 0; i < q->o->n_marks; i++) {
		const struct ent_gate_mark *m = &q->o->marks[i];
		struct ent_ruling one;

		if (which != OF_ALL && (m->selector.p != NULL) != (which == OF_PARTS))
			continue;
		one = fn(q, i);
		if (one.result == ENT_DENY)
			return one;
		if (one.why == ENT_WHYS || (all.why != ENT_WHYS && m->tlp <= most))
			continue;
		all = one;
		all.at = i;
		most = m->tlp;
	}
	all.detail = most;
	return all;
}

/* Of a rule about marks: what it says where no mark is its business. */
static struct ent_ruling
marks_or(const struct ask *q, mark_fn fn, enum ent_why none)
{
	struct ent_ruling r = each_mark(q, fn, OF_ALL);

	if (r.why == ENT_WHYS)
		r.why = none;
	return r;
}

/* ---- the rules ---- */

static struct ent_ruling
rule_agreement(const struct ask *q)
{
	switch (q->c->g->state) {
	case ENT_IN_FORCE:
	case ENT_PROVISIONAL:
		return pass(ENT_WHY_IN_FORCE);
	case ENT_SUSPENDED:
		return (struct ent_ruling){ ENT_QUEUE, ENT_WHY_WAITS, 0, 0 };
	default:
		return deny(ENT_WHY_NOT_IN_FORCE, 0, 0);
	}
}

static struct ent_ruling
rule_valid(const struct ask *q)
{
	return q->o->invalid.p ? deny(ENT_WHY_INVALID, 0, 0) : pass(ENT_WHY_VALID);
}

/* A marking-definition marks others; what counts for it is what it stands for. */
static bool
is_allowed_marking(const struct ask *q)
{
	const struct ent_gate_object *o = q->o;
	const struct ent_handling *h = &o->self;

	if (!is_marking(o))
		return false;
	if (o->tlp != ENT_TLP_NONE)
		return o->tlp <= q->t->tlp_max;
	if (h->pap != ENT_PAP_NONE && q->t->gate.pap_max != ENT_PAP_NONE)
		return h->pap <= q->t->gate.pap_max;
	if (is_read(q->t, h))
		return !h->unreadable && (!h->iep || h->iep_tlp <= q->t->tlp_max) &&
		       (h->handling & ~q->t->gate.handling) == 0;
	return ent_gate_listed(q->t->markings, q->t->n_markings, o->id);
}

static struct ent_ruling
rule_type(const struct ask *q)
{
	if (q->c->dialogue.p)
		return ent_str_eq(q->c->dialogue, q->c->g->id)
		           ? pass(ENT_WHY_DIALOGUE)
		           : deny(ENT_WHY_DIALOGUE_OTHER, 0, 0);
	if (q->t->all_types || ent_gate_listed(q->t->types, q->t->n_types, q->o->type))
		return pass(ENT_WHY_TYPE);
	if (is_allowed_marking(q)) /* what says how objects may be handled goes along with them
	                            */
		return pass(ENT_WHY_TYPE_MARKING);
	return deny(ENT_WHY_TYPE_NOT, 0, 0);
}

/* It goes out as it came, so the receiver counts it as the agreement says: what counts as more
 * here has to stay. */
static struct ent_ruling
unmarked(const struct ask *q)
{
	if (q->t->unmarked == ENT_TLP_NONE)
		return deny(ENT_WHY_UNMARKED_NOT, 0, 0);
	if (q->c->feed_tlp > q->t->unmarked)
		return deny(ENT_WHY_UNMARKED_FEED, 0, 0);
	if (q->t->unmarked > q->t->tlp_max)
		return deny(ENT_WHY_UNMARKED_ABOVE, 0, 0);
	return pass(ENT_WHY_UNMARKED);
}

static struct ent_ruling
rule_markings(const struct ask *q)
{
	struct ent_ruling r = each_mark(q, mark_level, OF_OBJECT);

	if (r.why != ENT_WHYS)
		return r;
	return is_allowed_marking(q) ? pass(ENT_WHY_MARK_ITSELF) : unmarked(q);
}

static struct ent_ruling
rule_granular(const struct ask *q)
{
	struct ent_ruling r = each_mark(q, mark_level, OF_PARTS);

	if (r.result == ENT_PASS)
		r.why = r.why == ENT_WHYS ? ENT_WHY_GRANULAR_NONE : ENT_WHY_GRANULAR;
	return r;
}

static struct ent_ruling
rule_genuine(const struct ask *q)
{
	return q->o->self.forged ? deny(ENT_WHY_FORGED_ITSELF, 0, 0)
	                         : marks_or(q, mark_genuine, ENT_WHY_GENUINE);
}

static struct ent_ruling
rule_required(const struct ask *q)
{
	const struct ent_gate_limits *l = &q->t->gate;

	if (l->n_required == 0)
		return pass(ENT_WHY_REQUIRED_NONE);
	if (is_marking(q->o) || q->c->dialogue.p)
		return pass(ENT_WHY_REQUIRED_EXEMPT);
	for (size_t i = 0; i < l->n_required; i++) {
		bool there = false;

		for (size_t m = 0; m < q->o->n_marks && !there; m++)
			there = !q->o->marks[m].selector.p &&
			        ent_str_eq(q->o->marks[m].id, l->required[i]);
		if (!there)
			return deny(ENT_WHY_REQUIRED_MISSING, i, 0);
	}
	return pass(ENT_WHY_REQUIRED);
}

static struct ent_ruling
rule_pap(const struct ask *q)
{
	return marks_or(q, mark_pap, ENT_WHY_PAP_NONE);
}

static struct ent_ruling
rule_iep(const struct ask *q)
{
	return marks_or(q, mark_iep, ENT_WHY_IEP_NONE);
}

static struct ent_ruling
rule_handling(const struct ask *q)
{
	return marks_or(q, mark_codes, ENT_WHY_CODES_NONE);
}

static struct ent_ruling
rule_releasable(const struct ask *q)
{
	return marks_or(q, mark_releasable, ENT_WHY_RELEASABLE_NONE);
}

static struct ent_ruling
rule_purpose(const struct ask *q)
{
	return marks_or(q, mark_purpose, ENT_WHY_PURPOSE_NONE);
}

static bool
is_party(const struct ask *q, struct ent_str id)
{
	return ent_agreement_party(q->c->g, id) >= 0;
}

/* The source itself, who made it, where and when it was seen. */
static struct ent_ruling
rule_source(const struct ask *q)
{
	const struct ent_gate_object *o = q->o;

	if (!q->t->gate.protect_source)
		return pass(ENT_WHY_SOURCE_NONE);
	if (is_marking(o))
		return pass(ENT_WHY_SOURCE);
	if (ent_str_is(o->type, "identity") && !is_party(q, o->id))
		return deny(ENT_WHY_SOURCE_ITSELF, 0, 0);
	if (o->created_by.p && !is_party(q, o->created_by))
		return deny(ENT_WHY_SOURCE_NAMED, 0, 0);
	for (size_t i = 0; i < ent_json_count(o->places); i++)
		if (!is_party(q, ent_json_str(ent_json_at(o->places, i))))
			return deny(ENT_WHY_SOURCE_PLACE, i, 0);
	return o->n_precise ? deny(ENT_WHY_SOURCE_TIME, 0, 0) : pass(ENT_WHY_SOURCE);
}

static struct ent_ruling
rule_originator(const struct ask *q)
{
	if (q->c->own)
		return pass(ENT_WHY_OWN);
	if (q->c->here)
		return pass(ENT_WHY_CAME_HERE);
	return q->c->against.p ? deny(ENT_WHY_ONWARD_NOT, 0, 0) : pass(ENT_WHY_ONWARD);
}

static struct ent_ruling
rule_retention(const struct ask *q)
{
	return q->c->kept.p ? deny(ENT_WHY_KEPT_TOO_LONG, 0, 0) : pass(ENT_WHY_KEPT);
}

static struct ent_ruling
rule_expiry(const struct ask *q)
{
	if (q->c->now == INT64_MIN || q->o->valid_until > q->c->now)
		return pass(ENT_WHY_LASTS);
	return q->t->gate.no_expired ? deny(ENT_WHY_EXPIRED, 0, 0) : pass(ENT_WHY_EXPIRED_MAY);
}

/* What goes along with others, and the dialogue, isn't counted. */
static struct ent_ruling
rule_quota(const struct ask *q)
{
	int64_t quota = q->t->gate.quota_day;

	if (quota == 0)
		return pass(ENT_WHY_QUOTA_NONE);
	if (is_marking(q->o) || q->c->dialogue.p || q->c->counted ||
	    q->c->sent_today < (uint64_t)quota)
		return pass(ENT_WHY_QUOTA);
	return deny(ENT_WHY_QUOTA_USED, 0, 0);
}

static struct ent_ruling
rule_references(const struct ask *q)
{
	enum ent_references may = q->t->gate.references;

	for (size_t i = 0; q->c->known && i < q->o->n_refs; i++) {
		if (q->c->known[i])
			continue;
		if (may == ENT_REFERENCES_NAME || q->c->dialogue.p)
			return (struct ent_ruling){ ENT_PASS, ENT_WHY_REFS_LEFT_OUT, i, 0 };
		return deny(may == ENT_REFERENCES_SILENT ? ENT_WHY_REFS_BETRAY
		                                         : ENT_WHY_REFS_NOT,
		            i, 0);
	}
	return pass(ENT_WHY_REFS);
}

static struct ent_ruling
rule_approval(const struct ask *q)
{
	if (!q->t->two_person)
		return pass(ENT_WHY_ONE_PERSON);
	if (ent_str_is(q->o->type, "marking-definition"))
		return pass(ENT_WHY_TWO_PEOPLE_MARKING);
	if (q->c->approved)
		return pass(ENT_WHY_TWO_PEOPLE);
	if (!q->c->asked)
		return deny(ENT_WHY_TWO_PEOPLE_NOT, 0, 0);
	return deny(q->c->approval.state == ENT_APPROVAL_REFUSED ? ENT_WHY_TWO_PEOPLE_REFUSED
	                                                         : ENT_WHY_TWO_PEOPLE_WAIT,
	            0, 0);
}

static struct ent_ruling
rule_recall(const struct ask *q)
{
	return q->c->recalled ? deny(ENT_WHY_RECALLED, 0, 0) : pass(ENT_WHY_NOT_RECALLED);
}

#define R ENT_GATE_RELEASE
#define S ENT_GATE_STANDING
#define A ENT_GATE_ARRIVAL

/* Each rule, when it is asked, and what of it is about single marks. */
/* clang-format off */
static const struct {
	const char *name;
	unsigned when;
	struct ent_ruling (*fn)(const struct ask *q);
	mark_fn mark;
} rules[ENT_RULES] = {
	[ENT_RULE_AGREEMENT]  = { "agreement",  R,         rule_agreement,  NULL },
	[ENT_RULE_VALID]      = { "valid",      R,         rule_valid,      NULL },
	[ENT_RULE_TYPE]       = { "type",       R | S | A, rule_type,       NULL },
	[ENT_RULE_MARKINGS]   = { "markings",   R | S | A, rule_markings,   mark_level },
	[ENT_RULE_GRANULAR]   = { "granular",   R | S | A, rule_granular,   mark_level },
	[ENT_RULE_GENUINE]    = { "genuine",    R | S | A, rule_genuine,    mark_genuine },
	[ENT_RULE_REQUIRED]   = { "required",   R | S | A, rule_required,   NULL },
	[ENT_RULE_PAP]        = { "pap",        R | S | A, rule_pap,        mark_pap },
	[ENT_RULE_IEP]        = { "iep",        R | S | A, rule_iep,        mark_iep },
	[ENT_RULE_HANDLING]   = { "handling",   R | S | A, rule_handling,   mark_codes },
	[ENT_RULE_RELEASABLE] = { "releasable", R | S | A, rule_releasable, mark_releasable },
	[ENT_RULE_PURPOSE]    = { "purpose",    R | S | A, rule_purpose,    mark_purpose },
	[ENT_RULE_SOURCE]     = { "source",     R | S | A, rule_source,     NULL },
	[ENT_RULE_ORIGINATOR] = { "originator", R | S,     rule_originator, NULL },
	[ENT_RULE_RETENTION]  = { "retention",  R | S,     rule_retention,  NULL },
	[ENT_RULE_RECALL]     = { "recall",     R | S,     rule_recall,     NULL },
	[ENT_RULE_EXPIRY]     = { "expiry",     R | S,     rule_expiry,     NULL },
	[ENT_RULE_QUOTA]      = { "quota",      R,         rule_quota,      NULL },
	[ENT_RULE_REFERENCES] = { "references", R,         rule_references, NULL },
	[ENT_RULE_APPROVAL]   = { "approval",   R | S,     rule_approval,   NULL },
};
/* clang-format on */

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

void
ent_gate_judge(const struct ent_gate_object *o, const struct ent_gate_case *c,
               enum ent_gate_when when, struct ent_judgement *out)
{
	struct ask q = { o, c, &c->g->party[c->party].terms };

	out->result = ENT_PASS;
	for (int i = 0; i < ENT_RULES; i++) {
		struct ent_ruling *r = &out->rule[i];

		*r = rules[i].when & when ? rules[i].fn(&q) : pass(ENT_WHYS);
		if (r->result == ENT_DENY ||
		    (r->result == ENT_QUEUE && out->result == ENT_PASS))
			out->result = r->result;
	}
}

enum ent_rule
ent_gate_mark_judge(const struct ent_gate_object *o, const struct ent_gate_case *c, size_t mark,
                    struct ent_ruling *out)
{
	struct ask q = { o, c, &c->g->party[c->party].terms };
	enum ent_rule level = o->marks[mark].selector.p ? ENT_RULE_GRANULAR : ENT_RULE_MARKINGS;

	for (int i = 0; i < ENT_RULES; i++) {
		if (!rules[i].mark || (rules[i].mark == mark_level && i != (int)level))
			continue;
		*out = rules[i].mark(&q, mark);
		if (out->result == ENT_DENY)
			return (enum ent_rule)i;
	}
	return ENT_RULES;
}
