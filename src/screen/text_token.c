/* SPDX-License-Identifier: Apache-2.0 */
/*
 * text_token.c - where the words of a text begin and end, and what they look like.
 *
 * The same reader parts listed names and texts, so that both have the same words.
 */
#include "base/utf8.h"
#include "screen/text_int.h"

enum look { L_OTHER, L_WORD, L_SIGN, L_UNSEEN, L_MARK };

/* What a byte may be: most words are found with this table alone. */
/* clang-format off */
#define O 0
#define S BYTE_SMALL
#define C BYTE_CAPITAL
#define D BYTE_DIGIT
#define P BYTE_MARK
#define T BYTE_TWO
#define W BYTE_MORE
const uint8_t ent_word_bytes[256] = {
	O,O,O,O,O,O,O,O,O,O,O,O,O,O,O,O, O,O,O,O,O,O,O,O,O,O,O,O,O,O,O,O,
	O,O,O,O,O,O,O,P,O,O,O,O,O,O,O,O, D,D,D,D,D,D,D,D,D,D,O,O,O,O,O,O,
	O,C,C,C,C,C,C,C,C,C,C,C,C,C,C,C, C,C,C,C,C,C,C,C,C,C,C,O,O,O,O,O,
	P,S,S,S,S,S,S,S,S,S,S,S,S,S,S,S, S,S,S,S,S,S,S,S,S,S,S,O,O,O,O,O,
	W,W,W,W,W,W,W,W,W,W,W,W,W,W,W,W, W,W,W,W,W,W,W,W,W,W,W,W,W,W,W,W,
	W,W,W,W,W,W,W,W,W,W,W,W,W,W,W,W, W,W,W,W,W,W,W,W,W,W,W,W,W,W,W,W,
	W,W,W,W,T,T,T,T,T,T,W,W,W,W,T,T, T,T,T,T,W,W,W,W,W,W,W,W,W,W,W,W,
	W,W,W,W,W,W,W,W,W,W,W,W,W,W,W,W, W,W,W,W,W,W,W,W,W,W,W,W,W,W,W,W,
};
static const struct { int32_t from, to; uint8_t look; } ranges[] = {
	{0xaa, 0xaa, L_WORD}, {0xad, 0xad, L_UNSEEN}, {0xb5, 0xb5, L_WORD}, {0xba, 0xba, L_WORD},
	{0xc0, 0xd6, L_WORD}, {0xd8, 0xf6, L_WORD}, {0xf8, 0x2b8, L_WORD}, {0x2b9, 0x2bf, L_MARK},
	{0x2c0, 0x2ff, L_WORD}, {0x300, 0x36f, L_UNSEEN}, {0x370, 0x373, L_WORD}, {0x376, 0x37d, L_WORD},
	{0x37f, 0x386, L_WORD}, {0x388, 0x481, L_WORD}, {0x483, 0x489, L_UNSEEN}, {0x48a, 0x556, L_WORD},
	{0x560, 0x588, L_WORD}, {0x591, 0x5bd, L_UNSEEN}, {0x5bf, 0x5bf, L_UNSEEN}, {0x5c1, 0x5c2, L_UNSEEN},
	{0x5d0, 0x5f2, L_WORD}, {0x5f3, 0x5f4, L_MARK}, {0x610, 0x61a, L_UNSEEN}, {0x620, 0x669, L_WORD},
	{0x66e, 0x6d3, L_WORD}, {0x6d5, 0x6ff, L_WORD}, {0x710, 0x963, L_WORD}, {0x966, 0x10ff, L_WORD},
	{0x1100, 0x11ff, L_SIGN}, {0x1200, 0x135f, L_WORD}, {0x1380, 0x166c, L_WORD}, {0x1780, 0x17d3, L_WORD},
	{0x1820, 0x18aa, L_WORD}, {0x1d00, 0x1fff, L_WORD}, {0x200b, 0x200f, L_UNSEEN}, {0x2019, 0x2019, L_MARK},
	{0x2018, 0x2018, L_MARK}, {0x202a, 0x202e, L_UNSEEN}, {0x2060, 0x2069, L_UNSEEN}, {0x2c00, 0x2dff, L_WORD},
	{0x3041, 0x3096, L_SIGN}, {0x30a1, 0x30fa, L_SIGN}, {0x3105, 0x312f, L_SIGN}, {0x3400, 0x4dbf, L_SIGN},
	{0x4e00, 0x9fff, L_SIGN}, {0xa640, 0xa69f, L_WORD}, {0xa720, 0xabff, L_WORD}, {0xac00, 0xd7a3, L_SIGN},
	{0xf900, 0xfaff, L_SIGN}, {0xfb00, 0xfb1c, L_WORD}, {0xfb1d, 0xfdfb, L_WORD}, {0xfe00, 0xfe0f, L_UNSEEN},
	{0xfe70, 0xfefc, L_WORD}, {0xfeff, 0xfeff, L_UNSEEN}, {0xff10, 0xff19, L_WORD}, {0xff21, 0xff3a, L_WORD},
	{0xff41, 0xff5a, L_WORD}, {0x10000, 0x1efff, L_WORD}, {0x20000, 0x3fffd, L_SIGN},
};
/* clang-format on */

