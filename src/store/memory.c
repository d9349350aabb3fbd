/* SPDX-License-Identifier: Apache-2.0 */
/*
 * memory.c - the reference backend: transactions, objects and sources, written to be plainly
 * right, not fast.
 */
#include "base/limits.h"
#include "store/memory_int.h"

int
ent_memory_full(struct ent_err *err)
{
	return ent_fail(err, ENT_ENOMEM, "memory store: out of memory");
}

/* ---- notes ---- */
#define NOTES_OF_ONE                                                                           \
	16 /* no operation but remove notes more, and that one asks for each entry */

int
ent_memory_ready(struct mem_store *m, struct ent_err *err)
{
	size_t cap = m->cap_notes ? m->cap_notes * 2 : 256;
	struct mem_note *p;

	if (m->cap_notes - m->n_notes >= NOTES_OF_ONE)
		return 0;
	p = reallocarray(m->notes, cap, sizeof(*p));
	if (!p)
		return ent_memory_full(err);
	m->notes = p;
	m->cap_notes = cap;
	return 0;
}

void
ent_memory_note(struct mem_store *m, void *at, size_t n)
{
	struct mem_note *t = &m->notes[m->n_notes++];

	t->at = at;
	t->n = n;
	memcpy(t->old, at, n);
}

static void
back_to(struct mem_store *m, size_t notes)
{
	while (m->n_notes > notes) {
		const struct mem_note *t = &m->notes[--m->n_notes];

		memcpy(t->at, t->old, t->n);
	}
}

/* ---- lists and keys ---- */
bool
ent_memory_reserve(struct mem_store *m, struct mem_list *l)
{
	void **at = ent_store_room(m->arena, l->at, l->n, &l->cap, sizeof(*at));

	if (at)
		l->at = at;
	return at != NULL;
}

void
ent_memory_push(struct mem_store *m, struct mem_list *l, void *node)
{
	ent_memory_note(m, &l->n, sizeof(l->n));
	l->at[l->n++] = node;
}

void *
ent_memory_node(struct mem_store *m, const struct mem_key *k, size_t size)
{
	struct ent_str key;
	void *node;

	ent_buf_clear(&m->key);
	ent_buf_ch(&m->key, k->kind);
	ent_buf_put(&m->key, &k->a, sizeof(k->a));
	ent_buf_put(&m->key, &k->b, sizeof(k->b));
	ent_buf_put(&m->key, &k->s.n, sizeof(k->s.n));
	ent_buf_str(&m->key, k->s);
	ent_buf_str(&m->key, k->t);
	if (k->uuid)
		ent_buf_put(&m->key, k->uuid, 16);
	key = ent_buf_view(&m->key);
	if (!key.p)
		return NULL;
	node = ent_map_get(m->map, key);
	if (node || size == 0)
		return node;
	key = ent_arena_dup(m->arena, key);
	node = ent_arena_alloc(m->arena, size);
	if (!key.p || !node || ent_map_put(m->map, key, node))
		return NULL;
	return node;
}

/* ---- transactions ---- */
static int
memory_begin(struct ent_store *s, struct ent_err *err)
{
	struct mem_store *m = ent_memory_of(s);

	(void)err;
	m->transaction++;
	m->n_notes = m->n_marks = 0;
	return 0;
}

static int
memory_commit(struct ent_store *s, struct ent_err *err)
{
	struct mem_store *m = ent_memory_of(s);

	(void)err;
	m->generation++;
	m->n_notes = 0;
	return 0;
}

static void
memory_rollback(struct ent_store *s)
{
	back_to(ent_memory_of(s), 0);
}

static int
memory_mark(struct ent_store *s, struct ent_err *err)
{
	struct mem_store *m = ent_memory_of(s);

	(void)err;
	m->marks[m->n_marks++] = m->n_notes;
	return 0;
}

static int
memory_keep(struct ent_store *s, struct ent_err *err)
{
	(void)err;
	ent_memory_of(s)->n_marks--;
	return 0;
}

static void
memory_undo(struct ent_store *s)
{
	struct mem_store *m = ent_memory_of(s);

	back_to(m, m->marks[--m->n_marks]);
}

