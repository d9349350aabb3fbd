/* SPDX-License-Identifier: Apache-2.0 */
/*
 * card.c - cards: identity, keys, TLS pin and address, signed (docs/exchange.md); reading them,
 * and the node's own.
 */
#include <entente/stix.h>

#include "base/enc.h"
#include "exchange/audit.h"
#include "exchange/book.h"
#include "exchange/exchange_int.h"
#include "exchange/holdings.h"
#include "exchange/peer.h"
#include "proof/envelope.h"
#include "json/write.h"

#define CARD_KEY   ENT_STR("card")
#define BEFORE_KEY ENT_STR("cards-before") /* a JSON list of envelopes, oldest first */

/* A host is the start of a ledger's origin, so it may hold nothing that a note gives a meaning
 * to. */
static bool
host_ok(struct ent_str host)
{
	if (host.n == 0 || host.n > 253)
		return false;
	for (size_t i = 0; i < host.n; i++) {
		char c = host.p[i];

		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.'))
			return false;
	}
	return true;
}

static int
card_fields(struct ent_arena *a, const struct ent_card *c, struct ent_peer *out,
            struct ent_err *err)
{
	const struct ent_json *identity = ent_json_getc(c->body, "identity");
	struct ent_findings f;
	int rc;

	out->party = c->party;
	out->name = c->name;
	out->host = c->host;
	out->url = ent_json_getstr(c->body, "url");
	out->identity = ent_json_raw(identity);
	memcpy(out->sign_pub, c->sign, ENT_PUB);
	memcpy(out->ledger_pub, c->ledger, ENT_PUB);
	memcpy(out->witness_pub, c->witness, ENT_PUB);
	memcpy(out->card_sha256, c->sha256, sizeof(c->sha256));
	if (!host_ok(out->host) || out->name.n > 250)
		return ent_fail(err, ENT_EPARSE, "card: host or name is malformed");
	if (ent_unhex(ent_json_getstr(c->body, "tls"), out->pin, sizeof(out->pin)))
		return ent_fail(err, ENT_EPARSE, "card: the TLS pin is missing or malformed");
	if (!ent_str_starts(out->party, "identity--"))
		return ent_fail(err, ENT_EPARSE, "card: \"by\" is not the id of its identity");
	ent_findings_init(&f, a);
	rc = ent_stix_check(identity, &f, err);
	if (rc == 0 && f.errors)
		rc = ent_fail(err, ENT_EPARSE, "card: its identity is not valid STIX: %.*s",
		              ENT_FMT(f.list[0].text));
	return rc;
}

int
ent_cards_open(struct ent_arena *a, const struct ent_str *cards, size_t n, struct ent_peer *out,
               struct ent_err *err)
{
	struct ent_key_history *keys = ent_arena_alloc(a, sizeof(*keys));
	struct ent_card last;
	int rc = keys ? ent_cards_read(a, cards, n, &last, keys, err) : ent_x_nomem(err);

	if (rc)
		return rc;
	*out = (struct ent_peer){
		.card = cards[n - 1], .before = cards, .n_before = n - 1, .keys = keys
	};
	return card_fields(a, &last, out, err);
}

int
ent_card_open(struct ent_arena *a, struct ent_str envelope, struct ent_peer *out,
              struct ent_err *err)
{
	struct ent_str *one = ent_arena_alloc(a, sizeof(*one));

	if (!one)
		return ent_x_nomem(err);
	*one = envelope;
	return ent_cards_open(a, one, 1, out, err);
}

/* ---- the node's own ---- */

int
ent_exchange_cards(struct ent_exchange *x, struct ent_arena *a, struct ent_str **cards,
                   size_t *n, struct ent_err *err)
{
	const struct ent_json *v = NULL;
	int rc = ent_x_doc(x, a, ENT_SPACE_META, BEFORE_KEY, &v, err);

	if (rc && rc != ENT_ENOENT)
		return rc;
	*n = rc == 0 ? ent_json_count(v) : 0;
	*cards = ent_arena_array(a, *n + 1, sizeof(**cards));
	if (!*cards)
		return ent_x_nomem(err);
	for (size_t i = 0; i < *n; i++)
		(*cards)[i] = ent_json_raw(ent_json_at(v, i));
	return ent_exchange_card(x, a, &(*cards)[(*n)++], err);
}

