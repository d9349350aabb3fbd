/* SPDX-License-Identifier: Apache-2.0 */
/*
 * invite.c - invitations: made, read, accepted, answered.
 */
#include "exchange/invite.h"

#include <inttypes.h>

#include "base/enc.h"
#include "crypto/random.h"
#include "exchange/audit.h"
#include "exchange/exchange_int.h"
#include "taxii/client.h"
#include "json/write.h"

#define BEGIN_LINE "-----BEGIN ENTENTE INVITATION-----"
#define END_LINE   "-----END ENTENTE INVITATION-----"
#define LINE       64
#define TOKEN      16
#define DAY_US     (INT64_C(86400) * 1000000)
/* Their clock may be ahead of ours by so much. */
#define AHEAD_US DAY_US
#define PATH     "/entente/v1/enrolment"

/* ---- those that are open ---- */

static struct ent_str
token_key(struct ent_arena *a, struct ent_str token)
{
	return ent_sha256_hex(a, token);
}

struct sweep {
	struct ent_exchange *x;
	int64_t now;
	size_t open, n_gone;
	struct ent_arena *a;
	struct ent_str gone[ENT_INVITES_MAX];
};

static int
see_open(void *self, struct ent_doc d, struct ent_err *err)
{
	struct sweep *s = self;
	int64_t expires = 0;

	if (ent_time_parse(d.value, &expires, NULL) == 0 && expires > s->now) {
		s->open++;
		return 0;
	}
	if (s->n_gone == ENT_INVITES_MAX)
		return 0;
	s->gone[s->n_gone] = ent_arena_dup(s->a, d.key);
	return s->gone[s->n_gone++].p ? 0 : ent_x_nomem(err);
}

static int
sweep(struct ent_exchange *x, struct ent_arena *a, struct sweep *s, struct ent_err *err)
{
	struct ent_str none = { NULL, 0 };

	*s = (struct sweep){ .x = x, .now = ent_x_now(x), .a = a };
	return ent_x_docs_each(x, ENT_SPACE_INVITE, ENT_STR(""), none, see_open, s, err);
}

int
ent_invitations_open(struct ent_exchange *x, struct ent_arena *a, size_t *n,
                     struct ent_err *err)
{
	struct sweep *s = ent_arena_alloc(a, sizeof(*s));
	int rc = s ? sweep(x, a, s, err) : ent_x_nomem(err);

	*n = rc ? 0 : s->open;
	return rc;
}

/* Keeps that it is open, and drops those that have expired. */
static int
keep_open(struct ent_exchange *x, struct ent_arena *a, const struct ent_invitation *in,
          struct ent_err *err)
{
	struct sweep *s = ent_arena_alloc(a, sizeof(*s));
	struct ent_str key = token_key(a, in->token), until = ent_time_dup(a, in->expires, 3);
	int rc = s && key.p && until.p ? sweep(x, a, s, err) : ent_x_nomem(err);

	for (size_t i = 0; rc == 0 && i < s->n_gone; i++)
		rc = ent_store_doc_del(x->store, ENT_SPACE_INVITE, s->gone[i], err);
	if (rc == 0 && s->open >= ENT_INVITES_MAX)
		rc = ent_fail(err, ENT_ELIMIT,
		              "%zu invitations are open: no more until some of them expire",
		              s->open);
	if (rc == 0)
		rc = ent_store_doc_put(x->store, ENT_SPACE_INVITE, key, until, err);
	if (rc)
		return rc;
	return ent_audit_note(x, a, "peer-invite",
	                      ent_arena_printf(a, "{\"token\":\"%.*s\",\"expires\":\"%.*s\"}",
	                                       ENT_FMT(key), ENT_FMT(until)),
	                      err);
}

/* ---- making one ---- */

static struct ent_str
body_of(const struct ent_exchange *x, struct ent_arena *a, const struct ent_invitation *in)
{
	struct ent_buf b;
	struct ent_jw w;
	struct ent_str out;

	ent_buf_init(&b, ENT_INVITE_BYTES);
	ent_jw_init(&w, &b);
	ent_jw_object(&w);
	ent_jw_kint(&w, "v", 1);
	ent_jw_kc(&w, "kind", "invitation");
	ent_jw_kc(&w, "by", x->c.party);
	ent_jw_kstr(&w, "at", ent_time_dup(a, in->at, 3));
	ent_jw_kstr(&w, "expires", ent_time_dup(a, in->expires, 3));
	ent_jw_kstr(&w, "token", in->token);
	if (in->invited.p)
		ent_jw_kstr(&w, "for", in->invited);
	if (in->answers.p)
		ent_jw_kstr(&w, "answers", in->answers);
	ent_jw_kstr(&w, "card", in->card);
	ent_jw_end_object(&w);
	out = ent_buf_done(&b, a);
	ent_buf_release(&b);
	return out;
}

