/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_vectors.c - Ed25519 against RFC 8032's, the authors' and Wycheproof's vectors, DSSE
 * against its own.
 */
#include "vectors.h"

#include "crypto/sign.h"

/* {"seed", "pk", "msg", "sig"}: the signature is made again, and verifies. */
static void
sign_all(struct ent_arena *a, const struct ent_json *cases, size_t want)
{
	assert_int_equal(ent_json_count(cases), want);
	for (size_t i = 0; i < want; i++) {
		const struct ent_json *c = ent_json_at(cases, i);
		size_t seed_n, pub_n, msg_n, sig_n;
		const uint8_t *seed = vector_hex(a, c, "seed", &seed_n),
			      *pub = vector_hex(a, c, "pk", &pub_n);
		const uint8_t *m = vector_hex(a, c, "msg", &msg_n),
			      *want_sig = vector_hex(a, c, "sig", &sig_n);
		struct ent_str msg = { (const char *)m, msg_n };
		uint8_t sig[ENT_SIG];
		struct ent_key k;

		assert_int_equal(seed_n, 32);
		assert_int_equal(pub_n, 32);
		assert_int_equal(sig_n, ENT_SIG);
		memcpy(k.pub, pub, 32);
		memcpy(k.sec, seed, 32);
		memcpy(k.sec + 32, pub, 32);
		ent_sign(&k, msg, sig);
		assert_memory_equal(sig, want_sig, ENT_SIG);
		assert_true(ent_verify(k.pub, msg, sig));
	}
}

static void
signs_as_rfc8032_does(void **state)
{
	struct ent_arena *a;
	const struct ent_json *v = vectors("vectors/rfc8032/ed25519-rfc8032.json", &a);

	(void)state;
	if (v)
		sign_all(a, ent_json_getc(v, "rfc8032"), 5);
	ent_arena_free(a);
	if (!v)
		skip();
}

static void
signs_as_its_authors_do(void **state)
{
	struct ent_arena *a;
	const struct ent_json *v =
	    vectors("vectors/rfc8032/ed25519-signinput-every8th.json", &a);

	(void)state;
	if (v)
		sign_all(a, ent_json_getc(v, "cases"), 128);
	ent_arena_free(a);
	if (!v)
		skip();
}

static size_t
verify_group(struct ent_arena *a, const struct ent_json *group)
{
	const struct ent_json *cases = ent_json_getc(group, "tests");
	size_t pub_n, msg_n, sig_n;
	const uint8_t *pub = vector_hex(a, ent_json_getc(group, "publicKey"), "pk", &pub_n);

	assert_int_equal(pub_n, ENT_PUB);
	for (size_t i = 0; i < ent_json_count(cases); i++) {
		const struct ent_json *c = ent_json_at(cases, i);
		const uint8_t *msg = vector_hex(a, c, "msg", &msg_n),
			      *sig = vector_hex(a, c, "sig", &sig_n);
		struct ent_str text = { (const char *)msg, msg_n };
		bool valid = ent_str_is(ent_json_getstr(c, "result"), "valid");

		/* A signature of another length never gets as far as ent_verify: its callers
		 * ask for 64 bytes. */
		if ((sig_n == ENT_SIG && ent_verify(pub, text, sig)) != valid)
			fail_msg("case %llu: \"%.*s\"",
			         (unsigned long long)vector_u64(c, "tcId"),
			         ENT_FMT(ent_json_getstr(c, "comment")));
	}
	return ent_json_count(cases);
}

static void
refuses_forgeries_of_wycheproof(void **state)
{
	struct ent_arena *a;
	const struct ent_json *v = vectors("vectors/rfc8032/wycheproof-ed25519.json", &a),
			      *groups;
	size_t done = 0;

	(void)state;
	groups = ent_json_getc(v, "testGroups");
	for (size_t i = 0; i < ent_json_count(groups); i++)
		done += verify_group(a, ent_json_at(groups, i));
	if (v)
		assert_int_equal(done, 151);
	ent_arena_free(a);
	if (!v)
		skip();
}

static void
pae_of_the_dsse_specification(void **state)
{
	struct ent_arena *a;
	const struct ent_json *v = vectors("vectors/dsse/pae.json", &a);

	(void)state;
	if (v)
		assert_true(ent_str_eq(ent_dsse_pae(a, ent_json_getstr(v, "payloadType"),
		                                    ent_json_getstr(v, "body")),
		                       ent_json_getstr(v, "pae")));
	ent_arena_free(a);
	if (!v)
		skip();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(signs_as_rfc8032_does),
		cmocka_unit_test(signs_as_its_authors_do),
		cmocka_unit_test(refuses_forgeries_of_wycheproof),
		cmocka_unit_test(pae_of_the_dsse_specification),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
