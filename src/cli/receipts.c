/* SPDX-License-Identifier: Apache-2.0 */
/*
 * receipts.c - `entente receipts`: those that were signed, those that should be there, and
 * those that don't fit.
 */
#include <inttypes.h>

#include "base/enc.h"
#include "base/time.h"
#include "cli/commands.h"
#include "exchange/receipt_alarm.h"

static const struct ent_option receipts_options[] = {
	{ "missing", NULL, "the queue alone: late, missing, refused and not fitting ones", 0,
	  false },
	{ "settle", "HASH", "an alarm is dealt with: 8 digits or more of its hash", 0, false },
	{ 0 },
};

static const struct ent_column receipt_columns[] = {
	{ "agreement", NULL, false }, { "by", "BY", false },          { "ours", NULL, false },
	{ "state", "STATE", false },  { "first", "FIRST", true },     { "last", "LAST", true },
	{ "count", "OBJECTS", true }, { "refused", "REFUSED", true }, { "at", "AT", false },
	{ "unsent", NULL, false },    { "channel", NULL, false },     { "root", "ROOT", false },
	{ "sha256", NULL, false },    { "why", "WHY", false },        { "tries", NULL, false },
	{ "next", NULL, false },
};

struct listing {
	struct ent_cli *c;
	const struct ent_agreement *g;
	bool missing;        /* the queue alone */
	bool found;          /* something is in it */
	bool alarms;         /* one was shown */
	struct ent_arena *a; /* reset for each */
};

/* What people are told of a state. */
static struct ent_str
why(const struct listing *l, const struct ent_receipt *r)
{
	char at[ENT_TIME_TEXT];

	if (l->c->json)
		return r->why;
	switch (r->state) {
	case ENT_RECEIPT_AWAITED:
	case ENT_RECEIPT_LATE:
	case ENT_RECEIPT_MISSING:
		return ENT_STR("they read it, and have not receipted it");
	case ENT_RECEIPT_UNFETCHED:
		return ENT_STR("they have not read it");
	case ENT_RECEIPT_UNSENT:
	case ENT_RECEIPT_REFUSED:
		if (r->tries == 0)
			return ENT_STR("it goes with the next sync");
		return ent_arena_printf(l->a, "%.*s; tried %" PRIu64 " time%s, again at %s",
		                        ENT_FMT(r->why), r->tries, ent_cli_s(r->tries),
		                        ent_time_text(r->next, 0, at));
	default:
		return (struct ent_str){ NULL, 0 };
	}
}

static int
list_receipt(void *self, const struct ent_receipt *r, struct ent_err *err)
{
	const struct listing *l = self;
	const struct ent_str none = { NULL, 0 };
	struct ent_out *o = &l->c->out;
	bool there = r->envelope.p != NULL;
	char root[65];

	(void)err;
	ent_arena_reset(l->a);
	ent_cell(o, r->agreement);
	ent_cell(o, ent_cli_party(l->g, r->by));
	ent_cell_bool(o, r->ours);
	ent_cell_c(o, ent_receipt_state_name(r->state));
	ent_cell_int(o, (int64_t)r->first);
	ent_cell_int(o, (int64_t)r->last);
	if (there) {
		ent_cell_int(o, (int64_t)r->count);
		ent_cell_int(o, (int64_t)r->refused);
	} else {
		ent_cell(o, none);
		ent_cell(o, none);
	}
	ent_cell(o, r->at);
	ent_cell_bool(o, r->unsent);
	ent_cell(o, r->channel);
	ent_hex(r->root, l->c->json ? 32 : 8, root);
	ent_cell(o, there ? ent_str_c(root) : none);
	ent_cell(o, r->sha256);
	ent_cell(o, why(l, r));
	ent_cell_int(o, (int64_t)r->tries);
	if (r->next)
		ent_cell_time(o, r->next);
	else
		ent_cell(o, none);
	return 0;
}

static int
list_waiting(void *self, const struct ent_receipt *r, struct ent_err *err)
{
	struct listing *l = self;
	bool overdue = ent_receipt_overdue(l->c->x, r);

	l->found |= overdue;
	return l->missing && !overdue ? 0 : list_receipt(self, r, err);
}

static int
list_receipts(struct ent_cli *c, void *self, const struct ent_agreement *g, struct ent_err *err)
{
	struct listing *l = self;
	int rc;

	l->g = g;
	rc = l->missing ? ent_receipts_owed(c->x, g->id, list_waiting, l, err)
	                : ent_receipts_each(c->x, g->id, list_receipt, l, err);
	return rc ? rc : ent_receipts_due(c->x, g->id, list_waiting, l, err);
}

/* ---- those that don't fit ---- */

static const struct ent_column alarm_columns[] = {
	{ "sha256", "ALARM", false },   { "agreement", NULL, false },
	{ "by", "BY", false },          { "at", "AT", false },
	{ "first", "FIRST", true },     { "last", "LAST", true },
	{ NULL, "THEY SIGNED", false }, { NULL, "WAS SENT", false },
	{ "count", NULL, false },       { "root", NULL, false },
	{ "sent_count", NULL, false },  { "sent_root", NULL, false },
	{ "why", "WHY", false },        { "closed", NULL, false },
	{ "how", "DEALT WITH", false }, { "envelope", NULL, false },
};

