/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_envelope.c - signed bodies: what opens, and all that must not.
 */
#include "test.h"

#include "base/enc.h"
#include "proof/envelope.h"

#define BODY                                                                                   \
	"{\"at\":\"2019-01-01T00:00:00.000Z\",\"by\":\"identity--6c1b1b55-1b1b-4d05-9d38-"     \
	"7b6b7b6b7b01\",\"kind\":\"receipt\",\"v\":1}"

struct bench {
	struct ent_arena *a;
	struct ent_keys keys, other;
};

static int
setup(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));
	uint8_t seed[ENT_SEED];

	b->a = ent_arena_new((size_t)64 << 20);
	memset(seed, 7, sizeof(seed));
	ent_keys_derive(seed, &b->keys);
	memset(seed, 8, sizeof(seed));
	ent_keys_derive(seed, &b->other);
	*state = b;
	return 0;
}

static int
teardown(void **state)
{
	struct bench *b = *state;

	ent_arena_free(b->a);
	free(b);
	return 0;
}

static int
open_text(struct bench *b, struct ent_str text, const char *kind, const uint8_t *pub,
          struct ent_err *err)
{
	struct ent_envelope e;
	int rc = ent_envelope_parse(b->a, text, &e, err);

	return rc ? rc : ent_envelope_open(b->a, &e, ENT_ENV_RECEIPT, kind, pub, err);
}

static void
what_is_signed_opens(void **state)
{
	struct bench *b = *state;
	const struct ent_key *k = &b->keys.key[ENT_KEY_SIGN];
	uint8_t sha256[32];
	struct ent_str text;
	struct ent_err err;

	assert_int_equal(
	    ent_envelope_make(b->a, ENT_ENV_RECEIPT,
	                      ENT_STR("{ \"v\": 1, \"kind\": \"receipt\", \"by\": \"x\", "
	                              "\"at\": \"2019-01-01T00:00:00.000Z\" }"),
	                      k, &text, sha256, &err),
	    0);
	assert_int_equal(open_text(b, text, "receipt", k->pub, &err), 0);
	assert_int_equal(open_text(b, text, "statement", k->pub, &err), ENT_EPARSE);
	assert_int_equal(open_text(b, text, "receipt", b->other.key[ENT_KEY_SIGN].pub, &err),
	                 ENT_ESIG);
	assert_int_equal(open_text(b, text, "receipt", b->keys.key[ENT_KEY_LEDGER].pub, &err),
	                 ENT_ESIG);
}

static void
no_byte_of_it_can_be_changed(void **state)
{
	struct bench *b = *state;
	const struct ent_key *k = &b->keys.key[ENT_KEY_SIGN];
	struct ent_str text;
	struct ent_err err;
	char *copy;

	assert_int_equal(
	    ent_envelope_make(b->a, ENT_ENV_RECEIPT, ENT_STR(BODY), k, &text, NULL, &err), 0);
	copy = malloc(text.n);
	for (size_t i = 0; i < text.n; i++) {
		memcpy(copy, text.p, text.n);
		copy[i] = copy[i] == 'A' ? 'B' : 'A';
		if (open_text(b, (struct ent_str){ copy, text.n }, "receipt", k->pub, &err) ==
		    0)
			fail_msg("byte %zu could be changed", i);
	}
	free(copy);
}

/* An envelope over any bytes, rightly signed: what a hostile holder of the key can make. */
static struct ent_str
signed_bytes(struct bench *b, const char *body, const char *type)
{
	const struct ent_key *k = &b->keys.key[ENT_KEY_SIGN];
	struct ent_str pae = ent_dsse_pae(b->a, ent_str_c(type), ent_str_c(body)), payload,
		       sig64;
	char keyid[ENT_KEYID_TEXT];
	uint8_t sig[ENT_SIG];

	ent_sign(k, pae, sig);
	payload = ent_b64_dup(b->a, (const uint8_t *)body, strlen(body));
	sig64 = ent_b64_dup(b->a, sig, sizeof(sig));
	return ent_arena_printf(b->a,
	                        "{\"payload\":\"%s\",\"payloadType\":\"%s\",\"signatures\":[{"
	                        "\"keyid\":\"%s\",\"sig\":\"%s\"}]}",
	                        payload.p, type, ent_keyid(k->pub, keyid), sig64.p);
}

