/* SPDX-License-Identifier: Apache-2.0 */
/*
 * memory_channels.c - channels of the reference backend: every choice is made by looking at all
 * the versions.
 */
#include "store/memory_int.h"

static struct mem_channel *
channel_of(struct mem_store *m, uint32_t channel, bool make)
{
	struct mem_key k = { .kind = 'c', .a = channel };

	return ent_memory_node(m, &k, make ? sizeof(struct mem_channel) : 0);
}

/* The entries of an object on a channel, removed ones too. */
static struct mem_list *
versions_on(struct mem_store *m, uint32_t channel, struct ent_str type, const uint8_t uuid[16],
            bool make)
{
	struct mem_key k = { .kind = 'v', .a = channel, .s = type, .uuid = uuid };

	return ent_memory_node(m, &k, make ? sizeof(struct mem_list) : 0);
}

static bool
live(const struct mem_entry *e, uint64_t upto)
{
	return !e->removed && (upto == 0 || e->seq <= upto);
}

static int64_t
last_date(const struct mem_channel *c)
{
	const struct mem_entry *e = c->entries.n ? c->entries.at[c->entries.n - 1] : NULL;

	return e ? e->date_added : INT64_MIN;
}

int
ent_memory_append(struct ent_store *s, uint32_t channel, uint64_t oid, int64_t now,
                  uint64_t *seq, int64_t *date_added, struct ent_err *err)
{
	struct mem_store *m = ent_memory_of(s);
	const struct mem_object *o;
	struct mem_channel *c;
	struct mem_entry *e;
	struct mem_list *l;
	int rc;

	if (oid == 0 || oid > m->objects.n)
		return ent_fail(err, ENT_ENOENT, "no object %llu", (unsigned long long)oid);
	o = m->objects.at[oid - 1];
	if (!o->row.type.n)
		return ent_fail(err, ENT_ENOENT, "object %llu is purged",
		                (unsigned long long)oid);
	c = channel_of(m, channel, true);
	l = versions_on(m, channel, o->row.type, o->row.uuid, true);
	e = ent_arena_alloc(m->arena, sizeof(*e));
	if (!c || !l || !e || !ent_memory_reserve(m, &c->entries) ||
	    !ent_memory_reserve(m, l) || ent_memory_ready(m, NULL))
		return ent_memory_full(err);
	for (size_t i = 0; i < l->n; i++) {
		const struct mem_entry *other = l->at[i];

		if (!other->removed && other->object == o) {
			*seq = other->seq;
			return ent_fail(err, ENT_EEXIST,
			                "this version is on the channel already");
		}
	}
	if (c->transaction != m->transaction) {
		c->transaction = m->transaction;
		c->began = c->entries.n;
	}
	rc = ent_store_date(last_date(c), now, c->entries.n == c->began, date_added, err);
	if (rc)
		return rc;
	*seq = c->entries.n + 1;
	*e = (struct mem_entry){ .seq = *seq, .date_added = *date_added, .object = o };
	ent_memory_push(m, &c->entries, e);
	ent_memory_push(m, l, e);
	ent_memory_note(m, &c->live, sizeof(c->live));
	c->live++;
	return 0;
}

/* ---- pages ---- */
struct choice {
	unsigned which;
	uint64_t upto;
	struct ent_strs types, specs, listed;
	bool newest_spec; /* only candidates of the greatest specification version */
};

/* Whether e may be chosen at all, as far as its specification version goes. */
static bool
candidate(const struct choice *c, const struct mem_list *l, const struct mem_entry *e)
{
	if (!live(e, c->upto))
		return false;
	if (c->specs.n > 0)
		return ent_strs_has(&c->specs, e->object->row.spec);
	for (size_t i = 0; c->newest_spec && i < l->n; i++) {
		const struct mem_entry *x = l->at[i];

		if (live(x, c->upto) &&
		    ent_str_cmp(x->object->row.spec, e->object->row.spec) > 0)
			return false;
	}
	return true;
}

static bool
chosen(const struct choice *c, const struct mem_list *l, const struct mem_entry *e)
{
	bool last = true, first = true;

	if (!candidate(c, l, e))
		return false;
	if (c->which & ENT_WHICH_ALL)
		return true;
	if (c->which & ENT_WHICH_LISTED &&
	    ent_strs_lists(&c->listed, e->object->row.vkey, e->date_added))
		return true;
	for (size_t i = 0; i < l->n; i++) {
		const struct mem_entry *x = l->at[i];
		int order = ent_str_cmp(x->object->row.vkey, e->object->row.vkey);

		if (order == 0 || !candidate(c, l, x))
			continue;
		last = last && order < 0;
		first = first && order > 0;
	}
	return (c->which & ENT_WHICH_LAST && last) || (c->which & ENT_WHICH_FIRST && first);
}

static bool
named(const struct ent_query *q, const struct ent_row *r)
{
	for (size_t i = 0; i < q->n_ids; i++) {
		if (memcmp(q->ids[i].uuid, r->uuid, sizeof(r->uuid)) == 0 &&
		    ent_str_eq(q->ids[i].type, r->type))
			return true;
	}
	return q->n_ids == 0;
}

static int
give(struct ent_arena *a, const struct mem_entry *e, bool bytes, struct ent_entry *out,
     struct ent_err *err)
{
	out->seq = e->seq;
	out->date_added = e->date_added;
	out->removed = e->removed;
	return ent_memory_row(a, &e->object->row, bytes, &out->row, err);
}

