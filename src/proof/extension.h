/* SPDX-License-Identifier: Apache-2.0 */
/*
 * extension.h - the extension of a note that makes it a message (docs/extensions).
 */
#ifndef ENT_PROOF_EXTENSION_H
#define ENT_PROOF_EXTENSION_H

#include <entente/json.h>

#define ENT_EXT_MESSAGE "extension-definition--c9a637ee-c18e-49ff-8772-9a595e2f1b2a"

/* The extension's value in a note; NULL if it has none. */
const struct ent_json *ent_message_extension(const struct ent_json *note);
/* Whether a note has an object among its object_refs. */
bool ent_message_refers(const struct ent_json *note, struct ent_str object);

#endif
