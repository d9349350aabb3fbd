/* SPDX-License-Identifier: Apache-2.0 */
/*
 * export.h - a ledger as one text file, for an auditor with nothing but entente-verify.
 *
 *   entente-ledger/1
 *   origin <origin>
 *   key ledger <base64 of the 32-byte public key>      the log's own key
 *   key witness <name> <base64>                        0 to 64: who may have cosigned, and
 * under which key entries <count> <one entry a line: canonical JSON holds no line feed> <empty
 * line> <checkpoint note, cosignature lines included>
 *
 * Verification recomputes the root over all entries, holds it and the size against the
 * checkpoint, verifies the log signature and each cosignature of a named witness.  No key
 * stands twice in a file.
 */
#ifndef ENT_LEDGER_EXPORT_H
#define ENT_LEDGER_EXPORT_H
#include <entente/ledger.h>

#include "base/buf.h"
#include "base/limits.h"

struct ent_ledger_witness {
	struct ent_str name; /* borrowed from the text */
	uint8_t key[32];
	bool cosigned; /* and the cosignature holds */
	int64_t time;  /* of the cosignature, seconds since 1970 */
};

/*
 * The times that entries say ("at"), one after the other: none should be before the one in
 * front of it.  Where one is, the clock stepped back, or somebody dated back: nothing that a
 * signature shows, so it is told beside what holds.
 */
struct ent_clock {
	int64_t last;       /* the last that was said, microseconds */
	uint64_t entries;   /* seen */
	uint64_t backwards; /* of these dated before the one in front of them */
	uint64_t first;     /* the number of the first of those */
	bool known;         /* last is one */
};
void ent_clock_see(struct ent_clock *c, struct ent_str entry);

struct ent_ledger_report {
	struct ent_str origin; /* borrowed from the text */
	struct ent_str note;   /* borrowed from the text */
	uint64_t size;
	struct ent_hash root;
	uint8_t
	    key[32]; /* the log key the file names: the caller compares it with what it knows */
	unsigned witnesses;     /* how many the file names */
	unsigned cosignatures;  /* how many of them cosigned, verified */
	int64_t cosigned_at;    /* the latest, seconds; 0 if none */
	struct ent_clock clock; /* of the entries' own times */
	struct ent_ledger_witness witness[ENT_WITNESSES_MAX];
};

/*
 * Verifies a whole file.  0, or ENT_EPARSE / ENT_ESIG / ENT_ELIMIT with the line in err; as
 * much of the header as was read is in *out then, the rest zero.  each (may be NULL) is called
 * for every entry in order, before the signatures are looked at; a non-zero return stops and is
 * returned.
 */
int ent_ledger_verify(struct ent_str text, struct ent_ledger_report *out,
                      int (*each)(void *self, uint64_t index, struct ent_str entry,
                                  struct ent_err *err),
                      void *self, struct ent_err *err);

/*
 * Writes the lines above the entries: origin, key, size and the name and key of each witness
 * are taken from what.  The caller puts the entries behind it, each with a line feed, then a
 * line feed, then the note.
 */
void ent_ledger_export_head(struct ent_buf *b, const struct ent_ledger_report *what);

#endif
