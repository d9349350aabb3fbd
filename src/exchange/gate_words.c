/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gate_words.c - rulings in words, each with the clause that decides it, and what follows from
 * them for the object: properties, markings that go along, what is left out.
 */
#include <inttypes.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "exchange/gate_core.h"

#define WORDS_MAX (64u << 10) /* no reason has that many: what it quotes is cut */

/*
 * Each reason's text, and the member of the party's terms that decides it: "/X" is a member of
 * the document, "@X" one of another agreement.  What stands in braces is a row of `fields`.
 */
/* clang-format off */
static const struct {
	const char *text, *clause;
} whys[ENT_WHYS] = {
	[ENT_WHY_IN_FORCE] = { "the agreement is in force", "/valid_from" },
	[ENT_WHY_WAITS] = { "{state}: it waits until the agreement is revived", NULL },
	[ENT_WHY_NOT_IN_FORCE] = { "{state}", "{until}" },
	[ENT_WHY_VALID] = { "valid STIX 2.1", NULL },
	[ENT_WHY_INVALID] = { "not valid STIX: {invalid}", NULL },
	[ENT_WHY_DIALOGUE_OTHER] = { "a message of another agreement's dialogue", NULL },
	[ENT_WHY_DIALOGUE] = { "a message of the dialogue, which every agreement allows", NULL },
	[ENT_WHY_TYPE] = { "type {type} is in scope", "types" },
	[ENT_WHY_TYPE_MARKING] = { "a marking that the agreement allows", "markings" },
	[ENT_WHY_TYPE_NOT] = { "type {type} is not in the scope of our channel", "types" },
	[ENT_WHY_MARK_UNREADABLE] = { "a marking is not an identifier", NULL },
	[ENT_WHY_TLP_ABOVE] = { "TLP:{tlp}{on} is above the ceiling of TLP:{max}", "tlp_max" },
	[ENT_WHY_MARK_UNKNOWN] = { "marking {mark} is not known to the agreement: what is unknown is not "
	                           "released", "markings" },
	[ENT_WHY_TLP_WITHIN] = { "TLP:{tlp}, the ceiling is TLP:{max}", "tlp_max" },
	[ENT_WHY_MARK_ITSELF] = { "a marking that the agreement allows", "markings" },
	[ENT_WHY_UNMARKED_NOT] = { "it has no TLP marking, and the agreement does not say what that means",
	                           "unmarked" },
	[ENT_WHY_UNMARKED_FEED] = { "unmarked counts as TLP:{feedtlp} from the feed {feed}, and as "
	                            "TLP:{unmarked} under the agreement", "unmarked" },
	[ENT_WHY_UNMARKED_ABOVE] = { "unmarked counts as TLP:{unmarked}, above the ceiling of TLP:{max}",
	                             "unmarked" },
	[ENT_WHY_UNMARKED] = { "no TLP marking: the agreement counts that as TLP:{unmarked}", "unmarked" },
	[ENT_WHY_GRANULAR] = { "granular markings are within the ceiling", "tlp_max" },
	[ENT_WHY_GRANULAR_NONE] = { "no granular marking that restricts it", NULL },
	[ENT_WHY_FORGED] = { "marking {mark} is held with other content than the published one: an attack, "
	                     "or a mistake that has to be mended first", NULL },
	[ENT_WHY_FORGED_ITSELF] = { "it has the id of a published marking, and says something else", NULL },
	[ENT_WHY_GENUINE] = { "no marking contradicts what is published", NULL },
	[ENT_WHY_REQUIRED_MISSING] = { "it lacks the marking {required}, which the agreement asks for",
	                               "required_markings/{at}" },
	[ENT_WHY_REQUIRED] = { "it has the markings that the agreement asks for", "required_markings" },
	[ENT_WHY_REQUIRED_NONE] = { "the agreement asks for no marking", "required_markings" },
	[ENT_WHY_REQUIRED_EXEMPT] = { "markings and messages need none", "required_markings" },
	[ENT_WHY_PAP_ABOVE] = { "PAP:{pap}{on} is above the ceiling of PAP:{papmax}", "pap_max" },
	[ENT_WHY_PAP] = { "permissible actions are within the ceiling of PAP:{papmax}", "pap_max" },
	[ENT_WHY_PAP_NONE] = { "no permissible actions are marked", NULL },
	[ENT_WHY_IEP_UNREADABLE] = { "policy {mark}{on} can't be read", "iep" },
	[ENT_WHY_IEP_ABOVE] = { "policy {mark}{on} says TLP:{tlp}, above the ceiling of TLP:{max}",
	                        "tlp_max" },
	[ENT_WHY_IEP_EARLY] = { "policy {mark}{on} has not begun", "iep" },
	[ENT_WHY_IEP_OVER] = { "policy {mark}{on} has ended", "iep" },
	[ENT_WHY_IEP] = { "its exchange policy allows it", "iep" },
	[ENT_WHY_IEP_NONE] = { "no exchange policy that is read", NULL },
	[ENT_WHY_CODES_UNREADABLE] = { "handling {mark}{on} can't be read", "handling" },
	[ENT_WHY_CODE_NOT] = { "handling H{code}{on} is none that the agreement allows", "handling" },
	[ENT_WHY_CODE_COURT] = { "handling H1{on}, not in court without permission: the agreement does not "
	                         "bind its receivers to that", "handling" },
	[ENT_WHY_CODE_PERMISSION] = { "handling H2{on}: not to go on without permission of who gave it, and "
	                              "that is not this node", "handling" },
	[ENT_WHY_CODES] = { "the agreement allows its handling", "handling" },
	[ENT_WHY_CODES_NONE] = { "no handling code", NULL },
	[ENT_WHY_RELEASABLE_NOT] = { "{mark}{on} does not name {party} among those who may have it", NULL },
	[ENT_WHY_RELEASABLE] = { "it names every receiver among those who may have it", NULL },
	[ENT_WHY_RELEASABLE_NONE] = { "no list of those who may have it", NULL },
	[ENT_WHY_PURPOSE_UNBOUND] = { "{mark}{on} says what it may be used for, and the agreement does not "
	                              "bind its receivers to a purpose", "purposes" },
	[ENT_WHY_PURPOSE_NOT] = { "{mark}{on} does not allow the purpose \"{purpose}\"", "purposes/{detail}" },
	[ENT_WHY_PURPOSE] = { "it may be used for the purposes of the agreement", "purposes" },
	[ENT_WHY_PURPOSE_NONE] = { "no marking says what it may be used for", NULL },
	[ENT_WHY_SOURCE_ITSELF] = { "an identity that is no party: it could be the source", "protect_source" },
	[ENT_WHY_SOURCE_NAMED] = { "created_by_ref names {creator}, who is no party", "protect_source" },
	[ENT_WHY_SOURCE_PLACE] = { "where_sighted_refs names who is no party", "protect_source" },
	[ENT_WHY_SOURCE_TIME] = { "{precise} says when it was seen, to less than a day", "protect_source" },
	[ENT_WHY_SOURCE] = { "nothing in it names a source", "protect_source" },
	[ENT_WHY_SOURCE_NONE] = { "the agreement asks for no protection of sources", "protect_source" },
	[ENT_WHY_OWN] = { "it is this node's own", NULL },
	[ENT_WHY_CAME_HERE] = { "it came under this agreement", NULL },
	[ENT_WHY_ONWARD] = { "its originators allow onward release within its TLP", NULL },
	[ENT_WHY_ONWARD_NOT] = { "it came from {against}, which does not allow onward release", "@onward" },
	[ENT_WHY_KEPT_TOO_LONG] = { "it came under {kept}, and may not be kept any longer", "@retention" },
	[ENT_WHY_KEPT] = { "it may still be kept", NULL },
	[ENT_WHY_RECALLED] = { "this node has recalled it", NULL },
	[ENT_WHY_NOT_RECALLED] = { "it is not recalled", NULL },
	[ENT_WHY_EXPIRED] = { "it is past its valid_until", "expired" },
	[ENT_WHY_EXPIRED_MAY] = { "it is past its valid_until, which the agreement allows", "expired" },
	[ENT_WHY_LASTS] = { "it is not past a valid_until", NULL },
	[ENT_WHY_QUOTA_USED] = { "the agreement allows {quota} objects a day, and they are used up: "
	                         "tomorrow (UTC) more may go", "quota_day" },
	[ENT_WHY_QUOTA] = { "within the {quota} objects that the agreement allows a day", "quota_day" },
	[ENT_WHY_QUOTA_NONE] = { "the agreement sets no number of objects a day", "quota_day" },
	[ENT_WHY_REFS] = { "all that it refers to goes along or is known there", NULL },
	[ENT_WHY_REFS_LEFT_OUT] = { "left out: {left} object{s} that it refers to, first {ref}", "references" },
	[ENT_WHY_REFS_BETRAY] = { "it refers to {left} object{s} that stay, first {ref}, and would betray "
	                          "them", "references" },
	[ENT_WHY_REFS_NOT] = { "it refers to {left} object{s} that stay, first {ref}", "references" },
	[ENT_WHY_ONE_PERSON] = { "one person may release", "two_person" },
	[ENT_WHY_TWO_PEOPLE] = { "a second person has approved it{decided}", "two_person" },
	[ENT_WHY_TWO_PEOPLE_NOT] = { "the agreement asks for two people, and no second one has approved it",
	                             "two_person" },
	[ENT_WHY_TWO_PEOPLE_WAIT] = { "it waits for a second person{asked}", "two_person" },
	[ENT_WHY_TWO_PEOPLE_REFUSED] = { "a second person has refused it{decided}", "two_person" },
	[ENT_WHY_TWO_PEOPLE_MARKING] = { "a marking goes along with what it marks", "two_person" },
};
/* clang-format on */

