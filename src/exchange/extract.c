/* SPDX-License-Identifier: Apache-2.0 */
/*
 * extract.c - copies of objects by rules: what is dropped, replaced, made coarser.
 * extract_merge.c makes one of several first, extract_proof.c adds that nothing was changed.
 */
#include <inttypes.h>
#include <math.h>

#include "base/time.h"
#include "exchange/audit.h"
#include "exchange/exchange_int.h"
#include "exchange/extract_int.h"
#include "json/write.h"

#define RULES_BYTES 65536

static const char *const what_names[] = { "kept", "dropped", "changed", "new" };

const char *
ent_extracted_name(enum ent_extracted e)
{
	return what_names[e];
}

struct extracting {
	struct ent_exchange *x;
	struct ent_arena *a;
	const struct ent_json **original; /* n of them */
	struct ent_str *id;               /* theirs */
	size_t n;
	const struct ent_json *object; /* the original, or what several come to */
	const struct ent_json *drop, *keep, *replace, *time, *place, *aggregate;
	bool proof;
	enum ent_tlp marking; /* NONE: the original's stay */
	struct ent_str now, version;
	struct ent_extract *out;
};

/* What every copy has anew, whatever the rules say. */
static const char *const anew[] = { "id", "created", "modified", "created_by_ref" };
/* What a copy of an SDO can't be without. */
static const char *const always[] = { "type", "spec_version", "object_marking_refs",
	                              "granular_markings" };

static bool
among(const char *const *list, size_t n, struct ent_str s)
{
	for (size_t i = 0; i < n; i++)
		if (ent_str_is(s, list[i]))
			return true;
	return false;
}

static bool
listed(const struct ent_json *list, struct ent_str s)
{
	for (size_t i = 0; i < ent_json_count(list); i++)
		if (ent_str_eq(ent_json_str(ent_json_at(list, i)), s))
			return true;
	return false;
}

bool
ent_extract_anew(struct ent_str property)
{
	return among(anew, sizeof(anew) / sizeof(anew[0]), property);
}

/* ---- rules ---- */

static int
bad_rule(struct ent_err *err, const char *what, struct ent_str name)
{
	return ent_fail(err, ENT_EINVAL, "rules: %s \"%.*s\"", what, ENT_FMT(name));
}

static int
check_names(const struct extracting *e, const struct ent_json *names, struct ent_err *err)
{
	bool object = ent_json_is(names, ENT_JSON_OBJECT);

	for (size_t i = 0; i < ent_json_count(names); i++) {
		struct ent_str s =
		    object ? ent_json_key(names, i) : ent_json_str(ent_json_at(names, i));

		if (!s.n || !ent_json_get(e->object, s))
			return bad_rule(err, "the object has no property", s);
		if (ent_extract_anew(s) || among(always, sizeof(always) / sizeof(always[0]), s))
			return bad_rule(err, "it is not theirs to change", s);
	}
	return 0;
}

static int
read_rules(struct extracting *e, struct ent_str text, struct ent_err *err)
{
	static const char *const known[] = { "drop",      "keep",     "replace",
		                             "time",      "place",    "marking",
		                             "aggregate", "at_least", "proof" };
	const struct ent_json *v = NULL;
	int64_t least = 1;
	int rc = text.n <= RULES_BYTES ? ent_json_parse(e->a, text, 8, &v, err)
	                               : ent_fail(err, ENT_ELIMIT, "the rules are too long");

	for (size_t i = 0; rc == 0 && i < ent_json_count(v); i++)
		if (!among(known, sizeof(known) / sizeof(known[0]), ent_json_key(v, i)))
			rc = bad_rule(err, "there is no rule", ent_json_key(v, i));
	if (rc)
		return rc;
	e->drop = ent_json_getc(v, "drop");
	e->keep = ent_json_getc(v, "keep");
	e->replace = ent_json_getc(v, "replace");
	e->time = ent_json_getc(v, "time");
	e->place = ent_json_getc(v, "place");
	e->aggregate = ent_json_getc(v, "aggregate");
	(void)ent_json_bool(ent_json_getc(v, "proof"), &e->proof);
	if (ent_json_getc(v, "marking") &&
	    ent_tlp_parse(ent_json_getstr(v, "marking"), &e->marking))
		return bad_rule(err, "marking is no TLP level", ent_json_getstr(v, "marking"));
	if (e->drop && e->keep)
		return ent_fail(err, ENT_EINVAL, "rules: drop or keep, not both");
	if (ent_json_getc(v, "at_least") && !ent_json_int(ent_json_getc(v, "at_least"), &least))
		return ent_fail(err, ENT_EINVAL, "rules: at_least is a number of objects");
	if (least > (int64_t)e->n)
		return ent_fail(err, ENT_EINVAL,
		                "rules: at_least %" PRId64 " objects are to be in a copy, and "
		                "this would be of %zu",
		                least, e->n);
	return 0;
}

