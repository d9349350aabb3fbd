/* SPDX-License-Identifier: Apache-2.0 */
/*
 * verdicts.h - what the gate decided, as people and programs read it.
 */
#ifndef ENT_CLI_VERDICTS_H
#define ENT_CLI_VERDICTS_H
#include "cli/cli.h"
#include "exchange/gate.h"

/* Enough for the rules and properties of one object. */
#define ENT_VERDICTS_MAX ((size_t)1 << 20)

/* As JSON, in b, which is emptied before: the rules; the properties that may not leave; the
 * references that stay.  It lasts until b is changed. */
struct ent_str ent_verdicts_rules(struct ent_buf *b, const struct ent_decision *d);
struct ent_str ent_verdicts_properties(struct ent_buf *b, const struct ent_decision *d);
struct ent_str ent_verdicts_left_out(struct ent_buf *b, const struct ent_decision *d);
/* As lines: the clause under each rule that doesn't pass, with all under each that has one. */
void ent_verdicts_print(struct ent_out *o, const struct ent_decision *d, bool all);

/* What an agreement asks of the gate for each party, for `agreement show`: the list
 * "gate" in JSON. */
void ent_cli_gate_terms(struct ent_cli *c, const struct ent_agreement *g);

#endif
