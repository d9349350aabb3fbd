/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wire.c - a wire report read: the passes in their order, and their items in that of the text.
 */
#include "base/utf8.h"
#include "intake/wire_int.h"
#include "json/skip.h"

/* ---- for the passes ---- */

void *
ent_wire_grow(struct ent_wire *w, void **list, size_t *n, size_t *room, size_t size)
{
	if (*n == *room) {
		size_t more = *room ? *room * 2 : 64;
		char *to = ent_arena_array(w->a, more, size);

		if (!to) {
			w->failed = true;
			return NULL;
		}
		if (*n)
			memcpy(to, *list, *n * size);
		*list = to;
		*room = more;
	}
	return (char *)*list + (*n)++ * size;
}

uint32_t
ent_wire_number(const struct ent_map *m, struct ent_str key)
{
	const uint32_t *n = ent_map_get(m, key);

	return n ? *n : 0;
}

void
ent_wire_number_set(struct ent_wire *w, struct ent_map *m, struct ent_str key, uint32_t n)
{
	uint32_t *had = ent_map_get(m, key);

	if (had) {
		*had = n;
		return;
	}
	had = ent_arena_alloc(w->a, sizeof(*had));
	key = ent_arena_dup(w->a, key);
	if (!had || !key.p || ent_map_put(m, key, had)) {
		w->failed = true;
		return;
	}
	*had = n;
}

static bool
is_name(enum ent_wire_kind k)
{
	return k == ENT_WIRE_PERSON || k == ENT_WIRE_ORGANISATION || k == ENT_WIRE_PLACE ||
	       k == ENT_WIRE_NAME || k == ENT_WIRE_DESIGNATED;
}

struct ent_wire_item *
ent_wire_item(struct ent_wire *w, enum ent_wire_kind kind, size_t from, size_t to)
{
	struct ent_wire_item *it;

	if (w->items == ENT_WIRE_ITEMS || (is_name(kind) && w->names == ENT_WIRE_NAMES)) {
		w->dropped++;
		return NULL;
	}
	w->names += is_name(kind);
	it = ent_wire_grow(w, (void **)&w->item, &w->items, &w->items_room, sizeof(*it));
	if (it)
		*it = (struct ent_wire_item){ .kind = kind, .at = ent_wire_span(w, from, to) };
	return it;
}

/* ---- the items, when all are found ---- */

static int
by_place(const void *a, const void *b)
{
	const struct ent_wire_item *x = a, *y = b;

	if (x->at.from != y->at.from)
		return x->at.from < y->at.from ? -1 : 1;
	if (x->at.to != y->at.to)
		return x->at.to > y->at.to ? -1 : 1;
	return (x->kind > y->kind) - (x->kind < y->kind);
}

/* The item of a thing at those bytes. */
static struct ent_wire_item *
mention_at(struct ent_wire *w, size_t items, struct ent_wire_span at, uint32_t thing)
{
	size_t low = 0, high = items;

	while (low < high) {
		size_t mid = (low + high) / 2;

		if (w->item[mid].at.from < at.from)
			low = mid + 1;
		else
			high = mid;
	}
	for (; low < items && w->item[low].at.from == at.from; low++)
		if (is_name(w->item[low].kind) && w->item[low].thing == thing)
			return &w->item[low];
	return NULL;
}

/* Notices were kept as items of no kind: each goes to the mention that it stands beside. */
static void
place_notices(struct ent_wire *w)
{
	struct ent_wire_item *last = NULL;
	size_t kept = 0;

	for (size_t i = 0; i < w->items; i++) {
		struct ent_wire_item *to;

		if (w->item[i].kind != ENT_WIRE_KINDS)
			continue;
		to = mention_at(w, w->items, w->item[i].subject, w->item[i].thing);
		if (!to || to->notice.to)
			continue;
		to->notice = w->item[i].notice;
		to->notice_country = w->item[i].notice_country;
	}
	for (size_t i = 0; i < w->items; i++) {
		struct ent_wire_item *it = &w->item[i];

		if (it->kind == ENT_WIRE_KINDS)
			continue;
		/* "the Islamic State (IS, banned in ...)": it is beside both */
		if (it->kind == ENT_WIRE_DESIGNATED && !it->notice.to && last &&
		    last->thing == it->thing && it->at.from >= last->notice.from &&
		    it->at.to <= last->notice.to) {
			it->notice = last->notice;
			it->notice_country = last->notice_country;
		}
		w->item[kept] = *it;
		if (it->kind == ENT_WIRE_DESIGNATED && it->notice.to)
			last = &w->item[kept];
		kept++;
	}
	w->items = kept;
}

