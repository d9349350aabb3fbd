/* SPDX-License-Identifier: Apache-2.0 */
/*
 * version.c - versions of objects: their order, what one is to another, many of them by id.
 */
#include <entente/version.h>

#include "base/map.h"
#include "base/time.h"
#include "crypto/hash.h"
#include "stix/version_int.h"

int
ent_version_cmp(struct ent_str a, struct ent_str b)
{
	bool is_a = ent_time_parse(a, NULL, NULL) == 0,
	     is_b = ent_time_parse(b, NULL, NULL) == 0;

	if (!is_a && !is_b)
		return ent_str_cmp(a, b);
	if (!is_a || !is_b)
		return is_a ? 1 : -1;
	return ent_str_cmp(ent_time_key(a), ent_time_key(b));
}

int
ent_stix_hash(struct ent_arena *a, const struct ent_json *v, uint8_t out[32],
              struct ent_err *err)
{
	struct ent_str text = ent_json_canon(a, v);

	if (!text.p)
		return ent_fail(err, ENT_ENOMEM, "canonical form");
	ent_sha256(text, out);
	return 0;
}

const char *
ent_relation_name(enum ent_relation r)
{
	static const char *const names[] = {
		[ENT_REL_OTHER] = "other",     [ENT_REL_SAME] = "same",
		[ENT_REL_NEWER] = "newer",     [ENT_REL_OLDER] = "older",
		[ENT_REL_CHANGED] = "changed", [ENT_REL_CONFLICT] = "conflict",
	};

	return (unsigned)r < ENT_REL_COUNT ? names[r] : "";
}

/* ---- content ---- */

bool
ent_is_default(struct ent_str name, const struct ent_json *value)
{
	/* of every type that has them (STIX 2.1, 3.2 and 5.2) */
	static const char *const false_names[] = { "revoked", "defanged", "summary" };
	bool is = true;

	if (!ent_json_bool(value, &is) || is)
		return false;
	for (size_t i = 0; i < sizeof(false_names) / sizeof(false_names[0]); i++)
		if (ent_str_is(name, false_names[i]))
			return true;
	return false;
}

static int
by_key(const void *l, const void *r)
{
	const struct ent_member *a = l, *b = r;

	return ent_str_cmp(a->key, b->key);
}

struct ent_member *
ent_members_sorted(struct ent_arena *a, const struct ent_json *v, size_t *n)
{
	struct ent_member *list = ent_arena_array(a, ent_json_count(v), sizeof(*list));

	*n = ent_json_count(v);
	for (size_t i = 0; list && i < *n; i++)
		list[i] = (struct ent_member){ ent_json_key(v, i), ent_json_at(v, i), i };
	if (list)
		qsort(list, *n, sizeof(*list), by_key);
	return list;
}

int
ent_content_hash(struct ent_arena *a, const struct ent_json *v, uint8_t out[32])
{
	size_t n, parts = 0;
	struct ent_member *list = ent_members_sorted(a, v, &n);
	struct ent_str *part = list ? ent_arena_array(a, n, 4 * sizeof(*part)) : NULL;

	if (!part)
		return ENT_ENOMEM;
	for (size_t i = 0; i < n; i++) {
		struct ent_str text;

		if (ent_is_default(list[i].key, list[i].value))
			continue;
		text = ent_json_canon(a, list[i].value);
		if (!text.p)
			return ENT_ENOMEM;
		/* a name can't hold the byte that ends it, for it is UTF-8 */
		part[parts++] = list[i].key;
		part[parts++] = ENT_STR("\xff");
		part[parts++] = text;
		part[parts++] = ENT_STR("\xff");
	}
	ent_sha256_parts(part, parts, out);
	return 0;
}

/* ---- one against another ---- */

/* The rules of 3.2, 3.5 and 3.6 that newer breaks, which follows older. */
static unsigned
broken_rules(const struct ent_object *older, const struct ent_object *newer)
{
	struct ent_str before = ent_json_getstr(older->json, "created");
	struct ent_str after = ent_json_getstr(newer->json, "created");
	unsigned broken = 0;

	if (before.p && after.p && ent_version_cmp(before, after) != 0)
		broken |= ENT_BROKEN_CREATED;
	if (!ent_str_eq(older->created_by, newer->created_by))
		broken |= ENT_BROKEN_CREATOR;
	if (older->revoked)
		broken |= ENT_BROKEN_REVOKED;
	return broken;
}

int
ent_version_relate(struct ent_arena *a, const struct ent_json *v, const struct ent_json *w,
                   enum ent_relation *out, unsigned *broken, struct ent_err *err)
{
	uint8_t one[ENT_SHA256], two[ENT_SHA256];
	struct ent_object x, y;
	unsigned rules = 0;
	int rc = ent_object_read(v, &x, err), order;

	if (rc == 0)
		rc = ent_object_read(w, &y, err);
	if (rc)
		return rc;
	if (broken)
		*broken = 0;
	*out = ENT_REL_OTHER;
	if (!ent_str_eq(x.id, y.id))
		return 0;
	order = ent_version_cmp(x.version, y.version);
	if (order) {
		*out = order < 0 ? ENT_REL_NEWER : ENT_REL_OLDER;
		rules = order < 0 ? broken_rules(&x, &y) : broken_rules(&y, &x);
		if (broken)
			*broken = rules;
		return 0;
	}
	if (ent_content_hash(a, v, one) || ent_content_hash(a, w, two))
		return ent_fail(err, ENT_ENOMEM, "content of %.*s", ENT_FMT(x.id));
	if (memcmp(one, two, sizeof(one)) == 0)
		*out = ENT_REL_SAME;
	else
		*out = x.version.p ? ENT_REL_CONFLICT : ENT_REL_CHANGED;
	return 0;
}

