/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wire_notice.c - "(banned in Russia)" beside a name: the notices that the law of some
 * countries asks for, and the names that they belong to.
 */
#include "intake/wire_int.h"

#define NOTICE_TOKENS 40
#define NEAR_TOKENS   10 /* "..., a terrorist organisation, which is outlawed in ..." */

/* Countries in the words of their own language, as notices have them. */
static const struct {
	const char *word, *code;
} own[] = {
	{ "\xd1\x80\xd1\x84", "RU" },
	{ "\xd1\x80\xd0\xbe\xd1\x81\xd1\x81\xd0\xb8\xd0\xb8", "RU" },
	{ "\xd1\x80\xd0\xbe\xd1\x81\xd1\x81\xd0\xb8\xd0\xb9\xd1\x81\xd0\xba\xd0\xbe\xd0\xb9",
	  "RU" },
	{ "\xd0\xb1\xd0\xb5\xd0\xbb\xd0\xb0\xd1\x80\xd1\x83\xd1\x81\xd0\xb8", "BY" },
};

static bool
terrorist(const struct ent_wire *w, size_t i)
{
	return ent_wire_word_is(w, i, "terrorist") || ent_wire_word_is(w, i, "extremist");
}

/* Whether [from, to) says that something is banned, or a terrorist organisation. */
static bool
says_banned(const struct ent_wire *w, size_t from, size_t to)
{
	bool declared = false, as = false;

	for (size_t i = from; i < to; i++) {
		if (is(w, i, W_BAN))
			return true;
		declared |= is(w, i, W_DECLARE);
		as |= terrorist(w, i);
	}
	return declared && as;
}

/* Whose notice it is: the country that it names, by its code, or as it is written. */
static struct ent_str
jurisdiction(const struct ent_wire *w, size_t from, size_t to)
{
	struct ent_str written = { NULL, 0 };

	for (size_t i = from; i < to; i++) {
		uint32_t m = tok(w, i)->mention;
		char folded[FOLDED];
		struct ent_str f = { folded, 0 };

		if (m && w->thing[w->mention[m].thing].code.p)
			return w->thing[w->mention[m].thing].code;
		if (tok(w, i)->kind != T_WORD)
			continue;
		f.n = ent_wire_fold(text_of(w, i), folded, sizeof(folded));
		for (size_t k = 0; k < sizeof(own) / sizeof(own[0]); k++)
			if (ent_str_is(f, own[k].word))
				return ent_str_c(own[k].code);
		if (!written.p && cap(w, i) && is(w, i - 1, W_PREP | W_NOT_NAME))
			written = text_of(w, i);
	}
	return written;
}

/* ---- the name that it stands beside ---- */

static bool
name_token(const struct ent_wire *w, size_t i)
{
	return tok(w, i)->kind == T_WORD && !is(w, i, W_NOT_NAME | W_PREP) &&
	       ((tok(w, i)->flags & F_CAP) || is(w, i, W_PARTICLE));
}

/* The run of tokens that a notice at i is about: a mention, words in quotation marks, or
 * capitals. */
static struct run
name_before(const struct ent_wire *w, size_t i)
{
	struct run r = { i, i };

	if (i && tok(w, i - 1)->mention) {
		const struct mention *m = &w->mention[tok(w, i - 1)->mention];

		return (struct run){ m->from, m->to };
	}
	if (punct(w, i - 1, '"')) {
		r.to = r.from = i - 1;
		while (r.to - r.from < 8 && !punct(w, r.from - 1, '"') &&
		       tok(w, r.from - 1)->kind == T_WORD)
			r.from--;
		return punct(w, r.from - 1, '"') ? r : (struct run){ i, i };
	}
	while (r.from > 1 && r.to - r.from < 8 &&
	       (name_token(w, r.from - 1) ||
	        (r.from < r.to && (ent_wire_word_is(w, r.from - 1, "of")) &&
	         name_token(w, r.from - 2))))
		r.from--;
	return r;
}

/* Makes the name one that is designated, and gives its thing. */
uint32_t
ent_wire_designated(struct ent_wire *w, struct run name)
{
	uint32_t m = tok(w, name.from)->mention, thing;

	if (name.to == name.from)
		return 0;
	if (m && w->mention[m].to == name.to) {
		thing = w->mention[m].thing;
		if (w->thing[thing].kind != ENT_THING_COUNTRY &&
		    w->thing[thing].kind != ENT_THING_DEMONYM) {
			if (w->thing[thing].kind != ENT_THING_PERSON)
				w->thing[thing].kind = ENT_THING_GROUP;
			w->thing[thing].designated = true;
			return thing;
		}
	}
	thing =
	    ent_wire_thing(w, ENT_THING_GROUP, ent_wire_run_text(w, name.from, name.to), NULL);
	if (!thing)
		return 0;
	w->thing[thing].designated = true;
	ent_wire_mention(w, thing, name.from, name.to);
	return thing;
}