struct telling {
	const struct ent_gate_object *o;
	const struct ent_gate_case *c;
	const struct ent_ruling *r;
	const struct ent_terms *t;
	struct ent_arena *a;
	struct ent_buf *b;
};

static size_t
left_out(const struct telling *w)
{
	size_t n = 0;

	for (size_t i = 0; w->c->known && i < w->o->n_refs; i++)
		n += !w->c->known[i];
	return n;
}

static const struct ent_gate_mark *
the_mark(const struct telling *w)
{
	static const struct ent_gate_mark none;

	return w->r->at < w->o->n_marks ? &w->o->marks[w->r->at] : &none;
}

/* What comes from an object may be of any length. */
static void
quote(struct telling *w, struct ent_str s)
{
	struct ent_str cut = ent_utf8_cut(s, ENT_GATE_TOLD_BYTES);

	ent_buf_str(w->b, cut);
	ent_buf_c(w->b, cut.n < s.n ? "..." : "");
}

#define FIELD(name, ...)                                                                       \
	static void put_##name(struct telling *w)                                              \
	{                                                                                      \
		__VA_ARGS__;                                                                   \
	}

/* clang-format off */
FIELD(state, ent_buf_str(w->b, ent_agreement_describe(w->a, w->c->g)))
FIELD(until, ent_buf_c(w->b, w->c->g->state == ENT_EXPIRED ? "/valid_until"
                           : w->c->g->state == ENT_TERMINATED ? "/notice_days"
                           : w->c->g->state == ENT_PENDING ? "/valid_from" : "/parties"))
