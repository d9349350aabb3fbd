/* SPDX-License-Identifier: Apache-2.0 */
/*
 * keys.c - cards that follow each other, and the keys that were good at a time.
 */
#include "proof/keys.h"

#include "base/enc.h"
#include "base/limits.h"
#include "base/time.h"

static int
card_key(const struct ent_json *keys, const char *name, uint8_t out[ENT_PUB])
{
	return ent_unb64_n(ent_json_getstr(keys, name), out, ENT_PUB);
}

static int
read_fields(struct ent_card *c, struct ent_err *err)
{
	const struct ent_json *keys = ent_json_getc(c->body, "keys"),
			      *identity = ent_json_getc(c->body, "identity");
	struct ent_str next = ent_json_getstr(c->body, "next");

	c->host = ent_json_getstr(c->body, "host");
	c->name = ent_json_getstr(identity, "name");
	c->has_next = next.p != NULL;
	if (card_key(keys, "ledger", c->ledger) || card_key(keys, "witness", c->witness))
		return ent_fail(err, ENT_EPARSE,
		                "a key is missing or malformed: a card has three");
	if (next.p && ent_unhex_lower(next, c->next, sizeof(c->next)))
		return ent_fail(err, ENT_EPARSE, "the hash of its next key is malformed");
	if (!c->name.n || !c->host.n || !ent_str_eq(ent_json_getstr(identity, "id"), c->party))
		return ent_fail(err, ENT_EPARSE,
		                "it names nobody, or \"by\" is not the id of "
		                "its identity");
	return 0;
}

int
ent_card_read(struct ent_arena *a, struct ent_str envelope, struct ent_card *out,
              struct ent_err *err)
{
	const struct ent_json *body;
	struct ent_envelope e;
	int rc;

	*out = (struct ent_card){ .envelope = envelope };
	rc = ent_envelope_parse(a, envelope, &e, err);
	if (rc == 0)
		rc = ent_json_parse(a, e.body, ENT_ENVELOPE_DEPTH, &body, err);
	if (rc == 0 && card_key(ent_json_getc(body, "keys"), "sign", out->sign))
		rc = ent_fail(err, ENT_EPARSE, "the signing key is missing or malformed");
	if (rc == 0)
		rc = ent_envelope_open(a, &e, ENT_ENV_CARD, "card", out->sign, err);
	if (rc == 0) {
		out->body = e.json;
		out->party = e.by;
		out->at = e.at;
		memcpy(out->sha256, e.sha256, sizeof(e.sha256));
		rc = read_fields(out, err);
	}
	return rc ? ent_within(err, rc, "card") : 0;
}

/* Whether the old key signed the new card as well. */
static int
signed_by_old(struct ent_arena *a, const struct ent_card *c, const uint8_t old[ENT_PUB],
              struct ent_err *err)
{
	struct ent_envelope e;
	int rc = ent_envelope_parse(a, c->envelope, &e, err);

	return rc ? rc : ent_envelope_open(a, &e, ENT_ENV_CARD, "card", old, err);
}

/* When the old key was given up; INT64_MAX if it wasn't. */
static int
revoked_from(const struct ent_card *c, int64_t *out, struct ent_err *err)
{
	struct ent_str text = ent_json_getstr(c->body, "revoked_from");

	*out = INT64_MAX;
	if (ent_json_getc(c->body, "revoked_from") && ent_time_parse(text, out, NULL))
		return ent_fail(err, ENT_EPARSE, "revoked_from is not a time");
	return 0;
}

