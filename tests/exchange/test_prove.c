/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_prove.c - proofs of warning: what they show, and that nothing in them can be changed.
 */
#include "two.h"

#include "base/enc.h"
#include "exchange/arrival.h"
#include "exchange/book.h"
#include "exchange/prove.h"
#include "exchange/release.h"
#include "exchange/witness.h"
#include "ledger/witness.h"
#include "proof/warning.h"

#define CAMPAIGN(n) "campaign--2b9a3c52-9a3b-4c84-8a0f-3f6f0f3e000" n
#define OBJECT(n)                                                                              \
	"{\"type\":\"campaign\",\"spec_version\":\"2.1\",\"id\":\"" CAMPAIGN(                  \
	    n) "\",\"created\":\"2018-12-01T00:00:00.000Z\",\"modified\":\"2018-12-01T00:00:"  \
	       "00.000Z\",\"name\":\"a warning\"}"
#define ADDRESS "ipv4-addr--ff26c055-6336-5bc5-b98d-13d6226742dd"

/* All bits; under a sanitizer, which takes ten times as long, some of them. */
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define STEP 13
#endif
#endif
#ifndef STEP
#define STEP 1
#endif

static const struct ent_str none;

/* North sends all that it has; South stores and receipts it, North takes the receipt. */
static void
deliver(struct two *t, struct ent_str id)
{
	struct ent_release_options o = { .all = true };
	struct ent_release_report rep;
	struct ent_caller who = { .has_pin = true };
	struct ent_taxii_denied denied = { NULL };
	struct ent_taxii_query q = { .all = true, .limit = 1000, .with_bytes = true };
	struct ent_arrival in = { .agreement = id, .from = two_party(NORTH) };
	struct ent_str list = ENT_STR("[");
	struct ent_taxii_page page;
	struct ent_receipt *r;
	struct ent_cursor at;
	struct ent_err err;
	size_t n;

	memset(who.pin, 0x11, sizeof(who.pin)); /* South's */
	if (ent_release(t->x[NORTH], id, &o, &rep, &err) ||
	    ent_cursor_read(t->x[SOUTH], t->a, id, two_party(NORTH), &at, &err))
		fail_msg("%s", err.msg);
	q.added_after = at.date;
	if (ent_exchange_port()->page(t->x[NORTH], t->a, &who, id, ENT_STR("outbound"), &q,
	                              &page, &denied, &err))
		fail_msg("%s", err.msg);
	for (size_t i = 0; i < page.count; i++)
		list = ent_arena_printf(t->a, "%.*s%s%.*s", ENT_FMT(list), i ? "," : "",
		                        ENT_FMT(page.records[i].bytes));
	list = ent_arena_printf(t->a, "%.*s]", ENT_FMT(list));
	in.seq_first = page.records[0].seq;
	in.seq_last = page.records[page.count - 1].seq;
	in.date_last = page.records[page.count - 1].date_added;
	if (ent_json_parse(t->a, list, 64, &in.objects, &err) ||
	    ent_arrival_page(t->x[SOUTH], t->a, &in, &at, &err))
		fail_msg("%s", err.msg);
	two_receipts(t, SOUTH, id, &r, &n);
	for (size_t i = 0; i < n; i++)
		if (r[i].first == in.seq_first && two_receipt(t, id, r[i].envelope, &err))
			fail_msg("%s", err.msg);
}

/* A node cosigns North's ledger, and North keeps that. */
static void
cosign(struct two *t, int node, struct ent_str id)
{
	static const char *const names[] = { "", "south.example/entente",
		                             "stranger.example/entente" };
	const struct ent_key *k = &t->keys[node].key[ENT_KEY_WITNESS];
	struct ent_str note, line, name = ent_str_c(names[node]);
	struct ent_cosignature cs;
	struct ent_checkpoint cp;
	struct ent_err err;
	uint64_t size;

	if (ent_book_checkpoint(t->x[NORTH], t->a, id, &note, &size, &err) ||
	    ent_cosign(t->a, note, name, test_clock / 1000000, k->pub, k->sec, &line, &err) ||
	    ent_checkpoint_parse(note, &cp, &err) ||
	    ent_cosignature_find(
		ent_arena_printf(t->a, "%.*s%.*s", ENT_FMT(note), ENT_FMT(line)), name, k->pub,
		&cs, &err) ||
	    ent_exchange_batch_begin(t->x[NORTH], &err) ||
	    ent_book_cosigned(t->x[NORTH], t->a, id, &cp, name, k->pub, &cs, &err) ||
	    ent_exchange_batch_end(t->x[NORTH], &err))
		fail_msg("%s", err.msg);
}

