/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log_record.c - the values of one record put together to objects, and these to an observation.
 *
 * Values come in any order and into any depth, so they are kept as a small tree of parts with
 * the number of children of each, and made into JSON when the record ends.
 */
#include "base/arena.h"
#include "base/time.h"
#include "intake/log_record_int.h"
#include "json/make.h"

/* Names that the code itself gives to members. */
static const char *const words[ENT_WORDS] = { "type", "value", "protocols",
	                                      "ipv4", "ipv6",  "is_multipart" };

struct ent_logs_record *
ent_logs_record_new(void)
{
	struct ent_logs_record *r = calloc(1, sizeof(*r));

	for (size_t i = 0; r && i < ENT_LOGS_OBJECTS; i++)
		(void)snprintf(r->keys[i], ENT_LOGS_KEY, "%zu", i);
	for (size_t i = 0; r && i < ENT_WORDS; i++) {
		(void)snprintf(r->word_text[i], sizeof(r->word_text[i]), "%s", words[i]);
		r->words[i] = ent_str_c(r->word_text[i]);
	}
	for (size_t i = 0; r && i < ENT_SLOTS; i++)
		if (ent_logs_slots[i].type) {
			(void)snprintf(r->type_text[i], sizeof(r->type_text[i]), "%s",
			               ent_logs_slots[i].type);
			r->types[i] = ent_str_c(r->type_text[i]);
		}
	return r;
}

void
ent_logs_record_free(struct ent_logs_record *r)
{
	free(r);
}

void
ent_logs_record_begin(struct ent_logs_record *r, struct ent_arena *a)
{
	r->a = a;
	r->n_parts = 1;
	r->n_items = 0;
	memset(r->first, 0, sizeof(r->first));
	memset(r->last, 0, sizeof(r->last));
	r->host = r->path = (struct ent_str){ NULL, 0 };
	r->port = r->time = r->until = r->duration = 0;
	r->timed = r->ends = r->lasts = false;
	r->family = 0;
}

static struct ent_str
word(const struct ent_logs_record *r, enum ent_logs_word w)
{
	return r->words[w];
}

/* ---- parts ---- */

static unsigned short
part_new(struct ent_logs_record *r, enum ent_logs_what what, struct ent_str key)
{
	if (r->n_parts == ENT_LOGS_VALUES)
		return 0;
	r->parts[r->n_parts] = (struct ent_logs_part){ .what = what, .key = key };
	return (unsigned short)r->n_parts++;
}

static struct ent_logs_part *
child_new(struct ent_logs_record *r, unsigned short of, enum ent_logs_what what,
          struct ent_str key)
{
	unsigned short c = part_new(r, what, key);
	struct ent_logs_part *p = &r->parts[of];

	if (!c)
		return NULL;
	if (p->last)
		r->parts[p->last].next = c;
	else
		p->first = c;
	p->last = c;
	p->n++;
	return &r->parts[c];
}

static unsigned short
child(const struct ent_logs_record *r, unsigned short of, struct ent_str key)
{
	unsigned short c = r->parts[of].first;

	while (c && !ent_str_eq(r->parts[c].key, key))
		c = r->parts[c].next;
	return c;
}

static const struct ent_json *
tree(struct ent_logs_record *r, unsigned short of)
{
	const struct ent_logs_part *p = &r->parts[of];
	struct ent_json *v = p->what == ENT_PART_LIST ? ent_json_make_array(r->a, p->n)
	                                              : ent_json_make_object(r->a, p->n);
	size_t i = 0;

	for (unsigned short c = p->first; v && c; c = r->parts[c].next, i++) {
		const struct ent_logs_part *q = &r->parts[c];
		const struct ent_json *inner = NULL;

		switch (q->what) {
		case ENT_PART_GROUP:
		case ENT_PART_LIST:
			inner = tree(r, c); /* as deep as a path has steps */
			if (!inner)
				return NULL;
			ent_json_set(v, i, q->key, inner);
			break;
		case ENT_PART_STRING:
			ent_json_set_str(v, i, q->key, q->s);
			break;
		case ENT_PART_INT:
			ent_json_set_int(v, i, q->key, q->i);
			break;
		case ENT_PART_DOUBLE:
			ent_json_set_double(v, i, q->key, q->d);
			break;
		case ENT_PART_BOOL:
			ent_json_set_bool(v, i, q->key, q->i != 0);
			break;
		}
	}
	return v;
}

/* ---- objects ---- */

