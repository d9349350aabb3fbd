/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dialogue.c - `entente inbox`, `ask`, `reply`, `outcome` and `tip`: the dialogue.
 */
#include "exchange/dialogue.h"
#include "base/file.h"
#include "base/time.h"
#include "cli/commands.h"
#include "cli/messages.h"
#include "cli/reads.h"

#define SUBJECT_WIDTH 60

/* ---- inbox ---- */

static const struct ent_option inbox_options[] = {
	{ "all", NULL, "closed threads too", 0, false },
	{ 0 },
};

static const struct ent_column thread_columns[] = {
	{ "thread", "THREAD", false },     { "queue", "QUEUE", false },
	{ "stage", "STAGE", false },       { "state", NULL, false },
	{ "awaits", "AWAITS", false },     { "since", "SINCE", false },
	{ "agreement", NULL, false },      { "messages", "MESSAGES", true },
	{ "priority", "PRIORITY", false }, { "due", "DUE", false },
	{ "subject", "SUBJECT", false },
};

static const struct ent_column message_columns[] = {
	{ "note", NULL, false },        { "thread", NULL, false },
	{ "kind", NULL, false },        { "by", NULL, false },
	{ "own", NULL, false },         { "in_reply_to", NULL, false },
	{ "priority", NULL, false },    { "due", NULL, false },
	{ "result", NULL, false },      { "date", NULL, false },
	{ "created", NULL, false },     { "text", NULL, false },
	{ "act", NULL, false },         { "idle", NULL, false },
	{ "answer", NULL, false },      { "decline_reason", NULL, false },
	{ "scheme", NULL, false },      { "source", NULL, false },
	{ "information", NULL, false }, { "object", NULL, false },
	{ "property", NULL, false },    { "value", NULL, false },
	{ "evaluated", NULL, false },
};

static struct ent_str
given(struct ent_str s)
{
	return s.n ? s : (struct ent_str){ NULL, 0 };
}

/* In which queue it stands: what is overdue first, whoever has to act. */
static const char *
queue_of(const struct ent_thread *t)
{
	if (t->state == ENT_THREAD_CLOSED)
		return "closed";
	if (t->state == ENT_THREAD_OVERDUE)
		return "overdue";
	if (!t->delivered)
		return "undelivered";
	return ent_str_is(t->awaits, "us") ? "for-me" : "for-them";
}

static const char *
stage_of(const struct ent_thread *t)
{
	return t->stage == ENT_STAGE_SUBMITTED && t->delivered ? "delivered"
	                                                       : ent_stage_name(t->stage);
}

static void
thread_row(struct ent_cli *c, const struct ent_thread *t)
{
	struct ent_out *o = &c->out;

	ent_cell(o, t->id);
	ent_cell_c(o, queue_of(t));
	ent_cell_c(o, stage_of(t));
	ent_cell_c(o, ent_thread_state_name(t->state));
	ent_cell(o, given(t->awaits));
	ent_cell(o, t->since);
	ent_cell(o, t->agreement);
	ent_cell_int(o, (int64_t)t->count);
	ent_cell(o, given(t->priority));
	ent_cell(o, given(t->due));
	ent_cell(o, c->json ? t->subject : ent_cli_cut(c, t->subject, SUBJECT_WIDTH));
}

/* Who wrote it: by the name that the agreement has, else that of a held identity. */
static struct ent_str
author(struct ent_cli *c, const struct ent_message *m)
{
	struct ent_agreement *g = ent_arena_alloc(c->arena, sizeof(*g));
	struct ent_str none = { NULL, 0 };
	const struct ent_json *v;
	struct ent_held h;

	if (g && ent_agreement_load(c->x, c->arena, m->agreement, g, NULL) == 0 &&
	    ent_agreement_party(g, m->by) >= 0)
		return ent_cli_party(g, m->by);
	if (ent_holdings_get(c->x, c->arena, m->by, none, &h, NULL) ||
	    ent_json_parse(c->arena, h.bytes, ENT_JSON_DEPTH, &v, NULL) ||
	    !ent_json_getstr(v, "name").n)
		return m->by;
	return ent_json_getstr(v, "name");
}

