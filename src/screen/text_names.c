/* SPDX-License-Identifier: Apache-2.0 */
/*
 * text_names.c - listed names as a dictionary of words and a trie over them.
 */
#include <sys/random.h>

#include "screen/text_int.h"

/* Twice n, at least some, as long as a 32-bit number counts them. */
static bool
grow(void **list, size_t n, size_t *room, size_t size)
{
	size_t more = *room ? *room * 2 : 1024;
	void *p;

	if (n < *room)
		return true;
	if (more > ENT_TEXT_ROWS)
		return false;
	p = realloc(*list, more * size);
	if (!p)
		return false;
	*list = p;
	*room = more;
	return true;
}

/* ---- words by keys ---- */

static bool
rekey(struct keyed *k)
{
	size_t room = k->mask ? (k->mask + 1) * 2 : 1024;
	uint32_t *head = calloc(room, sizeof(*head));

	if (!head)
		return false;
	free(k->head);
	k->head = head;
	k->mask = room - 1;
	for (size_t i = 0; i < k->n; i++) {
		uint32_t *h = &head[k->chain[i].key & k->mask];

		k->chain[i].next = *h;
		*h = (uint32_t)i + 1;
	}
	return true;
}

static bool
key_add(struct keyed *k, uint64_t hash, uint32_t word)
{
	uint32_t *h;

	if ((!k->head || k->n > k->mask) && !rekey(k))
		return false;
	if (!grow((void **)&k->chain, k->n, &k->room, sizeof(*k->chain)))
		return false;
	h = &k->head[hash >> 32 & k->mask];
	k->chain[k->n] = (struct chain){ (uint32_t)(hash >> 32), word, *h };
	*h = (uint32_t)++k->n;
	return true;
}

uint32_t
ent_text_word(const struct ent_text_names *n, const char *text, size_t len)
{
	uint64_t h = ent_text_hash(n, text, len, len);

	if (!n->exact.head)
		return 0;
	for (uint32_t i = n->exact.head[h >> 32 & n->exact.mask]; i;
	     i = n->exact.chain[i - 1].next) {
		const struct chain *c = &n->exact.chain[i - 1];

		if (c->key == (uint32_t)(h >> 32) && n->word[c->word].n == len &&
		    !memcmp(n->word[c->word].text, text, len))
			return c->word;
	}
	return 0;
}

/* ---- edges ---- */

static void
edge_put(struct edge *table, size_t room, uint64_t h, struct edge e)
{
	size_t i = (size_t)h & (room - 1);

	while (table[i].to)
		i = (i + 1) & (room - 1);
	table[i] = e;
}

static bool
edges_grow(struct ent_text_names *n)
{
	size_t room = n->edges_room ? n->edges_room * 2 : 4096;
	struct edge *table;

	if (n->edges * 2 < n->edges_room)
		return true;
	if (room > ENT_TEXT_ROWS)
		return false;
	table = calloc(room, sizeof(*table));
	if (!table)
		return false;
	for (size_t i = 0; i < n->edges_room; i++)
		if (n->edge[i].to)
			edge_put(table, room, edge_hash(n, n->edge[i].node, n->edge[i].word),
			         n->edge[i]);
	free(n->edge);
	n->edge = table;
	n->edges_room = room;
	return true;
}

static uint32_t
new_node(struct ent_text_names *n, unsigned words)
{
	if (!grow((void **)&n->node, n->nodes, &n->nodes_room, sizeof(*n->node)))
		return 0;
	n->node[n->nodes] = (struct node){ .words = (uint8_t)words, .guard = 0xff };
	return (uint32_t)n->nodes++;
}

