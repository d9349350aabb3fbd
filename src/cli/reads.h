/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reads.h - commands that give something out note it (exchange/audit.h).
 */
#ifndef ENT_CLI_READS_H
#define ENT_CLI_READS_H
#include "cli/cli.h"
#include "exchange/holdings.h"

/* What the command is about to show: one entry where TLP:RED or personal data is among it. */
int ent_cli_read(struct ent_cli *c, const struct ent_held *h, size_t n, struct ent_err *err);
/* An export, before it is written: of a thing with a name, about an object; either absent. */
int ent_cli_exports(struct ent_cli *c, struct ent_str name, struct ent_str object,
                    struct ent_err *err);

#endif
