/* SPDX-License-Identifier: Apache-2.0 */
/*
 * findings.c - the list of what is wrong with an object, and the names of all that can be.
 */
#include "base/limits.h"
#include "base/utf8.h"
#include "stix/stix_int.h"

/* clang-format off */
static const struct ent_rule_text rules[ENT_RULES] = {
	[ENT_R_OBJECT]         = { "not-an-object",           ENT_MUST_RULE,   "3" },
	[ENT_R_REQUIRED]       = { "required-property",       ENT_MUST_RULE,   "" },
	[ENT_R_KIND]           = { "wrong-kind",              ENT_MUST_RULE,   "2" },
	[ENT_R_NULL]           = { "null-value",              ENT_MUST_RULE,   "3.1" },
	[ENT_R_EMPTY]          = { "empty",                   ENT_MUST_RULE,   "2" },
	[ENT_R_TYPE]           = { "type-name",               ENT_MUST_RULE,   "3.1" },
	[ENT_R_ID]             = { "identifier",              ENT_MUST_RULE,   "2.9" },
	[ENT_R_ID_TYPE]        = { "identifier-type",         ENT_MUST_RULE,   "2.9" },
	[ENT_R_ID_SCO]         = { "identifier-content",      ENT_MUST_RULE,   "2.9" },
	[ENT_R_SPEC]           = { "spec-version",            ENT_MUST_RULE,   "3.2" },
	[ENT_R_TIME]           = { "timestamp",               ENT_MUST_RULE,   "2.16" },
	[ENT_R_TIME_ORDER]     = { "timestamp-order",         ENT_MUST_RULE,   "" },
	[ENT_R_RANGE]          = { "range",                   ENT_MUST_RULE,   "" },
	[ENT_R_ENUM]           = { "closed-vocabulary",       ENT_MUST_RULE,   "10" },
	[ENT_R_VALUE]          = { "value",                   ENT_MUST_RULE,   "" },
	[ENT_R_HASH_NAME]      = { "hash-name",               ENT_MUST_RULE,   "2.7" },
	[ENT_R_HASH_VALUE]     = { "hash-value",              ENT_MUST_RULE,   "10.7" },
	[ENT_R_HEX]            = { "hex",                     ENT_MUST_RULE,   "2.8" },
	[ENT_R_BASE64]         = { "base64",                  ENT_MUST_RULE,   "2.1" },
	[ENT_R_LANG]           = { "language",                ENT_MUST_RULE,   "3.2" },
	[ENT_R_URL]            = { "url",                     ENT_MUST_RULE,   "" },
	[ENT_R_REF]            = { "reference",               ENT_MUST_RULE,   "2.9" },
	[ENT_R_REF_TYPE]       = { "reference-type",          ENT_MUST_RULE,   "" },
	[ENT_R_EXTERNAL]       = { "external-reference",      ENT_MUST_RULE,   "2.5" },
	[ENT_R_SELECTOR]       = { "selector",                ENT_MUST_RULE,   "7.2.3.1" },
	[ENT_R_GRANULAR]       = { "granular-marking",        ENT_MUST_RULE,   "7.2.3" },
	[ENT_R_SELF_MARKING]   = { "self-marking",            ENT_MUST_RULE,   "7.2" },
	[ENT_R_TLP]            = { "tlp",                     ENT_MUST_RULE,   "7.2.1.4" },
	[ENT_R_EXTENSION_KEY]  = { "extension-key",           ENT_MUST_RULE,   "3.2" },
	[ENT_R_EXTENSION_TYPE] = { "extension-type",          ENT_MUST_RULE,   "7.3" },
	[ENT_R_NAME]           = { "property-name",           ENT_MUST_RULE,   "3.1" },
	[ENT_R_RESERVED]       = { "reserved-property",       ENT_MUST_RULE,   "3.1" },
	[ENT_R_ONE_OF]         = { "one-of",                  ENT_MUST_RULE,   "" },
	[ENT_R_NOT_BOTH]       = { "not-together",            ENT_MUST_RULE,   "" },
	[ENT_R_NEEDS]          = { "needs",                   ENT_MUST_RULE,   "" },
	[ENT_R_PATTERN]        = { "pattern",                 ENT_MUST_RULE,   "9" },
	[ENT_R_CONTENTS]       = { "language-contents",       ENT_MUST_RULE,   "7.1" },
	[ENT_R_DEPTH]          = { "depth",                   ENT_MUST_RULE,   "" },
	[ENT_R_UUID]           = { "uuid-version",            ENT_SHOULD_RULE, "2.9" },
	[ENT_R_VOCABULARY]     = { "open-vocabulary",         ENT_SHOULD_RULE, "10" },
	[ENT_R_UNDEFINED]      = { "undefined-property",      ENT_SHOULD_RULE, "7.3" },
	[ENT_R_DEPRECATED]     = { "deprecated",              ENT_SHOULD_RULE, "" },
};
/* clang-format on */

