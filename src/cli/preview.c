/* SPDX-License-Identifier: Apache-2.0 */
/*
 * preview.c - `entente preview`: what a counterpart sees of this node, and what is kept from
 * it.
 */
#include <inttypes.h>

#include "base/progress.h"
#include "cli/commands.h"
#include "cli/reads.h"
#include "exchange/peer.h"
#include "exchange/survey.h"
#include "exchange/window.h"

static const struct ent_option options[] = {
	{ "as", "PEER", "the counterpart whose eyes to look through; needed", 0, false },
	{ "all", NULL, "name every object of ours that isn't on the channel", 0, false },
	{ "get", "PATH", "print the answer that its GET of PATH would get now, byte for byte",
	  0, false },
	{ 0 },
};

struct looking {
	struct ent_cli *c;
	struct ent_peer peer;
	bool all;
	struct ent_progress progress;
};

/* ---- the answer itself ---- */

static int
get(struct ent_cli *c, const struct ent_peer *p, struct ent_str target, struct ent_err *err)
{
	struct ent_node_answer an;
	int rc;

	if (!ent_str_starts(target, "/"))
		return ent_fail(err, ENT_EINVAL,
		                "--get: the path begins with /, as in "
		                "/taxii2/ or /AGREEMENT-ID/collections/");
	rc = ent_cli_exports(c, target, (struct ent_str){ 0 }, err);
	if (rc == 0)
		rc = ent_node_ask(c->node, c->arena, p->pin, target, &an, err);
	if (rc)
		return rc;
	if (!c->json) {
		ent_out_bytes(&c->out, an.body);
		return an.status < 400 ? 0 : ENT_NO;
	}
	ent_out_int(&c->out, "status", NULL, an.status);
	ent_out_str(&c->out, "head", NULL, an.head);
	ent_out_str(&c->out, "body", NULL, an.body);
	return an.status < 400 ? 0 : ENT_NO;
}

/* ---- one agreement ---- */

static const struct ent_column rule_columns[] = {
	{ "rule", "KEPT BACK BY", false },
	{ "objects", "OBJECTS", true },
	{ "example", "FOR EXAMPLE", false },
	{ "reason", "REASON", false },
};

static void
rules(struct ent_cli *c, const struct ent_survey *s)
{
	ent_out_list(&c->out, "kept_back_by", ENT_COLUMNS(rule_columns));
	for (int r = 0; r < ENT_RULES; r++) {
		if (!s->rule[r].count)
			continue;
		ent_cell_c(&c->out, ent_rule_name((enum ent_rule)r));
		ent_cell_int(&c->out, (int64_t)s->rule[r].count);
		ent_cell_c(&c->out, s->rule[r].example);
		ent_cell_c(&c->out, s->rule[r].reason);
	}
	ent_out_list_end(&c->out, NULL);
}

/* The first rule against it; the agreement's state is said once for all. */
static const struct ent_verdict *
against(const struct ent_decision *d, enum ent_rule *which)
{
	for (int r = 0; r < ENT_RULES; r++)
		if (r != ENT_RULE_AGREEMENT && d->rule[r].result == ENT_DENY) {
			*which = (enum ent_rule)r;
			return &d->rule[r];
		}
	return NULL;
}

static const struct ent_column object_columns[] = {
	{ "id", "OBJECT", false },       { "version", NULL, false },
	{ "verdict", "VERDICT", false }, { "rule", "RULE", false },
	{ "reason", "REASON", false },
};

static void
on_object(void *self, const struct ent_held *h, const struct ent_decision *d)
{
	struct looking *l = self;
	struct ent_out *o = &l->c->out;
	const struct ent_verdict *v;
	enum ent_rule rule = ENT_RULES;

	if (!d)
		return;
	v = against(d, &rule);
	ent_cell(o, h->id);
	ent_cell(o, h->version.n ? h->version : (struct ent_str){ 0 });
	ent_cell_c(o, v ? "kept back" : "would go");
	ent_cell(o, v ? ent_str_c(ent_rule_name(rule)) : (struct ent_str){ 0 });
	ent_cell(o, v ? v->reason : (struct ent_str){ 0 });
}

static void
on_progress(void *self, size_t done)
{
	struct looking *l = self;

	ent_progress_step(&l->progress, done);
}

static void
now(struct looking *l, const struct ent_agreement *g, const struct ent_view_now *v)
{
	struct ent_out *o = &l->c->out;

	ent_out_str(o, "agreement", NULL, g->id);
	ent_out_str(o, "title", "agreement", g->title);
	ent_out_str(o, "describe", "state", ent_agreement_describe(l->c->arena, g));
	ent_out_str(o, "refused_with", NULL,
	            v->error_id ? ent_str_c(v->error_id) : (struct ent_str){ 0 });
	ent_out_int(o, "entries", NULL, (int64_t)v->entries);
	ent_out_int(o, "readable", NULL, (int64_t)v->readable);
	ent_out_int(o, "receipted", NULL, (int64_t)v->receipted);
	ent_out_int(o, "upto", NULL, (int64_t)v->upto);
	if (v->why.p)
		ent_out_line(o, "%.*s sees nothing now, and is told: %.*s",
		             ENT_FMT(l->peer.name), ENT_FMT(v->why));
	else
		ent_out_line(o,
		             "%.*s can read %" PRIu64 " of the %" PRIu64
		             " entries on the channel; it has receipted up to number %" PRIu64,
		             ENT_FMT(l->peer.name), v->readable, v->entries, v->receipted);
}

