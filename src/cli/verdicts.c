/* SPDX-License-Identifier: Apache-2.0 */
/*
 * verdicts.c - what the gate decided, rule by rule, with clauses, as JSON and as lines; what an
 * agreement asks of it.
 */
#include "cli/verdicts.h"

#include <inttypes.h>

static void
begin(struct ent_buf *b, struct ent_jw *w)
{
	ent_buf_clear(b);
	ent_jw_init(w, b);
	ent_jw_array(w);
}

/* The members of a verdict, inside an object. */
static void
write_verdict(struct ent_jw *w, enum ent_rule rule, const struct ent_verdict *v)
{
	ent_jw_kc(w, "rule", ent_rule_name(rule));
	ent_jw_kc(w, "result", ent_result_name(v->result));
	ent_jw_kstr(w, "reason", v->reason);
	ent_jw_key(w, "clause");
	if (!v->clause.pointer.p) {
		ent_jw_null(w);
		return;
	}
	ent_jw_object(w);
	ent_jw_kstr(w, "pointer", v->clause.pointer);
	ent_jw_kstr(w, "agreement", v->clause.agreement);
	ent_jw_kint(w, "version", v->clause.version);
	ent_jw_end_object(w);
}

struct ent_str
ent_verdicts_rules(struct ent_buf *b, const struct ent_decision *d)
{
	struct ent_jw w;

	begin(b, &w);
	for (int i = 0; i < ENT_RULES; i++) {
		ent_jw_object(&w);
		write_verdict(&w, (enum ent_rule)i, &d->rule[i]);
		ent_jw_end_object(&w);
	}
	ent_jw_end_array(&w);
	return ent_buf_view(b);
}

struct ent_str
ent_verdicts_properties(struct ent_buf *b, const struct ent_decision *d)
{
	struct ent_jw w;

	begin(b, &w);
	for (size_t i = 0; i < d->n_properties; i++) {
		ent_jw_object(&w);
		ent_jw_kstr(&w, "selector", d->property[i].selector);
		write_verdict(&w, d->property[i].rule, &d->property[i].verdict);
		ent_jw_end_object(&w);
	}
	ent_jw_end_array(&w);
	return ent_buf_view(b);
}

struct ent_str
ent_verdicts_left_out(struct ent_buf *b, const struct ent_decision *d)
{
	struct ent_jw w;

	begin(b, &w);
	for (size_t i = 0; i < d->n_left_out; i++)
		ent_jw_str(&w, d->left_out[i]);
	ent_jw_end_array(&w);
	return ent_buf_view(b);
}

static void
print_clause(struct ent_out *o, const struct ent_clause *c)
{
	if (c->pointer.p)
		ent_out_line(o, "                          %.*s of version %" PRId64,
		             ENT_FMT(c->pointer), c->version);
}

void
ent_verdicts_print(struct ent_out *o, const struct ent_decision *d, bool all)
{
	for (int i = 0; i < ENT_RULES; i++) {
		const struct ent_verdict *v = &d->rule[i];

		ent_out_line(o, "       %-11s %-6s %.*s", ent_rule_name((enum ent_rule)i),
		             ent_result_name(v->result), ENT_FMT(v->reason));
		if (all || v->result != ENT_PASS)
			print_clause(o, &v->clause);
	}
	for (size_t i = 0; i < d->n_properties; i++)
		ent_out_line(o, "       without %.*s: %.*s", ENT_FMT(d->property[i].selector),
		             ENT_FMT(d->property[i].verdict.reason));
	if (d->extract)
		ent_out_line(o, "       an extract without %s may go",
		             d->n_properties == 1 ? "that" : "those");
	for (size_t i = 0; i < d->n_left_out; i++)
		ent_out_line(o, "       goes without %.*s", ENT_FMT(d->left_out[i]));
}

/* ---- terms ---- */

static const struct ent_column gate_columns[] = {
	{ "party", NULL, false },
	{ "terms", NULL, false },
};

static void
print_terms(struct ent_out *o, struct ent_str name, struct ent_str words)
{
	struct ent_str line;

	while (ent_str_next(&words, '\n', &line))
		if (line.n)
			ent_out_line(o, "%.*s sends it %.*s", ENT_FMT(name), ENT_FMT(line));
}

void
ent_cli_gate_terms(struct ent_cli *c, const struct ent_agreement *g)
{
	struct ent_buf b;

	ent_buf_init(&b, ENT_VERDICTS_MAX);
	ent_out_list(&c->out, "gate", ENT_COLUMNS(gate_columns));
	for (size_t i = 0; i < g->parties; i++) {
		struct ent_jw w;

		ent_buf_clear(&b);
		ent_jw_init(&w, &b);
		ent_jw_object(&w);
		ent_gate_limits_write(&w, &g->party[i].terms.gate);
		ent_jw_end_object(&w);
		ent_cell(&c->out, g->party[i].name);
		ent_cell_raw(&c->out, ent_buf_view(&b));
	}
	ent_out_list_end(&c->out, NULL);
	ent_buf_release(&b);
	for (size_t i = 0; i < g->parties && !c->json; i++)
		print_terms(&c->out, g->party[i].name,
		            ent_gate_limits_words(c->arena, &g->party[i].terms.gate));
}