int
ent_exchange_keys(struct ent_exchange *x, struct ent_arena *a,
                  const struct ent_key_history **out, struct ent_err *err)
{
	struct ent_str *cards;
	struct ent_peer self = { .keys = NULL };
	size_t n;
	int rc = ent_exchange_cards(x, a, &cards, &n, err);

	if (rc == 0)
		rc = ent_cards_open(a, cards, n, &self, err);
	*out = rc ? NULL : self.keys;
	return rc;
}

int
ent_exchange_card(struct ent_exchange *x, struct ent_arena *a, struct ent_str *envelope,
                  struct ent_err *err)
{
	int rc = ent_store_doc_get(x->store, a, ENT_SPACE_META, CARD_KEY, envelope, err);

	if (rc == ENT_ENOENT)
		return ent_fail(
		    err, rc,
		    "this node has no card yet: its database was not made by `entente init`");
	return rc;
}

static void
write_identity(struct ent_jw *w, const struct ent_exchange *x, struct ent_str created)
{
	ent_jw_object(w);
	ent_jw_kc(w, "type", "identity");
	ent_jw_kc(w, "spec_version", "2.1");
	ent_jw_kc(w, "id", x->c.party);
	ent_jw_kstr(w, "created", created);
	ent_jw_kstr(w, "modified", created);
	ent_jw_kc(w, "name", x->c.name);
	ent_jw_kc(w, "identity_class", "organization");
	ent_jw_end_object(w);
}

static void
write_key(struct ent_jw *w, const struct ent_keys *keys, const char *name, enum ent_key_use use)
{
	char b64[ENT_B64_LEN(ENT_PUB) + 1];

	ent_b64(keys->key[use].pub, ENT_PUB, b64);
	ent_jw_kc(w, name, b64);
}

/* A card that is being made. */
struct making {
	const struct ent_keys *keys;
	uint8_t next[ENT_SHA256];
	struct ent_str created;                /* of the identity */
	struct ent_str previous, revoked_from; /* absent if there is none */
	int64_t sequence;
};

static int
write_card(const struct ent_exchange *x, struct ent_arena *a, const struct making *m,
           struct ent_str *envelope, struct ent_err *err)
{
	struct ent_str body, at = ent_x_at(x, a);
	char hex[65];
	struct ent_buf b;
	struct ent_jw w;

	ent_buf_init(&b, ENT_ENVELOPE_MAX);
	ent_jw_init(&w, &b);
	ent_jw_object(&w);
	ent_jw_kint(&w, "v", 1);
	ent_jw_kc(&w, "kind", "card");
	ent_jw_kc(&w, "by", x->c.party);
	ent_jw_kstr(&w, "at", at);
	ent_jw_kint(&w, "sequence", m->sequence);
	if (m->previous.p)
		ent_jw_kstr(&w, "previous", m->previous);
	if (m->revoked_from.p)
		ent_jw_kstr(&w, "revoked_from", m->revoked_from);
	ent_jw_key(&w, "identity");
	write_identity(&w, x, m->created);
	ent_jw_key(&w, "keys");
	ent_jw_object(&w);
	write_key(&w, m->keys, "sign", ENT_KEY_SIGN);
	write_key(&w, m->keys, "ledger", ENT_KEY_LEDGER);
	write_key(&w, m->keys, "witness", ENT_KEY_WITNESS);
	ent_jw_kstr(&w, "valid_from", at);
	ent_jw_end_object(&w);
	ent_hex(m->next, 32, hex);
	ent_jw_kc(&w, "next", hex);
	ent_hex(x->c.pin, 32, hex);
	ent_jw_kc(&w, "tls", hex);
	ent_jw_kc(&w, "host", x->c.host);
	ent_jw_kc(&w, "url", x->c.url);
	ent_jw_end_object(&w);
	body = ent_buf_done(&b, a);
	ent_buf_release(&b);
	if (!body.p)
		return ent_x_nomem(err);
	return ent_envelope_make(a, ENT_ENV_CARD, body, &m->keys->key[ENT_KEY_SIGN], envelope,
	                         NULL, err);
}

