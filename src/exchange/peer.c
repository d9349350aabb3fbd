/* SPDX-License-Identifier: Apache-2.0 */
/*
 * peer.c - counterparts and their enrolment.
 */
#include "exchange/peer.h"

#include <entente/stix.h>

#include "base/enc.h"
#include "crypto/random.h"
#include "exchange/agreement.h"
#include "exchange/audit.h"
#include "exchange/book.h"
#include "exchange/exchange_int.h"
#include "exchange/holdings.h"
#include "exchange/words.h"
#include "taxii/client.h"
#include "json/write.h"

#define SAS_ROUNDS 65536
#define PEERS_MAX  1000

static const char *const state_names[] = { "unconfirmed", "confirmed", "keys changed",
	                                   "stopped" };

const char *
ent_peer_state_name(enum ent_peer_state s)
{
	return state_names[s];
}

/* A list of older cards with the present one behind them. */
static int
all_cards(struct ent_arena *a, const struct ent_json *before, const struct ent_json *present,
          struct ent_str **cards, size_t *n, struct ent_err *err)
{
	*n = ent_json_count(before);
	*cards = ent_arena_array(a, *n + 1, sizeof(**cards));
	if (!*cards)
		return ent_x_nomem(err);
	for (size_t i = 0; i < *n; i++)
		(*cards)[i] = ent_json_raw(ent_json_at(before, i));
	(*cards)[(*n)++] = ent_json_raw(present);
	return 0;
}

/* A stored peer record: {"name","url","added","confirmed"?,"card","before"?,"state"?}; state is
 * there while a person is to decide about another card. */
static int
peer_read(struct ent_arena *a, struct ent_doc d, struct ent_peer *out, struct ent_err *err)
{
	const struct ent_json *v;
	struct ent_str *cards, state;
	size_t n;
	int rc = ent_json_parse(a, d.value, ENT_JSON_DEPTH, &v, err);

	if (rc == 0)
		rc = all_cards(a, ent_json_getc(v, "before"), ent_json_getc(v, "card"), &cards,
		               &n, err);
	if (rc == 0)
		rc = ent_cards_open(a, cards, n, out, err);
	if (rc == ENT_ENOMEM)
		return rc;
	if (rc)
		return ent_fail(err, ENT_ECORRUPT, "the stored record of peer %.*s is damaged",
		                ENT_FMT(d.key));
	out->name = ent_json_getstr(v, "name");
	out->url = ent_json_getstr(v, "url");
	out->added = ent_json_getstr(v, "added");
	out->confirmed_at = ent_json_getstr(v, "confirmed");
	state = ent_json_getstr(v, "state");
	if (ent_str_is(state, "changed"))
		out->state = ENT_PEER_CHANGED;
	else if (state.p)
		out->state = ENT_PEER_STOPPED;
	else if (out->confirmed_at.p)
		out->state = ENT_PEER_CONFIRMED;
	out->confirmed = out->state == ENT_PEER_CONFIRMED;
	return 0;
}

static int
peer_write(struct ent_exchange *x, struct ent_arena *a, const struct ent_peer *p,
           struct ent_err *err)
{
	struct ent_buf b;
	struct ent_jw w;
	struct ent_str text;

	ent_buf_init(&b, (p->n_before + 2) * ENT_ENVELOPE_MAX);
	ent_jw_init(&w, &b);
	ent_jw_object(&w);
	ent_jw_kstr(&w, "name", p->name);
	ent_jw_kstr(&w, "url", p->url);
	ent_jw_kstr(&w, "added", p->added);
	if (p->confirmed_at.p)
		ent_jw_kstr(&w, "confirmed", p->confirmed_at);
	if (p->state == ENT_PEER_CHANGED || p->state == ENT_PEER_STOPPED)
		ent_jw_kc(&w, "state", p->state == ENT_PEER_CHANGED ? "changed" : "stopped");
	if (p->n_before) {
		ent_jw_key(&w, "before");
		ent_jw_array(&w);
		for (size_t i = 0; i < p->n_before; i++)
			ent_jw_raw(&w, p->before[i]);
		ent_jw_end_array(&w);
	}
	ent_jw_kraw(&w, "card", p->card);
	ent_jw_end_object(&w);
	text = ent_buf_done(&b, a);
	ent_buf_release(&b);
	return text.p ? ent_store_doc_put(x->store, ENT_SPACE_PEER, p->party, text, err)
	              : ent_x_nomem(err);
}

