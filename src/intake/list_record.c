/* SPDX-License-Identifier: Apache-2.0 */
/*
 * list_record.c - one record of a list while it is built, and given out.
 */
#include "base/enc.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "crypto/hash.h"
#include "intake/list_int.h"

#include <inttypes.h>
#include <stdarg.h>

void
ent_lister_tell(struct ent_lister *l, uint64_t line, const char *fmt, ...)
{
	struct ent_list_about *about = l->about;
	va_list ap;

	if (about->n_told == ENT_LIST_TOLD)
		return;
	about->told[about->n_told].line = line;
	va_start(ap, fmt);
	(void)vsnprintf(about->told[about->n_told].why, sizeof(about->told[0].why), fmt, ap);
	va_end(ap);
	about->n_told++;
}

void
ent_lister_begin(struct ent_lister *l, const struct ent_list *list, uint64_t line)
{
	l->r =
	    (struct ent_listed){ .list = l->o && l->o->list ? l->o->list : list, .line = line };
}

/* ---- text ---- */

static bool
blank(int32_t c)
{
	return c == ' ' || (c >= 0x09 && c <= 0x0d) || c == 0x85 || c == 0xa0 || c == 0x1680 ||
	       (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 || c == 0x202f ||
	       c == 0x205f || c == 0x3000;
}

/* Turns writing around or is of no width; the joiners of Persian and Indian scripts stay. */
static bool
unseen(int32_t c)
{
	return (c >= 0 && c < 0x20) || (c >= 0x7f && c < 0xa0) || c == 0xad || c == 0x200b ||
	       c == 0x200e || c == 0x200f || (c >= 0x202a && c <= 0x202e) ||
	       (c >= 0x2060 && c <= 0x206f) || c == 0xfeff;
}

static bool
clean_already(struct ent_str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] <= 0x20 || (unsigned char)s.p[i] >= 0x7f)
			if (s.p[i] != ' ' || i == 0 || i + 1 == s.n || s.p[i + 1] == ' ')
				return false;
	return true;
}

struct ent_str
ent_lister_clean(struct ent_lister *l, struct ent_str s)
{
	size_t at = 0, n = 0;
	bool gap = false;
	char *p;

	if (!s.n)
		return ENT_STR("");
	if (clean_already(s))
		return s;
	p = ent_arena_alloc(l->a, s.n + 16);
	if (!p) {
		l->failed = true;
		return ENT_STR("");
	}
	while (at < s.n) {
		size_t from = at;
		int32_t c = ent_utf8_next(s, &at);

		if (c < 0)
			break;
		if (blank(c)) {
			gap = n > 0;
		} else if (!unseen(c)) {
			if (gap)
				p[n++] = ' ';
			gap = false;
			memcpy(p + n, s.p + from, at - from);
			n += at - from;
		}
	}
	return (struct ent_str){ p, n };
}

struct ent_str
ent_lister_join(struct ent_lister *l, const char *between, const struct ent_str *s, size_t n)
{
	size_t all = 16, used = 0;
	char *p;

	for (size_t i = 0; i < n; i++)
		all += s[i].n + strlen(between);
	p = ent_arena_alloc(l->a, all);
	if (!p) {
		l->failed = true;
		return ENT_STR("");
	}
	for (size_t i = 0; i < n; i++) {
		if (!s[i].n)
			continue;
		if (used)
			used += (size_t)snprintf(p + used, all - used, "%s", between);
		memcpy(p + used, s[i].p, s[i].n);
		used += s[i].n;
	}
	return (struct ent_str){ p, used };
}

static bool
latin(int32_t c)
{
	return c < 0x370 || (c >= 0x1d00 && c < 0x1f00) || (c >= 0x2c60 && c < 0x2c80) ||
	       (c >= 0xa720 && c < 0xa800) || (c >= 0xab30 && c < 0xab70) ||
	       (c >= 0xfb00 && c < 0xfb07) || (c >= 0xff21 && c < 0xff5b);
}

bool
ent_listed_foreign(struct ent_str s)
{
	size_t at = 0, ours = 0, others = 0;

	while (at < s.n) {
		int32_t c = ent_utf8_next(s, &at);

		if (c < 0)
			break;
		if (c < 0x80 ? (c | 0x20) >= 'a' && (c | 0x20) <= 'z' : c >= 0xc0 && latin(c))
			ours++;
		else if (c >= 0x370 && !latin(c) && !(c >= 0x2000 && c < 0x2c00) &&
		         !(c >= 0x3000 && c < 0x3040))
			others++;
	}
	return others > ours;
}

