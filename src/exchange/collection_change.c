/* SPDX-License-Identifier: Apache-2.0 */
/*
 * collection_change.c - free-standing collections made, changed, removed, and kept to their
 * age.
 */
#include <inttypes.h>

#include "crypto/random.h"
#include "exchange/audit.h"
#include "exchange/book.h"
#include "exchange/collection.h"
#include "exchange/exchange_int.h"
#include "exchange/peer.h"
#include "exchange/user.h"
#include "taxii/server.h"
#include "json/write.h"

#define NAME_MAX_BYTES 64
#define TEXT_MAX_BYTES 4096
#define HOLDERS_MAX    1000
#define EXPIRE_BATCH   500
#define DAY_US         (INT64_C(86400) * 1000000)

/* ---- what may be ---- */

static bool
plain(struct ent_str s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		      (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.' || c == '~'))
			return false;
	}
	return s.n > 0 && s.n <= NAME_MAX_BYTES;
}

/* A segment of a URL that no other resource has, nor an agreement could. */
static int
check_root(struct ent_arena *a, struct ent_str root, struct ent_err *err)
{
	struct ent_str path = ent_arena_printf(a, "/%.*s/", ENT_FMT(root));
	uint8_t uuid[16];

	if (!path.p)
		return ent_x_nomem(err);
	if (!plain(root) || root.p[0] == '.' || ent_uuid_parse(root, uuid) == 0)
		return ent_fail(err, ENT_EINVAL,
		                "\"%.*s\" can't be an API root: 1 to %d letters, digits, '-', "
		                "'_', '.' and '~', beginning with no dot, and no UUID",
		                ENT_FMT(root), NAME_MAX_BYTES);
	if (!ent_taxii_wants(path) || ent_str_is(root, "taxii2"))
		return ent_fail(err, ENT_EINVAL,
		                "/%.*s/ belongs to something else: name the API root otherwise",
		                ENT_FMT(root));
	return 0;
}

static int
check(struct ent_arena *a, const struct ent_collection *c, struct ent_err *err)
{
	uint8_t uuid[16];
	int rc = check_root(a, c->root, err);

	if (rc)
		return rc;
	if (ent_uuid_parse(c->id, uuid))
		return ent_fail(err, ENT_EINVAL, "\"%.*s\" is not a UUID", ENT_FMT(c->id));
	if (c->alias.p && (!plain(c->alias) || ent_uuid_parse(c->alias, uuid) == 0))
		return ent_fail(err, ENT_EINVAL,
		                "\"%.*s\" can't be an alias: 1 to %d letters, digits, '-', "
		                "'_', '.' and '~', and no UUID",
		                ENT_FMT(c->alias), NAME_MAX_BYTES);
	if (c->title.n == 0 || c->title.n > TEXT_MAX_BYTES || c->description.n > TEXT_MAX_BYTES)
		return ent_fail(err, ENT_EINVAL,
		                "a title has 1 to %d bytes, a description at most as many",
		                TEXT_MAX_BYTES);
	if (c->n_read > HOLDERS_MAX || c->n_write > HOLDERS_MAX)
		return ent_fail(err, ENT_ELIMIT, "at most %d may have a right by name",
		                HOLDERS_MAX);
	for (size_t i = 0; i < c->n_media; i++)
		if (!ent_str_starts(c->media[i], "application/") || c->media[i].n > 200)
			return ent_fail(err, ENT_EINVAL,
			                "\"%.*s\" is not a media type of STIX: "
			                "application/stix+json;version=2.1",
			                ENT_FMT(c->media[i]));
	return 0;
}

/* ---- records ---- */

static void
put_list(struct ent_jw *w, const char *key, const struct ent_str *list, size_t n)
{
	ent_jw_key(w, key);
	ent_jw_array(w);
	for (size_t i = 0; i < n; i++)
		ent_jw_str(w, list[i]);
	ent_jw_end_array(w);
}

static struct ent_str
record(struct ent_arena *a, const struct ent_collection *c)
{
	struct ent_str text;
	struct ent_buf b;
	struct ent_jw w;