FIELD(invalid, quote(w, w->o->invalid))
FIELD(type, quote(w, w->o->type))
FIELD(tlp, ent_buf_c(w->b, ent_tlp_name((enum ent_tlp)w->r->detail)))
FIELD(max, ent_buf_c(w->b, ent_tlp_name(w->t->tlp_max)))
FIELD(mark, quote(w, the_mark(w)->id))
FIELD(on, struct ent_str s = the_mark(w)->selector;
      if (s.p) { ent_buf_c(w->b, " on "); quote(w, s); })
FIELD(unmarked, ent_buf_c(w->b, ent_tlp_name(w->t->unmarked)))
FIELD(feed, quote(w, w->c->feed))
FIELD(feedtlp, ent_buf_c(w->b, ent_tlp_name(w->c->feed_tlp)))
FIELD(required, quote(w, w->t->gate.required[w->r->at]))
FIELD(at, ent_buf_printf(w->b, "%zu", w->r->at))
FIELD(detail, ent_buf_printf(w->b, "%u", w->r->detail))
FIELD(pap, ent_buf_c(w->b, ent_pap_name((enum ent_pap)w->r->detail)))
FIELD(papmax, ent_buf_c(w->b, ent_pap_name(w->t->gate.pap_max)))
FIELD(code, ent_buf_printf(w->b, "%u", w->r->detail))
FIELD(party, quote(w, w->c->g->party[w->r->detail].name))
FIELD(purpose, quote(w, w->t->gate.purposes[w->r->detail]))
FIELD(creator, quote(w, w->o->created_by))
FIELD(precise, quote(w, w->o->precise[w->r->at]))
FIELD(against, quote(w, w->c->against_name))
FIELD(kept, quote(w, w->c->kept))
FIELD(quota, ent_buf_printf(w->b, "%" PRId64, w->t->gate.quota_day))
FIELD(left, ent_buf_printf(w->b, "%zu", left_out(w)))
FIELD(s, ent_buf_c(w->b, left_out(w) == 1 ? "" : "s"))
FIELD(asked, const struct ent_approval *p = &w->c->approval;
      if (p->requested_by.n) ent_buf_printf(w->b, ": %.*s asked for it, %.*s", ENT_FMT(p->requested_by),
                                            ENT_FMT(p->requested_at)))
