/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gate_model.c - the gate's rules, each written down as it is told in docs/handling.md.
 */
#include "gate_model.h"

#include <stdio.h>
#include <string.h>

#define MARKING "marking-definition--"

/* ---- plain reading ---- */

static bool
is(const struct ent_json *v, const char *text)
{
	return ent_str_is(ent_json_str(v), text);
}

static bool
has(const struct ent_json *list, struct ent_str s)
{
	for (size_t i = 0; ent_json_is(list, ENT_JSON_ARRAY) && i < ent_json_count(list); i++)
		if (ent_str_eq(ent_json_str(ent_json_at(list, i)), s))
			return true;
	return false;
}

static bool
yes(const struct ent_json *v)
{
	bool b = false;

	return ent_json_bool(v, &b) && b;
}

static int
level_of(struct ent_str s, const char *const *names)
{
	for (int i = 0; names[i]; i++)
		if (ent_str_is(s, names[i]))
			return i + 1;
	return 0;
}

static const char *const tlp_words[] = {
	"clear", "green", "amber", "amber+strict", "red", NULL
};
static const char *const pap_words[] = { "clear", "green", "amber", "red", NULL };

static int
tlp_word(const struct ent_json *v)
{
	return is(v, "white") ? 1 : level_of(ent_json_str(v), tlp_words);
}

/* ---- markings by their ids ---- */

struct id {
	const char *uuid;
	int level;
};
static const struct id tlp_ids[] = {
	{ "94868c89-83c2-464b-929b-a1a8aa3c8487", 1 },
	{ "bab4a63c-aed9-4cf5-a766-dfca5abac2bb", 2 },
	{ "55d920b0-5e8b-4f79-9ee9-91f868d9b421", 3 },
	{ "939a9414-2ddd-4d32-a0cd-375ea402b003", 4 },
	{ "e828b379-4e03-4974-9ac4-e53a884c97c1", 5 },
	{ "613f2e26-407d-48c7-9eca-b8e91df99dc9", 1 },
	{ "34098fce-860f-48ae-8e50-ebd3cc5e41da", 2 },
	{ "f88d31f6-486f-44da-b317-01333bde0b82", 3 },
	{ "5e57c739-391a-4eb3-b6be-7d15ca92d5ed", 5 },
	{ NULL, 0 },
};
static const struct id pap_ids[] = {
	{ "ad15a0cd-55b6-4588-a14c-a66105329b92", 1 },
	{ "c43594d1-4b11-4c59-93ab-1c9b14d53ce9", 2 },
	{ "60f8932b-e51e-4458-b265-a2e8be9a80ab", 3 },
	{ "740d36e5-7714-4c30-961a-3ae632ceee0e", 4 },
	{ "a3bea94c-b469-41dc-9cfe-d6e7daba7730", 1 },
	{ NULL, 0 },
};

static int
by_id(struct ent_str s, const struct id *ids)
{
	for (; ids->uuid; ids++) {
		char whole[80];

		(void)snprintf(whole, sizeof(whole), MARKING "%s", ids->uuid);
		if (ent_str_is(s, whole))
			return ids->level;
	}
	return 0;
}

#define EXT(uuid) "extension-definition--" uuid
#define HANDLING  EXT("6d0f6a5e-7c0b-4a3c-9f35-2b8f5b1f7e64")
#define IEP       EXT("762e2e97-ee51-43e5-a9ea-165fbb862c4a")
#define PAP       EXT("f8d78575-edfd-406e-8e84-6162a8450f5b")
#define TLP       EXT("60a3c5c5-0d10-413e-aab3-9e08dde9e88d")

struct world {
	const struct ent_json *terms, *object;
	const struct ent_json *const *definitions;
	size_t n;
	const struct model_facts *f;
};

/* One marking of the object, or of a part of it. */
struct mark {
	struct ent_str id; /* absent: no text */
	bool part;
	bool named; /* the part has a name */
};

static const struct ent_json *
definition(const struct world *w, struct ent_str id)
{
	for (size_t i = 0; i < w->n; i++)
		if (ent_str_eq(ent_json_getstr(w->definitions[i], "id"), id))
			return w->definitions[i];
	return NULL;
}

static const struct ent_json *
extension(const struct ent_json *definition, const char *id)
{
	return ent_json_getc(ent_json_getc(definition, "extensions"), id);
}

static const struct ent_json *
term(const struct world *w, const char *name)
{
	return ent_json_getc(w->terms, name);
}

/* ---- handling codes, IEP ---- */

