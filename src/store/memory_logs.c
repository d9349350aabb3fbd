/* SPDX-License-Identifier: Apache-2.0 */
/*
 * memory_logs.c - logs and documents of the reference backend.
 */
#include "store/memory_int.h"

/* ---- logs ---- */
static struct mem_list *
log_of(struct mem_store *m, struct ent_str log, bool make)
{
	struct mem_key k = { .kind = 'l', .s = log };

	return ent_memory_node(m, &k, make ? sizeof(struct mem_list) : 0);
}

int
ent_memory_log_append(struct ent_store *s, struct ent_str log, struct ent_str entry,
                      uint64_t *index, struct ent_err *err)
{
	struct mem_store *m = ent_memory_of(s);
	struct mem_list *l = log_of(m, log, true);
	struct ent_str *one = ent_arena_alloc(m->arena, sizeof(*one));

	if (one)
		*one = ent_arena_dup(m->arena, entry);
	if (!l || !one || !one->p || !ent_memory_reserve(m, l) || ent_memory_ready(m, NULL))
		return ent_memory_full(err);
	*index = l->n;
	ent_memory_push(m, l, one);
	return 0;
}

int
ent_memory_log_size(struct ent_store *s, struct ent_str log, uint64_t *size,
                    struct ent_err *err)
{
	const struct mem_list *l = log_of(ent_memory_of(s), log, false);

	(void)err;
	*size = l ? l->n : 0;
	return 0;
}

int
ent_memory_log_range(struct ent_store *s, struct ent_arena *a, struct ent_str log,
                     uint64_t first, size_t count, struct ent_str **entries, size_t *got,
                     struct ent_err *err)
{
	const struct mem_list *l = log_of(ent_memory_of(s), log, false);
	struct ent_str *out;

	if (!l || first >= l->n)
		return 0;
	if (count > l->n - first)
		count = l->n - first;
	out = ent_arena_array(a, count, sizeof(*out));
	if (!out)
		return ent_memory_full(err);
	for (size_t i = 0; i < count; i++) {
		const struct ent_str *one = l->at[first + i];

		out[i] = ent_arena_dup(a, *one);
		if (!out[i].p)
			return ent_memory_full(err);
	}
	*entries = out;
	*got = count;
	return 0;
}

struct hash {
	bool there;
	uint8_t b[32];
};

static struct hash *
hash_of(struct mem_store *m, struct ent_str log, unsigned level, uint64_t index, bool make)
{
	struct mem_key k = { .kind = 'h', .a = level, .b = index, .s = log };

	return ent_memory_node(m, &k, make ? sizeof(struct hash) : 0);
}

int
ent_memory_tile_put(struct ent_store *s, struct ent_str log, unsigned level, uint64_t index,
                    const uint8_t hash[32], struct ent_err *err)
{
	struct mem_store *m = ent_memory_of(s);
	struct hash *h = hash_of(m, log, level, index, true);

	if (!h || ent_memory_ready(m, NULL))
		return ent_memory_full(err);
	if (h->there && memcmp(h->b, hash, sizeof(h->b)) != 0)
		return ent_fail(err, ENT_ECONFLICT,
		                "log %.*s has another hash at %llu of level %u", ENT_FMT(log),
		                (unsigned long long)index, level);
	ent_memory_note(m, &h->there, sizeof(h->there));
	h->there = true;
	memcpy(h->b, hash, sizeof(h->b));
	return 0;
}

int
ent_memory_tile_get(struct ent_store *s, struct ent_str log, unsigned level, uint64_t index,
                    size_t n, uint8_t *hashes, struct ent_err *err)
{
	for (size_t i = 0; i < n; i++) {
		const struct hash *h = hash_of(ent_memory_of(s), log, level, index + i, false);

		if (!h || !h->there)
			return ent_fail(err, ENT_ENOENT,
			                "log %.*s has no %zu hashes of level %u from %llu on",
			                ENT_FMT(log), n, level, (unsigned long long)index);
		memcpy(hashes + 32 * i, h->b, 32);
	}
	return 0;
}

/* ---- documents ---- */
struct doc {
	struct ent_doc doc; /* value absent: there is none */
};

