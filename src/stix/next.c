/* SPDX-License-Identifier: Apache-2.0 */
/*
 * next.c - the version that follows another: properties set, "modified" later, the rest as it
 * was.
 */
#include <entente/version.h>

#include "base/buf.h"
#include "base/map.h"
#include "base/time.h"
#include "stix/version_int.h"
#include "json/write.h"

#define SECONDS_TEXT 19 /* "2017-01-20T00:00:00" */

/* What is set, as the table of names holds it. */
struct given {
	const struct ent_set *set;
};

struct next {
	struct ent_arena *arena;
	const struct ent_json *v;
	const struct ent_set *set;
	size_t n;
	bool revoke;
	struct ent_map *by_name; /* property: struct given */
	struct ent_str modified;
};

/* ---- the time ---- */

/* A timestamp with exactly that many fraction digits, cut or filled with zeros. */
static struct ent_str
with_digits(struct ent_arena *a, struct ent_str time, size_t digits)
{
	struct ent_str given =
	    ent_str_from((struct ent_str){ time.p, time.n - 1 }, SECONDS_TEXT + 1);
	char *text = ent_arena_alloc(a, SECONDS_TEXT + 1 + digits + 2);

	if (!text)
		return (struct ent_str){ NULL, 0 };
	memcpy(text, time.p, SECONDS_TEXT);
	text[SECONDS_TEXT] = '.';
	for (size_t i = 0; i < digits; i++)
		text[SECONDS_TEXT + 1 + i] = i < given.n ? given.p[i] : '0';
	text[SECONDS_TEXT + 1 + digits] = 'Z';
	return (struct ent_str){ text, SECONDS_TEXT + digits + 2 };
}

/* One of its last digit later. */
static struct ent_str
one_later(struct ent_arena *a, struct ent_str time)
{
	char *text = ent_arena_alloc(a, time.n + 1);
	char second[ENT_TIME_TEXT];
	int64_t us = 0;

	if (!text)
		return (struct ent_str){ NULL, 0 };
	memcpy(text, time.p, time.n);
	for (size_t i = time.n - 2; i > SECONDS_TEXT; i--) {
		if (text[i] != '9') {
			text[i]++;
			return (struct ent_str){ text, time.n };
		}
		text[i] = '0';
	}
	(void)ent_time_parse(time, &us, NULL);
	us = (us - (us % 1000000 + 1000000) % 1000000) + 1000000;
	memcpy(text, ent_time_text(us, 0, second), SECONDS_TEXT);
	return (struct ent_str){ text, time.n };
}

/* The version before: modified, or created where that is later by mistake. */
static struct ent_str
last_time(const struct ent_json *v)
{
	struct ent_str created = ent_json_getstr(v, "created");
	struct ent_str modified = ent_json_getstr(v, "modified");

	return created.p && ent_version_cmp(modified, created) < 0 ? created : modified;
}

static int
next_time(struct next *x, struct ent_str now, struct ent_err *err)
{
	struct ent_str before = last_time(x->v);
	const struct given *given = ent_map_get(x->by_name, ENT_STR("modified"));
	unsigned digits = 0;

	if (given) {
		x->modified = ent_json_str(given->set->value);
		if (!x->modified.p || ent_time_parse(x->modified, NULL, NULL) ||
		    ent_version_cmp(x->modified, before) <= 0)
			return ent_fail(err, ENT_EDENIED,
			                "\"modified\" must be a time later than %.*s",
			                ENT_FMT(before));
		return 0;
	}
	if (!now.p)
		now = ent_time_dup(x->arena, ent_now_us(), 6);
	if (!now.p)
		return ent_fail(err, ENT_ENOMEM, "new version");
	if (ent_time_parse(now, NULL, NULL))
		return ent_fail(err, ENT_EINVAL, "\"%.*s\" is not a timestamp", ENT_FMT(now));
	(void)ent_time_parse(ent_json_getstr(x->v, "modified"), NULL, &digits);
	digits = digits < 3 ? 3 : digits;
	x->modified = with_digits(x->arena, now, digits);
	before = with_digits(x->arena, before, digits);
	if (x->modified.p && before.p && ent_version_cmp(x->modified, before) <= 0)
		x->modified = one_later(x->arena, before);
	if (!x->modified.p || !before.p)
		return ent_fail(err, ENT_ENOMEM, "new version");
	if (ent_time_parse(x->modified, NULL, NULL))
		return ent_fail(err, ENT_ELIMIT, "there is no time after %.*s",
		                ENT_FMT(before));
	return 0;
}

/* ---- the properties ---- */

