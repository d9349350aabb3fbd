/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ids.c - identifiers: reading, new ones, and the deterministic ones of observables
 * (STIX 2.1, 2.9).
 */
#include "base/uuid.h"
#include "crypto/hash.h"
#include "crypto/random.h"
#include "stix/stix_int.h"
#include "json/write.h"

/* A name of a type that an identifier may begin with; "--" in it is left to ent_stix_check. */
static bool
type_name(struct ent_str s)
{
	if (s.n == 0 || s.n > 250)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		char ch = s.p[i];

		if (!((ch >= 'a' && ch <= 'z') || (ch >= '0' && ch <= '9') || ch == '-'))
			return false;
	}
	return true;
}

int
ent_stix_id_parse(struct ent_str id, struct ent_str *type, uint8_t uuid[16])
{
	struct ent_str prefix;

	if (id.n < 36 + 3)
		return ENT_EPARSE;
	prefix = (struct ent_str){ id.p, id.n - 38 };
	if (id.p[prefix.n] != '-' || id.p[prefix.n + 1] != '-' || !type_name(prefix) ||
	    ent_uuid_parse(ent_str_from(id, prefix.n + 2), uuid))
		return ENT_EPARSE;
	*type = prefix;
	return 0;
}

struct ent_str
ent_stix_id_new(struct ent_arena *a, const char *type)
{
	uint8_t uuid[16];
	char text[ENT_UUID_TEXT];

	ent_uuid4(uuid);
	return ent_arena_printf(a, "%s--%s", type, ent_uuid_text(uuid, text));
}

/* Which one of several hashes an id is made of: the first of these, else the first that stands
 * there. */
static size_t
hash_for_id(const struct ent_json *hashes)
{
	static const char *const order[] = { "MD5", "SHA-1", "SHA-256", "SHA-512" };
	size_t n = ent_json_count(hashes);

	for (size_t k = 0; k < sizeof(order) / sizeof(order[0]); k++)
		for (size_t i = 0; i < n; i++)
			if (ent_str_is(ent_json_key(hashes, i), order[k]))
				return i;
	return 0;
}

static void
put_value(struct ent_jw *w, struct ent_str name, const struct ent_json *v, struct ent_arena *a)
{
	struct ent_str text;

	ent_jw_key_str(w, name);
	if (ent_str_is(name, "hashes") && ent_json_is(v, ENT_JSON_OBJECT) &&
	    ent_json_count(v)) {
		size_t i = hash_for_id(v);

		ent_jw_object(w);
		ent_jw_key_str(w, ent_json_key(v, i));
		v = ent_json_at(v, i);
		text = ent_json_canon(a, v);
		ent_jw_raw(w, text);
		ent_jw_end_object(w);
	} else {
		text = ent_json_canon(a, v);
		ent_jw_raw(w, text);
	}
	if (!text.p)
		w->b->failed = true;
}

int
ent_stix_sco_id(struct ent_arena *a, const struct ent_json *v, struct ent_str *out,
                struct ent_err *err)
{
	static const uint8_t space[16] = { 0x00, 0xab, 0xed, 0xb4, 0xaa, 0x42, 0x46, 0x6c,
		                           0x9c, 0x01, 0xfe, 0xd2, 0x33, 0x15, 0xa9, 0xb7 };
	struct ent_str type = ent_json_getstr(v, "type"), rest, name;
	const struct ent_type *t = type.p ? ent_type_of(type) : NULL;
	struct ent_buf b;
	struct ent_jw w;
	char text[ENT_UUID_TEXT];
	uint8_t uuid[16];
	size_t present = 0;
	int rc = 0;

	if (!t || !t->contributing)
		return ent_fail(err, ENT_EUNUSABLE,
		                "%.*s: no type whose id follows from its content",
		                ENT_FMT(type));
	ent_buf_init(&b,
	             ent_json_raw(v).n * 6 + 1024); /* an escape is at most 6 bytes for one */
	ent_jw_init(&w, &b);
	ent_jw_object(&w);
	rest = ent_str_c(t->contributing);
	while (ent_str_next(&rest, ' ', &name)) {
		const struct ent_json *value = ent_json_get(v, name);

		if (value) {
			put_value(&w, name, value, a);
			present++;
		}
	}
	ent_jw_end_object(&w);
	if (!present) {
		rc = ent_fail(err, ENT_EUNUSABLE, "%s: has none of %s, which its id is made of",
		              t->name, t->contributing);
	} else if (!ent_buf_ok(&b)) {
		rc = ent_fail(err, ENT_ENOMEM, "id of a %s", t->name);
	} else {
		ent_uuid5(space, ent_buf_view(&b), uuid);
		*out = ent_arena_printf(a, "%s--%s", t->name, ent_uuid_text(uuid, text));
		if (!out->p)
			rc = ent_fail(err, ENT_ENOMEM, "id of a %s", t->name);
	}
	ent_buf_release(&b);
	return rc;
}
