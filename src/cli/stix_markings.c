/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stix_markings.c - `entente stix markings`: what holds for each object and for its parts, as a
 * tree.
 */
#include <entente/marking.h>

#include <unistd.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "cli/commands.h"
#include "cli/stix_files.h"

#define NAME_BYTES 60 /* of a marking's own name, as text shows it */
#define PART_BYTES 120
#define INDENT     "  "
#define JSON_MAX   ((size_t)1 << 30)

struct showing {
	struct ent_cli *c;
	struct ent_definitions *definitions;
	struct ent_arena *known; /* of the definitions */
	struct ent_arena *each;  /* of one object */
	struct ent_buf b;
	struct ent_jw w;
	bool colour;
	size_t objects, refused, level[ENT_TLP_RED + 1];
};

/* Colours of TLP 2.0 (FIRST, 2022) among a terminal's 256, on black. */
static const char *const colours[] = {
	[ENT_TLP_NONE] = "",
	[ENT_TLP_CLEAR] = "\033[38;5;231;48;5;16m",
	[ENT_TLP_GREEN] = "\033[38;5;82;48;5;16m",
	[ENT_TLP_AMBER] = "\033[38;5;214;48;5;16m",
	[ENT_TLP_AMBER_STRICT] = "\033[38;5;214;48;5;16m",
	[ENT_TLP_RED] = "\033[38;5;196;48;5;16m",
};

/* Colours only add to what the words say, and only on a terminal that wants them. */
static bool
wants_colour(const struct ent_cli *c)
{
	const char *term = getenv("TERM"), *no = getenv("NO_COLOR");

	return !c->json && isatty(fileno(c->out.to)) == 1 && (!no || !*no) && term &&
	       strcmp(term, "dumb") != 0;
}

/* ---- for people ---- */

static void
put_level(struct showing *s, enum ent_tlp level)
{
	struct ent_str name = ent_marking_name(NULL, ent_tlp_id(level));

	if (level == ENT_TLP_NONE) {
		ent_buf_c(&s->b, "no TLP");
		return;
	}
	if (s->colour)
		ent_buf_c(&s->b, colours[level]);
	ent_buf_str(&s->b, name);
	if (s->colour)
		ent_buf_c(&s->b, "\033[0m");
}

static void
put_plain(struct showing *s, struct ent_str text, size_t max)
{
	struct ent_str cut = ent_utf8_cut(text, max);

	ent_plain(&s->b, cut, false);
	if (cut.n < text.n)
		ent_buf_c(&s->b, "...");
}

/* What isn't TLP, by name if its definition is there. */
static void
put_others(struct showing *s, const struct ent_marked *p)
{
	for (size_t i = 0; i < p->own_count; i++) {
		const struct ent_marking *m = p->own[i];
		struct ent_str name = ent_marking_name(s->definitions, m->id);

		if (m->tlp != ENT_TLP_NONE)
			continue;
		ent_buf_c(&s->b, ", ");
		if (!m->id.p)
			ent_buf_c(&s->b, "UNREADABLE marking: do not pass it on");
		else if (name.p)
			put_plain(s, name, NAME_BYTES);
		else
			put_plain(s, m->id, PART_BYTES);
	}
}

static void
put_part(struct showing *s, const struct ent_marked *p)
{
	put_level(s, p->tlp);
	put_others(s, p);
	if (p->most != p->tlp) {
		ent_buf_c(&s->b, "; as a whole ");
		put_level(s, p->most);
	}
	if (p->unreadable_inside && !p->unreadable)
		ent_buf_c(&s->b, "; a part of it has an UNREADABLE marking");
	ent_buf_ch(&s->b, '\n');
}

static void
flush(struct showing *s)
{
	ent_out_bytes(&s->c->out, ent_buf_view(&s->b));
	ent_buf_clear(&s->b);
}

static void
object_text(struct showing *s, const struct ent_object *o, const struct ent_effective *e)
{
	put_plain(s, o->id, PART_BYTES);
	ent_buf_c(&s->b, ": ");
	put_part(s, &e->parts[0]);
	if (e->unresolved) {
		ent_buf_printf(&s->b, INDENT "%zu selector%s %s nothing (\"", e->unresolved,
		               ent_cli_s(e->unresolved), e->unresolved == 1 ? "finds" : "find");
		put_plain(s, e->first_unresolved, NAME_BYTES);
		ent_buf_c(&s->b, "\"): such a marking is taken for the whole object\n");
	}
	for (size_t i = 1; i < e->count; i++) {
		const struct ent_marked *p = &e->parts[i];
		size_t above = p->up ? p->up->pointer.n + 1 : 1;

		for (const struct ent_marked *up = p->up; up; up = up->up)
			ent_buf_c(&s->b, INDENT);
		/* below its parent in the tree, so without the parent's pointer */
		put_plain(s, ent_str_from(p->pointer, above), PART_BYTES);
		ent_buf_c(&s->b, ": ");
		put_part(s, p);
		if (s->b.n > JSON_MAX / 1024)
			flush(s);
	}
	if (e->count > 1) {
		ent_buf_c(&s->b, INDENT "everything else: ");
		put_level(s, e->parts[0].tlp);
		ent_buf_ch(&s->b, '\n');
	}
	flush(s);
}