FIELD(decided, const struct ent_approval *p = &w->c->approval;
      if (p->decided_by.n) ent_buf_printf(w->b, ": %.*s, for %.*s%s%.*s", ENT_FMT(p->decided_by),
                                          ENT_FMT(p->requested_by), p->reason.n ? ": " : "",
                                          ENT_FMT(p->reason)))
FIELD(ref, quote(w, w->o->refs[w->r->at].id))

static const struct {
	struct ent_str name;
	void (*put)(struct telling *w);
} fields[] = {
	{ ENT_STR("state"), put_state },       { ENT_STR("until"), put_until },
	{ ENT_STR("invalid"), put_invalid },   { ENT_STR("type"), put_type },
	{ ENT_STR("tlp"), put_tlp },           { ENT_STR("max"), put_max },
	{ ENT_STR("mark"), put_mark },         { ENT_STR("on"), put_on },
	{ ENT_STR("unmarked"), put_unmarked }, { ENT_STR("feed"), put_feed },
	{ ENT_STR("feedtlp"), put_feedtlp },   { ENT_STR("required"), put_required },
	{ ENT_STR("at"), put_at },             { ENT_STR("detail"), put_detail },
	{ ENT_STR("pap"), put_pap },           { ENT_STR("papmax"), put_papmax },
	{ ENT_STR("code"), put_code },         { ENT_STR("party"), put_party },
	{ ENT_STR("purpose"), put_purpose },   { ENT_STR("creator"), put_creator },
	{ ENT_STR("against"), put_against },   { ENT_STR("kept"), put_kept },
	{ ENT_STR("quota"), put_quota },       { ENT_STR("left"), put_left },
	{ ENT_STR("precise"), put_precise },
	{ ENT_STR("asked"), put_asked },       { ENT_STR("decided"), put_decided },
	{ ENT_STR("s"), put_s },               { ENT_STR("ref"), put_ref },
};
/* clang-format on */

static void
put_field(struct telling *w, struct ent_str name)
{
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		if (ent_str_eq(fields[i].name, name))
			fields[i].put(w);
}

/* A text with its fields filled in; absent if memory ran out. */
static struct ent_str
filled(const struct telling *what, const char *text)
{
	struct telling w = *what;
	struct ent_buf b;
	struct ent_str out;

	if (!strchr(text, '{'))
		return ent_str_c(text);
	ent_buf_init(&b, WORDS_MAX);
	w.b = &b;
	for (const char *p = text; *p; p++) {
		const char *end = *p == '{' ? strchr(p, '}') : NULL;

		if (!end) {
			ent_buf_ch(&b, *p);
			continue;
		}
		put_field(&w, (struct ent_str){ p + 1, (size_t)(end - p - 1) });
		p = end;
	}
	out = ent_buf_done(&b, w.a);
	ent_buf_release(&b);
	return out;
}

