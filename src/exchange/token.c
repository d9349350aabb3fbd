/* SPDX-License-Identifier: Apache-2.0 */
/*
 * token.c - bearer tokens and client certificates of local users.
 */
#include "exchange/token.h"

#include "base/enc.h"
#include "crypto/hash.h"
#include "crypto/random.h"
#include "exchange/audit.h"
#include "exchange/book.h"
#include "exchange/exchange_int.h"
#include "exchange/peer.h"
#include "json/write.h"

#define START      "ent_"
#define TEXT_BYTES (sizeof(START) - 1 + 64)
#define LABEL_MAX  200
#define DAY_US     (INT64_C(86400) * 1000000)

static int
read_token(struct ent_arena *a, const struct ent_doc *d, struct ent_token *out,
           struct ent_err *err)
{
	const struct ent_json *v;
	int rc = ent_json_parse(a, d->value, ENT_JSON_DEPTH, &v, err);

	if (rc)
		return rc == ENT_ENOMEM
		           ? rc
		           : ent_fail(err, ENT_ECORRUPT, "the record of token %.8s is damaged",
		                      d->key.p);
	*out = (struct ent_token){ .id = d->key,
		                   .user = ent_json_getstr(v, "user"),
		                   .label = ent_json_getstr(v, "label") };
	(void)ent_json_bool(ent_json_getc(v, "certificate"), &out->certificate);
	(void)ent_json_int(ent_json_getc(v, "created"), &out->created);
	(void)ent_json_int(ent_json_getc(v, "expires"), &out->expires);
	return 0;
}

int
ent_tokens(struct ent_exchange *x, struct ent_arena *a, struct ent_str user,
           struct ent_token **out, size_t *count, struct ent_err *err)
{
	struct ent_doc *docs;
	size_t n;
	int rc = ent_store_docs(x->store, a, ENT_SPACE_TOKEN, ENT_STR(""),
	                        (struct ent_str){ NULL, 0 }, ENT_TOKENS_MAX, &docs, &n, err);

	*count = 0;
	if (rc)
		return rc;
	*out = ent_arena_array(a, n, sizeof(**out));
	if (!*out)
		return ent_x_nomem(err);
	for (size_t i = 0; rc == 0 && i < n; i++) {
		rc = read_token(a, &docs[i], &(*out)[*count], err);
		if (rc == 0 && (!user.p || ent_str_eq(user, (*out)[*count].user)))
			(*count)++;
	}
	return rc;
}

static struct ent_str
record(struct ent_arena *a, const struct ent_token *t)
{
	struct ent_str text;
	struct ent_buf b;
	struct ent_jw w;

	ent_buf_init(&b, 4096);
	ent_jw_init(&w, &b);
	ent_jw_object(&w);
	ent_jw_kstr(&w, "user", t->user);
	if (t->label.n)
		ent_jw_kstr(&w, "label", t->label);
	if (t->certificate)
		ent_jw_kbool(&w, "certificate", true);
	ent_jw_kint(&w, "created", t->created);
	ent_jw_kint(&w, "expires", t->expires);
	ent_jw_end_object(&w);
	text = ent_buf_done(&b, a);
	ent_buf_release(&b);
	return text;
}

static int
note(struct ent_exchange *x, struct ent_arena *a, const char *act, const struct ent_token *t,
     struct ent_err *err)
{
	return ent_audit_note(
	    x, a, act,
	    ent_arena_printf(a, "{\"user\":\"%.*s\",\"%s\":\"%.8s\"}", ENT_FMT(t->user),
	                     t->certificate ? "certificate" : "token", t->id.p),
	    err);
}

static int
add(struct ent_exchange *x, struct ent_arena *a, const struct ent_token *t, struct ent_err *err)
{
	struct ent_str text = record(a, t), none = { NULL, 0 };
	struct ent_token *all;
	struct ent_user u;
	size_t n;
	int rc = text.p ? ent_user_get(x, a, t->user, &u, err) : ent_x_nomem(err);

	if (rc == 0)
		rc = ent_tokens(x, a, none, &all, &n, err);
	if (rc == 0 && n >= ENT_TOKENS_MAX)
		rc = ent_fail(err, ENT_ELIMIT, "there are %zu tokens: revoke some first", n);
	if (rc == 0)
		rc = ent_store_doc_put(x->store, ENT_SPACE_TOKEN, t->id, text, err);
	return rc ? rc : note(x, a, t->certificate ? "certificate-add" : "token-add", t, err);
}

int
ent_token_add(struct ent_exchange *x, struct ent_arena *a, struct ent_str user,
              struct ent_str label, int64_t days, struct ent_str *text, struct ent_err *err)
{
	uint8_t secret[32];
	char hex[65];
	struct ent_token t = { .user = user, .label = label, .created = ent_x_now(x) };
	int rc;

	if (label.n > LABEL_MAX)
		return ent_fail(err, ENT_EINVAL, "a label has at most %d bytes", LABEL_MAX);
	t.expires = days ? t.created + days * DAY_US : 0;
	ent_random(secret, sizeof(secret));
	ent_hex(secret, sizeof(secret), hex);
	*text = ent_arena_printf(a, START "%s", hex);
	explicit_bzero(secret, sizeof(secret));
	explicit_bzero(hex, sizeof(hex));
	t.id = text->p ? ent_sha256_hex(a, *text) : *text;
	rc = t.id.p ? ent_x_begin(x, err) : ent_x_nomem(err);
	return rc ? rc : ent_x_end(x, add(x, a, &t, err), err);
}