	ent_buf_init(&b, ENT_ENVELOPE_MAX);
	ent_jw_init(&w, &b);
	ent_jw_object(&w);
	ent_jw_kstr(&w, "title", c->title);
	if (c->alias.p)
		ent_jw_kstr(&w, "alias", c->alias);
	if (c->description.n)
		ent_jw_kstr(&w, "description", c->description);
	if (!c->by_role) {
		put_list(&w, "read", c->read, c->n_read);
		put_list(&w, "write", c->write, c->n_write);
	}
	put_list(&w, "media", c->media, c->n_media);
	ent_jw_kint(&w, "keep_days", c->keep_days);
	ent_jw_kint(&w, "channel", c->channel);
	ent_jw_end_object(&w);
	text = ent_buf_done(&b, a);
	ent_buf_release(&b);
	return text;
}

/* Writes the record, and its alias in place of the one it had. */
static int
keep(struct ent_exchange *x, struct ent_arena *a, const struct ent_collection *c,
     struct ent_str old_alias, struct ent_err *err)
{
	struct ent_str key = ent_arena_printf(a, "%.*s/%.*s", ENT_FMT(c->root), ENT_FMT(c->id)),
		       was = ent_arena_printf(a, "%.*s/%.*s", ENT_FMT(c->root),
	                                      ENT_FMT(old_alias)),
		       is = ent_arena_printf(a, "%.*s/%.*s", ENT_FMT(c->root),
	                                     ENT_FMT(c->alias)),
		       text = record(a, c), other;
	int rc = key.p && was.p && is.p && text.p ? 0 : ent_x_nomem(err);

	if (rc == 0 && old_alias.p)
		rc = ent_store_doc_del(x->store, ENT_SPACE_ALIAS, was, err);
	if (rc == 0 && c->alias.p) {
		rc = ent_store_doc_get(x->store, a, ENT_SPACE_ALIAS, is, &other, err);
		if (rc == 0)
			return ent_fail(err, ENT_EEXIST,
			                "collection %.*s has the alias %.*s already",
			                ENT_FMT(other), ENT_FMT(c->alias));
		if (rc == ENT_ENOENT)
			rc = ent_store_doc_put(x->store, ENT_SPACE_ALIAS, is, c->id, err);
	}
	return rc ? rc : ent_store_doc_put(x->store, ENT_SPACE_COLLECTION, key, text, err);
}

static int
note(struct ent_exchange *x, struct ent_arena *a, const char *act,
     const struct ent_collection *c, struct ent_err *err)
{
	return ent_audit_note(x, a, act,
	                      ent_arena_printf(a, "{\"collection\":\"%.*s\",\"root\":\"%.*s\"}",
	                                       ENT_FMT(c->id), ENT_FMT(c->root)),
	                      err);
}

/* ---- add, set, remove ---- */

static int
check_room(struct ent_exchange *x, struct ent_arena *a, const struct ent_collection *c,
           struct ent_err *err)
{
	struct ent_collection *all;
	size_t n;
	int rc = ent_collections(x, a, (struct ent_str){ NULL, 0 }, &all, &n, err);

	if (rc == 0 && n >= ENT_COLLECTIONS_MAX)
		return ent_fail(err, ENT_ELIMIT, "this node has %zu collections: no more", n);
	for (size_t i = 0; rc == 0 && i < n; i++)
		if (ent_str_eq(all[i].id, c->id))
			return ent_fail(err, ENT_EEXIST,
			                "collection %.*s is there already, under /%.*s/",
			                ENT_FMT(c->id), ENT_FMT(all[i].root));
	return rc;
}

static int
add(struct ent_exchange *x, struct ent_arena *a, struct ent_collection *c, struct ent_err *err)
{
	struct ent_str none = { NULL, 0 }, def;
	int rc = check_room(x, a, c, err);

	if (rc == 0)
		rc = ent_x_channel(x, a, &c->channel, err);
	if (rc == 0)
		rc = keep(x, a, c, none, err);
	if (rc)
		return rc;
	rc = ent_store_doc_get(x->store, a, ENT_SPACE_META, ENT_META_ROOT, &def, err);
	if (rc == ENT_ENOENT)
		rc = ent_store_doc_put(x->store, ENT_SPACE_META, ENT_META_ROOT, c->root, err);
	return rc ? rc : note(x, a, "collection-add", c, err);
}

