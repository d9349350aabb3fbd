/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wire_speech.c - who says it: the verb of speech in a clause, its subject, and the person
 * behind "he", "Antonov" and "the ambassador".
 */
#include "intake/wire_int.h"

#define PHRASE_TOKENS 24 /* of a subject */
#define CLAUSE_TOKENS 120

/* ---- noun phrases ---- */

static bool
nominal(const struct ent_wire *w, size_t i)
{
	const struct token *t = tok(w, i);

	if (t->kind == T_POSSESSIVE)
		return true;
	if (t->kind != T_WORD || (t->flags & F_USED))
		return false;
	if (t->mention)
		return true;
	if (is(w, i, W_MONTH | W_WEEKDAY) && (t->flags & F_CAP))
		return false;
	if (is(w, i, W_OFFICE | W_OFFICE_MOD | W_HONOUR | W_COLLECTIVE | W_DOCUMENT))
		return true;
	return ((t->flags & F_CAP) && !is(w, i, W_NOT_NAME)) || (is(w, i, W_HEAD));
}

static bool
connects(const struct ent_wire *w, size_t i)
{
	return ent_wire_word_is(w, i, "to") || ent_wire_word_is(w, i, "of") ||
	       ent_wire_word_is(w, i, "for") || ent_wire_word_is(w, i, "the") ||
	       ent_wire_word_is(w, i, "and") || is(w, i, W_PARTICLE) ||
	       (ent_wire_word_is(w, i, "on") && is(w, i - 1, W_HEAD));
}

static bool
noun_at(const struct ent_wire *w, size_t i)
{
	return is(w, i, W_OFFICE | W_HEAD | W_COLLECTIVE | W_DOCUMENT | W_OFFICE_MOD) ||
	       cap(w, i);
}

struct run
ent_wire_phrase_before(const struct ent_wire *w, size_t end, size_t least)
{
	struct run r = { end, end };

	if (end < 2)
		return r;
	if (end - least > PHRASE_TOKENS)
		least = end - PHRASE_TOKENS;
	while (r.from > least && r.from > 1) {
		size_t i = r.from - 1, k;

		if (tok(w, i)->flags & F_LAST)
			break;
		if (nominal(w, i) || (punct(w, i, ']') || punct(w, i, '['))) {
			r.from = i;
			continue;
		}
		/* "the" begins it, unless "to", "of" stand before: "Ambassador to the ..." */
		for (k = i; k > least && connects(w, k); k--)
			;
		if (k == i || !noun_at(w, k) || (tok(w, k)->flags & F_LAST) ||
		    (ent_wire_word_is(w, k + 1, "the") || ent_wire_word_is(w, k + 1, "and"))) {
			if (ent_wire_word_is(w, i, "the") || ent_wire_word_is(w, i, "a") ||
			    ent_wire_word_is(w, i, "an") || is(w, i, W_PRONOUN))
				r.from = i;
			break;
		}
		if (!is(w, k, W_OFFICE | W_HEAD | W_OFFICE_MOD | W_COLLECTIVE) &&
		    !(tok(w, k)->mention &&
		      ent_wire_word_is(w, w->mention[tok(w, k)->mention].from - 1, "of")))
			break; /* "Representative of Russia to the UN" */
		r.from = k;
	}
	return r;
}

struct run
ent_wire_phrase_after(const struct ent_wire *w, size_t from, size_t most)
{
	struct run r = { from, from };

	if (most - from > PHRASE_TOKENS)
		most = from + PHRASE_TOKENS;
	if (ent_wire_word_is(w, r.to, "the") || ent_wire_word_is(w, r.to, "a") ||
	    ent_wire_word_is(w, r.to, "an") || is(w, r.to, W_PRONOUN))
		r.to++;
	if (tok(w, r.to)->kind == T_NUMBER && ent_str_ends(text_of(w, r.to), "-old"))
		r.to++; /* said 34-year-old teacher Ana Silva */
	while (r.to < most) {
		size_t k = r.to;

		if (nominal(w, k) || punct(w, k, ']') || punct(w, k, '[')) {
			r.to = k + 1;
			if (tok(w, k)->flags & F_LAST)
				break;
			continue;
		}
		while (k < most && connects(w, k))
			k++;
		if (k == r.to || !nominal(w, k) || r.to == from ||
		    ent_wire_word_is(w, r.to, "the"))
			break;
		r.to = k + 1;
	}
	while (r.to > from && tok(w, r.to - 1)->kind != T_WORD)
		r.to--;
	return r.to == from + 1 && ent_wire_word_is(w, from, "the") ? (struct run){ from, from }
	                                                            : r;
}