/* As text that goes through mail. */
static struct ent_str
armour(const struct ent_exchange *x, struct ent_arena *a, const struct ent_invitation *in,
       struct ent_str envelope)
{
	struct ent_str b64 = ent_b64_dup(a, (const uint8_t *)envelope.p, envelope.n), out;
	struct ent_buf b;

	if (!b64.p)
		return b64;
	ent_buf_init(&b, ENT_INVITE_BYTES);
	ent_buf_printf(&b,
	               "Invitation to exchange with %s, valid until %.*s.\n"
	               "On your node: entente peer accept THIS-FILE\n\n" BEGIN_LINE "\n",
	               x->c.name, ENT_FMT(ent_time_dup(a, in->expires, 0)));
	for (size_t i = 0; i < b64.n; i += LINE) {
		ent_buf_put(&b, b64.p + i, b64.n - i < LINE ? b64.n - i : LINE);
		ent_buf_ch(&b, '\n');
	}
	ent_buf_c(&b, END_LINE "\n");
	out = ent_buf_done(&b, a);
	ent_buf_release(&b);
	return out;
}

int
ent_invite(struct ent_exchange *x, struct ent_arena *a, const struct ent_invite_options *o,
           struct ent_str *text, struct ent_invitation *out, struct ent_err *err)
{
	struct ent_str body, envelope;
	uint8_t token[TOKEN];
	int rc;

	ent_random(token, sizeof(token));
	*out = (struct ent_invitation){ .by = ent_str_c(x->c.party),
		                        .host = ent_str_c(x->c.host),
		                        .name = ent_str_c(x->c.name),
		                        .url = ent_str_c(x->c.url),
		                        .invited = o->invited,
		                        .answers = o->answers,
		                        .token = ent_hex_dup(a, token, sizeof(token)),
		                        .at = ent_x_now(x),
		                        .expires = ent_x_now(x) + o->days * DAY_US };
	rc = out->token.p ? ent_exchange_card(x, a, &out->card, err) : ent_x_nomem(err);
	if (rc)
		return rc;
	body = body_of(x, a, out);
	rc = body.p ? ent_envelope_make(a, ENT_ENV_INVITATION, body,
	                                &x->c.keys->key[ENT_KEY_SIGN], &envelope, NULL, err)
	            : ent_x_nomem(err);
	if (rc)
		return rc;
	*text = armour(x, a, out, envelope);
	rc = text->p ? ent_x_begin(x, err) : ent_x_nomem(err);
	return rc ? rc : ent_x_end(x, keep_open(x, a, out, err), err);
}

/* ---- reading one ---- */

/* The base64 between the two lines, without what mail programs put between. */
static int
unwrap(struct ent_arena *a, struct ent_str text, struct ent_str *envelope, struct ent_err *err)
{
	const char *from = memmem(text.p, text.n, BEGIN_LINE, strlen(BEGIN_LINE)), *to;
	char *b64;
	uint8_t *raw;
	size_t n = 0, got;

	if (!from)
		return ent_fail(err, ENT_EPARSE,
		                "this is no invitation: the line \"" BEGIN_LINE
		                "\" is not in it");
	text = ent_str_from(text, (size_t)(from - text.p) + strlen(BEGIN_LINE));
	to = memmem(text.p, text.n, END_LINE, strlen(END_LINE));
	if (!to)
		return ent_fail(err, ENT_EPARSE,
		                "the invitation is cut short: its last line is missing; have "
		                "it sent again");
	text.n = (size_t)(to - text.p);
	b64 = ent_arena_alloc(a, text.n + 1);
	raw = ent_arena_alloc(a, text.n + 1);
	if (!b64 || !raw)
		return ent_x_nomem(err);
	for (size_t i = 0; i < text.n; i++)
		if (!strchr(" \t\r\n>", text.p[i]) || !text.p[i])
			b64[n++] = text.p[i];
	if (ent_unb64((struct ent_str){ b64, n }, raw, &got))
		return ent_fail(err, ENT_EPARSE,
		                "the invitation was damaged on the way: have it sent again");
	*envelope = (struct ent_str){ (const char *)raw, got };
	return 0;
}