const struct ent_rule_text *
ent_rule_text(enum ent_rule r)
{
	return r < ENT_RULES ? &rules[r] : NULL;
}

void
ent_findings_init(struct ent_findings *f, struct ent_arena *a)
{
	*f = (struct ent_findings){ .arena = a };
}

static size_t
escaped(struct ent_str s)
{
	size_t n = s.n;

	for (size_t i = 0; i < s.n; i++)
		n += s.p[i] == '~' || s.p[i] == '/';
	return n;
}

static size_t
number_length(size_t v)
{
	size_t n = 1;

	while (v /= 10)
		n++;
	return n;
}

/* Writes one token so that it ends before end; returns where it begins. */
static char *
put_token(char *end, const struct ent_path *at)
{
	size_t v = at->index;

	if (!at->name.p) {
		do {
			*--end = (char)('0' + v % 10);
		} while (v /= 10);
	} else {
		for (size_t i = at->name.n; i-- > 0;) {
			char ch = at->name.p[i];

			*--end = ch == '~' ? '0' : ch == '/' ? '1' : ch;
			if (ch == '~' || ch == '/')
				*--end = '~';
		}
	}
	*--end = '/';
	return end;
}

static struct ent_str
pointer(struct ent_arena *a, const struct ent_path *at)
{
	size_t n = 0;
	char *p, *end;

	for (const struct ent_path *s = at; s; s = s->up)
		n += 1 + (s->name.p ? escaped(s->name) : number_length(s->index));
	p = ent_arena_alloc(a, n + 1);
	if (!p)
		return (struct ent_str){ NULL, 0 };
	end = p + n;
	for (const struct ent_path *s = at; s; s = s->up)
		end = put_token(end, s);
	return (struct ent_str){ p, n };
}

static struct ent_str
sentence(struct ent_arena *a, const char *fmt, va_list ap)
{
	char text[512];
	int n = vsnprintf(text, sizeof(text), fmt, ap);

	if (n < 0)
		return (struct ent_str){ NULL, 0 };
	if ((size_t)n >= sizeof(text))
		n = (int)sizeof(text) - 1;
	return ent_arena_dup(a, ent_utf8_cut((struct ent_str){ text, (size_t)n }, (size_t)n));
}

static bool
room(struct ent_findings *f)
{
	if (!f->list)
		f->list = ent_arena_array(f->arena, ENT_FINDINGS_MAX, sizeof(*f->list));
	return f->list != NULL;
}

void
ent_find(struct ent_check *c, const struct ent_path *at, enum ent_rule rule, const char *fmt,
         ...)
{
	const struct ent_rule_text *r = &rules[rule];
	struct ent_findings *f = c->f;
	struct ent_finding new = { .severity = r->severity, .code = r->code };
	va_list ap;

	if (r->severity == ENT_MUST_RULE)
		f->errors++;
	else
		f->warnings++;
	if (f->count >= ENT_FINDINGS_MAX || c->full)
		return;
	new.section = *r->section ? r->section : c->section;
	new.pointer = pointer(f->arena, at);
	va_start(ap, fmt);
	new.text = sentence(f->arena, fmt, ap);
	va_end(ap);
	if (!new.pointer.p || !new.text.p || !room(f)) {
		c->full = true;
		return;
	}
	f->list[f->count++] = new;
}
