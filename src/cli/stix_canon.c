/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stix_canon.c - `entente stix canon`, `id` and `hash`: what an object is known by.
 */
#include <inttypes.h>

#include "base/enc.h"
#include "base/limits.h"
#include "cli/commands.h"
#include "cli/stix_feed.h"
#include "crypto/hash.h"

#define READ_AT_ONCE ((size_t)1 << 20)
#define ID_SHOWN     1024 /* bytes of an id that is no identifier */

/* ---- canon ---- */

static int
read_all(const char *path, struct ent_buf *b, struct ent_err *err)
{
	struct ent_source *s = NULL;
	int rc = ent_source_open(path, &s, err);
	ptrdiff_t got = 1;

	while (rc == 0 && got > 0) {
		char *to = ent_buf_room(b, READ_AT_ONCE);

		if (!to) {
			rc = ent_fail(err, ENT_ELIMIT, "more than %zu bytes", b->max);
			break;
		}
		got = ent_source_read(s, to, READ_AT_ONCE, err);
		if (got < 0)
			rc = (int)got;
		else
			ent_buf_grew(b, (size_t)got);
	}
	ent_source_close(s);
	return rc;
}

static int
put_canon(struct ent_cli *c, struct ent_json_parser *p, struct ent_arena *a,
          struct ent_str text, struct ent_err *err)
{
	const struct ent_json *v;
	struct ent_str out;
	int rc =
	    ent_json_parser_read(p, a, text, ENT_JSON_DEPTH_MAX, ENT_JSON_WIDE, &v, NULL, err);

	if (rc)
		return rc;
	out = ent_json_canon(a, v);
	if (!out.p)
		return ent_cli_nomem(err);
	ent_out_bytes(&c->out, out);
	return 0;
}

static int
canon(struct ent_cli *c, struct ent_err *err)
{
	const char *path = c->given.operands[0];
	struct ent_json_parser *p = ent_json_parser_new();
	struct ent_arena *a = NULL;
	struct ent_buf b;
	int rc;

	ent_buf_init(&b, ENT_IMPORT_MAX);
	rc = p ? read_all(path, &b, err) : ent_cli_nomem(err);
	if (rc == 0) {
		/* the canonical form is at most as large as the text, but for its numbers */
		a = ent_arena_new(ENT_DOC_ARENA(b.n) + 8 * b.n);
		rc = a ? put_canon(c, p, a, ent_buf_view(&b), err) : ent_cli_nomem(err);
	}
	ent_arena_free(a);
	ent_buf_release(&b);
	ent_json_parser_free(p);
	if (rc && rc != ENT_ENOMEM)
		rc = ENT_EPARSE; /* whatever it is: unusable input */
	return rc ? ent_within(err, rc, "%s", path) : 0;
}

/* ---- one line an object ---- */

struct lines {
	struct ent_cli *c;
	struct ent_feed feed;
	struct ent_json_parser *parser;
	struct ent_arena *arena;
	struct ent_buf b; /* canonical form, then the line */
	uint64_t given;   /* lines */
	/* Prints the line of an object, if it has one. */
	int (*put)(struct lines *l, uint64_t index, const struct ent_json *v,
	           struct ent_err *err);
};

static int
put_line(struct lines *l, struct ent_err *err)
{
	ent_buf_ch(&l->b, '\n');
	if (!ent_buf_ok(&l->b))
		return ent_cli_nomem(err);
	ent_progress_end(&l->feed.progress);
	ent_out_bytes(&l->c->out, ent_buf_view(&l->b));
	l->given++;
	return 0;
}

static void
begin_json(struct lines *l, struct ent_jw *w, uint64_t index, const struct ent_json *v)
{
	struct ent_str id = ent_json_getstr(v, "id");

	ent_jw_init(w, &l->b);
	ent_jw_object(w);
	if (l->feed.n_files > 1)
		ent_jw_kc(w, "file", l->feed.files[l->feed.at].path);
	ent_jw_kint(w, "index", (int64_t)index);
	ent_jw_key(w, "id");
	if (id.p)
		ent_jw_str(w, id);
	else
		ent_jw_null(w);
}