static void
message_row(struct ent_cli *c, const struct ent_message *m)
{
	struct ent_out *o = &c->out;

	ent_cell(o, m->note);
	ent_cell(o, m->thread);
	ent_cell_c(o, ent_message_kind_name(m->kind));
	ent_cell(o, author(c, m));
	ent_cell_bool(o, m->own);
	ent_cell(o, given(m->in_reply_to));
	ent_cell(o, given(m->priority));
	ent_cell(o, given(m->due));
	ent_cell(o, given(m->result));
	ent_cell(o, given(m->date));
	ent_cell(o, m->created);
	ent_cell(o, m->text);
	ent_cell_c(o, m->move == ENT_MOVES ? "unknown" : ent_move_name(m->move));
	ent_cell_bool(o, m->idle);
	ent_cell(o, given(m->answer));
	ent_cell(o, given(m->decline));
	ent_cell(o, given(m->scheme));
	ent_cell(o, given(m->source));
	ent_cell(o, given(m->information));
	ent_cell(o, given(m->object));
	ent_cell(o, given(m->property));
	ent_cell(o, given(m->value));
	ent_cell(o, given(m->evaluated));
}

/* What a move says besides its text. */
static struct ent_str
said(struct ent_cli *c, const struct ent_message *m)
{
	if (m->decline.n)
		return ent_arena_printf(c->arena, ", reason %.*s", ENT_FMT(m->decline));
	if (m->answer.n)
		return ent_arena_printf(c->arena, ", %.*s", ENT_FMT(m->answer));
	if (m->scheme.n)
		return ent_arena_printf(c->arena, ", %.*s %.*s%.*s", ENT_FMT(m->scheme),
		                        ENT_FMT(m->source), ENT_FMT(m->information));
	if (m->object.n)
		return ent_arena_printf(c->arena, ", %.*s of %.*s should be %.*s",
		                        ENT_FMT(m->property), ENT_FMT(m->object),
		                        ENT_FMT(m->value));
	return ENT_STR("");
}

static void
message_text(struct ent_cli *c, const struct ent_message *m)
{
	ent_out_line(&c->out, "\n%.*s  %s by %.*s%.*s%s%s%.*s%s%.*s%s%.*s%s%.*s\n%.*s",
	             ENT_FMT(m->created),
	             m->move == ENT_MOVES ? ent_message_kind_name(m->kind)
	                                  : ent_move_name(m->move),
	             ENT_FMT(author(c, m)), ENT_FMT(said(c, m)),
	             m->idle ? " (moves nothing at that stage)" : "",
	             m->evaluated.n ? ", evaluated here " : "", ENT_FMT(m->evaluated),
	             m->result.n ? ", result " : "", ENT_FMT(m->result),
	             m->priority.n ? ", priority " : "", ENT_FMT(m->priority),
	             m->due.n ? ", due " : "", ENT_FMT(m->due), ENT_FMT(m->text));
}

static void
show_messages(struct ent_cli *c, const struct ent_thread *t, size_t n)
{
	if (c->json)
		ent_out_list(&c->out, "messages", ENT_COLUMNS(message_columns));
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < t[i].shown; j++) {
			if (c->json)
				message_row(c, &t[i].messages[j]);
			else
				message_text(c, &t[i].messages[j]);
		}
	if (c->json)
		ent_out_list_end(&c->out, NULL);
}

/* What is about to be shown, for the audit. */
static int
read_messages(struct ent_cli *c, const struct ent_thread *t, size_t n, struct ent_err *err)
{
	size_t count = 0, at = 0;
	struct ent_held *h;
	int rc = 0;

	for (size_t i = 0; i < n; i++)
		count += t[i].shown;
	h = ent_arena_array(c->arena, count, sizeof(*h));
	if (!h)
		return ent_cli_nomem(err);
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; rc == 0 && j < t[i].shown; j++)
			rc = ent_holdings_get(c->x, c->arena, t[i].messages[j].note,
			                      (struct ent_str){ NULL, 0 }, &h[at++], err);
	return rc ? rc : ent_cli_read(c, h, at, err);
}

