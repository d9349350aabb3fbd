/* SPDX-License-Identifier: Apache-2.0 */
/*
 * collection.c - free-standing collections: their records, found and read, and who may.
 */
#include "exchange/collection.h"

#include "exchange/exchange_int.h"

static int
strings(struct ent_arena *a, const struct ent_json *list, const struct ent_str **out,
        size_t *count, struct ent_err *err)
{
	size_t n = ent_json_count(list);
	struct ent_str *s = ent_arena_array(a, n, sizeof(*s));

	if (!s)
		return ent_x_nomem(err);
	for (size_t i = 0; i < n; i++)
		s[i] = ent_json_str(ent_json_at(list, i));
	*out = s;
	*count = n;
	return 0;
}

static int
damaged(struct ent_str key, struct ent_err *err)
{
	return ent_fail(err, ENT_ECORRUPT, "the record of collection %.*s is damaged",
	                ENT_FMT(key));
}

/* A record; its key is "ROOT/ID". */
static int
read_record(struct ent_arena *a, const struct ent_doc *d, struct ent_collection *out,
            struct ent_err *err)
{
	const struct ent_json *v;
	size_t slash = ent_str_find(d->key, '/');
	int64_t channel = 0;
	int rc = ent_json_parse(a, d->value, ENT_JSON_DEPTH, &v, err);

	if (rc || slash == d->key.n)
		return rc == ENT_ENOMEM ? rc : damaged(d->key, err);
	*out = (struct ent_collection){ .root = { d->key.p, slash },
		                        .id = ent_str_from(d->key, slash + 1),
		                        .alias = ent_json_getstr(v, "alias"),
		                        .title = ent_json_getstr(v, "title"),
		                        .description = ent_json_getstr(v, "description") };
	out->by_role = !ent_json_getc(v, "read") && !ent_json_getc(v, "write");
	(void)ent_json_int(ent_json_getc(v, "keep_days"), &out->keep_days);
	if (!ent_json_int(ent_json_getc(v, "channel"), &channel) || channel < 1 ||
	    channel >= INT64_C(1) << 19)
		return damaged(d->key, err);
	out->channel = (uint32_t)channel;
	rc = strings(a, ent_json_getc(v, "read"), &out->read, &out->n_read, err);
	if (rc == 0)
		rc = strings(a, ent_json_getc(v, "write"), &out->write, &out->n_write, err);
	return rc ? rc : strings(a, ent_json_getc(v, "media"), &out->media, &out->n_media, err);
}

static int
unknown(struct ent_str name, struct ent_err *err)
{
	return ent_fail(err, ENT_ENOENT, "there is no collection %.*s", ENT_FMT(name));
}

int
ent_collection_get(struct ent_exchange *x, struct ent_arena *a, struct ent_str root,
                   struct ent_str name, struct ent_collection *out, struct ent_err *err)
{
	struct ent_doc d = { .key = ent_arena_printf(a, "%.*s/%.*s", ENT_FMT(root),
		                                     ENT_FMT(name)) };
	struct ent_str id;
	uint8_t uuid[16];
	int rc = d.key.p ? 0 : ent_x_nomem(err);

	if (rc == 0 && ent_uuid_parse(name, uuid)) {
		rc = ent_store_doc_get(x->store, a, ENT_SPACE_ALIAS, d.key, &id, err);
		if (rc == ENT_ENOENT)
			return unknown(name, err);
		if (rc)
			return rc;
		d.key = ent_arena_printf(a, "%.*s/%.*s", ENT_FMT(root), ENT_FMT(id));
		rc = d.key.p ? 0 : ent_x_nomem(err);
	}
	if (rc == 0)
		rc = ent_store_doc_get(x->store, a, ENT_SPACE_COLLECTION, d.key, &d.value, err);
	if (rc == ENT_ENOENT)
		return unknown(name, err);
	return rc ? rc : read_record(a, &d, out, err);
}

int
ent_collections(struct ent_exchange *x, struct ent_arena *a, struct ent_str root,
                struct ent_collection **out, size_t *count, struct ent_err *err)
{
	struct ent_str prefix =
	    root.p ? ent_arena_printf(a, "%.*s/", ENT_FMT(root)) : ENT_STR("");
	struct ent_doc *docs;
	int rc = prefix.p ? ent_store_docs(x->store, a, ENT_SPACE_COLLECTION, prefix,
	                                   (struct ent_str){ NULL, 0 }, ENT_COLLECTIONS_MAX,
	                                   &docs, count, err)
	                  : ent_x_nomem(err);

	if (rc)
		return rc;
	*out = ent_arena_array(a, *count, sizeof(**out));
	if (!*out)
		return ent_x_nomem(err);
	for (size_t i = 0; rc == 0 && i < *count; i++)
		rc = read_record(a, &docs[i], &(*out)[i], err);
	return rc;
}

