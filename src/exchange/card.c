/* SPDX-License-Identifier: Apache-2.0 */
/*
 * card.c - cards: identity, keys, TLS pin and address, signed (docs/exchange.md); reading them,
 * and the node's own.
 */
#include <entente/stix.h>

#include "base/enc.h"
#include "exchange/book.h"
#include "exchange/exchange_int.h"
#include "exchange/holdings.h"
#include "exchange/peer.h"
#include "proof/envelope.h"
#include "json/write.h"

#define CARD_KEY ENT_STR("card")

/* One of the three public keys of a card. */
static int
card_key(const struct ent_json *keys, const char *name, uint8_t out[ENT_PUB])
{
	return ent_unb64_n(ent_json_getstr(keys, name), out, ENT_PUB);
}

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
card_fields(struct ent_arena *a, const struct ent_envelope *e, struct ent_peer *out,
            struct ent_err *err)
{
	const struct ent_json *identity = ent_json_getc(e->json, "identity");
	const struct ent_json *keys = ent_json_getc(e->json, "keys");
	struct ent_findings f;
	int rc;

	out->name = ent_json_getstr(identity, "name");
	out->host = ent_json_getstr(e->json, "host");
	out->url = ent_json_getstr(e->json, "url");
	out->identity = ent_json_raw(identity);
	if (!host_ok(out->host) || out->name.n == 0 || out->name.n > 250)
		return ent_fail(err, ENT_EPARSE, "card: host or name is missing or malformed");
	if (card_key(keys, "ledger", out->ledger_pub) ||
	    card_key(keys, "witness", out->witness_pub) ||
	    ent_unhex(ent_json_getstr(e->json, "tls"), out->pin, sizeof(out->pin)))
		return ent_fail(err, ENT_EPARSE,
		                "card: a key or the TLS pin is missing or malformed");
	if (!ent_str_starts(e->by, "identity--") ||
	    !ent_str_eq(ent_json_getstr(identity, "id"), e->by))
		return ent_fail(err, ENT_EPARSE, "card: \"by\" is not the id of its identity");
	ent_findings_init(&f, a);
	rc = ent_stix_check(identity, &f, err);
	if (rc == 0 && f.errors)
		rc = ent_fail(err, ENT_EPARSE, "card: its identity is not valid STIX: %.*s",
		              ENT_FMT(f.list[0].text));
	return rc;
}

int
ent_card_open(struct ent_arena *a, struct ent_str envelope, struct ent_peer *out,
              struct ent_err *err)
{
	struct ent_envelope e;
	const struct ent_json *body;
	int rc;

	*out = (struct ent_peer){ .card = envelope };
	rc = ent_envelope_parse(a, envelope, &e, err);
	if (rc == 0)
		rc = ent_json_parse(a, e.body, ENT_ENVELOPE_DEPTH, &body, err);
	if (rc)
		return ent_within(err, rc, "card");
	if (card_key(ent_json_getc(body, "keys"), "sign", out->sign_pub))
		return ent_fail(err, ENT_EPARSE,
		                "card: the signing key is missing or malformed");
	rc = ent_envelope_open(a, &e, ENT_ENV_CARD, "card", out->sign_pub, err);
	if (rc)
		return ent_within(err, rc, "card");
	out->party = e.by;
	memcpy(out->card_sha256, e.sha256, sizeof(e.sha256));
	return card_fields(a, &e, out, err);
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
write_key(struct ent_jw *w, const struct ent_exchange *x, const char *name,
          enum ent_key_use use)
{
	char b64[ENT_B64_LEN(ENT_PUB) + 1];

	ent_b64(x->c.keys->key[use].pub, ENT_PUB, b64);
	ent_jw_kc(w, name, b64);
}

static int
write_card(const struct ent_exchange *x, struct ent_arena *a, struct ent_str created,
           int64_t sequence, struct ent_str *envelope, struct ent_err *err)
{
	char hex[65];
	struct ent_buf b;
	struct ent_jw w;
	struct ent_str body;

	ent_buf_init(&b, ENT_ENVELOPE_MAX);
	ent_jw_init(&w, &b);
	ent_jw_object(&w);
	ent_jw_kint(&w, "v", 1);
	ent_jw_kc(&w, "kind", "card");
	ent_jw_kc(&w, "by", x->c.party);
	ent_jw_kstr(&w, "at", ent_x_at(x, a));
	ent_jw_kint(&w, "sequence", sequence);
	ent_jw_key(&w, "identity");
	write_identity(&w, x, created);
	ent_jw_key(&w, "keys");
	ent_jw_object(&w);
	write_key(&w, x, "sign", ENT_KEY_SIGN);
	write_key(&w, x, "ledger", ENT_KEY_LEDGER);
	write_key(&w, x, "witness", ENT_KEY_WITNESS);
	ent_jw_kstr(&w, "valid_from", created);
	ent_jw_end_object(&w);
	ent_hex(x->c.next_key, 32, hex);
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
	return ent_envelope_make(a, ENT_ENV_CARD, body, &x->c.keys->key[ENT_KEY_SIGN], envelope,
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

/* The sequence number and the identity's creation time of the card before. */
static void
before(struct ent_arena *a, struct ent_str card, struct ent_str *created, int64_t *sequence)
{
	struct ent_envelope e;
	const struct ent_json *v;

	if (ent_envelope_parse(a, card, &e, NULL) ||
	    ent_json_parse(a, e.body, ENT_ENVELOPE_DEPTH, &v, NULL))
		return;
	(void)ent_json_int(ent_json_getc(v, "sequence"), sequence);
	if (ent_json_getstr(ent_json_getc(v, "identity"), "created").p)
		*created = ent_json_getstr(ent_json_getc(v, "identity"), "created");
}

static int
renew(struct ent_exchange *x, struct ent_arena *a, struct ent_str old, struct ent_err *err)
{
	struct ent_str created = ent_x_at(x, a), card;
	struct ent_peer self;
	int64_t sequence = 0;
	int rc;

	if (old.p)
		before(a, old, &created, &sequence);
	rc = write_card(x, a, created, sequence + 1, &card, err);
	if (rc == 0)
		rc = ent_store_doc_put(x->store, ENT_SPACE_META, CARD_KEY, card, err);
	if (rc == 0)
		rc = ent_card_open(a, card, &self, err);
	if (rc == 0 && sequence == 0)
		rc = ent_holdings_put_text(x, a, self.identity, ENT_STR("own"), err);
	if (rc == 0)
		rc = ent_book_note(
		    x, a, ENT_BOOK_INTERNAL,
		    ent_arena_printf(
			a, "{\"kind\":\"card\",\"at\":\"%.*s\",\"sha256\":\"%.*s\"}",
			ENT_FMT(ent_x_at(x, a)), ENT_FMT(ent_hex_dup(a, self.card_sha256, 32))),
		    err);
	return rc;
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
