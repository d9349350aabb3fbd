/* SPDX-License-Identifier: Apache-2.0 */
/*
 * text_word.c - which listed words a word of a text stands for: itself, without the ending of
 * its case, and those that it is like.
 */
#include "screen/text_int.h"

#define LIKE        0.85
#define LOOKED_AT   64 /* listed words of one key that are compared */
#define FEWER_PRIME UINT64_C(0x9e3779b97f4a7c15)

void
ent_text_fewer(uint64_t seed, const struct ent_token *t, bool (*see)(void *self, uint64_t key),
               void *self)
{
	uint64_t behind[ENT_TOKEN_ROOM + 1], power[ENT_TOKEN_ROOM + 1], before = 0;
	size_t n = t->n;

	behind[n] = 0;
	power[0] = 1;
	for (size_t i = 0; i < n; i++)
		power[i + 1] = power[i] * FEWER_PRIME;
	for (size_t i = n; i-- > 0;)
		behind[i] = behind[i + 1] + ((unsigned char)t->text[i] + 1) * power[n - 1 - i];
	if (!see(self, mix(behind[0] ^ seed)))
		return;
	for (size_t i = 0; i < n; i++) { /* without letter i */
		uint64_t key = before * power[n - 1 - i] + behind[i + 1];

		if ((!i || t->text[i] != t->text[i - 1]) && !see(self, mix(key ^ seed)))
			return;
		before = before * FEWER_PRIME + (unsigned char)t->text[i] + 1;
	}
}

struct looking {
	const struct ent_text_names *n;
	const struct ent_token *t;
	struct sense *out;
	size_t found;
	uint8_t how;
};

static struct sense
sense_of(const struct ent_text_names *n, uint32_t word, uint8_t how)
{
	uint32_t root = n->root[word];
	const struct node *node = &n->node[root];

	return (struct sense){ word, root, how,
		               !root || !node->names        ? 0
		               : node->guard & GUARD_COMMON ? 1
		                                            : 2 };
}

static void
add(struct looking *l, uint32_t word)
{
	for (size_t i = 0; i < l->found; i++)
		if (l->out[i].word == word)
			return;
	if (l->found < SENSES)
		l->out[l->found++] = sense_of(l->n, word, l->how);
}

/* Those of one key that are like it. */
static void
look(struct looking *l, const struct keyed *k, uint64_t key)
{
	size_t most = LOOKED_AT;

	if (!k->head)
		return;
	for (uint32_t i = k->head[key >> 32 & k->mask]; i && most; i = k->chain[i - 1].next) {
		const struct chain *c = &k->chain[i - 1];
		enum ent_pairing why;

		if (c->key != (uint32_t)(key >> 32))
			continue;
		most--;
		if (ent_token_likeness(l->t, &l->n->word[c->word], &why) >= LIKE)
			add(l, c->word);
	}
}

static bool
look_fewer(void *self, uint64_t key)
{
	struct looking *l = self;

	if (filtered(l->n->fewer_filter, FEWER_BITS, key))
		look(l, &l->n->fewer, key);
	return l->found < SENSES;
}

static void
similar(struct looking *l, const struct ent_token *t)
{
	size_t sounds = strlen(t->sound), bones = strlen(t->skeleton);

	l->t = t;
	if (sounds >= 3)
		look(l, &l->n->sound, ent_text_hash(l->n, t->sound, sounds, 0));
	if (t->abjad && bones >= 2)
		look(l, &l->n->skeleton, ent_text_hash(l->n, t->skeleton, bones, 0));
	l->how = HOW_SPELT;
	if (t->n >= ENT_TEXT_SPELT)
		ent_text_fewer(l->n->seed, t, look_fewer, l);
}

/* In another case than the listed one. */
static void
inflected(struct looking *l, const struct ent_token *t, bool by_sound)
{
	for (const struct ent_ending *e = ent_endings; e->ending; e++) {
		size_t n = strlen(e->ending);

		if (t->n < n + ENT_ENDING_STEM || memcmp(t->text + t->n - n, e->ending, n) != 0)
			continue;
		for (size_t i = 0; i < 5 && e->instead[i]; i++) {
			struct ent_token other = { .abjad = false };
			size_t stem = t->n - n, more = strlen(e->instead[i]);
			uint32_t word;

			if (stem + more >= ENT_TOKEN_ROOM)
				continue;
			memcpy(other.text, t->text, stem);
			memcpy(other.text + stem, e->instead[i], more);
			other.n = (uint8_t)(stem + more);
			word = ent_text_word(l->n, other.text, other.n);
			if (word)
				add(l, word);
			if (!by_sound)
				continue;
			ent_token_finish(&other);
			l->t = &other;
			if (strlen(other.sound) >= 3)
				look(l, &l->n->sound,
				     ent_text_hash(l->n, other.sound, strlen(other.sound), 0));
		}
	}
}

static bool
cyrillic(struct ent_str word)
{
	unsigned char b = word.n ? (unsigned char)word.p[word.n - 1] : 0;

	return word.n > 1 && (b & 0xc0) == 0x80 &&
	       ((unsigned char)word.p[word.n - 2] & 0xfc) == 0xd0;
}

/* Most words of a text: small letters, which only stand for themselves. */
static size_t
plain(const struct ent_text_names *n, struct ent_str word, struct sense out[SENSES])
{
	char text[ENT_TOKEN_ROOM];
	size_t len = 0;
	uint32_t number;

	for (size_t i = 0; i < word.n && len < sizeof(text) - 1; i++)
		if (word.p[i] != '\'' && word.p[i] != '`')
			text[len++] =
			    (char)(word.p[i] >= 'A' && word.p[i] <= 'Z' ? word.p[i] + 32
			                                                : word.p[i]);
	number = ent_text_word(n, text, len);
	if (number)
		out[0] = sense_of(n, number, ENT_TEXT_EQUAL);
	return number ? 1 : 0;
}

size_t
ent_text_senses(const struct ent_text_names *n, struct ent_folder *f, struct ent_str word,
                unsigned flags, struct sense out[SENSES])
{
	struct looking l = { .n = n, .out = out, .how = ENT_TEXT_EQUAL };
	struct ent_token t;
	uint32_t exact;
	bool large = !(flags & WORD_CASED) || (flags & WORD_CAP);

	if ((flags & WORD_ASCII) && !(flags & (WORD_CAP | WORD_UPPER)))
		return plain(n, word, out);
	if (!ent_word_fold(f, word, flags, &t))
		return 0;
	exact = ent_text_word(n, t.text, t.n);
	if (exact)
		add(&l, exact);
	if (t.kind == ENT_TOKEN_NUMBER || (flags & WORD_SIGN) || t.n < (t.abjad ? 2 : 3))
		return l.found;
	l.how = ENT_TEXT_INFLECTED;
	if (cyrillic(word))
		inflected(&l, &t, large);
	l.how = ENT_TEXT_SIMILAR;
	if (t.kind == ENT_TOKEN_PARTICLE ||
	    (large && (t.kind == ENT_TOKEN_NAME || t.kind == ENT_TOKEN_COMMON) &&
	     !ent_word_common(t.text)))
		similar(&l, &t);
	return l.found;
}