static bool
list_of_texts(const struct ent_json *v)
{
	if (!v)
		return true;
	if (!ent_json_is(v, ENT_JSON_ARRAY))
		return false;
	for (size_t i = 0; i < ent_json_count(v); i++)
		if (ent_json_str(ent_json_at(v, i)).n == 0)
			return false;
	return true;
}

static bool
handling_readable(const struct ent_json *x)
{
	const struct ent_json *codes = ent_json_getc(x, "codes"),
			      *court = ent_json_getc(x, "not_in_court");

	if (!list_of_texts(codes) || !list_of_texts(ent_json_getc(x, "releasable_to")) ||
	    !list_of_texts(ent_json_getc(x, "purposes")) ||
	    (court && !ent_json_is(court, ENT_JSON_BOOL)))
		return false;
	for (size_t i = 0; i < ent_json_count(codes); i++)
		if (!is(ent_json_at(codes, i), "H0") && !is(ent_json_at(codes, i), "H1") &&
		    !is(ent_json_at(codes, i), "H2") && !is(ent_json_at(codes, i), "H3"))
			return false;
	return true;
}

/* Timestamps of the tests all have 20 characters, so they compare as texts. */
static bool
date_or_none(const struct ent_json *v)
{
	return !v || ent_json_str(v).n == 20;
}

static bool
iep_readable(const struct ent_json *x)
{
	return tlp_word(ent_json_getc(x, "tlp")) &&
	       date_or_none(ent_json_getc(x, "start_date")) &&
	       date_or_none(ent_json_getc(x, "end_date"));
}

/* A definition of which something is read and something else isn't is read as a whole or not.
 */
static bool
all_readable(const struct ent_json *d)
{
	const struct ent_json *h = extension(d, HANDLING), *i = extension(d, IEP);

	return (!h || handling_readable(h)) && (!i || iep_readable(i));
}

static bool
has_code(const struct ent_json *x, const char *code)
{
	if (!strcmp(code, "H1") && yes(ent_json_getc(x, "not_in_court")))
		return true;
	return has(ent_json_getc(x, "codes"), ent_str_c(code));
}

/* Whether the agreement allows each code of it. */
static bool
codes_allowed(const struct world *w, const struct ent_json *x)
{
	static const char *const codes[] = { "H0", "H1", "H2", "H3" };

	for (size_t i = 0; i < 4; i++)
		if (has_code(x, codes[i]) && !has(term(w, "handling"), ent_str_c(codes[i])))
			return false;
	return true;
}

/* The agreement reads all that the definition says. */
static bool
understood(const struct world *w, const struct ent_json *d)
{
	const struct ent_json *all = ent_json_getc(d, "extensions");
	bool some = false;

	for (size_t i = 0; i < ent_json_count(all); i++) {
		struct ent_str name = ent_json_key(all, i);

		if (ent_str_is(name, HANDLING) && term(w, "handling"))
			some = true;
		else if (ent_str_is(name, IEP) && yes(term(w, "iep")))
			some = true;
		else if (!ent_str_is(name, PAP) && !ent_str_is(name, TLP))
			return false;
	}
	return some;
}

/* ---- what is against one marking, rule by rule ---- */

static bool
marking_known(const struct world *w, struct ent_str id)
{
	if (by_id(id, tlp_ids) || has(term(w, "markings"), id))
		return true;
	if (by_id(id, pap_ids) && term(w, "pap_max"))
		return true;
	return understood(w, definition(w, id));
}

static int
ceiling(const struct world *w)
{
	return tlp_word(term(w, "tlp_max"));
}

static bool
against_level(const struct world *w, const struct mark *m)
{
	return !m->id.p || by_id(m->id, tlp_ids) > ceiling(w) || !marking_known(w, m->id);
}

static bool
pap_says(const struct ent_json *d, const char *word, const char *name)
{
	struct ent_str called = ent_json_getstr(d, "name");

	return ent_json_count(ent_json_getc(d, "extensions")) == 1 &&
	       is(ent_json_getc(extension(d, PAP), "pap"), word) &&
	       (!called.p || ent_str_is(called, name));
}

/* A PAP marking that is held and isn't what its id says. */
static bool
forged(const struct ent_json *d)
{
	static const char *const names[] = { "", "PAP:CLEAR", "PAP:GREEN", "PAP:AMBER",
		                             "PAP:RED" };
	struct ent_str id = ent_json_getstr(d, "id");
	int level = by_id(id, pap_ids);

	if (by_id(id, tlp_ids))
		return !ent_tlp_genuine(d);
	if (!level)
		return false;
	if (ent_str_is(id, MARKING "a3bea94c-b469-41dc-9cfe-d6e7daba7730"))
		return !pap_says(d, "white", "PAP:WHITE");
	return !pap_says(d, pap_words[level - 1], names[level]);
}

