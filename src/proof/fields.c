/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fields.c - salted leaves of an object's properties, and the root over them.
 */
#include "proof/fields.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/enc.h"
#include "base/limits.h"
#include "json/make.h"
#include "json/write.h"

/* No name has this byte, so no property has the salt of the whole. */
#define WHOLE ENT_STR("\xff")

struct field {
	struct ent_str name;
	const struct ent_json *value;
};

static struct ent_str
bytes(const void *p, size_t n)
{
	return (struct ent_str){ p, n };
}

void
ent_fields_secret(const uint8_t channel[ENT_SECRET], uint64_t seq, struct ent_str id,
                  uint8_t out[ENT_SECRET])
{
	uint8_t be[8];
	struct ent_str part[] = { ENT_STR("entente-fields-1"), bytes(channel, ENT_SECRET),
		                  bytes(be, sizeof(be)), id };

	for (int i = 0; i < 8; i++)
		be[i] = (uint8_t)(seq >> (56 - 8 * i));
	ent_sha256_parts(part, 4, out);
}

void
ent_fields_salt(const uint8_t secret[ENT_SECRET], struct ent_str name, uint8_t salt[ENT_SALT])
{
	struct ent_str part[] = { bytes(secret, ENT_SECRET), name.p ? name : WHOLE };
	uint8_t hash[ENT_SHA256];

	ent_sha256_parts(part, 2, hash);
	memcpy(salt, hash, ENT_SALT);
}

void
ent_salted(const uint8_t salt[ENT_SALT], struct ent_str id, const uint8_t sha256[ENT_SHA256],
           uint8_t out[ENT_SHA256])
{
	struct ent_str part[] = { bytes(salt, ENT_SALT), id, bytes(sha256, ENT_SHA256) };

	ent_sha256_parts(part, 3, out);
}

static int
by_name(const void *a, const void *b)
{
	const struct field *x = a, *y = b;

	return ent_str_cmp(x->name, y->name);
}

/* The properties of an object in their order; NULL if the arena is full. */
static struct field *
sorted(struct ent_arena *a, const struct ent_json *object, size_t *n)
{
	struct field *f;

	*n = ent_json_count(object);
	f = ent_arena_array(a, *n + 1, sizeof(*f));
	for (size_t i = 0; f && i < *n; i++)
		f[i] = (struct field){ ent_json_key(object, i), ent_json_at(object, i) };
	if (f)
		qsort(f, *n, sizeof(*f), by_name);
	return f;
}

/* b is emptied first. */
static int
leaf(struct ent_buf *b, const struct field *f, const uint8_t salt[ENT_SALT],
     struct ent_hash *out, struct ent_err *err)
{
	struct ent_jw w;

	ent_buf_clear(b);
	ent_buf_put(b, salt, ENT_SALT);
	ent_jw_init(&w, b);
	ent_jw_str(&w, f->name);
	ent_buf_ch(b, ':');
	ent_json_canon_put(b, f->value);
	if (!ent_buf_ok(b))
		return ent_fail(err, ENT_ENOMEM, "out of memory");
	ent_leaf_hash(ent_buf_view(b), out);
	return 0;
}

int
ent_fields_root(struct ent_arena *a, const struct ent_json *object,
                const uint8_t secret[ENT_SECRET], struct ent_hash *root, struct ent_err *err)
{
	uint8_t salt[ENT_SALT];
	struct ent_range range;
	struct ent_hash hash;
	struct ent_buf b;
	size_t n;
	struct field *f = sorted(a, object, &n);
	int rc = f ? 0 : ent_fail(err, ENT_ENOMEM, "out of memory");

	ent_buf_init(&b, ENT_ITEM_MAX * 2);
	ent_range_init(&range);
	for (size_t i = 0; rc == 0 && i < n; i++) {
		ent_fields_salt(secret, f[i].name, salt);
		rc = leaf(&b, &f[i], salt, &hash, err);
		if (rc == 0)
			rc = ent_range_add(&range, &hash, NULL, NULL, err);
	}
	ent_range_root(&range, root);
	ent_buf_release(&b);
	return rc;
}

static bool
listed(const struct ent_str *list, size_t n, struct ent_str name)
{
	for (size_t i = 0; i < n; i++)
		if (ent_str_eq(list[i], name))
			return true;
	return false;
}

static int
check_names(const struct ent_json *object, const struct ent_str *hide, size_t n,
            struct ent_err *err)
{
	for (size_t i = 0; i < n; i++) {
		if (ent_str_is(hide[i], "id") || ent_str_is(hide[i], "type"))
			return ent_fail(
			    err, ENT_EINVAL,
			    "%.*s can't be kept back: a proof says what it is about",
			    ENT_FMT(hide[i]));
		if (!ent_json_get(object, hide[i]))
			return ent_fail(err, ENT_EINVAL, "the object has no property \"%.*s\"",
			                ENT_FMT(hide[i]));
	}
	return 0;
}

int
ent_fields_part(struct ent_arena *a, const struct ent_json *object,
                const uint8_t secret[ENT_SECRET], const struct ent_str *hide, size_t n,
                struct ent_str *rest, struct ent_str *list, struct ent_err *err)
{
	uint8_t salt[ENT_SALT];
	struct ent_buf b, one;
	struct ent_jw w;
	size_t fields, at = 0, shown = 0;
	struct field *f = sorted(a, object, &fields);
	struct ent_json *made;
	int rc = f ? 0 : ent_fail(err, ENT_ENOMEM, "out of memory");

