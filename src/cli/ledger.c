/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ledger.c - `entente ledger`: what was recorded, and whether it still holds.
 */
#include <inttypes.h>

#include "base/file.h"
#include "base/uuid.h"
#include "cli/commands.h"
#include "cli/reads.h"
#include "exchange/behind.h"
#include "exchange/book.h"
#include "exchange/receipt.h"
#include "exchange/witness.h"

#define EXPORT_MAX  ((size_t)1 << 32)
#define BATCH       500
#define BATCH_ARENA ((size_t)256 << 20)

/* A ledger by its name, or the agreement that it belongs to by any of its names. */
static int
find_book(struct ent_cli *c, struct ent_str who, struct ent_str *name, struct ent_err *err)
{
	struct ent_agreement *g;
	int rc;

	*name = who;
	if (ent_str_eq(who, ENT_BOOK_INTERNAL))
		return 0;
	rc = ent_cli_agreement(c, who, &g, err);
	if (rc == 0)
		*name = g->id;
	return rc ? ent_within(err, rc, "a ledger is named internal, or as its agreement") : 0;
}

/* The title of the agreement that a ledger belongs to; absent for the internal one. */
static struct ent_str
title_of(struct ent_cli *c, struct ent_str name)
{
	struct ent_agreement *g = ent_arena_alloc(c->arena, sizeof(*g));
	uint8_t uuid[16];

	if (!g || ent_uuid_parse(name, uuid) ||
	    ent_agreement_load(c->x, c->arena, name, g, NULL))
		return (struct ent_str){ NULL, 0 };
	return g->title;
}

/* ---- list ---- */

static const struct ent_column columns[] = {
	{ "name", "LEDGER", false },      { "entries", "ENTRIES", true },
	{ "cosigned", "COSIGNED", true }, { "root", "ROOT", false },
	{ "agreement", "TITLE", false },
};

static int
list_one(struct ent_cli *c, struct ent_str name, struct ent_err *err)
{
	struct ent_hash root;
	uint64_t size, cosigned = 0;
	int rc = ent_book_tip(c->x, c->arena, name, &size, &root, err);

	if (rc == 0)
		rc = ent_book_last_cosigned(c->x, c->arena, name, &cosigned, err);
	if (rc)
		return rc;
	ent_cell(&c->out, name);
	ent_cell_int(&c->out, (int64_t)size);
	ent_cell_int(&c->out, (int64_t)cosigned);
	ent_cell_hex(&c->out, root.b, sizeof(root.b));
	ent_cell(&c->out, title_of(c, name));
	return 0;
}

static int
list(struct ent_cli *c, struct ent_err *err)
{
	struct ent_str *names;
	size_t n;
	int rc = ent_book_names(c->x, c->arena, &names, &n, err);

	if (rc)
		return rc;
	ent_out_list(&c->out, "ledgers", ENT_COLUMNS(columns));
	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = list_one(c, names[i], err);
	ent_out_list_end(&c->out, rc ? NULL : "There is no ledger yet.");
	return rc;
}

const struct ent_command ent_cmd_ledger_list = {
	.name = "ledger list",
	.help = "list the ledgers: one for each agreement, and the internal one",
	.operands = "",
	.node = true,
	.json = true,
	.run = list,
};

/* ---- show ---- */

static const struct ent_option show_options[] = {
	{ "first", "N", "from that entry on (0)", 0, false },
	{ "count", "N", "so many entries (all)", 0, false },
	{ 0 },
};

static const struct ent_column entry_columns[] = {
	{ "index", NULL, false },
	{ "entry", NULL, false },
};

static void
show_entry(struct ent_cli *c, uint64_t index, struct ent_str entry)
{
	if (c->json) {
		ent_cell_int(&c->out, (int64_t)index);
		ent_cell_raw(&c->out, entry);
	} else {
		ent_out_line(&c->out, "%" PRIu64 " %.*s", index, ENT_FMT(entry));
	}
}

