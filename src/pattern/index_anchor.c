/* SPDX-License-Identifier: Apache-2.0 */
/*
 * index_anchor.c - under which keys a bracket waits.
 */
#include <stdlib.h>

#include "base/limits.h"
#include "pattern/index_int.h"

/* How much a key leaves out: the more the better. */
static const unsigned char worth_of[ENT_ANCHOR_KINDS] = {
	[ENT_ANCHOR_PATH] = 20,   [ENT_ANCHOR_BOOL] = 30,  [ENT_ANCHOR_NUMBER] = 40,
	[ENT_ANCHOR_GRAM] = 60,   [ENT_ANCHOR_NET] = 70,   [ENT_ANCHOR_SUFFIX] = 80,
	[ENT_ANCHOR_TEXT] = 90,   [ENT_ANCHOR_BYTES] = 90, [ENT_ANCHOR_STRING] = 90,
	[ENT_ANCHOR_FOLDED] = 90,
};
#define WORTH_TYPE 10  /* a path of no steps */
#define WORTH_NONE 100 /* nothing can satisfy it */

/* A key before it has posts. */
struct key {
	enum ent_anchor kind;
	struct ent_node *node;
	uint64_t hash;
	struct ent_str literal;
	uint32_t at;
	uint8_t bits, size;
};

/* Either puts keys, or (rule NULL) looks at what they would be worth. */
struct task {
	struct ent_pattern_set *s;
	struct ent_rule *rule;
	struct ent_rule_bracket *bracket;
	unsigned worth; /* of the worst */
	int rc;
};

uint64_t
ent_anchor_number(const struct ent_pattern_set *s, const struct ent_node *n, double d)
{
	double same = d == 0 ? 0 : d; /* no -0 */

	return ent_seed_hash(&s->seed, n->id, ENT_ANCHOR_NUMBER,
	                     (struct ent_str){ (const char *)&same, sizeof(same) });
}

uint64_t
ent_anchor_net(const struct ent_pattern_set *s, const struct ent_node *n,
               const struct ent_net *net, unsigned bits)
{
	uint8_t key[18] = { (uint8_t)net->size, (uint8_t)bits };
	unsigned whole = bits / 8;

	memcpy(key + 2, net->bytes, whole);
	if (bits % 8)
		key[2 + whole] = (uint8_t)(net->bytes[whole] & (0xff00 >> bits % 8));
	return ent_seed_hash(&s->seed, n->id, ENT_ANCHOR_NET,
	                     (struct ent_str){ (const char *)key, sizeof(key) });
}

/* ---- posts ---- */

static size_t
posts_on(const struct ent_post *p)
{
	size_t n = 0;

	for (; p && n < ENT_INDEX_LOOK; p = p->next)
		n++;
	return n;
}

static size_t
crowd(const struct ent_pattern_set *s, uint64_t hash)
{
	struct ent_slot *slot = ent_table_find(&s->posts, hash);

	return slot ? posts_on(slot->value) : 0;
}

static uint8_t *
gram_count(struct ent_pattern_set *s, uint64_t hash)
{
	return &s->grams[ENT_GRAM_PLACE(hash)];
}

static size_t
length_of(const struct key *k)
{
	return k->bits + (k->size == 128 ? ENT_NET_6 : 0);
}

static size_t
bytes(const struct ent_post *p)
{
	return sizeof(*p) + p->literal.n;
}

/* Room for the lengths of networks, and a slot for the key. */
static struct ent_post **
head(struct ent_pattern_set *s, const struct key *k)
{
	struct ent_slot *slot;
	union {
		void **any;
		struct ent_post **post;
	} to;

	if (k->kind == ENT_ANCHOR_PATH)
		return &k->node->here;
	if (k->kind == ENT_ANCHOR_NET && !k->node->lengths) {
		k->node->lengths = calloc(ENT_NET_SIZES, sizeof(uint32_t));
		if (!k->node->lengths)
			return NULL;
		ent_set_take(s, ENT_NET_SIZES * sizeof(uint32_t));
	}
	slot = ent_table_make(&s->posts, k->hash);
	if (!slot)
		return NULL;
	if (!slot->value)
		ent_table_filled(&s->posts);
	to.any = &slot->value;
	return to.post;
}

