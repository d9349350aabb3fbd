/* SPDX-License-Identifier: Apache-2.0 */
/*
 * agreement.h - what the commands of `entente agreement` share.
 */
#ifndef ENT_CLI_AGREEMENT_H
#define ENT_CLI_AGREEMENT_H
#include "cli/commands.h"

/* clang-format off */
#define ENT_OPTION_REASON  { "reason", "TEXT", "why; the counterparts read it", 0, false }
#define ENT_OPTION_NO_SEND { "no-send", NULL, "do not tell the others now", 0, false }
/* clang-format on */

/* Signs, shows what came of it and tells the others. */
int ent_cli_act(struct ent_cli *c, enum ent_act what, struct ent_str document,
                struct ent_err *err);
/* Shows what came of what was signed, and tells the others. */
int ent_cli_acted(struct ent_cli *c, struct ent_agreement *g, enum ent_act what,
                  struct ent_err *err);
/* The agreement in sentences, for people. */
void ent_cli_agreement_words(struct ent_cli *c, const struct ent_agreement *g);
/* What the terms of a party let it send, as one sentence. */
struct ent_str ent_cli_terms_words(struct ent_cli *c, const struct ent_agreement *g, size_t p);

#endif