/* Whether the stored card still says what the configuration says. */
static bool
current(const struct ent_exchange *x, struct ent_arena *a, struct ent_str card,
        struct ent_peer *self)
{
	return ent_card_open(a, card, self, NULL) == 0 && ent_str_is(self->party, x->c.party) &&
	       ent_str_is(self->name, x->c.name) && ent_str_is(self->host, x->c.host) &&
	       ent_str_is(self->url, x->c.url) && memcmp(self->pin, x->c.pin, 32) == 0 &&
	       memcmp(self->sign_pub, x->c.keys->key[ENT_KEY_SIGN].pub, ENT_PUB) == 0;
}

/* What a card takes over from the one before it. */
static int
take_over(struct ent_arena *a, struct ent_str old, struct ent_card *before, struct making *m,
          struct ent_err *err)
{
	struct ent_str created;
	int rc = ent_card_read(a, old, before, err);

	if (rc)
		return rc;
	(void)ent_json_int(ent_json_getc(before->body, "sequence"), &m->sequence);
	m->sequence++;
	created = ent_json_getstr(ent_json_getc(before->body, "identity"), "created");
	if (created.p)
		m->created = created;
	m->previous = ent_hex_dup(a, before->sha256, sizeof(before->sha256));
	return m->previous.p ? 0 : ent_x_nomem(err);
}

/* The old card goes behind those before it. */
static int
put_aside(struct ent_exchange *x, struct ent_arena *a, struct ent_err *err)
{
	struct ent_str *cards, text;
	struct ent_buf b;
	struct ent_jw w;
	size_t n;
	int rc = ent_exchange_cards(x, a, &cards, &n, err);

	if (rc == 0 && n >= ENT_CARDS_MAX)
		return ent_fail(err, ENT_ELIMIT,
		                "this node has had %zu cards: a new one can't follow them. Set "
		                "up a new node, and enrol it with your counterparts",
		                n);
	if (rc)
		return rc;
	ent_buf_init(&b, ENT_CARDS_MAX * ENT_ENVELOPE_MAX);
	ent_jw_init(&w, &b);
	ent_jw_array(&w);
	for (size_t i = 0; i < n; i++)
		ent_jw_raw(&w, cards[i]);
	ent_jw_end_array(&w);
	text = ent_buf_done(&b, a);
	ent_buf_release(&b);
	return text.p ? ent_store_doc_put(x->store, ENT_SPACE_META, BEFORE_KEY, text, err)
	              : ent_x_nomem(err);
}

static int
keep_card(struct ent_exchange *x, struct ent_arena *a, struct ent_str card, struct ent_err *err)
{
	struct ent_card c;
	int rc = ent_store_doc_put(x->store, ENT_SPACE_META, CARD_KEY, card, err);

	if (rc == 0)
		rc = ent_card_read(a, card, &c, err);
	return rc ? rc
	          : ent_book_note(x, a, ENT_BOOK_INTERNAL,
	                          ent_arena_printf(
				      a,
				      "{\"kind\":\"card\",\"at\":\"%.*s\",\"sha256\":\"%.*s\"}",
				      ENT_FMT(ent_x_at(x, a)),
				      ENT_FMT(ent_hex_dup(a, c.sha256, ENT_SHA256))),
	                          err);
}