static int
clause_of(const struct telling *w, const char *member, struct ent_clause *out)
{
	const struct ent_agreement *g = w->c->g;
	struct ent_str text;

	*out = (struct ent_clause){ 0 };
	if (!member)
		return 0;
	if (member[0] == '@') {
		*out = member[1] == 'o' ? w->c->onward : w->c->retention;
		return 0;
	}
	text = filled(w, member);
	if (text.p && text.p[0] != '/')
		text = ent_arena_printf(w->a, "/terms/%.*s/%.*s",
		                        ENT_FMT(g->party[w->c->party].id), ENT_FMT(text));
	*out = (struct ent_clause){ text, g->id, g->version };
	return text.p ? 0 : ENT_ENOMEM;
}

int
ent_gate_words(struct ent_arena *a, const struct ent_gate_object *o,
               const struct ent_gate_case *c, const struct ent_ruling *r,
               struct ent_verdict *out, struct ent_err *err)
{
	struct telling w = { o, c, r, &c->g->party[c->party].terms, a, NULL };

	*out = (struct ent_verdict){ .result = r->result };
	if (r->why >= ENT_WHYS)
		return 0;
	out->reason = filled(&w, whys[r->why].text);
	if (!out->reason.p || clause_of(&w, whys[r->why].clause, &out->clause))
		return ent_fail(err, ENT_ENOMEM, "out of memory");
	return 0;
}

/* ---- what follows for the object ---- */

struct deciding {
	struct ent_arena *a;
	const struct ent_gate_object *o;
	const struct ent_gate_case *c;
	const struct ent_judgement *j;
	struct ent_property_verdict *property;
	size_t n;
	bool whole; /* something is against all of it, not only against a part */
	struct ent_err *err;
};

static int
against_part(struct deciding *d, struct ent_str selector, enum ent_rule rule,
             const struct ent_ruling *r)
{
	struct ent_property_verdict *p;

	if (d->n == ENT_GATE_PROPERTIES) {
		d->whole = true; /* nobody would take that many out */
		return 0;
	}
	p = &d->property[d->n++];
	p->selector = selector;
	p->rule = rule;
	return ent_gate_words(d->a, d->o, d->c, r, &p->verdict, d->err);
}

static int
marks(struct deciding *d)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < d->o->n_marks; i++) {
		struct ent_ruling r;
		enum ent_rule rule = ent_gate_mark_judge(d->o, d->c, i, &r);

		if (rule == ENT_RULES)
			continue;
		if (d->o->marks[i].selector.n == 0)
			d->whole = true;
		else
			rc = against_part(d, d->o->marks[i].selector, rule, &r);
	}
	return rc;
}

static int
refs(struct deciding *d)
{
	const struct ent_ruling *r = &d->j->rule[ENT_RULE_REFERENCES];
	int rc = 0;

	if (r->result != ENT_DENY)
		return 0;
	d->whole |= r->why != ENT_WHY_REFS_BETRAY;
	for (size_t i = 0; rc == 0 && i < d->o->n_refs; i++) {
		struct ent_ruling one = *r;

		one.at = i;
		if (!d->c->known[i])
			rc = against_part(d, d->o->refs[i].member, ENT_RULE_REFERENCES, &one);
	}
	return rc;
}

/* Another member that tells of the source. */
static int
source_part(struct deciding *d, struct ent_str member, enum ent_why why, size_t at)
{
	struct ent_ruling r = d->j->rule[ENT_RULE_SOURCE];

	r.why = why;
	r.at = at;
	return against_part(d, member, ENT_RULE_SOURCE, &r);
}

static bool
names_another(const struct deciding *d)
{
	const struct ent_json *places = d->o->places;

	for (size_t i = 0; i < ent_json_count(places); i++)
		if (ent_agreement_party(d->c->g, ent_json_str(ent_json_at(places, i))) < 0)
			return true;
	return false;
}