int
ent_collection_find(struct ent_exchange *x, struct ent_arena *a, struct ent_str name,
                    struct ent_collection *out, struct ent_err *err)
{
	size_t slash = ent_str_find(name, '/'), n, hits = 0;
	struct ent_collection *all;
	int rc;

	if (slash < name.n)
		return ent_collection_get(x, a, (struct ent_str){ name.p, slash },
		                          ent_str_from(name, slash + 1), out, err);
	rc = ent_collections(x, a, (struct ent_str){ NULL, 0 }, &all, &n, err);
	if (rc)
		return rc;
	for (size_t i = 0; i < n; i++) {
		if (ent_str_eq(name, all[i].id)) {
			*out = all[i];
			return 0;
		}
		if (!ent_str_eq(name, all[i].alias))
			continue;
		*out = all[i];
		hits++;
	}
	if (hits > 1)
		return ent_fail(err, ENT_EINVAL,
		                "%zu collections have the alias %.*s: name it as ROOT/ALIAS",
		                hits, ENT_FMT(name));
	return hits ? 0
	            : ent_fail(err, ENT_ENOENT,
	                       "there is no collection %.*s: `entente collection list` shows "
	                       "those there are",
	                       ENT_FMT(name));
}

/* ---- API roots ---- */

/* Jumps from root to root: the keys of one have "ROOT/" before them, and '0' follows '/'. */
int
ent_collection_roots(struct ent_exchange *x, struct ent_arena *a, struct ent_str **out,
                     size_t *count, int *first, struct ent_err *err)
{
	struct ent_str after = { NULL, 0 }, def = { NULL, 0 };
	struct ent_doc *docs;
	size_t n = 1, room = 16;
	int rc = ent_store_doc_get(x->store, a, ENT_SPACE_META, ENT_META_ROOT, &def, err);

	*count = 0;
	*first = -1;
	*out = ent_arena_array(a, room, sizeof(**out));
	if (rc && rc != ENT_ENOENT)
		return rc;
	while (*out) {
		rc = ent_store_docs(x->store, a, ENT_SPACE_COLLECTION, ENT_STR(""), after, 1,
		                    &docs, &n, err);
		if (rc || n == 0)
			return rc;
		if (*count == room) {
			struct ent_str *more = ent_arena_array(a, 2 * room, sizeof(*more));

			if (!more)
				break;
			memcpy(more, *out, room * sizeof(*more));
			*out = more;
			room *= 2;
		}
		docs[0].key.n = ent_str_find(docs[0].key, '/');
		if (ent_str_eq(docs[0].key, def))
			*first = (int)*count;
		(*out)[(*count)++] = docs[0].key;
		after = ent_arena_printf(a, "%.*s0", ENT_FMT(docs[0].key));
		if (!after.p)
			break;
	}
	return ent_x_nomem(err);
}

bool
ent_collection_root_is(struct ent_exchange *x, struct ent_arena *a, struct ent_str root)
{
	struct ent_str prefix = ent_arena_printf(a, "%.*s/", ENT_FMT(root));
	struct ent_doc *docs;
	size_t n = 0;

	return root.n && ent_str_find(root, '/') == root.n && prefix.p &&
	       ent_store_docs(x->store, a, ENT_SPACE_COLLECTION, prefix,
	                      (struct ent_str){ NULL, 0 }, 1, &docs, &n, NULL) == 0 &&
	       n > 0;
}

/* ---- who may ---- */

static bool
holds(const struct ent_str *list, size_t n, const struct ent_who *who)
{
	bool user = who->kind == ENT_WHO_USER;
	struct ent_str name = user ? who->user : who->party;

	for (size_t i = 0; i < n; i++)
		if ((user && ent_str_is(list[i], "*")) ||
		    (ent_str_starts(list[i], user ? "user:" : "peer:") &&
		     ent_str_eq(ent_str_from(list[i], 5), name)))
			return true;
	return false;
}

void
ent_collection_rights(const struct ent_collection *c, const struct ent_who *who, bool *can_read,
                      bool *can_write)
{
	bool user = who->kind == ENT_WHO_USER;

	if (user && who->admin) {
		*can_read = *can_write = true;
	} else if (c->by_role) {
		*can_read = user && who->can_read;
		*can_write = user && who->can_write;
	} else {
		*can_read = holds(c->read, c->n_read, who);
		*can_write = holds(c->write, c->n_write, who);
	}
}

struct ent_str
ent_collection_source(struct ent_arena *a, const struct ent_collection *c)
{
	return ent_arena_printf(a, "collection:%.*s", ENT_FMT(c->id));
}

int
ent_collection_count(struct ent_exchange *x, const struct ent_collection *c, uint64_t *entries,
                     struct ent_err *err)
{
	return ent_store_tip(x->store, c->channel, NULL, NULL, entries, err);
}