int
ent_memory_page(struct ent_store *s, struct ent_arena *a, const struct ent_query *q,
                struct ent_page *out, struct ent_err *err)
{
	struct mem_store *m = ent_memory_of(s);
	const struct mem_channel *c = channel_of(m, q->channel, false);
	struct choice choice = { .which = q->which ? q->which : ENT_WHICH_LAST,
		                 .upto = q->upto,
		                 .types = { q->types, q->n_types },
		                 .specs = { q->specs, q->n_specs },
		                 .listed = { q->listed, q->n_listed },
		                 .newest_spec = q->n_specs == 0 };
	size_t cap = 0, total = 0;

	for (uint64_t i = q->after_seq; c && i < c->entries.n; i++) {
		const struct mem_entry *e = c->entries.at[i];
		const struct ent_row *r = &e->object->row;
		size_t size = q->with_bytes ? r->bytes.n : 0;
		int rc;

		if (e->date_added <= q->after_date || !named(q, r) ||
		    (choice.types.n > 0 && !ent_strs_has(&choice.types, r->type)) ||
		    !chosen(&choice, versions_on(m, q->channel, r->type, r->uuid, false), e))
			continue;
		if (out->count >= q->limit ||
		    (q->max_bytes > 0 && out->count > 0 && total + size > q->max_bytes)) {
			out->more = true;
			break;
		}
		out->entries =
		    ent_store_room(a, out->entries, out->count, &cap, sizeof(*out->entries));
		if (!out->entries)
			return ent_memory_full(err);
		rc = give(a, e, q->with_bytes, &out->entries[out->count], err);
		if (rc)
			return rc;
		out->count++;
		total += size;
	}
	return 0;
}

int
ent_memory_range(struct ent_store *s, struct ent_arena *a, uint32_t channel, uint64_t first,
                 uint64_t last, struct ent_entry **entries, size_t *count, struct ent_err *err)
{
	const struct mem_channel *c = channel_of(ent_memory_of(s), channel, false);
	struct ent_entry *out = NULL;
	size_t n = 0, cap = 0;

	for (uint64_t i = first ? first : 1; c && i <= last && i <= c->entries.n; i++) {
		int rc;

		out = ent_store_room(a, out, n, &cap, sizeof(*out));
		if (!out)
			return ent_memory_full(err);
		rc = give(a, c->entries.at[i - 1], false, &out[n], err);
		if (rc)
			return rc;
		n++;
	}
	*entries = out;
	*count = n;
	return 0;
}

int
ent_memory_tip(struct ent_store *s, uint32_t channel, uint64_t *seq, int64_t *date_added,
               uint64_t *count, struct ent_err *err)
{
	const struct mem_channel *c = channel_of(ent_memory_of(s), channel, false);

	(void)err;
	*seq = c ? c->entries.n : 0;
	*date_added = c ? last_date(c) : INT64_MIN;
	*count = c ? c->live : 0;
	return 0;
}

/* ---- removing ---- */
int
ent_memory_remove(struct ent_store *s, uint32_t channel, struct ent_str type,
                  const uint8_t uuid[16], unsigned which, const struct ent_str *listed,
                  size_t n_listed, uint64_t *removed, struct ent_err *err)
{
	struct mem_store *m = ent_memory_of(s);
	struct mem_channel *c = channel_of(m, channel, false);
	const struct mem_list *l = versions_on(m, channel, type, uuid, false);
	struct choice choice = { .which = which, .listed = { listed, n_listed } };
	bool *drop;

	*removed = 0;
	if (!c || !l)
		return ent_fail(err, ENT_ENOENT, "no such version on channel %u", channel);
	drop = calloc(l->n + 1, sizeof(*drop));
	if (!drop)
		return ent_memory_full(err);
	for (size_t i = 0; i < l->n; i++)
		drop[i] = chosen(&choice, l, l->at[i]);
	for (size_t i = 0; i < l->n; i++) {
		struct mem_entry *e = l->at[i];

		if (!drop[i])
			continue;
		if (ent_memory_ready(m, NULL)) {
			free(drop);
			return ent_memory_full(err);
		}
		ent_memory_note(m, &e->removed, sizeof(e->removed));
		ent_memory_note(m, &c->live, sizeof(c->live));
		e->removed = true;
		c->live--;
		++*removed;
	}
	free(drop);
	return *removed ? 0
	                : ent_fail(err, ENT_ENOENT, "no such version on channel %u", channel);
}

int
ent_memory_on_channel(struct ent_store *s, uint32_t channel, struct ent_str type,
                      const uint8_t uuid[16], struct ent_str vkey, uint64_t *seq,
                      struct ent_err *err)
{
	const struct mem_list *l = versions_on(ent_memory_of(s), channel, type, uuid, false);
	const struct mem_entry *best = NULL;

	for (size_t i = 0; l && i < l->n; i++) {
		const struct mem_entry *e = l->at[i];

		if (e->removed || (vkey.p && !ent_str_eq(vkey, e->object->row.vkey)))
			continue;
		if (!best || ent_str_cmp(e->object->row.vkey, best->object->row.vkey) > 0)
			best = e;
	}
	if (!best)
		return ent_fail(err, ENT_ENOENT, "not on channel %u", channel);
	*seq = best->seq;
	return 0;
}