/* That c follows before: it names it, and whoever made it had the right to. */
static int
follows(struct ent_arena *a, const struct ent_card *before, const struct ent_card *c,
        int64_t revoked, struct ent_err *err)
{
	uint8_t named[ENT_SHA256], hash[ENT_SHA256];

	if (!ent_str_eq(before->party, c->party) || !ent_str_eq(before->host, c->host))
		return ent_fail(err, ENT_ESIG, "it is another party's or host's");
	if (ent_unhex_lower(ent_json_getstr(c->body, "previous"), named, sizeof(named)) ||
	    memcmp(named, before->sha256, sizeof(named)) != 0)
		return ent_fail(err, ENT_ESIG,
		                "it does not name the card before it as its previous one");
	if (c->at < before->at)
		return ent_fail(err, ENT_ESIG, "it is older than the card that it follows");
	if (memcmp(c->sign, before->sign, ENT_PUB) == 0)
		return revoked == INT64_MAX
		           ? 0
		           : ent_fail(err, ENT_ESIG, "it gives its own key up");
	ent_sha256((struct ent_str){ (const char *)c->sign, ENT_PUB }, hash);
	if (!before->has_next || memcmp(hash, before->next, sizeof(hash)) != 0)
		return ent_fail(err, ENT_ESIG,
		                "its signing key is not the one that the card before it "
		                "announced as its successor");
	return revoked == INT64_MAX ? signed_by_old(a, c, before->sign, err) : 0;
}

static void
begin_period(struct ent_key_history *h, const struct ent_card *c, int64_t from)
{
	struct ent_key_period *p = &h->period[h->n++];

	*p = (struct ent_key_period){ .from = from, .until = INT64_MAX };
	memcpy(p->sign, c->sign, ENT_PUB);
	memcpy(p->ledger, c->ledger, ENT_PUB);
	memcpy(p->witness, c->witness, ENT_PUB);
}

/* One card more.  Where the keys are the same, what changed is an address: the period goes on.
 */
static int
add_card(struct ent_arena *a, const struct ent_card *before, const struct ent_card *c,
         struct ent_key_history *h, struct ent_err *err)
{
	struct ent_key_period *p = &h->period[h->n - 1];
	int64_t revoked;
	int rc = revoked_from(c, &revoked, err);

	if (rc == 0)
		rc = follows(a, before, c, revoked, err);
	if (rc)
		return rc;
	if (memcmp(c->sign, before->sign, ENT_PUB) == 0) {
		if (memcmp(c->ledger, before->ledger, ENT_PUB) != 0 ||
		    memcmp(c->witness, before->witness, ENT_PUB) != 0)
			return ent_fail(err, ENT_ESIG,
			                "its keys changed, but not the signing key");
		return 0;
	}
	p->until = revoked < c->at ? revoked : c->at;
	p->revoked = revoked != INT64_MAX;
	begin_period(h, c, c->at);
	return 0;
}

int
ent_cards_read(struct ent_arena *a, const struct ent_str *cards, size_t n,
               struct ent_card *last, struct ent_key_history *out, struct ent_err *err)
{
	struct ent_card before;
	int rc;

	out->n = 0;
	if (n == 0 || n > ENT_CARDS_MAX)
		return ent_fail(err, ENT_ELIMIT, "%zu cards: 1 to %d are read", n,
		                ENT_CARDS_MAX);
	rc = ent_card_read(a, cards[0], last, err);
	if (rc)
		return rc;
	/* before the first card nobody knew the key; its clock may have been behind */
	begin_period(out, last, INT64_MIN);
	for (size_t i = 1; i < n; i++) {
		before = *last;
		rc = ent_card_read(a, cards[i], last, err);
		if (rc == 0)
			rc = add_card(a, &before, last, out, err);
		if (rc)
			return ent_within(err, rc, "card %zu of %zu", i + 1, n);
	}
	return 0;
}

const struct ent_key_period *
ent_keys_at(const struct ent_key_history *h, int64_t at)
{
	for (size_t i = 0; i < h->n; i++)
		if (at >= h->period[i].from && at < h->period[i].until)
			return &h->period[i];
	return NULL;
}

bool
ent_sign_key_was(const struct ent_key_history *h, const uint8_t key[ENT_PUB], int64_t at)
{
	const struct ent_key_period *p = ent_keys_at(h, at);

	return p && memcmp(p->sign, key, ENT_PUB) == 0;
}

/* Why no key that was good then made any of its signatures. */
static int
outside(const struct ent_envelope *e, const struct ent_key_history *h, int64_t at,
        struct ent_err *err)
{
	char keyid[ENT_KEYID_TEXT], when[ENT_TIME_TEXT];

