/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fold.c - names of any script as Latin tokens in lower case.
 */
#include <unicode/ustring.h>
#include <unicode/utrans.h>

#include "base/utf8.h"
#include "screen/letters_int.h"

#define FOLD_OUT                                                                               \
	8192 /* UTF-16 units behind the transliterator: a Han sign gives up to seven           \
	      */

#define KOREAN_NAME 4 /* syllables of a name written as one word */

struct ent_folder {
	UTransliterator *latin;
	UChar text[FOLD_OUT];
};

struct ent_folder *
ent_folder_new(struct ent_err *err)
{
	struct ent_folder *f = calloc(1, sizeof(*f));
	UErrorCode code = U_ZERO_ERROR;
	UChar id[64];

	if (!f) {
		ent_fail(err, ENT_ENOMEM, "out of memory");
		return NULL;
	}
	u_uastrcpy(id, "NFKC; Any-Latin; Latin-ASCII; Lower");
	f->latin = utrans_openU(id, -1, UTRANS_FORWARD, NULL, 0, NULL, &code);
	if (U_FAILURE(code)) {
		ent_fail(err, ENT_EUNUSABLE, "ICU has no transliterator: %s: install libicu72",
		         u_errorName(code));
		free(f);
		return NULL;
	}
	return f;
}

void
ent_folder_free(struct ent_folder *f)
{
	if (!f)
		return;
	utrans_close(f->latin);
	free(f);
}

/* ---- before ICU: what its tables lose ---- */

/* Marks that are written or not as one likes, and those that nobody sees. */
static bool
unseen(int32_t c)
{
	return (c >= 0x200b && c <= 0x200f) || (c >= 0x202a && c <= 0x202e) ||
	       (c >= 0x2060 && c <= 0x2069) || c == 0xfeff || c == 0xad || c == 0x640 ||
	       (c >= 0x64b && c <= 0x65f) || c == 0x670 || (c >= 0x591 && c <= 0x5c7);
}

static bool
is_abjad(int32_t c)
{
	return (c >= 0x5d0 && c <= 0x5ea) || (c >= 0x620 && c <= 0x6ff) ||
	       (c >= 0xfb1d && c <= 0xfdff) || (c >= 0xfe70 && c <= 0xfefc);
}

struct reading {
	UChar *to;
	int32_t n, room;
	bool abjad, plain, korean, han;
};

static void
put(struct reading *r, int32_t c)
{
	if (r->n + 2 > r->room)
		return;
	if (c > 0xffff) {
		r->to[r->n++] = (UChar)(0xd7c0 + (c >> 10));
		r->to[r->n++] = (UChar)(0xdc00 | (c & 0x3ff));
	} else {
		r->to[r->n++] = (UChar)c;
	}
}

static void
put_text(struct reading *r, const char *latin)
{
	for (; *latin; latin++)
		put(r, *latin);
}

/* What tells where a word ends, and which scripts it mixes. */
struct word {
	size_t end;
	size_t hangul; /* syllables */
	bool latin, other;
};

static bool
is_gap(int32_t c)
{
	return c < 0 || c == ' ' || c == '-' || c == ',' || c == '.' || c == '\t' || c == '/' ||
	       c == '(' || c == ')' || c == 0xa0 || c == 0x2010 || c == 0x3000 || c == 0xb7;
}

static struct word
look(struct ent_str s, size_t at)
{
	struct word w = { 0 };

	while (at < s.n) {
		size_t here = at;
		int32_t c = ent_utf8_next(s, &at);

		if (is_gap(c)) {
			w.end = here == at ? here + 1 : here;
			return w;
		}
		w.latin = w.latin || ((c | 32) >= 'a' && (c | 32) <= 'z');
		w.other = w.other || (c >= 0x370 && c <= 0x52f);
		w.hangul += c >= 0xac00 && c <= 0xd7a3;
	}
	w.end = s.n;
	return w;
}