/* A figure inside a quotation or a statement is the speaker's. */
static void
figures_said(struct ent_wire *w)
{
	const struct ent_wire_item *over = NULL;

	for (size_t i = 0; i < w->items; i++) {
		struct ent_wire_item *it = &w->item[i];

		if (it->kind == ENT_WIRE_QUOTATION || it->kind == ENT_WIRE_STATEMENT)
			over = it;
		else if (it->kind == ENT_WIRE_FIGURE && over && it->at.to <= over->at.to)
			it->thing = over->thing;
	}
}

static enum ent_wire_kind
kind_of(const struct thing *t)
{
	switch ((enum ent_wire_thing_kind)t->kind) {
	case ENT_THING_COUNTRY:
	case ENT_THING_PLACE:
	case ENT_THING_DEMONYM:
		return ENT_WIRE_PLACE;
	case ENT_THING_ORGANISATION:
		return t->designated ? ENT_WIRE_DESIGNATED : ENT_WIRE_ORGANISATION;
	case ENT_THING_GROUP:
		return ENT_WIRE_DESIGNATED;
	case ENT_THING_PERSON:
		return t->designated ? ENT_WIRE_DESIGNATED : ENT_WIRE_PERSON;
	case ENT_THING_NAME:
		return t->designated ? ENT_WIRE_DESIGNATED : ENT_WIRE_NAME;
	}
	return ENT_WIRE_NAME;
}

static int
finish(struct ent_wire *w, struct ent_wire_report *out)
{
	struct ent_wire_thing *things = ent_arena_array(w->a, w->things, sizeof(*things));
	struct ent_wire_item *line;

	if (!things)
		return ENT_ENOMEM;
	for (size_t i = 0; i < w->things; i++) {
		const struct thing *t = &w->thing[i];

		things[i] = (struct ent_wire_thing){
			.kind = kind_of(t),
			.name = t->name,
			.office = t->office,
			.country = t->code,
			.notice = t->notice,
			.notice_country = t->notice_code,
			.mentions = t->kind == ENT_THING_DEMONYM ? 0 : t->mentions + t->wanted,
			.is_country = t->kind == ENT_THING_COUNTRY,
			.speaks = t->speaks,
		};
		if (t->kind == ENT_THING_PERSON)
			things[i].class_ = ENT_STR("individual");
		else if (t->kind == ENT_THING_ORGANISATION || t->kind == ENT_THING_GROUP)
			things[i].class_ = ENT_STR("organization");
	}
	if (w->line.found) {
		line = ent_wire_item(w, ENT_WIRE_DATELINE, 0, 0);
		if (line) {
			line->at = w->line.at;
			line->thing = w->line.place_thing;
			line->date = w->line.date;
			line->basis = w->line.basis;
		}
	}
	for (uint32_t i = 1; i < w->incidents; i++) {
		struct ent_wire_item *it = ent_wire_item(w, ENT_WIRE_INCIDENT, 0, 0);

		if (it) {
			it->at = w->incident[i].at;
			it->incident = i;
			it->date = w->incident[i].date;
		}
	}
	for (size_t i = 0; i < w->items; i++)
		if (is_name(w->item[i].kind))
			w->item[i].kind = things[w->item[i].thing].kind;
	if (w->items)
		qsort(w->item, w->items, sizeof(*w->item), by_place);
	place_notices(w);
	figures_said(w);
	for (size_t i = 1; i < w->rulings; i++) {
		struct ent_wire_ruling *r = &w->ruling[i];
		const struct thing *t = &w->thing[r->entity];

		if (!r->n_effects && t->notice.p && ent_str_eq(t->notice_code, r->jurisdiction))
			r->effects[r->n_effects++] = "outlawed"; /* the notice says so */
	}
	out->dateline = w->line;
	out->items = w->item;
	out->n_items = w->items;
	out->dropped = w->dropped;
	out->things = things;
	out->n_things = w->things;
	out->incidents = w->incident;
	out->n_incidents = w->incidents;
	out->rulings = w->ruling;
	out->n_rulings = w->rulings;
	return 0;
}

/* The first paragraph, where it stands before the dateline. */
static void
headline(const struct ent_wire *w, struct ent_wire_report *out)
{
	size_t end = 1;

	while (end < w->n && tok(w, end)->kind != T_PARAGRAPH)
		end++;
	if (w->line.found && end > 1 && w->t[end - 1].at < w->line.at.from)
		out->headline = ent_wire_run_text(w, 1, end);
}

static int
prepare(struct ent_wire *w)
{
	int rc = ent_wire_dictionary_make(w->a, &w->d);

	w->by_name = ent_map_new(w->a);
	w->by_surname = ent_map_new(w->a);
	w->by_date = ent_map_new(w->a);
	w->by_last = ent_map_new(w->a);
	if (rc || !w->by_last || !w->by_name || !w->by_surname || !w->by_date)
		return ENT_ENOMEM;
	/* the first of each is none */
	if (!ent_wire_grow(w, (void **)&w->thing, &w->things, &w->things_room,
	                   sizeof(*w->thing)) ||
	    !ent_wire_grow(w, (void **)&w->mention, &w->mentions, &w->mentions_room,
	                   sizeof(*w->mention)) ||
	    !ent_wire_grow(w, (void **)&w->incident, &w->incidents, &w->incidents_room,
	                   sizeof(*w->incident)) ||
	    !ent_wire_grow(w, (void **)&w->ruling, &w->rulings, &w->rulings_room,
	                   sizeof(*w->ruling)))
		return ENT_ENOMEM;
	return 0;
}

