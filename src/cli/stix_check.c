/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stix_check.c - a batch of objects: read, checked, put into words.
 */
#include "cli/stix_check.h"

#include <inttypes.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "cli/out.h"

#define BATCH_BYTES    ((size_t)128 << 10)
#define BATCH_ITEMS    256
#define KEPT_BYTES     ((size_t)4 << 20) /* of a buffer, from one batch to the next */
#define NAME_MAX_BYTES 1024              /* of an id or type that is told */
#define QUOTE_MAX      240               /* of an id or pointer in a line of text */
#define OUT_MAX        ((size_t)1 << 30)
#define IN_MAX         (ENT_ITEM_MAX + 2 * BATCH_BYTES + ENT_JSON_PADDING)
/* Trees, and findings: at most ENT_FINDINGS_MAX an object, some hundred bytes each. */
#define ARENA_MAX (ENT_DOC_ARENA(IN_MAX) + ((size_t)256 << 20))

/* ---- batches ---- */

int
ent_batch_init(struct ent_batch *b, const struct ent_checking *how)
{
	*b = (struct ent_batch){ .how = how };
	ent_buf_init(&b->in, IN_MAX);
	ent_buf_init(&b->out, OUT_MAX);
	b->parser = ent_json_parser_new();
	b->arena = ent_arena_new(ARENA_MAX);
	b->list = calloc(BATCH_ITEMS, sizeof(*b->list));
	return b->parser && b->arena && b->list ? 0 : ENT_ENOMEM;
}

void
ent_batch_release(struct ent_batch *b)
{
	ent_json_parser_free(b->parser);
	ent_arena_free(b->arena);
	ent_buf_release(&b->in);
	ent_buf_release(&b->out);
	free(b->list);
}

static void
empty(struct ent_buf *b)
{
	if (b->cap > KEPT_BYTES)
		ent_buf_release(b);
	ent_buf_clear(b);
}

void
ent_batch_reset(struct ent_batch *b)
{
	empty(&b->in);
	empty(&b->out);
	ent_arena_reset(b->arena);
	memset(&b->tally, 0, sizeof(b->tally));
	b->count = 0;
	b->last = false;
	b->rc = 0;
}

bool
ent_batch_add(struct ent_batch *b, const struct ent_item *item, uint64_t index)
{
	struct ent_checked *c = &b->list[b->count];

	*c = (struct ent_checked){ .item = *item, .from = b->in.n, .index = index };
	ent_buf_str(&b->in, item->bytes);
	if (item->kind == ENT_ITEM_FAULT) { /* its sentence is the reader's */
		ent_buf_c(&b->in, item->text);
		ent_buf_ch(&b->in, '\0');
	}
	b->count += ent_buf_ok(&b->in);
	return ent_buf_ok(&b->in);
}

bool
ent_batch_full(const struct ent_batch *b)
{
	return b->count == BATCH_ITEMS || b->in.n >= BATCH_BYTES;
}

/* ---- checks ---- */

/* A fault as the one finding about an item. */
static void
only(struct ent_findings *f, struct ent_finding *one, const char *code, const char *text)
{
	*one = (struct ent_finding){
		.code = code, .section = "", .pointer = ENT_STR(""), .text = ent_str_c(text)
	};
	f->list = one;
	f->count = f->errors = 1;
}

/* A member's findings as those of its bundle, whose pointers begin at the bundle. */
static bool
take_over(struct ent_findings *f, const struct ent_findings *of, size_t i)
{
	struct ent_finding *list =
	    ent_arena_array(f->arena, f->count + of->count, sizeof(*list));

	f->errors += of->errors;
	f->warnings += of->warnings;
	f->notes += of->notes;
	if (!list)
		return false;
	if (f->count)
		memcpy(list, f->list, f->count * sizeof(*list));
	f->list = list;
	for (size_t k = 0; k < of->count && f->count < ENT_FINDINGS_MAX; k++) {
		struct ent_finding *to = &list[f->count++];

		*to = of->list[k];
		to->pointer = ent_arena_printf(f->arena, "/objects/%zu%.*s", i,
		                               ENT_FMT(of->list[k].pointer));
		if (!to->pointer.p)
			return false;
	}
	return true;
}

/* A bundle that is one object among others: with its members. */
static int
check_members(const struct ent_checking *how, const struct ent_json *v, struct ent_findings *f)
{
	struct ent_stix_options o = how->o;
	const struct ent_json *list = ent_json_getc(v, "objects");

	o.member = true;
	if (!ent_str_is(ent_json_getstr(v, "type"), "bundle") ||
	    !ent_json_is(list, ENT_JSON_ARRAY))
		return 0;
	for (size_t i = 0; i < ent_json_count(list); i++) {
		struct ent_findings of;
		int rc;

		ent_findings_init(&of, f->arena);
		rc = ent_stix_check_with(ent_json_at(list, i), &o, &of, NULL);
		if (rc || ((of.errors || of.warnings || of.notes) && !take_over(f, &of, i)))
			return ENT_ENOMEM;
	}
	return 0;
}

