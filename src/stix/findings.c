/* SPDX-License-Identifier: Apache-2.0 */
/*
 * findings.c - the list of what is wrong with an object, and the words for it.
 */
#include <stdarg.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "stix/stix_int.h"

#define TEXT_MAX  400 /* of one sentence */
#define QUOTE_MAX 60  /* of a string of the object in it */
#define FIRST     8   /* findings that there is room for at once */

/* clang-format off */
const struct ent_find_row ent_find_rows[ENT_F_COUNT] = {
	[ENT_F_NOT_OBJECT]           = { "not-an-object", ENT_MUST_RULE },
	[ENT_F_REQUIRED]             = { "required-property", ENT_MUST_RULE },
	[ENT_F_NOT_ALLOWED]          = { "property-not-allowed", ENT_MUST_RULE },
	[ENT_F_NULL]                 = { "null-value", ENT_MUST_RULE },
	[ENT_F_TYPE]                 = { "value-type", ENT_MUST_RULE },
	[ENT_F_EMPTY_LIST]           = { "empty-list", ENT_MUST_RULE },
	[ENT_F_EMPTY_DICTIONARY]     = { "empty-dictionary", ENT_MUST_RULE },
	[ENT_F_RANGE]                = { "value-range", ENT_MUST_RULE },
	[ENT_F_TIMESTAMP]            = { "timestamp", ENT_MUST_RULE },
	[ENT_F_PRECISION]            = { "timestamp-precision", ENT_MUST_RULE },
	[ENT_F_TIME_ORDER]           = { "time-order", ENT_MUST_RULE },
	[ENT_F_TYPE_NAME]            = { "type-name", ENT_MUST_RULE },
	[ENT_F_PROPERTY_NAME]        = { "property-name", ENT_MUST_RULE },
	[ENT_F_RESERVED_NAME]        = { "reserved-name", ENT_MUST_RULE },
	[ENT_F_DICTIONARY_KEY]       = { "dictionary-key", ENT_MUST_RULE },
	[ENT_F_ID]                   = { "identifier", ENT_MUST_RULE },
	[ENT_F_ID_PREFIX]            = { "identifier-prefix", ENT_MUST_RULE },
	[ENT_F_ID_VERSION]           = { "identifier-version", ENT_MUST_RULE },
	[ENT_F_REF_TYPE]             = { "reference-type", ENT_MUST_RULE },
	[ENT_F_REF_KEY]              = { "reference-key", ENT_MUST_RULE },
	[ENT_F_ENUM]                 = { "enum-value", ENT_MUST_RULE },
	[ENT_F_SYNTAX]               = { "value-syntax", ENT_MUST_RULE },
	[ENT_F_HEX]                  = { "hex-value", ENT_MUST_RULE },
	[ENT_F_BASE64]               = { "base64-value", ENT_MUST_RULE },
	[ENT_F_HASH]                 = { "hash-value", ENT_MUST_RULE },
	[ENT_F_ANY_OF]               = { "any-of", ENT_MUST_RULE },
	[ENT_F_ONE_OF]               = { "one-of", ENT_MUST_RULE },
	[ENT_F_NEEDS]                = { "needs-property", ENT_MUST_RULE },
	[ENT_F_EXCLUDES]             = { "excludes-property", ENT_MUST_RULE },
	[ENT_F_EXTENSION_KEY]        = { "extension-key", ENT_MUST_RULE },
	[ENT_F_EXTENSION_PROPERTIES] = { "extension-properties", ENT_MUST_RULE },
	[ENT_F_EXTERNAL_ID]          = { "external-id", ENT_MUST_RULE },
	[ENT_F_SELECTOR]             = { "selector", ENT_MUST_RULE },
	[ENT_F_SELF_MARKING]         = { "self-marking", ENT_MUST_RULE },
	[ENT_F_TLP]                  = { "tlp-marking", ENT_MUST_RULE },
	[ENT_F_MARKING]              = { "marking-definition", ENT_MUST_RULE },
	[ENT_F_CONTENTS]             = { "language-contents", ENT_MUST_RULE },
	[ENT_F_PATTERN]              = { "pattern", ENT_MUST_RULE },
	[ENT_F_BUNDLE]               = { "bundle-member", ENT_MUST_RULE },
	[ENT_F_OBSERVABLE]           = { "observable-container", ENT_MUST_RULE },
	[ENT_F_LOOKUPS]              = { "too-many-lookups", ENT_MUST_RULE },
	[ENT_F_UUID_VERSION]         = { "uuid-version", ENT_SHOULD_RULE },
	[ENT_F_SCO_ID]               = { "sco-identifier", ENT_SHOULD_RULE },
	[ENT_F_VOCAB]                = { "open-vocabulary", ENT_SHOULD_RULE },
	[ENT_F_VOCAB_FORMAT]         = { "open-vocabulary-format", ENT_SHOULD_RULE },
	[ENT_F_HASH_NAME]            = { "hash-algorithm", ENT_SHOULD_RULE },
	[ENT_F_KILL_CHAIN]           = { "kill-chain-name", ENT_SHOULD_RULE },
	[ENT_F_RELATIONSHIP]         = { "relationship-type", ENT_SHOULD_RULE },
	[ENT_F_DEPRECATED]           = { "deprecated-property", ENT_SHOULD_RULE },
	[ENT_F_CUSTOM_TYPE]          = { "custom-type", ENT_SHOULD_RULE },
	[ENT_F_CUSTOM_PROPERTY]      = { "custom-property", ENT_SHOULD_RULE },
	[ENT_F_CUSTOM_EMPTY]         = { "custom-empty-list", ENT_SHOULD_RULE },
};
/* clang-format on */

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