static void
post(struct task *t, const struct key *k)
{
	struct ent_post *p = calloc(1, sizeof(*p) + k->literal.n);
	struct ent_post **to = p ? head(t->s, k) : NULL;
	char *copy = (char *)(p + 1);

	if (!to) {
		free(p);
		t->rc = ENT_ENOMEM;
		return;
	}
	*p = (struct ent_post){ .next = *to,
		                .link = to,
		                .bracket = t->bracket,
		                .node = k->node,
		                .same = t->rule->posts,
		                .hash = k->hash,
		                .literal = { copy, k->literal.n },
		                .at = k->at,
		                .kind = (uint8_t)k->kind,
		                .bits = k->bits,
		                .size = k->size };
	if (k->literal.n)
		memcpy(copy, k->literal.p, k->literal.n);
	if (p->next)
		p->next->link = &p->next;
	*to = p;
	t->rule->posts = p;
	k->node->uses++;
	k->node->count[k->kind]++;
	if (k->kind == ENT_ANCHOR_NET)
		k->node->lengths[length_of(k)]++;
	if (k->kind == ENT_ANCHOR_GRAM && *gram_count(t->s, k->hash) < UINT8_MAX)
		++*gram_count(t->s, k->hash);
	ent_set_take(t->s, bytes(p));
}

static void
unpost(struct ent_pattern_set *s, struct ent_post *p)
{
	struct key k = { .kind = p->kind, .bits = p->bits, .size = p->size };

	*p->link = p->next;
	if (p->next)
		p->next->link = p->link;
	if (p->kind != ENT_ANCHOR_PATH) {
		struct ent_slot *slot = ent_table_find(&s->posts, p->hash);

		if (slot && !slot->value)
			ent_table_emptied(&s->posts);
	}
	if (p->kind == ENT_ANCHOR_NET)
		p->node->lengths[length_of(&k)]--;
	/* one that is full stays so: it only costs looks */
	if (p->kind == ENT_ANCHOR_GRAM && *gram_count(s, p->hash) < UINT8_MAX)
		--*gram_count(s, p->hash);
	p->node->uses--;
	p->node->count[p->kind]--;
	ent_set_give(s, bytes(p));
	ent_node_drop(s, p->node);
	free(p);
}

/* ---- keys of a comparison ---- */

/* The key is put, or its worth is the task's. */
static void
give(struct task *t, const struct key *k)
{
	unsigned worth =
	    k->kind == ENT_ANCHOR_PATH && !k->node->parent ? WORTH_TYPE : worth_of[k->kind];
	size_t many;

	if (t->rc)
		return;
	if (t->rule) {
		post(t, k);
		return;
	}
	many = k->kind == ENT_ANCHOR_PATH ? 0 : crowd(t->s, k->hash);
	worth = many >= ENT_INDEX_LOOK ? worth / 4 + 5 : worth;
	t->worth = worth < t->worth ? worth : t->worth;
}

static uint64_t
string_hash(struct task *t, const struct key *k, struct ent_str s)
{
	return ent_seed_hash(&t->s->seed, k->node->id, k->kind, s);
}

static void
give_string(struct task *t, struct ent_node *n, enum ent_anchor kind, struct ent_str s)
{
	struct key k = { .kind = kind, .node = n };

	k.hash = string_hash(t, &k, s);
	give(t, &k);
}

static void
give_path(struct task *t, struct ent_node *n)
{
	struct key k = { .kind = ENT_ANCHOR_PATH, .node = n };

	give(t, &k);
}