/* ---- whom it means ---- */

/* The name at the end of a phrase: behind the last office, country, organisation. */
static struct run
name_in(const struct ent_wire *w, struct run p)
{
	struct run r = { p.to, p.to };

	while (r.from > p.from) {
		size_t i = r.from - 1;
		uint32_t m = tok(w, i)->mention;

		if (m && w->thing[w->mention[m].thing].kind == ENT_THING_PERSON) {
			r.from = w->mention[m].from < p.from ? p.from : w->mention[m].from;
			return r;
		}
		if (m && w->thing[w->mention[m].thing].kind != ENT_THING_NAME)
			break;
		if (tok(w, i)->kind != T_WORD ||
		    is(w, i, W_OFFICE | W_HONOUR | W_NOT_NAME | W_COLLECTIVE) ||
		    (!cap(w, i) && !is(w, i, W_PARTICLE)) ||
		    (is(w, i, W_OFFICE_MOD | W_HEAD | W_DOCUMENT) && r.from == r.to))
			break;
		r.from = i;
	}
	return r;
}

/* The same, but for "the lawyer of Jane Doe", and with "Jane Doe of the institute". */
static struct run
name_meant(const struct ent_wire *w, struct run p)
{
	struct run r = name_in(w, p);
	size_t k = r.from;

	while (k > p.from && is(w, k - 1, W_HONOUR))
		k--;
	if (r.to > r.from && k > p.from + 1 &&
	    (ent_wire_word_is(w, k - 1, "for") || ent_wire_word_is(w, k - 1, "of")))
		return (struct run){ p.to, p.to };
	for (size_t i = p.from;
	     r.to == r.from && i < p.to && !is(w, i, W_OFFICE | W_COLLECTIVE); i++) {
		uint32_t m = tok(w, i)->mention;

		if (m && w->thing[w->mention[m].thing].kind == ENT_THING_PERSON)
			return (struct run){ w->mention[m].from, w->mention[m].to };
	}
	return r;
}

static struct ent_str
country_in(const struct ent_wire *w, struct run p)
{
	for (size_t i = p.from; i < p.to; i++) {
		uint32_t m = tok(w, i)->mention;
		const struct thing *t = m ? &w->thing[w->mention[m].thing] : NULL;

		if (t && t->code.p && t->kind != ENT_THING_PERSON)
			return t->code;
	}
	return (struct ent_str){ NULL, 0 };
}

/* "the ambassador": somebody of whom that was said. */
static uint32_t
by_office(const struct ent_wire *w, struct run p)
{
	struct ent_str code = country_in(w, p);
	uint16_t noun = 0;
	int32_t mask = 0;

	for (size_t i = p.from; i < p.to; i++)
		if (is(w, i, W_OFFICE)) {
			noun = tok(w, i)->word;
			mask = value_of(w, i);
		}
	for (int exact = 1; exact >= 0 && noun; exact--)
		for (size_t i = 0; i < w->n_recent; i++) {
			const struct thing *t = &w->thing[w->recent[i]];

			if (code.p && t->code.p && !ent_str_eq(code, t->code))
				continue;
			if (exact ? t->office_word == noun : (t->offices & mask) != 0)
				return w->recent[i];
		}
	return 0;
}

static uint32_t
by_pronoun(struct ent_wire *w, int gender)
{
	uint32_t first = 0;

	for (int turn = 0; turn < 2; turn++)
		for (size_t i = 0; i < w->n_recent; i++) {
			struct thing *t = &w->thing[w->recent[i]];

			if (!turn && !t->speaks)
				continue;
			if (t->gender == gender)
				return w->recent[i];
			if (!t->gender && !first)
				first = w->recent[i];
		}
	if (first)
		w->thing[first].gender = (uint8_t)gender;
	return first;
}

static uint32_t
by_mention(const struct ent_wire *w, struct run p)
{
	uint32_t found = 0;

	for (size_t i = p.from; i < p.to; i++) {
		uint32_t m = tok(w, i)->mention;
		const struct thing *t = m ? &w->thing[w->mention[m].thing] : NULL;

		if (t && (t->kind == ENT_THING_ORGANISATION || t->kind == ENT_THING_GROUP ||
		          (t->kind == ENT_THING_COUNTRY && !found)))
			found = w->mention[m].thing;
	}
	return found;
}