/* What the rules name must be there: once what they are about is known. */
static int
check_rules(const struct extracting *e, struct ent_err *err)
{
	const struct ent_json *const all[] = { e->drop, e->keep, e->replace, e->time,
		                               e->place };
	int rc = 0;

	if (e->n == 1 && e->aggregate)
		return ent_fail(err, ENT_EINVAL, "rules: aggregate is of several objects");
	if (e->n > 1 && e->proof)
		return ent_fail(err, ENT_EINVAL,
		                "rules: proof is of one object: of several it is no part");
	for (size_t i = 0; rc == 0 && i < sizeof(all) / sizeof(all[0]); i++)
		rc = check_names(e, all[i], err);
	return rc;
}

/* ---- values ---- */

static struct ent_str
json_of(struct ent_arena *a, const struct ent_json *v)
{
	struct ent_str s;
	struct ent_buf b;
	struct ent_jw w;

	ent_buf_init(&b, ENT_ITEM_MAX);
	ent_jw_init(&w, &b);
	ent_jw_value(&w, v);
	s = ent_buf_done(&b, a);
	ent_buf_release(&b);
	return s;
}

/* "2019-01-02T03:04:05Z" cut to its year, month, day or hour: the beginning of that. */
static int
coarse_time(struct extracting *e, const struct ent_json *v, struct ent_str to,
            struct ent_str *out, struct ent_err *err)
{
	static const struct {
		const char *name;
		size_t keep;
	} levels[] = { { "year", 4 }, { "month", 7 }, { "day", 10 }, { "hour", 13 } };
	static const char rest[] = "0000-01-01T00:00:00Z";
	struct ent_str s = ent_json_str(v);

	if (ent_time_parse(s, NULL, NULL))
		return bad_rule(err, "it is no timestamp", s);
	for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++)
		if (ent_str_is(to, levels[i].name)) {
			*out = ent_arena_printf(e->a, "\"%.*s%s\"", (int)levels[i].keep, s.p,
			                        rest + levels[i].keep);
			return out->p ? 0 : ent_x_nomem(err);
		}
	return bad_rule(err, "a time is cut to year, month, day or hour, not to", to);
}

/* A number rounded to so many decimal places. */
static int
coarse_place(struct extracting *e, const struct ent_json *v, const struct ent_json *digits,
             struct ent_str *out, struct ent_err *err)
{
	double number, scale = 1;
	int64_t n;

	if (!ent_json_double(v, &number) || !ent_json_int(digits, &n) || n < 0 || n > 6)
		return ent_fail(err, ENT_EINVAL,
		                "rules: place rounds a number to 0 to 6 decimal places");
	for (int64_t i = 0; i < n; i++)
		scale *= 10;
	*out = ent_arena_printf(e->a, "%.*f", (int)n, round(number * scale) / scale);
	return out->p ? 0 : ent_x_nomem(err);
}

static bool
goes(const struct extracting *e, struct ent_str name)
{
	if (among(always, sizeof(always) / sizeof(always[0]), name))
		return true;
	return e->keep ? listed(e->keep, name) || ent_json_get(e->replace, name) ||
	                     ent_json_get(e->time, name) || ent_json_get(e->place, name)
	               : !listed(e->drop, name);
}

