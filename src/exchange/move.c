/* SPDX-License-Identifier: Apache-2.0 */
/*
 * move.c - the table of moves.
 */
#include "exchange/move.h"

#include "base/buf.h"

static const char *const stage_names[ENT_STAGES] = {
	"none",      "submitted", "told",     "acknowledged", "clarification",
	"accepted",  "working",   "declined", "answered",     "reply-acknowledged",
	"evaluated", "outcome",   "closed",   "withdrawn",    "superseded"
};

const char *const ent_decline_reasons[] = { "outside-agreement",
	                                    "sovereignty-security",
	                                    "ongoing-proceedings",
	                                    "disproportionate",
	                                    "political-military-religious-racial",
	                                    "third-party-origin",
	                                    "no-capacity",
	                                    "insufficient-identification",
	                                    NULL };
const char *const ent_answer_kinds[] = { "full", "partial", "no-trace",
	                                 "cannot-confirm-or-deny", NULL };

/* Who may make a move. */
enum who { OPENER = 1, OTHER = 2, EITHER = 3 };

#define AT(stage) (1u << ENT_STAGE_##stage)
#define ASKED                                                                                  \
	(AT(SUBMITTED) | AT(ACKNOWLEDGED) | AT(CLARIFICATION) | AT(ACCEPTED) | AT(WORKING))
#define GOT   (AT(ANSWERED) | AT(THANKED) | AT(TOLD))
#define CAME  (GOT | AT(ACKNOWLEDGED))
#define OPEN  (ASKED | GOT | AT(DECLINED) | AT(EVALUATED) | AT(OUTCOME))
#define STAYS ENT_STAGES /* the stage stays */

/* clang-format off */
static const struct {
	const char *name;
	enum ent_message_kind kind;
	enum who who;
	unsigned from;
	enum ent_stage to;
} moves[ENT_MOVES] = {
	[ENT_MOVE_REQUEST]     = { "request",     ENT_MSG_REQUEST, EITHER, AT(NONE) | OPEN | AT(CLOSED), ENT_STAGE_SUBMITTED },
	[ENT_MOVE_TIP]         = { "tip",         ENT_MSG_TIP,     EITHER, AT(NONE),        ENT_STAGE_TOLD },
	[ENT_MOVE_ACKNOWLEDGE] = { "acknowledge", ENT_MSG_ACKNOWLEDGEMENT, OTHER, AT(SUBMITTED) | AT(TOLD), ENT_STAGE_ACKNOWLEDGED },
	[ENT_MOVE_CLARIFY]     = { "clarify",     ENT_MSG_REMARK,  OTHER,  ASKED | AT(TOLD), ENT_STAGE_CLARIFICATION },
	[ENT_MOVE_EXPLAIN]     = { "explain",     ENT_MSG_REMARK,  OPENER, AT(CLARIFICATION), ENT_STAGE_ACKNOWLEDGED },
	[ENT_MOVE_ACCEPT]      = { "accept",      ENT_MSG_ACKNOWLEDGEMENT, OTHER, ASKED & ~AT(WORKING), ENT_STAGE_ACCEPTED },
	[ENT_MOVE_WORK]        = { "work",        ENT_MSG_REMARK,  OTHER,  AT(ACCEPTED),    ENT_STAGE_WORKING },
	[ENT_MOVE_DECLINE]     = { "decline",     ENT_MSG_REPLY,   OTHER,  ASKED,           ENT_STAGE_DECLINED },
	[ENT_MOVE_ANSWER]      = { "answer",      ENT_MSG_REPLY,   EITHER, ASKED | GOT | AT(EVALUATED) | AT(OUTCOME), ENT_STAGE_ANSWERED },
	[ENT_MOVE_THANK]       = { "thank",       ENT_MSG_ACKNOWLEDGEMENT, EITHER, CAME | AT(EVALUATED) | AT(OUTCOME), ENT_STAGE_THANKED },
	[ENT_MOVE_EVALUATE]    = { "evaluate",    ENT_MSG_REMARK,  EITHER, CAME | AT(OUTCOME), ENT_STAGE_EVALUATED },
	[ENT_MOVE_OUTCOME]     = { "outcome",     ENT_MSG_OUTCOME, EITHER, OPEN,            ENT_STAGE_OUTCOME },
	[ENT_MOVE_CLOSE]       = { "close",       ENT_MSG_REMARK,  OPENER, OPEN & ~ASKED,   ENT_STAGE_CLOSED },
	[ENT_MOVE_WITHDRAW]    = { "withdraw",    ENT_MSG_REMARK,  OPENER, OPEN,            ENT_STAGE_WITHDRAWN },
	[ENT_MOVE_SUPERSEDE]   = { "supersede",   ENT_MSG_REMARK,  OPENER, OPEN,            ENT_STAGE_SUPERSEDED },
	[ENT_MOVE_ASK_CONSENT] = { "ask-consent", ENT_MSG_REMARK,  EITHER, OPEN,            STAYS },
	[ENT_MOVE_GIVE_CONSENT] = { "give-consent", ENT_MSG_REMARK, EITHER, OPEN,           STAYS },
	[ENT_MOVE_REFUSE_CONSENT] = { "refuse-consent", ENT_MSG_REMARK, EITHER, OPEN,       STAYS },
	[ENT_MOVE_CORRECT]     = { "correct",     ENT_MSG_REMARK,  EITHER, OPEN,            STAYS },
	[ENT_MOVE_REMARK]      = { "remark",      ENT_MSG_REMARK,  EITHER, AT(NONE) | OPEN, STAYS },
};
/* clang-format on */