uint32_t
ent_wire_speaker(struct ent_wire *w, struct run p)
{
	struct run name = name_meant(w, p);
	uint32_t thing = 0;
	bool office = false, apart = false;
	bool new = ent_wire_word_is(w, p.from, "a") || ent_wire_word_is(w, p.from, "an") ||
	           ent_wire_word_is(w, p.from, "another") || is(w, p.from, W_NUMBER);

	if (is(w, p.from, W_PRONOUN) && p.to == p.from + 1)
		return by_pronoun(w, value_of(w, p.from));
	while (p.from < p.to && (is(w, p.from, W_NOT_NAME) && !is(w, p.from, W_COLLECTIVE)))
		p.from++;
	if (name.to > name.from) {
		uint32_t m = tok(w, name.from)->mention;

		if (m && w->thing[w->mention[m].thing].kind == ENT_THING_PERSON)
			thing = w->mention[m].thing;
		else
			thing = ent_wire_person(w, name);
		return thing;
	}
	for (size_t i = p.from; i < p.to; i++) {
		office |= is(w, i, W_OFFICE);
		apart |=
		    is(w, i, W_PREP) && !tok(w, i)->mention && !ent_wire_word_is(w, i, "of");
	}
	if (office)
		thing = new ? 0 : by_office(w, p);
	else if (!apart) /* "residents in North Korea" aren't it */
		thing = by_mention(w, p);
	if (!thing && p.from < p.to) { /* "police", "a witness": known by that */
		thing =
		    ent_wire_thing(w, ENT_THING_NAME, ent_wire_run_text(w, p.from, p.to), NULL);
		if (thing)
			w->thing[thing].wanted = true;
	}
	return thing;
}

/* ---- the verb and its subject ---- */

/* Behind the verb: "said Jane Doe", "said the minister"; not "said the attack was". */
static struct run
inverted(const struct ent_wire *w, size_t verb, size_t to)
{
	struct run r = ent_wire_phrase_after(w, verb + 1, to);
	bool known = false;

	if (ent_wire_word_is(w, verb, "told") || ent_wire_word_is(w, verb, "tells"))
		return (struct run){ verb, verb };
	if (r.to > r.from && punct(w, r.to, ',') && tok(w, r.to + 1)->mention &&
	    is(w, r.to - 1, W_OFFICE)) {
		const struct mention *m = &w->mention[tok(w, r.to + 1)->mention];

		if (w->thing[m->thing].kind == ENT_THING_PERSON && m->to < to)
			r.to = m->to; /* said the mayor, Jane Doe */
	}
	for (size_t i = r.from; i < r.to; i++)
		known |= cap(w, i) || is(w, i, W_OFFICE | W_COLLECTIVE);
	/* what follows is no verb of which it would be the subject */
	if (!known ||
	    (r.to < to && tok(w, r.to)->kind == T_WORD && !is(w, r.to, W_PREP | W_WEEKDAY) &&
	     !ent_wire_word_is(w, r.to, "who") && !ent_wire_word_is(w, r.to, "when")))
		return (struct run){ verb, verb };
	return r;
}

static bool
has_office(const struct ent_wire *w, struct run r)
{
	for (size_t i = r.from; i < r.to; i++)
		if (is(w, i, W_OFFICE))
			return true;
	return false;
}

struct run
ent_wire_office_phrase(const struct ent_wire *w, size_t end, size_t least)
{
	struct run r = ent_wire_phrase_before(w, end, least);

	if (r.to > r.from && has_office(w, r))
		return r;
	for (size_t k = end; k > least && end - k < 10; k--) {
		if ((tok(w, k - 1)->kind != T_WORD && tok(w, k - 1)->kind != T_POSSESSIVE) ||
		    (tok(w, k - 1)->flags & F_LAST) || is(w, k - 1, W_SAY))
			break;
		if (is(w, k - 1, W_OFFICE) &&
		    (ent_wire_word_is(w, k, "of") || ent_wire_word_is(w, k, "for"))) {
			r = ent_wire_phrase_before(w, k, least);
			return (struct run){ r.from, end };
		}
	}
	return (struct run){ end, end };
}

