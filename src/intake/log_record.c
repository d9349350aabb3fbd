/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log_record.c - the values of one record put together to objects, and these to an observation.
 *
 * Values come in any order and into any depth, so they are kept as a small tree of parts with
 * the number of children of each, and made into JSON when the record ends.
 */
#include "base/arena.h"
#include "base/time.h"
#include "intake/log_int.h"
#include "json/make.h"

#define KEYS 24 /* room for a number as a text with ENT_JSON_MADE_AHEAD readable bytes */

enum what { GROUP, LIST, STRING, INT, DOUBLE, BOOL };

/* Names that the code itself gives to members. */
enum word { TYPE, VALUE, PROTOCOLS, IPV4, IPV6, MULTIPART, WORDS };
static const char *const words[WORDS] = { "type", "value", "protocols",
	                                  "ipv4", "ipv6",  "is_multipart" };
/* Types that a value decides on, as a record has them. */
#define ANY_TYPE     ((struct ent_str){ NULL, 0 })
#define type_ipv4(r) ((r)->types[ENT_SLOT_IPV4])
#define type_ipv6(r) ((r)->types[ENT_SLOT_IPV6])
#define type_name(r) ((r)->types[ENT_SLOT_NAME])

struct part {
	enum what what;
	struct ent_str key, s;
	int64_t i;
	double d;
	unsigned short next, first, last; /* 0: none */
	unsigned short n;                 /* children */
};

struct item {
	enum ent_logs_slot slot;
	struct ent_str type;
	unsigned short root;
	struct ent_str key;
};

struct ent_logs_record {
	struct ent_arena *a;
	struct part parts[ENT_LOGS_VALUES]; /* 0 isn't used */
	size_t n_parts;
	struct item items[ENT_LOGS_OBJECTS];
	size_t n_items;
	unsigned short first[ENT_SLOTS], last[ENT_SLOTS]; /* item + 1 */
	struct ent_str host, path;
	int64_t port;
	int64_t time, until, duration;
	bool timed, ends, lasts;
	int family; /* of the addresses: 4, 6 */
	char keys[ENT_LOGS_OBJECTS][KEYS];
	/* with readable bytes behind */
	char type_text[ENT_SLOTS][48], word_text[WORDS][48];
	struct ent_str types[ENT_SLOTS], words[WORDS];
};

