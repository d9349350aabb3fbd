/* SPDX-License-Identifier: Apache-2.0 */
/*
 * warning.h - a proof of warning: one file that shows a third person that an object was sent
 * under an agreement, that the counterpart has it, and what both said about it
 * (docs/ledger.md, Proof of warning).
 *
 * Nothing but the file is needed, and nothing in it goes unverified: it is canonical JSON of
 * exactly these members, so that no bit of it can be changed.
 */
#ifndef ENT_PROOF_WARNING_H
#define ENT_PROOF_WARNING_H
#include "crypto/hash.h"
#include "crypto/sign.h"
#include "proof/keys.h"

/* Messages of a dialogue that one proof has at most. */
#define ENT_WARNING_MESSAGES 32

struct ent_warning_party {
	struct ent_str id, name, host; /* from its latest card, which it signed */
	uint8_t sign[ENT_PUB];         /* of that */
	struct ent_key_history keys;   /* of all its cards in the file */
	int64_t agreed; /* when it signed that it accepts the agreement's document */
};

/* One message, as it stands in the ledger of who wrote it. */
struct ent_warning_message {
	bool by_sender; /* of the object; else the receiver wrote it */
	struct ent_str id, thread, kind, text;
	struct ent_str result; /* of an outcome; else absent */
	int64_t released;      /* by its writer's ledger */
	int64_t cosigned;      /* the other one signed that ledger with it in it */
};

/* Times are microseconds since 1970, each as its signer said. */
struct ent_warning {
	struct ent_warning_party sender, receiver;
	struct ent_str agreement, title, document; /* document: hex SHA-256 */
	struct ent_str object, version;            /* id; "" if it has none that is shown */
	struct ent_str sha256; /* hex; absent where properties are kept back */
	size_t hidden;         /* properties that are kept back */
	uint64_t seq;          /* the object's number on the sender's channel */
	int64_t released;      /* the sender put it there: its ledger's entry */
	int64_t receipted;     /* the receiver signed that it has it */
	int64_t cosigned; /* the receiver signed the sender's ledger with both entries in it */
	uint64_t size;    /* entries of the ledger that was cosigned */
	int64_t stored;   /* the receiver's own ledger has the delivery; 0: not in the proof */
	struct ent_warning_message message[ENT_WARNING_MESSAGES];
	size_t messages;
	/* of these: the receiver's first answer and the last outcome that either reported; NULL
	 */
	const struct ent_warning_message *answer, *outcome;
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
	struct ent_str proof;      /* JSON: a list of hashes in base64 */
	struct ent_str checkpoint; /* absent where it is that of the whole */
};
struct ent_warning_said {
	struct ent_str object; /* the message: JSON */
	struct ent_str salt;   /* as below */
	struct ent_warning_leaf release;
};
struct ent_warning_parts {
	struct ent_str object; /* JSON */
	struct ent_str cards[2], document, statements[2];
	const struct ent_str *before[2]; /* older cards, oldest first */
	size_t n_before[2];
	struct ent_warning_leaf release, receipt_entry;
	struct ent_warning_leaf page; /* within the receipt's; .proof absent with fields */
	struct ent_str receipt, salt, checkpoint; /* salt: hex; absent if there is none */
	struct ent_str fields; /* JSON (proof/fields.h); absent if the object is whole */
	struct ent_warning_leaf delivery; /* .entry absent if the proof has none */
	struct ent_warning_said said[ENT_WARNING_MESSAGES];
	size_t n_said;
};
/* The file; absent if memory ran out or a part is no JSON. */
struct ent_str ent_warning_print(struct ent_arena *a, const struct ent_warning_parts *p);

#endif
