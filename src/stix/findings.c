/* SPDX-License-Identifier: Apache-2.0 */
/*
 * findings.c - the list of what is wrong with an object, and the words for it.
 */
#include <stdarg.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "stix/stix_int.h"
#include "stix/version_int.h"

#define TEXT_MAX 400 /* of one sentence */
#define FIRST    8   /* findings that there is room for at once */

void
ent_findings_init(struct ent_findings *f, struct ent_arena *a)
{
	*f = (struct ent_findings){ .arena = a };
}

/* The next free place of the list, or NULL. */
static struct ent_finding *
place(struct ent_findings *f)
{
	struct ent_finding *list;

	/* the list holds FIRST, 2 FIRST, 4 FIRST ...: it is full where count is one of these */
	if (f->count >= FIRST && (f->count & (f->count - 1)))
		return &f->list[f->count];
	if (f->count && f->count < FIRST)
		return &f->list[f->count];
	list = ent_arena_array(f->arena, f->count ? 2 * f->count : FIRST, sizeof(*list));
	if (!list)
		return NULL;
	if (f->count)
		memcpy(list, f->list, f->count * sizeof(*list));
	f->list = list;
	return &list[f->count];
}

static bool
has(const struct ent_stix_codes *codes, enum ent_find what)
{
	return codes->bits[what / 64] >> what % 64 & 1;
}

static bool
none(const struct ent_stix_codes *codes)
{
	return !(codes->bits[0] | codes->bits[1] | codes->bits[2] | codes->bits[3]);
}

bool
ent_wanted(const struct ent_check *c, enum ent_find what)
{
	const struct ent_stix_options *o = c->o;

	if (has(&o->ignore, what))
		return false;
	return ent_find_rows[what].severity != ENT_SHOULD_RULE || none(&o->select) ||
	       has(&o->select, what);
}

enum ent_severity
ent_severity_of(const struct ent_stix_options *o, enum ent_find what)
{
	enum ent_severity s = ent_find_rows[what].severity;

	return s == ENT_SHOULD_RULE && (o->strict || has(&o->promote, what)) ? ENT_MUST_RULE
	                                                                     : s;
}

static void
count(struct ent_findings *f, enum ent_severity s)
{
	switch (s) {
	case ENT_MUST_RULE:
		f->errors++;
		break;
	case ENT_SHOULD_RULE:
		f->warnings++;
		break;
	case ENT_NOTE:
		f->notes++;
		break;
	}
}

static struct ent_str sentence(struct ent_arena *a, const char *fmt, va_list ap)
    ENT_PRINTF(2, 0);

/* The sentence; one without anything to fill in is constant and needs no copy. */
static struct ent_str
sentence(struct ent_arena *a, const char *fmt, va_list ap)
{
	char text[TEXT_MAX];
	int n;

	if (!strchr(fmt, '%'))
		return ent_str_c(fmt);
	n = vsnprintf(text, sizeof(text), fmt, ap);
	if (n >= 0 && (size_t)n < sizeof(text))
		return ent_arena_dup(a, (struct ent_str){ text, (size_t)n });
	/* valid UTF-8 but where the limit cut a character */
	return ent_arena_dup(a, (struct ent_str){ text, ent_utf8_valid(ent_str_c(text)) });
}

void
ent_finding(struct ent_check *c, enum ent_find what, const struct ent_at *at, const char *fmt,
            ...)
{
	const struct ent_find_row *row = &ent_find_rows[what];
	enum ent_severity severity = ent_severity_of(c->o, what);
	struct ent_findings *f = c->f;
	struct ent_finding *to;
	va_list ap;

	if (!ent_wanted(c, what))
		return;
	count(f, severity);
	if (f->count >= ENT_FINDINGS_MAX || c->nomem)
		return;
	to = place(f);
	if (to) {
		*to = (struct ent_finding){ severity,
			                    row->code,
			                    row->number,
			                    c->section,
			                    ent_pointer_of(f->arena, at),
			                    { NULL, 0 } };
		va_start(ap, fmt);
		to->text = sentence(f->arena, fmt, ap);
		va_end(ap);
	}
	if (!to || !to->pointer.p || !to->text.p) {
		c->nomem = true;
		return;
	}
	f->count++;
}

const char *
ent_quote(struct ent_check *c, struct ent_str s)
{
	struct ent_str cut = ent_utf8_cut(s, ENT_QUOTE_MAX);
	char *text = c->quotes[c->quoted++ % (sizeof(c->quotes) / sizeof(c->quotes[0]))];

	text[0] = '"';
	for (size_t i = 0; i < cut.n; i++) {
		unsigned char b = (unsigned char)cut.p[i];

		text[i + 1] = b < 0x20 || b == 0x7f ? '?' : cut.p[i];
	}
	memcpy(text + 1 + cut.n, cut.n < s.n ? "...\"" : "\"", cut.n < s.n ? 5 : 2);
	return text;
}