/* Whose certificate it is already; a token that has the same hash isn't found. */
static int
nobodys(struct ent_exchange *x, struct ent_arena *a, const uint8_t pin[32],
        const struct ent_token *t, struct ent_err *err)
{
	struct ent_str party, host, text;
	int rc = ent_peer_by_pin(x, a, pin, &party, &host);

	if (rc == 0)
		return ent_fail(err, ENT_EEXIST, "the certificate is that of counterpart %.*s",
		                ENT_FMT(party));
	if (rc == ENT_ENOENT)
		rc = ent_store_doc_get(x->store, a, ENT_SPACE_TOKEN, t->id, &text, err);
	if (rc == 0)
		return ent_fail(err, ENT_EEXIST,
		                "a user has this certificate already: `entente user tokens`");
	return rc == ENT_ENOENT ? 0 : rc;
}

int
ent_certificate_add(struct ent_exchange *x, struct ent_arena *a, struct ent_str user,
                    const uint8_t pin[32], struct ent_str label, int64_t days,
                    struct ent_token *t, struct ent_err *err)
{
	char hex[65];
	int rc;

	if (label.n > LABEL_MAX)
		return ent_fail(err, ENT_EINVAL, "a label has at most %d bytes", LABEL_MAX);
	ent_hex(pin, 32, hex);
	*t = (struct ent_token){ .id = ent_arena_dup(a, ent_str_c(hex)),
		                 .certificate = true,
		                 .user = user,
		                 .label = label,
		                 .created = ent_x_now(x) };
	t->expires = days ? t->created + days * DAY_US : 0;
	rc = t->id.p ? ent_x_begin(x, err) : ent_x_nomem(err);
	if (rc)
		return rc;
	rc = nobodys(x, a, pin, t, err);
	return ent_x_end(x, rc ? rc : add(x, a, t, err), err);
}

static int
find(struct ent_exchange *x, struct ent_arena *a, struct ent_str id, struct ent_token *out,
     struct ent_err *err)
{
	struct ent_doc *docs;
	size_t n;
	int rc;

	if (id.n < 8)
		return ent_fail(err, ENT_EINVAL,
		                "a token is named by at least the first 8 digits of its id");
	rc = ent_store_docs(x->store, a, ENT_SPACE_TOKEN, id, (struct ent_str){ NULL, 0 }, 2,
	                    &docs, &n, err);
	if (rc)
		return rc;
	if (n == 0)
		return ent_fail(err, ENT_ENOENT, "there is no token %.*s", ENT_FMT(id));
	if (n > 1)
		return ent_fail(err, ENT_EINVAL, "several tokens begin with %.*s", ENT_FMT(id));
	return read_token(a, &docs[0], out, err);
}

static int
revoke(struct ent_exchange *x, struct ent_arena *a, struct ent_str id, struct ent_token *out,
       struct ent_err *err)
{
	int rc = find(x, a, id, out, err);

	if (rc == 0)
		rc = ent_store_doc_del(x->store, ENT_SPACE_TOKEN, out->id, err);
	return rc ? rc
	          : note(x, a, out->certificate ? "certificate-revoke" : "token-revoke", out,
	                 err);
}

int
ent_token_revoke(struct ent_exchange *x, struct ent_arena *a, struct ent_str id,
                 struct ent_token *out, struct ent_err *err)
{
	int rc = ent_x_begin(x, err);

	return rc ? rc : ent_x_end(x, revoke(x, a, id, out, err), err);
}

int
ent_tokens_forget(struct ent_exchange *x, struct ent_arena *a, struct ent_str user,
                  struct ent_err *err)
{
	struct ent_token *t;
	size_t n = 0;
	int rc = ent_tokens(x, a, user, &t, &n, err);

	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = ent_store_doc_del(x->store, ENT_SPACE_TOKEN, t[i].id, err);
	return rc;
}

/* Whose it is, if it is of that kind and its time isn't over; ENT_ENOENT: nobody's. */
static int
whose(struct ent_exchange *x, struct ent_arena *a, struct ent_str id, bool certificate,
      struct ent_user *out, struct ent_err *err)
{
	struct ent_doc d = { .key = id };
	struct ent_token t = { 0 };
	int rc = id.p ? ent_store_doc_get(x->store, a, ENT_SPACE_TOKEN, id, &d.value, err)
	              : ent_x_nomem(err);

	if (rc == 0)
		rc = read_token(a, &d, &t, err);
	if (rc == 0 && t.certificate != certificate)
		rc = ENT_ENOENT;
	if (rc == 0 && t.expires && t.expires <= ent_x_now(x))
		return ent_fail(err, ENT_EAUTH, "the %s has expired",
		                certificate ? "certificate's right" : "token");
	return rc ? rc : ent_user_get(x, a, t.user, out, err);
}

/* The hash is looked up, not compared: how long that takes says nothing about a token of 256
 * random bits. */
int
ent_token_login(struct ent_exchange *x, struct ent_arena *a, struct ent_str text,
                struct ent_user *out, struct ent_err *err)
{
	int rc = text.n == TEXT_BYTES && ent_str_starts(text, START)
	             ? whose(x, a, ent_sha256_hex(a, text), false, out, err)
	             : ENT_ENOENT;

	return rc == ENT_ENOENT ? ent_fail(err, ENT_EAUTH, "unknown token") : rc;
}

int
ent_certificate_login(struct ent_exchange *x, struct ent_arena *a, const uint8_t pin[32],
                      struct ent_user *out, struct ent_err *err)
{
	char hex[65];
	int rc;

	ent_hex(pin, 32, hex);
	rc = whose(x, a, ent_str_c(hex), true, out, err);
	return rc == ENT_ENOENT ? ent_fail(err, ENT_EAUTH,
	                                   "the certificate is neither that of a confirmed "
	                                   "counterpart nor of a local user: was its key "
	                                   "changed, or is it not known here?")
	                        : rc;
}