/* The node behind one, new or there; 0 if memory ran out. */
static uint32_t
step(struct ent_text_names *n, uint32_t node, uint32_t word, unsigned words)
{
	uint64_t h = edge_hash(n, node, word);
	uint32_t to = node ? ent_edge_to(n, node, word) : n->root[word];

	if (to || !edges_grow(n))
		return to;
	to = new_node(n, words);
	if (!to)
		return 0;
	if (!node) {
		n->root[word] = to;
		return to;
	}
	edge_put(n->edge, n->edges_room, h, (struct edge){ node, word, to });
	n->edges++;
	filter_add(n->filter, EDGE_BITS, h);
	return to;
}

/* ---- the dictionary ---- */

struct ent_text_names *
ent_text_names_new(struct ent_err *err)
{
	struct ent_text_names *n = calloc(1, sizeof(*n));

	if (!n) {
		ent_fail(err, ENT_ENOMEM, "out of memory");
		return NULL;
	}
	if (getrandom(&n->seed, sizeof(n->seed), 0) != sizeof(n->seed))
		n->seed = (uint64_t)(uintptr_t)n;
	ent_buf_init(&n->text, ENT_TEXT_NAMES_MAX);
	n->filter = calloc((size_t)1 << (EDGE_BITS - 6), sizeof(*n->filter));
	n->known = calloc((size_t)1 << (KNOWN_BITS - 6), sizeof(*n->known));
	n->fewer_filter = calloc((size_t)1 << (FEWER_BITS - 6), sizeof(*n->fewer_filter));
	n->folder = ent_folder_new(err);
	if (n->folder && n->filter && n->known && n->fewer_filter && edges_grow(n) &&
	    grow((void **)&n->word, 0, &n->words_room, sizeof(*n->word))) {
		n->root = calloc(n->words_room, sizeof(*n->root));
		(void)new_node(n, 0); /* number 0 is the root */
		n->words = 1;
	}
	if (n->folder && n->root && n->nodes)
		return n;
	if (n->folder)
		ent_fail(err, ENT_ENOMEM, "out of memory");
	ent_text_names_free(n);
	return NULL;
}

void
ent_text_names_free(struct ent_text_names *n)
{
	struct keyed *keys[] = { &n->exact, &n->sound, &n->skeleton, &n->fewer };

	if (!n)
		return;
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		free(keys[i]->head);
		free(keys[i]->chain);
	}
	ent_folder_free(n->folder);
	ent_buf_release(&n->text);
	free(n->filter);
	free(n->known);
	free(n->fewer_filter);
	free(n->word);
	free(n->root);
	free(n->node);
	free(n->edge);
	free(n->name);
	free(n);
}

struct adding {
	struct ent_text_names *n;
	uint32_t word;
};

static bool
add_fewer(void *self, uint64_t key)
{
	struct adding *a = self;

	filter_add(a->n->fewer_filter, FEWER_BITS, key);
	return key_add(&a->n->fewer, key, a->word);
}

static bool
index_word(struct ent_text_names *n, uint32_t number)
{
	const struct ent_token *t = &n->word[number];
	struct adding a = { n, number };

	uint64_t h = ent_text_hash(n, t->text, t->n, t->n);

	filter_add(n->known, KNOWN_BITS, h);
	if (!key_add(&n->exact, h, number))
		return false;
	if (!t->sound[0] || t->kind == ENT_TOKEN_NUMBER || t->n < 3)
		return true;
	if (!key_add(&n->sound, ent_text_hash(n, t->sound, strlen(t->sound), 0), number))
		return false;
	if (!t->abjad && strlen(t->skeleton) >= 2 &&
	    !key_add(&n->skeleton, ent_text_hash(n, t->skeleton, strlen(t->skeleton), 0),
	             number))
		return false;
	if (t->n >= ENT_TEXT_SPELT)
		ent_text_fewer(n->seed, t, add_fewer, &a);
	return true;
}