/* Granular markings of what is left alone. */
static struct ent_str
granular(struct extracting *e, const struct ent_json *list)
{
	struct ent_str s;
	struct ent_buf b;
	struct ent_jw w;
	size_t n = 0;

	ent_buf_init(&b, ENT_ITEM_MAX);
	ent_jw_init(&w, &b);
	ent_jw_array(&w);
	for (size_t i = 0; i < ent_json_count(list); i++) {
		const struct ent_json *one = ent_json_at(list, i),
				      *selectors = ent_json_getc(one, "selectors");
		bool all = true;

		for (size_t k = 0; k < ent_json_count(selectors); k++) {
			struct ent_str name = ent_json_str(ent_json_at(selectors, k));

			name.n = ent_str_find(name, '.');
			all &= goes(e, name) && ent_json_get(e->object, name);
		}
		if (all) {
			ent_jw_value(&w, one);
			n++;
		}
	}
	ent_jw_end_array(&w);
	s = n ? ent_buf_done(&b, e->a) : (struct ent_str){ NULL, 0 };
	ent_buf_release(&b);
	return s;
}

/* What a property becomes; absent: it is dropped. */
static int
value_of(struct extracting *e, struct ent_str name, const struct ent_json *v,
         struct ent_str *out, struct ent_err *err)
{
	const struct ent_json *to;

	*out = (struct ent_str){ NULL, 0 };
	if (!goes(e, name))
		return 0;
	if (ent_str_is(name, "granular_markings")) {
		*out = granular(e, v);
		return 0;
	}
	if (ent_str_is(name, "object_marking_refs") && e->marking != ENT_TLP_NONE)
		return 0; /* written anew */
	if ((to = ent_json_get(e->time, name)))
		return coarse_time(e, v, ent_json_str(to), out, err);
	if ((to = ent_json_get(e->place, name)))
		return coarse_place(e, v, to, out, err);
	to = ent_json_get(e->replace, name);
	*out = json_of(e->a, to ? to : v);
	return out->p ? 0 : ent_x_nomem(err);
}

/* ---- the copy ---- */

static int
row(struct extracting *e, struct ent_str name, struct ent_str before, struct ent_str after)
{
	enum ent_extracted what = !before.p                   ? ENT_EXTRACT_NEW
	                          : !after.p                  ? ENT_EXTRACT_DROPPED
	                          : ent_str_eq(before, after) ? ENT_EXTRACT_KEPT
	                                                      : ENT_EXTRACT_CHANGED;

	if (before.p && e->n > 1) {
		before = ent_extract_all(e->a, e->original, e->n, name);
		if (!before.p)
			return ENT_ENOMEM;
	}
	e->out->rows[e->out->n_rows++] = (struct ent_extract_row){ name, what, before, after };
	return 0;
}

static struct ent_str
quoted(struct ent_arena *a, struct ent_str s)
{
	return ent_arena_printf(a, "\"%.*s\"", ENT_FMT(s));
}

static struct ent_str
marking_list(const struct extracting *e)
{
	return ent_arena_printf(e->a, "[\"%.*s\"]", ENT_FMT(ent_tlp_id(e->marking)));
}

/* What stands anew in the copy: ids and times have nothing that JSON would escape. */
static struct ent_str
fresh_value(const struct extracting *e, struct ent_str name)
{
	if (ent_str_is(name, "id"))
		return quoted(e->a, e->out->id);
	return quoted(e->a,
	              ent_str_is(name, "created_by_ref") ? ent_str_c(e->x->c.party) : e->now);
}

static int
copy_members(struct extracting *e, struct ent_err *err)
{
	size_t n = ent_json_count(e->object);
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < n; i++) {
		struct ent_str name = ent_json_key(e->object, i), after,
			       before = json_of(e->a, ent_json_at(e->object, i));

		if (!before.p)
			return ent_x_nomem(err);
		if (ent_extract_anew(name))
			after = fresh_value(e, name);
		else
			rc = value_of(e, name, ent_json_at(e->object, i), &after, err);
		if (rc == 0 && ent_str_is(name, "object_marking_refs") &&
		    e->marking != ENT_TLP_NONE)
			after = marking_list(e);
		if (rc == 0 && row(e, name, before, after))
			rc = ent_x_nomem(err);
	}
	return rc;
}

static bool
has_row(const struct ent_extract *e, struct ent_str name)
{
	for (size_t i = 0; i < e->n_rows; i++)
		if (ent_str_eq(e->rows[i].property, name))
			return true;
	return false;
}