static uint64_t
memory_generation(struct ent_store *s)
{
	return ent_memory_of(s)->generation;
}

static int
memory_nothing(struct ent_store *s, struct ent_err *err)
{
	(void)s;
	(void)err;
	return 0;
}

static void
memory_close(struct ent_store *s)
{
	struct mem_store *m = ent_memory_of(s);

	ent_buf_release(&m->key);
	ent_arena_free(m->arena);
	free(m->notes);
	free(m);
}

/* ---- objects ---- */
static struct mem_list *
versions(struct mem_store *m, struct ent_str type, const uint8_t uuid[16], bool make)
{
	struct mem_key k = { .kind = 'o', .s = type, .uuid = uuid };

	return ent_memory_node(m, &k, make ? sizeof(struct mem_list) : 0);
}

static struct ent_str
keep(struct mem_store *m, struct ent_str s)
{
	return ent_arena_dup(m->arena, s);
}

static int
put_new(struct mem_store *m, struct mem_list *l, const struct ent_row *in, uint64_t *oid,
        struct ent_err *err)
{
	struct mem_object *o = ent_arena_alloc(m->arena, sizeof(*o));
	struct ent_row *r;

	if (!o || !ent_memory_reserve(m, l) || !ent_memory_reserve(m, &m->objects))
		return ent_memory_full(err);
	r = &o->row;
	*r = *in;
	r->oid = m->objects.n + 1;
	r->type = keep(m, in->type);
	r->vkey = keep(m, in->vkey);
	r->version = keep(m, in->version);
	r->spec = keep(m, in->spec);
	r->bytes = keep(m, in->bytes);
	if (!r->type.p || !r->vkey.p || !r->version.p || !r->spec.p || !r->bytes.p)
		return ent_memory_full(err);
	ent_memory_push(m, l, o);
	ent_memory_push(m, &m->objects, o);
	*oid = r->oid;
	return 0;
}

static int
memory_put(struct ent_store *s, const struct ent_row *in, uint64_t *oid, enum ent_put *how,
           struct ent_err *err)
{
	struct mem_store *m = ent_memory_of(s);
	struct mem_list *l = versions(m, in->type, in->uuid, true);

	if (!l || ent_memory_ready(m, NULL))
		return ent_memory_full(err);
	for (size_t i = 0; i < l->n; i++) {
		const struct mem_object *o = l->at[i];

		if (!o->row.type.n || !ent_str_eq(o->row.vkey, in->vkey))
			continue;
		*oid = o->row.oid;
		*how = ENT_PUT_SAME;
		if (memcmp(o->row.sha256, in->sha256, sizeof(in->sha256)) == 0)
			return 0;
		return ent_fail(err, ENT_ECONFLICT,
		                "this version of this %.*s is there with other content",
		                ENT_FMT(in->type));
	}
	*how = ENT_PUT_NEW;
	return put_new(m, l, in, oid, err);
}

int
ent_memory_row(struct ent_arena *a, const struct ent_row *in, bool bytes, struct ent_row *out,
               struct ent_err *err)
{
	*out = *in;
	out->type = ent_arena_dup(a, in->type);
	out->vkey = ent_arena_dup(a, in->vkey);
	out->version = ent_arena_dup(a, in->version);
	out->spec = ent_arena_dup(a, in->spec);
	out->bytes = bytes ? ent_arena_dup(a, in->bytes) : (struct ent_str){ NULL, 0 };
	if (!out->type.p || !out->vkey.p || !out->version.p || !out->spec.p ||
	    (bytes && !out->bytes.p))
		return ent_memory_full(err);
	return 0;
}

static bool
has_source(const struct mem_object *o, struct ent_str source)
{
	for (size_t i = 0; i < o->sources.n; i++) {
		const struct ent_str *one = o->sources.at[i];

		if (ent_str_eq(*one, source))
			return true;
	}
	return false;
}

