/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fold.c - names of any script as Latin tokens in lower case.
 */
#include <unicode/ustring.h>
#include <unicode/utrans.h>

#include "base/utf8.h"
#include "screen/screen_int.h"

#define FOLD_OUT                                                                               \
	8192 /* UTF-16 units behind the transliterator: a Han sign gives up to seven           \
	      */

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

/* Cyrillic from U+0430 on; ICU's own is one sign a letter, which loses its marks as ASCII. */
static const char *const cyrillic[] = {
	"a",  "b",    "v", "g",  "d", "e",  "zh", "z",  "i", "y",  "k",  "l",
	"m",  "n",    "o", "p",  "r", "s",  "t",  "u",  "f", "kh", "ts", "ch",
	"sh", "shch", "",  "y",  "",  "e",  "yu", "ya", "e", "e",  "dj", "g",
	"ye", "dz",   "i", "yi", "j", "lj", "nj", "c",  "k", "i",  "u",  "dzh",
};

static const char *
own(int32_t c)
{
	if (c >= 0x410 && c <= 0x42f)
		c += 0x20;
	else if (c >= 0x400 && c <= 0x40f)
		c += 0x50;
	if (c >= 0x430 && c < 0x430 + (int32_t)(sizeof(cyrillic) / sizeof(cyrillic[0])))
		return cyrillic[c - 0x430];
	switch (c) {
	case 0x490:
	case 0x491:
		return "g";
	case 0x131:
		return "i";
	default:
		return NULL;
	}
}

static int32_t
arabic(int32_t c)
{
	switch (c) {
	case 0x622:
	case 0x623:
	case 0x625:
	case 0x671:
		return 0x627;
	case 0x649:
	case 0x6cc:
	case 0x626:
		return 0x64a;
	case 0x6a9:
		return 0x643;
	case 0x62b: /* theh is mostly read as s, thal as z */
		return 0x633;
	case 0x630:
		return 0x632;
	case 0x629:
	case 0x6c0:
	case 0x6c1:
		return 0x647;
	default:
		return c;
	}
}

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
	bool abjad, plain;
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
read_name(struct ent_str s, struct reading *r)
{
	for (size_t at = 0; at < s.n;) {
		int32_t c = ent_utf8_next(s, &at);
		const char *latin;

		if (c < 0) { /* not UTF-8: a gap */
			at++;
			c = ' ';
		}
		if (unseen(c))
			continue;
		if (is_abjad(c))
			r->abjad = true;
		c = arabic(c);
		latin = own(c);
		if (latin) {
			for (; *latin; latin++)
				put(r, *latin);
			continue;
		}
		r->plain = r->plain && c < 0x80;
		put(r, c);
	}
}

/* ---- behind it ---- */

static void
end_token(struct ent_name *name, struct ent_token *t, bool abjad)
{
	if (!t->n)
		return;
	if (name->n == ENT_NAME_TOKENS) {
		name->cut = true;
	} else {
		t->abjad = abjad;
		ent_token_finish(t);
		name->token[name->n++] = *t;
	}
	*t = (struct ent_token){ 0 };
}

static void
split(const UChar *text, int32_t n, bool abjad, struct ent_name *name)
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
			end_token(name, &t, abjad);
			continue;
		}
		if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
			if (t.n < ENT_TOKEN_ROOM - 1)
				t.text[t.n++] = (char)c;
			continue;
		}
		/* s.a.r.l. is one word */
		if (c == '.' && t.n && i + 2 < n && text[i + 2] == '.' &&
		    (t.n == 1 || (i > 1 && text[i - 2] == '.')))
			continue;
		end_token(name, &t, abjad);
	}
	end_token(name, &t, abjad);
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
	split(f->text, r.n, r.abjad, out);
	return 0;
}