static struct ent_logs_item *
item_new(struct ent_logs_record *r, enum ent_logs_slot slot, struct ent_str type)
{
	struct ent_logs_item *it = &r->items[r->n_items];
	struct ent_logs_part *p;

	if (r->n_items == ENT_LOGS_OBJECTS)
		return NULL;
	*it = (struct ent_logs_item){ .slot = slot, .type = type.p ? type : r->types[slot] };
	it->root = part_new(r, ENT_PART_GROUP, (struct ent_str){ NULL, 0 });
	p = it->root ? child_new(r, it->root, ENT_PART_STRING, word(r, ENT_WORD_TYPE)) : NULL;
	if (!p)
		return NULL;
	p->s = it->type;
	it->key = (struct ent_str){ r->keys[r->n_items], r->n_items < 10 ? 1 : 2 };
	r->n_items++;
	r->last[slot] = (unsigned short)r->n_items;
	if (!r->first[slot])
		r->first[slot] = (unsigned short)r->n_items;
	return it;
}

/* Whether an object of the slot has this value already, by its only property. */
static bool
has_value(const struct ent_logs_record *r, enum ent_logs_slot slot, struct ent_str key,
          struct ent_str s)
{
	for (size_t i = 0; i < r->n_items; i++) {
		unsigned short c;

		if (r->items[i].slot != slot)
			continue;
		c = child(r, r->items[i].root, key);
		if (c && r->parts[c].what == ENT_PART_STRING && ent_str_eq(r->parts[c].s, s))
			return true;
	}
	return false;
}

/* The object that a way leads to, and in it the last group: *leaf is what stands there already.
 */
static unsigned short
walk(struct ent_logs_record *r, const struct ent_logs_way *w, struct ent_str type,
     unsigned short *leaf)
{
	unsigned short at;
	struct ent_logs_item *it = r->last[w->slot] ? &r->items[r->last[w->slot] - 1] : NULL;

	if (it && ent_logs_slots[w->slot].many && !w->append && w->n == 1 &&
	    child(r, it->root, w->step[0]))
		it = NULL;
	if (!it)
		it = item_new(r, w->slot, type);
	if (!it)
		return 0;
	at = it->root;
	for (unsigned i = 0; i + 1 < w->n; i++) {
		unsigned short c = child(r, at, w->step[i]);
		const struct ent_logs_part *made;

		if (!c) {
			made = child_new(r, at, ENT_PART_GROUP, w->step[i]);
			c = made ? (unsigned short)(made - r->parts) : 0;
		}
		if (!c || r->parts[c].what != ENT_PART_GROUP)
			return 0;
		at = c;
	}
	*leaf = child(r, at, w->step[w->n - 1]);
	return at;
}

static bool
listed(const struct ent_logs_record *r, unsigned short list, struct ent_str s)
{
	for (unsigned short c = r->parts[list].first; c; c = r->parts[c].next)
		if (ent_str_eq(r->parts[c].s, s))
			return true;
	return false;
}

struct ent_logs_part *
ent_logs_leaf(struct ent_logs_record *r, const struct ent_logs_way *w, struct ent_str type,
              enum ent_logs_what what, struct ent_str s, bool *twice)
{
	unsigned short leaf = 0, at;
	struct ent_logs_part *p;

	*twice = false;
	if (what == ENT_PART_STRING && ent_logs_slots[w->slot].many && w->n == 1 &&
	    has_value(r, w->slot, w->step[0], s)) {
		*twice = true;
		return NULL;
	}
	at = walk(r, w, type, &leaf);
	if (!at)
		return NULL;
	if (!w->append) {
		*twice = leaf != 0; /* the first one counts */
		return leaf ? NULL : child_new(r, at, what, w->step[w->n - 1]);
	}
	if (!leaf) {
		p = child_new(r, at, ENT_PART_LIST, w->step[w->n - 1]);
		leaf = p ? (unsigned short)(p - r->parts) : 0;
	}
	if (!leaf || r->parts[leaf].what != ENT_PART_LIST)
		return NULL;
	*twice = listed(r, leaf, s);
	return *twice ? NULL : child_new(r, leaf, what, (struct ent_str){ NULL, 0 });
}

bool
ent_logs_record_timed(const struct ent_logs_record *r)
{
	return r->timed;
}

/* ---- the end ---- */

static int
add_url(struct ent_logs_record *r)
{
	struct ent_logs_item *it;
	struct ent_logs_part *p;
	struct ent_str s = r->path;

	if (!s.n)
		return 0;
	if (!ent_str_starts(s, "http://") && !ent_str_starts(s, "https://")) {
		size_t room = r->host.n + s.n + 32;
		char port[16] = "", *to;

		if (!r->host.n || s.p[0] != '/')
			return 0;
		to = ent_arena_alloc(r->a, room + ENT_JSON_MADE_AHEAD);
		if (!to)
			return ENT_ENOMEM;
		if (r->port && r->port != 80 && !memchr(r->host.p, ':', r->host.n))
			(void)snprintf(port, sizeof(port), ":%lld", (long long)r->port);
		(void)snprintf(to, room, "http://%.*s%s", ENT_FMT(r->host), port);
		s.n = strlen(to);
		memcpy(to + s.n, r->path.p, r->path.n);
		s = (struct ent_str){ to, s.n + r->path.n };
	}
	it = item_new(r, ENT_SLOT_URL, ENT_ANY_TYPE);
	p = it ? child_new(r, it->root, ENT_PART_STRING, word(r, ENT_WORD_VALUE)) : NULL;
	if (p)
		p->s = s;
	return 0; /* where it doesn't fit, a record has more than its share already */
}

