/* SPDX-License-Identifier: Apache-2.0 */
/*
 * standing.c - where two counterparts stand with each other.
 *
 * The text that is hashed: the statements and documents that both have; then, for the party
 * with the lesser id and for the other one, its card, how far its channel is receipted, its
 * ledger as it is cosigned, the last of its dispatches.  Of its own a node writes what it has;
 * of the counterpart's, what it knows of it.
 */
#include "exchange/standing.h"

#include <inttypes.h>

#include "base/buf.h"
#include "base/enc.h"
#include "exchange/arrival.h"
#include "exchange/behind.h"
#include "exchange/book.h"
#include "exchange/dispatch.h"
#include "exchange/exchange_int.h"
#include "exchange/receipt.h"
#include "exchange/window.h"
#include "exchange/witness.h"

/* Bounded by what an agreement may have of documents and statements, a hash each. */
#define TEXT_MAX (1024 * 1024)

/* What one party has, as itself or the other one knows it. */
struct side {
	uint8_t card[ENT_SHA256];
	uint64_t reached; /* of its channel: what the other one has receipted */
	uint64_t size;    /* of its ledger */
	struct ent_hash root;
	uint64_t dispatches;
	struct ent_str last; /* hash of the last */
};

static struct ent_str
origin_of(struct ent_arena *a, const struct ent_agreement *g, struct ent_str host)
{
	return ent_arena_printf(a, "%.*s/entente/%.*s", ENT_FMT(host), ENT_FMT(g->id));
}

static int
own_card(struct ent_exchange *x, struct ent_arena *a, uint8_t out[ENT_SHA256],
         struct ent_err *err)
{
	struct ent_str *cards;
	struct ent_peer *self = ent_arena_alloc(a, sizeof(*self));
	size_t n;
	int rc = self ? ent_exchange_cards(x, a, &cards, &n, err) : ent_x_nomem(err);

	if (rc == 0)
		rc = ent_card_open(a, cards[n - 1], self, err);
	if (rc == 0)
		memcpy(out, self->card_sha256, ENT_SHA256);
	return rc;
}

static int
ours(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
     struct ent_str other, struct side *out, struct ent_err *err)
{
	int rc = own_card(x, a, out->card, err);

	if (rc == 0)
		rc = ent_receipted(x, a, g->id, other, &out->reached, err);
	if (rc == 0)
		rc = ent_book_tip(x, a, g->id, &out->size, &out->root, err);
	return rc ? rc : ent_dispatches_last(x, a, g->id, &out->dispatches, &out->last, err);
}

static int
theirs(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
       const struct ent_peer *other, struct side *out, struct ent_err *err)
{
	struct ent_str origin = origin_of(a, g, other->host), note = { NULL, 0 };
	struct ent_checkpoint cp = { .size = 0 };
	struct ent_cursor at;
	int rc = origin.p ? ent_witness_last(x, a, origin, &out->size, &note, err)
	                  : ent_x_nomem(err);

	if (rc == 0 && note.p)
		rc = ent_checkpoint_parse(note, &cp, err);
	if (rc == 0)
		rc = ent_cursor_read(x, a, g->id, other->party, &at, err);
	if (rc)
		return rc;
	memcpy(out->card, other->card_sha256, ENT_SHA256);
	out->reached = at.seq;
	out->root = cp.root;
	return ent_dispatches_seen(x, a, g->id, other->party, &out->dispatches, &out->last,
	                           err);
}

/* ---- the text ---- */

static void
write_side(struct ent_buf *b, const struct side *s)
{
	char card[2 * ENT_SHA256 + 1], root[2 * ENT_HASH + 1];

	ent_hex(s->card, ENT_SHA256, card);
	ent_hex(s->root.b, ENT_HASH, root);
	ent_buf_printf(b,
	               "card %s\nchannel %" PRIu64 "\nledger %" PRIu64
	               " %s\ndispatches %" PRIu64 " %.*s\n",
	               card, s->reached, s->size, s->size ? root : "", s->dispatches,
	               ENT_FMT(s->last));
}

static int
write_key(void *self, struct ent_doc d, struct ent_err *err)
{
	struct ent_buf *b = self;

	(void)err;
	ent_buf_printf(b, "%.*s\n", ENT_FMT(d.key));
	return 0;
}

/* The names of documents and statements, which are their hashes, in order. */
static int
write_set(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
          struct ent_buf *b, struct ent_err *err)
{
	const struct ent_str none = { NULL, 0 },
			     prefix = ent_arena_printf(a, "%.*s/", ENT_FMT(g->id));
	int rc = prefix.p
	             ? ent_x_docs_each(x, ENT_SPACE_DOCUMENT, prefix, none, write_key, b, err)
	             : ent_x_nomem(err);

	return rc ? rc
	          : ent_x_docs_each(x, ENT_SPACE_STATEMENT, prefix, none, write_key, b, err);
}

static int
hash_text(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
          const struct side *first, const struct side *second, uint8_t out[ENT_SHA256],
          struct ent_err *err)
{
	struct ent_buf b;
	struct ent_str text;
	int rc;