/* Under the key of the card that it carries; whose that is, the code tells. */
static int
open_it(struct ent_arena *a, struct ent_str text, struct ent_invitation *out,
        const struct ent_json **body, struct ent_err *err)
{
	struct ent_envelope e;
	struct ent_peer p;
	int rc = ent_envelope_parse(a, text, &e, err);

	if (rc == 0)
		rc = ent_json_parse(a, e.body, ENT_ENVELOPE_DEPTH, body, err);
	if (rc == 0)
		rc = ent_card_open(a, ent_json_getstr(*body, "card"), &p, err);
	if (rc == 0)
		rc =
		    ent_envelope_open(a, &e, ENT_ENV_INVITATION, "invitation", p.sign_pub, err);
	if (rc == 0 && !ent_str_eq(e.by, p.party))
		rc = ent_fail(err, ENT_ESIG, "its card is another's");
	if (rc == ENT_ENOMEM)
		return rc;
	if (rc)
		return ent_within(err, rc, "the invitation was changed on the way");
	*body = e.json;
	*out = (struct ent_invitation){ .by = p.party,
		                        .host = p.host,
		                        .name = p.name,
		                        .url = p.url,
		                        .card = p.card,
		                        .at = e.at };
	return 0;
}

static int
check(struct ent_exchange *x, const struct ent_invitation *in, struct ent_err *err)
{
	char date[ENT_TIME_TEXT];

	if (ent_str_is(in->by, x->c.party))
		return ent_fail(err, ENT_EINVAL,
		                "that is an invitation of this node itself: the other one "
		                "accepts it");
	if (in->invited.p && !ent_str_is(in->invited, x->c.party) &&
	    !ent_str_is(in->invited, x->c.host))
		return ent_fail(
		    err, ENT_EDENIED,
		    "the invitation is for %.*s, and this node is %s (%s): ask %.*s "
		    "for another",
		    ENT_FMT(in->invited), x->c.host, x->c.party, ENT_FMT(in->name));
	if (in->at > ent_x_now(x) + AHEAD_US)
		return ent_fail(err, ENT_ESTATE,
		                "the invitation was made at %s, which is to come: is the clock "
		                "of this machine or of theirs wrong?",
		                ent_time_text(in->at, 0, date));
	if (in->expires <= ent_x_now(x))
		return ent_fail(err, ENT_ESTATE,
		                "the invitation expired at %s: ask %.*s for another",
		                ent_time_text(in->expires, 0, date), ENT_FMT(in->name));
	return 0;
}

int
ent_invitation_read(struct ent_exchange *x, struct ent_arena *a, struct ent_str text,
                    struct ent_invitation *out, struct ent_err *err)
{
	const struct ent_json *body;
	struct ent_str envelope;
	uint8_t token[TOKEN];
	int rc = text.n > ENT_INVITE_BYTES
	             ? ent_fail(err, ENT_ELIMIT, "an invitation has at most %u bytes",
	                        ENT_INVITE_BYTES)
	             : unwrap(a, text, &envelope, err);

	if (rc == 0)
		rc = open_it(a, envelope, out, &body, err);
	if (rc)
		return rc;
	out->token = ent_json_getstr(body, "token");
	out->invited = ent_json_getstr(body, "for");
	out->answers = ent_json_getstr(body, "answers");
	if (ent_unhex_lower(out->token, token, TOKEN) ||
	    (out->answers.p && ent_unhex_lower(out->answers, token, TOKEN)) ||
	    ent_time_parse(ent_json_getstr(body, "expires"), &out->expires, NULL))
		return ent_fail(err, ENT_EPARSE,
		                "the invitation has no token or no end: was it made by another "
		                "program?");
	return check(x, out, err);
}

/* ---- accepting one ---- */

static struct ent_str
answer_body(struct ent_arena *a, struct ent_str card, struct ent_str token)
{
	struct ent_buf b;
	struct ent_jw w;
	struct ent_str out;

	ent_buf_init(&b, ENT_INVITE_BYTES);
	ent_jw_init(&w, &b);
	ent_jw_object(&w);
	ent_jw_kstr(&w, "card", card);
	ent_jw_kstr(&w, "token", token);
	ent_jw_end_object(&w);
	out = ent_buf_done(&b, a);
	ent_buf_release(&b);
	return out;
}

