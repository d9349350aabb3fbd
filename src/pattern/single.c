/* SPDX-License-Identifier: Apache-2.0 */
/*
 * single.c - one pattern against observed data, for other people's programs.
 */
#include <stdlib.h>

#include "base/arena.h"
#include "base/limits.h"
#include "pattern/match.h"

struct ent_pattern {
	struct ent_arena *arena;
	struct ent_matcher *matcher;
};

void
ent_pattern_free(struct ent_pattern *p)
{
	if (!p)
		return;
	ent_matcher_free(p->matcher);
	ent_arena_free(p->arena);
	free(p);
}

int
ent_pattern_new(struct ent_str text, struct ent_pattern **out, size_t *pos, struct ent_err *err)
{
	struct ent_pattern *p = calloc(1, sizeof(*p));
	struct ent_pat_node *tree = NULL;
	int rc = 0;

	*out = NULL;
	if (p)
		p->arena = ent_arena_new(ENT_MATCH_ARENA);
	if (p && p->arena)
		text = ent_arena_dup(p->arena, text);
	if (!p || !p->arena || !text.p)
		rc = ent_fail(err, ENT_ENOMEM, "no memory for the pattern");
	if (rc == 0)
		rc = ent_pattern_parse(p->arena, text, ENT_PAT_21, &tree, pos, err);
	if (rc == ENT_EPARSE &&
	    !ent_pattern_parse(p->arena, text, ENT_PAT_20, &tree, NULL, NULL))
		rc = 0;
	if (rc == 0)
		rc = ent_matcher_new(tree, &p->matcher, err);
	if (rc)
		ent_pattern_free(p);
	else
		*out = p;
	return rc;
}

int
ent_pattern_match(struct ent_pattern *p, const struct ent_json *bundles, struct ent_arena *a,
                  struct ent_hits *hits, struct ent_err *err)
{
	struct ent_observations o;
	struct ent_arena *mine = ent_arena_new(ENT_MATCH_ARENA);
	int rc = mine ? ent_observations_read(mine, bundles, &o, err)
	              : ent_fail(err, ENT_ENOMEM, "no memory for the observed data");

	if (rc == 0)
		rc = ent_match(p->matcher, &o, a, hits, err);
	ent_arena_free(mine);
	return rc;
}
