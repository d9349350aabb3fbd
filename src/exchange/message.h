/* SPDX-License-Identifier: Apache-2.0 */
/*
 * message.h - a STIX note that is a message of a dialogue: its kind, and to whose dialogue it
 * belongs.
 */
#ifndef ENT_EXCHANGE_MESSAGE_H
#define ENT_EXCHANGE_MESSAGE_H
#include <entente/json.h>

#include "exchange/agreement.h"
#include "proof/extension.h"

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

/* The kind that the extension's value names; ENT_MSG_KINDS if it names none. */
enum ent_message_kind ent_message_kind_of(const struct ent_json *extension);
/* Whether an object is a message: a note with the extension, a thread and a kind that is known.
 */
bool ent_message_is(const struct ent_json *v);
/* For a message that came from a party of g: ENT_EDENIED if its author is another party, its
 * text is longer than ENT_MESSAGE_BYTES, or
 * another version of it is here already (*held). */
int ent_message_check(struct ent_exchange *x, struct ent_arena *a,
                      const struct ent_agreement *g, struct ent_str from,
                      const struct ent_json *note, bool *held, struct ent_err *err);
/*
 * Notes in the dialogue of an agreement that a message was released or received under it; what
 * is no message is left alone, and what is noted already stays.  Called inside the write that
 * puts it on a channel.
 */
int ent_message_index(struct ent_exchange *x, struct ent_arena *a, struct ent_str agreement,
                      const struct ent_json *note, bool own, struct ent_err *err);
/* The agreement for which this node wrote a message; absent if it wrote none such. */
struct ent_str ent_message_of(struct ent_exchange *x, struct ent_arena *a, struct ent_str id);

#endif