/* Of all four bytes of a literal those that the fewest wait for. */
static void
give_literal(struct task *t, struct ent_node *n, struct ent_str literal)
{
	struct key k = { .kind = ENT_ANCHOR_GRAM, .node = n, .literal = literal };
	size_t least = SIZE_MAX;

	for (size_t i = 0; i + ENT_GRAM <= literal.n && least > 0 && i < UINT32_MAX; i++) {
		uint64_t hash = ent_seed_gram(&t->s->seed, n->id, literal.p + i);
		size_t many = crowd(t->s, hash);

		if (many < least) {
			least = many;
			k.hash = hash;
			k.at = (uint32_t)i;
		}
	}
	give(t, &k);
}

static void
give_constants(struct task *t, struct ent_node *n, const struct ent_cond *c)
{
	bool bytes = c->form == ENT_FORM_HEX || c->form == ENT_FORM_BIN;

	for (size_t i = 0; i < c->n && t->rc == 0; i++) {
		const struct ent_const *v = &c->consts[i];
		struct key k = { .kind = ENT_ANCHOR_NUMBER, .node = n };

		switch (v->type) {
		case ENT_PAT_INT:
		case ENT_PAT_FLOAT:
			k.hash = ent_anchor_number(t->s, n, v->d);
			give(t, &k);
			break;
		case ENT_PAT_BOOL:
			give_string(t, n, ENT_ANCHOR_BOOL,
			            v->truth ? ENT_STR("t") : ENT_STR("f"));
			break;
		case ENT_PAT_STRING:
			if (!bytes)
				give_string(t, n,
				            c->form == ENT_FORM_HASH ? ENT_ANCHOR_FOLDED
				                                     : ENT_ANCHOR_STRING,
				            v->text);
			else if (v->bytes.p)
				give_string(t, n, ENT_ANCHOR_BYTES, v->bytes);
			break;
		case ENT_PAT_HEX:
		case ENT_PAT_BIN:
			if (bytes && v->bytes.p)
				give_string(t, n, ENT_ANCHOR_BYTES, v->bytes);
			else if (!bytes)
				give_path(t, n);
			break;
		case ENT_PAT_TIME:
			give_path(t, n);
		}
	}
}

static void
give_text(struct task *t, struct ent_node *n, const struct ent_cond *c)
{
	struct ent_str like = c->like, rest = ent_str_from(like, 1);
	struct ent_literals l = { .n = 0 };
	bool is_like = c->op == ENT_PAT_LIKE;
	bool wild = memchr(like.p ? like.p : "", '_', like.n) != NULL;

	if (is_like && !wild && ent_str_find(like, '%') == like.n) {
		give_string(t, n, ENT_ANCHOR_TEXT, like);
		return;
	}
	if (is_like && !wild && ent_str_starts(like, "%.") &&
	    ent_str_find(rest, '%') == rest.n) {
		struct key k = { .kind = ENT_ANCHOR_SUFFIX, .node = n };

		k.hash = ent_seed_tail(&t->s->seed, n->id, k.kind);
		for (size_t i = rest.n; i-- > 0;)
			k.hash = ent_seed_before(&t->s->seed, k.hash, (unsigned char)rest.p[i]);
		k.hash = ent_seed_done(k.hash);
		give(t, &k);
		return;
	}
	ent_arena_reset(t->s->scratch);
	if (!is_like)
		like = ent_nfc(c->consts->text, &t->s->normal);
	if (!like.p || (is_like ? ent_like_literals(t->s->scratch, like, &l)
	                        : ent_regex_literals(t->s->scratch, like, &l)))
		t->rc = ENT_ENOMEM;
	for (size_t i = 0; i < l.n && t->rc == 0; i++)
		give_literal(t, n, l.list[i]);
	if (!l.n)
		give_path(t, n);
}