int
ent_peers(struct ent_exchange *x, struct ent_arena *a, struct ent_peer **out, size_t *count,
          struct ent_err *err)
{
	struct ent_doc *docs;
	size_t n;
	int rc = ent_store_docs(x->store, a, ENT_SPACE_PEER, ENT_STR(""),
	                        (struct ent_str){ NULL, 0 }, PEERS_MAX, &docs, &n, err);

	if (rc)
		return rc;
	*out = ent_arena_array(a, n, sizeof(**out));
	if (!*out)
		return ent_x_nomem(err);
	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = peer_read(a, docs[i], &(*out)[i], err);
	*count = n;
	return rc;
}

static bool
same_name(struct ent_str a, struct ent_str b)
{
	char low[256];

	if (b.n >= sizeof(low))
		return false;
	memcpy(low, b.p, b.n);
	low[b.n] = '\0';
	return ent_str_caseis(a, low);
}

int
ent_peer_get(struct ent_exchange *x, struct ent_arena *a, struct ent_str party,
             struct ent_peer *out, struct ent_err *err)
{
	struct ent_doc d = { .key = party };
	int rc = ent_store_doc_get(x->store, a, ENT_SPACE_PEER, party, &d.value, err);

	if (rc == ENT_ENOENT)
		return ent_fail(err, rc, "%.*s is not enrolled here", ENT_FMT(party));
	return rc ? rc : peer_read(a, d, out, err);
}

int
ent_peer_by_host(struct ent_exchange *x, struct ent_arena *a, struct ent_str host,
                 struct ent_peer *out, struct ent_err *err)
{
	struct ent_peer *all;
	size_t n;
	int rc = ent_peers(x, a, &all, &n, err);

	for (size_t i = 0; rc == 0 && i < n; i++)
		if (ent_str_eq(all[i].host, host)) {
			*out = all[i];
			return 0;
		}
	return rc ? rc : ent_fail(err, ENT_ENOENT, "no peer has the host %.*s", ENT_FMT(host));
}

int
ent_peer_find(struct ent_exchange *x, struct ent_arena *a, struct ent_str who,
              struct ent_peer *out, struct ent_err *err)
{
	struct ent_peer *all;
	size_t n, hits = 0;
	int rc = ent_peers(x, a, &all, &n, err);

	if (rc)
		return rc;
	for (size_t i = 0; i < n; i++) {
		if (!ent_str_eq(all[i].party, who) && !ent_str_eq(all[i].host, who) &&
		    !same_name(all[i].name, who))
			continue;
		*out = all[i];
		hits++;
	}
	if (hits == 0)
		return ent_fail(
		    err, ENT_ENOENT,
		    "no peer \"%.*s\": `entente peer list` shows those that are known",
		    ENT_FMT(who));
	if (hits > 1)
		return ent_fail(err, ENT_EINVAL,
		                "%zu peers are called \"%.*s\": name one by its id", hits,
		                ENT_FMT(who));
	return 0;
}

int
ent_peer_by_pin(struct ent_exchange *x, struct ent_arena *a, const uint8_t pin[32],
                struct ent_str *party, struct ent_str *host)
{
	struct ent_str text;
	char hex[65];
	int rc;

	ent_hex(pin, 32, hex);
	rc = ent_store_doc_get(x->store, a, ENT_SPACE_PIN, ent_str_c(hex), &text, NULL);
	if (rc)
		return rc;
	if (!ent_str_next(&text, ' ', party) || !text.p)
		return ENT_ECORRUPT;
	*host = text;
	return 0;
}

/* Fetches the card and holds the connection's TLS key against it. */
static int
fetch_card(struct ent_exchange *x, struct ent_arena *a, const char *url, struct ent_peer *out,
           const struct ent_json **cards, struct ent_err *err)
{
	struct ent_answer older;
	struct ent_client_config cc = { .cert_file = x->c.cert_file,
		                        .key_file = x->c.key_file,
		                        .any = true };
	struct ent_taxii_client *c;
	struct ent_answer raw;
	uint8_t pin[32];
	int rc = ent_taxii_open(url, &cc, &c, err);

	if (rc)
		return rc;
	rc = ent_taxii_call(c, a, "GET", "/.well-known/entente", (struct ent_str){ NULL, 0 },
	                    NULL, &raw, err);
	if (rc == 0)
		rc = ent_card_open(a, raw.body, out, err);
	if (rc == 0 && (ent_taxii_pin(c, pin) || !ent_same(pin, out->pin, sizeof(pin))))
		rc = ent_fail(err, ENT_ESIG,
		              "the TLS key of this connection is not the one in the card: "
		              "somebody may sit between");
	/* an older release has no such resource */
	if (rc == 0 && (ent_taxii_call(c, a, "GET", "/.well-known/entente/cards",
	                               (struct ent_str){ NULL, 0 }, NULL, &older, NULL) ||
	                ent_json_parse(a, older.body, ENT_ENVELOPE_DEPTH, cards, NULL)))
		*cards = NULL;
	ent_taxii_close(c);
	return rc ? ent_within(err, rc, "%s", url) : 0;
}