static bool
against_genuine(const struct world *w, const struct mark *m)
{
	const struct ent_json *d = definition(w, m->id);

	return d && !by_id(m->id, tlp_ids) && forged(d);
}

static bool
against_pap(const struct world *w, const struct mark *m)
{
	int max = level_of(ent_json_str(term(w, "pap_max")), pap_words);

	return max && by_id(m->id, pap_ids) > max;
}

static bool
against_iep(const struct world *w, const struct mark *m)
{
	const struct ent_json *d = by_id(m->id, tlp_ids) ? NULL : definition(w, m->id),
			      *x = extension(d, IEP);
	struct ent_str now = ent_str_c(w->f->now), from = ent_json_getstr(x, "start_date"),
		       until = ent_json_getstr(x, "end_date");

	if (!x || !yes(term(w, "iep")))
		return false;
	if (!all_readable(d) || tlp_word(ent_json_getc(x, "tlp")) > ceiling(w))
		return true;
	return (from.p && memcmp(from.p, now.p, 20) > 0) ||
	       (until.p && memcmp(until.p, now.p, 20) <= 0);
}

static bool
against_handling(const struct world *w, const struct mark *m)
{
	const struct ent_json *d = by_id(m->id, tlp_ids) ? NULL : definition(w, m->id),
			      *x = extension(d, HANDLING);

	if (!x)
		return false;
	if (!all_readable(d) || (term(w, "handling") && !codes_allowed(w, x)))
		return true;
	return has_code(x, "H2") && !w->f->own;
}

static bool
against_releasable(const struct world *w, const struct mark *m)
{
	const struct ent_json *list =
	    ent_json_getc(extension(definition(w, m->id), HANDLING), "releasable_to");

	for (size_t p = 1; list && p < w->f->n_parties; p++)
		if (!has(list, ent_str_c(w->f->parties[p])))
			return true;
	return false;
}

static bool
against_purpose(const struct world *w, const struct mark *m)
{
	const struct ent_json *list = ent_json_getc(extension(definition(w, m->id), HANDLING),
	                                            "purposes"),
			      *ours = term(w, "purposes");

	if (ent_json_count(list) == 0)
		return false;
	for (size_t i = 0; i < ent_json_count(ours); i++)
		if (!has(list, ent_json_str(ent_json_at(ours, i))))
			return true;
	return ent_json_count(ours) == 0;
}

typedef bool (*against_fn)(const struct world *w, const struct mark *m);
static const struct {
	enum ent_rule rule;
	against_fn against;
} mark_rules[] = {
	{ ENT_RULE_GENUINE, against_genuine },
	{ ENT_RULE_PAP, against_pap },
	{ ENT_RULE_IEP, against_iep },
	{ ENT_RULE_HANDLING, against_handling },
	{ ENT_RULE_RELEASABLE, against_releasable },
	{ ENT_RULE_PURPOSE, against_purpose },
};
#define MARK_RULES (sizeof(mark_rules) / sizeof(mark_rules[0]))

/* ---- all markings of the object ---- */

#define MARKS_MAX 64

static size_t
marks_of(const struct ent_json *o, struct mark *out)
{
	const struct ent_json *whole = ent_json_getc(o, "object_marking_refs"),
			      *parts = ent_json_getc(o, "granular_markings");
	size_t n = 0;

	for (size_t i = 0; i < ent_json_count(whole) && n < MARKS_MAX; i++)
		out[n++] = (struct mark){ ent_json_str(ent_json_at(whole, i)), false, false };
	for (size_t i = 0; i < ent_json_count(parts) && n < MARKS_MAX; i++) {
		const struct ent_json *one = ent_json_at(parts, i),
				      *s = ent_json_getc(one, "selectors");

		if (ent_json_getc(one, "lang"))
			continue;
		for (size_t k = 0; k < ent_json_count(s) && n < MARKS_MAX; k++)
			out[n++] =
			    (struct mark){ ent_json_str(ent_json_getc(one, "marking_ref")),
				           true, true };
	}
	return n;
}

static bool
party(const struct world *w, struct ent_str id)
{
	for (size_t i = 0; i < w->f->n_parties; i++)
		if (ent_str_is(id, w->f->parties[i]))
			return true;
	return false;
}

