/* SPDX-License-Identifier: Apache-2.0 */
/*
 * envelope.c - signed bodies.
 */
#include "proof/envelope.h"

#include "base/buf.h"
#include "base/enc.h"
#include "base/time.h"
#include "json/write.h"

static const char *const media[] = {
	[ENT_ENV_CARD] = "application/vnd.entente.card+json",
	[ENT_ENV_AGREEMENT] = "application/vnd.entente.agreement+json",
	[ENT_ENV_STATEMENT] = "application/vnd.entente.statement+json",
	[ENT_ENV_RELEASE] = "application/vnd.entente.release+json",
	[ENT_ENV_RECEIPT] = "application/vnd.entente.receipt+json",
	[ENT_ENV_WITHDRAWAL] = "application/vnd.entente.withdrawal+json",
	[ENT_ENV_OVERLAP] = "application/vnd.entente.overlap+json",
	[ENT_ENV_PACKAGE] = "application/vnd.entente.package+json",
	[ENT_ENV_INVITATION] = "application/vnd.entente.invitation+json",
	[ENT_ENV_DISPATCH] = "application/vnd.entente.dispatch+json",
};

const char *
ent_envelope_media(enum ent_envelope_type type)
{
	return media[type];
}

/* Absent if memory ran out.  The members are in canonical order. */
static struct ent_str
write_envelope(struct ent_arena *a, enum ent_envelope_type type, struct ent_str body,
               struct ent_str keyid, const uint8_t sig[ENT_SIG])
{
	struct ent_str b64 = ent_b64_dup(a, (const uint8_t *)body.p, body.n);
	char sig64[ENT_B64_LEN(ENT_SIG) + 1];

	if (!b64.p)
		return b64;
	ent_b64(sig, ENT_SIG, sig64);
	return ent_arena_printf(a,
	                        "{\"payload\":\"%.*s\",\"payloadType\":\"%s\","
	                        "\"signatures\":[{\"keyid\":\"%.*s\",\"sig\":\"%s\"}]}",
	                        ENT_FMT(b64), media[type], ENT_FMT(keyid), sig64);
}

int
ent_envelope_make(struct ent_arena *a, enum ent_envelope_type type, struct ent_str body,
                  const struct ent_key *key, struct ent_str *envelope,
                  uint8_t sha256[ENT_SHA256], struct ent_err *err)
{
	const struct ent_json *v;
	struct ent_str canon, pae, out;
	char keyid[ENT_KEYID_TEXT];
	uint8_t sig[ENT_SIG];
	int rc = ent_json_parse(a, body, ENT_ENVELOPE_DEPTH, &v, err);

	if (rc)
		return ent_within(err, rc, "body to be signed");
	canon = ent_json_canon(a, v);
	pae = canon.p ? ent_dsse_pae(a, ent_str_c(media[type]), canon) : canon;
	if (!pae.p)
		return ent_fail(err, ENT_ENOMEM, "no memory to sign %zu bytes", body.n);
	ent_sign(key, pae, sig);
	out = write_envelope(a, type, canon, ent_str_c(ent_keyid(key->pub, keyid)), sig);
	if (!out.p)
		return ent_fail(err, ENT_ENOMEM, "no memory to sign %zu bytes", body.n);
	if (out.n > ENT_ENVELOPE_MAX)
		return ent_fail(err, ENT_ELIMIT,
		                "an envelope of %zu bytes is above the limit of %u", out.n,
		                ENT_ENVELOPE_MAX);
	if (sha256)
		ent_sha256(canon, sha256);
	*envelope = out;
	return 0;
}

int
ent_envelope_cosign(struct ent_arena *a, struct ent_str envelope, const struct ent_key *key,
                    struct ent_str *out, struct ent_err *err)
{
	char keyid[ENT_KEYID_TEXT], sig64[ENT_B64_LEN(ENT_SIG) + 1];
	struct ent_envelope e;
	uint8_t sig[ENT_SIG];
	struct ent_str pae;
	int rc = ent_envelope_parse(a, envelope, &e, err);

	if (rc)
		return rc;
	pae = ent_dsse_pae(a, ent_str_c(media[e.type]), e.body);
	if (!pae.p)
		return ent_fail(err, ENT_ENOMEM, "no memory to sign %zu bytes", e.body.n);
	ent_sign(key, pae, sig);
	ent_b64(sig, ENT_SIG, sig64);
	/* the list of signatures ends the envelope */
	*out =
	    ent_arena_printf(a, "%.*s,{\"keyid\":\"%s\",\"sig\":\"%s\"}]}", (int)envelope.n - 2,
	                     envelope.p, ent_keyid(key->pub, keyid), sig64);
	if (!out->p)
		return ent_fail(err, ENT_ENOMEM, "no memory to sign %zu bytes", e.body.n);
	return ent_envelope_parse(a, *out, &e, err);
}

static int
parse_signatures(const struct ent_json *list, struct ent_envelope *out, struct ent_err *err)
{
	size_t n = ent_json_count(list);

	if (!ent_json_is(list, ENT_JSON_ARRAY) || n == 0 || n > ENT_SIGNATURES_MAX)
		return ent_fail(err, ENT_EPARSE, "envelope: it must have 1 to %d signatures",
		                ENT_SIGNATURES_MAX);
	for (size_t i = 0; i < n; i++) {
		const struct ent_json *s = ent_json_at(list, i);
		struct ent_signature *to = &out->sig[i];

		to->keyid = ent_json_getstr(s, "keyid");
		if (to->keyid.n != ENT_KEYID_TEXT - 1 ||
		    ent_unb64_n(ent_json_getstr(s, "sig"), to->sig, ENT_SIG))
			return ent_fail(err, ENT_EPARSE, "envelope: signature %zu is malformed",
			                i + 1);
		for (size_t j = 0; j < i; j++)
			if (ent_str_eq(out->sig[j].keyid, to->keyid))
				return ent_fail(err, ENT_EPARSE,
				                "envelope: two signatures of one key");
	}
	out->signatures = n;
	return 0;
}

