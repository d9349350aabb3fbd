/* SPDX-License-Identifier: Apache-2.0 */
/*
 * extract_proof.c - that a copy is an unchanged part of one object: the root over the salted
 * properties of the original (proof/fields.h), in an extension of the copy.
 *
 * The original is fixed by the root without being told; whoever gets to see it later, with the
 * secret that the author kept, sees that it is the one.
 */
#include <stdlib.h>

#include "base/enc.h"
#include "crypto/random.h"
#include "exchange/exchange_int.h"
#include "exchange/extract_int.h"
#include "proof/fields.h"
#include "json/make.h"
#include "json/write.h"

#define EXTENSIONS ENT_STR("extensions")

static int
by_text(const void *l, const void *r)
{
	const struct ent_str *a = l, *b = r;

	return ent_str_cmp(*a, *b);
}

/* ---- writing ---- */

static bool
is_unchanged(const struct ent_extract *e, struct ent_str property)
{
	for (size_t i = 0; i < e->n_rows; i++)
		if (ent_str_eq(e->rows[i].property, property))
			return e->rows[i].what == ENT_EXTRACT_KEPT &&
			       !ent_extract_anew(property) && !ent_str_eq(property, EXTENSIONS);
	return false;
}

static struct ent_str
extension(struct ent_arena *a, const struct ent_str *unchanged, size_t n, struct ent_str list,
          const struct ent_hash *root)
{
	struct ent_str s;
	struct ent_buf b;
	struct ent_jw w;

	ent_buf_init(&b, ENT_ITEM_MAX);
	ent_jw_init(&w, &b);
	ent_jw_object(&w);
	ent_jw_kc(&w, "extension_type", "property-extension");
	ent_jw_key(&w, "unchanged");
	ent_jw_array(&w);
	for (size_t i = 0; i < n; i++)
		ent_jw_str(&w, unchanged[i]);
	ent_jw_end_array(&w);
	ent_jw_kraw(&w, "fields", list);
	ent_jw_kstr(&w, "root", ent_hex_dup(a, root->b, ENT_HASH));
	ent_jw_end_object(&w);
	s = ent_buf_done(&b, a);
	ent_buf_release(&b);
	return s;
}

/* Beside the extensions that the copy has already. */
static int
add_row(struct ent_arena *a, struct ent_extract *e, struct ent_str value, struct ent_err *err)
{
	struct ent_str ours =
	    ent_arena_printf(a, "{\"" ENT_EXT_EXTRACT "\":%.*s}", ENT_FMT(value));
	struct ent_extract_row *r = NULL;

	for (size_t i = 0; i < e->n_rows; i++)
		if (ent_str_eq(e->rows[i].property, EXTENSIONS))
			r = &e->rows[i];
	if (r && r->after.p && r->after.n > 2)
		ours = ent_arena_printf(a, "%.*s,%.*s", (int)ours.n - 1, ours.p,
		                        ENT_FMT(ent_str_from(r->after, 1)));
	if (!value.p || !ours.p)
		return ent_x_nomem(err);
	if (!r)
		r = &e->rows[e->n_rows++];
	*r = (struct ent_extract_row){ .property = EXTENSIONS,
		                       .what =
		                           r->before.p ? ENT_EXTRACT_CHANGED : ENT_EXTRACT_NEW,
		                       .before = r->before,
		                       .after = ours };
	return 0;
}

int
ent_extract_prove(struct ent_arena *a, const struct ent_json *original, struct ent_str version,
                  struct ent_extract *e, struct ent_err *err)
{
	size_t n = ent_json_count(original), kept = 0, hidden = 0;
	struct ent_str *unchanged = ent_arena_array(a, n + 1, sizeof(*unchanged)),
		       *hide = ent_arena_array(a, n + 1, sizeof(*hide)), rest, list;
	uint8_t secret[ENT_SECRET];
	struct ent_hash root;
	int rc;

