/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_keys.c - cards that follow each other, and what a key may sign at which time.
 */
#include "two.h"

#include "base/enc.h"
#include "base/time.h"
#include "proof/keys.h"

#define PARTY "identity--8c1a2c0e-3f5d-4d58-9a3b-6f0f2f4f9f11"
#define OTHER "identity--9c1a2c0e-3f5d-4d58-9a3b-6f0f2f4f9f12"

struct world {
	struct ent_arena *a;
	struct ent_keys keys[4];
};

static int
setup(void **state)
{
	struct world *w = calloc(1, sizeof(*w));

	w->a = ent_arena_new((size_t)32 << 20);
	for (size_t i = 0; i < 4; i++) {
		uint8_t seed[ENT_SEED] = { (uint8_t)(i + 1) };

		ent_keys_derive(seed, &w->keys[i]);
	}
	*state = w;
	return 0;
}

static int
teardown(void **state)
{
	struct world *w = *state;

	ent_arena_free(w->a);
	free(w);
	return 0;
}

/* What a card is made of: who signs with which key, and what it says. */
struct spec {
	int key, next;     /* of the world's; next -1: none announced */
	int hour;          /* at */
	int also;          /* signed by that key too; -1: no */
	const char *more;  /* members: "\"revoked_from\":..." */
	const char *party; /* NULL: PARTY */
	bool unlinked;     /* names no previous card */
	int ledger;        /* of another key; 0: of its own */
};

static struct ent_str
b64(struct world *w, const uint8_t *key)
{
	return ent_b64_dup(w->a, key, ENT_PUB);
}

static struct ent_str
make(struct world *w, const struct spec *s, struct ent_str previous)
{
	const struct ent_keys *k = &w->keys[s->key];
	const char *party = s->party ? s->party : PARTY;
	struct ent_str body, out, next = ENT_STR(""), link = ENT_STR("");
	uint8_t hash[ENT_SHA256];
	struct ent_envelope e;
	struct ent_err err;

	if (s->next >= 0) {
		ent_sha256(
		    (struct ent_str){ (const char *)w->keys[s->next].key[ENT_KEY_SIGN].pub,
		                      ENT_PUB },
		    hash);
		next =
		    ent_arena_printf(w->a, ",\"next\":\"%s\"", ent_hex_dup(w->a, hash, 32).p);
	}
	if (previous.p && !s->unlinked) {
		assert_int_equal(ent_envelope_parse(w->a, previous, &e, &err), 0);
		link = ent_arena_printf(w->a, ",\"previous\":\"%s\"",
		                        ent_hex_dup(w->a, e.sha256, 32).p);
	}
	body = ent_arena_printf(
	    w->a,
	    "{\"v\":1,\"kind\":\"card\",\"by\":\"%s\",\"at\":\"2019-01-01T%02d:00:00.000Z\","
	    "\"host\":\"north.example\",\"identity\":{\"id\":\"%s\",\"name\":\"North\"},"
	    "\"keys\":{\"sign\":\"%s\",\"ledger\":\"%s\",\"witness\":\"%s\"}%s%s%s%s}",
	    party, s->hour, party, b64(w, k->key[ENT_KEY_SIGN].pub).p,
	    b64(w, (s->ledger ? &w->keys[s->ledger] : k)->key[ENT_KEY_LEDGER].pub).p,
	    b64(w, k->key[ENT_KEY_WITNESS].pub).p, next.p, link.p, s->more ? "," : "",
	    s->more ? s->more : "");
	if (ent_envelope_make(w->a, ENT_ENV_CARD, body, &k->key[ENT_KEY_SIGN], &out, NULL,
	                      &err) ||
	    (s->also >= 0 &&
	     ent_envelope_cosign(w->a, out, &w->keys[s->also].key[ENT_KEY_SIGN], &out, &err)))
		fail_msg("%s", err.msg);
	return out;
}

static int
chain(struct world *w, const struct spec *s, size_t n, struct ent_key_history *h,
      struct ent_err *err)
{
	struct ent_str cards[8], none = { NULL, 0 };
	struct ent_card last;

	for (size_t i = 0; i < n; i++)
		cards[i] = make(w, &s[i], i ? cards[i - 1] : none);
	return ent_cards_read(w->a, cards, n, &last, h, err);
}

#define FIRST                                                                                  \
	{                                                                                      \
		.key = 0, .next = 1, .hour = 1, .also = -1                                     \
	}