/* The version with the greatest vkey; of those from source, unless that is absent. */
static const struct mem_object *
greatest(const struct mem_list *l, struct ent_str source)
{
	const struct mem_object *best = NULL;

	for (size_t i = 0; l && i < l->n; i++) {
		const struct mem_object *o = l->at[i];

		if (!o->row.type.n || (source.p && !has_source(o, source)))
			continue;
		if (!best || ent_str_cmp(o->row.vkey, best->row.vkey) > 0)
			best = o;
	}
	return best;
}

static int
memory_get(struct ent_store *s, struct ent_arena *a, struct ent_str type,
           const uint8_t uuid[16], struct ent_str vkey, struct ent_row *out,
           struct ent_err *err)
{
	const struct mem_list *l = versions(ent_memory_of(s), type, uuid, false);
	const struct mem_object *o = NULL;

	if (!vkey.p)
		o = greatest(l, (struct ent_str){ NULL, 0 });
	for (size_t i = 0; vkey.p && l && i < l->n && !o; i++) {
		const struct mem_object *one = l->at[i];

		if (one->row.type.n && ent_str_eq(one->row.vkey, vkey))
			o = one;
	}
	if (!o)
		return ent_fail(err, ENT_ENOENT, "no such %s",
		                vkey.p ? "version of this object" : "object");
	return ent_memory_row(a, &o->row, true, out, err);
}

static int
memory_get_oid(struct ent_store *s, struct ent_arena *a, uint64_t oid, struct ent_row *out,
               struct ent_err *err)
{
	const struct mem_store *m = ent_memory_of(s);
	const struct mem_object *o;

	if (oid == 0 || oid > m->objects.n)
		return ent_fail(err, ENT_ENOENT, "no such object");
	o = m->objects.at[oid - 1];
	if (!o->row.type.n)
		return ent_fail(err, ENT_ENOENT, "no such object");
	return ent_memory_row(a, &o->row, true, out, err);
}

static int
memory_list(struct ent_store *s, struct ent_arena *a, const struct ent_list *q,
            struct ent_row **rows, size_t *count, struct ent_err *err)
{
	struct mem_store *m = ent_memory_of(s);
	struct ent_row *out = NULL;
	size_t n = 0, cap = 0;

	for (uint64_t i = q->after; i < m->objects.n && n < q->limit; i++) {
		const struct mem_object *o = m->objects.at[i];
		int rc;

		if (!o->row.type.n || (q->type.p && !ent_str_eq(o->row.type, q->type)) ||
		    (q->source.p && !has_source(o, q->source)) ||
		    (q->latest &&
		     greatest(versions(m, o->row.type, o->row.uuid, false), q->source) != o))
			continue;
		out = ent_store_room(a, out, n, &cap, sizeof(*out));
		if (!out)
			return ent_memory_full(err);
		rc = ent_memory_row(a, &o->row, q->with_bytes, &out[n], err);
		if (rc)
			return rc;
		n++;
	}
	*rows = out;
	*count = n;
	return 0;
}

static int
memory_count(struct ent_store *s, uint64_t *objects, struct ent_err *err)
{
	const struct mem_store *m = ent_memory_of(s);

	(void)err;
	*objects = m->objects.n - m->purged;
	return 0;
}

/* ---- sources ---- */
static int
memory_source_add(struct ent_store *s, uint64_t oid, struct ent_str source, int64_t at,
                  bool *fresh, struct ent_err *err)
{
	struct mem_store *m = ent_memory_of(s);
	struct mem_object *o;
	struct ent_str *one;

	(void)at; /* nothing reads it back */
	*fresh = false;
	if (oid == 0 || oid > m->objects.n)
		return ent_fail(err, ENT_ENOENT, "no such object");
	o = m->objects.at[oid - 1];
	if (has_source(o, source))
		return 0;
	one = ent_arena_alloc(m->arena, sizeof(*one));
	if (one)
		*one = keep(m, source);
	if (!one || !one->p || !ent_memory_reserve(m, &o->sources) || ent_memory_ready(m, NULL))
		return ent_memory_full(err);
	ent_memory_push(m, &o->sources, one);
	*fresh = true;
	return 0;
}

