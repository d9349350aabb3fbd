/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rules.c - rules between properties that a row can say: which need, exclude or follow others.
 */
#include "base/time.h"
#include "stix/stix_int.h"

static size_t
present(const struct ent_json *v, const char *names)
{
	struct ent_str rest = ent_str_c(names), one;
	size_t n = 0;

	while (ent_str_next(&rest, ' ', &one))
		n += ent_json_get(v, one) != NULL;
	return n;
}

static void
order(struct ent_check *c, const struct ent_at *at, const struct ent_rule *r,
      const struct ent_json *v)
{
	struct ent_at in = { at, ent_str_c(r->b), 0 };
	struct ent_str a = ent_json_getstr(v, r->a), b = ent_json_getstr(v, r->b);
	bool after = r->op == ENT_R_AFTER;
	int cmp;

	if (!a.p || !b.p || ent_time_parse(a, NULL, NULL) || ent_time_parse(b, NULL, NULL))
		return;
	cmp = ent_str_cmp(ent_time_key(b), ent_time_key(a));
	if (cmp < 0 || (after && cmp == 0))
		ent_finding(c, ENT_F_TIME_ORDER, &in, "%s is %s \"%s\", %s", ent_quote(c, b),
		            after ? "not later than" : "before", r->a, ent_quote(c, a));
}

static void
rule(struct ent_check *c, const struct ent_at *at, const struct ent_shape *s,
     const struct ent_rule *r, const struct ent_json *v, bool own)
{
	switch (r->op) {
	case ENT_R_ANY:
		if (present(v, r->a) == 0)
			ent_finding(c, ENT_F_ANY_OF, at, "%s needs at least one of: %s",
			            s->name, r->a);
		break;
	case ENT_R_ONE:
		if (present(v, r->a) != 1)
			ent_finding(c, ENT_F_ONE_OF, at, "%s needs exactly one of: %s", s->name,
			            r->a);
		break;
	case ENT_R_SOME:
		if (!own && !(r->a && present(v, r->a)))
			ent_finding(c, ENT_F_ANY_OF, at,
			            "%s needs at least one property of its own", s->name);
		break;
	case ENT_R_NEEDS:
		if (present(v, r->a) && !present(v, r->b))
			ent_finding(c, ENT_F_NEEDS, at, "\"%s\" needs \"%s\" beside it", r->a,
			            r->b);
		break;
	case ENT_R_ORDER:
	case ENT_R_AFTER:
		order(c, at, r, v);
		break;
	default:
		break;
	}
}

void
ent_check_rules(struct ent_check *c, const struct ent_at *at, const struct ent_shape *s,
                const struct ent_json *v, bool own)
{
	for (const struct ent_rule *r = s->rules; r && r->op != ENT_R_END; r++)
		rule(c, at, s, r, v, own);
}