/* ---- for programs ---- */

static void
part_json(struct showing *s, const struct ent_marked *p)
{
	struct ent_jw *w = &s->w;

	ent_jw_kc(w, "tlp", ent_tlp_name(p->tlp));
	ent_jw_kc(w, "whole", ent_tlp_name(p->most));
	ent_jw_kbool(w, "unreadable", p->unreadable_inside);
	ent_jw_key(w, "markings");
	ent_jw_array(w);
	for (size_t i = 0; i < p->own_count; i++) {
		struct ent_str id = p->own[i]->id, name = ent_marking_name(s->definitions, id);

		if (!id.p)
			continue;
		ent_jw_object(w);
		ent_jw_kstr(w, "id", id);
		if (name.p)
			ent_jw_kstr(w, "name", name);
		if (p->own[i]->tlp != ENT_TLP_NONE) /* TLP 1 is read, 2 is written */
			ent_jw_kstr(w, "tlp_2_id", ent_tlp_id(p->own[i]->tlp));
		ent_jw_end_object(w);
	}
	ent_jw_end_array(w);
}

/* Whether a part is inside of, or is, the property whose pointer is in s->each. */
static bool
inside(const struct ent_marked *p, struct ent_str property)
{
	struct ent_str start = { p->pointer.p, property.n };

	return p->pointer.n >= property.n && ent_str_eq(start, property) &&
	       (p->pointer.n == property.n || p->pointer.p[property.n] == '/');
}

static struct ent_str
property_pointer(struct showing *s, struct ent_str key)
{
	struct ent_str out;
	struct ent_buf b;

	ent_buf_init(&b, SIZE_MAX / 2);
	ent_buf_ch(&b, '/');
	for (size_t i = 0; i < key.n; i++) {
		if (key.p[i] == '~' || key.p[i] == '/')
			ent_buf_c(&b, key.p[i] == '~' ? "~0" : "~1");
		else
			ent_buf_ch(&b, key.p[i]);
	}
	out = ent_buf_done(&b, s->each);
	ent_buf_release(&b);
	return out;
}

/* What whoever passes on one property has to respect.  Parts come in document order, so both
 * lists are walked together. */
static void
properties_json(struct showing *s, const struct ent_json *v, const struct ent_effective *e)
{
	size_t at = 1;

	ent_jw_key(&s->w, "properties");
	ent_jw_object(&s->w);
	for (size_t i = 0; i < ent_json_count(v); i++) {
		struct ent_str pointer = property_pointer(s, ent_json_key(v, i));
		enum ent_tlp most = e->parts[0].tlp;

		for (; at < e->count && pointer.p && inside(&e->parts[at], pointer); at++)
			most = e->parts[at].most > most ? e->parts[at].most : most;
		ent_jw_key_str(&s->w, ent_json_key(v, i));
		ent_jw_c(&s->w, ent_tlp_name(most));
	}
	ent_jw_end_object(&s->w);
}

static void
object_json(struct showing *s, const struct ent_object *o, const struct ent_effective *e)
{
	struct ent_jw *w = &s->w;

	ent_jw_object(w);
	ent_jw_kstr(w, "id", o->id);
	part_json(s, &e->parts[0]);
	ent_jw_kint(w, "unresolved_selectors", (int64_t)e->unresolved);
	properties_json(s, o->json, e);
	ent_jw_key(w, "parts");
	ent_jw_array(w);
	for (size_t i = 1; i < e->count; i++) {
		ent_jw_object(w);
		ent_jw_kstr(w, "pointer", e->parts[i].pointer);
		part_json(s, &e->parts[i]);
		ent_jw_end_object(w);
	}
	ent_jw_end_array(w);
	ent_jw_end_object(w);
	flush(s);
}

/* ---- all ---- */