/* What a connection runs over stands first (STIX 2.1, 6.12). */
static void
add_family(struct ent_logs_record *r)
{
	struct ent_logs_item *it =
	    r->first[ENT_SLOT_TRAFFIC] ? &r->items[r->first[ENT_SLOT_TRAFFIC] - 1] : NULL;
	struct ent_str key = word(r, ENT_WORD_PROTOCOLS),
		       ip = word(r, r->family == 6 ? ENT_WORD_IPV6 : ENT_WORD_IPV4);
	unsigned short list, c;
	struct ent_logs_part *p;

	if (!r->family)
		return;
	if (!it)
		it = item_new(r, ENT_SLOT_TRAFFIC, ENT_ANY_TYPE);
	if (!it)
		return;
	list = child(r, it->root, key);
	if (!list) {
		p = child_new(r, it->root, ENT_PART_LIST, key);
		list = p ? (unsigned short)(p - r->parts) : 0;
	}
	c = list ? part_new(r, ENT_PART_STRING, (struct ent_str){ NULL, 0 }) : 0;
	if (!c)
		return;
	r->parts[c].s = ip;
	r->parts[c].next = r->parts[list].first;
	r->parts[list].first = c;
	if (!r->parts[list].last)
		r->parts[list].last = c;
	r->parts[list].n++;
}

static void
add_link(struct ent_logs_record *r, const struct ent_logs_link *l, struct ent_str key)
{
	const struct ent_logs_item *from =
	    r->first[l->from] ? &r->items[r->first[l->from] - 1] : NULL;
	struct ent_logs_part *list = NULL, *p;

	if (!from || !r->first[l->to])
		return;
	if (l->from == ENT_SLOT_NAME && from->type.p != r->types[ENT_SLOT_NAME].p)
		return;
	for (size_t i = r->first[l->to] - 1u; i < r->n_items; i++) {
		if (r->items[i].slot != l->to)
			continue;
		if (!l->list) {
			p = child_new(r, from->root, ENT_PART_STRING, key);
			if (p)
				p->s = r->items[i].key;
			return;
		}
		if (!list)
			list = child_new(r, from->root, ENT_PART_LIST, key);
		p = list ? child_new(r, (unsigned short)(list - r->parts), ENT_PART_STRING,
		                     (struct ent_str){ NULL, 0 })
		         : NULL;
		if (!p)
			return;
		p->s = r->items[i].key;
	}
}

static int
add_links(struct ent_logs_record *r)
{
	const struct ent_logs_item *m =
	    r->first[ENT_SLOT_MAIL] ? &r->items[r->first[ENT_SLOT_MAIL] - 1] : NULL;

	for (size_t i = 0; i < ent_logs_links_n; i++) {
		const struct ent_logs_link *l = &ent_logs_links[i];
		struct ent_str key;

		if (!r->first[l->from] || !r->first[l->to])
			continue;
		key = ent_logs_keep(r->a, ent_str_c(l->property));
		if (!key.p)
			return ENT_ENOMEM;
		add_link(r, l, key);
	}
	if (m) {
		struct ent_logs_part *p =
		    child_new(r, m->root, ENT_PART_BOOL, word(r, ENT_WORD_MULTIPART));

		if (p)
			p->i = 0; /* logs don't say; the standard asks for it */
	}
	return 0;
}

int
ent_logs_record_end(struct ent_logs_record *r, int64_t otherwise, struct ent_logs_seen *out)
{
	int64_t first = r->timed ? r->time : otherwise;
	struct ent_json *all;

	if (add_url(r))
		return ENT_ENOMEM;
	if (!r->n_items)
		return 0;
	add_family(r);
	if (add_links(r))
		return ENT_ENOMEM;
	*out = (struct ent_logs_seen){ .first = first, .last = first, .count = 1 };
	if (r->ends && r->until > first)
		out->last = r->until;
	else if (r->lasts)
		out->last = first + r->duration;
	all = ent_json_make_object(r->a, r->n_items);
	if (!all)
		return ENT_ENOMEM;
	for (size_t i = 0; i < r->n_items; i++) {
		const struct ent_json *v = tree(r, r->items[i].root);

		if (!v)
			return ENT_ENOMEM;
		ent_json_set(all, i, r->items[i].key, v);
	}
	out->objects = all;
	return 1;
}