static int
prove(struct two *t, struct ent_str id, const char *object, struct ent_str *out,
      struct ent_err *err)
{
	return ent_prove(t->x[NORTH], t->a, two_load(t, NORTH, id), none, ent_str_c(object),
	                 none, out, err);
}

static void
a_warning_is_proved_once_it_is_receipted_and_cosigned(void **state)
{
	struct two *t = *state;
	struct ent_str id = two_agree(t, NULL), proof, *ids;
	struct ent_warning w;
	struct ent_err err;
	size_t n;

	assert_int_equal(two_import(t, NORTH, "[" OBJECT("1") "," OBJECT("2") "]", &err), 0);
	assert_int_equal(prove(t, id, CAMPAIGN("1"), &proof, &err), ENT_ENOENT);
	assert_int_equal(
	    ent_sent_under(t->x[NORTH], t->a, ENT_STR(CAMPAIGN("1")), &ids, &n, &err), 0);
	assert_int_equal(n, 0);
	cosign(t, SOUTH, id);
	test_clock += 1000000;
	deliver(t, id);
	assert_int_equal(prove(t, id, CAMPAIGN("1"), &proof, &err), ENT_ESTATE);
	assert_non_null(strstr(err.msg, "cosigned"));
	test_clock += 1000000;
	cosign(t, SOUTH, id);
	if (prove(t, id, CAMPAIGN("2"), &proof, &err))
		fail_msg("%s", err.msg);
	assert_int_equal(ent_warning_verify(t->a, proof, &w, &err), 0);
	assert_str(w.object, CAMPAIGN("2"));
	assert_str(w.sender.name, "North");
	assert_str(w.receiver.name, "South");
	assert_true(ent_str_eq(w.agreement, id));
	assert_true(w.released <= w.receipted && w.receipted < w.cosigned);
	/* and stays so, as the ledger grows and the agreement ends */
	assert_int_equal(
	    ent_agreement_act(t->x[NORTH], t->a, id, ENT_ACT_TERMINATE, none, none, &err), 0);
	test_clock += DAY;
	cosign(t, SOUTH, id);
	assert_int_equal(prove(t, id, CAMPAIGN("1"), &proof, &err), 0);
	assert_int_equal(ent_warning_verify(t->a, proof, &w, &err), 0);
	assert_int_equal(
	    ent_sent_under(t->x[NORTH], t->a, ENT_STR(CAMPAIGN("1")), &ids, &n, &err), 0);
	assert_int_equal(n, 1);
}

static void
a_guessable_object_is_proved_with_its_salt(void **state)
{
	struct two *t = *state;
	struct ent_str id = two_agree(t, NULL), proof;
	struct ent_warning w;
	struct ent_err err;

	assert_int_equal(
	    two_import(t, NORTH,
	               "{\"type\":\"ipv4-addr\",\"spec_version\":\"2.1\",\"id\":\"" ADDRESS
	               "\",\"value\":\"198.51.100.3\"}",
	               &err),
	    0);
	deliver(t, id);
	cosign(t, SOUTH, id);
	if (prove(t, id, ADDRESS, &proof, &err))
		fail_msg("%s", err.msg);
	assert_non_null(memmem(proof.p, proof.n, "\"salt\"", 6));
	assert_int_equal(ent_warning_verify(t->a, proof, &w, &err), 0);
	assert_str(w.object, ADDRESS);
	assert_str(w.version, "");
}

static void
no_bit_of_a_proof_can_be_changed(void **state)
{
	struct two *t = *state;
	struct ent_str id = two_agree(t, NULL), proof;
	struct ent_arena *a = ent_arena_new((size_t)64 << 20);
	struct ent_warning w;
	struct ent_err err;
	char *bytes;

	assert_int_equal(two_import(t, NORTH, "[" OBJECT("1") "," OBJECT("2") "]", &err), 0);
	deliver(t, id);
	cosign(t, SOUTH, id);
	assert_int_equal(prove(t, id, CAMPAIGN("1"), &proof, &err), 0);
	bytes = ent_arena_alloc(t->a, proof.n);
	memcpy(bytes, proof.p, proof.n);
	for (size_t bit = 0; bit < 8 * proof.n; bit += STEP) {
		bytes[bit / 8] ^= (char)(1 << bit % 8);
		ent_arena_reset(a);
		if (ent_warning_verify(a, (struct ent_str){ bytes, proof.n }, &w, &err) == 0)
			fail_msg("bit %zu", bit);
		assert_true(err.msg[0] != '\0');
		bytes[bit / 8] ^= (char)(1 << bit % 8);
	}
	for (size_t n = 0; n < proof.n; n += 7) {
		ent_arena_reset(a);
		assert_int_not_equal(
		    ent_warning_verify(a, (struct ent_str){ bytes, n }, &w, &err), 0);
	}
	ent_arena_free(a);
}

