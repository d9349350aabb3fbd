/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wire_dictionary.c - the tables of words and names as one dictionary, and words folded as it
 * has them.
 */
#include "base/utf8.h"
#include "intake/wire_int.h"

#define WORDS_MAX   8000
#define PHRASES_MAX 4000
#define SLOTS       32768

_Static_assert(WORDS_MAX < SLOTS / 2, "a table that is half empty");

/* FNV-1a: the keys are ours, so nobody can choose ones that collide. */
static uint32_t
hash(struct ent_str s)
{
	uint32_t h = 2166136261u;

	for (size_t i = 0; i < s.n; i++)
		h = (h ^ (uint8_t)s.p[i]) * 16777619u;
	return h ^ (h >> 15);
}

static size_t
slot_of(const struct ent_wire_dictionary *d, struct ent_str s)
{
	size_t at = hash(s) & (SLOTS - 1);

	while (d->slot[at] && !ent_str_eq(d->word[d->slot[at]].text, s))
		at = (at + 1) & (SLOTS - 1);
	return at;
}

uint16_t
ent_wire_dictionary_find(const struct ent_wire_dictionary *d, struct ent_str folded)
{
	return d->slot[slot_of(d, folded)];
}

/* ---- folding ---- */

static bool
invisible(int32_t c)
{
	return c == 0xad || (c >= 0x200b && c <= 0x200f) || (c >= 0x202a && c <= 0x202e) ||
	       (c >= 0x2060 && c <= 0x206f) || c == 0xfeff;
}

static int32_t
lower(int32_t c)
{
	if ((c >= 0xc0 && c <= 0xde && c != 0xd7) || (c >= 0x391 && c <= 0x3a9) ||
	    (c >= 0x410 && c <= 0x42f))
		return c + 0x20;
	if (c >= 0x400 && c <= 0x40f)
		return c + 0x50;
	if ((c >= 0x100 && c <= 0x137) || (c >= 0x14a && c <= 0x177))
		return c | 1;
	return c;
}

static size_t
encode(int32_t c, char *to, size_t room)
{
	if (c < 0x80 && room >= 1) {
		to[0] = (char)c;
		return 1;
	}
	if (c >= 0x80 && c < 0x800 && room >= 2) {
		to[0] = (char)(0xc0 | (c >> 6));
		to[1] = (char)(0x80 | (c & 0x3f));
		return 2;
	}
	if (c >= 0x800 && c < 0x10000 && room >= 3) {
		to[0] = (char)(0xe0 | (c >> 12));
		to[1] = (char)(0x80 | ((c >> 6) & 0x3f));
		to[2] = (char)(0x80 | (c & 0x3f));
		return 3;
	}
	if (c >= 0x10000 && room >= 4) {
		to[0] = (char)(0xf0 | (c >> 18));
		to[1] = (char)(0x80 | ((c >> 12) & 0x3f));
		to[2] = (char)(0x80 | ((c >> 6) & 0x3f));
		to[3] = (char)(0x80 | (c & 0x3f));
		return 4;
	}
	return 0;
}

size_t
ent_wire_fold(struct ent_str s, char *to, size_t n)
{
	size_t at = 0, had = 0;

	while (at < s.n) {
		unsigned char b = (unsigned char)s.p[at];
		int32_t c;
		size_t wrote;

		if (b < 0x80) {
			if (had == n)
				return had;
			to[had++] = (char)(b >= 'A' && b <= 'Z' ? b + 32 : b);
			at++;
			continue;
		}
		c = ent_utf8_next(s, &at);
		if (c < 0)
			return had;
		if (invisible(c))
			continue;
		if (c == 0x2019 || c == 0x2018 || c == 0x2bc)
			c = '\'';
		if (c == 0x2010 || c == 0x2011)
			c = '-';
		wrote = encode(lower(c), to + had, n - had);
		if (!wrote)
			return had;
		had += wrote;
	}
	return had;
}

/* ---- the tables ---- */

/* The word's number, new or known; 0 where there is no more room. */
static uint16_t
intern(struct ent_arena *a, struct ent_wire_dictionary *d, struct ent_str s)
{
	char folded[FOLDED];
	struct ent_str f = { folded, ent_wire_fold(s, folded, sizeof(folded)) };
	size_t at = slot_of(d, f);

	if (d->slot[at] || d->words == WORDS_MAX)
		return d->slot[at];
	f = ent_arena_dup(a, f);
	if (!f.p)
		return 0;
	d->word[d->words].text = f;
	d->slot[at] = (uint16_t)d->words;
	return (uint16_t)d->words++;
}

