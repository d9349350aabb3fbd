/* SPDX-License-Identifier: Apache-2.0 */
/*
 * match_build.c - the parts of a pattern over given observations: brackets become lists of
 * those that satisfy them, START and STOP are gone, REPEATS stands with brackets where it can.
 */
#include "base/limits.h"
#include "base/time.h"
#include "pattern/match_int.h"

struct build {
	const struct ent_bracket *brackets;
	size_t next; /* bracket */
	const struct ent_observations *o;
	uint32_t *order; /* the observations, the latest end first */
	const struct ent_verdicts *v;
	struct ent_arena *a;
	struct ent_err *err;
};

static int
nomem(struct build *b)
{
	return ent_fail(b->err, ENT_ENOMEM, "no memory to combine observations");
}

static struct ent_part *
part(struct build *b, enum ent_part_kind kind)
{
	struct ent_part *p = ent_arena_alloc(b->a, sizeof(*p));

	if (p) {
		p->kind = kind;
		p->n = 1;
	}
	return p;
}

int
ent_bracket_holds(const struct ent_bracket *b, const struct ent_observed *o, struct ent_eval *e,
                  size_t *object, struct ent_err *err)
{
	int yes = 0;

	for (size_t i = 0; i < o->n && (!yes || b->cond->raises); i++) {
		int rc = ent_cond_object(b->cond, o, i, e, err);

		if (rc < 0)
			return rc;
		if (rc && !yes)
			*object = i;
		yes = yes || rc;
	}
	return yes;
}

static int
leaf(struct build *b, struct ent_span span, struct ent_part **out)
{
	size_t k = b->next++;
	struct ent_part *p = *out = part(b, ENT_PART_LEAF);
	size_t n = 0, object = 0;
	uint8_t *yes = calloc(1, b->o->n + 1);
	uint32_t *by = calloc(b->o->n + 1, sizeof(*by));
	int rc = p && yes && by ? 0 : nomem(b);

	for (size_t i = 0; rc >= 0 && i < b->o->n; i++) {
		rc = b->v->holds(b->v->self, k, i, &object, b->err);
		yes[i] = rc > 0;
		by[i] = (uint32_t)object;
		n += rc > 0;
	}
	if (rc >= 0) {
		p->items = ent_arena_array(b->a, n, sizeof(*p->items));
		rc = p->items ? 0 : nomem(b);
	}
	for (size_t i = 0; rc == 0 && i < b->o->n; i++) {
		uint32_t at = b->order[i];
		const struct ent_observed *o = &b->o->list[at];
		struct ent_part_item item = { at,       by[at],  (uint32_t)b->brackets[k].pos,
			                      o->first, o->last, o->count };

		if (yes[at] && ent_span_has(span, &item))
			p->items[p->n_items++] = item;
	}
	free(yes);
	free(by);
	return rc;
}

static int
by_last(const void *x, const void *y)
{
	const struct ent_part_item *a = x, *b = y;

	if (a->last != b->last)
		return a->last < b->last ? 1 : -1;
	if (a->observed != b->observed)
		return a->observed < b->observed ? -1 : 1;
	return a->pos < b->pos ? -1 : a->pos > b->pos;
}

static bool
is_unit(const struct ent_part *p)
{
	return p->kind == ENT_PART_LEAF && p->n == 1;
}

/* OR of brackets is one bracket: all that satisfy one of them. */
static int
unite(struct build *b, struct ent_part *any)
{
	struct ent_part **from = &any->child, *p, *leaf;
	size_t n = 0, k = 0, units = 0;

	for (p = any->child; p; p = p->next)
		if (is_unit(p)) {
			n += p->n_items;
			units++;
		}
	if (units < 2)
		return 0;
	leaf = part(b, ENT_PART_LEAF);
	if (leaf)
		leaf->items = ent_arena_array(b->a, n, sizeof(*leaf->items));
	if (!leaf || !leaf->items)
		return nomem(b);
	n = 0;
	while ((p = *from)) {
		if (!is_unit(p)) {
			from = &p->next;
			continue;
		}
		memcpy(leaf->items + n, p->items, p->n_items * sizeof(*p->items));
		n += p->n_items;
		*from = p->next;
	}
	qsort(leaf->items, n, sizeof(*leaf->items), by_last);
	for (size_t i = 0; i < n; i++)
		if (!i || leaf->items[i].observed != leaf->items[k - 1].observed)
			leaf->items[k++] = leaf->items[i];
	leaf->n_items = k;
	leaf->next = any->child;
	any->child = leaf;
	return 0;
}

/* n times p, at the brackets if it can stand there. */
static int
repeat(struct build *b, uint64_t n, struct ent_part **p)
{
	struct ent_part *c, **at;
	uint64_t all;

	if (n == 1)
		return 0;
	if ((*p)->kind == ENT_PART_LEAF || (*p)->kind == ENT_PART_COPIES) {
		(*p)->n = __builtin_mul_overflow((*p)->n, n, &all) ? UINT64_MAX : all;
		return 0;
	}
	if ((*p)->kind == ENT_PART_ALL) {
		for (at = &(*p)->child; *at; at = &(*at)->next)
			if (repeat(b, n, at))
				return ENT_ENOMEM;
		return 0;
	}
	c = part(b, ENT_PART_COPIES);
	if (!c)
		return nomem(b);
	c->n = n;
	c->next = (*p)->next;
	(*p)->next = NULL;
	c->child = *p;
	*p = c;
	return 0;
}