static enum look
look(int32_t c)
{
	size_t low = 0, high = sizeof(ranges) / sizeof(ranges[0]);

	while (low < high) {
		size_t mid = (low + high) / 2;

		if (c > ranges[mid].to)
			low = mid + 1;
		else if (c < ranges[mid].from)
			high = mid;
		else
			return (enum look)ranges[mid].look;
	}
	return L_OTHER;
}

/* The look of the sign at at, which moves behind it. */
static enum look
look_at(struct ent_str s, size_t *at)
{
	int32_t c;

	switch (ent_word_bytes[(unsigned char)s.p[*at]]) {
	case S:
	case C:
	case D:
		++*at;
		return L_WORD;
	case P:
		++*at;
		return L_MARK;
	case T:
		if (*at + 1 < s.n && ((unsigned char)s.p[*at + 1] & 0xc0) == 0x80) {
			*at += 2;
			return L_WORD;
		}
		break;
	case O:
		++*at;
		return L_OTHER;
	default:
		break;
	}
	c = ent_utf8_next(s, at);
	if (c < 0) {
		++*at;
		return L_OTHER;
	}
	return look(c);
}

/* Whether a mark at at is inside a word and not the beginning of 's. */
static bool
goes_on(struct ent_str s, size_t behind)
{
	size_t at = behind;

	if (at >= s.n || look_at(s, &at) != L_WORD)
		return false;
	if ((s.p[behind] | 32) != 's')
		return true;
	return at < s.n && look_at(s, &at) == L_WORD;
}

static size_t
word_end(struct ent_str s, size_t at)
{
	while (at < s.n) {
		size_t next = at;
		enum look l = look_at(s, &next);

		if (l == L_OTHER || l == L_SIGN || (l == L_MARK && !goes_on(s, next)))
			return at;
		at = next;
	}
	return at;
}

bool
ent_word_next(struct ent_str s, size_t at, struct word *out)
{
	for (;;) {
		size_t from;
		enum look l;

		while (at < s.n && ent_word_bytes[(unsigned char)s.p[at]] == O)
			at++;
		if (at >= s.n)
			return false;
		from = at;
		l = look_at(s, &at);
		if (l == L_SIGN) {
			*out = (struct word){ from, at };
			return true;
		}
		if (l != L_WORD)
			continue;
		while (at < s.n && (ent_word_bytes[(unsigned char)s.p[at]] & BYTE_PLAIN))
			at++;
		if (at < s.n && ent_word_bytes[(unsigned char)s.p[at]] != O)
			at = word_end(s, at);
		*out = (struct word){ from, at };
		return true;
	}
}

bool
ent_word_before(struct ent_str s, size_t end, size_t most, struct word *out)
{
	size_t least = end > most ? end - most : 0, at = least;
	bool found = false;
	struct word w;
	struct ent_str part = { s.p, end };

	while (at > 0 && at < end && ((unsigned char)s.p[at] & 0xc0) == 0x80)
		at++;
	/* The window is short: from its beginning, the last that ends in it. */
	while (ent_word_next(part, at, &w)) {
		if (w.from > least || !least) {
			*out = w;
			found = true;
		}
		at = w.to;
	}
	return found;
}