static int
not_utf8(struct ent_str text, size_t at, struct ent_err *err)
{
	size_t line = 1, column = 1;

	for (size_t i = 0; i < at; i++) {
		if (text.p[i] == '\n') {
			line++;
			column = 1;
		} else if (((unsigned char)text.p[i] & 0xc0) != 0x80) {
			column++;
		}
	}
	return ent_fail(
	    err, ENT_EPARSE,
	    "line %zu, column %zu: byte %zu (0x%02x) is not UTF-8; convert the text first, "
	    "for instance with iconv",
	    line, column, at + 1, (unsigned)(unsigned char)text.p[at]);
}

int
ent_wire_read(struct ent_arena *a, struct ent_str text, const struct ent_wire_options *o,
              struct ent_wire_report *out, struct ent_err *err)
{
	struct ent_wire *w = ent_arena_alloc(a, sizeof(*w));
	size_t valid;
	int rc = 0;

	memset(out, 0, sizeof(*out));
	if (text.n > ENT_WIRE_MAX)
		return ent_fail(err, ENT_ELIMIT, "the text has more than %zu MiB",
		                ENT_WIRE_MAX >> 20);
	valid = ent_utf8_valid(text);
	if (valid != text.n)
		return not_utf8(text, valid, err);
	if (!w)
		return ent_fail(err, ENT_ENOMEM, "no memory for the text");
	*w = (struct ent_wire){ .a = a, .text = text };
	if (o)
		w->o = *o;
	rc = prepare(w);
	if (rc == 0)
		rc = ent_wire_tokens(w);
	if (rc == 0) {
		ent_wire_dateline(w);
		if (!w->line.agency_name.p)
			w->line.agency_name = w->o.source;
		ent_wire_dates(w);
		ent_wire_resolve_dates(w);
		ent_wire_known_names(w);
		ent_wire_other_names(w);
		ent_wire_notices(w);
		ent_wire_quotes(w);
		ent_wire_figures(w);
		ent_wire_rulings(w);
		out->text = text;
		headline(w, out);
		rc = w->failed ? ENT_ENOMEM : finish(w, out);
	}
	free(w->t);
	if (rc == 0 && w->failed)
		rc = ENT_ENOMEM;
	return rc ? ent_fail(err, rc, "no memory for the text") : 0;
}

/* ---- places ---- */

#define BLOCK 256

struct ent_wire_places {
	struct ent_str text;
	uint32_t *before; /* characters before each block */
	uint32_t *line;   /* where lines begin */
	size_t lines;
};

struct ent_wire_places *
ent_wire_places_new(struct ent_arena *a, struct ent_str text)
{
	struct ent_wire_places *p = ent_arena_alloc(a, sizeof(*p));
	size_t blocks = text.n / BLOCK + 1, lines = 1, at = 0;
	uint32_t count = 0;

	for (size_t i = 0; i < text.n; i++)
		lines += text.p[i] == '\n';
	if (!p)
		return NULL;
	p->text = text;
	p->before = ent_arena_array(a, blocks, sizeof(*p->before));
	p->line = ent_arena_array(a, lines, sizeof(*p->line));
	if (!p->before || !p->line)
		return NULL;
	for (size_t i = 0; i < text.n; i++) {
		if (i % BLOCK == 0)
			p->before[i / BLOCK] = count;
		count += ((unsigned char)text.p[i] & 0xc0) != 0x80;
		if (text.p[i] == '\n')
			p->line[++at] = (uint32_t)i + 1;
	}
	if (text.n % BLOCK == 0)
		p->before[text.n / BLOCK] = count;
	p->lines = lines;
	return p;
}

uint64_t
ent_wire_characters(const struct ent_wire_places *p, uint32_t at)
{
	uint64_t n;

	if (at > p->text.n)
		at = (uint32_t)p->text.n;
	n = p->before[at / BLOCK];
	return n + ent_count_characters(p->text.p + at / BLOCK * BLOCK, at % BLOCK);
}

void
ent_wire_line(const struct ent_wire_places *p, uint32_t at, uint64_t *line, uint64_t *column)
{
	size_t low = 0, high = p->lines;

	while (high - low > 1) {
		size_t mid = (low + high) / 2;

		if (p->line[mid] <= at)
			low = mid;
		else
			high = mid;
	}
	*line = low + 1;
	*column = ent_wire_characters(p, at) - ent_wire_characters(p, p->line[low]) + 1;
}