static int
show_entries(struct ent_cli *c, struct ent_str name, uint64_t first, uint64_t count,
             struct ent_err *err)
{
	struct ent_arena *a = ent_arena_new(BATCH_ARENA);
	struct ent_str *entries;
	size_t got = 1;
	int rc = a ? 0 : ent_cli_nomem(err);

	while (rc == 0 && count > 0 && got > 0) {
		ent_arena_reset(a);
		rc = ent_book_entries(c->x, a, name, first,
		                      count < BATCH ? (size_t)count : BATCH, &entries, &got,
		                      err);
		for (size_t i = 0; rc == 0 && i < got; i++)
			show_entry(c, first + i, entries[i]);
		first += got;
		count -= got;
	}
	ent_arena_free(a);
	return rc;
}

static int
show(struct ent_cli *c, struct ent_err *err)
{
	int64_t first = 0, count = INT64_MAX;
	struct ent_str name;
	int rc = ent_cli_number(c, "first", 0, INT64_MAX, &first, err);

	if (rc == 0)
		rc = ent_cli_number(c, "count", 0, INT64_MAX, &count, err);
	if (rc == 0)
		rc = find_book(c, ent_cli_operand(c, 0), &name, err);
	if (rc)
		return rc;
	if (c->json)
		ent_out_str(&c->out, "name", NULL, name);
	ent_out_list(&c->out, "entries", ENT_COLUMNS(entry_columns));
	rc = show_entries(c, name, (uint64_t)first, (uint64_t)count, err);
	ent_out_list_end(&c->out, NULL);
	return rc;
}

const struct ent_command ent_cmd_ledger_show = {
	.name = "ledger show",
	.help = "print the entries of a ledger",
	.operands = "LEDGER",
	.min = 1,
	.max = 1,
	.node = true,
	.json = true,
	.options = show_options,
	.run = show,
};

/* ---- verify ---- */

static const struct ent_column verify_columns[] = {
	{ "name", "LEDGER", false },      { "holds", "HOLDS", false },
	{ "entries", "ENTRIES", true },   { "root", NULL, false },
	{ "receipts", "RECEIPTS", true }, { "agreement", "TITLE", false },
	{ "problem", "PROBLEM", false },  { "backwards", NULL, true },
};

/* Whether the answer is no, rather than that the question couldn't be asked. */
static bool
says_no(int rc)
{
	return rc == ENT_ECORRUPT || rc == ENT_ESIG || rc == ENT_ECONFLICT || rc == ENT_EPARSE;
}

static int
verify_one(struct ent_cli *c, struct ent_str name, bool *all, struct ent_err *err)
{
	struct ent_hash root = { { 0 } };
	struct ent_err why = { 0 };
	uint64_t size = 0;
	size_t checked = 0;
	struct ent_clock clock = { 0 };
	int rc = ent_book_verify(c->x, name, &size, &root, &clock, &why);

	if (rc == 0 && !ent_str_eq(name, ENT_BOOK_INTERNAL))
		rc = ent_receipts_verify(c->x, name, &checked, &why);
	if (rc && !says_no(rc))
		return ent_fail(err, rc, "%.*s: %s", ENT_FMT(name), why.msg);
	*all &= rc == 0;
	ent_cell(&c->out, name);
	ent_cell_bool(&c->out, rc == 0);
	ent_cell_int(&c->out, (int64_t)size);
	ent_cell_hex(&c->out, root.b, sizeof(root.b));
	ent_cell_int(&c->out, (int64_t)checked);
	ent_cell(&c->out, title_of(c, name));
	if (rc == 0 && clock.backwards)
		(void)ent_fail(&why, ENT_ECORRUPT,
		               "it holds, but time runs backwards at %" PRIu64
		               " of the entries, first at number %" PRIu64
		               ": the clock stepped back there, or something was dated back",
		               clock.backwards, clock.first);
	ent_cell(&c->out, why.msg[0] ? ent_arena_dup(c->arena, ent_str_c(why.msg))
	                             : (struct ent_str){ NULL, 0 });
	ent_cell_int(&c->out, (int64_t)clock.backwards);
	return 0;
}