int64_t
ent_within_us(struct ent_str text)
{
	int64_t us = 0;
	size_t i = text.n && text.p[0] == '+';
	int digits = -1; /* behind the point; -1: not there yet */

	for (; i < text.n && digits < 6; i++) {
		if (text.p[i] == '.')
			digits = 0;
		else if (us > INT64_MAX / 100000000)
			return INT64_MAX;
		else
			us = us * 10 + text.p[i] - '0';
		digits += text.p[i] != '.' && digits >= 0;
	}
	for (int k = digits < 0 ? 0 : digits; k < 6; k++)
		us = us > INT64_MAX / 100 ? us : us * 10;
	return us;
}

static int
within(struct build *b, struct ent_str text, struct ent_part **p)
{
	int64_t us = ent_within_us(text);
	struct ent_part *w;

	if (is_unit(*p) || us == INT64_MAX)
		return 0; /* one observation is within any time, and longer than there is */
	w = part(b, ENT_PART_WITHIN);
	if (!w)
		return nomem(b);
	w->within = us;
	w->child = *p;
	*p = w;
	return 0;
}

struct ent_span
ent_span_narrow(struct ent_span span, const struct ent_pat_node *n)
{
	int64_t from = 0, to = 0;

	(void)ent_time_parse(n->start, &from, NULL);
	(void)ent_time_parse(n->stop, &to, NULL);
	if (to <= from)
		return (struct ent_span){ INT64_MAX, INT64_MIN };
	span.from = from > span.from ? from : span.from;
	span.to = to - 1 < span.to ? to - 1 : span.to;
	return span;
}

static int node(struct build *b, const struct ent_pat_node *n, struct ent_span span,
                struct ent_part **out);

static int
qualified(struct build *b, const struct ent_pat_node *n, struct ent_span span,
          struct ent_part **out)
{
	uint64_t times;
	int rc;

	if (n->has & ENT_PAT_STARTSTOP)
		span = ent_span_narrow(span, n);
	rc = node(b, n->child, span, out);
	for (unsigned order = n->order; rc == 0 && order; order >>= 4) {
		if ((order & 15) == ENT_PAT_WITHIN)
			rc = within(b, n->within, out);
		if ((order & 15) != ENT_PAT_REPEATS)
			continue;
		times = UINT64_MAX;
		(void)ent_str_u64(n->repeats.p[0] == '+' ? ent_str_from(n->repeats, 1)
		                                         : n->repeats,
		                  UINT64_MAX, &times);
		rc = repeat(b, times, out);
	}
	return rc;
}

/* Recurses as deep as the parser did. */
static int
node(struct build *b, const struct ent_pat_node *n, struct ent_span span, struct ent_part **out)
{
	struct ent_part *p, **last;
	int rc = 0;

	if (n->kind == ENT_PAT_OBS)
		return leaf(b, span, out);
	if (n->kind == ENT_PAT_QUALIFIED)
		return qualified(b, n, span, out);
	p = part(b, n->kind == ENT_PAT_OBS_AND  ? ENT_PART_ALL
	            : n->kind == ENT_PAT_OBS_OR ? ENT_PART_ANY
	                                        : ENT_PART_SEQ);
	if (!p)
		return nomem(b);
	last = &p->child;
	for (const struct ent_pat_node *c = n->child; rc == 0 && c; c = c->next) {
		rc = node(b, c, span, last);
		if (rc)
			break;
		if ((*last)->kind == p->kind && p->kind != ENT_PART_SEQ)
			*last = (*last)->child;
		while (*last)
			last = &(*last)->next;
	}
	if (rc == 0 && p->kind == ENT_PART_ANY)
		rc = unite(b, p);
	*out = p->child && !p->child->next ? p->child : p;
	return rc;
}

struct place {
	int64_t last;
	uint32_t observed;
};

static int
later_first(const void *x, const void *y)
{
	const struct place *a = x, *b = y;

	if (a->last != b->last)
		return a->last < b->last ? 1 : -1;
	return a->observed < b->observed ? -1 : a->observed > b->observed;
}

int
ent_part_build(const struct ent_pat_node *tree, const struct ent_bracket *brackets,
               const struct ent_observations *o, const struct ent_verdicts *v,
               struct ent_arena *a, struct ent_part **out, struct ent_err *err)
{
	struct build b = { .brackets = brackets, .o = o, .v = v, .a = a, .err = err };
	struct place *places = ent_arena_array(a, o->n, sizeof(*places));

	b.order = ent_arena_array(a, o->n, sizeof(*b.order));
	if (!places || !b.order || o->n >= UINT32_MAX)
		return nomem(&b);
	for (size_t i = 0; i < o->n; i++)
		places[i] = (struct place){ o->list[i].last, (uint32_t)i };
	qsort(places, o->n, sizeof(*places), later_first);
	for (size_t i = 0; i < o->n; i++)
		b.order[i] = places[i].observed;
	return node(&b, tree, (struct ent_span){ INT64_MIN / 4, INT64_MAX / 4 }, out);
}