static int
taken(const struct ent_peer *p, const char *what, struct ent_str by, struct ent_err *err)
{
	return ent_fail(
	    err, ENT_ECONFLICT,
	    "the card of %.*s has the %s of %.*s: one of the two is not who it says "
	    "it is, or they were set up from one copy",
	    ENT_FMT(p->name), what, ENT_FMT(by));
}

/*
 * A host begins the origins of its ledgers, a pin says who is calling, a name is what people
 * type: each is one counterpart's alone.
 */
static int
check_unique(struct ent_exchange *x, struct ent_arena *a, const struct ent_peer *p,
             struct ent_err *err)
{
	struct ent_peer *all;
	size_t n;
	int rc = ent_peers(x, a, &all, &n, err);

	if (rc)
		return rc;
	if (n >= PEERS_MAX)
		return ent_fail(err, ENT_ELIMIT, "there are %zu peers: no more", n);
	if (ent_str_starts(p->name, "identity--"))
		return ent_fail(err, ENT_EINVAL,
		                "\"%.*s\" is an identifier, not a name: give another (--name)",
		                ENT_FMT(p->name));
	if (ent_str_is(p->host, x->c.host))
		return taken(p, "host", ENT_STR("this node"), err);
	if (memcmp(p->pin, x->c.pin, sizeof(p->pin)) == 0)
		return taken(p, "TLS key", ENT_STR("this node"), err);
	for (size_t i = 0; i < n; i++) {
		if (ent_str_eq(all[i].party, p->party))
			continue;
		if (ent_str_eq(all[i].host, p->host))
			return taken(p, "host", all[i].name, err);
		if (memcmp(all[i].pin, p->pin, sizeof(p->pin)) == 0)
			return taken(p, "TLS key", all[i].name, err);
		if (same_name(all[i].name, p->name) || ent_str_eq(all[i].host, p->name) ||
		    same_name(all[i].name, p->host))
			return ent_fail(err, ENT_ECONFLICT,
			                "a peer is known as \"%.*s\" already: give this one "
			                "another name (--name)",
			                ENT_FMT(all[i].name));
	}
	return 0;
}

/* Keeps a verified card as an unconfirmed peer. */
static int
add_peer(struct ent_exchange *x, struct ent_arena *a, struct ent_peer *p, struct ent_err *err)
{
	struct ent_peer old;
	int rc = ent_peer_get(x, a, p->party, &old, NULL);

	if (rc == 0 && old.confirmed_at.p && memcmp(old.card_sha256, p->card_sha256, 32) != 0)
		return ent_fail(err, ENT_ECONFLICT,
		                "%.*s is confirmed with another card: its keys or addresses "
		                "changed. Ask them by another road; then `entente peer remove` "
		                "and enrol again",
		                ENT_FMT(old.name));
	if (rc == 0 && old.confirmed)
		return ent_fail(err, ENT_EEXIST,
		                "%.*s is confirmed already, with the same card",
		                ENT_FMT(old.name));
	if (rc && rc != ENT_ENOENT)
		return ent_fail(err, rc, "the list of peers can't be read");
	rc = check_unique(x, a, p, err);
	if (rc == 0)
		rc = peer_write(x, a, p, err);
	if (rc)
		return rc;
	return ent_audit_note(x, a, "peer-add",
	                      ent_arena_printf(a, "{\"peer\":\"%.*s\"}", ENT_FMT(p->party)),
	                      err);
}

/* What a card and the words of the command make of a peer, kept. */
static int
keep_card(struct ent_exchange *x, struct ent_arena *a, const char *url, const char *name,
          struct ent_peer *out, struct ent_err *err)
{
	int rc;

	if (ent_str_is(out->party, x->c.party))
		return ent_fail(err, ENT_EINVAL, "that is the card of this node itself");
	out->url = ent_str_c(url);
	out->added = ent_x_at(x, a);
	if (name)
		out->name = ent_str_c(name);
	rc = ent_x_begin(x, err);
	return rc ? rc : ent_x_end(x, add_peer(x, a, out, err), err);
}