static int
inbox(struct ent_cli *c, struct ent_err *err)
{
	struct ent_str one = ent_cli_operand(c, 0);
	bool all = ent_cli_flag(c, "all") || one.p;
	struct ent_thread *t;
	size_t n;
	int rc = ent_threads(c->x, c->arena, one, &t, &n, err);

	if (rc)
		return rc;
	ent_out_list(&c->out, "threads", ENT_COLUMNS(thread_columns));
	for (size_t i = 0; i < n; i++)
		if (all || t[i].state != ENT_THREAD_CLOSED)
			thread_row(c, &t[i]);
	ent_out_list_end(&c->out, all ? "There are no threads yet." : "Nothing is open.");
	if (n >= ENT_THREADS_SHOWN)
		ent_cli_complain(c,
		                 "of an agreement with more than %d threads not all are shown",
		                 ENT_THREADS_SHOWN);
	if (one.p)
		rc = read_messages(c, t, n, err);
	if (rc)
		return rc;
	if (one.p)
		show_messages(c, t, n);
	if (one.p && n == 1 && t[0].count > t[0].shown)
		ent_cli_complain(c, "only the last %zu of %zu messages are shown", t[0].shown,
		                 t[0].count);
	return 0;
}

const struct ent_command ent_cmd_inbox = {
	.name = "inbox",
	.help = "list the threads that are open: what awaits whom since when",
	.operands = "[THREAD]",
	.max = 1,
	.node = true,
	.json = true,
	.options = inbox_options,
	.text =
	    "With THREAD, its messages are shown.  THREAD is an id or a unique start of one.",
	.run = inbox,
};

/* ---- sending ---- */

static int
attachment(struct ent_cli *c, struct ent_message_new *m, struct ent_err *err)
{
	const char *path = ent_given_value(&c->given, "attach");

	m->attachment_type = ent_cli_value(c, "attach-type");
	return path ? ent_file_read(c->arena, path, ENT_ATTACHMENT_MAX, &m->attachment, err)
	            : 0;
}

int
ent_cli_message(struct ent_cli *c, struct ent_message_new *m, struct ent_err *err)
{
	struct ent_agreement *g;
	struct ent_message out;
	struct ent_str *about;
	int rc = ent_given_all(&c->given, c->arena, "about", &about, &m->n_about, err);

	m->about = about;
	if (!m->text.p)
		m->text = ent_cli_operand(c, 1);
	if (rc == 0)
		rc = attachment(c, m, err);
	if (rc == 0)
		rc = ent_message_send(c->x, c->arena, m, &out, err);
	if (rc == 0)
		rc = ent_cli_agreement(c, out.agreement, &g, err);
	if (rc)
		return rc;
	ent_out_str(&c->out, "thread", "thread", out.thread);
	ent_out_str(&c->out, "note", "note", out.note);
	ent_out_c(&c->out, "kind", "kind", ent_message_kind_name(out.kind));
	ent_out_str(&c->out, "agreement", NULL, out.agreement);
	ent_out_c(&c->out, "state", NULL, ent_state_name(g->state));
	ent_out_line(&c->out, ent_agreement_applies(g)
	                          ? "It is on the channel: the others get it with their next "
	                            "sync."
	                          : "It waits: the agreement is not in force.");
	return 0;
}

/* A new thread under an agreement that is named by the first operand. */
static int
begin(struct ent_cli *c, struct ent_message_new *m, struct ent_err *err)
{
	struct ent_agreement *g;
	int rc = ent_cli_agreement(c, ent_cli_operand(c, 0), &g, err);

	if (rc)
		return rc;
	m->agreement = g->id;
	return ent_cli_message(c, m, err);
}

/* An option's time as STIX writes it; absent if it wasn't given. */
static int
time_text(struct ent_cli *c, const char *name, struct ent_str *out, struct ent_err *err)
{
	int64_t us = INT64_MIN;
	int rc = ent_cli_time(c, name, &us, err);

	if (rc || us == INT64_MIN)
		return rc;
	*out = ent_time_dup(c->arena, us, 3);
	return out->p ? 0 : ent_cli_nomem(err);
}

static const struct ent_option ask_options[] = {
	{ "about", "ID", "an object that it is about", 0, true },
	{ "priority", "P", "routine, priority, immediate or flash", 0, false },
	{ "due", "TIME", "until when an answer is needed", 0, false },
	ATTACH{ 0 },
};