/* Room for the longest chain: each JSON level is one link of it. */
static bool
put_pointer(struct ent_buf *b, const struct ent_at *at)
{
	const struct ent_at *chain[ENT_JSON_DEPTH_MAX + 1];
	size_t n = 0;

	for (; at && at->up; at = at->up) {
		if (n == sizeof(chain) / sizeof(chain[0]))
			return false;
		chain[n++] = at;
	}
	while (n) {
		const struct ent_at *link = chain[--n];

		ent_buf_ch(b, '/');
		if (!link->name.p) {
			ent_buf_printf(b, "%zu", link->index);
			continue;
		}
		for (size_t i = 0; i < link->name.n; i++) {
			char c = link->name.p[i];

			if (c == '~' || c == '/')
				ent_buf_c(b, c == '~' ? "~0" : "~1");
			else
				ent_buf_ch(b, c);
		}
	}
	return true;
}

static struct ent_str
pointer(struct ent_arena *a, const struct ent_at *at)
{
	struct ent_str out = { NULL, 0 };
	struct ent_buf b;

	if (!at || !at->up)
		return ENT_STR("");
	ent_buf_init(&b, SIZE_MAX / 2);
	if (put_pointer(&b, at))
		out = ent_buf_done(&b, a);
	ent_buf_release(&b);
	return out;
}

void
ent_finding(struct ent_check *c, enum ent_find what, const struct ent_at *at, const char *fmt,
            ...)
{
	const struct ent_find_row *row = &ent_find_rows[what];
	struct ent_findings *f = c->f;
	struct ent_finding *to;
	char text[TEXT_MAX];
	va_list ap;

	if (row->severity == ENT_MUST_RULE)
		f->errors++;
	else
		f->warnings++;
	if (f->count >= ENT_FINDINGS_MAX || c->nomem)
		return;
	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	to = place(f);
	if (to) {
		to->severity = row->severity;
		to->code = row->code;
		to->section = c->section;
		to->pointer = pointer(f->arena, at);
		/* valid UTF-8 but where the limit cut a character */
		to->text = ent_arena_dup(
		    f->arena, (struct ent_str){ text, ent_utf8_valid(ent_str_c(text)) });
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
	struct ent_str cut = ent_utf8_cut(s, QUOTE_MAX);
	char *text;

	if (c->f->count >= ENT_FINDINGS_MAX)
		return ""; /* nobody will read it */
	text = ent_arena_alloc(c->f->arena, cut.n + 6);
	if (!text) {
		c->nomem = true;
		return "";
	}
	text[0] = '"';
	for (size_t i = 0; i < cut.n; i++) {
		unsigned char b = (unsigned char)cut.p[i];

		text[i + 1] = b < 0x20 || b == 0x7f ? '?' : cut.p[i];
	}
	memcpy(text + 1 + cut.n, cut.n < s.n ? "...\"" : "\"", cut.n < s.n ? 5 : 2);
	return text;
}
