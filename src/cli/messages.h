/* SPDX-License-Identifier: Apache-2.0 */
/*
 * messages.h - sending a message of a dialogue, for the commands that do.
 */
#ifndef ENT_CLI_MESSAGES_H
#define ENT_CLI_MESSAGES_H
#include "cli/cli.h"
#include "exchange/dialogue.h"

/* Options of commands whose message may have a file. */
#define ATTACH                                                                                 \
	{ "attach", "FILE", "a file that goes along, at most 1 MiB", 0, false },               \
	    { "attach-type", "TYPE", "its media type (application/octet-stream)", 0, false },

/* Sends it and says what came of that; the text is the second operand unless m has one. */
int ent_cli_message(struct ent_cli *c, struct ent_message_new *m, struct ent_err *err);
/* The same in the thread that the first operand names. */
int ent_cli_go_on(struct ent_cli *c, struct ent_message_new *m, struct ent_err *err);

#endif
