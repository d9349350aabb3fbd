/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pretty.h - JSON set out for people.
 */
#ifndef ENT_CLI_PRETTY_H
#define ENT_CLI_PRETTY_H
#include "base/buf.h"
#include "json/write.h"

/* Two blanks a level, a member or element a line; no line feed at the end. */
void ent_pretty(struct ent_buf *b, const struct ent_json *v);

#endif