static int
source(struct deciding *d)
{
	const struct ent_gate_object *o = d->o;
	int rc = 0;

	if (d->j->rule[ENT_RULE_SOURCE].result != ENT_DENY)
		return 0;
	if (d->j->rule[ENT_RULE_SOURCE].why == ENT_WHY_SOURCE_ITSELF) {
		d->whole = true;
		return 0;
	}
	if (o->created_by.p && ent_agreement_party(d->c->g, o->created_by) < 0)
		rc = source_part(d, ENT_STR("created_by_ref"), ENT_WHY_SOURCE_NAMED, 0);
	if (rc == 0 && names_another(d))
		rc = source_part(d, ENT_STR("where_sighted_refs"), ENT_WHY_SOURCE_PLACE, 0);
	for (size_t i = 0; rc == 0 && i < o->n_precise; i++)
		rc = source_part(d, o->precise[i], ENT_WHY_SOURCE_TIME, i);
	return rc;
}

/* Rules whose denial can be about a part alone; marks(), refs() and source() see whether it is.
 */
static bool
may_be_about_parts(enum ent_rule r)
{
	return r == ENT_RULE_GRANULAR || (r >= ENT_RULE_PAP && r <= ENT_RULE_SOURCE) ||
	       r == ENT_RULE_REFERENCES || r == ENT_RULE_GENUINE;
}

static int
properties(struct deciding *d, struct ent_decision *out)
{
	int rc;

	if (d->j->result != ENT_DENY)
		return 0;
	d->property = ent_arena_array(d->a, ENT_GATE_PROPERTIES, sizeof(*d->property));
	if (!d->property)
		return ent_fail(d->err, ENT_ENOMEM, "out of memory");
	d->whole = !d->c->own || d->o->self.forged;
	for (int i = 0; i < ENT_RULES; i++)
		d->whole |=
		    d->j->rule[i].result == ENT_DENY && !may_be_about_parts((enum ent_rule)i);
	rc = marks(d);
	if (rc == 0)
		rc = refs(d);
	if (rc == 0)
		rc = source(d);
	out->property = d->property;
	out->n_properties = d->n;
	out->extract = !d->whole && d->n > 0;
	return rc;
}

/* Markings that the terms know, and what is left out. */
static int
along(struct deciding *d, struct ent_decision *out)
{
	const struct ent_terms *t = &d->c->g->party[d->c->party].terms;
	struct ent_str *needs = ent_arena_array(d->a, ENT_GATE_NEEDS, sizeof(*needs)),
		       *left = ent_arena_array(d->a, ENT_GATE_LEFT_OUT, sizeof(*left));

	if (!needs || !left)
		return ent_fail(d->err, ENT_ENOMEM, "out of memory");
	for (size_t i = 0; i < d->o->n_marks && out->n_needs < ENT_GATE_NEEDS; i++) {
		const struct ent_gate_mark *m = &d->o->marks[i];

		if (m->id.p && ent_gate_mark_known(t, m) &&
		    !ent_gate_listed(needs, out->n_needs, m->id))
			needs[out->n_needs++] = m->id;
	}
	for (size_t i = 0;
	     d->c->known && i < d->o->n_refs && out->n_left_out < ENT_GATE_LEFT_OUT; i++)
		if (!d->c->known[i])
			left[out->n_left_out++] = d->o->refs[i].id;
	out->needs = needs;
	out->left_out = left;
	return 0;
}

int
ent_gate_decide(struct ent_arena *a, const struct ent_gate_object *o,
                const struct ent_gate_case *c, const struct ent_judgement *j, bool brief,
                struct ent_decision *out, struct ent_err *err)
{
	struct deciding d = { .a = a, .o = o, .c = c, .j = j, .err = err };
	int rc = 0;

	*out = (struct ent_decision){ .result = j->result };
	for (int i = 0; rc == 0 && i < ENT_RULES; i++)
		if (!brief || j->rule[i].result != ENT_PASS)
			rc = ent_gate_words(a, o, c, &j->rule[i], &out->rule[i], err);
	if (rc == 0)
		rc = properties(&d, out);
	return rc ? rc : along(&d, out);
}
