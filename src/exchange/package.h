/* SPDX-License-Identifier: Apache-2.0 */
/*
 * package.h - the exchange without a network: what a sync would carry, in a file
 * (docs/packages.md).
 *
 * A package is for one counterpart under one agreement: statements and dispatches, receipts,
 * our checkpoint and cosignature, and every page of our channel that the counterpart has not
 * receipted.  It is signed as a whole, and sealed to the counterpart's key.  What it holds goes
 * through the same functions as what comes over the network.
 */
#ifndef ENT_EXCHANGE_PACKAGE_H
#define ENT_EXCHANGE_PACKAGE_H
#include "exchange/agreement.h"

/* What stands before the content, signed by the author. */
struct ent_package_head {
	struct ent_str agreement, by, to, at, sha256; /* sha256: hex, of the header's body */
	int64_t number; /* of this author's for this reader, from 1 */
	bool sealed;
	int64_t bytes;       /* of the content, as it stands in the file */
	uint8_t content[32]; /* its SHA-256 */
};

struct ent_package_report {
	struct ent_package_head head;
	size_t objects, pages, receipts; /* in it; of an import: that were taken */
	size_t fresh, refused;           /* import: objects */
	size_t statements, dispatches;   /* import: new ones */
	bool known;                      /* import: this very package was imported before */
	int64_t missing;                 /* import: packages before it that never came */
	bool open;                       /* the agreement is in force: information may pass */
	struct ent_str why;              /* if it isn't: what is in the way */
};

/*
 * Writes a package beside path, syncs it and renames it there.  to: a party of the agreement;
 * absent where there is one counterpart.  sealed: only that one can read it.  ENT_ENOENT,
 * ENT_EINVAL, ENT_ESTATE (not confirmed), ENT_ESTORE, ENT_EFULL.
 */
int ent_package_export(struct ent_exchange *x, struct ent_arena *a,
                       const struct ent_agreement *g, struct ent_str to, const char *path,
                       bool sealed, struct ent_package_report *out, struct ent_err *err);
/*
 * Verifies the whole file before anything is stored, then takes what it has, in order.  The
 * same again does nothing twice.  ENT_EPARSE, ENT_ESIG, ENT_EAUTH (sealed to another key),
 * ENT_EDENIED (for another reader), ENT_ECONFLICT (another ledger than before).
 */
int ent_package_import(struct ent_exchange *x, struct ent_arena *a, const char *path,
                       struct ent_package_report *out, struct ent_err *err);
/* The header, with its signature verified if its author is a confirmed counterpart or this node
 * (*verified), and the content's hash compared. */
int ent_package_look(struct ent_exchange *x, struct ent_arena *a, const char *path,
                     struct ent_package_head *out, bool *verified, struct ent_err *err);

/* One that was made here or taken. */
struct ent_package_seen {
	struct ent_str agreement, party, at, sha256;
	bool ours;
	int64_t number;
	uint64_t objects;
};
int ent_packages_each(struct ent_exchange *x, struct ent_arena *a,
                      int (*see)(void *self, const struct ent_package_seen *p,
                                 struct ent_err *err),
                      void *self, struct ent_err *err);

#endif