static bool
fixed(struct ent_str name)
{
	static const char *const names[] = { "type", "id", "spec_version", "created",
		                             "created_by_ref" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (ent_str_is(name, names[i]))
			return true;
	return false;
}

/* 1 if v is what the object has already, 0 if not, or ENT_ENOMEM. */
static int
same_value(struct ent_arena *a, struct ent_str name, const struct ent_json *v,
           const struct ent_json *w)
{
	struct ent_str one, two;

	if (!v || !w)
		return v == w || (v && ent_is_default(name, v)) ||
		       (w && ent_is_default(name, w));
	one = ent_json_canon(a, v);
	two = ent_json_canon(a, w);
	return one.p && two.p ? ent_str_eq(one, two) : ENT_ENOMEM;
}

/* Notes what is set; *changes: whether that makes any difference. */
static int
take(struct next *x, bool *changes, struct ent_err *err)
{
	struct given *given = ent_arena_array(x->arena, x->n, sizeof(*given));

	x->by_name = ent_map_new(x->arena);
	for (size_t i = 0; given && x->by_name && i < x->n; i++) {
		const struct ent_set *s = &x->set[i];
		int same = same_value(x->arena, s->property, s->value,
		                      ent_json_get(x->v, s->property));

		if (fixed(s->property) && same == 0)
			return ent_fail(err, ENT_EDENIED,
			                "\"%.*s\" stays as it is in every version",
			                ENT_FMT(s->property));
		if (ent_json_is(s->value, ENT_JSON_NULL))
			return ent_fail(err, ENT_EINVAL,
			                "\"%.*s\": null is no value; leave the property out",
			                ENT_FMT(s->property));
		if (ent_map_get(x->by_name, s->property) ||
		    (x->revoke && ent_str_is(s->property, "revoked")))
			return ent_fail(err, ENT_EINVAL, "\"%.*s\" is set twice",
			                ENT_FMT(s->property));
		given[i].set = s;
		if (same < 0 || ent_map_put(x->by_name, s->property, &given[i]))
			return ent_fail(err, ENT_ENOMEM, "new version");
		*changes |= same == 0 && !ent_str_is(s->property, "modified");
	}
	return given && x->by_name ? 0 : ent_fail(err, ENT_ENOMEM, "new version");
}

static void
put_member(struct ent_jw *w, struct ent_str name, const struct ent_json *value)
{
	ent_jw_key_str(w, name);
	ent_jw_value(w, value);
}

/* The members as they stood, then those that are new. */
static void
put(const struct next *x, struct ent_buf *b)
{
	struct ent_jw w;

	ent_jw_init(&w, b);
	ent_jw_object(&w);
	for (size_t i = 0; i < ent_json_count(x->v); i++) {
		struct ent_str name = ent_json_key(x->v, i);
		const struct given *given = ent_map_get(x->by_name, name);
		const struct ent_set *s = given ? given->set : NULL;

		if (ent_str_is(name, "modified"))
			ent_jw_kstr(&w, "modified", x->modified);
		else if (x->revoke && ent_str_is(name, "revoked"))
			ent_jw_kbool(&w, "revoked", true);
		else if (!s)
			put_member(&w, name, ent_json_at(x->v, i));
		else if (s->value)
			put_member(&w, name, s->value);
	}
	for (size_t i = 0; i < x->n; i++)
		if (x->set[i].value && !ent_json_get(x->v, x->set[i].property))
			put_member(&w, x->set[i].property, x->set[i].value);
	if (x->revoke && !ent_json_getc(x->v, "revoked"))
		ent_jw_kbool(&w, "revoked", true);
	ent_jw_end_object(&w);
}

/* Whether there can be a version after v at all. */
static int
versioned(const struct ent_json *v, struct ent_err *err)
{
	struct ent_object o;
	int rc = ent_object_read(v, &o, err);

	if (rc)
		return rc;
	if (!ent_json_getstr(v, "modified").p || !o.version.p)
		return ent_fail(err, ENT_EUNUSABLE,
		                "%.*s: objects of this type have no versions", ENT_FMT(o.id));
	if (o.revoked)
		return ent_fail(err, ENT_EDENIED,
		                "%.*s is revoked, and that is final: make a new object",
		                ENT_FMT(o.id));
	return 0;
}

int
ent_version_next(struct ent_arena *a, const struct ent_json *v, const struct ent_set *set,
                 size_t n, bool revoke, struct ent_str now, struct ent_str *out,
                 struct ent_err *err)
{
	struct next x = { .arena = a, .v = v, .set = set, .n = n, .revoke = revoke };
	bool changes = revoke;
	struct ent_buf b;
	int rc = versioned(v, err);

	if (rc == 0)
		rc = take(&x, &changes, err);
	if (rc)
		return rc;
	if (!changes)
		return ent_fail(err, ENT_EINVAL, "nothing would change");
	rc = next_time(&x, now, err);
	if (rc)
		return rc;
	ent_buf_init(&b, SIZE_MAX / 2);
	put(&x, &b);
	*out = ent_buf_done(&b, a);
	ent_buf_release(&b);
	return out->p ? 0 : ent_fail(err, ENT_ENOMEM, "new version");
}
