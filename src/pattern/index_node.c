/* SPDX-License-Identifier: Apache-2.0 */
/*
 * index_node.c - the tree of object types and paths that patterns ask for.
 */
#include <stdlib.h>

#include "base/limits.h"
#include "pattern/index_int.h"

enum { NAMED = ENT_ANCHOR_KINDS, ANY };

static uint64_t
id_of(const struct ent_node *n)
{
	return n ? n->id : 0;
}

static struct ent_node *
find(const struct ent_pattern_set *s, const struct ent_node *parent, struct ent_str name,
     uint64_t hash)
{
	struct ent_slot *slot = ent_table_find(&s->nodes, hash);
	struct ent_node *n = slot ? slot->value : NULL;

	return n && n->parent == parent && ent_str_eq(n->name, name) ? n : NULL;
}

struct ent_node *
ent_node_find(const struct ent_pattern_set *s, const struct ent_node *parent,
              struct ent_str name)
{
	return find(s, parent, name, ent_seed_hash(&s->seed, id_of(parent), NAMED, name));
}

static bool
is_ref(struct ent_str name)
{
	return ent_str_ends(name, "_ref") || ent_str_ends(name, "_refs");
}

static size_t
bytes(const struct ent_node *n)
{
	return sizeof(*n) + n->name.n + 1;
}

static void
join(struct ent_node *parent, struct ent_node *n)
{
	parent->uses++;
	if (!n->name.p) {
		parent->any = n;
		return;
	}
	parent->children++;
	n->next = parent->child;
	if (n->next)
		n->next->prev = n;
	parent->child = n;
}

static struct ent_node *
make(struct ent_pattern_set *s, struct ent_node *parent, struct ent_str name)
{
	uint64_t hash = ent_seed_hash(&s->seed, id_of(parent), name.p ? NAMED : ANY, name);
	struct ent_node *n = find(s, parent, name, hash);
	struct ent_slot *slot;
	char *copy;

	if (n)
		return n;
	slot = ent_table_make(&s->nodes, hash);
	if (!slot || slot->value)
		return NULL;
	n = calloc(1, sizeof(*n) + name.n + 1);
	if (!n)
		return NULL;
	copy = (char *)(n + 1);
	if (name.p)
		memcpy(copy, name.p, name.n);
	n->name = (struct ent_str){ name.p ? copy : NULL, name.n };
	n->parent = parent;
	n->hash = hash;
	n->id = ++s->next_id;
	if (parent) {
		n->depth = parent->depth + 1;
		n->refs = name.p ? is_ref(name) : parent->refs;
		n->form = !name.p                      ? parent->form
		          : ent_str_ends(name, "_hex") ? ENT_FORM_HEX
		          : ent_str_ends(name, "_bin") ? ENT_FORM_BIN
		                                       : ENT_PLAIN;
		join(parent, n);
	}
	ent_set_take(s, bytes(n));
	slot->value = n;
	ent_table_filled(&s->nodes);
	return n;
}

struct ent_node *
ent_node_make(struct ent_pattern_set *s, struct ent_str type, const struct ent_pat_step *path,
              bool *whole)
{
	struct ent_node *n = make(s, NULL, type);

	*whole = true;
	for (const struct ent_pat_step *p = path; n && p; p = p->next) {
		struct ent_node *to;

		if (n->depth == ENT_INDEX_DEPTH) {
			*whole = false;
			break;
		}
		to =
		    make(s, n, p->kind == ENT_PAT_NAME ? p->text : (struct ent_str){ NULL, 0 });
		if (!to)
			ent_node_drop(s, n);
		n = to;
	}
	return n;
}

void
ent_node_drop(struct ent_pattern_set *s, struct ent_node *n)
{
	while (n && !n->uses) {
		struct ent_node *parent = n->parent;
		struct ent_slot *slot = ent_table_find(&s->nodes, n->hash);

		if (slot && slot->value == n) {
			slot->value = NULL;
			ent_table_emptied(&s->nodes);
		}
		if (n->next)
			n->next->prev = n->prev;
		if (n->prev)
			n->prev->next = n->next;
		else if (parent && n->name.p)
			parent->child = n->next;
		if (parent) {
			parent->uses--;
			parent->children -= n->name.p != NULL;
			if (!n->name.p)
				parent->any = NULL;
		}
		ent_set_give(s, bytes(n) + (n->lengths ? ENT_NET_SIZES * sizeof(uint32_t) : 0));
		free(n->lengths);
		free(n);
		n = parent;
	}
}