unsigned
ent_word_flags(struct ent_str w)
{
	unsigned flags = WORD_ASCII;
	size_t upper = 0, small = 0;

	for (size_t at = 0; at < w.n;) {
		unsigned char b = (unsigned char)w.p[at];
		bool first = at == 0, is_upper = ent_word_bytes[b] == C,
		     cased = is_upper || ent_word_bytes[b] == S;

		if (b < 0x80) {
			at++;
		} else {
			size_t from = at;
			int32_t c = ent_utf8_next(w, &at);

			flags &= ~(unsigned)WORD_ASCII;
			if (c < 0) {
				at = from + 1;
				continue;
			}
			if (first && look(c) == L_SIGN)
				return WORD_SIGN;
			is_upper = (c >= 0xc0 && c <= 0xde) || (c >= 0x400 && c <= 0x42f) ||
			           (c >= 0x388 && c <= 0x3ab) || (c >= 0x531 && c <= 0x556) ||
			           (c >= 0xff21 && c <= 0xff3a) ||
			           (c >= 0x100 && c < 0x138 && !(c & 1)) ||
			           (c >= 0x139 && c < 0x149 && (c & 1)) ||
			           (c >= 0x14a && c < 0x178 && !(c & 1)) ||
			           (c >= 0x460 && c < 0x530 && !(c & 1)) ||
			           (c >= 0x1e00 && c < 0x1f00 && !(c & 1));
			cased = (c >= 0xc0 && c < 0x588) || (c >= 0x1e00 && c < 0x2000) ||
			        (c >= 0xff21 && c <= 0xff5a);
		}
		if (cased)
			flags |= WORD_CASED;
		upper += is_upper;
		small += cased && !is_upper;
		if (first && is_upper)
			flags |= WORD_CAP;
	}
	return upper > 1 && !small ? flags | WORD_UPPER : flags;
}

bool
ent_word_gap(struct ent_str between, bool abbreviated)
{
	size_t lines = 0;

	if (between.n > 8)
		return true;
	for (size_t at = 0; at < between.n;) {
		unsigned char b = (unsigned char)between.p[at];
		int32_t c;

		if (b < 0x80) {
			at++;
			if (b == '\n' && lines++)
				return true;
			if (b == '.' || b == ',') {
				if (!abbreviated)
					return true;
			} else if (memchr("!?;:()[]{}<>|/\\=*#@\t", b, 20)) {
				return true;
			}
			continue;
		}
		c = ent_utf8_next(between, &at);
		/* Blanks, what is unseen, hyphens and quotation marks are inside names. */
		if (c < 0 || !(c == 0xa0 || c == 0xad || c == 0xab || c == 0xbb || c == 0xb7 ||
		               (c >= 0x2000 && c <= 0x2011) || (c >= 0x2018 && c <= 0x201f) ||
		               c == 0x3000 || c == 0x30fb || look(c) == L_UNSEEN))
			return true;
	}
	return false;
}

size_t
ent_word_letters(struct ent_str s)
{
	size_t n = 0;

	for (size_t at = 0; at < s.n;) {
		size_t from = at;
		enum look l = look_at(s, &at);

		n += l == L_SIGN ? 3 : /* a sign is a syllable */
		         l == L_WORD && ent_word_bytes[(unsigned char)s.p[from]] != D;
	}
	return n;
}

bool
ent_word_fold(struct ent_folder *f, struct ent_str word, unsigned flags, struct ent_token *out)
{
	static const struct ent_token none;
	struct ent_name name;

	*out = none;
	if (flags & WORD_SIGN) {
		/* Readings of signs are too few to tell names by: they stand for themselves. */
		memcpy(out->text, word.p, word.n);
		out->n = (uint8_t)word.n;
		return true;
	}
	if (flags & WORD_ASCII) {
		for (size_t i = 0; i < word.n && out->n < ENT_TOKEN_ROOM - 1; i++) {
			unsigned char b = (unsigned char)word.p[i];

			if (ent_word_bytes[b] != P)
				out->text[out->n++] =
				    (char)(ent_word_bytes[b] == C ? b + 32 : b);
		}
		if (out->n)
			ent_token_finish(out);
		return out->n > 0;
	}
	if (ent_name_fold(f, word, &name, NULL) || !name.n)
		return false;
	for (size_t i = 0; i < name.n; i++) {
		const struct ent_token *t = &name.token[i];
		size_t n = t->n;

		if (n > (size_t)(ENT_TOKEN_ROOM - 1 - out->n))
			n = (size_t)(ENT_TOKEN_ROOM - 1 - out->n);
		memcpy(out->text + out->n, t->text, n);
		out->n = (uint8_t)(out->n + n);
		out->abjad = out->abjad || t->abjad;
	}
	ent_token_finish(out);
	return true;
}