/* Anybody: "the crowd chanted", "one woman". */
static struct run
anybody_before(const struct ent_wire *w, size_t end, size_t from)
{
	struct run r = { end, end };

	while (r.from > from && r.to - r.from < 4 && tok(w, r.from - 1)->kind == T_WORD &&
	       !is(w, r.from - 1, W_PREP | W_SAY | W_SAYING | W_LINK)) {
		r.from--;
		if (is(w, r.from, W_NOT_NAME | W_NUMBER))
			break;
	}
	if (r.to > r.from && r.from > from + 1 && tok(w, r.from - 1)->kind == T_POSSESSIVE &&
	    tok(w, r.from - 2)->mention) { /* North Korea's point man */
		r.from = w->mention[tok(w, r.from - 2)->mention].from;
		return r;
	}
	return r.to > r.from + 1 && is(w, r.from, W_NOT_NAME | W_NUMBER)
	           ? r
	           : (struct run){ end, end };
}

/* "officials in Kabul", "the man on the bridge": a phrase with what it depends on. */
static struct run
whole_phrase(const struct ent_wire *w, struct run r, size_t from)
{
	for (int n = 0; n < 3 && r.to > r.from && r.from > from + 1; n++) {
		struct run before;

		if (!is(w, r.from - 1, W_PREP) || is(w, r.from - 1, W_SAY | W_LINK) ||
		    tok(w, r.from - 1)->mention)
			break;
		before = ent_wire_phrase_before(w, r.from - 1, from);
		if (before.to == before.from)
			before = anybody_before(w, r.from - 1, from);
		if (before.to == before.from)
			break;
		r.from = before.from;
	}
	return r;
}

/* "reads a plaque", "said one of the survivors" */
static struct run
anybody_after(const struct ent_wire *w, size_t verb, size_t to)
{
	struct run r = { verb + 1, verb + 1 };

	if (!is(w, r.to, W_NOT_NAME | W_NUMBER) || is(w, r.to, W_PREP | W_LINK))
		return (struct run){ verb, verb };
	r.to++;
	if (ent_wire_word_is(w, r.to, "of") && ent_wire_word_is(w, r.to + 1, "the"))
		r.to += 2;
	while (
	    r.to < to && r.to - r.from < 6 && tok(w, r.to)->kind == T_WORD &&
	    (is(w, r.to, W_COLLECTIVE) || !is(w, r.to, W_PREP | W_SAY | W_LINK | W_NOT_NAME)))
		r.to++;
	return r.to > r.from + 1 ? r : (struct run){ verb, verb };
}

/* Before the verb, over adverbs and over what stands between commas. */
static struct run
subject_before(const struct ent_wire *w, size_t verb, size_t from)
{
	size_t end = verb;
	struct run r;

	while (end > from && is(w, end - 1, W_LINK) && !is(w, end - 1, W_PRONOUN))
		end--;
	if (end > from &&
	    punct(w, end - 1, ',')) { /* Jane Doe, the mayor of Springfield, said */
		size_t k = end - 1, office = 0;

		while (k > from && end - k < 30 && !punct(w, k - 1, ',')) {
			office += is(w, k - 1, W_OFFICE);
			k--;
		}
		if (k > from && punct(w, k - 1, ',')) {
			struct run inner = { k, end - 1 };

			r = ent_wire_phrase_before(w, k - 1, from);
			if (r.to > r.from && name_in(w, r).to > name_in(w, r).from)
				return r;
			r = ent_wire_office_phrase(w, k - 1, from);
			if (r.to > r.from && name_in(w, inner).from == inner.from &&
			    inner.to > inner.from)
				return (struct run){ r.from,
					             end - 1 }; /* the mayor, Jane Doe, */
		}
		if (!office && k > from && punct(w, k - 1, ',')) { /* the minister, moved, */
			r = ent_wire_phrase_before(w, k - 1, from);
			return r.to > r.from ? r : anybody_before(w, k - 1, from);
		}
		if (!office)
			return (struct run){ verb, verb };
		end--;
	}
	r = whole_phrase(w, ent_wire_phrase_before(w, end, from), from);
	for (size_t k = end; r.to == r.from && k > from + 1 && end - k < 14; k--) {
		if (tok(w, k - 1)->kind != T_WORD)
			break;
		if (ent_wire_word_is(w, k - 1, "who")) { /* an official who was there said */
			r = ent_wire_phrase_before(w, k - 1, from);
			return r.to > r.from ? r : anybody_before(w, k - 1, from);
		}
	}
	if (r.to == r.from && end > from && is(w, end - 1, W_PRONOUN))
		return (struct run){ end - 1, end };
	if (r.to == r.from && end > from + 1 && is(w, end - 1, W_PREP | W_NOT_NAME))
		return r;
	while (r.from < r.to && (punct(w, r.from, ']') || punct(w, r.from, '[')))
		r.from++;
	return r;
}