int
ent_collection_add(struct ent_exchange *x, struct ent_arena *a, struct ent_collection *c,
                   struct ent_err *err)
{
	char lower[ENT_UUID_TEXT];
	uint8_t uuid[16];
	int rc;

	if (!c->id.p)
		c->id = ent_uuid4_dup(a);
	else if (ent_uuid_parse(c->id, uuid) == 0)
		c->id = ent_arena_dup(a, ent_str_c(ent_uuid_text(uuid, lower)));
	if (!c->id.p)
		return ent_x_nomem(err);
	rc = check(a, c, err);
	if (rc == 0)
		rc = ent_x_begin(x, err);
	return rc ? rc : ent_x_end(x, add(x, a, c, err), err);
}

static int
set(struct ent_exchange *x, struct ent_arena *a, const struct ent_collection *c,
    struct ent_err *err)
{
	struct ent_collection old;
	int rc = ent_collection_get(x, a, c->root, c->id, &old, err);

	if (rc == 0)
		rc = keep(x, a, c, old.alias, err);
	return rc ? rc : note(x, a, "collection-set", c, err);
}

int
ent_collection_set(struct ent_exchange *x, struct ent_arena *a, const struct ent_collection *c,
                   struct ent_err *err)
{
	int rc = check(a, c, err);

	if (rc == 0)
		rc = ent_x_begin(x, err);
	return rc ? rc : ent_x_end(x, set(x, a, c, err), err);
}

/* The default API root goes with its last collection. */
static int
drop_default(struct ent_exchange *x, struct ent_arena *a, const struct ent_collection *c,
             struct ent_err *err)
{
	struct ent_str def;

	if (ent_collection_root_is(x, a, c->root) ||
	    ent_store_doc_get(x->store, a, ENT_SPACE_META, ENT_META_ROOT, &def, NULL) ||
	    !ent_str_eq(def, c->root))
		return 0;
	return ent_store_doc_del(x->store, ENT_SPACE_META, ENT_META_ROOT, err);
}

static int
drop(struct ent_exchange *x, struct ent_arena *a, const struct ent_collection *c,
     struct ent_err *err)
{
	struct ent_str key = ent_arena_printf(a, "%.*s/%.*s", ENT_FMT(c->root), ENT_FMT(c->id)),
		       alias = ent_arena_printf(a, "%.*s/%.*s", ENT_FMT(c->root),
	                                        ENT_FMT(c->alias));
	int rc = key.p && alias.p ? 0 : ent_x_nomem(err);

	if (rc == 0)
		rc = ent_store_doc_del(x->store, ENT_SPACE_COLLECTION, key, err);
	if (rc == 0 && c->alias.p)
		rc = ent_store_doc_del(x->store, ENT_SPACE_ALIAS, alias, err);
	if (rc == 0)
		rc = drop_default(x, a, c, err);
	return rc ? rc : note(x, a, "collection-remove", c, err);
}

int
ent_collection_remove(struct ent_exchange *x, struct ent_arena *a,
                      const struct ent_collection *c, struct ent_err *err)
{
	int rc = ent_x_begin(x, err);

	return rc ? rc : ent_x_end(x, drop(x, a, c, err), err);
}

/* ---- holders of rights ---- */

int
ent_collection_holder(struct ent_exchange *x, struct ent_arena *a, struct ent_str word,
                      struct ent_str *out, bool *there, struct ent_err *err)
{
	bool user = ent_str_starts(word, "user:"), peer = ent_str_starts(word, "peer:");
	struct ent_str name = user || peer ? ent_str_from(word, 5) : word;
	struct ent_peer p = { 0 };
	int rc;