int
ent_peer_add_card(struct ent_exchange *x, struct ent_arena *a, struct ent_str card,
                  const char *url, const char *name, struct ent_peer *out, struct ent_err *err)
{
	int rc = ent_card_open(a, card, out, err);

	return rc ? rc : keep_card(x, a, url, name, out, err);
}

int
ent_peer_add(struct ent_exchange *x, struct ent_arena *a, const char *url, const char *name,
             struct ent_peer *out, struct ent_err *err)
{
	const struct ent_json *cards = NULL;
	struct ent_peer old;
	int rc = fetch_card(x, a, url, out, &cards, err);

	/* one that is known shows how its card follows the one that was confirmed */
	if (rc == 0 && cards && ent_peer_get(x, a, out->party, &old, NULL) == 0 &&
	    old.confirmed_at.p && memcmp(old.card_sha256, out->card_sha256, 32) != 0) {
		rc = ent_peer_cards(x, a, out->party, cards, err);
		if (rc != ENT_ESTATE && rc != 0)
			return rc;
		rc = ent_peer_get(x, a, out->party, out, err);
		if (rc == 0 && out->state == ENT_PEER_CHANGED)
			return 0;
		if (rc == 0 && out->confirmed)
			return 0;
	}
	return rc ? rc : keep_card(x, a, url, name, out, err);
}

int
ent_peer_code(struct ent_exchange *x, struct ent_arena *a, const struct ent_peer *p,
              char out[ENT_SAS_TEXT], struct ent_err *err)
{
	uint8_t h0[64], h[64];
	struct ent_str parts[3], own;
	struct ent_peer self;
	bool first;
	int rc = ent_exchange_card(x, a, &own, err);

	if (rc == 0)
		rc = ent_card_open(a, own, &self, err);
	if (rc)
		return rc;
	first = memcmp(self.card_sha256, p->card_sha256, 32) < 0;
	parts[0] = ENT_STR("entente-sas-1");
	parts[first ? 1 : 2] = (struct ent_str){ (const char *)self.card_sha256, 32 };
	parts[first ? 2 : 1] = (struct ent_str){ (const char *)p->card_sha256, 32 };
	ent_sha512_parts(parts, 3, h0);
	memcpy(h, h0, sizeof(h));
	for (int i = 0; i < SAS_ROUNDS; i++) {
		struct ent_str step[2] = { { (const char *)h, 64 }, { (const char *)h0, 64 } };
		uint8_t next[64];

		ent_sha512_parts(step, 2, next);
		memcpy(h, next, sizeof(h));
	}
	for (int g = 0; g < 8; g++) {
		uint64_t v = 0;

		for (int i = 0; i < 5; i++)
			v = v << 8 | h[g * 5 + i];
		(void)snprintf(out + g * 6, (size_t)(ENT_SAS_TEXT - g * 6), "%05u%s",
		               (unsigned)(v % 100000), g < 7 ? " " : "");
	}
	return 0;
}

/* The digits of a code without its blanks. */
static bool
same_digits(const char *digits, const char *code)
{
	for (; *code; code++)
		if (*code != ' ' && *code != *digits++)
			return false;
	return *digits == '\0';
}

/* What a confirmation sets in motion: the pin counts, and the counterpart's identity is a
 * holding. */
static int
admit(struct ent_exchange *x, struct ent_arena *a, struct ent_peer *p, struct ent_err *err)
{
	char hex[65];
	int rc;

	p->confirmed = true;
	p->state = ENT_PEER_CONFIRMED;
	p->confirmed_at = ent_x_at(x, a);
	ent_hex(p->pin, 32, hex);
	rc = peer_write(x, a, p, err);
	if (rc == 0)
		rc = ent_store_doc_put(
		    x->store, ENT_SPACE_PIN, ent_str_c(hex),
		    ent_arena_printf(a, "%.*s %.*s", ENT_FMT(p->party), ENT_FMT(p->host)), err);
	if (rc == 0)
		rc = ent_holdings_put_text(x, a, p->identity, p->party, err);
	if (rc == 0)
		rc = ent_audit_note(
		    x, a, "peer-confirm",
		    ent_arena_printf(a, "{\"peer\":\"%.*s\",\"card\":\"%.*s\"}",
		                     ENT_FMT(p->party),
		                     ENT_FMT(ent_hex_dup(a, p->card_sha256, 32))),
		    err);
	return rc;
}