	ent_buf_init(&b, TEXT_MAX);
	rc = write_set(x, a, g, &b, err);
	write_side(&b, first);
	write_side(&b, second);
	text = ent_buf_done(&b, a);
	ent_buf_release(&b);
	if (rc)
		return rc;
	if (!text.p)
		return ent_x_nomem(err);
	ent_sha256(text, out);
	return 0;
}

/* ---- what only one of them knows ---- */

/* That our ledger is cosigned as it stands, and that neither ledger is in doubt. */
static int
settled(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
        const struct ent_peer *other, uint64_t size, bool *out, struct ent_err *err)
{
	struct ent_str origin = origin_of(a, g, other->host);
	uint64_t cosigned;
	int rc =
	    origin.p ? ent_book_last_cosigned(x, a, g->id, &cosigned, err) : ent_x_nomem(err);

	*out = rc == 0 && cosigned == size && ent_behind_check(x, a, g->id, NULL) == 0 &&
	       ent_conflict_check(x, a, origin, NULL) == 0;
	return rc;
}

int
ent_standing(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
             const struct ent_peer *other, struct ent_standing *out, struct ent_err *err)
{
	struct side own = { .reached = 0 }, far = { .reached = 0 };
	bool lesser = ent_str_cmp(ent_str_c(x->c.party), other->party) < 0;
	int rc = ours(x, a, g, other->party, &own, err);

	*out = (struct ent_standing){ .quiet = false };
	if (rc == 0)
		rc = theirs(x, a, g, other, &far, err);
	if (rc == 0)
		rc = hash_text(x, a, g, lesser ? &own : &far, lesser ? &far : &own, out->sha256,
		               err);
	if (rc)
		return rc;
	out->cursor = far.reached;
	out->our_size = own.size;
	out->their_size = far.size;
	return settled(x, a, g, other, own.size, &out->quiet, err);
}

int
ent_standing_idle(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
                  struct ent_str party, bool *out, struct ent_err *err)
{
	const struct ent_str spaces[] = { ENT_SPACE_RECEIPT_UNSENT, ENT_SPACE_RECEIPT_REFUSED,
		                          ENT_SPACE_WANTED };
	struct ent_str key = ent_arena_printf(a, "%.*s/%.*s/", ENT_FMT(g->id), ENT_FMT(party)),
		       none = { NULL, 0 }, text;
	uint64_t talked, now = (uint64_t)ent_x_now(x);
	int rc = key.p ? ent_store_doc_get(x->store, a, ENT_SPACE_TALKED,
	                                   (struct ent_str){ key.p, key.n - 1 }, &text, err)
	               : ent_x_nomem(err);

	*out = false;
	if (rc)
		return rc == ENT_ENOENT ? 0 : rc;
	if (ent_str_u64(text, INT64_MAX, &talked) || now < talked ||
	    now - talked >= (uint64_t)ENT_STANDING_S * 1000000)
		return 0;
	*out = true;
	for (size_t i = 0; rc == 0 && *out && i < sizeof(spaces) / sizeof(spaces[0]); i++) {
		struct ent_doc *docs;
		size_t n = 0;

		rc = ent_store_docs(x->store, a, spaces[i], key, none, 1, &docs, &n, err);
		*out = n == 0;
	}
	return rc;
}

/* ---- the answer ---- */

/* Whether an entry of our channel is there for them that they have no receipt for. */
static int
unread(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
       struct ent_str party, bool *out, struct ent_err *err)
{
	struct ent_query q = { .channel = g->outbound,
		               .after_date = INT64_MIN,
		               .which = ENT_WHICH_ALL,
		               .limit = 1 };
	struct ent_page page = { .count = 0 };
	uint64_t joined;
	int rc = ent_receipted(x, a, g->id, party, &q.after_seq, err);

	if (rc == 0)
		rc = ent_joined(x, a, g->id, party, &joined, err);
	if (rc == 0 && joined > q.after_seq)
		q.after_seq = joined;
	if (rc == 0)
		rc = ent_store_page(x->store, a, &q, &page, err);
	*out = page.count > 0;
	return rc;
}

int
ent_standing_news(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
                  struct ent_str party, struct ent_str hash, bool *news, struct ent_err *err)
{
	struct ent_peer *p = ent_arena_alloc(a, sizeof(*p));
	struct ent_standing s;
	uint8_t said[ENT_SHA256];
	int rc = p ? 0 : ent_x_nomem(err);

	*news = true;
	if (rc == 0 && ent_unhex_lower(hash, said, sizeof(said)))
		rc = ent_fail(err, ENT_EINVAL,
		              "is is not the hash of a standing: 64 hex digits");
	if (rc || g->parties != 2 ||
	    ent_agreement_open(g, ent_str_c(x->c.party), party, NULL, NULL))
		return rc;
	rc = ent_peer_get(x, a, party, p, err);
	if (rc == 0)
		rc = ent_standing(x, a, g, p, &s, err);
	if (rc || !s.quiet || memcmp(said, s.sha256, sizeof(said)) != 0)
		return rc;
	return unread(x, a, g, party, news, err);
}