/* ---- the rules about the object as a whole ---- */

/* A marking definition leaves if what it stands for may. */
static bool
is_marking_that_may(const struct world *w)
{
	struct ent_str id = ent_json_getstr(w->object, "id");
	const struct ent_json *h = extension(w->object, HANDLING),
			      *x = extension(w->object, IEP);
	int max = level_of(ent_json_str(term(w, "pap_max")), pap_words);

	if (!is(ent_json_getc(w->object, "type"), "marking-definition"))
		return false;
	if (by_id(id, tlp_ids))
		return by_id(id, tlp_ids) <= ceiling(w);
	if (by_id(id, pap_ids) && max)
		return by_id(id, pap_ids) <= max;
	if (understood(w, w->object))
		return all_readable(w->object) && (!h || codes_allowed(w, h)) &&
		       (!x || tlp_word(ent_json_getc(x, "tlp")) <= ceiling(w));
	return has(term(w, "markings"), id);
}

static bool
may_type(const struct world *w)
{
	if (w->f->dialogue)
		return !strcmp(w->f->dialogue, "this");
	return has(term(w, "types"), ENT_STR("*")) ||
	       has(term(w, "types"), ent_json_getstr(w->object, "type")) ||
	       is_marking_that_may(w);
}

static bool
may_without_tlp(const struct world *w)
{
	int unmarked = tlp_word(term(w, "unmarked")),
	    feed = w->f->feed_tlp ? level_of(ent_str_c(w->f->feed_tlp), tlp_words) : 0;

	if (is_marking_that_may(w))
		return true;
	return unmarked && feed <= unmarked && unmarked <= ceiling(w);
}

static bool
may_required(const struct world *w)
{
	const struct ent_json *wanted = term(w, "required_markings");

	if (is(ent_json_getc(w->object, "type"), "marking-definition") || w->f->dialogue)
		return true;
	for (size_t i = 0; i < ent_json_count(wanted); i++)
		if (!has(ent_json_getc(w->object, "object_marking_refs"),
		         ent_json_str(ent_json_at(wanted, i))))
			return false;
	return true;
}

static bool
names_source(const struct world *w)
{
	const struct ent_json *o = w->object, *places = ent_json_getc(o, "where_sighted_refs");
	struct ent_str by = ent_json_getstr(o, "created_by_ref");

	if (by.p && !party(w, by))
		return true;
	for (size_t i = 0; i < ent_json_count(places); i++)
		if (!party(w, ent_json_str(ent_json_at(places, i))))
			return true;
	return false;
}

/* Times are to be whole days. */
static bool
says_when(const struct world *w)
{
	static const char *const seen[] = { "first_seen", "last_seen", "first_observed",
		                            "last_observed" };

	for (size_t i = 0; i < 4; i++) {
		struct ent_str s = ent_json_getstr(w->object, seen[i]);

		if (s.p && !ent_str_ends(s, "T00:00:00Z"))
			return true;
	}
	return false;
}

static bool
is_source(const struct world *w)
{
	return is(ent_json_getc(w->object, "type"), "identity") &&
	       !party(w, ent_json_getstr(w->object, "id"));
}

static bool
may_source(const struct world *w)
{
	if (!yes(term(w, "protect_source")) ||
	    is(ent_json_getc(w->object, "type"), "marking-definition"))
		return true;
	return !is_source(w) && !names_source(w) && !says_when(w);
}

static bool
may_expiry(const struct world *w)
{
	struct ent_str until = ent_json_getstr(w->object, "valid_until");
	bool expired = true;

	(void)ent_json_bool(term(w, "expired"), &expired);
	return expired || !until.p || memcmp(until.p, w->f->now, 20) > 0;
}

static bool
may_quota(const struct world *w)
{
	int64_t quota;

	if (!ent_json_int(term(w, "quota_day"), &quota) || w->f->dialogue || w->f->counted ||
	    is(ent_json_getc(w->object, "type"), "marking-definition"))
		return true;
	return w->f->sent_today < quota;
}

struct refs {
	const struct world *w;
	bool stays;
};

static int
see_ref(void *self, struct ent_str tail, struct ent_str id)
{
	struct refs *r = self;
	bool known = false;

	(void)tail;
	for (size_t i = 0; i < r->w->f->n_known; i++)
		known |= ent_str_is(id, r->w->f->known[i]);
	r->stays |= !known;
	return 0;
}