/* The last item of a thing at these tokens gets the notice. */
static void
notice(struct ent_wire *w, uint32_t thing, struct run name, size_t from, size_t to,
       struct ent_str country)
{
	struct ent_wire_span at = ent_wire_span(w, name.from, name.to);
	struct thing *t = &w->thing[thing];

	for (size_t i = from; i < to; i++)
		w->t[i].flags |= F_USED;
	if (!t->notice.p) {
		t->notice = ent_wire_run_text(w, from, to);
		t->notice_code = country;
	}
	/* Written to the mention's item when all are in order (wire.c): remembered here. */
	struct ent_wire_item *it = ent_wire_item(w, ENT_WIRE_KINDS, from, to);

	if (it) {
		it->subject = at;
		it->thing = thing;
		it->notice = ent_wire_span(w, from, to);
		it->notice_country = country;
	}
}

static size_t
bracket_end(const struct ent_wire *w, size_t i)
{
	for (size_t k = i + 1; k < i + NOTICE_TOKENS && tok(w, k)->kind != T_PARAGRAPH; k++) {
		if (punct(w, k, ')'))
			return k;
		if (punct(w, k, '('))
			return 0;
	}
	return 0;
}

/* A paragraph that begins with an asterisk and says that something is banned. */
static struct run
footnote(const struct ent_wire *w)
{
	struct run r = { 0, 0 };

	for (size_t i = w->body; i + 1 < w->n; i++)
		if (tok(w, i)->kind == T_PARAGRAPH && punct(w, i + 1, '*')) {
			r.from = r.to = i + 2;
			while (r.to - r.from < NOTICE_TOKENS &&
			       tok(w, r.to)->kind != T_PARAGRAPH)
				r.to++;
			if (says_banned(w, r.from, r.to))
				return r;
		}
	return (struct run){ 0, 0 };
}

/* ", which is outlawed in Russia" behind a designated name. */
static void
running(struct ent_wire *w, size_t i, size_t sentence_end)
{
	const struct mention m = w->mention[tok(w, i)->mention];
	size_t most = m.to + NEAR_TOKENS + 6;

	for (size_t k = m.to; k < most && k < sentence_end; k++) {
		size_t ban = k + 1;

		if (tok(w, k)->mention || punct(w, k, '('))
			return;
		if (!punct(w, k, ',') && !ent_wire_word_is(w, k, "which"))
			continue;
		while (ban < k + 5 && (ent_wire_word_is(w, ban, "which") || is(w, ban, W_LINK)))
			ban++;
		if (!is(w, ban, W_BAN) || !ent_wire_word_is(w, ban + 1, "in"))
			continue;
		ban += 2;
		while (ban < sentence_end && (ent_wire_word_is(w, ban, "the") || cap(w, ban)))
			ban++;
		notice(w, m.thing, (struct run){ m.from, m.to }, k + punct(w, k, ','), ban,
		       jurisdiction(w, k, ban));
		return;
	}
}

void
ent_wire_notices(struct ent_wire *w)
{
	struct run foot = footnote(w);

	for (size_t i = w->body; i < w->n; i++) {
		size_t end = punct(w, i, '(') ? bracket_end(w, i) : 0;
		struct run name;
		uint32_t thing;

		if (end && says_banned(w, i + 1, end)) {
			name = name_before(w, i);
			thing = ent_wire_designated(w, name);
			if (thing)
				notice(w, thing, name, i + 1, end, jurisdiction(w, i + 1, end));
			i = end;
			continue;
		}
		if (foot.to && punct(w, i, '*') && i + 1 < foot.from && i > w->body &&
		    tok(w, i - 1)->kind != T_PARAGRAPH) {
			name = name_before(w, i);
			thing = ent_wire_designated(w, name);
			if (thing)
				notice(w, thing, name, foot.from, foot.to,
				       jurisdiction(w, foot.from, foot.to));
			continue;
		}
		if (tok(w, i)->mention && w->mention[tok(w, i)->mention].from == i &&
		    w->thing[w->mention[tok(w, i)->mention].thing].kind == ENT_THING_GROUP &&
		    !punct(w, w->mention[tok(w, i)->mention].to, '('))
			running(w, i, ent_wire_sentence(w, i).to);
	}
}