/* The first card, or one with another address. */
static int
renew(struct ent_exchange *x, struct ent_arena *a, struct ent_str old, struct ent_err *err)
{
	struct making m = { .keys = x->c.keys, .created = ent_x_at(x, a), .sequence = 1 };
	struct ent_str card;
	struct ent_card before;
	struct ent_peer self;
	int rc = old.p ? take_over(a, old, &before, &m, err) : 0;

	if (rc)
		return rc;
	memcpy(m.next, old.p && before.has_next ? before.next : x->c.next_key, sizeof(m.next));
	rc = write_card(x, a, &m, &card, err);
	if (rc == 0 && old.p)
		rc = put_aside(x, a, err);
	if (rc == 0)
		rc = keep_card(x, a, card, err);
	if (rc == 0)
		rc = ent_card_open(a, card, &self, err);
	if (rc == 0 && !old.p)
		rc = ent_holdings_put_text(x, a, self.identity, ENT_STR("own"), err);
	return rc;
}

static int
rotate(struct ent_exchange *x, struct ent_arena *a, const struct ent_rotation *r,
       struct ent_err *err)
{
	struct making m = { .keys = r->keys, .created = ent_x_at(x, a) };
	const struct ent_key *sign = &r->keys->key[ENT_KEY_SIGN];
	struct ent_str old, card;
	uint8_t hash[ENT_SHA256];
	struct ent_card before;
	int rc = ent_exchange_card(x, a, &old, err);

	if (rc == 0)
		rc = take_over(a, old, &before, &m, err);
	if (rc)
		return rc;
	ent_sha256((struct ent_str){ (const char *)sign->pub, ENT_PUB }, hash);
	if (!before.has_next || memcmp(hash, before.next, sizeof(hash)) != 0)
		return ent_fail(err, ENT_ESIG,
		                "that is not the key that this node's card announced as its "
		                "successor: counterparts would refuse it");
	memcpy(m.next, r->next, sizeof(m.next));
	m.revoked_from = r->revoked_from;
	rc = write_card(x, a, &m, &card, err);
	if (rc == 0 && !r->revoked_from.p)
		rc = ent_envelope_cosign(a, card, &x->c.keys->key[ENT_KEY_SIGN], &card, err);
	if (rc == 0)
		rc = put_aside(x, a, err);
	if (rc == 0)
		rc = keep_card(x, a, card, err);
	return rc ? rc
	          : ent_audit_note(x, a, r->revoked_from.p ? "key-revoke" : "key-rotate",
	                           (struct ent_str){ NULL, 0 }, err);
}

int
ent_exchange_rotate(struct ent_exchange *x, struct ent_arena *a, const struct ent_rotation *r,
                    struct ent_err *err)
{
	int rc = ent_x_begin(x, err);

	return rc ? rc : ent_x_end(x, rotate(x, a, r, err), err);
}

/* The seed file must be the one that the card was made with: another one isn't this node's. */
static int
check_seed(const struct ent_exchange *x, struct ent_arena *a, struct ent_str old,
           struct ent_err *err)
{
	struct ent_card c;

	if (ent_card_read(a, old, &c, NULL) ||
	    memcmp(c.sign, x->c.keys->key[ENT_KEY_SIGN].pub, ENT_PUB) == 0)
		return 0;
	return ent_fail(
	    err, ENT_ESTATE,
	    "the seed of the signing keys is not the one that this node's card was "
	    "made with: put the right file back, or go on with `entente key rotate`");
}

int
ent_exchange_found(struct ent_exchange *x, struct ent_err *err)
{
	struct ent_arena *a = ent_arena_new((size_t)8 << 20);
	struct ent_str old = { NULL, 0 };
	struct ent_peer self;
	int rc;

	if (!a)
		return ent_x_nomem(err);
	rc = ent_store_doc_get(x->store, a, ENT_SPACE_META, CARD_KEY, &old, err);
	if (rc == 0)
		rc = check_seed(x, a, old, err);
	if (rc == ENT_ESTATE)
		goto out;
	if (rc == 0 && current(x, a, old, &self))
		goto out;
	if (rc && rc != ENT_ENOENT)
		goto out;
	if (rc == ENT_ENOENT)
		old.p = NULL;
	rc = ent_x_begin(x, err);
	if (rc == 0)
		rc = ent_x_end(x, renew(x, a, old, err), err);
out:
	ent_arena_free(a);
	return rc;
}
