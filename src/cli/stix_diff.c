/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stix_diff.c - `entente stix diff`: what is different in one file from another, object by
 * object and property by property.
 */
#include "base/limits.h"
#include "base/utf8.h"
#include "cli/commands.h"
#include "cli/stix_files.h"

#define VALUE_BYTES   80 /* of a value, and of a pointer, as text shows them */
#define POINTER_BYTES 200
#define JSON_MAX      ((size_t)1 << 30)

struct diffing {
	struct ent_cli *c;
	struct ent_stix_file file[2];
	struct ent_histories *set[2];
	struct ent_arena *sets;
	struct ent_arena *each; /* of one pair */
	struct ent_buf b;
	struct ent_jw w;
	size_t differ, conflicts;
};

/* What is said of two objects. */
struct verdict {
	const char *relation;
	const struct ent_object *before, *after; /* NULL where it isn't there */
	size_t versions[2];
	unsigned broken;
	const struct ent_diff *diff; /* NULL: there is nothing to compare */
};

static const struct {
	unsigned bit;
	const char *name, *text;
} rules[] = {
	{ ENT_BROKEN_CREATED, "created",
	  "another \"created\", which stays the same in every version" },
	{ ENT_BROKEN_CREATOR, "creator",
	  "another creator, and only the creator makes versions" },
	{ ENT_BROKEN_REVOKED, "revoked", "a version after it was revoked, and that is final" },
};
#define RULES (sizeof(rules) / sizeof(rules[0]))

/* ---- for programs ---- */

static void
version_json(struct ent_jw *w, const char *key, const struct ent_object *o)
{
	if (o && o->version.p)
		ent_jw_kstr(w, key, o->version);
	else
		ent_jw_kraw(w, key, ENT_STR("null"));
}

static void
difference_json(struct ent_jw *w, const struct ent_difference *d)
{
	ent_jw_object(w);
	ent_jw_kc(w, "change", ent_change_name(d->what));
	ent_jw_kstr(w, "pointer", d->pointer);
	if (d->what != ENT_CHANGE_REORDERED && d->before) {
		ent_jw_key(w, "before");
		ent_jw_value(w, d->before);
	}
	if (d->what != ENT_CHANGE_REORDERED && d->after) {
		ent_jw_key(w, "after");
		ent_jw_value(w, d->after);
	}
	ent_jw_end_object(w);
}

static void
verdict_json(struct diffing *x, struct ent_str id, const struct verdict *v)
{
	struct ent_jw *w = &x->w;

	ent_jw_object(w);
	ent_jw_kstr(w, "id", id);
	ent_jw_kc(w, "relation", v->relation);
	version_json(w, "before", v->before);
	version_json(w, "after", v->after);
	ent_jw_key(w, "broken");
	ent_jw_array(w);
	for (size_t i = 0; i < RULES; i++)
		if (v->broken & rules[i].bit)
			ent_jw_c(w, rules[i].name);
	ent_jw_end_array(w);
	ent_jw_key(w, "differences");
	ent_jw_array(w);
	for (size_t i = 0; v->diff && i < v->diff->count; i++)
		difference_json(w, &v->diff->list[i]);
	ent_jw_end_array(w);
	ent_jw_kint(w, "not_shown", v->diff ? (int64_t)(v->diff->total - v->diff->count) : 0);
	ent_jw_end_object(w);
	ent_out_bytes(&x->c->out, ent_buf_view(&x->b));
	ent_buf_clear(&x->b);
}

/* ---- for people ---- */

/* At most n bytes of s, and dots where it was cut; "..." if the arena is full. */
static struct ent_str
shorten(struct diffing *x, struct ent_str s, size_t n)
{
	struct ent_str cut = ent_utf8_cut(s, n);

	if (cut.n == s.n && s.p)
		return s;
	cut = ent_arena_printf(x->each, "%.*s...", ENT_FMT(cut));
	return cut.p ? cut : ENT_STR("...");
}

static struct ent_str
value_text(struct diffing *x, const struct ent_json *v)
{
	return shorten(x, ent_json_canon(x->each, v), VALUE_BYTES);
}

static void
difference_text(struct diffing *x, const struct ent_difference *d)
{
	struct ent_out *o = &x->c->out;
	struct ent_str p =
	    shorten(x, d->pointer.n ? d->pointer : ENT_STR("the value"), POINTER_BYTES);

	switch (d->what) {
	case ENT_CHANGE_ADDED:
		ent_out_line(o, "  %.*s: added %.*s", ENT_FMT(p),
		             ENT_FMT(value_text(x, d->after)));
		break;
	case ENT_CHANGE_REMOVED:
		ent_out_line(o, "  %.*s: removed %.*s", ENT_FMT(p),
		             ENT_FMT(value_text(x, d->before)));
		break;
	case ENT_CHANGE_REORDERED:
		ent_out_line(o, "  %.*s: elements stand in another order", ENT_FMT(p));
		break;
	default:
		ent_out_line(o, "  %.*s: changed from %.*s to %.*s", ENT_FMT(p),
		             ENT_FMT(value_text(x, d->before)),
		             ENT_FMT(value_text(x, d->after)));
		break;
	}
}