int
ent_envelope_parse(struct ent_arena *a, struct ent_str text, struct ent_envelope *out,
                   struct ent_err *err)
{
	const struct ent_json *v;
	struct ent_str payload, type;
	uint8_t *body;
	int rc;

	*out = (struct ent_envelope){ .type = ENT_ENV_TYPES };
	if (text.n > ENT_ENVELOPE_MAX)
		return ent_fail(err, ENT_ELIMIT, "envelope: %zu bytes, above the limit of %u",
		                text.n, ENT_ENVELOPE_MAX);
	rc = ent_json_parse(a, text, ENT_ENVELOPE_DEPTH, &v, err);
	if (rc)
		return ent_within(err, rc, "envelope");
	payload = ent_json_getstr(v, "payload");
	type = ent_json_getstr(v, "payloadType");
	for (int t = 0; t < ENT_ENV_TYPES; t++)
		if (ent_str_is(type, media[t]))
			out->type = (enum ent_envelope_type)t;
	if (out->type == ENT_ENV_TYPES)
		return ent_fail(err, ENT_EPARSE, "envelope: unknown payloadType \"%.*s\"",
		                ENT_FMT(type));
	body = payload.p ? ent_arena_alloc(a, payload.n / 4 * 3 + 3) : NULL;
	if (payload.p && !body)
		return ent_fail(err, ENT_ENOMEM, "envelope: no memory for its payload");
	if (!payload.p || ent_unb64(payload, body, &out->body.n))
		return ent_fail(err, ENT_EPARSE, "envelope: the payload is not base64");
	out->body.p = (const char *)body;
	ent_sha256(out->body, out->sha256);
	return parse_signatures(ent_json_getc(v, "signatures"), out, err);
}

int
ent_envelope_remake(struct ent_arena *a, const struct ent_envelope *e, struct ent_str *text,
                    struct ent_err *err)
{
	const struct ent_signature *s = &e->sig[e->verified];

	*text = write_envelope(a, e->type, e->body, s->keyid, s->sig);
	return text->p ? 0 : ent_fail(err, ENT_ENOMEM, "no memory to write an envelope");
}

static int
verify(struct ent_arena *a, struct ent_envelope *e, const uint8_t pub[ENT_PUB],
       struct ent_err *err)
{
	char keyid[ENT_KEYID_TEXT];
	struct ent_str pae;

	(void)ent_keyid(pub, keyid);
	for (size_t i = 0; i < e->signatures; i++) {
		if (!ent_str_is(e->sig[i].keyid, keyid))
			continue;
		e->verified = i;
		pae = ent_dsse_pae(a, ent_str_c(media[e->type]), e->body);
		if (!pae.p)
			return ent_fail(err, ENT_ENOMEM, "envelope: no memory to verify it");
		if (ent_verify(pub, pae, e->sig[i].sig))
			return 0;
		return ent_fail(err, ENT_ESIG,
		                "the signature of key %s does not hold: the bytes were "
		                "changed, or another key made it",
		                keyid);
	}
	return ent_fail(
	    err, ENT_ESIG,
	    "no signature of key %s: it was signed with another key, or not by this party",
	    keyid);
}

int
ent_envelope_open(struct ent_arena *a, struct ent_envelope *e, enum ent_envelope_type type,
                  const char *kind, const uint8_t pub[ENT_PUB], struct ent_err *err)
{
	struct ent_str canon;
	int64_t v = 0;
	int rc;

	if (e->type != type)
		return ent_fail(err, ENT_EPARSE, "envelope: a %s was expected, this is a %s",
		                media[type], media[e->type]);
	rc = verify(a, e, pub, err);
	if (rc)
		return rc;
	rc = ent_json_parse(a, e->body, ENT_ENVELOPE_DEPTH, &e->json, err);
	if (rc)
		return ent_within(err, rc, "signed body");
	canon = ent_json_canon(a, e->json);
	if (!canon.p)
		return ent_fail(err, ENT_ENOMEM, "envelope: no memory to check its form");
	if (!ent_str_eq(canon, e->body))
		return ent_fail(err, ENT_EPARSE,
		                "signed body: not in canonical form (RFC 8785)");
	e->kind = ent_json_getstr(e->json, "kind");
	e->by = ent_json_getstr(e->json, "by");
	if (!ent_json_int(ent_json_getc(e->json, "v"), &v) || v != 1)
		return ent_fail(err, ENT_EPARSE,
		                "signed body: \"v\" is not 1: made by a newer program?");
	if (!ent_str_is(e->kind, kind))
		return ent_fail(err, ENT_EPARSE,
		                "signed body: kind \"%.*s\" where \"%s\" was expected",
		                ENT_FMT(e->kind), kind);
	if (e->by.n == 0 || ent_time_parse(ent_json_getstr(e->json, "at"), &e->at, NULL))
		return ent_fail(err, ENT_EPARSE,
		                "signed body: \"by\" or \"at\" is missing or malformed");
	return 0;
}

struct ent_str
ent_envelope_claims(struct ent_arena *a, const struct ent_envelope *e)
{
	const struct ent_json *v;

	if (ent_json_parse(a, e->body, ENT_ENVELOPE_DEPTH, &v, NULL))
		return (struct ent_str){ NULL, 0 };
	return ent_json_getstr(v, "by");
}