struct ent_logs_record *
ent_logs_record_new(void)
{
	struct ent_logs_record *r = calloc(1, sizeof(*r));

	for (size_t i = 0; r && i < ENT_LOGS_OBJECTS; i++)
		(void)snprintf(r->keys[i], KEYS, "%zu", i);
	for (size_t i = 0; r && i < WORDS; i++) {
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
word(const struct ent_logs_record *r, enum word w)
{
	return r->words[w];
}

/* ---- parts ---- */

static unsigned short
part_new(struct ent_logs_record *r, enum what what, struct ent_str key)
{
	if (r->n_parts == ENT_LOGS_VALUES)
		return 0;
	r->parts[r->n_parts] = (struct part){ .what = what, .key = key };
	return (unsigned short)r->n_parts++;
}

static struct part *
child_new(struct ent_logs_record *r, unsigned short of, enum what what, struct ent_str key)
{
	unsigned short c = part_new(r, what, key);
	struct part *p = &r->parts[of];

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
	const struct part *p = &r->parts[of];
	struct ent_json *v = p->what == LIST ? ent_json_make_array(r->a, p->n)
	                                     : ent_json_make_object(r->a, p->n);
	size_t i = 0;

	for (unsigned short c = p->first; v && c; c = r->parts[c].next, i++) {
		const struct part *q = &r->parts[c];
		const struct ent_json *inner = NULL;

		switch (q->what) {
		case GROUP:
		case LIST:
			inner = tree(r, c); /* as deep as a path has steps */
			if (!inner)
				return NULL;
			ent_json_set(v, i, q->key, inner);
			break;
		case STRING:
			ent_json_set_str(v, i, q->key, q->s);
			break;
		case INT:
			ent_json_set_int(v, i, q->key, q->i);
			break;
		case DOUBLE:
			ent_json_set_double(v, i, q->key, q->d);
			break;
		case BOOL:
			ent_json_set_bool(v, i, q->key, q->i != 0);
			break;
		}
	}
	return v;
}

/* ---- objects ---- */

static struct item *
item_new(struct ent_logs_record *r, enum ent_logs_slot slot, struct ent_str type)
{
	struct item *it = &r->items[r->n_items];
	struct part *p;

	if (r->n_items == ENT_LOGS_OBJECTS)
		return NULL;
	*it = (struct item){ .slot = slot, .type = type.p ? type : r->types[slot] };
	it->root = part_new(r, GROUP, (struct ent_str){ NULL, 0 });
	p = it->root ? child_new(r, it->root, STRING, word(r, TYPE)) : NULL;
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
		if (c && r->parts[c].what == STRING && ent_str_eq(r->parts[c].s, s))
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
	struct item *it = r->last[w->slot] ? &r->items[r->last[w->slot] - 1] : NULL;

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
		const struct part *made;

		if (!c) {
			made = child_new(r, at, GROUP, w->step[i]);
			c = made ? (unsigned short)(made - r->parts) : 0;
		}
		if (!c || r->parts[c].what != GROUP)
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

/* A new value at the end of a way; NULL if there is no room, or one already. */
static struct part *
leaf_new(struct ent_logs_record *r, const struct ent_logs_way *w, struct ent_str type,
         enum what what, struct ent_str s, bool *twice)
{
	unsigned short leaf = 0, at;
	struct part *p;

	*twice = false;
	if (what == STRING && ent_logs_slots[w->slot].many && w->n == 1 &&
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
		p = child_new(r, at, LIST, w->step[w->n - 1]);
		leaf = p ? (unsigned short)(p - r->parts) : 0;
	}
	if (!leaf || r->parts[leaf].what != LIST)
		return NULL;
	*twice = listed(r, leaf, s);
	return *twice ? NULL : child_new(r, leaf, what, (struct ent_str){ NULL, 0 });
}

/* ---- conversions ---- */

static bool
text(struct ent_logs_record *r, const struct ent_logs_way *w, struct ent_str type,
     struct ent_str s)
{
	bool twice;
	struct part *p = leaf_new(r, w, type, STRING, s, &twice);

	if (p)
		p->s = s;
	return p || twice;
}

static bool
number(struct ent_logs_record *r, const struct ent_logs_way *w, int64_t i)
{
	bool twice;
	struct part *p = leaf_new(r, w, ANY_TYPE, INT, (struct ent_str){ NULL, 0 }, &twice);

	if (p)
		p->i = i;
	return p || twice;
}

/* In lower case, without what skip is; s itself where it is so already. */
static struct ent_str
lower(struct ent_logs_record *r, struct ent_str s, char skip)
{
	size_t i = 0, n = 0;
	char *p;

	while (i < s.n && !(s.p[i] >= 'A' && s.p[i] <= 'Z') && (!skip || s.p[i] != skip))
		i++;
	if (i == s.n)
		return s;
	p = ent_arena_raw(r->a, s.n + ENT_JSON_MADE_AHEAD);
	if (!p)
		return (struct ent_str){ NULL, 0 };
	for (i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (skip && c == skip)
			continue;
		p[n++] = (char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
	}
	memset(p + n, 0, s.n + ENT_JSON_MADE_AHEAD - n);
	return (struct ent_str){ p, n };
}

static bool
address(struct ent_logs_record *r, const struct ent_logs_way *w, struct ent_str s)
{
	int family = ent_logs_address(s);
	struct ent_str type = family == 6 ? type_ipv6(r) : type_ipv4(r);

	if (!family)
		return false;
	if (w->slot == ENT_SLOT_SRC || w->slot == ENT_SLOT_DST)
		r->family = family;
	s = lower(r, s, 0);
	return s.p && text(r, w, type, s);
}

static bool
domain(struct ent_logs_record *r, const struct ent_logs_way *w, struct ent_str s)
{
	size_t port = s.n;

	while (port > 0 && s.p[port - 1] >= '0' && s.p[port - 1] <= '9')
		port--;
	if (port > 1 && port < s.n && s.p[port - 1] == ':' && !memchr(s.p, ':', port - 1))
		s.n = port - 1;
	if (ent_logs_address(s))
		return address(r, w, s);
	if (s.n && s.p[s.n - 1] == '.')
		s.n--;
	if (!s.n || s.n > 253 || memchr(s.p, ' ', s.n) || memchr(s.p, '/', s.n))
		return false;
	s = lower(r, s, 0);
	return s.p && text(r, w, type_name(r), s);
}

/* "Name <a@b.example>" or "a@b.example". */
static bool
mail(struct ent_logs_record *r, const struct ent_logs_way *w, struct ent_str s)
{
	size_t open = s.n, close;

	while (open > 0 && s.p[open - 1] != '<')
		open--;
	if (open) {
		s = ent_str_from(s, open);
		close = ent_str_find(s, '>');
		s.n = close;
	}
	s = ent_str_trim(s);
	if (s.n < 3 || !memchr(s.p, '@', s.n) || memchr(s.p, ' ', s.n))
		return false;
	return text(r, w, ANY_TYPE, s);
}

static bool
instant(struct ent_logs_record *r, const struct ent_logs_way *w, struct ent_str s)
{
	struct ent_str t;
	char *p;
	int64_t us;

	if (!ent_logs_time(s, &us))
		return false;
	p = ent_arena_alloc(r->a, ENT_TIME_TEXT + ENT_JSON_MADE_AHEAD);
	t = ent_str_c(p ? ent_time_text(us, 0, p) : NULL);
	return t.p && text(r, w, ANY_TYPE, t);
}

/* Behind the last slash or backslash. */
static struct ent_str
basename_of(struct ent_str s)
{
	size_t n = s.n;

	while (n > 0 && s.p[n - 1] != '/' && s.p[n - 1] != '\\')
		n--;
	return ent_str_from(s, n);
}

static bool
whole(struct ent_str s, int64_t *out)
{
	uint64_t v;

	if (ent_str_u64(s, INT64_C(9007199254740991), &v))
		return false;
	*out = (int64_t)v;
	return true;
}

static bool
time_part(struct ent_logs_record *r, const struct ent_logs_way *w, struct ent_str s)
{
	switch (w->step[0].p[0]) {
	case 'd':
		return r->lasts = ent_logs_seconds(s, &r->duration);
	case 'l':
		return r->ends = ent_logs_time(s, &r->until);
	default:
		/* the first row of the table that gives a time is the one of all records; one
		 * of the kind itself comes behind it and is better */
		if (!ent_logs_time(s, &r->time))
			return false;
		return r->timed = true;
	}
}

static bool
link_part(struct ent_logs_record *r, const struct ent_logs_way *w, struct ent_str s)
{
	switch (w->step[0].p[1]) {
	case 'a':
		r->path = s;
		return true;
	case 'o':
		if (w->step[0].p[0] == 'h') {
			r->host = s;
			return true;
		}
		return whole(s, &r->port) && r->port < 65536;
	default:
		return false;
	}
}

bool
ent_logs_put(struct ent_logs_record *r, const struct ent_logs_way *w, struct ent_str s)
{
	int64_t i;

	if (w->slot == ENT_SLOT_NONE)
		return true; /* it told the kind of the record */
	if (w->slot == ENT_SLOT_TIME)
		return time_part(r, w, s);
	if (w->slot == ENT_SLOT_LINK)
		return link_part(r, w, s);
	if (!s.n)
		return true;
	switch (w->conv) {
	case ENT_CONV_TEXT:
		return text(r, w, ANY_TYPE, s);
	case ENT_CONV_LOWER:
	case ENT_CONV_HEX:
		s = lower(r, s, w->conv == ENT_CONV_HEX ? ':' : '\0');
		return s.p && text(r, w, ANY_TYPE, s);
	case ENT_CONV_DOMAIN:
	case ENT_CONV_ANSWER:
		return domain(r, w, s);
	case ENT_CONV_ADDRESS:
		return address(r, w, s);
	case ENT_CONV_INT:
		return whole(s, &i) && number(r, w, i);
	case ENT_CONV_MAIL:
		return mail(r, w, s);
	case ENT_CONV_BASENAME:
		s = basename_of(s);
		return !s.n || text(r, w, ANY_TYPE, s);
	case ENT_CONV_INSTANT:
		return instant(r, w, s);
	case ENT_CONV_BOOL:
		return false;
	}
	return false;
}

bool
ent_logs_put_json(struct ent_logs_record *r, const struct ent_logs_way *w,
                  const struct ent_json *v)
{
	struct ent_str s = ent_json_str(v);
	int64_t i;
	double d;

	if (s.p)
		return ent_logs_put(r, w, s);
	if (ent_json_int(v, &i)) {
		if (w->slot == ENT_SLOT_LINK)
			return (r->port = i > 0 && i < 65536 ? i : 0) > 0;
		if (w->conv == ENT_CONV_INT)
			return i >= 0 && number(r, w, i);
	}
	if (w->slot != ENT_SLOT_TIME || !ent_json_double(v, &d) || d < 0 || d > 1e11)
		return false;
	/* doubles of today hold microseconds */
	i = (int64_t)(d * 1e6 + 0.5);
	if (w->step[0].p[0] == 'd') {
		r->duration = i;
		return r->lasts = true;
	}
	if (w->step[0].p[0] == 'l') {
		r->until = i;
		return r->ends = true;
	}
	r->time = i;
	return r->timed = true;
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
	struct item *it;
	struct part *p;
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
	it = item_new(r, ENT_SLOT_URL, ANY_TYPE);
	p = it ? child_new(r, it->root, STRING, word(r, VALUE)) : NULL;
	if (p)
		p->s = s;
	return 0; /* where it doesn't fit, a record has more than its share already */
}

/* What a connection runs over stands first (STIX 2.1, 6.12). */
static void
add_family(struct ent_logs_record *r)
{
	struct item *it =
	    r->first[ENT_SLOT_TRAFFIC] ? &r->items[r->first[ENT_SLOT_TRAFFIC] - 1] : NULL;
	struct ent_str key = word(r, PROTOCOLS), ip = word(r, r->family == 6 ? IPV6 : IPV4);
	unsigned short list, c;
	struct part *p;

	if (!r->family)
		return;
	if (!it)
		it = item_new(r, ENT_SLOT_TRAFFIC, ANY_TYPE);
	if (!it)
		return;
	list = child(r, it->root, key);
	if (!list) {
		p = child_new(r, it->root, LIST, key);
		list = p ? (unsigned short)(p - r->parts) : 0;
	}
	c = list ? part_new(r, STRING, (struct ent_str){ NULL, 0 }) : 0;
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
	const struct item *from = r->first[l->from] ? &r->items[r->first[l->from] - 1] : NULL;
	struct part *list = NULL, *p;

	if (!from || !r->first[l->to])
		return;
	if (l->from == ENT_SLOT_NAME && from->type.p != type_name(r).p)
		return;
	for (size_t i = r->first[l->to] - 1u; i < r->n_items; i++) {
		if (r->items[i].slot != l->to)
			continue;
		if (!l->list) {
			p = child_new(r, from->root, STRING, key);
			if (p)
				p->s = r->items[i].key;
			return;
		}
		if (!list)
			list = child_new(r, from->root, LIST, key);
		p = list ? child_new(r, (unsigned short)(list - r->parts), STRING,
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
	const struct item *m =
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
		struct part *p = child_new(r, m->root, BOOL, word(r, MULTIPART));

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