static int
verify(struct ent_cli *c, struct ent_err *err)
{
	struct ent_str *names;
	bool all = true;
	size_t n = c->given.n_operands;
	int rc = 0;

	if (n == 0) {
		rc = ent_book_names(c->x, c->arena, &names, &n, err);
	} else {
		names = ent_arena_array(c->arena, n, sizeof(*names));
		if (!names)
			return ent_cli_nomem(err);
		for (size_t i = 0; rc == 0 && i < n; i++)
			rc = find_book(c, ent_cli_operand(c, i), &names[i], err);
	}
	if (rc)
		return rc;
	ent_out_list(&c->out, "ledgers", ENT_COLUMNS(verify_columns));
	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = verify_one(c, names[i], &all, err);
	ent_out_list_end(&c->out, rc ? NULL : "There is no ledger yet.");
	ent_out_bool(&c->out, "all_hold", NULL, all);
	if (rc == 0)
		ent_out_line(&c->out, all ? "All hold." : "Not all hold.");
	return rc ? rc : all ? 0 : ENT_NO;
}

const struct ent_command ent_cmd_ledger_verify = {
	.name = "ledger verify",
	.help = "recompute ledgers, and verify the receipts of their agreements",
	.operands = "[LEDGER...]",
	.max = -1,
	.node = true,
	.json = true,
	.text = "All of them, if none is named.",
	.run = verify,
};

/* ---- export, checkpoint ---- */

static const struct ent_option export_options[] = {
	{ "cosigned", NULL, "only as far as a counterpart has cosigned it", 0, false },
	{ "output", "FILE", "into that file instead of standard output", 'o', false },
	{ 0 },
};

static int
export_book(struct ent_cli *c, struct ent_str name, struct ent_err *err)
{
	const char *path = ent_given_value(&c->given, "output");
	struct ent_buf b;
	int rc = ent_cli_exports(c, name, (struct ent_str){ NULL, 0 }, err);

	if (rc)
		return rc;
	ent_buf_init(&b, EXPORT_MAX);
	rc = ent_book_export(c->x, name, ent_cli_flag(c, "cosigned"), &b, err);
	if (rc == 0 && !ent_buf_ok(&b))
		rc = ent_cli_nomem(err);
	if (rc == 0 && path && strcmp(path, "-") != 0) {
		rc = ent_file_write(path, ent_buf_view(&b), 0644, err);
		if (rc == 0)
			ent_out_line(&c->out,
			             "%s: %zu bytes; anybody verifies it with: "
			             "entente-verify %s",
			             path, b.n, path);
	} else if (rc == 0) {
		ent_out_bytes(&c->out, ent_buf_view(&b));
	}
	ent_buf_release(&b);
	return rc;
}

static int export(struct ent_cli *c, struct ent_err *err)
{
	struct ent_str name;
	int rc = find_book(c, ent_cli_operand(c, 0), &name, err);

	return rc ? rc : export_book(c, name, err);
}

const struct ent_command ent_cmd_ledger_export = {
	.name = "ledger export",
	.help = "write a ledger as a file for entente-verify",
	.operands = "LEDGER",
	.min = 1,
	.max = 1,
	.node = true,
	.options = export_options,
	.run = export,
};

static int
audit_export(struct ent_cli *c, struct ent_err *err)
{
	return export_book(c, ENT_BOOK_INTERNAL, err);
}

const struct ent_command ent_cmd_audit_export = {
	.name = "audit export",
	.help = "write the internal ledger as a file for entente-verify",
	.operands = "",
	.node = true,
	.options = &export_options[1],
	.text = "The export is an entry of it.",
	.run = audit_export,
};

static int
checkpoint(struct ent_cli *c, struct ent_err *err)
{
	struct ent_str name, note;
	uint64_t size;
	int rc = find_book(c, ent_cli_operand(c, 0), &name, err);

	if (rc == 0)
		rc = ent_book_checkpoint(c->x, c->arena, name, &note, &size, err);
	if (rc == 0)
		ent_out_bytes(&c->out, note);
	return rc;
}

