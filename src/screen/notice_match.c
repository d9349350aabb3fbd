/* SPDX-License-Identifier: Apache-2.0 */
/*
 * notice_match.c - wordings of notices in texts.
 */
#include "screen/notice_int.h"

void
ent_notice_text(struct ent_folder *f, struct ent_str s, size_t from, size_t to,
                struct notice_text *out)
{
	struct ent_str cut = { s.p, to };
	struct word w = { from, from };

	out->n = 0;
	while (out->n < NOTICE_WORDS && ent_word_next(cut, w.to, &w)) {
		struct ent_str word = { s.p + w.from, w.to - w.from };
		unsigned flags = ent_word_flags(word);
		struct ent_token t;

		if (word.n > ENT_TEXT_WORD || !ent_word_fold(f, word, flags, &t))
			continue;
		memcpy(out->text[out->n], t.text, sizeof(t.text));
		out->capital[out->n] = flags & WORD_CAP;
		out->at[out->n++] = w;
	}
}

static bool
takes(const struct notice_part *p, const struct notice_text *t, size_t i)
{
	if (p->kind != PART_WORDS)
		return p->kind == PART_ANY || t->capital[i];
	for (size_t k = 0; k < p->n; k++) {
		const struct notice_word *w = &p->words[k];

		if (!strncmp(t->text[i], w->text.p, w->text.n) &&
		    (w->prefix || !t->text[i][w->text.n]))
			return true;
	}
	return false;
}

/* The parts that may come next where those of set may: optional ones can be left out. */
static uint32_t
skip(const struct ent_notice_pattern *p, uint32_t set)
{
	for (size_t i = 0; i < p->n; i++)
		if ((set >> i & 1) && (p->parts[i].optional || p->parts[i].kind == PART_ANY))
			set |= UINT32_C(1) << (i + 1);
	return set;
}

/* How many words from i on the pattern takes; 0 if it isn't there. */
static size_t
match_at(const struct ent_notice_pattern *p, const struct notice_text *t, size_t i)
{
	uint32_t set = skip(p, 1);

	for (size_t k = i; k < t->n && set; k++) {
		uint32_t next = 0;

		for (size_t part = 0; part < p->n; part++)
			if ((set >> part & 1) && takes(&p->parts[part], t, k))
				next |= p->parts[part].kind == PART_ANY
				            ? UINT32_C(1) << part
				            : UINT32_C(1) << (part + 1);
		set = skip(p, next);
		if (set >> p->n & 1)
			return k - i + 1;
	}
	return 0;
}

bool
ent_notice_match(const struct ent_notice_pattern *p, size_t n, const struct notice_text *t,
                 size_t from, size_t *first, size_t *last)
{
	for (size_t i = from; i < t->n; i++)
		for (size_t k = 0; k < n; k++) {
			size_t words = match_at(&p[k], t, i);

			if (!words)
				continue;
			*first = i;
			*last = i + words - 1;
			return true;
		}
	return false;
}