/* Leaves our card with the inviter, whose TLS key is known from his. */
static int
deliver(struct ent_exchange *x, struct ent_arena *a, const struct ent_invitation *in,
        const struct ent_peer *p, struct ent_err *err)
{
	struct ent_client_config cc = { .cert_file = x->c.cert_file,
		                        .key_file = x->c.key_file,
		                        .pinned = true };
	struct ent_taxii_client *c = NULL;
	struct ent_str card, body, url = ent_arena_dup(a, in->url);
	struct ent_answer raw;
	int rc = url.p ? ent_exchange_card(x, a, &card, err) : ent_x_nomem(err);

	if (rc == 0 && url.n == 0)
		rc = ent_fail(err, ENT_ENET, "%.*s has no address", ENT_FMT(in->name));
	if (rc)
		return rc;
	memcpy(cc.pin, p->pin, sizeof(cc.pin));
	body = answer_body(a, card, in->token);
	rc = body.p ? ent_taxii_open(url.p, &cc, &c, err) : ent_x_nomem(err);
	if (rc == 0)
		rc = ent_taxii_call(c, a, "POST", PATH, body, "application/json", &raw, err);
	ent_taxii_close(c);
	return rc;
}

/* An answer: the invitation that it answers is not open any more. */
static int
settle(struct ent_exchange *x, struct ent_arena *a, struct ent_str token, bool *ours,
       struct ent_err *err)
{
	struct ent_str key = token_key(a, token), until;
	int rc = key.p ? ent_store_doc_get(x->store, a, ENT_SPACE_INVITE, key, &until, err)
	               : ent_x_nomem(err);

	*ours = rc == 0;
	if (rc == 0)
		rc = ent_store_doc_del(x->store, ENT_SPACE_INVITE, key, err);
	return rc == ENT_ENOENT ? 0 : rc;
}

static int
keep(struct ent_exchange *x, struct ent_arena *a, const struct ent_invitation *in,
     const char *name, struct ent_accepted *out, struct ent_err *err)
{
	struct ent_str url = ent_arena_dup(a, in->url);
	int rc = url.p ? ent_peer_add_card(x, a, in->card, url.p, name, &out->peer, err)
	               : ENT_ENOMEM;

	if (rc == ENT_EEXIST) { /* confirmed, with this card */
		out->already = true;
		rc = ent_peer_get(x, a, in->by, &out->peer, err);
	}
	if (rc == 0 && in->answers.p)
		rc = settle(x, a, in->answers, &out->answer, err);
	return rc;
}

int
ent_invitation_accept(struct ent_exchange *x, struct ent_arena *a,
                      const struct ent_invitation *in, const char *name,
                      struct ent_accepted *out, struct ent_err *err)
{
	int rc = ent_x_begin(x, err);

	*out = (struct ent_accepted){ 0 };
	if (rc == 0)
		rc = ent_x_end(x, keep(x, a, in, name, out, err), err);
	if (rc || out->answer)
		return rc;
	out->delivered = deliver(x, a, in, &out->peer, &out->why) == 0;
	return 0;
}

/* ---- the answer over the network ---- */

static int
take_answer(struct ent_exchange *x, struct ent_arena *a, const struct ent_json *v,
            const uint8_t pin[32], struct ent_err *err)
{
	struct ent_str key = token_key(a, ent_json_getstr(v, "token")), until, url;
	struct ent_peer p;
	int64_t expires = 0;
	int rc = key.p ? ent_store_doc_get(x->store, a, ENT_SPACE_INVITE, key, &until, err)
	               : ent_x_nomem(err);

	if (rc == 0 && (ent_time_parse(until, &expires, NULL) || expires <= ent_x_now(x)))
		rc = ENT_ENOENT;
	if (rc == ENT_ENOENT)
		return ent_fail(err, rc, "no such invitation is open");
	if (rc == 0)
		rc = ent_card_open(a, ent_json_getstr(v, "card"), &p, err);
	if (rc)
		return rc;
	if (!ent_same(pin, p.pin, sizeof(p.pin)))
		return ent_fail(err, ENT_ESIG,
		                "the TLS key of this connection is not the one in the card");
	url = ent_arena_dup(a, p.url);
	rc = url.p ? ent_peer_add_card(x, a, p.card, url.p, NULL, &p, err) : ent_x_nomem(err);
	if (rc == ENT_EEXIST)
		rc = 0;
	return rc ? rc : ent_store_doc_del(x->store, ENT_SPACE_INVITE, key, err);
}

int
ent_invitation_answer(struct ent_exchange *x, struct ent_arena *a, struct ent_str body,
                      const uint8_t pin[32], struct ent_err *err)
{
	const struct ent_json *v;
	int rc = ent_json_parse(a, body, ENT_ENVELOPE_DEPTH, &v, err);

	if (rc == 0)
		rc = ent_x_begin(x, err);
	return rc ? rc : ent_x_end(x, take_answer(x, a, v, pin, err), err);
}
