/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dialogue.h - messages as STIX notes with entente's extension, in threads (docs/exchange.md,
 * Dialogue; docs/extensions).
 */
#ifndef ENT_EXCHANGE_DIALOGUE_H
#define ENT_EXCHANGE_DIALOGUE_H
#include "exchange/agreement.h"
#include "exchange/holdings.h"
#include "exchange/message.h"
#include "exchange/move.h"

struct ent_message {
	struct ent_str note, thread, text, by, in_reply_to, priority, due, result, date,
	    created, agreement;
	enum ent_message_kind kind;
	enum ent_move move; /* ENT_MOVES: one that this program doesn't know */
	bool own;
	bool idle; /* its move was not allowed at that stage: it moved nothing */
	/* what its move says more (docs/dialogue.md); absent: nothing */
	struct ent_str answer, decline, scheme, source, information, object, property, value;
	struct ent_str evaluated; /* on this node alone: "scheme source information" */
};

enum ent_thread_state {
	ENT_THREAD_OPEN,
	ENT_THREAD_ANSWERED,
	ENT_THREAD_OVERDUE,
	ENT_THREAD_CLOSED
};
const char *ent_thread_state_name(enum ent_thread_state s);

struct ent_thread {
	struct ent_str id, agreement, subject; /* subject: the start of the first message */
	enum ent_thread_state state;
	enum ent_stage stage;
	bool delivered;        /* all counterparts have receipted our last message */
	bool own_request;      /* this node opened it */
	struct ent_str awaits; /* name of the party whose turn it is; absent when closed */
	struct ent_str since;  /* when the last message was made */
	struct ent_str priority, due; /* of the first message; absent if it has none */
	struct ent_str last_own;      /* our last message; absent if there is none */
	struct ent_str answers;       /* the last message of theirs; absent if there is none */
	size_t count;                 /* messages */
	struct ent_message *messages; /* the last of them, where they were asked for */
	size_t shown, skip;           /* of messages; those that are left out before them */
};

struct ent_message_new {
	enum ent_message_kind kind;
	struct ent_str thread;    /* absent: a new one */
	struct ent_str agreement; /* needed for a new thread; else found from it */
	struct ent_str text, priority, due, result, date, incident;
	enum ent_move move; /* ENT_MOVE_REQUEST in a struct of zeros with that kind */
	bool plain;         /* by its kind alone, as version 1.0.0 wrote it */
	struct ent_str answer, decline, scheme, source, information, object, property, value;
	struct ent_str attachment, attachment_type; /* bytes, at most ENT_ATTACHMENT_MAX */
	const struct ent_str *about;
	size_t n_about;
	enum ent_tlp tlp; /* NONE: the channel's ceiling or amber, whichever is lower */
};
/* Makes the note, stores it and releases it on the agreement's channel, through the gate, in
 * one transaction.  ENT_EDENIED with the gate's reason. */
int ent_message_send(struct ent_exchange *x, struct ent_arena *a,
                     const struct ent_message_new *m, struct ent_message *out,
                     struct ent_err *err);
/* Keeps, on this node alone, how a message is evaluated; the last word counts.  ENT_EINVAL. */
int ent_evaluate(struct ent_exchange *x, struct ent_arena *a, struct ent_str note,
                 struct ent_str scheme, struct ent_str source, struct ent_str information,
                 struct ent_err *err);
/*
 * Threads, newest last: of each agreement at most ENT_THREADS_SHOWN, without their messages. Or
 * those whose id begins with thread; where that is one alone, with its messages, at most
 * ENT_MESSAGES_SHOWN of them.
 */
int ent_threads(struct ent_exchange *x, struct ent_arena *a, struct ent_str thread,
                struct ent_thread **out, size_t *count, struct ent_err *err);

#endif