static bool
according(const struct ent_wire *w, size_t i)
{
	return ent_wire_word_is(w, i, "according") && ent_wire_word_is(w, i + 1, "to");
}

static bool speech(struct ent_wire *w, size_t from, size_t to, bool back, bool strong,
                   bool inner, struct speech *out);

/* "called it terror and said": the subject of the verb before, or that of the sentence. */
static struct run
shared_subject(struct ent_wire *w, size_t verb, size_t from)
{
	struct speech before;
	size_t end = verb;

	while (end > from && is(w, end - 1, W_LINK))
		end--;
	if (end == from ||
	    !(ent_wire_word_is(w, end - 1, "and") || ent_wire_word_is(w, end - 1, "but")))
		return (struct run){ verb, verb };
	if (speech(w, from, end - 1, true, false, true, &before))
		return before.subject;
	return ent_wire_phrase_after(w, from, end - 1);
}

/* "the reports", "a claim": no verb. */
static bool
a_noun(const struct ent_wire *w, size_t i)
{
	return ent_wire_word_is(w, i - 1, "the") || ent_wire_word_is(w, i - 1, "a") ||
	       ent_wire_word_is(w, i - 1, "an") || ent_wire_word_is(w, i - 1, "these") ||
	       ent_wire_word_is(w, i - 1, "those") || ent_wire_word_is(w, i - 1, "its") ||
	       ent_wire_word_is(w, i - 1, "his") || ent_wire_word_is(w, i - 1, "their") ||
	       ent_wire_word_is(w, i - 1, "no") || ent_wire_word_is(w, i - 1, "any");
}

static bool
try_verb(struct ent_wire *w, size_t i, size_t from, size_t to, bool strong, bool inner,
         struct speech *s)
{
	struct run subject;

	if (according(w, i)) {
		subject = ent_wire_phrase_after(w, i + 2, to);
		if (subject.to == subject.from)
			return false;
		s->verb = (struct run){ i, i + 2 };
	} else {
		if (!is(w, i, W_SAY) || tok(w, i)->mention || cap(w, i) || a_noun(w, i) ||
		    (strong && is(w, i, W_SOFT) && !ent_wire_word_is(w, i + 1, "that") &&
		     !(punct(w, i + 1, '.') && i > from)))
			return false;
		subject = subject_before(w, i, from);
		if (subject.to == subject.from && !inner)
			subject = shared_subject(w, i, from);
		if (subject.to == subject.from)
			subject = inverted(w, i, to);
		if (subject.to == subject.from && !strong)
			subject = whole_phrase(w, anybody_before(w, i, from), from);
		if (subject.to == subject.from && !strong)
			subject = anybody_after(w, i, to);
		if (subject.to == subject.from)
			return false;
		s->verb = (struct run){ i, i + 1 + (size_t)ent_wire_word_is(w, i + 1, "out") };
	}
	s->subject = subject;
	s->thing = ent_wire_speaker(w, subject);
	s->found = true;
	return true;
}

/* inner: for another verb, so that there is no third. */
static bool
speech(struct ent_wire *w, size_t from, size_t to, bool back, bool strong, bool inner,
       struct speech *out)
{
	*out = (struct speech){ 0 };
	if (from >= to)
		return false;
	if (to - from > CLAUSE_TOKENS) {
		if (back)
			from = to - CLAUSE_TOKENS;
		else
			to = from + CLAUSE_TOKENS;
	}
	for (size_t n = 0; n < to - from; n++) {
		size_t i = back ? to - 1 - n : from + n;

		if (back && !inner && !strong && is(w, i, W_SAYING)) {
			/* "stressed adding," has the subject of the verb before it */
			struct run participle = { i, i + 1 };

			if (speech(w, from, i, true, false, true, out)) {
				out->verb = participle;
				return true;
			}
			out->verb = participle;
			out->found = true;
			out->carried = true;
			return true;
		}
		if (try_verb(w, i, from, to, strong, inner, out))
			return true;
	}
	return false;
}

bool
ent_wire_speech(struct ent_wire *w, size_t from, size_t to, bool back, bool strong,
                struct speech *out)
{
	return speech(w, from, to, back, strong, false, out);
}