	if (!unchanged || !hide)
		return ent_x_nomem(err);
	for (size_t i = 0; i < n; i++) {
		struct ent_str name = ent_json_key(original, i);

		if (is_unchanged(e, name))
			unchanged[kept++] = name;
		else
			hide[hidden++] = name;
	}
	qsort(unchanged, kept, sizeof(*unchanged), by_text);
	ent_random(secret, sizeof(secret));
	rc = ent_fields_root(a, original, secret, &root, err);
	if (rc == 0)
		rc = ent_fields_part(a, original, secret, hide, hidden, &rest, &list, err);
	if (rc == 0)
		rc = add_row(a, e, extension(a, unchanged, kept, list, &root), err);
	if (rc)
		return rc;
	e->opening = ent_arena_printf(
	    a, "{\"original\":\"%.*s\",\"version\":\"%.*s\",\"secret\":\"%.*s\"}",
	    ENT_FMT(ent_json_getstr(original, "id")), ENT_FMT(version),
	    ENT_FMT(ent_hex_dup(a, secret, sizeof(secret))));
	return e->opening.p ? 0 : ent_x_nomem(err);
}

/* ---- reading ---- */

static int
no_proof(struct ent_err *err, const char *why)
{
	return ent_fail(err, ENT_EPARSE, "the copy's proof is none: %s", why);
}

/* The part of the copy that its proof is about. */
static int
part_of(struct ent_arena *a, const struct ent_json *copy, const struct ent_json *names,
        struct ent_json **out, struct ent_err *err)
{
	size_t n = ent_json_count(names);
	struct ent_str before = { NULL, 0 };

	*out = ent_json_make_object(a, n);
	if (!*out)
		return ent_x_nomem(err);
	for (size_t i = 0; i < n; i++) {
		struct ent_str name = ent_json_str(ent_json_at(names, i));
		const struct ent_json *v = name.p ? ent_json_get(copy, name) : NULL;

		if (!v)
			return no_proof(err, "it names a property that the copy has not");
		if (i && ent_str_cmp(before, name) >= 0)
			return no_proof(err, "its names are not in their order");
		ent_json_set(*out, i, name, v);
		before = name;
	}
	return 0;
}

int
ent_extract_verify(struct ent_arena *a, const struct ent_json *copy,
                   struct ent_extract_proof *out, struct ent_err *err)
{
	const struct ent_json *v =
	    ent_json_getc(ent_json_getc(copy, "extensions"), ENT_EXT_EXTRACT);
	struct ent_json *part;
	struct ent_hash root;
	uint8_t said[ENT_HASH];
	int rc;

	*out = (struct ent_extract_proof){ .unchanged = ent_json_getc(v, "unchanged"),
		                           .root = ent_json_getstr(v, "root") };
	if (!v)
		return ent_fail(err, ENT_ENOENT, "there is no proof in this object");
	if (ent_json_count(out->unchanged) == 0 ||
	    ent_unhex_lower(out->root, said, sizeof(said)))
		return no_proof(err, "it names no property, or has no root");
	rc = part_of(a, copy, out->unchanged, &part, err);
	if (rc == 0)
		rc = ent_fields_check(a, part, ent_json_getc(v, "fields"), &root, &out->hidden,
		                      err);
	if (rc == 0 && memcmp(root.b, said, sizeof(said)) != 0)
		rc = ent_fail(err, ENT_ESIG,
		              "what the copy has is not what its proof is about: a property "
		              "was changed");
	return rc;
}

int
ent_extract_verify_with(struct ent_arena *a, const struct ent_extract_proof *p,
                        const struct ent_json *original, struct ent_str secret,
                        struct ent_err *err)
{
	uint8_t key[ENT_SECRET], said[ENT_HASH];
	struct ent_hash root;
	int rc = ent_unhex_lower(secret, key, sizeof(key))
	             ? ent_fail(err, ENT_EINVAL, "the secret is 32 bytes in hex")
	             : ent_fields_root(a, original, key, &root, err);

	if (rc == 0 && (ent_unhex_lower(p->root, said, sizeof(said)) ||
	                memcmp(root.b, said, sizeof(said)) != 0))
		rc = ent_fail(err, ENT_ESIG,
		              "the copy was made of another object than this, or "
		              "the secret is another's");
	return rc;
}

int
ent_extract_opening(struct ent_exchange *x, struct ent_arena *a, struct ent_str copy,
                    struct ent_extract_opening *out, struct ent_err *err)
{
	const struct ent_json *v;
	int rc = ent_x_doc(x, a, ENT_SPACE_EXTRACT, copy, &v, err);

	if (rc == ENT_ENOENT)
		return ent_fail(err, rc, "no extract with a proof was made here as %.*s",
		                ENT_FMT(copy));
	if (rc)
		return rc;
	out->original = ent_json_getstr(v, "original");
	out->version = ent_json_getstr(v, "version");
	out->secret = ent_json_getstr(v, "secret");
	return 0;
}