static void
read_letter(struct reading *r, int32_t c, const struct word *w)
{
	const char *latin, *part[3];
	char alike = w->latin && w->other ? ent_letter_alike(c) : 0;

	if (unseen(c))
		return;
	if (alike) {
		put(r, alike);
		return;
	}
	if (is_abjad(c))
		r->abjad = true;
	if (ent_letter_hangul(c, part)) {
		r->korean = true;
		for (size_t i = 0; i < 3; i++)
			put_text(r, part[i]);
		if (w->hangul <= KOREAN_NAME) /* a name, each syllable a word */
			put(r, ' ');
		return;
	}
	latin = ent_letter(c);
	if (latin) {
		put_text(r, latin);
		return;
	}
	r->han = r->han || (c >= 0x3040 && c <= 0x9fff);
	r->plain = r->plain && c < 0x80;
	put(r, c);
}

static void
read_name(struct ent_str s, struct reading *r)
{
	struct word w = { 0 };

	for (size_t at = 0; at < s.n;) {
		int32_t c;

		if (at >= w.end)
			w = look(s, at);
		c = ent_utf8_next(s, &at);
		if (c < 0) { /* not UTF-8: a gap */
			at++;
			c = ' ';
		}
		read_letter(r, c, &w);
	}
}

/* ---- behind it ---- */

static void
end_token(struct ent_name *name, struct ent_token *t, const struct reading *r)
{
	if (!t->n)
		return;
	if (name->n == ENT_NAME_TOKENS) {
		name->cut = true;
	} else {
		t->abjad = r->abjad;
		t->from = r->korean ? ENT_FROM_KOREAN
		          : r->han  ? ENT_FROM_HAN
		                    : ENT_FROM_LETTERS;
		ent_token_finish(t);
		name->token[name->n++] = *t;
	}
	*t = (struct ent_token){ 0 };
}

static bool
is_sign(UChar c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

static void
split(const UChar *text, int32_t n, const struct reading *r, struct ent_name *name)
{
	struct ent_token t = { 0 };

	for (int32_t i = 0; i < n; i++) {
		UChar c = text[i];

		if (c >= 'A' && c <= 'Z')
			c = (UChar)(c + 32);
		if (c == '\'' || c == '`' || c == 0x2018 || c == 0x2019 ||
		    (c >= 0x2b9 && c <= 0x2bf))
			continue;
		if (c == '&') {
			end_token(name, &t, r);
			continue;
		}
		if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
			if (t.n < ENT_TOKEN_ROOM - 1)
				t.text[t.n++] = (char)c;
			continue;
		}
		/* s.a.r.l. is one word */
		if (c == '.' && t.n && i + 1 < n && is_sign(text[i + 1]) &&
		    (i + 2 >= n || !is_sign(text[i + 2])) &&
		    (t.n == 1 || (i > 1 && text[i - 2] == '.')))
			continue;
		end_token(name, &t, r);
	}
	end_token(name, &t, r);
}

int
ent_name_fold(struct ent_folder *f, struct ent_str name, struct ent_name *out,
              struct ent_err *err)
{
	struct reading r = { .to = f->text, .room = FOLD_OUT / 8, .plain = true };
	UErrorCode code = U_ZERO_ERROR;
	int32_t limit;

	out->n = 0;
	out->cut = name.n > ENT_NAME_BYTES;
	read_name(ent_utf8_cut(name, ENT_NAME_BYTES), &r);
	limit = r.n;
	if (!r.plain) {
		utrans_transUChars(f->latin, f->text, &r.n, FOLD_OUT, 0, &limit, &code);
		if (U_FAILURE(code))
			return ent_fail(err, ENT_EINVAL,
			                "the name can't be written in Latin: %s",
			                u_errorName(code));
	}
	split(f->text, r.n, &r, out);
	ent_name_forms(out);
	return 0;
}
