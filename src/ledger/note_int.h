/* SPDX-License-Identifier: Apache-2.0 */
/*
 * note_int.h - what note.c knows about names, for export.c.
 */
#ifndef ENT_LEDGER_NOTE_INT_H
#define ENT_LEDGER_NOTE_INT_H
#include <entente/str.h>

/*
 * May s stand as a signer's name in a note?  1 to ENT_NOTE_NAME bytes of UTF-8 without Unicode
 * spaces, plus signs and control characters (C2SP signed-note).
 */
bool ent_note_is_name(struct ent_str s);

#endif