/* What several originals have and not alike: it stays behind. */
static int
unlike_members(struct extracting *e, struct ent_err *err)
{
	const struct ent_str none = { NULL, 0 };

	for (size_t i = 0; e->n > 1 && i < e->n; i++)
		for (size_t k = 0; k < ent_json_count(e->original[i]); k++) {
			struct ent_str name = ent_json_key(e->original[i], k);

			if (!has_row(e->out, name) && row(e, name, name, none))
				return ent_x_nomem(err);
		}
	return 0;
}

static int
make_rows(struct extracting *e, struct ent_err *err)
{
	struct ent_str none = { NULL, 0 };
	size_t room = ent_json_count(e->object) + 3;
	int rc;

	for (size_t i = 0; e->n > 1 && i < e->n; i++)
		room += ent_json_count(e->original[i]);
	e->out->rows = ent_arena_array(e->a, room, sizeof(*e->out->rows));
	if (!e->out->rows)
		return ent_x_nomem(err);
	rc = copy_members(e, err);
	if (rc == 0 && !ent_json_getc(e->object, "created_by_ref"))
		rc = row(e, ENT_STR("created_by_ref"), none,
		         fresh_value(e, ENT_STR("created_by_ref")));
	if (rc == 0 && !ent_json_getc(e->object, "object_marking_refs") &&
	    e->marking != ENT_TLP_NONE)
		rc = row(e, ENT_STR("object_marking_refs"), none, marking_list(e));
	if (rc == 0)
		rc = unlike_members(e, err);
	return rc || !e->proof ? rc
	                       : ent_extract_prove(e->a, e->object, e->version, e->out, err);
}

static int
write_copy(struct extracting *e, struct ent_err *err)
{
	struct ent_buf b;
	struct ent_jw w;
	int rc = make_rows(e, err);

	if (rc)
		return rc;
	ent_buf_init(&b, ENT_ITEM_MAX);
	ent_jw_init(&w, &b);
	ent_jw_object(&w);
	for (size_t i = 0; i < e->out->n_rows; i++) {
		const struct ent_extract_row *r = &e->out->rows[i];

		if (!r->after.p)
			continue;
		ent_jw_key_str(&w, r->property);
		ent_jw_raw(&w, r->after);
	}
	ent_jw_end_object(&w);
	e->out->object = ent_buf_done(&b, e->a);
	ent_buf_release(&b);
	return e->out->object.p ? 0 : ent_x_nomem(err);
}

/* That it was made of the other is for this node to know: TLP:RED. */
static int
write_relation(struct extracting *e, struct ent_str original, struct ent_err *err)
{
	struct ent_extract_relation *r = &e->out->relations[e->out->n_relations++];

	r->id = ent_stix_id_new(e->a, "relationship");
	r->object = ent_arena_printf(
	    e->a,
	    "{\"type\":\"relationship\",\"spec_version\":\"2.1\",\"id\":\"%.*s\","
	    "\"created_by_ref\":\"%s\",\"created\":\"%.*s\",\"modified\":\"%.*s\","
	    "\"relationship_type\":\"derived-from\",\"source_ref\":\"%.*s\","
	    "\"target_ref\":\"%.*s\",\"object_marking_refs\":[\"%.*s\"]}",
	    ENT_FMT(r->id), e->x->c.party, ENT_FMT(e->now), ENT_FMT(e->now),
	    ENT_FMT(e->out->id), ENT_FMT(original), ENT_FMT(ent_tlp_id(ENT_TLP_RED)));
	return r->id.p && r->object.p ? 0 : ent_x_nomem(err);
}

/* ---- what it is made of ---- */

static int
read_original(struct extracting *e, size_t i, struct ent_str id, struct ent_str *type,
              struct ent_err *err)
{
	struct ent_str none = { NULL, 0 };
	struct ent_held h;
	int rc = ent_holdings_get(e->x, e->a, id, none, &h, err);