static int
put_id(struct lines *l, uint64_t index, const struct ent_json *v, struct ent_err *err)
{
	struct ent_str type = ent_json_getstr(v, "type"), id = { NULL, 0 };
	struct ent_jw w;
	int rc;

	if (ent_stix_class_of(type) != ENT_STIX_SCO)
		return 0;
	rc = ent_stix_sco_id(l->arena, v, &id, err);
	if (rc == ENT_ENOMEM)
		return rc;
	ent_buf_clear(&l->b);
	if (!l->c->json) {
		/* "-": there is nothing to compute it from, a random one is needed */
		ent_buf_str(&l->b, rc ? ENT_STR("-") : id);
		return put_line(l, err);
	}
	begin_json(l, &w, index, v);
	ent_jw_kstr(&w, "type", type);
	if (rc)
		ent_jw_kraw(&w, "deterministic_id", ENT_STR("null"));
	else
		ent_jw_kstr(&w, "deterministic_id", id);
	ent_jw_end_object(&w);
	return put_line(l, err);
}

/* An id as one word of a line: an identifier is one, anything else may be anything. */
static void
put_word(struct ent_buf *b, struct ent_str id)
{
	uint8_t uuid[16];
	struct ent_str type;

	if (id.p && ent_stix_id_parse(id, &type, uuid) == 0)
		ent_buf_str(b, id);
	else if (id.n)
		ent_plain(b, (struct ent_str){ id.p, id.n < ID_SHOWN ? id.n : ID_SHOWN },
		          false);
	else
		ent_buf_ch(b, '-');
}

static int
put_hash(struct lines *l, uint64_t index, const struct ent_json *v, struct ent_err *err)
{
	uint8_t hash[ENT_SHA256];
	char hex[2 * ENT_SHA256 + 1];
	struct ent_jw w;

	ent_buf_clear(&l->b);
	ent_json_canon_put(&l->b, v);
	if (!ent_buf_ok(&l->b))
		return ent_cli_nomem(err);
	ent_sha256(ent_buf_view(&l->b), hash);
	ent_hex(hash, sizeof(hash), hex);
	ent_buf_clear(&l->b);
	if (!l->c->json) {
		ent_buf_printf(&l->b, "%s  ", hex);
		put_word(&l->b, ent_json_getstr(v, "id"));
		return put_line(l, err);
	}
	begin_json(l, &w, index, v);
	ent_jw_kc(&w, "sha256", hex);
	ent_jw_end_object(&w);
	return put_line(l, err);
}

/* ---- all objects ---- */

/* What is no object has no line; a bundle that came whole has those of its members. */
static int
put_tree(struct lines *l, uint64_t index, const struct ent_json *v, struct ent_err *err)
{
	const struct ent_json *list = ent_json_getc(v, "objects");
	int rc = 0;

	if (!ent_str_is(ent_json_getstr(v, "type"), "bundle") ||
	    !ent_json_is(list, ENT_JSON_ARRAY))
		return l->put(l, index, v, err);
	for (size_t i = 0; rc == 0 && i < ent_json_count(list); i++)
		rc = l->put(l, index, ent_json_at(list, i), err);
	return rc;
}

static int
put_item(struct lines *l, struct ent_feed_file *file, const struct ent_item *i,
         struct ent_err *err)
{
	struct ent_json_fault fault = { 0 };
	const struct ent_json *v = NULL;
	struct ent_place at = i->at;
	char why[256];
	int rc = 0;

