/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gate_case.c - cases for the gate's rules, from texts.
 */
#include "gate_case.h"

#define KEY "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="

int
gate_held_find(void *self, struct ent_str id, const struct ent_handling **out,
               struct ent_err *err)
{
	struct gate_held *held = self;

	*out = NULL;
	for (size_t i = 0; i < held->n; i++)
		if (ent_str_eq(ent_json_getstr(held->list[i], "id"), id)) {
			struct ent_handling *h = ent_arena_alloc(held->a, sizeof(*h));

			*out = h;
			return h ? ent_handling_read(held->a, held->list[i], h, err)
			         : ENT_ENOMEM;
		}
	return 0;
}

const struct ent_json *
gate_json(struct ent_arena *a, const char *text)
{
	size_t n = strlen(text);
	char *copy = ent_arena_array(a, n + 1, 1);
	const struct ent_json *v;
	struct ent_err err;

	assert_non_null(copy);
	for (size_t i = 0; i < n; i++)
		copy[i] = text[i] == '\'' ? '"' : text[i];
	if (ent_json_parse(a, (struct ent_str){ copy, n }, 64, &v, &err))
		fail_msg("%s: %s", err.msg, text);
	return v;
}

static const char *
party(const char *id, const char *name)
{
	static char text[3][256];
	char *out = text[name[0] == 'N' ? 0 : name[0] == 'S' ? 1 : 2];

	snprintf(out, sizeof(text[0]), "{'id':'%s','name':'%s','key':'" KEY "'}", id, name);
	return out;
}

struct ent_agreement *
gate_agreement(struct ent_arena *a, const char *terms, bool three)
{
	struct ent_agreement *g = ent_arena_alloc(a, sizeof(*g));
	struct ent_str text = ent_arena_printf(
	    a,
	    "{'id':'99999999-9999-4999-8999-999999999999','version':3,'title':'T',"
	    "'parties':[%s,%s%s%s],'terms':{'" NORTH_ID "':%s,'" SOUTH_ID "':%s%s%s%s}}",
	    party(NORTH_ID, "North"), party(SOUTH_ID, "South"), three ? "," : "",
	    three ? party(EAST_ID, "East") : "", terms, terms, three ? ",'" EAST_ID "':" : "",
	    three ? terms : "", "");
	struct ent_err err;

	assert_non_null(g);
	assert_non_null(text.p);
	if (ent_document_read(a, gate_json(a, text.p), g, &err))
		fail_msg("%s: %s", err.msg, text.p);
	g->state = ENT_IN_FORCE;
	return g;
}