/* Whether there is a letter or a digit, of any script. */
static bool
says_something(struct ent_str s)
{
	size_t at = 0;

	while (at < s.n) {
		int32_t c = ent_utf8_next(s, &at);

		if (c < 0)
			return false;
		if (c >= 0xc0
		        ? c < 0x2000 || c >= 0x2c00
		        : ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || (c >= '0' && c <= '9'))
			return true;
	}
	return false;
}

/* ---- what a record has several of ---- */

/* Room for one more in a list that doubles: its place, or NULL. */
static void *
grow(struct ent_lister *l, void *list, size_t *n, size_t size)
{
	char *to = *(char **)list;

	if ((*n & (*n - 1)) == 0) { /* 0 or a power of two */
		char *from = to;

		to = ent_arena_array(l->a, *n ? *n * 2 : 1, size);
		if (!to) {
			l->failed = true;
			return NULL;
		}
		if (*n)
			memcpy(to, from, *n * size);
		*(char **)list = to;
	}
	return to + (*n)++ * size;
}

struct ent_listed_name *
ent_lister_name(struct ent_lister *l, struct ent_str text, enum ent_listed_quality q)
{
	struct ent_listed_name *n;

	text = ent_lister_clean(l, text);
	if (!says_something(text)) {
		l->about->blank += q != ENT_NAME_PRIMARY;
		return NULL;
	}
	n = grow(l, &l->r.names, &l->r.n_names, sizeof(*n));
	if (!n)
		return NULL;
	*n = (struct ent_listed_name){ .text = text,
		                       .quality = q,
		                       .original = ent_listed_foreign(text) };
	return n;
}

void
ent_lister_birth_days(struct ent_lister *l, const struct ent_listed_birth *b)
{
	struct ent_listed_birth *to;

	if (!b->from.year && !b->to.year && !b->note.n)
		return;
	to = grow(l, &l->r.births, &l->r.n_births, sizeof(*to));
	if (to)
		*to = *b;
}

void
ent_lister_birth(struct ent_lister *l, struct ent_str text, struct ent_str note)
{
	struct ent_listed_birth b;

	text = ent_lister_clean(l, text);
	note = ent_lister_clean(l, note);
	if (!text.n)
		return;
	if (!ent_listed_birth_read(text, &b)) {
		const struct ent_str parts[] = { text, note };

		l->about->dates++;
		ent_lister_tell(l, l->r.line, "\"%.*s\" is no date; kept as a remark",
		                ENT_FMT(ent_utf8_cut(text, 60)));
		b = (struct ent_listed_birth){ .type = ENT_DATE_ABOUT };
		note = ent_lister_join(l, "; ", parts, 2);
	}
	b.note = note;
	ent_lister_birth_days(l, &b);
}

static void
place(struct ent_lister *l, struct ent_listed_place **list, size_t *n,
      const struct ent_listed_place *p)
{
	struct ent_listed_place c = {
		ent_lister_clean(l, p->street),   ent_lister_clean(l, p->city),
		ent_lister_clean(l, p->province), ent_lister_clean(l, p->postal),
		ent_lister_clean(l, p->country),  ent_lister_clean(l, p->note),
	};
	struct ent_listed_place *to;

	if (!c.street.n && !c.city.n && !c.province.n && !c.postal.n && !c.country.n &&
	    !c.note.n)
		return;
	to = grow(l, list, n, sizeof(*to));
	if (to)
		*to = c;
}

void
ent_lister_birth_place(struct ent_lister *l, const struct ent_listed_place *p)
{
	place(l, &l->r.birth_places, &l->r.n_birth_places, p);
}

void
ent_lister_address(struct ent_lister *l, const struct ent_listed_place *p)
{
	place(l, &l->r.addresses, &l->r.n_addresses, p);
}

/* A text that isn't in the list yet: few, so that looking through them is cheap enough. */
static void
text(struct ent_lister *l, struct ent_str **list, size_t *n, struct ent_str s)
{
	struct ent_str *to;

	s = ent_lister_clean(l, s);
	if (!s.n)
		return;
	for (size_t i = 0; i < *n && i < 64; i++)
		if (ent_str_eq((*list)[i], s))
			return;
	to = grow(l, list, n, sizeof(*to));
	if (to)
		*to = s;
}

void
ent_lister_nationality(struct ent_lister *l, struct ent_str s)
{
	text(l, &l->r.nationalities, &l->r.n_nationalities, s);
}

void
ent_lister_programme(struct ent_lister *l, struct ent_str s)
{
	text(l, &l->r.programmes, &l->r.n_programmes, s);
}

void
ent_lister_position(struct ent_lister *l, struct ent_str s)
{
	text(l, &l->r.positions, &l->r.n_positions, s);
}

