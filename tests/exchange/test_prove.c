/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_prove.c - proofs of warning: what they show, and that nothing in them can be changed.
 */
#include "two.h"

#include "base/enc.h"
#include "exchange/arrival.h"
#include "exchange/book.h"
#include "exchange/dialogue.h"
#include "exchange/holdings.h"
#include "exchange/prove.h"
#include "exchange/release.h"
#include "exchange/testimony.h"
#include "exchange/witness.h"
#include "ledger/witness.h"
#include "proof/warning.h"

#define CAMPAIGN(n) "campaign--2b9a3c52-9a3b-4c84-8a0f-3f6f0f3e000" n
#define OBJECT(n)                                                                              \
	"{\"type\":\"campaign\",\"spec_version\":\"2.1\",\"id\":\"" CAMPAIGN(                  \
	    n) "\",\"created\":\"2018-12-01T00:00:00.000Z\",\"modified\":\"2018-12-01T00:00:"  \
	       "00.000Z\",\"name\":\"a warning\"}"
#define ADDRESS "ipv4-addr--ff26c055-6336-5bc5-b98d-13d6226742dd"

static const struct ent_str none;

/* A node sends what it has; the other one stores and receipts it, and it takes the receipt. */
static void
deliver_from(struct two *t, int node, struct ent_str id)
{
	struct ent_release_options o = { .all = true };
	struct ent_release_report rep;
	struct ent_caller who = { .has_pin = true };
	struct ent_taxii_denied denied = { NULL };
	struct ent_taxii_query q = { .all = true, .limit = 1000, .with_bytes = true };
	struct ent_arrival in = { .agreement = id, .from = two_party(node) };
	struct ent_str list = ENT_STR("[");
	struct ent_taxii_page page;
	struct ent_receipt *r;
	struct ent_cursor at;
	struct ent_err err;
	uint64_t next;
	size_t n;

	memset(who.pin, 0x10 + !node, sizeof(who.pin)); /* the other one's */
	if (ent_release(t->x[node], id, &o, &rep, &err) ||
	    ent_cursor_read(t->x[!node], t->a, id, two_party(node), &at, &err))
		fail_msg("%s", err.msg);
	q.added_after = at.date;
	if (ent_exchange_port()->page(t->x[node], t->a, &who, id, ENT_STR("outbound"), &q,
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
	    ent_arrival_page(t->x[!node], t->a, &in, &at, &err))
		fail_msg("%s", err.msg);
	two_receipts(t, !node, id, &r, &n);
	for (size_t i = 0; i < n; i++)
		if (r[i].ours && r[i].first == in.seq_first &&
		    ent_receipt_take(t->x[node], t->a, id, two_party(!node), r[i].envelope,
		                     &next, &err))
			fail_msg("%s", err.msg);
}

static void
deliver(struct two *t, struct ent_str id)
{
	deliver_from(t, NORTH, id);
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
	struct ent_prove_options o = { .object = ent_str_c(object) };

	return ent_prove(t->x[NORTH], t->a, two_load(t, NORTH, id), &o, out, err);
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

/* North's own cosignature of South's ledger as it stands, with South's signature: what a sync
 * leaves behind. */
static struct ent_str
witness_south(struct two *t, struct ent_str id, uint64_t *size)
{
	struct ent_add_checkpoint r = { 0 };
	struct ent_witnessed w;
	struct ent_str note,
	    origin = ent_arena_printf(t->a, "south.example/entente/%.*s", ENT_FMT(id));
	struct ent_err err;

	if (ent_witness_last(t->x[NORTH], t->a, origin, &r.old, &note, &err) ||
	    ent_book_checkpoint(t->x[SOUTH], t->a, id, &r.note, size, &err) ||
	    ent_book_consistency(t->x[SOUTH], id, r.old, *size, r.proof, &r.count, &err) ||
	    ent_witness_add(t->x[NORTH], t->a, two_party(SOUTH),
	                    ent_add_checkpoint_print(t->a, &r), &w, &err) ||
	    ent_witness_last(t->x[NORTH], t->a, origin, size, &note, &err))
		fail_msg("%s", err.msg);
	assert_int_equal(w.status, 200);
	return note;
}

/* North asks South's ledger about what is wanted: how many it has shown. */
static size_t
ask_south(struct two *t, struct ent_str id)
{
	struct ent_asked *asked = ent_arena_alloc(t->a, sizeof(*asked));
	struct ent_str note, answer;
	struct ent_err err;
	uint64_t size;
	size_t kept = 0;

	note = witness_south(t, id, &size);
	if (ent_testimony_ask(t->x[NORTH], t->a, id, two_party(SOUTH), size, none, asked, &err))
		fail_msg("%s", err.msg);
	if (asked->messages + asked->receipts == 0)
		return 0;
	if (ent_testimony_answer(t->x[SOUTH], t->a, two_load(t, SOUTH, id), two_party(NORTH),
	                         asked->body, &answer, &err) ||
	    ent_testimony_take(t->x[NORTH], t->a, &t->peer[0], id, asked, note, answer, &kept,
	                       &err))
		fail_msg("%s", err.msg);
	return kept;
}

/* A message of a node about the first campaign, sent to the other. */
static void
say(struct two *t, int node, struct ent_str id, struct ent_message_new *m)
{
	struct ent_str about = ENT_STR(CAMPAIGN("1"));
	struct ent_message sent;
	struct ent_err err;

	m->agreement = id;
	m->about = &about;
	m->n_about = 1;
	test_clock += 1000000;
	if (ent_message_send(t->x[node], t->a, m, &sent, &err))
		fail_msg("%s", err.msg);
	deliver_from(t, node, id);
}

/* With all that a proof can have: delivery, an answer, an outcome. */
static struct ent_str
whole_proof(struct two *t, struct ent_str id)
{
	struct ent_message_new tip = { .kind = ENT_MSG_TIP, .text = ENT_STR("look") },
			       reply = { .kind = ENT_MSG_REPLY, .text = ENT_STR("we did") },
			       outcome = { .kind = ENT_MSG_OUTCOME,
		                           .text = ENT_STR("two were arrested"),
		                           .result = ENT_STR("arrest") };
	struct ent_str proof;
	struct ent_err err;

	assert_int_equal(two_import(t, NORTH, "[" OBJECT("1") "," OBJECT("2") "]", &err), 0);
	deliver(t, id);
	say(t, NORTH, id, &tip);
	say(t, SOUTH, id, &reply);
	say(t, SOUTH, id, &outcome);
	assert_int_equal(ask_south(t, id), 4); /* two messages, two receipts */
	assert_int_equal(ask_south(t, id), 0);
	cosign(t, SOUTH, id);
	if (prove(t, id, CAMPAIGN("1"), &proof, &err))
		fail_msg("%s", err.msg);
	return proof;
}

static void
a_proof_tells_what_both_said(void **state)
{
	struct two *t = *state;
	struct ent_str id = two_agree(t, NULL), proof = whole_proof(t, id), bare;
	struct ent_prove_options o = { .object = ENT_STR(CAMPAIGN("1")), .no_dialogue = true };
	struct ent_warning w;
	struct ent_err err;

	if (ent_warning_verify(t->a, proof, &w, &err))
		fail_msg("%s", err.msg);
	assert_true(w.stored >= w.released && w.stored <= w.receipted);
	assert_int_equal(w.messages, 3);
	assert_true(w.message[0].by_sender);
	assert_str(w.message[0].kind, "tip");
	assert_ptr_equal(w.answer, &w.message[1]);
	assert_str(w.answer->text, "we did");
	assert_ptr_equal(w.outcome, &w.message[2]);
	assert_str(w.outcome->result, "arrest");
	assert_true(w.answer->released < w.outcome->released);
	assert_int_equal(ent_prove(t->x[NORTH], t->a, two_load(t, NORTH, id), &o, &bare, &err),
	                 0);
	assert_int_equal(ent_warning_verify(t->a, bare, &w, &err), 0);
	assert_int_equal(w.messages, 0);
	/* of an object that nobody spoke about */
	assert_int_equal(prove(t, id, CAMPAIGN("2"), &bare, &err), 0);
	assert_int_equal(ent_warning_verify(t->a, bare, &w, &err), 0);
	assert_int_equal(w.messages, 0);
	assert_null(w.answer);
}

static void
properties_are_kept_back_and_the_others_proved(void **state)
{
	struct two *t = *state;
	struct ent_str id = two_agree(t, NULL), proof, whole = whole_proof(t, id);
	struct ent_str hide[] = { ENT_STR("name"), ENT_STR("created") };
	struct ent_prove_options o = { .object = ENT_STR(CAMPAIGN("1")),
		                       .redact = hide,
		                       .n_redact = 2 };
	struct ent_warning w;
	struct ent_err err;

	if (ent_prove(t->x[NORTH], t->a, two_load(t, NORTH, id), &o, &proof, &err))
		fail_msg("%s", err.msg);
	if (ent_warning_verify(t->a, proof, &w, &err))
		fail_msg("%s", err.msg);
	assert_int_equal(w.hidden, 2);
	assert_null(w.sha256.p);
	assert_str(w.version, "2018-12-01T00:00:00.000Z");
	assert_null(memmem(proof.p, proof.n, "a warning", 9));
	/* nothing that a guess could be tried on */
	assert_int_equal(ent_warning_verify(t->a, whole, &w, &err), 0);
	assert_null(memmem(proof.p, proof.n, w.sha256.p, w.sha256.n));
	hide[0] = ENT_STR("id");
	assert_int_equal(ent_prove(t->x[NORTH], t->a, two_load(t, NORTH, id), &o, &whole, &err),
	                 ENT_EINVAL);
	hide[0] = ENT_STR("colour");
	assert_int_equal(ent_prove(t->x[NORTH], t->a, two_load(t, NORTH, id), &o, &whole, &err),
	                 ENT_EINVAL);
	assert_non_null(strstr(err.msg, "colour"));
}

static struct ent_str
without(struct two *t, struct ent_str proof, const char *member)
{
	const struct ent_json *v;
	struct ent_str out = ENT_STR("");
	struct ent_err err;

	assert_int_equal(ent_json_parse(t->a, proof, 70, &v, &err), 0);
	for (size_t i = 0; i < ent_json_count(v); i++)
		if (!ent_str_is(ent_json_key(v, i), member))
			out =
			    ent_arena_printf(t->a, "%.*s%s\"%.*s\":%.*s", ENT_FMT(out),
			                     out.n ? "," : "", ENT_FMT(ent_json_key(v, i)),
			                     ENT_FMT(ent_json_canon(t->a, ent_json_at(v, i))));
	return ent_arena_printf(t->a, "{%.*s}", ENT_FMT(out));
}

/* A text in a proof in place of another. */
static struct ent_str
swapped(struct two *t, struct ent_str proof, const char *from, const char *to)
{
	const char *at = memmem(proof.p, proof.n, from, strlen(from));

	assert_non_null(at);
	return ent_arena_printf(t->a, "%.*s%s%.*s", (int)(at - proof.p), proof.p, to,
	                        (int)(proof.n - (size_t)(at - proof.p) - strlen(from)),
	                        at + strlen(from));
}

static void
nothing_is_left_out_or_put_in_unseen(void **state)
{
	struct two *t = *state;
	struct ent_str id = two_agree(t, NULL), proof = whole_proof(t, id),
		       hide = ENT_STR("name");
	struct ent_prove_options o = { .object = ENT_STR(CAMPAIGN("1")),
		                       .redact = &hide,
		                       .n_redact = 1 };
	struct ent_warning w;
	struct ent_err err;

	/* the form that knew neither answers nor what is kept back */
	assert_int_equal(
	    ent_warning_verify(t->a,
	                       swapped(t, proof, "\"entente_proof\":2", "\"entente_proof\":1"),
	                       &w, &err),
	    ENT_EPARSE);
	assert_int_equal(ent_prove(t->x[NORTH], t->a, two_load(t, NORTH, id),
	                           &(struct ent_prove_options){
				       .object = ENT_STR(CAMPAIGN("2")), .no_dialogue = true },
	                           &proof, &err),
	                 0);
	proof = swapped(t, proof, "\"entente_proof\":2", "\"entente_proof\":1");
	assert_int_equal(ent_warning_verify(t->a, without(t, proof, "delivery"), &w, &err),
	                 ENT_ESIG);
	assert_non_null(strstr(err.msg, "downgraded"));
	/* what is kept back is no other value's place, and its name may not be filled in */
	assert_int_equal(ent_prove(t->x[NORTH], t->a, two_load(t, NORTH, id), &o, &proof, &err),
	                 0);
	assert_int_equal(
	    ent_warning_verify(t->a,
	                       swapped(t, proof, "\"modified\"", "\"name\":\"x\",\"modified\""),
	                       &w, &err),
	    ENT_EPARSE);
	assert_int_equal(ent_warning_verify(
			     t->a, swapped(t, proof, "campaign--2b", "campaign--2c"), &w, &err),
	                 ENT_ESIG);
	assert_int_equal(ent_warning_verify(t->a, without(t, proof, "fields"), &w, &err),
	                 ENT_ESIG);
}

static void
no_bit_of_a_proof_can_be_changed(void **state)
{
	struct two *t = *state;
	struct ent_str id = two_agree(t, NULL), proof = whole_proof(t, id);
	struct ent_arena *a = ent_arena_new((size_t)64 << 20);
	struct ent_warning w;
	struct ent_err err;
	/* all bits where there is time for it; else one of each byte, each of the eight in turn
	 */
	size_t step = getenv("ENTENTE_ALL_BITS") ? 1 : 9;
	char *bytes;

	bytes = ent_arena_alloc(t->a, proof.n);
	memcpy(bytes, proof.p, proof.n);
	for (size_t bit = 0; bit < 8 * proof.n; bit += step) {
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

	assert_int_equal(ent_json_parse(t->a, into, 70, &a, &err), 0);
	assert_int_equal(ent_json_parse(t->a, from, 70, &b, &err), 0);
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
	assert_int_equal(ent_warning_verify(t->a, ENT_STR("{\"entente_proof\":3}"), &w, &err),
	                 ENT_EPARSE);
	assert_non_null(strstr(err.msg, "newer"));
}

static int
prove_to(struct two *t, struct ent_str id, int node, struct ent_str *out, struct ent_err *err)
{
	struct ent_prove_options o = { .object = ENT_STR(CAMPAIGN("1")),
		                       .to = two_party(node) };

	return ent_prove(t->x[NORTH], t->a, two_load(t, NORTH, id), &o, out, err);
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
	assert_int_equal(prove_to(t, id, SOUTH, &proof, &err), ENT_ESTATE);
	cosign(t, SOUTH, id);
	assert_int_equal(prove_to(t, id, SOUTH, &proof, &err), 0);
	assert_int_equal(ent_warning_verify(t->a, proof, &w, &err), 0);
	assert_int_equal(prove_to(t, id, STRANGER, &proof, &err), ENT_ESTATE);
}

/* ---- keys and their times ---- */

/* South's card with the stranger's key announced; and one that follows it, with the stranger's
 * keys, from a time on. */
static struct ent_str
next_card(struct two *t, struct ent_str own, const char *at, const char *revoked,
          struct ent_str *first)
{
	const struct ent_keys *old = &t->keys[SOUTH], *new = &t->keys[STRANGER];
	struct ent_str body, pub = { (const char *)new->key[ENT_KEY_SIGN].pub, ENT_PUB }, out;
	uint8_t hash[ENT_SHA256];
	struct ent_envelope e;
	struct ent_err err;
	char *next;

	assert_int_equal(ent_envelope_parse(t->a, own, &e, &err), 0);
	body = ent_arena_dup(t->a, e.body);
	next = memmem(body.p, body.n, "\"next\":\"", 8);
	assert_non_null(next);
	ent_sha256(pub, hash);
	memcpy(next + 8, ent_hex_dup(t->a, hash, sizeof(hash)).p, 64);
	assert_int_equal(ent_envelope_make(t->a, ENT_ENV_CARD, body, &old->key[ENT_KEY_SIGN],
	                                   first, NULL, &err),
	                 0);
	assert_int_equal(ent_envelope_parse(t->a, *first, &e, &err), 0);
	for (int k = 0; k < ENT_KEY_USES; k++)
		body = swapped(t, body, ent_b64_dup(t->a, old->key[k].pub, ENT_PUB).p,
		               ent_b64_dup(t->a, new->key[k].pub, ENT_PUB).p);
	body = swapped(t, body, "\"at\":\"2019-01-01T00:00:00.000Z\"",
	               ent_arena_printf(t->a, "\"previous\":\"%s\",%s\"at\":\"2019-01-01T%s\"",
	                                ent_hex_dup(t->a, e.sha256, sizeof(e.sha256)).p,
	                                revoked ? ent_arena_printf(t->a,
	                                                           "\"revoked_from\":\"2019-"
	                                                           "01-01T%s\",",
	                                                           revoked)
	                                              .p
	                                        : "",
	                                at)
	                   .p);
	assert_int_equal(ent_envelope_make(t->a, ENT_ENV_CARD, body, &new->key[ENT_KEY_SIGN],
	                                   &out, NULL, &err),
	                 0);
	if (!revoked)
		assert_int_equal(
		    ent_envelope_cosign(t->a, out, &old->key[ENT_KEY_SIGN], &out, &err), 0);
	return out;
}

static void
no_proof_holds_with_a_key_outside_its_period(void **state)
{
	/* South receipts at 01:00 and cosigns at 02:00 */
	static const struct {
		const char *at, *revoked, *says;
	} cases[] = {
		{ "03:00:00.000Z", NULL, NULL },
		{ "01:30:00.000Z", NULL, "a key outside its period" },
		{ "00:30:00.000Z", NULL, "a key outside its period" },
		{ "03:00:00.000Z", "02:30:00.000Z", NULL },
		{ "03:00:00.000Z", "01:30:00.000Z", "a key outside its period" },
		{ "03:00:00.000Z", "00:30:00.000Z", "a key outside its period" },
		{ "03:00:00.000Z", "00:00:00.000Z", "another signing key" },
	};
	struct two *t = *state;
	struct ent_str id = two_agree(t, NULL), proof, own;
	struct ent_err err = { 0 };

	assert_int_equal(two_import(t, NORTH, OBJECT("1"), &err), 0);
	test_clock = T0 + HOUR;
	deliver(t, id);
	test_clock = T0 + 2 * HOUR;
	cosign(t, SOUTH, id);
	assert_int_equal(prove(t, id, CAMPAIGN("1"), &proof, &err), 0);
	assert_int_equal(ent_exchange_card(t->x[SOUTH], t->a, &own, &err), 0);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct ent_str first,
		    second = next_card(t, own, cases[i].at, cases[i].revoked, &first),
		    changed = swapped(t, proof, own.p, second.p);
		const struct ent_json *v;
		struct ent_warning w;
		int rc;

		changed = ent_arena_printf(t->a, "{\"receiver_before\":[%.*s],%.*s",
		                           ENT_FMT(first), (int)changed.n - 1, changed.p + 1);
		assert_int_equal(ent_json_parse(t->a, changed, 70, &v, &err), 0);
		rc = ent_warning_verify(t->a, ent_json_canon(t->a, v), &w, &err);
		if (rc != (cases[i].says ? ENT_ESIG : 0) ||
		    (rc && !strstr(err.msg, cases[i].says)))
			fail_msg("%zu: %d %s", i, rc, rc ? err.msg : "");
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, two_setup, two_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_warning_is_proved_once_it_is_receipted_and_cosigned),
		TEST(a_guessable_object_is_proved_with_its_salt),
		TEST(a_proof_tells_what_both_said),
		TEST(properties_are_kept_back_and_the_others_proved),
		TEST(nothing_is_left_out_or_put_in_unseen),
		TEST(no_bit_of_a_proof_can_be_changed),
		TEST(nothing_of_another_proof_fits),
		TEST(a_third_party_vouches_for_nobody),
		TEST(no_proof_holds_with_a_key_outside_its_period),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