/* A member of one proof in another. */
static struct ent_str
with(struct two *t, struct ent_str into, struct ent_str from, const char *member)
{
	const struct ent_json *a, *b;
	struct ent_str out = ENT_STR("");
	struct ent_err err;

	assert_int_equal(ent_json_parse(t->a, into, 65, &a, &err), 0);
	assert_int_equal(ent_json_parse(t->a, from, 65, &b, &err), 0);
	for (size_t i = 0; i < ent_json_count(a); i++) {
		struct ent_str key = ent_json_key(a, i);
		const struct ent_json *v =
		    ent_str_is(key, member) ? ent_json_get(b, key) : ent_json_at(a, i);

		out = ent_arena_printf(t->a, "%.*s%s\"%.*s\":%.*s", ENT_FMT(out), i ? "," : "",
		                       ENT_FMT(key), ENT_FMT(ent_json_canon(t->a, v)));
	}
	return ent_arena_printf(t->a, "{%.*s}", ENT_FMT(out));
}

static void
nothing_of_another_proof_fits(void **state)
{
	/* what the two have in common is no attack */
	static const struct {
		const char *member;
		bool same;
	} members[] = {
		{ "object", false },         { "sender", true },
		{ "receiver", true },        { "document", false },
		{ "sender_accepts", false }, { "receiver_accepts", false },
		{ "release", false },        { "receipt", false },
		{ "page", false },           { "receipt_entry", false },
		{ "checkpoint", false },
	};
	struct two *t = *state;
	struct ent_str one = two_agree(t, NULL), two = two_agree(t, NULL), first, second;
	struct ent_warning w;
	struct ent_err err;

	assert_int_equal(two_import(t, NORTH, "[" OBJECT("1") "," OBJECT("2") "]", &err), 0);
	deliver(t, one);
	cosign(t, SOUTH, one);
	assert_int_equal(two_import(t, NORTH, OBJECT("3"), &err), 0);
	deliver(t, two);
	cosign(t, SOUTH, two);
	assert_int_equal(prove(t, one, CAMPAIGN("1"), &first, &err), 0);
	assert_int_equal(prove(t, two, CAMPAIGN("3"), &second, &err), 0);
	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++)
		if ((ent_warning_verify(t->a, with(t, first, second, members[i].member), &w,
		                        &err) == 0) != members[i].same)
			fail_msg("%s: %s", members[i].member, err.msg);
	/* a member more, and spaces, make another file of it */
	assert_int_equal(ent_warning_verify(
			     t->a,
			     ent_arena_printf(t->a, "%.*s,\"x\":1}", (int)first.n - 1, first.p),
			     &w, &err),
	                 ENT_EPARSE);
	assert_int_equal(ent_warning_verify(
			     t->a, ent_arena_printf(t->a, "%.*s\n", ENT_FMT(first)), &w, &err),
	                 ENT_EPARSE);
	assert_int_equal(ent_warning_verify(t->a, ENT_STR("{\"entente_proof\":2}"), &w, &err),
	                 ENT_EPARSE);
	assert_non_null(strstr(err.msg, "newer"));
}

static void
a_third_party_vouches_for_nobody(void **state)
{
	struct two *t = *state;
	struct ent_str id = two_agree_three(t), proof;
	struct ent_warning w;
	struct ent_err err;

	assert_int_equal(two_import(t, NORTH, OBJECT("1"), &err), 0);
	deliver(t, id);
	cosign(t, STRANGER, id);
	assert_int_equal(prove(t, id, CAMPAIGN("1"), &proof, &err), ENT_EINVAL);
	assert_int_equal(ent_prove(t->x[NORTH], t->a, two_load(t, NORTH, id), two_party(SOUTH),
	                           ENT_STR(CAMPAIGN("1")), none, &proof, &err),
	                 ENT_ESTATE);
	cosign(t, SOUTH, id);
	assert_int_equal(ent_prove(t->x[NORTH], t->a, two_load(t, NORTH, id), two_party(SOUTH),
	                           ENT_STR(CAMPAIGN("1")), none, &proof, &err),
	                 0);
	assert_int_equal(ent_warning_verify(t->a, proof, &w, &err), 0);
	assert_int_equal(ent_prove(t->x[NORTH], t->a, two_load(t, NORTH, id),
	                           two_party(STRANGER), ENT_STR(CAMPAIGN("1")), none, &proof,
	                           &err),
	                 ENT_ESTATE);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, two_setup, two_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_warning_is_proved_once_it_is_receipted_and_cosigned),
		TEST(a_guessable_object_is_proved_with_its_salt),
		TEST(no_bit_of_a_proof_can_be_changed),
		TEST(nothing_of_another_proof_fits),
		TEST(a_third_party_vouches_for_nobody),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
