/* SPDX-License-Identifier: Apache-2.0 */
/*
 * agreement_diff.c - `entente agreement diff`: which stored objects another version would show
 * or hide.
 */
#include "exchange/agreement_diff.h"

#include <inttypes.h>

#include "cli/agreement.h"

/* So many characters can't be a hash's start: it is a version. */
#define VERSION_DIGITS 7

static int
find(struct ent_cli *c, const struct ent_agreement *g, struct ent_str which,
     struct ent_agreement **out, struct ent_err *err)
{
	uint64_t version;
	int rc;

	*out = ent_arena_alloc(c->arena, sizeof(**out));
	if (!*out)
		return ent_cli_nomem(err);
	if (which.n <= VERSION_DIGITS && ent_str_u64(which, 1000000, &version) == 0)
		rc = ent_agreement_version(c->x, c->arena, g->id, (int64_t)version, *out, err);
	else
		rc = ent_agreement_document(c->x, c->arena, g->id, which, *out, err);
	(*out)->outbound = g->outbound;
	return rc;
}

static const struct ent_column columns[] = {
	{ "id", NULL, false },
	{ "name", NULL, false },
	{ "why", NULL, false },
};

static void
side(struct ent_cli *c, const char *key, const struct ent_diff_side *s, const char *what)
{
	if (!c->json) {
		ent_out_line(&c->out, "%zu stored object%s would %s.", s->count,
		             ent_cli_s(s->count), what);
		for (size_t i = 0; i < s->examples; i++)
			ent_out_line(
			    &c->out, "  %.*s%s%.*s%s: %.*s", ENT_FMT(s->example[i].id),
			    s->example[i].name.n ? " (" : "", ENT_FMT(s->example[i].name),
			    s->example[i].name.n ? ")" : "", ENT_FMT(s->example[i].why));
		if (s->count > s->examples)
			ent_out_line(&c->out, "  and %zu more", s->count - s->examples);
		return;
	}
	ent_out_list(&c->out, key, ENT_COLUMNS(columns));
	for (size_t i = 0; i < s->examples; i++) {
		ent_cell(&c->out, s->example[i].id);
		ent_cell(&c->out, s->example[i].name);
		ent_cell(&c->out, s->example[i].why);
	}
	ent_out_list_end(&c->out, NULL);
}

/* The sentences about our channel that aren't the same. */
static void
sentences(struct ent_cli *c, const struct ent_agreement *from, const struct ent_agreement *to)
{
	for (size_t p = 0; p < to->parties; p++) {
		int q = ent_agreement_party(from, to->party[p].id);
		struct ent_str now = ent_cli_terms_words(c, to, p), before;

		if (q < 0) {
			ent_out_line(&c->out, "%.*s becomes a party.",
			             ENT_FMT(to->party[p].name));
			continue;
		}
		before = ent_cli_terms_words(c, from, (size_t)q);
		if (ent_str_eq(now, before))
			continue;
		ent_out_line(&c->out, "- %.*s", ENT_FMT(before));
		ent_out_line(&c->out, "+ %.*s", ENT_FMT(now));
	}
	for (size_t p = 0; p < from->parties; p++)
		if (ent_agreement_party(to, from->party[p].id) < 0)
			ent_out_line(&c->out, "%.*s is no party any more.",
			             ENT_FMT(from->party[p].name));
}

static int
diff(struct ent_cli *c, struct ent_err *err)
{
	struct ent_agreement_diff *d = ent_arena_alloc(c->arena, sizeof(*d));
	struct ent_agreement *g, *from, *to;
	int rc = d ? ent_cli_agreement(c, ent_cli_operand(c, 0), &g, err) : ent_cli_nomem(err);

	if (rc == 0)
		rc = find(c, g, ent_cli_operand(c, 1), &from, err);
	if (rc == 0)
		rc = find(c, g, ent_cli_operand(c, 2), &to, err);
	if (rc == 0)
		rc = ent_agreement_compare(c->x, c->arena, from, to, d, err);
	if (rc)
		return rc;
	ent_out_str(&c->out, "id", NULL, g->id);
	ent_out_str(&c->out, "from", NULL, from->document);
	ent_out_str(&c->out, "to", NULL, to->document);
	ent_out_line(&c->out, "%.*s: from version %" PRId64 " to version %" PRId64,
	             ENT_FMT(g->title), from->version, to->version);
	sentences(c, from, to);
	ent_out_int(&c->out, "objects", NULL, (int64_t)d->objects);
	ent_out_int(&c->out, "same", NULL, (int64_t)d->same);
	ent_out_int(&c->out, "shown", NULL, (int64_t)d->shown.count);
	ent_out_int(&c->out, "hidden", NULL, (int64_t)d->hidden.count);
	side(c, "becoming_visible", &d->shown, "become visible");
	side(c, "becoming_hidden", &d->hidden, "become hidden");
	ent_out_line(&c->out,
	             "%zu of %zu objects may be sent under both.  What was sent stays sent.",
	             d->same, d->objects);
	return 0;
}

const struct ent_command ent_cmd_agreement_diff = {
	.name = "agreement diff",
	.help = "say which stored objects another version would show or hide",
	.operands = "AGREEMENT A B",
	.min = 3,
	.max = 3,
	.node = true,
	.json = true,
	.text = "A and B are versions (1, 2) or documents, by the start of their hash.  Each\n"
		"object of this node's own is put before the gate under both; the first 20\n"
		"that differ are named with the reason.",
	.run = diff,
};