static const char *
relation_text(const struct verdict *v)
{
	static const struct {
		const char *relation, *text;
	} texts[] = {
		{ "added", "added" },
		{ "removed", "removed" },
		{ "same", "the same" },
		{ "other", "another object" },
		{ "newer", "new version" },
		{ "older", "OLDER version" },
		{ "changed", "changed in place (its type has no versions)" },
		{ "conflict", "CONFLICT: the same version with other content, an attack on "
		              "integrity or its producer's mistake; believe neither" },
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (strcmp(texts[i].relation, v->relation) == 0)
			return texts[i].text;
	return v->relation;
}

static void
verdict_text(struct diffing *x, struct ent_str id, const struct verdict *v)
{
	struct ent_out *o = &x->c->out;
	bool both = v->before && v->after && v->before->version.p && v->after->version.p &&
	            !ent_str_eq(v->before->version, v->after->version);

	ent_out_line(o, "%.*s: %s%s%.*s%s%.*s", ENT_FMT(shorten(x, id, POINTER_BYTES)),
	             relation_text(v), both ? ", " : "",
	             ENT_FMT(both ? v->before->version : ENT_STR("")), both ? " to " : "",
	             ENT_FMT(both ? v->after->version : ENT_STR("")));
	for (size_t i = 0; i < RULES; i++)
		if (v->broken & rules[i].bit)
			ent_out_line(o, "  breaks a rule: %s", rules[i].text);
	if (v->before && v->after && v->versions[0] != v->versions[1])
		ent_out_line(o, "  %zu version%s before, %zu after; the newest are compared",
		             v->versions[0], ent_cli_s(v->versions[0]), v->versions[1]);
	for (size_t i = 0; v->diff && i < v->diff->count; i++)
		difference_text(x, &v->diff->list[i]);
	if (v->diff && v->diff->count < v->diff->total)
		ent_out_line(o, "  ... and %zu more", v->diff->total - v->diff->count);
}

/* ---- comparing ---- */

static void
say(struct diffing *x, struct ent_str id, const struct verdict *v)
{
	x->differ++;
	if (x->c->json)
		verdict_json(x, id, v);
	else
		verdict_text(x, id, v);
}

static int
compare(struct diffing *x, const struct ent_object *one, const struct ent_object *two,
        struct verdict *v, struct ent_err *err)
{
	enum ent_relation relation = ENT_REL_OTHER;
	struct ent_diff diff;
	int rc = ent_version_relate(x->each, one->json, two->json, &relation, &v->broken, err);

	if (rc == 0)
		rc = ent_stix_diff(x->each, one->json, two->json, &diff, err);
	if (rc)
		return rc;
	v->relation = ent_relation_name(relation);
	v->before = one;
	v->after = two;
	v->diff = &diff;
	x->conflicts += relation == ENT_REL_CONFLICT;
	if (diff.total || relation != ENT_REL_SAME || v->versions[0] != v->versions[1])
		say(x, two->id, v);
	v->diff = NULL;
	return 0;
}

/* Two objects that are given as such are compared whatever their ids. */
static int
compare_two(struct diffing *x, struct ent_err *err)
{
	struct ent_object one, two;
	struct verdict v = { .versions = { 1, 1 } };
	int rc = ent_object_read(x->file[0].objects[0], &one, err);

	if (rc)
		return ent_within(err, rc, "%s", x->file[0].path);
	rc = ent_object_read(x->file[1].objects[0], &two, err);
	if (rc)
		return ent_within(err, rc, "%s", x->file[1].path);
	return compare(x, &one, &two, &v, err);
}

static int
load_set(struct diffing *x, int side, struct ent_err *err)
{
	const struct ent_stix_file *f = &x->file[side];
	int rc = ent_histories_new(x->sets, &x->set[side], err);

	for (size_t i = 0; rc == 0 && i < f->count; i++) {
		rc = ent_histories_add(x->set[side], f->objects[i], NULL, NULL, err);
		if (rc)
			rc = ent_within(err, rc, "%s: object %zu", f->path, i);
	}
	return rc;
}

/* Contradictions inside of one file come first. */
static void
own_conflicts(struct diffing *x, int side)
{
	for (size_t i = 0; i < ent_histories_count(x->set[side]); i++) {
		const struct ent_history *h = ent_histories_at(x->set[side], i);
		struct verdict v = { .relation = "conflict", .versions = { 1, 1 } };

		if (!h->conflicts)
			continue;
		if (!h->newest.version.p)
			v.relation = "changed";
		else
			x->conflicts++;
		ent_out_line(&x->c->out, "twice in %s:", x->file[side].path);
		v.before = v.after = &h->newest;
		say(x, h->newest.id, &v);
	}
}

static int
compare_sets(struct diffing *x, struct ent_err *err)
{
	int rc = load_set(x, 0, err);

	if (rc == 0)
		rc = load_set(x, 1, err);
	if (rc)
		return rc;
	own_conflicts(x, 0);
	own_conflicts(x, 1);
	for (size_t i = 0; rc == 0 && i < ent_histories_count(x->set[0]); i++) {
		const struct ent_history *a = ent_histories_at(x->set[0], i);
		const struct ent_history *b = ent_histories_get(x->set[1], a->newest.id);
		struct verdict v = { .relation = "removed", .before = &a->newest };

		ent_arena_reset(x->each);
		v.versions[0] = a->versions;
		v.versions[1] = b ? b->versions : 0;
		if (b)
			rc = compare(x, &a->newest, &b->newest, &v, err);
		else
			say(x, a->newest.id, &v);
	}
	for (size_t i = 0; rc == 0 && i < ent_histories_count(x->set[1]); i++) {
		const struct ent_history *b = ent_histories_at(x->set[1], i);
		struct verdict v = { .relation = "added", .after = &b->newest };

		ent_arena_reset(x->each);
		if (!ent_histories_get(x->set[0], b->newest.id))
			say(x, b->newest.id, &v);
	}
	return rc;
}

static void
begin_json(struct diffing *x)
{
	if (!x->c->json)
		return;
	ent_jw_object(&x->w);
	ent_jw_key(&x->w, "objects");
	ent_jw_array(&x->w);
}

static void
end(struct diffing *x)
{
	struct ent_out *o = &x->c->out;

	if (x->c->json) {
		ent_jw_end_array(&x->w);
		ent_jw_kbool(&x->w, "same", x->differ == 0);
		ent_jw_kint(&x->w, "different", (int64_t)x->differ);
		ent_jw_kint(&x->w, "conflicts", (int64_t)x->conflicts);
		ent_jw_end_object(&x->w);
		ent_buf_ch(&x->b, '\n');
		ent_out_bytes(o, ent_buf_view(&x->b));
	} else if (!x->differ) {
		ent_out_line(o, "The same.");
	} else if (!x->file[0].single || !x->file[1].single) {
		ent_out_line(o, "%zu object%s differ%s, %zu conflict%s.", x->differ,
		             ent_cli_s(x->differ), x->differ == 1 ? "s" : "", x->conflicts,
		             ent_cli_s(x->conflicts));
	}
}

static int
run_diff(struct diffing *x, struct ent_err *err)
{
	size_t bytes = x->file[0].size + x->file[1].size;
	int rc;

	/* each value has a sum, a place among its sorted siblings and may wait for its equal */
	x->each = ent_arena_new(ENT_DOC_ARENA(bytes) * 16);
	x->sets = ent_arena_new(ENT_DOC_ARENA(bytes) * 16);
	if (!x->each || !x->sets)
		return ent_cli_nomem(err);
	begin_json(x);
	rc =
	    x->file[0].single && x->file[1].single ? compare_two(x, err) : compare_sets(x, err);
	if (rc == 0)
		end(x);
	if (rc == 0 && !ent_buf_ok(&x->b))
		rc = ent_cli_nomem(err);
	return rc ? rc : x->differ ? ENT_NO : 0;
}

static int
diff(struct ent_cli *c, struct ent_err *err)
{
	struct diffing x = { .c = c };
	int rc = ent_stix_file_open(c->given.operands[0], &x.file[0], err);

	if (rc == 0)
		rc = ent_stix_file_open(c->given.operands[1], &x.file[1], err);
	ent_buf_init(&x.b, JSON_MAX);
	ent_jw_init(&x.w, &x.b);
	if (rc == 0)
		rc = run_diff(&x, err);
	ent_buf_release(&x.b);
	ent_arena_free(x.each);
	ent_arena_free(x.sets);
	ent_stix_file_close(&x.file[0]);
	ent_stix_file_close(&x.file[1]);
	return rc == ENT_EUNUSABLE ? ENT_EPARSE : rc;
}

const struct ent_command ent_cmd_stix_diff = {
	.name = "stix diff",
	.help = "say what changed from one file to another",
	.operands = "A B",
	.min = 2,
	.max = 2,
	.json = true,
	.text =
	    "Each file has one object, a bundle, a list or JSON lines; - is standard input.\n"
	    "Objects are matched by their ids: added, removed, a new version, changed in\n"
	    "place.  The same version with other content is a conflict, which nothing here\n"
	    "resolves.  Exit status: 0 the same, 1 different, 2 a file cannot be used.",
	.run = diff,
};