	if (rc)
		return rc;
	for (size_t i = 0; i < fields; i++)
		shown += !listed(hide, n, f[i].name);
	made = ent_json_make_object(a, shown);
	ent_buf_init(&b, ENT_ITEM_MAX * 2);
	ent_buf_init(&one, ENT_ITEM_MAX * 2);
	ent_jw_init(&w, &b);
	ent_jw_array(&w);
	for (size_t i = 0; rc == 0 && made && i < fields; i++) {
		struct ent_hash hash;

		ent_fields_salt(secret, f[i].name, salt);
		if (!listed(hide, n, f[i].name)) {
			ent_json_set(made, at++, f[i].name, f[i].value);
			ent_jw_str(&w, ent_hex_dup(a, salt, ENT_SALT));
			continue;
		}
		rc = leaf(&one, &f[i], salt, &hash, err);
		ent_jw_str(&w, ent_hex_dup(a, hash.b, ENT_HASH));
	}
	ent_jw_end_array(&w);
	*list = ent_buf_done(&b, a);
	*rest = made ? ent_json_canon(a, made) : (struct ent_str){ NULL, 0 };
	ent_buf_release(&one);
	ent_buf_release(&b);
	return rc ? rc : list->p && rest->p ? 0 : ent_fail(err, ENT_ENOMEM, "out of memory");
}

int
ent_fields_hide(struct ent_arena *a, const struct ent_json *object,
                const uint8_t secret[ENT_SECRET], const struct ent_str *hide, size_t n,
                struct ent_str *rest, struct ent_str *list, struct ent_err *err)
{
	int rc = check_names(object, hide, n, err);

	return rc ? rc : ent_fields_part(a, object, secret, hide, n, rest, list, err);
}

int
ent_fields_check(struct ent_arena *a, const struct ent_json *rest, const struct ent_json *list,
                 struct ent_hash *root, size_t *hidden, struct ent_err *err)
{
	uint8_t salt[ENT_SALT];
	struct ent_range range;
	struct ent_hash hash;
	struct ent_buf b;
	size_t shown, at = 0, n = ent_json_count(list);
	struct field *f = sorted(a, rest, &shown);
	int rc = f ? 0 : ent_fail(err, ENT_ENOMEM, "out of memory");

	*hidden = 0;
	ent_buf_init(&b, ENT_ITEM_MAX * 2);
	ent_range_init(&range);
	for (size_t i = 0; rc == 0 && i < n; i++) {
		struct ent_str hex = ent_json_str(ent_json_at(list, i));

		if (ent_unhex_lower(hex, hash.b, ENT_HASH) == 0)
			(*hidden)++;
		else if (at < shown && ent_unhex_lower(hex, salt, ENT_SALT) == 0)
			rc = leaf(&b, &f[at++], salt, &hash, err);
		else
			rc =
			    ent_fail(err, ENT_EPARSE,
			             "fields: number %zu is neither the salt of a property nor "
			             "the hash of one that is kept back",
			             i + 1);
		if (rc == 0)
			rc = ent_range_add(&range, &hash, NULL, NULL, err);
	}
	if (rc == 0 && at < shown)
		rc = ent_fail(err, ENT_EPARSE, "fields: a property has no salt");
	ent_range_root(&range, root);
	ent_buf_release(&b);
	return rc;
}

/* ---- release entries ---- */

/* The hash that the entry must have: the object's own, or with a salt. */
static int
expected(const struct ent_json *object, struct ent_str salt, const uint8_t sha256[ENT_SHA256],
         uint8_t hash[ENT_SHA256], struct ent_err *err)
{
	uint8_t bytes[ENT_SALT];

	memcpy(hash, sha256, ENT_SHA256);
	if (!salt.p)
		return 0;
	if (ent_unhex_lower(salt, bytes, sizeof(bytes)))
		return ent_fail(err, ENT_EPARSE, "salt: not 16 bytes in hex");
	ent_salted(bytes, ent_json_getstr(object, "id"), sha256, hash);
	return 0;
}

int
ent_release_fits(struct ent_arena *a, const struct ent_json *entry,
                 const struct ent_json *object, struct ent_str salt, struct ent_str agreement,
                 uint8_t sha256[ENT_SHA256], struct ent_err *err)
{
	struct ent_str canon = ent_json_canon(a, object);
	uint8_t hash[ENT_SHA256], stands[ENT_SHA256];
	int rc;

	if (!canon.p)
		return ent_fail(err, ENT_ENOMEM, "out of memory");
	if (!ent_json_getstr(object, "id").n)
		return ent_fail(err, ENT_EPARSE, "the object is none");
	ent_sha256(canon, sha256);
	rc = expected(object, salt, sha256, hash, err);
	if (rc)
		return rc;
	if (ent_unhex_lower(ent_json_getstr(entry, salt.p ? "salted" : "sha256"), stands,
	                    sizeof(stands)) ||
	    memcmp(stands, hash, sizeof(hash)) != 0)
		return ent_fail(err, ENT_ESIG,
		                "the ledger's entry is about other bytes than this object");
	if (!ent_str_eq(ent_json_getstr(entry, "to"), agreement))
		return ent_fail(err, ENT_ESIG, "it was under another agreement");
	return 0;
}
