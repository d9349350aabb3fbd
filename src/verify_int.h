/* SPDX-License-Identifier: Apache-2.0 */
/*
 * verify_int.h - what the files of entente-verify share.
 */
#ifndef ENT_VERIFY_INT_H
#define ENT_VERIFY_INT_H
#include "proof/warning.h"

/* Text from a file, for a terminal: what isn't printable ASCII is shown by its number. */
void ent_put_plain(struct ent_str s);
/* The same as a string of JSON. */
void ent_put_json(struct ent_str s);

/* What a proof of warning shows, in words; and as members of an object of JSON, each with a
 * comma before it. */
void ent_verify_print(const struct ent_warning *w);
void ent_verify_print_json(const struct ent_warning *w);

#endif