static int
ask(struct ent_cli *c, struct ent_err *err)
{
	struct ent_message_new m = { .kind = ENT_MSG_REQUEST,
		                     .priority = ent_cli_value(c, "priority") };
	int rc = time_text(c, "due", &m.due, err);

	return rc ? rc : begin(c, &m, err);
}

const struct ent_command ent_cmd_ask = {
	.name = "ask",
	.help = "ask the other parties of an agreement",
	.operands = "AGREEMENT TEXT",
	.min = 2,
	.max = 2,
	.node = true,
	.json = true,
	.options = ask_options,
	.run = ask,
};

static const struct ent_option about_options[] = {
	{ "about", "ID", "an object that it is about", 0, true },
	ATTACH{ 0 },
};

static const struct ent_option reply_options[] = {
	{ "about", "ID", "an object that it is about", 0, true },
	{ "answer", "A", "full, partial, no-trace or cannot-confirm-or-deny", 0, false },
	ATTACH{ 0 },
};

static int
tip(struct ent_cli *c, struct ent_err *err)
{
	struct ent_message_new m = { .kind = ENT_MSG_TIP, .move = ENT_MOVE_TIP };

	return begin(c, &m, err);
}

const struct ent_command ent_cmd_tip = {
	.name = "tip",
	.help = "tell the other parties of an agreement something unasked",
	.operands = "AGREEMENT TEXT",
	.min = 2,
	.max = 2,
	.node = true,
	.json = true,
	.options = about_options,
	.run = tip,
};

/* The thread that the first operand names, whole. */
int
ent_cli_go_on(struct ent_cli *c, struct ent_message_new *m, struct ent_err *err)
{
	struct ent_thread *t;
	size_t n;
	int rc = ent_threads(c->x, c->arena, ent_cli_operand(c, 0), &t, &n, err);

	if (rc == 0 && n != 1)
		rc = ent_fail(err, n ? ENT_EINVAL : ENT_ENOENT,
		              n ? "%s is the start of more than one thread"
		                : "there is no thread %s: entente inbox --all lists them",
		              c->given.operands[0]);
	if (rc)
		return rc;
	m->thread = t[0].id;
	return ent_cli_message(c, m, err);
}

static int
reply(struct ent_cli *c, struct ent_err *err)
{
	struct ent_message_new m = { .kind = ENT_MSG_REPLY,
		                     .move = ENT_MOVE_ANSWER,
		                     .answer = ent_cli_value(c, "answer") };

	return ent_cli_go_on(c, &m, err);
}

const struct ent_command ent_cmd_reply = {
	.name = "reply",
	.help = "answer in a thread",
	.operands = "THREAD TEXT",
	.min = 2,
	.max = 2,
	.node = true,
	.json = true,
	.options = reply_options,
	.run = reply,
};

static const struct ent_option outcome_options[] = {
	{ "result", "R",
	  "attack-prevented, arrest, disruption, no-match, not-actionable or still-open; "
	  "needed",
	  0, false },
	{ "date", "TIME", "when it came about", 0, false },
	{ "incident", "ID", "the incident that it is about", 0, false },
	{ "about", "ID", "an object that it is about", 0, true },
	{ 0 },
};

static int
outcome(struct ent_cli *c, struct ent_err *err)
{
	struct ent_message_new m = { .kind = ENT_MSG_OUTCOME,
		                     .move = ENT_MOVE_OUTCOME,
		                     .result = ent_cli_value(c, "result"),
		                     .incident = ent_cli_value(c, "incident") };
	int rc = m.result.n ? time_text(c, "date", &m.date, err)
	                    : ent_fail(err, ENT_EINVAL, "--result is needed: what came of it?");

	return rc ? rc : ent_cli_go_on(c, &m, err);
}

const struct ent_command ent_cmd_outcome = {
	.name = "outcome",
	.help = "report in a thread what came of it",
	.operands = "THREAD TEXT",
	.min = 2,
	.max = 2,
	.node = true,
	.json = true,
	.options = outcome_options,
	.run = outcome,
};