static void
test(struct task *t, const struct ent_cond *c)
{
	bool none = c->op == ENT_PAT_EXISTS && c->negated, whole;
	struct ent_node *n = ent_node_make(t->s, c->type, none ? NULL : c->path, &whole);
	struct key net = { .kind = ENT_ANCHOR_NET, .node = n };
	bool known = whole && !c->negated; /* what the values must be */

	if (!n) {
		t->rc = ENT_ENOMEM;
		return;
	}
	n->uses++; /* so that it stays here */
	if (known && (c->op == ENT_PAT_EQ || c->op == ENT_PAT_IN)) {
		give_constants(t, n, c);
	} else if (known && c->form == ENT_PLAIN &&
	           (c->op == ENT_PAT_LIKE || c->op == ENT_PAT_MATCHES)) {
		give_text(t, n, c);
	} else if (known && c->op == ENT_PAT_ISSUBSET && c->net.size) {
		net.bits = (uint8_t)c->net.bits;
		net.size = (uint8_t)c->net.size;
		net.hash = ent_anchor_net(t->s, n, &c->net, net.bits);
		give(t, &net);
	} else {
		give_path(t, n);
	}
	n->uses--;
	ent_node_drop(t->s, n);
}

/* ---- of an expression ---- */

/* Recurses as deep as the parser did. */
static unsigned
worth(struct task *t, const struct ent_cond *c)
{
	unsigned out = c->kind == ENT_PAT_OR ? WORTH_NONE : 0;
	struct task one = { .s = t->s, .bracket = t->bracket, .worth = WORTH_NONE };

	if (c->kind == ENT_PAT_TEST) {
		test(&one, c);
		t->rc = t->rc ? t->rc : one.rc;
		return one.worth;
	}
	for (const struct ent_cond *k = c->child; k && t->rc == 0; k = k->next) {
		unsigned w = worth(t, k);

		if (c->kind == ENT_PAT_OR ? w < out : w > out)
			out = w;
	}
	return out;
}

/* Recurses as deep as the parser did. */
static void
put(struct task *t, const struct ent_cond *c)
{
	const struct ent_cond *best = c->child;
	unsigned most = 0;

	if (c->kind == ENT_PAT_TEST) {
		test(t, c);
		return;
	}
	for (const struct ent_cond *k = c->child; k && t->rc == 0; k = k->next) {
		unsigned w;

		if (c->kind == ENT_PAT_OR) {
			put(t, k);
			continue;
		}
		w = worth(t, k);
		best = w > most ? k : best;
		most = w > most ? w : most;
	}
	if (c->kind == ENT_PAT_AND && best && t->rc == 0)
		put(t, best);
}

/* What can fail is evaluated wherever it could be: its paths are keys too. */
static void
put_raising(struct task *t, const struct ent_cond *c)
{
	bool whole;
	struct ent_node *n;

	for (const struct ent_cond *k = c->child; k && t->rc == 0; k = k->next)
		if (k->raises)
			put_raising(t, k);
	if (c->kind != ENT_PAT_TEST || t->rc)
		return;
	n = ent_node_make(t->s, c->type, c->path, &whole);
	if (!n) {
		t->rc = ENT_ENOMEM;
		return;
	}
	n->uses++;
	give_path(t, n);
	n->uses--;
	ent_node_drop(t->s, n);
}

int
ent_anchors_put(struct ent_pattern_set *s, struct ent_rule *r, struct ent_err *err)
{
	struct task t = { .s = s, .rule = r };

	for (size_t i = 0; i < r->n && t.rc == 0; i++) {
		t.bracket = &r->of[i];
		/* from may be behind to, where two STARTs stand: an interval can touch both */
		if (t.bracket->span.from == INT64_MAX)
			continue; /* STOP isn't after START */
		put(&t, t.bracket->is->cond);
		if (t.rc == 0 && t.bracket->is->cond->raises)
			put_raising(&t, t.bracket->is->cond);
	}
	return t.rc ? ent_fail(err, t.rc, "no memory for a pattern's place in its set") : 0;
}

void
ent_anchors_drop(struct ent_pattern_set *s, struct ent_rule *r)
{
	for (struct ent_post *p = r->posts, *same; p; p = same) {
		same = p->same;
		unpost(s, p);
	}
	r->posts = NULL;
}