	*there = true;
	*out = word;
	if (ent_str_is(word, "*"))
		return 0;
	if (!peer) {
		*there = ent_user_is(x, a, name);
		user |= *there;
	}
	if (!user) {
		rc = ent_peer_find(x, a, name, &p, err);
		if (rc == 0 && !p.confirmed)
			return ent_fail(err, ENT_ESTATE, "%.*s is not confirmed yet",
			                ENT_FMT(p.name));
		if (rc && (peer || rc != ENT_ENOENT))
			return rc;
		*there = peer = rc == 0;
	}
	if (!peer) {
		rc = ent_user_name_check(name, err);
		if (rc)
			return rc;
	}
	*out = peer ? ent_arena_printf(a, "peer:%.*s", ENT_FMT(p.party))
	            : ent_arena_printf(a, "user:%.*s", ENT_FMT(name));
	return out->p ? 0 : ent_x_nomem(err);
}

static size_t
without(struct ent_arena *a, const struct ent_str **list, size_t n, struct ent_str user)
{
	struct ent_str *kept = ent_arena_array(a, n, sizeof(*kept));
	size_t left = 0;

	for (size_t i = 0; kept && i < n; i++)
		if (!ent_str_starts((*list)[i], "user:") ||
		    !ent_str_eq(ent_str_from((*list)[i], 5), user))
			kept[left++] = (*list)[i];
	*list = kept;
	return left;
}

int
ent_collections_forget(struct ent_exchange *x, struct ent_arena *a, struct ent_str user,
                       struct ent_err *err)
{
	struct ent_collection *all;
	size_t n = 0;
	int rc = ent_collections(x, a, (struct ent_str){ NULL, 0 }, &all, &n, err);

	for (size_t i = 0; rc == 0 && i < n; i++) {
		struct ent_collection *c = &all[i];
		size_t before = c->n_read + c->n_write;

		c->n_read = without(a, &c->read, c->n_read, user);
		c->n_write = without(a, &c->write, c->n_write, user);
		if (!c->read || !c->write)
			return ent_x_nomem(err);
		if (c->n_read + c->n_write != before)
			rc = keep(x, a, c, c->alias, err);
	}
	return rc;
}

/* ---- age ---- */

/* The first entries of a collection that are too old; what is one version of an object on the
 * channel goes alone. */
static int
expire_some(struct ent_exchange *x, struct ent_arena *a, const struct ent_collection *c,
            size_t *removed, struct ent_err *err)
{
	int64_t oldest = ent_x_now(x) - c->keep_days * DAY_US;
	struct ent_query q = { .channel = c->channel,
		               .after_date = INT64_MIN,
		               .which = ENT_WHICH_ALL,
		               .limit = EXPIRE_BATCH };
	static const struct ent_str specs[] = { { "2.0", 3 }, { "2.1", 3 } };
	struct ent_page page;
	int rc;

	q.specs = specs;
	q.n_specs = 2;
	rc = ent_store_page(x->store, a, &q, &page, err);
	for (size_t i = 0; rc == 0 && i < page.count; i++) {
		const struct ent_entry *e = &page.entries[i];
		struct ent_str vkey = e->row.vkey;
		uint64_t n = 0;

		if (e->date_added >= oldest)
			break;
		if (vkey.n == 0)
			vkey = ent_time_key(ent_time_dup(a, e->date_added, 6));
		rc = ent_store_remove(x->store, c->channel, e->row.type, e->row.uuid,
		                      ENT_WHICH_LISTED, &vkey, 1, &n, err);
		*removed += n;
	}
	return rc;
}

int
ent_collections_expire(struct ent_exchange *x, size_t *removed, struct ent_err *err)
{
	struct ent_arena *a = ent_arena_new((size_t)64 << 20);
	struct ent_collection *all;
	size_t n = 0;
	int rc = a ? ent_collections(x, a, (struct ent_str){ NULL, 0 }, &all, &n, err)
	           : ent_x_nomem(err);

	*removed = 0;
	for (size_t i = 0; rc == 0 && i < n; i++) {
		if (all[i].keep_days <= 0)
			continue;
		rc = ent_x_begin(x, err);
		if (rc == 0)
			rc = ent_x_end(x, expire_some(x, a, &all[i], removed, err), err);
	}
	ent_arena_free(a);
	return rc;
}
