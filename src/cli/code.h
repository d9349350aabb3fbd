/* SPDX-License-Identifier: Apache-2.0 */
/*
 * code.h - the code that two people compare, as commands show it.
 */
#ifndef ENT_CLI_CODE_H
#define ENT_CLI_CODE_H
#include "cli/cli.h"
#include "exchange/peer.h"

/* Shows the code of a counterpart, with --words as words, and what to do with it. */
int ent_cli_code(struct ent_cli *c, const struct ent_peer *p, struct ent_err *err);

#endif