static bool
refers_to_what_stays(const struct world *w)
{
	struct refs r = { w, false };

	(void)ent_stix_refs(w->object, see_ref, &r);
	return r.stays;
}

static bool
may_references(const struct world *w)
{
	const struct ent_json *rule = term(w, "references");

	return !rule || is(rule, "name") || w->f->dialogue || !refers_to_what_stays(w);
}

static void
set(struct model_verdict *v, enum ent_rule r, bool may)
{
	v->rule[r] = may ? ENT_PASS : ENT_DENY;
}

static void
judge_whole(const struct world *w, struct model_verdict *v)
{
	const struct model_facts *f = w->f;

	set(v, ENT_RULE_AGREEMENT, !strcmp(f->state, "in force"));
	if (!strcmp(f->state, "suspended"))
		v->rule[ENT_RULE_AGREEMENT] = ENT_QUEUE;
	set(v, ENT_RULE_VALID, !f->invalid);
	set(v, ENT_RULE_TYPE, may_type(w));
	set(v, ENT_RULE_REQUIRED, may_required(w));
	set(v, ENT_RULE_SOURCE, may_source(w));
	set(v, ENT_RULE_ORIGINATOR, f->own || f->here || !f->against);
	set(v, ENT_RULE_RETENTION, !f->kept);
	set(v, ENT_RULE_EXPIRY, may_expiry(w));
	set(v, ENT_RULE_QUOTA, may_quota(w));
	set(v, ENT_RULE_REFERENCES, may_references(w));
	set(v, ENT_RULE_RECALL, !f->recalled);
	set(v, ENT_RULE_APPROVAL,
	    f->approved || !yes(term(w, "two_person")) ||
	        is(ent_json_getc(w->object, "type"), "marking-definition"));
}

/* Returns whether something is against a marking of the whole object. */
static bool
judge_marks(const struct world *w, struct model_verdict *v)
{
	struct mark marks[MARKS_MAX];
	size_t n = marks_of(w->object, marks);
	bool tlp = false, whole = false;

	for (size_t i = 0; i < n; i++) {
		const struct mark *m = &marks[i];
		bool bad = against_level(w, m);

		tlp |= !m->part && by_id(m->id, tlp_ids);
		if (bad)
			set(v, m->part ? ENT_RULE_GRANULAR : ENT_RULE_MARKINGS, false);
		for (size_t r = 0; r < MARK_RULES && m->id.p; r++)
			if (mark_rules[r].against(w, m)) {
				set(v, mark_rules[r].rule, false);
				bad = true;
			}
		whole |= bad && !m->part;
		v->parts += bad && m->part;
	}
	if (!tlp && !may_without_tlp(w)) {
		set(v, ENT_RULE_MARKINGS, false);
		whole = true;
	}
	if (is(ent_json_getc(w->object, "type"), "marking-definition") && forged(w->object)) {
		set(v, ENT_RULE_GENUINE, false);
		whole = true;
	}
	return whole;
}

void
model_judge(const struct ent_json *terms, const struct ent_json *object,
            const struct ent_json *const *definitions, size_t n, const struct model_facts *f,
            struct model_verdict *out)
{
	static const enum ent_rule always_whole[] = {
		ENT_RULE_VALID,     ENT_RULE_TYPE,      ENT_RULE_REQUIRED, ENT_RULE_ORIGINATOR,
		ENT_RULE_RETENTION, ENT_RULE_RECALL,    ENT_RULE_EXPIRY,   ENT_RULE_QUOTA,
		ENT_RULE_APPROVAL,  ENT_RULE_AGREEMENT,
	};
	struct world w = { terms, object, definitions, n, f };
	bool whole;

	memset(out, 0, sizeof(*out)); /* all pass */
	judge_whole(&w, out);
	whole = judge_marks(&w, out) || !f->own;
	for (size_t i = 0; i < sizeof(always_whole) / sizeof(always_whole[0]); i++)
		whole |= out->rule[always_whole[i]] == ENT_DENY;
	whole |= out->rule[ENT_RULE_SOURCE] == ENT_DENY && is_source(&w);
	whole |=
	    out->rule[ENT_RULE_REFERENCES] == ENT_DENY && is(term(&w, "references"), "deny");
	for (int r = 0; r < ENT_RULES; r++)
		if (out->rule[r] == ENT_DENY ||
		    (out->rule[r] == ENT_QUEUE && out->result == ENT_PASS))
			out->result = out->rule[r];
	out->extract = out->result == ENT_DENY && !whole;
}
