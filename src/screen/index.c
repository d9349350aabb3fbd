/* SPDX-License-Identifier: Apache-2.0 */
/*
 * index.c - an index is built: names folded, their words numbered, and tables made that lead
 * from words to names.
 */
#include "base/arena.h"
#include "base/map.h"
#include "base/utf8.h"
#include "screen/index_int.h"

#define ENT_INDEX_WEIGHT 0.03F             /* of a name that has only letters */
#define ROOM             ((size_t)1 << 31) /* bytes of one table; indices are of 32 bits */

struct ent_index_builder {
	struct ent_index *x;
	struct ent_folder *folder;
	struct ent_arena *scratch; /* the words' map */
	struct ent_map *words;
	struct ent_buf tokens, names, entries, values, ids;
	struct ent_buf word_keys, joins, documents;
};

struct ent_index_builder *
ent_index_begin(struct ent_err *err)
{
	struct ent_index_builder *b = calloc(1, sizeof(*b));
	struct ent_buf *all[8];

	if (!b) {
		ent_fail(err, ENT_ENOMEM, "out of memory");
		return NULL;
	}
	all[0] = &b->tokens;
	all[1] = &b->names;
	all[2] = &b->entries;
	all[3] = &b->values;
	all[4] = &b->ids;
	all[5] = &b->word_keys;
	all[6] = &b->joins;
	all[7] = &b->documents;
	for (size_t i = 0; i < 8; i++)
		ent_buf_init(all[i], ROOM);
	b->folder = ent_folder_new(err);
	b->x = calloc(1, sizeof(*b->x));
	b->scratch = ent_arena_new(ENT_INDEX_ARENA);
	b->words = b->scratch ? ent_map_new(b->scratch) : NULL;
	if (b->x)
		b->x->arena = ent_arena_new(ENT_INDEX_ARENA);
	if (b->folder && b->words && b->x && b->x->arena)
		return b;
	if (b->folder)
		ent_fail(err, ENT_ENOMEM, "out of memory");
	ent_index_drop(b);
	return NULL;
}

void
ent_index_drop(struct ent_index_builder *b)
{
	if (!b)
		return;
	ent_index_free(b->x);
	ent_folder_free(b->folder);
	ent_arena_free(b->scratch);
	ent_buf_release(&b->tokens);
	ent_buf_release(&b->names);
	ent_buf_release(&b->entries);
	ent_buf_release(&b->values);
	ent_buf_release(&b->ids);
	ent_buf_release(&b->word_keys);
	ent_buf_release(&b->joins);
	ent_buf_release(&b->documents);
	free(b);
}

void
ent_index_free(struct ent_index *x)
{
	if (!x)
		return;
	ent_arena_free(x->arena);
	free(x->token);
	free(x->shape);
	free(x->left);
	free(x->weight);
	free(x->name);
	free(x->entry);
	free(x->value);
	free(x->id);
	free(x->posts);
	free(x->post);
	ent_keys_release(&x->words);
	ent_keys_release(&x->joins);
	ent_keys_release(&x->documents);
	free(x);
}

static size_t
count(const struct ent_buf *b, size_t size)
{
	return b->n / size;
}

static void
key(struct ent_buf *b, uint32_t hash, size_t value)
{
	struct ent_key k = { hash, (uint32_t)value };

	ent_buf_put(b, &k, sizeof(k));
}

/* The number of a word, a new one where it wasn't there; ENT_NONE where memory ran out. */
static uint32_t
number_of(struct ent_index_builder *b, const struct ent_token *t)
{
	char text[ENT_TOKEN_ROOM + 1];
	struct ent_str word = { text, (size_t)t->n + 1 };
	uint32_t keys[ENT_WORD_KEYS];
	uint32_t *there;
	size_t n, id;

	memcpy(text, t->text, t->n);
	text[t->n] = t->abjad ? 'A' : 'L'; /* the same letters with and without vowels */
	there = ent_map_get(b->words, word);
	if (there)
		return *there;
	id = count(&b->tokens, sizeof(*t));
	word = ent_arena_dup(b->scratch, word);
	there = ent_arena_alloc(b->scratch, sizeof(*there));
	if (!word.p || !there || ent_map_put(b->words, word, there))
		return ENT_NONE;
	*there = (uint32_t)id;
	ent_buf_put(&b->tokens, t, sizeof(*t));
	n = ent_word_keys(t, false, keys, NULL);
	for (size_t i = 0; i < n; i++)
		key(&b->word_keys, keys[i], id);
	return (uint32_t)id;
}

/* Two and three adjacent words as one. */
static void
join(struct ent_index_builder *b, const struct ent_name *name, size_t row)
{
	uint32_t keys[ENT_JOIN_KEYS];

	for (size_t n = 2; n <= 3; n++)
		for (size_t i = 0; i + n <= name->n; i++) {
			size_t k = ent_join_keys(name->token + i, n, keys);

			for (size_t j = 0; j < k; j++)
				key(&b->joins, keys[j], row);
		}
}

