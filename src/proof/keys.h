/* SPDX-License-Identifier: Apache-2.0 */
/*
 * keys.h - a party's cards, one after the other: which keys it had at which time
 * (docs/keys.md).
 *
 * A card names the hash of the signing key that will follow.  A later card names the one before
 * it, has that key, and is signed with it and with the old one too; only where the old one is
 * lost, and given up as of a time, the new one's signature is enough.
 */
#ifndef ENT_PROOF_KEYS_H
#define ENT_PROOF_KEYS_H
#include <entente/json.h>
#include <entente/ledger.h>

#include "proof/envelope.h"

#define ENT_CARDS_MAX 16

/* The keys of a party for a time: from <= t < until. */
struct ent_key_period {
	uint8_t sign[ENT_PUB], ledger[ENT_PUB], witness[ENT_PUB];
	int64_t from, until; /* microseconds; INT64_MIN and INT64_MAX where it is open */
	bool revoked;        /* it ended because the key was lost, or known to others */
};
struct ent_key_history {
	struct ent_key_period period[ENT_CARDS_MAX];
	size_t n;
};

/* What every card says. */
struct ent_card {
	struct ent_str envelope; /* borrowed */
	struct ent_str party, host, name;
	const struct ent_json *body;
	uint8_t sha256[ENT_SHA256]; /* of the body */
	uint8_t sign[ENT_PUB], ledger[ENT_PUB], witness[ENT_PUB];
	uint8_t next[ENT_SHA256]; /* SHA-256 of the signing key that follows */
	bool has_next;
	int64_t at;
};
/* Reads a card and verifies it under the key that it names itself.  ENT_ESIG, ENT_EPARSE. */
int ent_card_read(struct ent_arena *a, struct ent_str envelope, struct ent_card *out,
                  struct ent_err *err);
/*
 * Reads cards, oldest first, each linked to the one before it, and says which keys were good at
 * which time.  *last is the newest card.  ENT_ESIG with the number of the card that doesn't
 * follow; ENT_ELIMIT for more than ENT_CARDS_MAX.
 */
int ent_cards_read(struct ent_arena *a, const struct ent_str *cards, size_t n,
                   struct ent_card *last, struct ent_key_history *out, struct ent_err *err);
/* The period that a time falls in; NULL if the party had no good key then. */
const struct ent_key_period *ent_keys_at(const struct ent_key_history *h, int64_t at);
/* Whether one of them is this signing key at that time. */
bool ent_sign_key_was(const struct ent_key_history *h, const uint8_t key[ENT_PUB], int64_t at);
/* ent_envelope_open under the key that was good at the time that the body says.  ENT_ESIG names
 * a key that was used outside its period. */
int ent_envelope_open_at(struct ent_arena *a, struct ent_envelope *e,
                         enum ent_envelope_type type, const char *kind,
                         const struct ent_key_history *h, struct ent_err *err);
/* The same for what wasn't known before: a key that was revoked since signs nothing any more,
 * whatever time the body says. */
int ent_envelope_open_new(struct ent_arena *a, struct ent_envelope *e,
                          enum ent_envelope_type type, const char *kind,
                          const struct ent_key_history *h, struct ent_err *err);
/* The cosignature of a note by name, with the witness key that was good when it was made; *pub
 * is that key.  ENT_ENOENT, ENT_ESIG. */
int ent_cosignature_by(struct ent_str note, struct ent_str name,
                       const struct ent_key_history *h, struct ent_cosignature *out,
                       const uint8_t **pub, struct ent_err *err);
/*
 * A note of a ledger's owner (keys h) that was cosigned at a time: with any of its keys but one
 * that had ended then, for an owner can sign an old state again with a new key.
 */
int ent_checkpoint_by(struct ent_str note, const struct ent_key_history *h, int64_t seconds,
                      struct ent_checkpoint *out, struct ent_err *err);

#endif