int
ent_peer_confirm(struct ent_exchange *x, struct ent_arena *a, struct ent_str who,
                 struct ent_str code, struct ent_peer *out, struct ent_err *err)
{
	char expected[ENT_SAS_TEXT], digits[ENT_CODE_DIGITS + 1];
	int rc = ent_peer_find(x, a, who, out, err);

	if (rc == 0 && out->state == ENT_PEER_STOPPED)
		rc = ent_fail(err, ENT_ESTATE,
		              "%.*s showed a card that does not follow the one that you "
		              "confirmed: ask them by another road; then `entente peer remove` "
		              "and enrol again",
		              ENT_FMT(out->name));
	if (rc == 0)
		rc = ent_peer_code(x, a, out, expected, err);
	if (rc == 0)
		rc = ent_code_read(code, digits, err);
	if (rc)
		return rc;
	if (!same_digits(digits, expected))
		return ent_fail(err, ENT_ESIG,
		                "that is not the code of %.*s: compare all of it by voice; "
		                "if they differ, somebody sits between you",
		                ENT_FMT(out->name));
	rc = ent_x_begin(x, err);
	if (rc == 0)
		rc = ent_x_end(x, admit(x, a, out, err), err);
	return rc;
}

/* ---- a counterpart's later cards ---- */

/* How far its list is known here: the place behind the card that is held; 0 if it isn't in it.
 */
static size_t
known_upto(struct ent_arena *a, const struct ent_peer *p, const struct ent_json *list)
{
	for (size_t i = ent_json_count(list); i-- > 0;) {
		struct ent_envelope e;

		if (ent_envelope_parse(a, ent_json_raw(ent_json_at(list, i)), &e, NULL) == 0 &&
		    memcmp(e.sha256, p->card_sha256, ENT_SHA256) == 0)
			return i + 1;
	}
	return 0;
}

/* The cards that are held, with the new ones of the list behind them. */
static int
append_cards(struct ent_arena *a, const struct ent_peer *p, const struct ent_json *list,
             size_t from, struct ent_peer *out, struct ent_err *err)
{
	size_t n = ent_json_count(list) - from, held = p->n_before + 1;
	struct ent_str *cards;

	if (from == 0 || held + n > ENT_CARDS_MAX)
		return ent_fail(err, ENT_ESIG, "its present card is not in what it shows");
	cards = ent_arena_array(a, held + n, sizeof(*cards));
	if (!cards)
		return ent_x_nomem(err);
	for (size_t i = 0; i < p->n_before; i++)
		cards[i] = p->before[i];
	cards[held - 1] = p->card;
	for (size_t i = 0; i < n; i++)
		cards[held + i] = ent_json_raw(ent_json_at(list, from + i));
	return ent_cards_open(a, cards, held + n, out, err);
}

/* From here on nothing of the counterpart passes: its certificate is nobody's. */
static int
shut(struct ent_exchange *x, struct ent_arena *a, const struct ent_peer *old,
     struct ent_peer *p, const char *act, struct ent_err *err)
{
	struct ent_str detail =
	    ent_arena_printf(a, "{\"peer\":\"%.*s\",\"card\":\"%.*s\"}", ENT_FMT(p->party),
	                     ENT_FMT(ent_hex_dup(a, p->card_sha256, ENT_SHA256)));
	char hex[65];
	int rc = detail.p ? ent_x_begin(x, err) : ent_x_nomem(err);

	if (rc)
		return rc;
	ent_hex(old->pin, 32, hex);
	rc = peer_write(x, a, p, err);
	if (rc == 0)
		rc = ent_store_doc_del(x->store, ENT_SPACE_PIN, ent_str_c(hex), err);
	if (rc == 0)
		rc = ent_audit_note(x, a, act, detail, err);
	rc = ent_x_end(x, rc, err);
	ent_log_about(x->c.log, ENT_LOG_ERROR, p->party, ENT_STR(""), "alarm: %s",
	              p->state == ENT_PEER_CHANGED
	                  ? "its keys changed: nothing passes until a person confirms them"
	                  : "it shows a card that does not follow the one that was confirmed");
	return rc;
}

