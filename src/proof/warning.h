/* SPDX-License-Identifier: Apache-2.0 */
/*
 * warning.h - a proof of warning: one file that shows a third person that an object was sent
 * under an agreement, and that the counterpart has it (docs/ledger.md, Proof of warning).
 *
 * Nothing but the file is needed, and nothing in it goes unverified: it is canonical JSON of
 * exactly these members, so that no bit of it can be changed.
 */
#ifndef ENT_PROOF_WARNING_H
#define ENT_PROOF_WARNING_H
#include "crypto/hash.h"
#include "crypto/sign.h"

struct ent_warning_party {
	struct ent_str id, name, host; /* from its card, which it signed */
	uint8_t sign[ENT_PUB], ledger[ENT_PUB], witness[ENT_PUB];
	int64_t agreed; /* when it signed that it accepts the agreement's document */
};

/* Times are microseconds since 1970, each as its signer said. */
struct ent_warning {
	struct ent_warning_party sender, receiver;
	struct ent_str agreement, title, document; /* document: hex SHA-256 */
	struct ent_str object, version, sha256;    /* id; "" if it has none; hex */
	uint64_t seq;      /* the object's number on the sender's channel */
	int64_t released;  /* the sender put it there: its ledger's entry */
	int64_t receipted; /* the receiver signed that it has it */
	int64_t cosigned;  /* the receiver signed the sender's ledger with both entries in it */
	uint64_t size;     /* entries of the ledger that was cosigned */
};

/*
 * Verifies a file.  0; ENT_EPARSE or ENT_ELIMIT if it isn't such a file, ENT_ESIG if something
 * in it does not hold: err says which step.  Texts in *out live as long as the arena.
 */
int ent_warning_verify(struct ent_arena *a, struct ent_str text, struct ent_warning *out,
                       struct ent_err *err);

/* What a file is made of: envelopes and entries as they are kept. */
struct ent_warning_leaf {
	struct ent_str entry; /* of the ledger; absent for a page's object */
	uint64_t index;
	struct ent_str proof; /* JSON: a list of hashes in base64 */
};
struct ent_warning_parts {
	struct ent_str object; /* JSON */
	struct ent_str cards[2], document, statements[2];
	struct ent_warning_leaf release, receipt_entry, page; /* page: within the receipt's */
	struct ent_str receipt, salt, checkpoint; /* salt: hex; absent if there is none */
};
/* The file; absent if memory ran out or a part is no JSON. */
struct ent_str ent_warning_print(struct ent_arena *a, const struct ent_warning_parts *p);

#endif