static int
memory_purge(struct ent_store *s, uint64_t oid, struct ent_err *err)
{
	struct mem_store *m = ent_memory_of(s);
	struct mem_object *o = oid && oid <= m->objects.n ? m->objects.at[oid - 1] : NULL;
	struct ent_str *blank[3];

	if (!o || !o->row.type.n)
		return ent_fail(err, ENT_ENOENT, "no such object");
	blank[0] = &o->row.type;
	blank[1] = &o->row.version;
	blank[2] = &o->row.bytes;
	if (ent_memory_ready(m, NULL))
		return ent_memory_full(err);
	for (size_t i = 0; i < sizeof(blank) / sizeof(blank[0]); i++) {
		ent_memory_note(m, blank[i], sizeof(*blank[i]));
		*blank[i] = ENT_STR("");
	}
	ent_memory_note(m, &o->sources.n, sizeof(o->sources.n));
	o->sources.n = 0;
	ent_memory_note(m, &m->purged, sizeof(m->purged));
	m->purged++;
	return 0;
}

static int
by_text(const void *a, const void *b)
{
	const struct ent_str *x = a, *y = b;

	return ent_str_cmp(*x, *y);
}

static int
memory_sources(struct ent_store *s, struct ent_arena *a, uint64_t oid, struct ent_str **sources,
               size_t *count, struct ent_err *err)
{
	const struct mem_store *m = ent_memory_of(s);
	const struct mem_object *o;
	struct ent_str *out;

	if (oid == 0 || oid > m->objects.n)
		return 0;
	o = m->objects.at[oid - 1];
	out = ent_arena_array(a, o->sources.n, sizeof(*out));
	if (!out)
		return ent_memory_full(err);
	for (size_t i = 0; i < o->sources.n; i++) {
		const struct ent_str *one = o->sources.at[i];

		out[i] = ent_arena_dup(a, *one);
		if (!out[i].p)
			return ent_memory_full(err);
	}
	qsort(out, o->sources.n, sizeof(*out), by_text);
	*sources = out;
	*count = o->sources.n;
	return 0;
}

/* ---- the backend ---- */
static const struct ent_store_ops memory_ops = {
	.close = memory_close,
	.begin = memory_begin,
	.commit = memory_commit,
	.rollback = memory_rollback,
	.mark = memory_mark,
	.keep = memory_keep,
	.undo = memory_undo,
	.generation = memory_generation,
	.checkpoint = memory_nothing,
	.check = memory_nothing,
	.put = memory_put,
	.get = memory_get,
	.get_oid = memory_get_oid,
	.list = memory_list,
	.count = memory_count,
	.source_add = memory_source_add,
	.purge = memory_purge,
	.sources = memory_sources,
	.append = ent_memory_append,
	.page = ent_memory_page,
	.range = ent_memory_range,
	.tip = ent_memory_tip,
	.remove = ent_memory_remove,
	.on_channel = ent_memory_on_channel,
	.log_append = ent_memory_log_append,
	.log_size = ent_memory_log_size,
	.log_range = ent_memory_log_range,
	.tile_put = ent_memory_tile_put,
	.tile_get = ent_memory_tile_get,
	.doc_put = ent_memory_doc_put,
	.doc_get = ent_memory_doc_get,
	.doc_del = ent_memory_doc_del,
	.docs = ent_memory_docs,
};

int
ent_store_memory_open(struct ent_str where, struct ent_store **out, struct ent_err *err)
{
	struct mem_store *m;

	if (where.n > 0)
		return ent_fail(err, ENT_EINVAL, "store: memory: takes no path");
	m = calloc(1, sizeof(*m));
	if (m)
		m->arena = ent_arena_new(ENT_STORE_MEMORY_MAX);
	if (m && m->arena)
		m->map = ent_map_new(m->arena);
	if (!m || !m->map) {
		ent_arena_free(m ? m->arena : NULL);
		free(m);
		return ent_memory_full(err);
	}
	m->base.ops = &memory_ops;
	ent_buf_init(&m->key, ENT_IMPORT_MAX);
	*out = &m->base;
	return 0;
}
