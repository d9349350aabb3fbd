/* SPDX-License-Identifier: Apache-2.0 */
/*
 * markings.c - effective markings of any object: the most restrictive wins everywhere, no
 * marking that ent_stix_markings names is lost, and the order of members changes nothing.
 */
#include <stdlib.h>

#include <entente/marking.h>

#include "base/limits.h"

#define LIMIT ((size_t)64 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

struct told {
	enum ent_tlp most;
	bool unreadable;
};

static int
tell(void *self, struct ent_str id, struct ent_str selector)
{
	struct told *t = self;
	enum ent_tlp level = ent_tlp_of(id);

	(void)selector;
	t->most = level > t->most ? level : t->most;
	t->unreadable |= !id.p;
	return 0;
}

static void
part(const struct ent_effective *e, const struct ent_marked *p)
{
	if (p->up && (p->up < e->parts || p->up >= p))
		abort(); /* parents come first */
	if (p->up && (p->tlp < p->up->tlp || p->most > p->up->most))
		abort(); /* a part is never laxer than what is around it */
	if (p->most < p->tlp || (p->unreadable && !p->unreadable_inside))
		abort();
	for (size_t i = 0; i < p->own_count; i++)
		if (p->own[i]->tlp > p->tlp || (!p->own[i]->id.p && !p->unreadable))
			abort();
}

static enum ent_tlp
effective(struct ent_arena *a, const struct ent_json *v, bool *known)
{
	struct ent_effective e;
	struct told told = { 0 };
	const struct ent_json *list = ent_json_getc(v, "granular_markings");

	*known = ent_effective_make(a, v, &e, NULL) == 0;
	if (!*known)
		return ENT_TLP_NONE; /* the arena is full, or no object */
	for (size_t i = 0; i < e.count; i++)
		part(&e, &e.parts[i]);
	(void)ent_stix_markings(v, tell, &told);
	if (told.most != e.parts[0].most || told.unreadable != e.parts[0].unreadable_inside)
		abort();
	for (size_t i = 0; i < ent_json_count(list); i++) {
		const struct ent_json *g = ent_json_at(list, i);
		const struct ent_json *s = ent_json_getc(g, "selectors");
		enum ent_tlp level = ent_tlp_of(ent_json_getstr(g, "marking_ref"));

		for (size_t k = 0; k < ent_json_count(s); k++) {
			struct ent_str selector = ent_json_str(ent_json_at(s, k));
			const struct ent_marked *p = ent_effective_at(&e, selector);

			if (selector.p && p && p->tlp < level)
				abort(); /* what a selector names is marked */
		}
	}
	return e.parts[0].most;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct ent_arena *a = ent_arena_new(LIMIT);
	struct ent_str text = { (const char *)data, len }, canon;
	const struct ent_json *v, *w;
	bool known, again;
	enum ent_tlp most;

	if (a && ent_json_parse(a, text, ENT_JSON_DEPTH, &v, NULL) == 0) {
		most = effective(a, v, &known);
		canon = ent_json_canon(a, v);
		if (known && canon.p &&
		    ent_json_parse(a, canon, ENT_JSON_DEPTH, &w, NULL) == 0 &&
		    effective(a, w, &again) != most && again)
			abort();
	}
	ent_arena_free(a);
	return 0;
}