const char *
ent_stage_name(enum ent_stage s)
{
	return stage_names[s];
}

bool
ent_stage_is_end(enum ent_stage s)
{
	return s == ENT_STAGE_CLOSED || s == ENT_STAGE_WITHDRAWN || s == ENT_STAGE_SUPERSEDED;
}

const char *
ent_move_name(enum ent_move m)
{
	return moves[m].name;
}

enum ent_message_kind
ent_move_kind(enum ent_move m)
{
	return moves[m].kind;
}

/* What each kind means by itself: as messages of version 1.0.0 had it. */
static const enum ent_move plain[] = {
	[ENT_MSG_REQUEST] = ENT_MOVE_REQUEST, [ENT_MSG_REPLY] = ENT_MOVE_ANSWER,
	[ENT_MSG_TIP] = ENT_MOVE_TIP,         [ENT_MSG_ACKNOWLEDGEMENT] = ENT_MOVE_ACKNOWLEDGE,
	[ENT_MSG_OUTCOME] = ENT_MOVE_OUTCOME, [ENT_MSG_REMARK] = ENT_MOVE_REMARK,
	[ENT_MSG_KINDS] = ENT_MOVES,
};

enum ent_move
ent_move_of(const struct ent_json *extension)
{
	enum ent_message_kind kind = ent_message_kind_of(extension);
	struct ent_str act = ent_json_getstr(extension, "act");
	int m = 0;

	if (!ent_json_getc(extension, "act"))
		return plain[kind];
	while (m < ENT_MOVES && !ent_str_is(act, moves[m].name))
		m++;
	return m < ENT_MOVES && moves[m].kind == kind ? (enum ent_move)m : ENT_MOVES;
}

bool
ent_move_apply(enum ent_stage from, enum ent_move m, bool opener, enum ent_stage *out)
{
	*out = from;
	if (m == ENT_MOVES || !(moves[m].from >> from & 1) ||
	    !(moves[m].who & (opener ? OPENER : OTHER)))
		return false;
	if (moves[m].to != STAYS)
		*out = moves[m].to;
	return true;
}

bool
ent_in_list(const char *const *list, struct ent_str s)
{
	while (*list && !ent_str_is(s, *list))
		list++;
	return *list != NULL;
}

bool
ent_evaluation_ok(struct ent_str scheme, struct ent_str source, struct ent_str information)
{
	static const struct {
		const char *name, *source, *information;
	} schemes[] = {
		{ "admiralty", "ABCDEF", "123456" },
		{ "europol-4x4", "ABCX", "1234" },
	};

	for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++)
		if (ent_str_is(scheme, schemes[i].name))
			return source.n == 1 && information.n == 1 &&
			       strchr(schemes[i].source, source.p[0]) &&
			       strchr(schemes[i].information, information.p[0]);
	return false;
}