static int
add_name(struct ent_index_builder *b, const struct ent_screen_name *s, size_t entry,
         size_t before, struct ent_err *err)
{
	struct ent_index_name row = { .entry = (uint32_t)entry,
		                      .first = (uint32_t)count(&b->ids, sizeof(uint32_t)),
		                      .strength = (uint8_t)s->strength };
	const struct ent_index_name *others =
	    (const struct ent_index_name *)(const void *)b->names.p;
	uint32_t ids[ENT_NAME_TOKENS];
	struct ent_name name;
	size_t here = count(&b->names, sizeof(row));
	int rc = ent_name_fold(b->folder, s->text, &name, err);

	if (rc || !name.n)
		return rc;
	for (size_t i = 0; i < name.n; i++) {
		ids[i] = number_of(b, &name.token[i]);
		if (ids[i] == ENT_NONE)
			return ent_fail(err, ENT_ENOMEM, "out of memory");
	}
	row.n = (uint8_t)name.n;
	/* The same words in the same order say nothing new. */
	for (size_t i = before; i < here; i++)
		if (others[i].n == row.n && others[i].strength <= row.strength &&
		    !memcmp(b->ids.p + others[i].first * sizeof(*ids), ids,
		            name.n * sizeof(*ids)))
			return 0;
	if (here >= ENT_INDEX_NAMES)
		return ent_fail(err, ENT_ELIMIT, "more than %d names", ENT_INDEX_NAMES);
	row.text = ent_arena_dup(b->x->arena, ent_utf8_cut(s->text, ENT_NAME_BYTES));
	if (!row.text.p)
		return ent_fail(err, ENT_ENOMEM, "out of memory");
	ent_buf_put(&b->ids, ids, name.n * sizeof(*ids));
	ent_buf_put(&b->names, &row, sizeof(row));
	join(b, &name, here);
	return 0;
}

static bool
add_values(struct ent_index_builder *b, const struct ent_str *values, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct ent_str v =
		    ent_arena_dup(b->x->arena, ent_utf8_cut(values[i], ENT_NAME_BYTES));

		if (!v.p)
			return false;
		ent_buf_put(&b->values, &v, sizeof(v));
	}
	return true;
}

int
ent_index_add(struct ent_index_builder *b, const struct ent_screen_entry *e,
              struct ent_err *err)
{
	struct ent_index_entry row = { .number = e->number,
		                       .kind = (uint8_t)e->kind,
		                       .values =
		                           (uint32_t)count(&b->values, sizeof(struct ent_str)),
		                       .births = (uint8_t)e->n_births,
		                       .countries = (uint8_t)e->n_countries,
		                       .documents = (uint8_t)e->n_documents };
	size_t at = count(&b->entries, sizeof(row));
	size_t before = count(&b->names, sizeof(struct ent_index_name));

	if (e->n_births > ENT_INDEX_ENTRY || e->n_countries > ENT_INDEX_ENTRY ||
	    e->n_documents > ENT_INDEX_ENTRY || e->n_names > ENT_INDEX_ALIASES)
		return ent_fail(err, ENT_ELIMIT,
		                "an entry has more than %d names or %d of a kind of values",
		                ENT_INDEX_ALIASES, ENT_INDEX_ENTRY);
	for (size_t i = 0; i < e->n_names; i++) {
		int rc = add_name(b, &e->names[i], at, before, err);

		if (rc)
			return rc;
	}
	for (size_t i = 0; i < e->n_documents; i++)
		key(&b->documents, ent_document_key(e->documents[i]), at);
	ent_buf_put(&b->entries, &row, sizeof(row));
	if (!add_values(b, e->births, e->n_births) ||
	    !add_values(b, e->countries, e->n_countries) ||
	    !add_values(b, e->documents, e->n_documents) || !ent_buf_ok(&b->entries))
		return ent_fail(err, ENT_ENOMEM, "out of memory");
	return 0;
}

/* The memory of b, cut to what is in it. */
static void *
take(struct ent_buf *b)
{
	void *p = b->p, *cut = b->n ? realloc(p, b->n) : NULL;

	if (b->n) {
		b->p = NULL;
		b->n = b->cap = 0;
	}
	return cut ? cut : b->p;
}