void
ent_lister_document(struct ent_lister *l, struct ent_str type, struct ent_str number,
                    struct ent_str country, struct ent_str note)
{
	struct ent_listed_document d = { ent_lister_clean(l, type), ent_lister_clean(l, number),
		                         ent_lister_clean(l, country),
		                         ent_lister_clean(l, note) };
	struct ent_listed_document *to;

	if (!d.number.n && !d.note.n)
		return;
	to = grow(l, &l->r.documents, &l->r.n_documents, sizeof(*to));
	if (to)
		*to = d;
}

void
ent_lister_gender(struct ent_lister *l, struct ent_str s)
{
	s = ent_lister_clean(l, s);
	if (ent_str_caseis(s, "male"))
		l->r.gender = ENT_STR("male");
	else if (ent_str_caseis(s, "female"))
		l->r.gender = ENT_STR("female");
}

void
ent_lister_remark(struct ent_lister *l, struct ent_str s)
{
	const struct ent_str parts[] = { l->r.remarks, ent_lister_clean(l, s) };

	if (parts[1].n)
		l->r.remarks = parts[0].n ? ent_lister_join(l, "; ", parts, 2) : parts[1];
}

void
ent_lister_ref(struct ent_lister *l, struct ent_str ref)
{
	l->r.ref = ent_lister_clean(l, ref);
	l->r.ref_made = false;
}

void
ent_lister_key(struct ent_lister *l, const struct ent_str *part, size_t parts)
{
	uint8_t hash[ENT_SHA256];
	struct ent_str hex;

	ent_sha256(ent_lister_join(l, "\x1f", part, parts), hash);
	hex = ent_hex_dup(l->a, hash, 8);
	l->failed = l->failed || !hex.p;
	l->r.ref = hex;
	l->r.ref_made = true;
}

/* ---- its end ---- */

struct seen {
	uint64_t line, times;
};

/* No number is there twice; a made one that is gets a count behind it. */
static int
place_ref(struct ent_lister *l, struct ent_err *err)
{
	struct seen *seen = ent_map_get(l->refs, l->r.ref);
	struct ent_str key;

	if (seen && !l->r.ref_made)
		return ent_fail(err, ENT_EPARSE,
		                "line %" PRIu64 ": \"%.*s\" has an entry already, from line "
		                "%" PRIu64,
		                l->r.line, ENT_FMT(l->r.ref), seen->line);
	if (seen) {
		l->r.ref =
		    ent_arena_printf(l->a, "%.*s-%" PRIu64, ENT_FMT(l->r.ref), ++seen->times);
		return l->r.ref.p ? 0 : ent_fail(err, ENT_ENOMEM, "out of memory");
	}
	key = ent_arena_dup(l->kept, l->r.ref);
	seen = ent_arena_alloc(l->kept, sizeof(*seen));
	if (!key.p || !seen || ent_map_put(l->refs, key, seen))
		return ent_fail(err, ENT_ELIMIT,
		                "line %" PRIu64 ": too many records for the memory of a list",
		                l->r.line);
	*seen = (struct seen){ l->r.line, 1 };
	return 0;
}

/* The primary name first; where there is none, the first one is it. */
static void
primary_first(struct ent_listed *r)
{
	size_t at = 0;

	while (at < r->n_names && r->names[at].quality != ENT_NAME_PRIMARY)
		at++;
	if (at == r->n_names) {
		for (at = 0; at < r->n_names; at++)
			if (r->names[at].quality == ENT_NAME_STRONG)
				break;
		at = at < r->n_names ? at : 0;
	}
	if (at > 0) {
		struct ent_listed_name first = r->names[at];

		memmove(r->names + 1, r->names, at * sizeof(first));
		r->names[0] = first;
	}
	r->names[0].quality = ENT_NAME_PRIMARY;
}

int
ent_lister_end(struct ent_lister *l, struct ent_err *err)
{
	int rc;

	if (l->failed)
		return ent_fail(err, ENT_ELIMIT,
		                "line %" PRIu64 ": a record that takes more than %zu MiB",
		                l->r.line, ENT_LIST_RECORD >> 20);
	if (!l->r.n_names) {
		l->about->nameless++;
		ent_lister_tell(l, l->r.line, "an entry without a name");
		return 0;
	}
	if (!l->r.ref.n)
		return ent_fail(err, ENT_EPARSE, "line %" PRIu64 ": an entry without a number",
		                l->r.line);
	primary_first(&l->r);
	rc = place_ref(l, err);
	if (rc)
		return rc;
	l->about->records++;
	l->about->names += l->r.n_names;
	for (size_t i = 0; i < l->r.n_names; i++)
		l->about->weak += l->r.names[i].quality == ENT_NAME_WEAK;
	return l->each(l->self, &l->r, err);
}