static uint32_t
word_number(struct ent_text_names *n, const struct ent_token *t)
{
	uint32_t there = ent_text_word(n, t->text, t->n);

	if (there)
		return there;
	if (n->words == n->words_room) {
		size_t was = n->words_room;
		uint32_t *root;

		if (!grow((void **)&n->word, n->words, &n->words_room, sizeof(*n->word)))
			return 0;
		root = realloc(n->root, n->words_room * sizeof(*root));
		if (!root)
			return 0;
		memset(root + was, 0, (n->words_room - was) * sizeof(*root));
		n->root = root;
	}
	n->word[n->words] = *t;
	n->root[n->words] = 0;
	there = (uint32_t)n->words++;
	return index_word(n, there) ? there : 0;
}

/* ---- names ---- */

struct parts { /* a name's words */
	uint32_t word[ENT_NAME_TOKENS];
	uint8_t kind[ENT_NAME_TOKENS];
	size_t n;
	bool common, upper;
};

static int
read_parts(struct ent_text_names *n, struct ent_str text, struct parts *p)
{
	struct word w = { 0, 0 };

	while (ent_word_next(text, w.to, &w)) {
		struct ent_str s = { text.p + w.from, w.to - w.from };
		unsigned flags = ent_word_flags(s);
		struct ent_token t;

		if (!ent_word_fold(n->folder, s, flags, &t))
			continue;
		if (p->n == ENT_NAME_TOKENS)
			return ENT_ELIMIT;
		p->kind[p->n] = t.kind;
		/* what is generic in an organisation's name, as "islamic", may be no everyday
		 * word */
		p->common = p->common && !(flags & WORD_SIGN) &&
		            ((t.kind != ENT_TOKEN_NAME && t.kind != ENT_TOKEN_GENERIC) ||
		             ent_word_common(t.text));
		p->upper =
		    p->upper && (!(flags & WORD_CASED) || (flags & WORD_UPPER) || t.n == 1);
		p->word[p->n] = word_number(n, &t);
		if (!p->word[p->n++])
			return ENT_ENOMEM;
	}
	return 0;
}

static bool
put_path(struct ent_text_names *n, const uint32_t *word, size_t words, struct listed l,
         bool upper)
{
	uint32_t node = 0;

	for (size_t i = 0; i < words; i++) {
		node = step(n, node, word[i], (unsigned)i + 1);
		if (!node)
			return false;
	}
	for (uint32_t i = n->node[node].names; i; i = n->name[i - 1].next)
		if (n->name[i - 1].entry == l.entry)
			return true; /* the first is the primary one */
	if (!grow((void **)&n->name, n->names, &n->names_room, sizeof(*n->name)))
		return false;
	l.next = n->node[node].names;
	n->node[node].guard &= l.guard;
	n->node[node].upper = n->node[node].upper || upper;
	n->name[n->names++] = l;
	n->node[node].names = (uint32_t)n->names;
	return true;
}

/* Without the legal form at one of its ends, where two words are left. */
static bool
put_bare(struct ent_text_names *n, const struct parts *p, struct listed l)
{
	size_t from = 0, to = p->n;

	while (to - from > 2 && p->kind[to - 1] == ENT_TOKEN_FORM)
		to--;
	while (to - from > 2 && p->kind[from] == ENT_TOKEN_FORM)
		from++;
	return to - from == p->n || put_path(n, p->word + from, to - from, l, p->upper);
}

/* "Al-Qaida" in one word: Alqaida */
static int
put_joined(struct ent_text_names *n, const struct parts *p, struct listed l)
{
	struct ent_token t = { 0 };
	const struct ent_token *a, *b;
	uint32_t word;

	if (p->n != 2 || p->kind[0] != ENT_TOKEN_PARTICLE)
		return 0;
	a = &n->word[p->word[0]];
	b = &n->word[p->word[1]];
	if (a->n + b->n < 6 || a->n + b->n >= ENT_TOKEN_ROOM || a->n != 2 || p->common)
		return 0;
	memcpy(t.text, a->text, a->n);
	memcpy(t.text + a->n, b->text, b->n);
	t.n = (uint8_t)(a->n + b->n);
	t.abjad = a->abjad;
	ent_token_finish(&t);
	word = word_number(n, &t);
	return word && put_path(n, &word, 1, l, p->upper) ? 0 : ENT_ENOMEM;
}

