/* SPDX-License-Identifier: Apache-2.0 */
/*
 * testimony.h - entries of the ledgers, found, proved and given to the counterpart: that it
 * sent a message, that it has a page (docs/exchange.md, Testimony).
 *
 * Each side asks for the other's while the two still talk, so that a proof of warning can be
 * made when they don't any more.
 */
#ifndef ENT_EXCHANGE_TESTIMONY_H
#define ENT_EXCHANGE_TESTIMONY_H
#include <entente/ledger.h>

#include "exchange/agreement.h"
#include "exchange/peer.h"
#include "exchange/receipt.h"

/* What the salts of a channel's entries are made of; ENT_ENOENT before the first release. */
int ent_channel_secret(struct ent_exchange *x, struct ent_arena *a, struct ent_str agreement,
                       uint8_t out[32], struct ent_err *err);
int ent_channel_secret_put(struct ent_exchange *x, struct ent_arena *a,
                           struct ent_str agreement, const uint8_t secret[32],
                           struct ent_err *err);

/* An entry of our own ledger. */
struct ent_found {
	struct ent_str entry;
	uint64_t index;
};
/* The release entry with a number of our channel: halving, for numbers grow with the entries.
 * ENT_ENOENT. */
int ent_find_release(struct ent_exchange *x, struct ent_arena *a, struct ent_str agreement,
                     uint64_t seq, struct ent_found *out, struct ent_err *err);
/* The salt of that entry, as hex; absent if it has none. */
int ent_release_salt(struct ent_exchange *x, struct ent_arena *a, struct ent_str agreement,
                     uint64_t seq, struct ent_str id, struct ent_str entry, struct ent_str *hex,
                     struct ent_err *err);
/* The entry that notes a receipt of a counterpart, by the hex SHA-256 of its body: from the
 * place that was kept with it, else all are read. */
int ent_find_receipt(struct ent_exchange *x, struct ent_arena *a, const struct ent_receipt *r,
                     struct ent_found *out, struct ent_err *err);

/* The inclusion proof of an entry of ours, as JSON: a list of hashes in base64. */
int ent_entry_proof(struct ent_exchange *x, struct ent_arena *a, struct ent_str agreement,
                    uint64_t index, uint64_t size, struct ent_str *json, struct ent_err *err);
struct ent_str ent_path_json(struct ent_arena *a, const struct ent_hash *proof, size_t n);

/*
 * Answers a counterpart's question for entries of our ledger at a size; body as in
 * docs/exchange.md.  It is told of what it was sent and has receipted, and of its own receipts.
 */
int ent_testimony_answer(struct ent_exchange *x, struct ent_arena *a,
                         const struct ent_agreement *g, struct ent_str party,
                         struct ent_str body, struct ent_str *out, struct ent_err *err);

/* Inside an open write: a message of theirs arrived, or a receipt; its entry in their ledger is
 * to be asked for. */
int ent_testimony_want_message(struct ent_exchange *x, struct ent_arena *a,
                               struct ent_str agreement, struct ent_str party,
                               struct ent_str note, struct ent_err *err);
int ent_testimony_want_receipt(struct ent_exchange *x, struct ent_arena *a,
                               const struct ent_receipt *r, const uint8_t sha256[32],
                               struct ent_err *err);
/* Questions for a counterpart, at most ENT_TESTIMONY_BATCH, and what they are about. */
#define ENT_TESTIMONY_BATCH 100
struct ent_asked {
	struct ent_str body;                     /* to be sent */
	struct ent_str key[ENT_TESTIMONY_BATCH]; /* in the order of the body */
	size_t messages, receipts;
	uint64_t size; /* of their ledger */
};
/* The questions behind the key after (absent: the first ones). */
int ent_testimony_ask(struct ent_exchange *x, struct ent_arena *a, struct ent_str agreement,
                      struct ent_str party, uint64_t size, struct ent_str after,
                      struct ent_asked *out, struct ent_err *err);
/*
 * Holds what was answered against the checkpoint of theirs that we cosigned (note, of that
 * size) and against what it is about, and keeps it; *kept counts.  ENT_EPROTO if it doesn't
 * fit: nothing is kept then.
 */
int ent_testimony_take(struct ent_exchange *x, struct ent_arena *a, const struct ent_peer *from,
                       struct ent_str agreement, const struct ent_asked *asked,
                       struct ent_str note, struct ent_str answer, size_t *kept,
                       struct ent_err *err);

/* One that is kept: entry, index, proof, checkpoint, salt as in a proof of warning. */
struct ent_testimony {
	struct ent_str entry, proof, checkpoint, salt;
	uint64_t index;
};
/* ENT_ENOENT if there is none (yet). */
int ent_testimony_message(struct ent_exchange *x, struct ent_arena *a, struct ent_str agreement,
                          struct ent_str party, struct ent_str note, struct ent_testimony *out,
                          struct ent_err *err);
int ent_testimony_receipt(struct ent_exchange *x, struct ent_arena *a,
                          const struct ent_receipt *r, struct ent_testimony *out,
                          struct ent_err *err);

#endif