static int
check_tree(const struct ent_checking *how, const struct ent_checked *c, struct ent_findings *f)
{
	struct ent_stix_options o = how->o;
	int rc;

	o.member = c->item.member;
	rc = ent_stix_check_with(c->tree, &o, f, NULL);
	return rc || c->item.member ? rc : check_members(how, c->tree, f);
}

static int
check(struct ent_batch *b, struct ent_checked *c)
{
	struct ent_json_fault fault = { 0 };
	struct ent_finding one;
	struct ent_findings f;
	int rc;

	ent_findings_init(&f, b->arena);
	c->text = b->out.n;
	if (c->item.kind == ENT_ITEM_FAULT) {
		only(&f, &one, c->item.code, c->item.text);
	} else {
		rc = ent_json_parser_read(b->parser, b->arena, c->item.bytes, ENT_JSON_DEPTH,
		                          ENT_JSON_BORROW, &c->tree, &fault, NULL);
		if (rc == 0)
			rc = check_tree(b->how, c, &f);
		if (rc && !fault.code)
			return ENT_ENOMEM;
		if (rc) {
			only(&f, &one, fault.code, fault.text);
			c->item.at = ent_item_place(&c->item, fault.at);
		}
	}
	ent_checked_put(b->how, b->path, c, &f, &b->out, &b->tally);
	c->text_end = b->out.n;
	return 0;
}

void
ent_batch_work(struct ent_batch *b)
{
	static const char padding[ENT_JSON_PADDING];

	ent_buf_put(&b->in, padding, sizeof(padding));
	if (!ent_buf_ok(&b->in))
		b->rc = ENT_ENOMEM;
	for (size_t i = 0; b->rc == 0 && i < b->count; i++) {
		struct ent_checked *c = &b->list[i];

		c->item.bytes.p = b->in.p + c->from;
		if (c->item.kind == ENT_ITEM_FAULT)
			c->item.text = b->in.p + c->from;
		if (c->item.kind != ENT_ITEM_BUNDLE)
			b->rc = check(b, c);
	}
	if (!ent_buf_ok(&b->out))
		b->rc = ENT_ENOMEM;
}

/* An envelope has neither type nor id. */
static bool
is_envelope(const struct ent_json *v)
{
	return !ent_json_getc(v, "type") && !ent_json_getc(v, "id");
}

bool
ent_check_header(struct ent_batch *b, struct ent_checked *c, struct ent_findings *f, int *rc)
{
	struct ent_json_fault fault = { 0 };
	struct ent_finding *one = ent_arena_alloc(b->arena, sizeof(*one));

	ent_findings_init(f, b->arena);
	*rc = one ? ent_json_parser_read(b->parser, b->arena, c->item.bytes, ENT_JSON_DEPTH,
	                                 ENT_JSON_BORROW, &c->tree, &fault, NULL)
	          : ENT_ENOMEM;
	if (*rc == 0 && is_envelope(c->tree))
		return false;
	if (*rc == 0)
		*rc = ent_stix_check_with(c->tree, &b->how->o, f, NULL);
	if (*rc && fault.code) {
		struct ent_str text = ent_arena_dup(b->arena, ent_str_c(fault.text));

		only(f, one, fault.code, text.p ? text.p : "");
		c->item.at = ent_item_place(&c->item, fault.at);
		*rc = 0;
	}
	return true;
}

/* ---- words ---- */

void
ent_checking_init(struct ent_checking *how)
{
	while (how->n_codes < ENT_CODES_MAX &&
	       ent_stix_code_at(how->n_codes, &how->codes[how->n_codes]))
		how->n_codes++;
}

size_t
ent_code_number(const struct ent_checking *how, const char *code)
{
	for (size_t i = 0; i < how->n_codes; i++)
		if (how->codes[i].code == code)
			return i;
	/* the same word, but not the table's */
	for (size_t i = 0; i < how->n_codes; i++)
		if (strcmp(how->codes[i].code, code) == 0)
			return i;
	return 0;
}

static const char *
level(enum ent_severity s)
{
	static const char *const names[] = {
		[ENT_MUST_RULE] = "error", [ENT_SHOULD_RULE] = "warning", [ENT_NOTE] = "note"
	};

	return names[s];
}

/* Where a finding is: of the value that it is about, or of the object. */
static struct ent_place
place_of(const struct ent_checked *c, const struct ent_finding *f)
{
	size_t at = 0;

	if (!c->tree || !f->pointer.n)
		return c->item.at;
	(void)ent_json_find(c->tree, f->pointer, &at);
	return ent_item_place(&c->item, at);
}

static void
kstr_or_null(struct ent_jw *w, const char *key, struct ent_str s)
{
	if (s.p)
		ent_jw_kstr(w, key, ent_utf8_cut(s, NAME_MAX_BYTES));
	else
		ent_jw_kraw(w, key, ENT_STR("null"));
}