/* From words to names, each name once. */
static int
post(struct ent_index *x)
{
	uint32_t *last = malloc((x->n_tokens + 1) * sizeof(*last));

	x->posts = calloc(x->n_tokens + 2, sizeof(*x->posts));
	x->post = malloc((x->n_ids + 1) * sizeof(*x->post));
	if (!last || !x->posts || !x->post) {
		free(last);
		return ENT_ENOMEM;
	}
	for (int pass = 0; pass < 2; pass++) {
		memset(last, 0xff, (x->n_tokens + 1) * sizeof(*last));
		for (uint32_t i = 0; i < x->n_names; i++)
			for (uint32_t j = 0; j < x->name[i].n; j++) {
				uint32_t t = x->id[x->name[i].first + j];

				if (last[t] == i)
					continue;
				last[t] = i;
				if (pass)
					x->post[x->posts[t + 1]++] = i;
				else
					x->posts[t + 2]++;
			}
		for (size_t t = 0; !pass && t < x->n_tokens; t++)
			x->posts[t + 2] += x->posts[t + 1];
	}
	free(last);
	return 0;
}

/* What a search looks at often, close together. */
static int
shorten(struct ent_index *x)
{
	x->shape = calloc(x->n_tokens + 1, sizeof(*x->shape));
	x->left = calloc(x->n_tokens + 1, sizeof(*x->left));
	x->weight = calloc(x->n_names + 1, sizeof(*x->weight));
	if (!x->shape || !x->left || !x->weight)
		return ENT_ENOMEM;
	for (size_t i = 0; i < x->n_tokens; i++) {
		const struct ent_token *t = &x->token[i];

		x->shape[i] =
		    (struct ent_index_shape){ t->letters, t->n, !t->abjad && !t->from };
		/* A letter may stand for what no key leads to: it asks for nothing. */
		x->left[i] = t->kind == ENT_TOKEN_INITIAL ? 0 : (float)ent_token_left(t);
	}
	for (size_t i = 0; i < x->n_names; i++)
		for (size_t j = 0; j < x->name[i].n; j++)
			x->weight[i] += x->left[x->id[x->name[i].first + j]];
	for (size_t i = 0; i < x->n_names; i++)
		x->weight[i] =
		    x->weight[i] > ENT_INDEX_WEIGHT ? x->weight[i] : ENT_INDEX_WEIGHT;
	return 0;
}

int
ent_index_done(struct ent_index_builder *b, struct ent_index **out, struct ent_err *err)
{
	struct ent_index *x = b->x;
	int rc = ent_buf_ok(&b->tokens) && ent_buf_ok(&b->names) && ent_buf_ok(&b->entries) &&
	                 ent_buf_ok(&b->values) && ent_buf_ok(&b->ids)
	             ? 0
	             : ENT_ENOMEM;

	if (rc == 0)
		rc = ent_keys_make(&b->word_keys, &x->words);
	ent_buf_release(&b->word_keys);
	if (rc == 0)
		rc = ent_keys_make(&b->joins, &x->joins);
	ent_buf_release(&b->joins);
	if (rc == 0)
		rc = ent_keys_make(&b->documents, &x->documents);
	if (rc == 0) {
		x->n_tokens = count(&b->tokens, sizeof(*x->token));
		x->n_names = count(&b->names, sizeof(*x->name));
		x->n_entries = count(&b->entries, sizeof(*x->entry));
		x->n_values = count(&b->values, sizeof(*x->value));
		x->n_ids = count(&b->ids, sizeof(*x->id));
		x->token = take(&b->tokens);
		x->name = take(&b->names);
		x->entry = take(&b->entries);
		x->value = take(&b->values);
		x->id = take(&b->ids);
		rc = post(x);
	}
	if (rc == 0)
		rc = shorten(x);
	if (rc == 0) {
		*out = x;
		b->x = NULL;
	}
	ent_index_drop(b);
	return rc ? ent_fail(err, rc, "out of memory") : 0;
}

void
ent_index_measure(const struct ent_index *x, struct ent_index_size *out)
{
	const struct ent_keys *keys[] = { &x->words, &x->joins, &x->documents };

	*out = (struct ent_index_size){ x->n_entries, x->n_names, x->n_tokens, 0 };
	out->bytes = sizeof(*x) + ent_arena_held(x->arena) +
	             x->n_tokens * (sizeof(*x->token) + sizeof(*x->shape) + sizeof(*x->left)) +
	             x->n_names * (sizeof(*x->name) + sizeof(*x->weight)) +
	             x->n_entries * sizeof(*x->entry) + x->n_values * sizeof(*x->value) +
	             x->n_ids * 2 * sizeof(*x->id) + x->n_tokens * sizeof(*x->posts);
	for (size_t i = 0; i < 3; i++)
		out->bytes += keys[i]->n * sizeof(struct ent_key) +
		              ((size_t)1 << keys[i]->bits) * sizeof(uint32_t);
}

void
ent_index_words(const struct ent_index *x, uint32_t name, struct ent_name *out)
{
	const struct ent_index_name *row = &x->name[name];

	out->n = row->n;
	out->cut = false;
	for (size_t i = 0; i < row->n; i++)
		out->token[i] = x->token[x->id[row->first + i]];
}
