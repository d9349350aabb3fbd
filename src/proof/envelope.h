/* SPDX-License-Identifier: Apache-2.0 */
/*
 * envelope.h - signed bodies: DSSE v1 over canonical JSON (docs/exchange.md).
 *
 * A body is one JSON object in RFC 8785 form that has "v":1, "kind", "by" (party id) and "at".
 * The signature is checked over the received bytes first; then they are parsed; then they must
 * be their own canonical form.
 */
#ifndef ENT_PROOF_ENVELOPE_H
#define ENT_PROOF_ENVELOPE_H
#include <entente/json.h>

#include "base/limits.h"
#include "crypto/hash.h"
#include "crypto/sign.h"

enum ent_envelope_type {
	ENT_ENV_CARD,
	ENT_ENV_AGREEMENT,
	ENT_ENV_STATEMENT,
	ENT_ENV_RELEASE,
	ENT_ENV_RECEIPT,
	ENT_ENV_WITHDRAWAL,
	ENT_ENV_OVERLAP,
	ENT_ENV_PACKAGE,
	ENT_ENV_INVITATION,
	ENT_ENV_DISPATCH,
	ENT_ENV_TYPES
};

struct ent_signature {
	struct ent_str keyid;
	uint8_t sig[ENT_SIG];
};

struct ent_envelope {
	enum ent_envelope_type type;
	struct ent_str body;        /* the signed bytes */
	uint8_t sha256[ENT_SHA256]; /* of the body: what statements and the ledger name it by */
	struct ent_signature sig[ENT_SIGNATURES_MAX];
	size_t signatures, verified; /* verified: which of them ent_envelope_open looked at */
	/* filled by ent_envelope_open alone */
	const struct ent_json *json; /* the body */
	struct ent_str kind, by;
	int64_t at;
};

/* "application/vnd.entente.card+json" and so on; static memory. */
const char *ent_envelope_media(enum ent_envelope_type type);

/*
 * Signs a body, given as any JSON object (it is put into canonical form here), with one key.
 * *envelope is canonical JSON in the arena.  sha256 (may be NULL) is that of the canonical
 * body.
 */
int ent_envelope_make(struct ent_arena *a, enum ent_envelope_type type, struct ent_str body,
                      const struct ent_key *key, struct ent_str *envelope,
                      uint8_t sha256[ENT_SHA256], struct ent_err *err);

/* The same envelope with one more signature, by key. */
int ent_envelope_cosign(struct ent_arena *a, struct ent_str envelope, const struct ent_key *key,
                        struct ent_str *out, struct ent_err *err);

/* Takes an envelope apart without trusting it: shape, sizes, base64.  ENT_EPARSE, ENT_ELIMIT.
 */
int ent_envelope_parse(struct ent_arena *a, struct ent_str text, struct ent_envelope *out,
                       struct ent_err *err);

/*
 * Demands that one of its signatures is by pub and verifies, and that the body is canonical and
 * of the wanted type and kind. ENT_ESIG if there is no signature of that key or it fails;
 * ENT_EPARSE if the body isn't what it must be.
 */
int ent_envelope_open(struct ent_arena *a, struct ent_envelope *e, enum ent_envelope_type type,
                      const char *kind, const uint8_t pub[ENT_PUB], struct ent_err *err);

/*
 * Writes an opened envelope anew, from its body, its type and the one signature that was
 * verified: nothing else that came with it is worth keeping.  Canonical JSON in the arena.
 */
int ent_envelope_remake(struct ent_arena *a, const struct ent_envelope *e, struct ent_str *text,
                        struct ent_err *err);

/* Reads "by" from the still unverified body: whose key to look for.  Absent if it has none. */
struct ent_str ent_envelope_claims(struct ent_arena *a, const struct ent_envelope *e);

#endif