static void
a_rightly_signed_body_must_still_be_what_it_says(void **state)
{
	static const struct {
		const char *body, *type;
		int code;
	} cases[] = {
		{ BODY, "application/vnd.entente.receipt+json", 0 },
		{ BODY, "application/vnd.entente.statement+json",
		  ENT_EPARSE }, /* signed for another use */
		{ BODY, "application/vnd.entente.anything+json", ENT_EPARSE },
		{ BODY " ", "application/vnd.entente.receipt+json",
		  ENT_EPARSE }, /* not canonical */
		{ "{\"by\":\"x\",\"at\":\"2019-01-01T00:00:00.000Z\",\"kind\":\"receipt\","
		  "\"v\":1}",
		  "application/vnd.entente.receipt+json", ENT_EPARSE },
		{ "{\"at\":\"2019-01-01T00:00:00.000Z\",\"by\":\"x\",\"kind\":\"receipt\","
		  "\"v\":2}",
		  "application/vnd.entente.receipt+json", ENT_EPARSE },
		{ "{\"at\":\"yesterday\",\"by\":\"x\",\"kind\":\"receipt\",\"v\":1}",
		  "application/vnd.entente.receipt+json", ENT_EPARSE },
		{ "[]", "application/vnd.entente.receipt+json", ENT_EPARSE },
		{ "", "application/vnd.entente.receipt+json", ENT_EPARSE },
	};
	struct bench *b = *state;
	struct ent_err err;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int rc = open_text(b, signed_bytes(b, cases[i].body, cases[i].type), "receipt",
		                   b->keys.key[ENT_KEY_SIGN].pub, &err);

		if (rc != cases[i].code)
			fail_msg("case %zu: %d, not %d: %s", i, rc, cases[i].code, err.msg);
	}
}

static void
a_malformed_envelope_is_refused(void **state)
{
	static const char *const bad[] = {
		"",
		"null",
		"{}",
		"{\"payload\":1,\"payloadType\":\"application/"
		"vnd.entente.receipt+json\",\"signatures\":[]}",
		"{\"payload\":\"e30=\",\"payloadType\":\"application/"
		"vnd.entente.receipt+json\",\"signatures\":[]}",
		"{\"payload\":\"e30=\",\"payload\":\"e30=\",\"payloadType\":\"application/"
		"vnd.entente.receipt+json\",\"signatures\":[]}",
		"{\"payload\":\"e31=\",\"payloadType\":\"application/"
		"vnd.entente.receipt+json\",\"signatures\":[{\"keyid\":\"0\",\"sig\":\"\"}]}",
	};
	struct bench *b = *state;
	struct ent_envelope e;
	struct ent_err err;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(ent_envelope_parse(b->a, ent_str_c(bad[i]), &e, &err),
		                 ENT_EPARSE);
}

static void
size_and_depth_are_bounded(void **state)
{
	struct bench *b = *state;
	size_t n = ENT_ENVELOPE_MAX + 1;
	char *big = malloc(n), deep[200];
	struct ent_envelope e;
	struct ent_err err;

	memset(big, ' ', n);
	assert_int_equal(ent_envelope_parse(b->a, (struct ent_str){ big, n }, &e, &err),
	                 ENT_ELIMIT);
	free(big);
	memset(deep, '[', sizeof(deep) / 2);
	memset(deep + sizeof(deep) / 2, ']', sizeof(deep) / 2);
	assert_int_equal(
	    ent_envelope_parse(b->a, (struct ent_str){ deep, sizeof(deep) }, &e, &err),
	    ENT_ELIMIT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_is_signed_opens, setup, teardown),
		cmocka_unit_test_setup_teardown(no_byte_of_it_can_be_changed, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    a_rightly_signed_body_must_still_be_what_it_says, setup, teardown),
		cmocka_unit_test_setup_teardown(a_malformed_envelope_is_refused, setup,
		                                teardown),
		cmocka_unit_test_setup_teardown(size_and_depth_are_bounded, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
