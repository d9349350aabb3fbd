/* SPDX-License-Identifier: Apache-2.0 */
/*
 * extension.h - the extension of a note that makes it a message (docs/extensions).
 */
#ifndef ENT_PROOF_EXTENSION_H
#define ENT_PROOF_EXTENSION_H

#define ENT_EXT_MESSAGE "extension-definition--c9a637ee-c18e-49ff-8772-9a595e2f1b2a"

#endif