static void
a_card_follows_by_right_or_not_at_all(void **state)
{
	static const struct {
		const char *what;
		struct spec then;
		int rc;
	} cases[] = {
		{ "the successor, signed by both", { 1, 2, 2, 0, NULL, NULL, false, 0 }, 0 },
		{ "another address", { 0, 1, 2, -1, NULL, NULL, false, 0 }, 0 },
		{ "the old key given up",
		  { 1, 2, 2, -1, "\"revoked_from\":\"2019-01-01T01:30:00Z\"", NULL, false, 0 },
		  0 },
		{ "the successor alone", { 1, 2, 2, -1, NULL, NULL, false, 0 }, ENT_ESIG },
		{ "signed by a stranger too", { 1, 2, 2, 3, NULL, NULL, false, 0 }, ENT_ESIG },
		{ "a key that wasn't announced",
		  { 2, 3, 2, 0, NULL, NULL, false, 0 },
		  ENT_ESIG },
		{ "one that wasn't, the old given up",
		  { 2, 3, 2, -1, "\"revoked_from\":\"2019-01-01T01:30:00Z\"", NULL, false, 0 },
		  ENT_ESIG },
		{ "without the card before", { 1, 2, 2, 0, NULL, NULL, true, 0 }, ENT_ESIG },
		{ "older than the card before",
		  { 1, 2, 0, 0, NULL, NULL, false, 0 },
		  ENT_ESIG },
		{ "another party", { 1, 2, 2, 0, NULL, OTHER, false, 0 }, ENT_ESIG },
		{ "another ledger key alone", { 0, 1, 2, -1, NULL, NULL, false, 3 }, ENT_ESIG },
		{ "its own key given up",
		  { 0, 1, 2, -1, "\"revoked_from\":\"2019-01-01T01:30:00Z\"", NULL, false, 0 },
		  ENT_ESIG },
		{ "given up at no time",
		  { 1, 2, 2, -1, "\"revoked_from\":\"soon\"", NULL, false, 0 },
		  ENT_EPARSE },
	};
	struct world *w = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct spec s[2] = { FIRST, cases[i].then };
		struct ent_key_history h;
		struct ent_err err = { 0 };
		int rc = chain(w, s, 2, &h, &err);

		if (rc != cases[i].rc)
			fail_msg("%s: %d %s", cases[i].what, rc, err.msg);
		assert_true(rc == 0 || strstr(err.msg, "card 2 of 2"));
	}
}

static int64_t
hour(int n)
{
	return T0 + n * HOUR;
}

static void
keys_are_good_for_their_time(void **state)
{
	struct spec s[] = { FIRST,
		            { .key = 1, .next = 2, .hour = 3, .also = 0 },
		            { .key = 2,
		              .next = 3,
		              .hour = 9,
		              .also = -1,
		              .more = "\"revoked_from\":\"2019-01-01T06:00:00Z\"" } };
	static const int at[] = { 0, 2, 3, 5, 6, 8, 9, 20 },
			 key[] = { 0, 0, 1, 1, -1, -1, 2, 2 };
	struct world *w = *state;
	struct ent_key_history h;
	struct ent_err err;

	if (chain(w, s, 3, &h, &err))
		fail_msg("%s", err.msg);
	assert_int_equal(h.n, 3);
	for (size_t i = 0; i < sizeof(at) / sizeof(at[0]); i++)
		for (int k = 0; k < 4; k++)
			assert_int_equal(
			    ent_sign_key_was(&h, w->keys[k].key[ENT_KEY_SIGN].pub, hour(at[i])),
			    k == key[i]);
	assert_true(h.period[1].revoked && !h.period[0].revoked);
}

/* A statement dated at an hour and signed with a key. */
static int
opened(struct world *w, const struct ent_key_history *h, int key, int at, bool fresh,
       struct ent_err *err)
{
	struct ent_str body = ent_arena_printf(w->a,
	                                       "{\"v\":1,\"kind\":\"statement\",\"by\":\"" PARTY
	                                       "\",\"at\":\"2019-01-01T%02d:00:00.000Z\"}",
	                                       at);
	struct ent_str text;
	struct ent_envelope e;

	if (ent_envelope_make(w->a, ENT_ENV_STATEMENT, body, &w->keys[key].key[ENT_KEY_SIGN],
	                      &text, NULL, err) ||
	    ent_envelope_parse(w->a, text, &e, err))
		fail_msg("%s", err->msg);
	return (fresh ? ent_envelope_open_new
	              : ent_envelope_open_at)(w->a, &e, ENT_ENV_STATEMENT, "statement", h, err);
}

