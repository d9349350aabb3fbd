/* SPDX-License-Identifier: Apache-2.0 */
/*
 * explain.c - `entente explain`: what each agreement says to an object, rule by rule, with the
 * clause that decides.
 */
#include "base/limits.h"
#include "cli/commands.h"
#include "cli/reads.h"
#include "cli/verdicts.h"
#include "exchange/peer.h"

static const struct ent_option options[] = {
	{ "to", "PEER", "only what that counterpart, or that agreement, would get", 0, false },
	{ "version", "TIME", "that version of the object instead of the newest", 0, false },
	{ 0 },
};

struct explaining {
	struct ent_cli *c;
	struct ent_held h;
	const struct ent_json *json;
	struct ent_str agreement, party; /* which ones; both absent: all */
	struct ent_arena *each;
	struct ent_buf b;
	size_t asked, denied, broken;
	int rc;
	struct ent_err *err;
};

static const struct ent_column columns[] = {
	{ "agreement", NULL, false },  { "title", NULL, false },   { "version", NULL, false },
	{ "state", NULL, false },      { "result", NULL, false },  { "rules", NULL, false },
	{ "properties", NULL, false }, { "extract", NULL, false }, { "left_out", NULL, false },
};

static void
print_json(struct explaining *e, const struct ent_agreement *g, const struct ent_decision *d)
{
	struct ent_out *o = &e->c->out;

	ent_cell(o, g->id);
	ent_cell(o, g->title);
	ent_cell_int(o, g->version);
	ent_cell_c(o, ent_state_name(g->state));
	ent_cell_c(o, ent_result_name(d->result));
	ent_cell_raw(o, ent_verdicts_rules(&e->b, d));
	ent_cell_raw(o, ent_verdicts_properties(&e->b, d));
	ent_cell_bool(o, d->extract);
	ent_cell_raw(o, ent_verdicts_left_out(&e->b, d));
}

static void
print_text(struct explaining *e, const struct ent_agreement *g, const struct ent_decision *d)
{
	struct ent_out *o = &e->c->out;

	ent_out_line(o, "\n%-6s %.*s (%.*s)", ent_result_name(d->result), ENT_FMT(g->title),
	             ENT_FMT(g->id));
	ent_verdicts_print(o, d, true);
}

static int
see(void *self, struct ent_str id, const struct ent_agreement *g, const struct ent_err *why)
{
	struct explaining *e = self;
	struct ent_decision d;

	if (e->agreement.p && !ent_str_eq(e->agreement, id))
		return 0;
	if (!g) {
		ent_cli_complain(e->c, "agreement %.*s: %s", ENT_FMT(id), why->msg);
		e->broken++;
		return 0;
	}
	if (e->party.p && ent_agreement_party(g, e->party) < 0)
		return 0;
	ent_arena_reset(e->each);
	e->rc = ent_gate(e->c->x, e->each, g, &e->h, e->json, NULL, &d, e->err);
	if (e->rc)
		return e->rc;
	e->asked++;
	e->denied += d.result == ENT_DENY;
	if (e->c->json)
		print_json(e, g, &d);
	else
		print_text(e, g, &d);
	return 0;
}

/* --to: an agreement by any of its names, or else a counterpart. */
static int
find_to(struct explaining *e, struct ent_err *err)
{
	struct ent_cli *c = e->c;
	struct ent_str to = ent_cli_value(c, "to");
	struct ent_agreement *g = ent_arena_alloc(c->arena, sizeof(*g));
	struct ent_peer p;

	if (!to.p)
		return 0;
	if (!g)
		return ent_cli_nomem(err);
	if (ent_agreement_find(c->x, c->arena, to, g, NULL) == 0) {
		e->agreement = g->id;
		return 0;
	}
	if (ent_peer_find(c->x, c->arena, to, &p, NULL) == 0) {
		e->party = p.party;
		return 0;
	}
	return ent_fail(err, ENT_ENOENT,
	                "--to: \"%.*s\" is no agreement and no counterpart of this node",
	                ENT_FMT(to));
}

static int
find_object(struct explaining *e, struct ent_err *err)
{
	struct ent_cli *c = e->c;
	int rc = ent_holdings_get(c->x, c->arena, ent_cli_operand(c, 0),
	                          ent_cli_value(c, "version"), &e->h, err);

	if (rc == 0)
		rc = ent_cli_read(c, &e->h, 1, err);
	return rc ? rc : ent_json_parse(c->arena, e->h.bytes, ENT_JSON_DEPTH, &e->json, err);
}

static int
explain_it(struct explaining *e, struct ent_err *err)
{
	struct ent_out *o = &e->c->out;
	int rc;

	ent_out_str(o, "object", "object", e->h.id);
	ent_out_str(o, "version", "version",
	            e->h.version.n ? e->h.version : (struct ent_str){ 0 });
	ent_out_list(o, "agreements", ENT_COLUMNS(columns));
	rc = ent_agreement_each(e->c->x, see, e, err);
	ent_out_list_end(o, NULL);
	if (e->rc)
		return e->rc;
	if (rc)
		return rc;
	if (e->asked == 0 && !e->c->json)
		ent_out_line(o, "There is no agreement under which it could leave.");
	return e->denied || e->broken || e->asked == 0 ? ENT_NO : 0;
}

static int
explain(struct ent_cli *c, struct ent_err *err)
{
	struct explaining e = { .c = c, .err = err };
	int rc;

	e.each = ent_arena_new(ENT_REQUEST_ARENA);
	ent_buf_init(&e.b, ENT_VERDICTS_MAX);
	rc = e.each ? find_to(&e, err) : ent_cli_nomem(err);
	if (rc == 0)
		rc = find_object(&e, err);
	if (rc == 0)
		rc = explain_it(&e, err);
	ent_buf_release(&e.b);
	ent_arena_free(e.each);
	return rc;
}

const struct ent_command ent_cmd_explain = {
	.name = "explain",
	.help = "say under which agreements an object may leave, rule by rule, and why",
	.operands = "OBJECT",
	.min = 1,
	.max = 1,
	.node = true,
	.json = true,
	.options = options,
	.text = "Each rule is shown with the clause that decides: a JSON Pointer into the\n"
		"agreement's document.  Nothing is released.  The exit status is 0 where all\n"
		"agreements that were asked let it pass, else 1.",
	.run = explain,
};