	if (rc == 0 && ent_stix_class_of(h.type) != ENT_STIX_SDO)
		rc = ent_fail(err, ENT_EUNUSABLE,
		              "an extract is made of a domain object, not of %.*s",
		              ENT_FMT(h.type));
	if (rc == 0 && i && !ent_str_eq(h.type, *type))
		rc = ent_fail(err, ENT_EUNUSABLE,
		              "a copy is made of objects of one type: %.*s is no %.*s",
		              ENT_FMT(h.id), ENT_FMT(*type));
	for (size_t k = 0; rc == 0 && k < i; k++)
		if (ent_str_eq(e->id[k], h.id))
			rc = ent_fail(err, ENT_EINVAL, "%.*s is there twice", ENT_FMT(h.id));
	if (rc)
		return rc;
	*type = h.type;
	e->id[i] = h.id;
	e->version = h.version;
	return ent_json_parse(e->a, h.bytes, ENT_JSON_DEPTH, &e->original[i], err);
}

static int
read_originals(struct extracting *e, const struct ent_str *ids, struct ent_str *type,
               struct ent_err *err)
{
	struct ent_str text;
	int rc = 0;

	e->original = ent_arena_array(e->a, e->n, sizeof(const struct ent_json *));
	e->id = ent_arena_array(e->a, e->n, sizeof(*e->id));
	e->out->relations = ent_arena_array(e->a, e->n, sizeof(*e->out->relations));
	if (!e->original || !e->id || !e->out->relations)
		return ent_x_nomem(err);
	for (size_t i = 0; rc == 0 && i < e->n; i++)
		rc = read_original(e, i, ids[i], type, err);
	if (rc)
		return rc;
	e->object = e->original[0];
	if (e->n == 1)
		return 0;
	rc = ent_extract_merge(e->a, e->original, e->n, e->aggregate, &text, err);
	return rc ? rc : ent_json_parse(e->a, text, ENT_JSON_DEPTH, &e->object, err);
}

int
ent_extract(struct ent_exchange *x, struct ent_arena *a, const struct ent_str *ids, size_t n,
            struct ent_str rules, struct ent_extract *out, struct ent_err *err)
{
	struct extracting e = { .x = x, .a = a, .n = n, .out = out, .now = ent_x_at(x, a) };
	struct ent_str type = { NULL, 0 };
	const struct ent_json *copy;
	struct ent_object read;
	int rc = n && n <= ENT_EXTRACT_ORIGINALS
	             ? read_rules(&e, rules, err)
	             : ent_fail(err, ENT_EINVAL, "a copy is made of 1 to %d objects",
	                        ENT_EXTRACT_ORIGINALS);

	*out = (struct ent_extract){ .n_rows = 0 };
	if (rc == 0)
		rc = read_originals(&e, ids, &type, err);
	if (rc == 0)
		rc = check_rules(&e, err);
	if (rc)
		return rc;
	type = ent_arena_dup(a, type);
	out->id = type.p ? ent_stix_id_new(a, type.p) : type;
	rc = out->id.p && e.now.p ? write_copy(&e, err) : ent_x_nomem(err);
	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = write_relation(&e, e.id[i], err);
	if (rc == 0)
		rc = ent_json_parse(a, out->object, ENT_JSON_DEPTH, &copy, err);
	return rc ? rc : ent_holdings_check(a, copy, &read, err);
}

static int
keep(struct ent_exchange *x, struct ent_arena *a, const struct ent_extract *e,
     struct ent_err *err)
{
	struct ent_str detail;
	int rc = ent_holdings_put_text(x, a, e->object, ENT_SOURCE_OWN, err);

	for (size_t i = 0; rc == 0 && i < e->n_relations; i++)
		rc = ent_holdings_put_text(x, a, e->relations[i].object, ENT_SOURCE_OWN, err);
	if (rc == 0 && e->opening.p)
		rc = ent_store_doc_put(x->store, ENT_SPACE_EXTRACT, e->id, e->opening, err);
	if (rc)
		return rc;
	detail = ent_arena_printf(a, "{\"extract\":\"%.*s\"}", ENT_FMT(e->id));
	return detail.p ? ent_audit_note(x, a, "extract", detail, err) : ent_x_nomem(err);
}

int
ent_extract_keep(struct ent_exchange *x, struct ent_arena *a, const struct ent_extract *e,
                 struct ent_err *err)
{
	int rc = ent_x_begin(x, err);

	return rc ? rc : ent_x_end(x, keep(x, a, e, err), err);
}