	if (i->kind == ENT_ITEM_BUNDLE)
		return 0;
	ent_arena_reset(l->arena);
	if (i->kind == ENT_ITEM_OBJECT) {
		rc = ent_json_parser_read(l->parser, l->arena, i->bytes, ENT_JSON_DEPTH_MAX,
		                          ENT_JSON_BORROW | ENT_JSON_WIDE, &v, &fault, err);
		if (rc == 0 && ent_json_is(v, ENT_JSON_OBJECT))
			return put_tree(l, file->objects - 1, v, err);
		if (rc && !fault.code)
			return rc;
		if (rc)
			at = ent_item_place(i, fault.at);
	}
	(void)snprintf(why, sizeof(why), "line %" PRIu64 ", column %" PRIu64 ": %s", at.line,
	               at.column,
	               i->kind == ENT_ITEM_FAULT ? i->text
	               : rc                      ? fault.text
	                                         : "not an object");
	ent_feed_complain(&l->feed, file, ENT_EPARSE, why);
	return 0;
}

static int
each_line(struct ent_cli *c,
          int (*put)(struct lines *, uint64_t, const struct ent_json *, struct ent_err *),
          struct ent_err *err)
{
	struct lines l = { .c = c, .put = put };
	struct ent_item item;
	int rc;

	ent_buf_init(&l.b, UINT32_MAX);
	l.parser = ent_json_parser_new();
	l.arena = ent_arena_new(ENT_DOC_ARENA(ENT_ITEM_MAX) * 2);
	rc = l.parser && l.arena ? ent_feed_open(c, 0, &l.feed, err) : ent_cli_nomem(err);
	while (rc == 0 && l.feed.at < l.feed.n_files) {
		struct ent_feed_file *file = &l.feed.files[l.feed.at];

		rc = ent_feed_next(&l.feed, &item, err);
		if (rc > 0)
			rc = rc == 1 ? put_item(&l, file, &item, err) : 0;
	}
	ent_feed_close(&l.feed);
	ent_buf_release(&l.b);
	ent_arena_free(l.arena);
	ent_json_parser_free(l.parser);
	return rc ? rc : l.feed.worst;
}

static int
ids(struct ent_cli *c, struct ent_err *err)
{
	return each_line(c, put_id, err);
}

static int
hashes(struct ent_cli *c, struct ent_err *err)
{
	return each_line(c, put_hash, err);
}

const struct ent_command ent_cmd_stix_canon = {
	.name = "stix canon",
	.help = "the canonical form (RFC 8785) of a JSON text",
	.operands = "FILE",
	.min = 1,
	.max = 1,
	.text =
	    "Prints the canonical form of the one JSON value in FILE, and not a byte more: no\n"
	    "line feed ends it.  \"-\" is standard input; gzip and zstd are unpacked.\n"
	    "\n"
	    "Numbers are doubles, as RFC 8785 has it; an integer beyond 2^53 that no double "
	    "is,\n"
	    "a name that an object has twice and half of a surrogate pair are refused.",
	.run = canon,
};

const struct ent_command ent_cmd_stix_id = {
	.name = "stix id",
	.help = "the deterministic identifiers of observables",
	.operands = "FILE...",
	.min = 1,
	.max = -1,
	.json = true,
	.text =
	    "Prints a line for each cyber-observable object: the identifier that STIX 2.1 "
	    "(2.9)\n"
	    "computes from its properties, whatever id it has; \"-\" if it has none of the\n"
	    "properties that count.  Other objects have no line.  Files as for stix validate.",
	.run = ids,
};

const struct ent_command ent_cmd_stix_hash = {
	.name = "stix hash",
	.help = "the SHA-256 of objects in canonical form",
	.operands = "FILE...",
	.min = 1,
	.max = -1,
	.json = true,
	.text =
	    "Prints a line for each object: the SHA-256 of its canonical form (RFC 8785), two\n"
	    "blanks, its id.  Equal objects have equal hashes, however they are written.\n"
	    "Files as for stix validate.",
	.run = hashes,
};