static int
new_cards(struct ent_exchange *x, struct ent_arena *a, const struct ent_peer *old,
          const struct ent_json *list, size_t from, struct ent_err *err)
{
	struct ent_err why = { 0 };
	struct ent_peer p;
	int rc = append_cards(a, old, list, from, &p, &why);

	if (rc == ENT_ENOMEM)
		return ent_x_nomem(err);
	if (rc) {
		p = *old;
		p.state = ENT_PEER_STOPPED;
		rc = shut(x, a, old, &p, "peer-stopped", err);
		return rc ? rc
		          : ent_fail(err, ENT_ESTATE,
		                     "%.*s shows a card that does not follow the one that was "
		                     "confirmed (%s): nothing passes any more.  Ask them by "
		                     "another road; then `entente peer remove` and enrol again",
		                     ENT_FMT(old->name), why.msg);
	}
	p.name = old->name;
	p.url = ent_str_eq(old->url, p.url) || old->url.n == 0 ? old->url : p.url;
	p.added = old->added;
	p.confirmed_at = old->confirmed_at;
	p.state = old->state;
	if (old->confirmed && memcmp(old->sign_pub, p.sign_pub, ENT_PUB) == 0 &&
	    memcmp(old->pin, p.pin, sizeof(p.pin)) == 0) { /* another address */
		rc = ent_x_begin(x, err);
		return rc ? rc : ent_x_end(x, peer_write(x, a, &p, err), err);
	}
	if (old->state != ENT_PEER_UNCONFIRMED)
		p.state = ENT_PEER_CHANGED;
	rc = shut(x, a, old, &p, "peer-changed", err);
	return rc ? rc
	          : ent_fail(err, ENT_ESTATE,
	                     "the keys of %.*s changed, by right: nothing passes until "
	                     "somebody here has compared the new code with them and given it "
	                     "with `entente peer confirm`",
	                     ENT_FMT(p.name));
}

int
ent_peer_cards(struct ent_exchange *x, struct ent_arena *a, struct ent_str party,
               const struct ent_json *list, struct ent_err *err)
{
	size_t n = ent_json_count(list), from;
	struct ent_card last;
	struct ent_peer old;
	int rc;

	/* none: a counterpart of an older release; another's: nothing that it could say */
	if (n == 0 || ent_card_read(a, ent_json_raw(ent_json_at(list, n - 1)), &last, NULL) ||
	    !ent_str_eq(last.party, party))
		return 0;
	rc = ent_peer_get(x, a, party, &old, err);
	if (rc)
		return rc;
	from = known_upto(a, &old, list);
	return from == n ? 0 : new_cards(x, a, &old, list, from, err);
}

/* An agreement with a peer that still runs. */
struct bound {
	const struct ent_peer *p;
	struct ent_err *err;
};

static int
see_bound(void *self, struct ent_str id, const struct ent_agreement *g,
          const struct ent_err *why)
{
	struct bound *b = self;

	if (!g)
		return ent_fail(b->err, ENT_ESTATE,
		                "agreement %.*s can't be read, so whether it runs isn't known "
		                "(%s): use --force",
		                ENT_FMT(id), why->msg);
	if (ent_agreement_party(g, b->p->party) < 0 || g->state == ENT_TERMINATED ||
	    g->state == ENT_EXPIRED)
		return 0;
	return ent_fail(b->err, ENT_ESTATE,
	                "%.*s is a party of agreement %.*s (%s): without its keys nothing of "
	                "it could be verified any more.  Terminate that first, or use --force",
	                ENT_FMT(b->p->name), ENT_FMT(id), ent_state_name(g->state));
}

static int
check_unbound(struct ent_exchange *x, const struct ent_peer *p, struct ent_err *err)
{
	struct bound b = { p, err };

	return ent_agreement_each(x, see_bound, &b, err);
}

int
ent_peer_remove(struct ent_exchange *x, struct ent_arena *a, struct ent_str who, bool force,
                struct ent_err *err)
{
	struct ent_peer p;
	char hex[65];
	int rc = ent_peer_find(x, a, who, &p, err);

	if (rc == 0 && !force)
		rc = check_unbound(x, &p, err);
	if (rc == 0)
		rc = ent_x_begin(x, err);
	if (rc)
		return rc;
	ent_hex(p.pin, 32, hex);
	rc = ent_store_doc_del(x->store, ENT_SPACE_PEER, p.party, err);
	if (rc == 0 && p.confirmed_at.p)
		rc = ent_store_doc_del(x->store, ENT_SPACE_PIN, ent_str_c(hex), err);
	if (rc == 0)
		rc = ent_audit_note(
		    x, a, "peer-remove",
		    ent_arena_printf(a, "{\"peer\":\"%.*s\"}", ENT_FMT(p.party)), err);
	return ent_x_end(x, rc, err);
}