static void
finding_json(struct ent_jw *w, const struct ent_finding *f, struct ent_place at)
{
	ent_jw_object(w);
	ent_jw_kc(w, "level", level(f->severity));
	ent_jw_kc(w, "code", f->code);
	if (f->number)
		ent_jw_kint(w, "number", f->number);
	ent_jw_kstr(w, "pointer", f->pointer);
	ent_jw_kint(w, "line", (int64_t)at.line);
	ent_jw_kint(w, "column", (int64_t)at.column);
	ent_jw_kc(w, "section", f->section);
	ent_jw_kstr(w, "message", f->text);
	ent_jw_end_object(w);
}

static void
put_json(const struct ent_checking *how, const char *path, const struct ent_checked *c,
         const struct ent_findings *f, struct ent_buf *out)
{
	struct ent_jw w;

	ent_jw_init(&w, out);
	ent_jw_object(&w);
	if (how->many)
		ent_jw_kc(&w, "file", path);
	ent_jw_kint(&w, "index", (int64_t)c->index);
	kstr_or_null(&w, "id", ent_json_getstr(c->tree, "id"));
	kstr_or_null(&w, "type", ent_json_getstr(c->tree, "type"));
	ent_jw_kbool(&w, "valid", f->errors == 0);
	ent_jw_key(&w, "findings");
	ent_jw_array(&w);
	for (size_t i = 0; i < f->count; i++)
		finding_json(&w, &f->list[i], place_of(c, &f->list[i]));
	ent_jw_end_array(&w);
	if (f->count < f->errors + f->warnings + f->notes)
		ent_jw_kint(&w, "more",
		            (int64_t)(f->errors + f->warnings + f->notes - f->count));
	ent_jw_end_object(&w);
	ent_buf_ch(out, '\n');
}

/* FILE:LINE:COLUMN: error: ID POINTER: sentence [code 202, section 4.7] */
static void
finding_text(struct ent_buf *out, const char *path, struct ent_str id,
             const struct ent_finding *f, struct ent_place at)
{
	ent_plain(out, ent_str_c(path), false);
	ent_buf_printf(out, ":%" PRIu64 ":%" PRIu64 ": %s: ", at.line, at.column,
	               level(f->severity));
	if (id.p) {
		ent_plain(out, ent_utf8_cut(id, QUOTE_MAX), false);
		ent_buf_c(out, f->pointer.n ? " " : ": ");
	}
	if (f->pointer.n) {
		ent_plain(out, ent_utf8_cut(f->pointer, QUOTE_MAX), false);
		ent_buf_c(out, ": ");
	}
	ent_plain(out, f->text, false);
	ent_buf_printf(out, " [%s", f->code);
	if (f->number)
		ent_buf_printf(out, " %d", f->number);
	ent_buf_printf(out, "%s%s]\n", f->section[0] ? ", section " : "", f->section);
}

static void
put_text(const char *path, const struct ent_checked *c, const struct ent_findings *f,
         struct ent_buf *out)
{
	struct ent_str id = ent_json_getstr(c->tree, "id");
	size_t all = f->errors + f->warnings + f->notes;

	for (size_t i = 0; i < f->count; i++)
		finding_text(out, path, id, &f->list[i], place_of(c, &f->list[i]));
	if (f->count < all) {
		ent_plain(out, ent_str_c(path), false);
		ent_buf_printf(out, ":%" PRIu64 ":%" PRIu64 ": and %zu more\n", c->item.at.line,
		               c->item.at.column, all - f->count);
	}
}

static void
count(const struct ent_checking *how, const struct ent_checked *c, const struct ent_findings *f,
      struct ent_tally *t)
{
	static const char *const no_json[] = { "json-syntax", "json-string", "json-truncated",
		                               "json-garbage" };
	bool usable = true;

	for (size_t i = 0; !c->tree && i < sizeof(no_json) / sizeof(no_json[0]); i++)
		usable = usable && strcmp(f->list[0].code, no_json[i]) != 0;
	t->objects++;
	t->usable += usable;
	t->errors += f->errors;
	t->warnings += f->warnings;
	t->notes += f->notes;
	t->invalid += f->errors != 0;
	for (size_t i = 0; i < f->count; i++)
		t->codes[ent_code_number(how, f->list[i].code)]++;
}

void
ent_checked_put(const struct ent_checking *how, const char *path, const struct ent_checked *c,
                const struct ent_findings *f, struct ent_buf *out, struct ent_tally *t)
{
	count(how, c, f, t);
	switch (how->format) {
	case ENT_FORMAT_JSON:
		put_json(how, path, c, f, out);
		break;
	case ENT_FORMAT_TEXT:
		put_text(path, c, f, out);
		break;
	case ENT_FORMAT_SARIF:
		for (size_t i = 0; i < f->count; i++) {
			ent_buf_c(out, ",\n");
			ent_sarif_put(how, out, path, &f->list[i], place_of(c, &f->list[i]));
		}
		break;
	}
}