	for (size_t i = 0; i < h->n; i++) {
		(void)ent_keyid(h->period[i].sign, keyid);
		for (size_t k = 0; k < e->signatures; k++)
			if (ent_str_is(e->sig[k].keyid, keyid))
				return ent_fail(err, ENT_ESIG,
				                "key %s was used outside its period: it was "
				                "not good at %s%s",
				                keyid, ent_time_text(at, 3, when),
				                h->period[i].revoked ? ", for it was revoked"
				                                     : "");
	}
	return ent_fail(err, ENT_ESIG, "signed with a key that was never this party's");
}

int
ent_envelope_open_at(struct ent_arena *a, struct ent_envelope *e, enum ent_envelope_type type,
                     const char *kind, const struct ent_key_history *h, struct ent_err *err)
{
	const struct ent_key_period *p;
	const struct ent_json *body;
	char keyid[ENT_KEYID_TEXT];
	int64_t at;
	int rc = ent_json_parse(a, e->body, ENT_ENVELOPE_DEPTH, &body, err);

	if (rc)
		return ent_within(err, rc, "signed body");
	if (ent_time_parse(ent_json_getstr(body, "at"), &at, NULL))
		return ent_fail(err, ENT_EPARSE, "signed body: \"at\" is missing or malformed");
	p = ent_keys_at(h, at);
	if (!p && h->n == 1)
		p = &h->period[0];
	if (p && h->n > 1) {
		bool good = false;

		(void)ent_keyid(p->sign, keyid);
		for (size_t k = 0; k < e->signatures; k++)
			good |= ent_str_is(e->sig[k].keyid, keyid);
		p = good ? p : NULL;
	}
	return p ? ent_envelope_open(a, e, type, kind, p->sign, err) : outside(e, h, at, err);
}

int
ent_envelope_open_new(struct ent_arena *a, struct ent_envelope *e, enum ent_envelope_type type,
                      const char *kind, const struct ent_key_history *h, struct ent_err *err)
{
	const struct ent_key_period *p;
	int rc = ent_envelope_open_at(a, e, type, kind, h, err);

	if (rc)
		return rc;
	p = ent_keys_at(h, e->at);
	if (!p || !p->revoked)
		return 0;
	return ent_fail(err, ENT_ESIG,
	                "signed with a key that was revoked since, and not known here before: "
	                "whoever has the key may have dated it back");
}

int
ent_cosignature_by(struct ent_str note, struct ent_str name, const struct ent_key_history *h,
                   struct ent_cosignature *out, const uint8_t **pub, struct ent_err *err)
{
	bool outside_period = false;

	for (size_t i = h->n; i-- > 0;) {
		const struct ent_key_period *p = &h->period[i];
		int rc = ent_cosignature_find(note, name, p->witness, out, err);

		if (rc == ENT_ENOENT)
			continue;
		if (rc)
			return rc;
		*pub = p->witness;
		/* a cosignature's time is in whole seconds */
		if (out->time < INT64_MAX / 1000000 - 1 &&
		    (p->from == INT64_MIN || (out->time + 1) * 1000000 > p->from) &&
		    out->time * 1000000 < p->until)
			return 0;
		outside_period = true;
	}
	return outside_period
	           ? ent_fail(err, ENT_ESIG, "cosigned by %.*s with a key outside its period",
	                      ENT_FMT(name))
	           : ent_fail(err, ENT_ENOENT, "not cosigned by %.*s", ENT_FMT(name));
}

int
ent_checkpoint_by(struct ent_str note, const struct ent_key_history *h, int64_t seconds,
                  struct ent_checkpoint *out, struct ent_err *err)
{
	int rc = ENT_ESIG;

	for (size_t i = h->n; i-- > 0;) {
		rc = ent_checkpoint_open(note, h->period[i].ledger, out, err);
		if (rc)
			continue;
		if (seconds < h->period[i].until / 1000000)
			return 0;
		return ent_fail(err, ENT_ESIG, "signed with a ledger key outside its period");
	}
	return rc;
}
