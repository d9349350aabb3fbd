/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gate.c - the decision about one object: its circumstances found, the rules asked, their
 * rulings put into words.
 */
#include "exchange/exchange_int.h"
#include "exchange/gate_world.h"
#include "exchange/lineage.h"
#include "exchange/message.h"

/* What is to be asked, and how much is to be said. */
struct question {
	const struct ent_map *together;
	uint64_t planned;
	bool brief;
};

static int
ask(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
    const struct ent_held *h, const struct ent_json *json, const struct question *q,
    struct ent_decision *out, struct ent_err *err)
{
	struct ent_gate_object o;
	struct ent_gate_case c;
	struct ent_judgement j;
	int rc = ent_gate_world_object(x, a, json, true, &o, err);

	if (rc == 0)
		rc =
		    ent_gate_world_case(x, a, g, h, &o, true, q->together, q->planned, &c, err);
	if (rc)
		return rc;
	ent_gate_judge(&o, &c, ENT_GATE_RELEASE, &j);
	rc = ent_gate_decide(a, &o, &c, &j, q->brief, out, err);
	out->counts = !c.counted && !c.dialogue.p && !ent_str_is(o.type, "marking-definition");
	return rc;
}

int
ent_gate(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
         const struct ent_held *h, const struct ent_json *json, const struct ent_map *together,
         struct ent_decision *out, struct ent_err *err)
{
	return ask(x, a, g, h, json, &(struct question){ together, 0, false }, out, err);
}

int
ent_gate_brief(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
               const struct ent_held *h, const struct ent_json *json,
               const struct ent_map *together, struct ent_decision *out, struct ent_err *err)
{
	return ask(x, a, g, h, json, &(struct question){ together, 0, true }, out, err);
}

int
ent_gate_behind(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
                const struct ent_held *h, const struct ent_json *json,
                const struct ent_map *together, uint64_t planned, struct ent_decision *out,
                struct ent_err *err)
{
	return ask(x, a, g, h, json, &(struct question){ together, planned, false }, out, err);
}

int
ent_gate_terms(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
               const struct ent_held *h, const struct ent_json *json, bool *allowed,
               struct ent_err *err)
{
	struct ent_gate_object o;
	struct ent_gate_case c;
	struct ent_judgement j;
	int rc = ent_gate_world_object(x, a, json, false, &o, err);

	*allowed = false;
	if (rc == 0)
		rc = ent_gate_world_case(x, a, g, h, &o, false, NULL, 0, &c, err);
	if (rc)
		return rc;
	ent_gate_judge(&o, &c, ENT_GATE_STANDING, &j);
	*allowed = j.result != ENT_DENY;
	return 0;
}

/* Whether the terms of the party whose channel it is allow it. */
static int
within_terms(struct ent_exchange *x, struct ent_arena *a, const struct ent_gate_case *c,
             const struct ent_json *json, struct ent_err *err)
{
	struct ent_gate_object o;
	struct ent_judgement j;
	struct ent_verdict v;
	int r = 0, rc = ent_gate_world_arrived(x, a, c->g, json, &o, err);

	if (rc)
		return rc;
	ent_gate_judge(&o, c, ENT_GATE_ARRIVAL, &j);
	if (j.result != ENT_DENY)
		return 0;
	while (j.rule[r].result != ENT_DENY)
		r++;
	rc = ent_gate_words(a, &o, c, &j.rule[r], &v, err);
	return rc ? rc
	          : ent_fail(err, ENT_EDENIED,
	                     "%.*s is beyond what the agreement lets its sender send (%s): "
	                     "%.*s",
	                     ENT_FMT(o.id), ent_rule_name((enum ent_rule)r), ENT_FMT(v.reason));
}

int
ent_gate_arrival(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
                 struct ent_str from, const struct ent_json *json, bool *held,
                 struct ent_err *err)
{
	int p = ent_agreement_party(g, from), rc;
	/* whether it is the sender's own to give is the sender's to know; so are dates, for it
	 * may have been long on its way */
	struct ent_gate_case c = { .g = g, .now = INT64_MIN, .own = true };

	*held = false;
	if (p < 0)
		return ent_fail(err, ENT_EDENIED, "%.*s is not a party", ENT_FMT(from));
	c.party = (size_t)p;
	if (ent_message_is(json)) {
		rc = ent_message_check(x, a, g, from, json, held, err);
		if (rc)
			return rc;
		*held = false;
		c.dialogue = g->id;
	}
	rc = within_terms(x, a, &c, json, err);
	if (rc)
		return rc;
	*held = true;
	return ent_lineage_check(x, a, g, from, json, err);
}