static struct doc *
doc_of(struct mem_store *m, struct ent_str space, struct ent_str key, bool make)
{
	struct mem_key k = { .kind = 'd', .s = space, .t = key };

	return ent_memory_node(m, &k, make ? sizeof(struct doc) : 0);
}

/* Every document that a space ever had. */
static struct mem_list *
space_of(struct mem_store *m, struct ent_str space, bool make)
{
	struct mem_key k = { .kind = 's', .s = space };

	return ent_memory_node(m, &k, make ? sizeof(struct mem_list) : 0);
}

int
ent_memory_doc_put(struct ent_store *s, struct ent_str space, struct ent_str key,
                   struct ent_str value, struct ent_err *err)
{
	struct mem_store *m = ent_memory_of(s);
	struct mem_list *l = space_of(m, space, true);
	struct doc *d = doc_of(m, space, key, true);
	struct ent_str kept = ent_arena_dup(m->arena, value);

	if (!l || !d || !kept.p || !ent_memory_reserve(m, l) || ent_memory_ready(m, NULL))
		return ent_memory_full(err);
	if (!d->doc.key.p) {
		d->doc.key = ent_arena_dup(m->arena, key);
		if (!d->doc.key.p)
			return ent_memory_full(err);
		l->at[l->n++] = d; /* stays when the rest is undone: it has no value then */
	}
	ent_memory_note(m, &d->doc.value, sizeof(d->doc.value));
	d->doc.value = kept;
	return 0;
}

int
ent_memory_doc_get(struct ent_store *s, struct ent_arena *a, struct ent_str space,
                   struct ent_str key, struct ent_str *value, struct ent_err *err)
{
	const struct doc *d = doc_of(ent_memory_of(s), space, key, false);

	if (!d || !d->doc.value.p)
		return ent_fail(err, ENT_ENOENT, "no %.*s %.*s", ENT_FMT(space), ENT_FMT(key));
	*value = ent_arena_dup(a, d->doc.value);
	return value->p ? 0 : ent_memory_full(err);
}

int
ent_memory_doc_del(struct ent_store *s, struct ent_str space, struct ent_str key,
                   struct ent_err *err)
{
	struct mem_store *m = ent_memory_of(s);
	struct doc *d = doc_of(m, space, key, false);

	if (!d)
		return 0;
	if (ent_memory_ready(m, NULL))
		return ent_memory_full(err);
	ent_memory_note(m, &d->doc.value, sizeof(d->doc.value));
	d->doc.value = (struct ent_str){ NULL, 0 };
	return 0;
}

static int
by_key(const void *a, const void *b)
{
	const struct doc *const *x = a, *const *y = b;

	return ent_str_cmp((*x)->doc.key, (*y)->doc.key);
}

static bool
wanted(const struct doc *d, struct ent_str prefix, struct ent_str after)
{
	struct ent_str key = d->doc.key;

	return d->doc.value.p && key.n >= prefix.n &&
	       (prefix.n == 0 || memcmp(key.p, prefix.p, prefix.n) == 0) &&
	       (!after.p || ent_str_cmp(key, after) > 0);
}

int
ent_memory_docs(struct ent_store *s, struct ent_arena *a, struct ent_str space,
                struct ent_str prefix, struct ent_str after, size_t limit,
                struct ent_doc **docs, size_t *count, struct ent_err *err)
{
	struct mem_list *l = space_of(ent_memory_of(s), space, false);
	struct ent_doc *out = NULL;
	size_t n = 0, cap = 0;

	if (!l)
		return 0;
	qsort(l->at, l->n, sizeof(*l->at), by_key);
	for (size_t i = 0; i < l->n && n < limit; i++) {
		const struct doc *d = l->at[i];

		if (!wanted(d, prefix, after))
			continue;
		out = ent_store_room(a, out, n, &cap, sizeof(*out));
		if (!out)
			return ent_memory_full(err);
		out[n].key = ent_arena_dup(a, d->doc.key);
		out[n].value = ent_arena_dup(a, d->doc.value);
		if (!out[n].key.p || !out[n].value.p)
			return ent_memory_full(err);
		n++;
	}
	*docs = out;
	*count = n;
	return 0;
}
