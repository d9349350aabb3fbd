/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ids.c - identifiers: their parts, new ones, and the deterministic ones of observables
 * (STIX 2.1, 2.9).
 */
#include "base/uuid.h"
#include "crypto/hash.h"
#include "crypto/random.h"
#include "stix/stix_int.h"
#include "json/write.h"

/* 00abedb4-aa42-466c-9c01-fed23315a9b7: the namespace of observables. */
static const uint8_t sco_namespace[16] = { 0x00, 0xab, 0xed, 0xb4, 0xaa, 0x42, 0x46, 0x6c,
	                                   0x9c, 0x01, 0xfe, 0xd2, 0x33, 0x15, 0xa9, 0xb7 };

#define CONTRIBUTORS_MAX 16 /* network-traffic has the most: 8 */

int
ent_stix_id_parse(struct ent_str id, struct ent_str *type, uint8_t uuid[16])
{
	struct ent_str name;

	if (id.n < 3 + 2 + 36 || id.p[id.n - 37] != '-' || id.p[id.n - 38] != '-')
		return ENT_EPARSE;
	name = (struct ent_str){ id.p, id.n - 38 };
	if (!ent_is_type_name(name) || ent_uuid_parse(ent_str_from(id, id.n - 36), uuid))
		return ENT_EPARSE;
	*type = name;
	return 0;
}

static struct ent_str
id_text(struct ent_arena *a, const char *type, const uint8_t uuid[16])
{
	char text[ENT_UUID_TEXT];

	return ent_arena_printf(a, "%s--%s", type, ent_uuid_text(uuid, text));
}

struct ent_str
ent_stix_id_new(struct ent_arena *a, const char *type)
{
	uint8_t uuid[16];

	ent_uuid4(uuid);
	return id_text(a, type, uuid);
}

/* One of several hashes: the first of the four that the standard prefers, else the first. */
static void
put_hash(struct ent_jw *w, const struct ent_json *hashes)
{
	static const char *const preferred[] = { "MD5", "SHA-1", "SHA-256", "SHA-512" };
	struct ent_str name = ent_json_key(hashes, 0);

	for (size_t i = 0; i < sizeof(preferred) / sizeof(preferred[0]); i++)
		if (ent_json_getc(hashes, preferred[i])) {
			name = ent_str_c(preferred[i]);
			break;
		}
	ent_jw_object(w);
	if (name.p) {
		ent_jw_key_str(w, name);
		ent_jw_value(w, ent_json_get(hashes, name));
	}
	ent_jw_end_object(w);
}

/* The contributing properties that are there, in the order of their names, which is ASCII. */
static size_t
contributors(const struct ent_shape *s, const struct ent_json *v,
             const struct ent_prop *out[CONTRIBUTORS_MAX])
{
	size_t n = 0;

	for (const struct ent_prop *p = s->props; p->name.p && n < CONTRIBUTORS_MAX; p++) {
		size_t i = n;

		if (!(p->flags & ENT_ID) || !ent_json_get(v, p->name))
			continue;
		for (; i > 0 && ent_str_cmp(out[i - 1]->name, p->name) > 0; i--)
			out[i] = out[i - 1];
		out[i] = p;
		n++;
	}
	return n;
}

/* The name that is hashed: canonical JSON of the contributing properties. */
static void
put_name(struct ent_buf *b, struct ent_arena *a, const struct ent_json *v,
         const struct ent_prop *const *p, size_t n)
{
	struct ent_jw w;

	ent_jw_init(&w, b);
	ent_jw_object(&w);
	for (size_t i = 0; i < n; i++) {
		const struct ent_json *value = ent_json_get(v, p[i]->name);
		struct ent_str canon;

		ent_jw_key_str(&w, p[i]->name);
		if (p[i]->kind == ENT_V_HASHES && ent_json_is(value, ENT_JSON_OBJECT)) {
			put_hash(&w, value);
			continue;
		}
		canon = ent_json_canon(a, value);
		if (!canon.p)
			b->failed = true;
		ent_jw_raw(&w, canon);
	}
	ent_jw_end_object(&w);
}

int
ent_stix_sco_id(struct ent_arena *a, const struct ent_json *v, struct ent_str *out,
                struct ent_err *err)
{
	const struct ent_shape *s = ent_type_find(ent_json_getstr(v, "type"));
	const struct ent_prop *p[CONTRIBUTORS_MAX];
	struct ent_buf b;
	uint8_t uuid[16];
	size_t n = s && s->class_ == ENT_STIX_SCO ? contributors(s, v, p) : 0;

	if (n == 0)
		return ent_fail(err, ENT_EUNUSABLE,
		                "no property that contributes to a deterministic identifier");
	ent_buf_init(&b, UINT32_MAX);
	put_name(&b, a, v, p, n);
	if (ent_buf_ok(&b))
		ent_uuid5(sco_namespace, ent_buf_view(&b), uuid);
	*out = ent_buf_ok(&b) ? id_text(a, s->name, uuid) : (struct ent_str){ NULL, 0 };
	ent_buf_release(&b);
	return out->p ? 0 : ent_fail(err, ENT_ENOMEM, "deterministic identifier");
}