static int
put_name(struct ent_text_names *n, struct ent_str text, struct listed l)
{
	struct parts p = { .common = true, .upper = true };
	size_t letters = ent_word_letters(text);
	int rc = read_parts(n, text, &p);

	if (rc || !p.n)
		return rc == ENT_ELIMIT ? 0 : rc;
	if (letters <= 4)
		l.guard |= GUARD_SHORT;
	if (p.common)
		l.guard |= GUARD_COMMON;
	if (p.n > 1)
		l.guard &= (uint8_t)~GUARD_LONE;
	if (letters < 2)
		return 0;
	if (!put_path(n, p.word, p.n, l, p.upper) || !put_bare(n, &p, l))
		return ENT_ENOMEM;
	return put_joined(n, &p, l);
}

int
ent_text_names_add(struct ent_text_names *n, uint32_t entry, struct ent_str name,
                   unsigned flags, struct ent_err *err)
{
	struct listed l = { .entry = entry,
		            .text = (uint32_t)n->text.n,
		            .guard = (uint8_t)((flags & ENT_TEXT_WEAK ? GUARD_WEAK : 0) |
		                               (flags & ENT_TEXT_LONE ? GUARD_LONE : 0)) };
	size_t comma = flags & ENT_TEXT_LAST_FIRST ? ent_str_find(name, ',') : name.n;
	int rc;

	if (name.n > ENT_NAME_BYTES)
		return 0;
	l.n = (uint32_t)name.n;
	ent_buf_str(&n->text, name);
	if (!ent_buf_ok(&n->text))
		return ent_fail(err, ENT_ELIMIT, "the lists hold more than %zu MiB of names",
		                ENT_TEXT_NAMES_MAX >> 20);
	rc = put_name(n, name, l);
	if (rc == 0 && comma < name.n) {
		char turned[ENT_NAME_BYTES + 2];
		struct ent_str last = { name.p, comma }, first = ent_str_from(name, comma + 1);

		memcpy(turned, first.p, first.n);
		turned[first.n] = ' ';
		memcpy(turned + first.n + 1, last.p, last.n);
		rc = put_name(n, (struct ent_str){ turned, name.n }, l);
	}
	return rc ? ent_fail(err, ENT_ENOMEM, "no memory for so many names") : 0;
}

int
ent_text_names_done(struct ent_text_names *n, struct ent_err *err)
{
	(void)err;
	n->ready = true;
	return 0;
}

void
ent_text_names_measure(const struct ent_text_names *n, struct ent_text_size *out)
{
	const struct keyed *keys[] = { &n->exact, &n->sound, &n->skeleton, &n->fewer };

	*out = (struct ent_text_size){ .names = n->names,
		                       .words = n->words - 1,
		                       .nodes = n->nodes };
	out->bytes = n->words_room * (sizeof(*n->word) + sizeof(*n->root)) +
	             n->nodes_room * sizeof(*n->node) + n->edges_room * sizeof(*n->edge) +
	             n->names_room * sizeof(*n->name) + n->text.cap +
	             ((size_t)1 << (EDGE_BITS - 3)) + ((size_t)1 << (KNOWN_BITS - 3)) +
	             ((size_t)1 << (FEWER_BITS - 3));
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		out->bytes += keys[i]->room * sizeof(struct chain) +
		              (keys[i]->mask + 1) * sizeof(uint32_t);
}

bool
ent_text_entry(const struct ent_text_names *n, uint32_t node, uint32_t *at, uint32_t *entry,
               struct ent_str *name)
{
	uint32_t i = *at ? n->name[*at - 1].next : n->node[node].names;

	if (!i)
		return false;
	*at = i;
	*entry = n->name[i - 1].entry;
	if (name)
		*name = (struct ent_str){ n->text.p + n->name[i - 1].text, n->name[i - 1].n };
	return true;
}