static int
show(struct showing *s, const struct ent_json *v, struct ent_err *err)
{
	struct ent_effective e;
	struct ent_object o;
	int rc;

	ent_arena_reset(s->each);
	rc = ent_object_read(v, &o, err);
	if (rc == 0)
		rc = ent_effective_make(s->each, v, &e, err);
	if (rc)
		return rc;
	s->objects++;
	s->level[e.parts[0].most]++;
	s->refused += e.parts[0].unreadable_inside;
	if (s->c->json)
		object_json(s, &o, &e);
	else
		object_text(s, &o, &e);
	return ent_buf_ok(&s->b) ? 0 : ent_cli_nomem(err);
}

/* Definitions of all files come first: a forged one is named wherever it stands. */
static int
define(struct showing *s, const struct ent_stix_file *f, struct ent_err *err)
{
	for (size_t i = 0; i < f->count; i++) {
		struct ent_err why = { 0 };
		int rc = ent_definitions_add(s->definitions, f->objects[i], &why);

		if (rc == ENT_ENOMEM)
			return ent_cli_nomem(err);
		if (rc) {
			s->refused++;
			ent_cli_complain(s->c, "%s: %s", f->path, why.msg);
		}
	}
	return 0;
}

static int
run_all(struct showing *s, struct ent_stix_file *f, size_t n, struct ent_err *err)
{
	size_t bytes = 0;
	int rc = 0;

	for (size_t i = 0; i < n; i++)
		bytes += f[i].size;
	s->known = ent_arena_new(ENT_DOC_ARENA(bytes));
	s->each = ent_arena_new(ENT_DOC_ARENA(bytes) * 16);
	if (!s->known || !s->each)
		return ent_cli_nomem(err);
	rc = ent_definitions_new(s->known, &s->definitions, err);
	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = define(s, &f[i], err);
	if (s->c->json) {
		ent_jw_object(&s->w);
		ent_jw_key(&s->w, "objects");
		ent_jw_array(&s->w);
	}
	for (size_t i = 0; rc == 0 && i < n; i++)
		for (size_t k = 0; rc == 0 && k < f[i].count; k++) {
			rc = show(s, f[i].objects[k], err);
			if (rc)
				rc = ent_within(err, rc, "%s: object %zu", f[i].path, k);
		}
	return rc;
}

static void
sum_up(struct showing *s)
{
	if (s->c->json) {
		ent_jw_end_array(&s->w);
		ent_jw_kint(&s->w, "refused", (int64_t)s->refused);
		ent_jw_end_object(&s->w);
		ent_buf_ch(&s->b, '\n');
		flush(s);
		return;
	}
	ent_buf_printf(&s->b, "%zu object%s:", s->objects, ent_cli_s(s->objects));
	for (int level = ENT_TLP_RED; level >= ENT_TLP_NONE; level--)
		if (s->level[level]) {
			ent_buf_printf(&s->b, " %zu ", s->level[level]);
			put_level(s, (enum ent_tlp)level);
			ent_buf_ch(&s->b, ';');
		}
	ent_buf_printf(&s->b, " %zu refused\n", s->refused);
	flush(s);
}

static int
markings(struct ent_cli *c, struct ent_err *err)
{
	struct showing s = { .c = c, .colour = wants_colour(c) };
	size_t n = c->given.n_operands, open = 0;
	struct ent_stix_file *f = ent_arena_array(c->arena, n, sizeof(*f));
	int rc = 0;

	if (!f)
		return ent_cli_nomem(err);
	ent_buf_init(&s.b, JSON_MAX);
	ent_jw_init(&s.w, &s.b);
	for (; rc == 0 && open < n; open++)
		rc = ent_stix_file_open(c->given.operands[open], &f[open], err);
	if (rc == 0)
		rc = run_all(&s, f, n, err);
	if (rc == 0)
		sum_up(&s);
	ent_buf_release(&s.b);
	ent_arena_free(s.each);
	ent_arena_free(s.known);
	while (open)
		ent_stix_file_close(&f[--open]);
	if (rc)
		return rc == ENT_EUNUSABLE ? ENT_EPARSE : rc;
	return s.refused ? ENT_NO : 0;
}

const struct ent_command ent_cmd_stix_markings = {
	.name = "stix markings",
	.help = "show what markings hold for objects and their parts",
	.operands = "FILE...",
	.min = 1,
	.max = -1,
	.json = true,
	.text =
	    "Object markings and granular ones hold together; of TLP the most restrictive "
	    "wins.\n"
	    "TLP 1.0 is read, TLP 2.0 written.  A definition that has the id of a TLP marking\n"
	    "and other content, one id with two definitions, and markings that cannot be read\n"
	    "are refused: exit status 1.  Colours only on a terminal, and not with NO_COLOR.",
	.run = markings,
};
