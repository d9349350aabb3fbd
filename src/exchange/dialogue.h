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