static void
no_key_signs_outside_its_period(void **state)
{
	struct spec s[] = { FIRST,
		            { .key = 1,
		              .next = 2,
		              .hour = 9,
		              .also = -1,
		              .more = "\"revoked_from\":\"2019-01-01T06:00:00Z\"" } };
	struct world *w = *state;
	struct ent_key_history h;
	struct ent_err err;

	if (chain(w, s, 2, &h, &err))
		fail_msg("%s", err.msg);
	assert_int_equal(opened(w, &h, 0, 5, false, &err), 0);
	assert_int_equal(opened(w, &h, 1, 10, true, &err), 0);
	/* what the old one signed before stays; what nobody has seen yet may be dated back */
	assert_int_equal(opened(w, &h, 0, 5, true, &err), ENT_ESIG);
	assert_non_null(strstr(err.msg, "dated it back"));
	assert_int_equal(opened(w, &h, 0, 7, false, &err), ENT_ESIG);
	assert_non_null(strstr(err.msg, "outside its period"));
	assert_non_null(strstr(err.msg, "revoked"));
	assert_int_equal(opened(w, &h, 0, 12, false, &err), ENT_ESIG);
	assert_int_equal(opened(w, &h, 1, 5, false, &err), ENT_ESIG);
	assert_non_null(strstr(err.msg, "outside its period"));
	assert_int_equal(opened(w, &h, 3, 10, false, &err), ENT_ESIG);
	assert_non_null(strstr(err.msg, "never"));
}

/* North's list of cards, shown to South as in a call of statements. */
static int
shown(struct two *t, const char *cards, struct ent_err *err)
{
	const struct ent_json *v;

	assert_int_equal(ent_json_parse(t->a, ent_str_c(cards), 64, &v, err), 0);
	return ent_peer_cards(t->x[SOUTH], t->a, two_party(NORTH), v, err);
}

static void
a_card_that_does_not_follow_stops_the_counterpart(void **state)
{
	struct two *t = two_new();
	struct ent_str own, other;
	struct ent_peer p;
	struct ent_err err;

	(void)state;
	assert_int_equal(ent_exchange_card(t->x[NORTH], t->a, &own, &err), 0);
	assert_int_equal(ent_exchange_card(t->x[STRANGER], t->a, &other, &err), 0);
	/* what is known, and what another party's cards say, changes nothing */
	assert_int_equal(shown(t, ent_arena_printf(t->a, "[%.*s]", ENT_FMT(own)).p, &err), 0);
	assert_int_equal(shown(t, ent_arena_printf(t->a, "[%.*s]", ENT_FMT(other)).p, &err), 0);
	assert_int_equal(shown(t, "[]", &err), 0);
	assert_int_equal(ent_peer_get(t->x[SOUTH], t->a, two_party(NORTH), &p, &err), 0);
	assert_int_equal(p.state, ENT_PEER_CONFIRMED);
	/* a card that North signed, and that names no card before it */
	{
		const struct ent_key *k = &t->keys[NORTH].key[ENT_KEY_SIGN];
		struct ent_envelope e;
		struct ent_str body, forged;

		assert_int_equal(ent_envelope_parse(t->a, own, &e, &err), 0);
		body =
		    ent_arena_printf(t->a, "{\"zz\":1,%.*s", (int)e.body.n - 1, e.body.p + 1);
		assert_int_equal(
		    ent_envelope_make(t->a, ENT_ENV_CARD, body, k, &forged, NULL, &err), 0);
		assert_int_equal(
		    shown(t, ent_arena_printf(t->a, "[%.*s]", ENT_FMT(forged)).p, &err),
		    ENT_ESTATE);
	}
	assert_int_equal(ent_peer_get(t->x[SOUTH], t->a, two_party(NORTH), &p, &err), 0);
	assert_int_equal(p.state, ENT_PEER_STOPPED);
	assert_false(p.confirmed);
	assert_int_equal(
	    ent_peer_confirm(t->x[SOUTH], t->a, ENT_STR("North"), ENT_STR("1"), &p, &err),
	    ENT_ESTATE);
	two_free(t);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_card_follows_by_right_or_not_at_all),
		TEST(keys_are_good_for_their_time),
		TEST(no_key_signs_outside_its_period),
		cmocka_unit_test(a_card_that_does_not_follow_stops_the_counterpart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
