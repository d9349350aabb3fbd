/* SPDX-License-Identifier: Apache-2.0 */
/*
 * move.h - the life of a thread as a state machine: which move is whose, from which stage, and
 * where it leads (docs/dialogue.md).
 *
 * A message says its move in the extension's "act".  A stage is a function of the thread's
 * messages in their order: one whose move was not allowed is kept and moves nothing.
 */
#ifndef ENT_EXCHANGE_MOVE_H
#define ENT_EXCHANGE_MOVE_H
#include "exchange/message.h"

enum ent_stage {
	ENT_STAGE_NONE,
	ENT_STAGE_SUBMITTED, /* "delivered" once it is receipted */
	ENT_STAGE_TOLD,      /* information that nobody asked for */
	ENT_STAGE_ACKNOWLEDGED,
	ENT_STAGE_CLARIFICATION,
	ENT_STAGE_ACCEPTED,
	ENT_STAGE_WORKING,
	ENT_STAGE_DECLINED,
	ENT_STAGE_ANSWERED,
	ENT_STAGE_THANKED,
	ENT_STAGE_EVALUATED,
	ENT_STAGE_OUTCOME,
	ENT_STAGE_CLOSED,
	ENT_STAGE_WITHDRAWN,
	ENT_STAGE_SUPERSEDED,
	ENT_STAGES
};
const char *ent_stage_name(enum ent_stage s);
/* Closed, withdrawn, superseded: nothing moves it any more. */
bool ent_stage_is_end(enum ent_stage s);

enum ent_move {
	ENT_MOVE_REQUEST,
	ENT_MOVE_TIP,
	ENT_MOVE_ACKNOWLEDGE,
	ENT_MOVE_CLARIFY,
	ENT_MOVE_EXPLAIN,
	ENT_MOVE_ACCEPT,
	ENT_MOVE_WORK,
	ENT_MOVE_DECLINE,
	ENT_MOVE_ANSWER,
	ENT_MOVE_THANK,
	ENT_MOVE_EVALUATE,
	ENT_MOVE_OUTCOME,
	ENT_MOVE_CLOSE,
	ENT_MOVE_WITHDRAW,
	ENT_MOVE_SUPERSEDE,
	ENT_MOVE_ASK_CONSENT,
	ENT_MOVE_GIVE_CONSENT,
	ENT_MOVE_REFUSE_CONSENT,
	ENT_MOVE_CORRECT,
	ENT_MOVE_REMARK,
	ENT_MOVES
};
const char *ent_move_name(enum ent_move m);
/* The kind of message that carries it, for readers that don't know the move. */
enum ent_message_kind ent_move_kind(enum ent_move m);
/* The move of a message: its "act", or what its kind means without one.  ENT_MOVES where the
 * act is unknown or doesn't belong to the kind. */
enum ent_move ent_move_of(const struct ent_json *extension);

/* Where a move leads from a stage; opener: it is by the author of the thread's first message.
 * False where it isn't allowed: *out is then the stage as it was. */
bool ent_move_apply(enum ent_stage from, enum ent_move m, bool opener, enum ent_stage *out);

/* The closed lists (docs/dialogue.md): NULL ends each. */
extern const char *const ent_decline_reasons[];
extern const char *const ent_answer_kinds[];
bool ent_in_list(const char *const *list, struct ent_str s);

/* An evaluation of source and information, as the one who made it gave it; schemes are never
 * converted.  "admiralty": A-F, 1-6; "europol-4x4": A B C X, 1-4. */
bool ent_evaluation_ok(struct ent_str scheme, struct ent_str source,
                       struct ent_str information);

#endif