const struct ent_command ent_cmd_ledger_checkpoint = {
	.name = "ledger checkpoint",
	.help = "print the signed checkpoint of a ledger as it stands",
	.operands = "LEDGER",
	.min = 1,
	.max = 1,
	.node = true,
	.run = checkpoint,
};

/* ---- conflict ---- */

static const struct ent_option conflict_options[] = {
	{ "clear", "ORIGIN", "go on with that ledger as it is now; the evidence is kept", 0,
	  false },
	{ "restart", "LEDGER",
	  "this node's own, after an old copy was put back: go on without "
	  "what is lost",
	  0, false },
	{ "reason", "TEXT", "why; its hash stands in the ledger", 0, false },
	{ 0 },
};

static const struct ent_column conflict_columns[] = {
	{ "origin", NULL, false },
	{ "at", NULL, false },
	{ "held", NULL, false },
	{ "shown", NULL, false },
};

static int
list_conflicts(struct ent_cli *c, struct ent_err *err)
{
	struct ent_conflict *list;
	size_t n;
	int rc = ent_conflicts(c->x, c->arena, &list, &n, err);

	if (rc)
		return rc;
	ent_out_list(&c->out, "conflicts", ENT_COLUMNS(conflict_columns));
	for (size_t i = 0; i < n; i++) {
		const struct ent_conflict *k = &list[i];

		if (c->json) {
			ent_cell(&c->out, k->origin);
			ent_cell(&c->out, k->at);
			ent_cell(&c->out, k->held);
			ent_cell(&c->out, k->shown);
			continue;
		}
		ent_out_line(
		    &c->out,
		    "%.*s, found at %.*s: two checkpoints that cannot both be true.\n\n"
		    "The one that was cosigned here:\n%.*s\nThe one that was shown "
		    "later:\n%.*s",
		    ENT_FMT(k->origin), ENT_FMT(k->at), ENT_FMT(k->held), ENT_FMT(k->shown));
	}
	ent_out_list_end(&c->out, NULL);
	if (n == 0)
		ent_out_line(&c->out, "There is no conflict.");
	return n ? ENT_NO : 0;
}

/* Our own went back to an old copy. */
static int
restart(struct ent_cli *c, struct ent_str who, struct ent_err *err)
{
	struct ent_str reason = ent_cli_value(c, "reason"), name;
	int rc = reason.n ? find_book(c, who, &name, err)
	                  : ent_fail(err, ENT_EINVAL, "--reason TEXT is needed");

	if (rc == 0)
		rc = ent_behind_restart(c->x, c->arena, name, reason, err);
	if (rc == 0)
		ent_out_line(
		    &c->out,
		    "It goes on without what is lost, and says so.  The counterpart has "
		    "to agree:\nentente ledger conflict --clear %s/entente/%.*s",
		    ent_node_setting(c->node, "host"), ENT_FMT(name));
	return rc;
}

static int
conflict(struct ent_cli *c, struct ent_err *err)
{
	struct ent_str origin = ent_cli_value(c, "clear"), own = ent_cli_value(c, "restart");
	int rc;

	if (own.p)
		return restart(c, own, err);
	if (!origin.p)
		return list_conflicts(c, err);
	rc = ent_conflict_clear(c->x, c->arena, origin, err);
	if (rc == 0)
		ent_out_line(&c->out, "%.*s: exchange goes on from what it shows next.",
		             ENT_FMT(origin));
	return rc;
}

const struct ent_command ent_cmd_ledger_conflict = {
	.name = "ledger conflict",
	.help = "show ledgers of others that contradict themselves, or go on with one",
	.operands = "",
	.node = true,
	.json = true,
	.options = conflict_options,
	.text = "The exit status is 1 while there is one.  Exchange with its owner is stopped\n"
		"until a person has decided.  Clearing also goes on with a counterpart that\n"
		"was restored from an old copy: what it sends is read from the start, and\n"
		"what is here already isn't taken twice.",
	.run = conflict,
};