static bool
add_words(struct ent_arena *a, struct ent_wire_dictionary *d)
{
	for (const struct ent_wire_words *r = ent_wire_words; r->words; r++) {
		struct ent_str rest = ent_str_c(r->words), word;

		while (ent_str_next(&rest, '|', &word)) {
			uint16_t n = intern(a, d, word);

			if (!n)
				return false;
			d->word[n].classes |= r->classes;
			if (r->value)
				d->word[n].value = r->value;
		}
	}
	return true;
}

static bool
all_upper(struct ent_str s)
{
	size_t letters = 0;

	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] >= 'a' && s.p[i] <= 'z')
			return false;
		letters += s.p[i] >= 'A' && s.p[i] <= 'Z';
	}
	return letters > 1;
}

static bool
add_phrase(struct ent_arena *a, struct ent_wire_dictionary *d, struct ent_str text,
           struct ent_str name, uint8_t kind, const struct ent_wire_names *row)
{
	struct ent_wire_phrase *p = &d->phrase[d->phrases];
	struct ent_str rest = text, word;

	if (d->phrases == PHRASES_MAX)
		return false;
	*p = (struct ent_wire_phrase){ .row = row, .name = name, .kind = kind };
	while (ent_str_next(&rest, ' ', &word)) {
		if (p->n == PHRASE_WORDS)
			return false;
		if (word.p[0] >= 'A' && word.p[0] <= 'Z')
			p->caps |= (uint8_t)(1u << p->n);
		if (all_upper(word))
			p->upper |= (uint8_t)(1u << p->n);
		if (ent_str_find(word, '.') == word.n - 1)
			word.n--; /* "St.": the dictionary has abbreviations without it */
		p->word[p->n] = intern(a, d, word);
		if (!p->word[p->n++])
			return false;
	}
	p->next = d->word[p->word[0]].phrase;
	d->word[p->word[0]].phrase = (uint32_t)d->phrases++;
	return true;
}

static bool
add_list(struct ent_arena *a, struct ent_wire_dictionary *d, struct ent_str spellings,
         struct ent_str called, uint8_t kind, const struct ent_wire_names *row)
{
	struct ent_str one;

	while (ent_str_next(&spellings, '|', &one)) {
		if (!one.n)
			continue;
		if (!add_phrase(a, d, one, called.p ? called : one, kind, row))
			return false;
		if (!called.p)
			called = one;
	}
	return true;
}

static bool
add_names(struct ent_arena *a, struct ent_wire_dictionary *d, const struct ent_wire_names *row,
          uint8_t kind)
{
	for (; row->names; row++) {
		struct ent_str names = ent_str_c(row->names);
		struct ent_str first = { names.p, ent_str_find(names, '|') };

		if (!add_list(a, d, names, first, kind, row))
			return false;
		if (kind == ENT_THING_COUNTRY &&
		    !add_list(a, d, ent_str_c(row->more), first, ENT_THING_DEMONYM, row))
			return false;
	}
	return true;
}

int
ent_wire_dictionary_make(struct ent_arena *a, struct ent_wire_dictionary *d)
{
	static const struct {
		const struct ent_wire_names *rows;
		uint8_t kind;
	} lists[] = {
		{ ent_wire_countries, ENT_THING_COUNTRY },
		{ ent_wire_cities, ENT_THING_PLACE },
		{ ent_wire_landmarks, ENT_THING_PLACE },
		{ ent_wire_agencies, ENT_THING_ORGANISATION },
		{ ent_wire_organisations, ENT_THING_ORGANISATION },
		{ ent_wire_groups, ENT_THING_GROUP },
	};

	*d = (struct ent_wire_dictionary){
		.word = ent_arena_array(a, WORDS_MAX, sizeof(*d->word)),
		.phrase = ent_arena_array(a, PHRASES_MAX, sizeof(*d->phrase)),
		.slot = ent_arena_array(a, SLOTS, sizeof(*d->slot)),
		.words = 1,
		.phrases = 1,
	};
	if (!d->word || !d->phrase || !d->slot || !add_words(a, d))
		return ENT_ENOMEM;
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		if (!add_names(a, d, lists[i].rows, lists[i].kind))
			return ENT_ENOMEM;
	return 0;
}