/* ---- many ---- */

/* One version of an id: its hash is made when a second one claims to be it. */
struct version {
	const struct ent_json *json;
	bool hashed;
	uint8_t hash[ENT_SHA256];
};

struct ent_histories {
	struct ent_arena *arena;
	struct ent_map *ids;      /* id: struct ent_history */
	struct ent_map *versions; /* id and version: struct version */
	struct ent_history **list;
	size_t count, room;
};

int
ent_histories_new(struct ent_arena *a, struct ent_histories **out, struct ent_err *err)
{
	struct ent_histories *h = ent_arena_alloc(a, sizeof(*h));

	if (h) {
		h->arena = a;
		h->ids = ent_map_new(a);
		h->versions = ent_map_new(a);
	}
	if (!h || !h->ids || !h->versions)
		return ent_fail(err, ENT_ENOMEM, "set of versions");
	*out = h;
	return 0;
}

static int
append(struct ent_histories *h, struct ent_history *one)
{
	if (h->count == h->room) {
		size_t room = h->room ? h->room * 2 : 64;
		struct ent_history **list =
		    ent_arena_array(h->arena, room, sizeof(struct ent_history *));

		if (!list)
			return ENT_ENOMEM;
		if (h->count)
			memcpy(list, h->list, h->count * sizeof(struct ent_history *));
		h->list = list;
		h->room = room;
	}
	h->list[h->count++] = one;
	return 0;
}

/* Under what a version is found: the id and the order key of its time. */
static struct ent_str
version_key(struct ent_histories *h, const struct ent_object *o)
{
	if (!o->version.p)
		return o->id;
	return ent_arena_printf(h->arena, "%.*s %.*s", ENT_FMT(o->id),
	                        ENT_FMT(ent_time_key(o->version)));
}

/* What a second object is that claims to be a known version. */
static int
compare(struct ent_histories *h, struct version *known, const struct ent_object *o,
        struct ent_history *of, enum ent_relation *how)
{
	uint8_t hash[ENT_SHA256];

	if (!known->hashed && ent_content_hash(h->arena, known->json, known->hash))
		return ENT_ENOMEM;
	known->hashed = true;
	if (ent_content_hash(h->arena, o->json, hash))
		return ENT_ENOMEM;
	if (memcmp(hash, known->hash, sizeof(hash)) == 0) {
		of->copies++;
		*how = ENT_REL_SAME;
		return 0;
	}
	*how = o->version.p ? ENT_REL_CONFLICT : ENT_REL_CHANGED;
	of->conflicts++;
	if (!of->conflict)
		of->conflict = o->json;
	return 0;
}

/* A version that wasn't known, of an id that may be. */
static int
add_version(struct ent_histories *h, struct ent_str key, const struct ent_object *o,
            struct ent_history **of, enum ent_relation *how)
{
	struct version *one = ent_arena_alloc(h->arena, sizeof(*one));
	struct ent_history *x = *of;

	if (!one || !key.p)
		return ENT_ENOMEM;
	one->json = o->json;
	if (!x) {
		x = ent_arena_alloc(h->arena, sizeof(*x));
		if (!x || append(h, x) || ent_map_put(h->ids, o->id, x))
			return ENT_ENOMEM;
		x->newest = *o;
		*how = ENT_REL_OTHER;
	} else if (ent_version_cmp(x->newest.version, o->version) < 0) {
		x->broken |= broken_rules(&x->newest, o);
		x->newest = *o;
		*how = ENT_REL_NEWER;
	} else {
		x->broken |= broken_rules(o, &x->newest);
		*how = ENT_REL_OLDER;
	}
	x->versions++;
	x->revoked |= o->revoked;
	*of = x;
	return ent_map_put(h->versions, key, one);
}

int
ent_histories_add(struct ent_histories *h, const struct ent_json *v, enum ent_relation *how,
                  struct ent_history **out, struct ent_err *err)
{
	enum ent_relation relation = ENT_REL_OTHER;
	struct ent_history *of;
	struct ent_object o;
	struct version *known;
	struct ent_str key;
	int rc = ent_object_read(v, &o, err);

	if (rc)
		return rc;
	of = ent_map_get(h->ids, o.id);
	key = version_key(h, &o);
	known = of && key.p ? ent_map_get(h->versions, key) : NULL;
	rc = known ? compare(h, known, &o, of, &relation)
	           : add_version(h, key, &o, &of, &relation);
	if (rc)
		return ent_fail(err, rc, "set of versions");
	if (how)
		*how = relation;
	if (out)
		*out = of;
	return 0;
}

size_t
ent_histories_count(const struct ent_histories *h)
{
	return h->count;
}

struct ent_history *
ent_histories_at(const struct ent_histories *h, size_t i)
{
	return i < h->count ? h->list[i] : NULL;
}

struct ent_history *
ent_histories_get(const struct ent_histories *h, struct ent_str id)
{
	return ent_map_get(h->ids, id);
}