static struct ent_str
version(const struct listing *l, bool known, size_t count, const uint8_t root[32])
{
	char hex[65];

	if (!known)
		return ENT_STR("?");
	ent_hex(root, 32, hex);
	return ent_arena_printf(l->a, "%zu object%s, root %.16s", count, ent_cli_s(count), hex);
}

/* Absent where it couldn't be told. */
static void
version_cells(struct ent_out *o, bool known, size_t count, const uint8_t root[32])
{
	if (known) {
		ent_cell_int(o, (int64_t)count);
		ent_cell_hex(o, root, 32);
	} else {
		ent_cell(o, (struct ent_str){ NULL, 0 });
		ent_cell(o, (struct ent_str){ NULL, 0 });
	}
}

static int
list_alarm(void *self, const struct ent_receipt_alarm *m, struct ent_err *err)
{
	struct listing *l = self;
	struct ent_out *o = &l->c->out;

	(void)err;
	if (!l->alarms) /* the other list is above it */
		ent_out_line(o, "%s", "");
	l->alarms = true;
	l->found |= !m->closed.p;
	ent_arena_reset(l->a);
	ent_cell(o, l->c->json ? m->sha256 : (struct ent_str){ m->sha256.p, 16 });
	ent_cell(o, m->claimed.agreement);
	ent_cell(o, ent_cli_party(l->g, m->claimed.by));
	ent_cell(o, m->at);
	ent_cell_int(o, (int64_t)m->claimed.first);
	ent_cell_int(o, (int64_t)m->claimed.last);
	ent_cell(o, version(l, m->readable, m->claimed.count, m->claimed.root));
	ent_cell(o, version(l, m->known, m->count, m->root));
	version_cells(o, m->readable, m->claimed.count, m->claimed.root);
	version_cells(o, m->known, m->count, m->root);
	ent_cell(o, m->why);
	ent_cell(o, m->closed);
	ent_cell(o, m->how);
	ent_cell(o, m->envelope);
	return 0;
}

static int
list_alarms(struct ent_cli *c, void *self, const struct ent_agreement *g, struct ent_err *err)
{
	struct listing *l = self;

	l->g = g;
	return ent_receipt_alarms_each(c->x, g->id, !l->missing, list_alarm, l, err);
}

/* ---- the command ---- */

static int
settle(struct ent_cli *c, struct ent_str hash, struct ent_err *err)
{
	int rc = c->given.n_operands || ent_cli_flag(c, "missing")
	             ? ent_fail(err, ENT_EINVAL, "--settle HASH stands alone")
	             : ent_receipt_settle(c->x, c->arena, hash, err);

	if (rc == 0)
		ent_out_line(&c->out, "%.*s is dealt with.", ENT_FMT(hash));
	return rc;
}

static int
receipts(struct ent_cli *c, struct ent_err *err)
{
	struct ent_str hash = ent_cli_value(c, "settle");
	struct listing l = { .c = c, .missing = ent_cli_flag(c, "missing") };
	size_t broken = 0, again;
	int rc;

	if (hash.p)
		return settle(c, hash, err);
	l.a = ent_arena_new(1 << 20);
	if (!l.a)
		return ent_cli_nomem(err);
	ent_out_list(&c->out, "receipts", ENT_COLUMNS(receipt_columns));
	rc = ent_cli_agreements(c, list_receipts, &l, &broken, err);
	ent_out_list_end(&c->out, rc          ? NULL
	                          : l.missing ? "No receipt is late, missing or refused."
	                                      : "There are no receipts yet.");
	if (rc == 0) {
		ent_out_list(&c->out, "alarms", ENT_COLUMNS(alarm_columns));
		rc = ent_cli_agreements(c, list_alarms, &l, &again, err);
		ent_out_list_end(&c->out, NULL);
	}
	ent_arena_free(l.a);
	if (rc || broken)
		return rc ? rc : ent_exit_of(ENT_ECORRUPT);
	return l.missing && l.found ? ENT_NO : 0;
}

const struct ent_command ent_cmd_receipts = {
	.name = "receipts",
	.help = "list the receipts of either side, and those that should be there",
	.operands = "[AGREEMENT]",
	.max = 1,
	.node = true,
	.json = true,
	.options = receipts_options,
	.text =
	    "A counterpart's receipt is held; or awaited, late (an hour) or missing (a day)\n"
	    "after it read the entries; or they are unfetched. One of this node is taken,\n"
	    "unsent, or refused by its sender: then it is offered again and again.\n"
	    "Receipts that do not fit what was sent are alarms: both versions are shown,\n"
	    "until one that fits comes, or a person settles it. With --missing, the exit\n"
	    "status is 1 while there is something in the queue.",
	.run = receipts,
};