static int
ours(struct looking *l, const struct ent_agreement *g, struct ent_err *err)
{
	struct ent_survey_options o = { .of = ENT_SURVEY_HOLDINGS,
		                        .progress = on_progress,
		                        .self = l };
	struct ent_out *to = &l->c->out;
	struct ent_survey s;
	int rc;

	if (l->all) {
		ent_out_list(to, "objects", ENT_COLUMNS(object_columns));
		o.each = on_object;
	}
	ent_progress_init(&l->progress, "preview", 0);
	rc = ent_survey(l->c->x, g, &o, &s, err);
	ent_progress_end(&l->progress);
	if (l->all)
		ent_out_list_end(to, NULL);
	if (rc)
		return rc;
	ent_out_int(to, "own", NULL, (int64_t)s.objects);
	ent_out_int(to, "on_channel", NULL, (int64_t)s.on_channel);
	ent_out_int(to, "would_go", NULL, (int64_t)s.passes);
	ent_out_int(to, "would_go_bytes", NULL, (int64_t)s.bytes);
	ent_out_int(to, "expired", NULL, (int64_t)s.expired);
	ent_out_int(to, "kept_back", NULL, (int64_t)s.denied);
	ent_out_line(to,
	             "of %zu object%s of ours %zu are on the channel, %zu more could be "
	             "released (%" PRIu64 " bytes%s), %zu are kept back",
	             s.objects, ent_cli_s(s.objects), s.on_channel, s.passes, s.bytes,
	             s.expired ? "; some are past their valid_until" : "", s.denied);
	rules(l->c, &s);
	return 0;
}

/* The one agreement with that counterpart; of several, one has to be named. */
struct choice {
	struct ent_cli *c;
	struct ent_str party, id;
	size_t n;
};

static int
see_agreement(void *self, struct ent_str id, const struct ent_agreement *g,
              const struct ent_err *why)
{
	struct choice *ch = self;

	(void)why;
	if (!g || ent_agreement_party(g, ch->party) < 0)
		return 0;
	if (ch->n++ == 0)
		ch->id = ent_arena_dup(ch->c->arena, id);
	return 0;
}

static int
choose(struct ent_cli *c, const struct ent_peer *p, struct ent_agreement **g,
       struct ent_err *err)
{
	struct choice ch = { .c = c, .party = p->party };
	int rc;

	if (c->given.n_operands) {
		rc = ent_cli_agreement(c, ent_cli_operand(c, 0), g, err);
		if (rc == 0 && ent_agreement_party(*g, p->party) < 0)
			rc = ent_fail(err, ENT_ENOENT, "%.*s is no party of %.*s",
			              ENT_FMT(p->name), ENT_FMT((*g)->title));
		return rc;
	}
	rc = ent_agreement_each(c->x, see_agreement, &ch, err);
	if (rc == 0 && ch.n == 0)
		rc = ent_fail(err, ENT_ENOENT, "there is no agreement with %.*s",
		              ENT_FMT(p->name));
	if (rc == 0 && ch.n > 1)
		rc = ent_fail(err, ENT_EINVAL,
		              "%zu agreements with %.*s: name one of them (entente agreement "
		              "list)",
		              ch.n, ENT_FMT(p->name));
	return rc ? rc : ent_cli_agreement(c, ch.id, g, err);
}

static int
preview(struct ent_cli *c, struct ent_err *err)
{
	struct ent_str as = ent_cli_value(c, "as"), path = ent_cli_value(c, "get");
	struct looking l = { .c = c, .all = ent_cli_flag(c, "all") };
	struct ent_agreement *g;
	struct ent_view_now v;
	int rc = as.p ? ent_peer_find(c->x, c->arena, as, &l.peer, err)
	              : ent_fail(err, ENT_EINVAL, "--as PEER is needed: entente peer list");

	if (rc == 0 && path.p)
		return get(c, &l.peer, path, err);
	if (rc == 0)
		rc = choose(c, &l.peer, &g, err);
	if (rc == 0)
		rc = ent_view_now(c->x, c->arena, g, l.peer.party, &v, err);
	if (rc)
		return rc;
	now(&l, g, &v);
	return ours(&l, g, err);
}

const struct ent_command ent_cmd_preview = {
	.name = "preview",
	.help = "what a counterpart sees of this node, and what is kept from it, by which rule",
	.operands = "[AGREEMENT]",
	.max = 1,
	.node = true,
	.json = true,
	.options = options,
	.text =
	    "Looks through the counterpart's eyes: what it can read now, what more of ours\n"
	    "could be released, and what the gate keeps back.  Nothing is released.\n"
	    "--get prints the very answer that a request of it would get, e.g.\n"
	    "  entente preview --as South --get /taxii2/",
	.run = preview,
};
