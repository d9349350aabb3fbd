/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dialogue.h - messages as STIX notes with entente's extension, in threads (exchange.md,
 * Dialogue; docs/extensions).
 */
#ifndef ENT_EXCHANGE_DIALOGUE_H
#define ENT_EXCHANGE_DIALOGUE_H
#include "exchange/agreement.h"
#include "exchange/holdings.h"

#define ENT_EXT_MESSAGE "extension-definition--c9a637ee-c18e-49ff-8772-9a595e2f1b2a"

enum ent_message_kind {
	ENT_MSG_REQUEST,
	ENT_MSG_REPLY,
	ENT_MSG_TIP,
	ENT_MSG_ACKNOWLEDGEMENT,
	ENT_MSG_OUTCOME,
	ENT_MSG_REMARK,
	ENT_MSG_KINDS
};
const char *ent_message_kind_name(enum ent_message_kind k);

struct ent_message {
	struct ent_str note, thread, text, by, in_reply_to, priority, due, result, date,
	    created, agreement;
	enum ent_message_kind kind;
	bool own;
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
	struct ent_str awaits; /* name of the party whose turn it is; absent when closed */
	struct ent_str since;  /* when the last message was made */
	struct ent_message *messages;
	size_t count;
};

/*
 * Notes in the dialogue of an agreement that a message was released or received under it; what
 * is no message is left alone. Called inside the write that puts it on a channel.
 */
int ent_message_index(struct ent_exchange *x, struct ent_arena *a, struct ent_str agreement,
                      struct ent_str id, const struct ent_json *note, bool own,
                      struct ent_err *err);
/* The agreement for which this node wrote a message; absent if it wrote none such. */
struct ent_str ent_message_of(struct ent_exchange *x, struct ent_arena *a, struct ent_str id);

struct ent_message_new {
	enum ent_message_kind kind;
	struct ent_str thread;    /* absent: a new one */
	struct ent_str agreement; /* needed for a new thread; else found from it */
	struct ent_str text, priority, due, result, date, incident;
	const struct ent_str *about;
	size_t n_about;
	enum ent_tlp tlp; /* NONE: the channel's ceiling or amber, whichever is lower */
};
/* Makes the note, stores it and releases it on the agreement's channel, through the gate, in
 * one transaction.  ENT_EDENIED with the gate's reason. */
int ent_message_send(struct ent_exchange *x, struct ent_arena *a,
                     const struct ent_message_new *m, struct ent_message *out,
                     struct ent_err *err);
/* Threads, newest last; thread absent: all; agreement absent: all.  A thread may be named by a
 * start of its id that is unique. */
int ent_threads(struct ent_exchange *x, struct ent_arena *a, struct ent_str thread,
                struct ent_thread **out, size_t *count, struct ent_err *err);

#endif
