/* SPDX-License-Identifier: Apache-2.0 */
/*
 * thread.c - `entente thread`: every move in the life of a thread, a command each.
 */
#include "cli/commands.h"
#include "cli/messages.h"

/* clang-format off */
static const struct ent_option decline_options[] = {
	{ "reason", "R", "why, of the list below; needed", 0, false },
	{ 0 },
};
static const struct ent_option evaluate_options[] = {
	{ "scheme", "S", "admiralty or europol-4x4 (admiralty)", 0, false },
	{ "source", "CODE", "reliability of the source: A to F, or A, B, C, X; needed", 0, false },
	{ "information", "CODE", "credibility of the information: 1 to 6, or 1 to 4; needed", 0, false },
	{ "send", NULL, "tell the others too", 0, false },
	{ 0 },
};
static const struct ent_option correct_options[] = {
	{ "object", "ID", "the object; needed", 0, false },
	{ "property", "NAME", "the property of it; needed", 0, false },
	{ "value", "TEXT", "what it should be (nothing: it should not be there)", 0, false },
	{ 0 },
};
/* clang-format on */

/* The last message of theirs in the thread that the first operand names. */
static int
evaluate_here(struct ent_cli *c, const struct ent_message_new *m, struct ent_err *err)
{
	struct ent_thread *t;
	size_t n;
	int rc = ent_threads(c->x, c->arena, ent_cli_operand(c, 0), &t, &n, err);

	if (rc == 0 && (n != 1 || !t[0].answers.p))
		rc = ent_fail(err, ENT_ENOENT,
		              "%s is no thread in which they have said something",
		              c->given.operands[0]);
	if (rc == 0)
		rc = ent_evaluate(c->x, c->arena, t[0].answers, m->scheme, m->source,
		                  m->information, err);
	if (rc)
		return rc;
	ent_out_str(&c->out, "thread", "thread", t[0].id);
	ent_out_str(&c->out, "note", "note", t[0].answers);
	ent_out_line(&c->out, "It is evaluated here; the others are not told.");
	return 0;
}

static int
move(struct ent_cli *c, enum ent_move what, const char *text, struct ent_err *err)
{
	struct ent_message_new m = {
		.kind = ent_move_kind(what),
		.move = what,
		.text = ent_cli_operand(c, 1),
		.decline = ent_cli_value(c, "reason"),
		.scheme = ent_cli_value(c, "scheme"),
		.source = ent_cli_value(c, "source"),
		.information = ent_cli_value(c, "information"),
		.object = ent_cli_value(c, "object"),
		.property = ent_cli_value(c, "property"),
		.value = ent_cli_value(c, "value"),
	};

	if (!m.text.n)
		m.text = ent_str_c(text);
	if (!m.text.n)
		return ent_fail(err, ENT_EINVAL, "TEXT is needed");
	if (what == ENT_MOVE_EVALUATE && !m.scheme.n)
		m.scheme = ENT_STR("admiralty");
	if (what == ENT_MOVE_EVALUATE && !ent_cli_flag(c, "send"))
		return evaluate_here(c, &m, err);
	if (m.object.n) {
		m.about = &m.object;
		m.n_about = 1;
	}
	return ent_cli_go_on(c, &m, err);
}

#define MOVE(id, words, what, says, common, opts, more)                                        \
	static int run_##id(struct ent_cli *c, struct ent_err *err)                            \
	{                                                                                      \
		return move(c, ENT_MOVE_##what, common, err);                                  \
	}                                                                                      \
	const struct ent_command ent_cmd_thread_##id = {                                       \
		.name = "thread " words,                                                       \
		.help = says,                                                                  \
		.operands = (common)[0] ? "THREAD [TEXT]" : "THREAD TEXT",                     \
		.min = 1,                                                                      \
		.max = 2,                                                                      \
		.node = true,                                                                  \
		.json = true,                                                                  \
		.options = opts,                                                               \
		.text = more,                                                                  \
		.run = run_##id,                                                               \
	}

/* clang-format off */
MOVE(ack, "ack", ACKNOWLEDGE, "say that it has come", "acknowledged", NULL,
     NULL);
MOVE(accept, "accept", ACCEPT, "take a request on", "accepted", NULL,
     NULL);
MOVE(work, "work", WORK, "say that a request is being worked on", "in work", NULL,
     NULL);
MOVE(clarify, "clarify", CLARIFY, "ask back before an answer", "", NULL,
     NULL);
MOVE(explain, "explain", EXPLAIN, "answer what was asked back", "", NULL,
     NULL);
MOVE(decline, "decline", DECLINE, "decline a request, for a reason of a closed list", "declined", decline_options,
     "R is outside-agreement, sovereignty-security, ongoing-proceedings,\n"
		"disproportionate, political-military-religious-racial, third-party-origin,\n"
		"no-capacity or insufficient-identification.");
MOVE(thank, "thank", THANK, "thank for an answer or a tip", "thank you", NULL,
     NULL);
MOVE(evaluate, "evaluate", EVALUATE, "evaluate source and information of what came", "evaluated", evaluate_options,
     "It is kept here, and goes to the others with --send alone.  Codes are kept as they\n"
		"are given; one scheme is never turned into the other.");
MOVE(close, "close", CLOSE, "close a thread that this node opened", "closed", NULL,
     NULL);
MOVE(withdraw, "withdraw", WITHDRAW, "withdraw what this node asked or told", "withdrawn", NULL,
     NULL);
MOVE(supersede, "supersede", SUPERSEDE, "say that another thread takes the place of this one", "superseded", NULL,
     NULL);
MOVE(ask_consent, "ask-consent", ASK_CONSENT, "ask whether what came may be passed on", "", NULL,
     NULL);
MOVE(give_consent, "give-consent", GIVE_CONSENT, "allow that it is passed on", "consent is given", NULL,
     NULL);
MOVE(refuse_consent, "refuse-consent", REFUSE_CONSENT, "refuse that it is passed on", "consent is refused", NULL,
     NULL);
MOVE(correct, "correct", CORRECT, "propose a correction of a counterpart's object", "a correction", correct_options,
     "Its owner makes the new version, or doesn't: nobody else can.");
MOVE(remark, "remark", REMARK, "say something that moves nothing", "", NULL,
     NULL);
/* clang-format on */
