/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rights.h - which right a command needs, and whether the person at it has that.
 */
#ifndef ENT_CLI_RIGHTS_H
#define ENT_CLI_RIGHTS_H
#include "cli/cli.h"

/* The bits of enum ent_right that a command needs; 0: none.  *known (may be NULL): whether the
 * table has it; what it has not is for administrators. */
unsigned ent_cli_right(const char *command, bool *known);
/*
 * After the node was opened: the user of --login, whose password is asked for or read from the
 * file that ENTENTE_PASSWORD_FILE names, acts from here on.  ENT_EAUTH, ENT_EBUSY; ENT_EDENIED
 * if no role of the user allows the command, or if nobody is named where `people = required`.
 */
int ent_cli_who(struct ent_cli *c, struct ent_err *err);

#endif
