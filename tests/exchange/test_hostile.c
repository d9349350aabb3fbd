/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_hostile.c - a counterpart that is enrolled, signs with its own keys, and wants more than
 * the agreement gives it.
 */
#include "two.h"

#include "exchange/book.h"
#include "exchange/witness.h"
#include "ledger/witness.h"

static const struct ent_str none;

/* ---- agreements ---- */

static void
nobody_accepts_what_he_did_not_read(void **state)
{
	struct two *t = *state;
	struct ent_proposal p = two_proposal(t);
	struct ent_agreement *g = ent_arena_alloc(t->a, sizeof(*g));
	struct ent_str read;
	struct ent_waiting *w;
	struct ent_err err;
	size_t n;

	assert_int_equal(ent_agreement_propose(t->x[NORTH], t->a, &p, g, &err), 0);
	assert_int_equal(two_tell(t, NORTH, SOUTH, g->id, &err), 0);
	read = two_load(t, SOUTH, g->id)->document;
	/* while South reads it, another one comes, with terms to North's liking */
	p.amends = g->id;
	p.terms.tlp_max = ENT_TLP_RED;
	assert_int_equal(ent_agreement_propose(t->x[NORTH], t->a, &p, g, &err), 0);
	assert_int_equal(two_tell(t, NORTH, SOUTH, g->id, &err), 0);
	assert_int_equal(
	    ent_agreement_act(t->x[SOUTH], t->a, g->id, ENT_ACT_ACCEPT, none, none, &err),
	    ENT_ESTATE);
	assert_int_equal(ent_agreement_waiting(t->x[SOUTH], t->a, g->id, &w, &n, &err), 0);
	assert_int_equal(n, 2);
	assert_int_equal(ent_agreement_act(t->x[SOUTH], t->a, g->id, ENT_ACT_ACCEPT,
	                                   ENT_STR("0000000"), none, &err),
	                 ENT_EINVAL);
	assert_int_equal(ent_agreement_act(t->x[SOUTH], t->a, g->id, ENT_ACT_ACCEPT,
	                                   ENT_STR("00000000"), none, &err),
	                 ENT_ENOENT);
	read.n = 12;
	assert_int_equal(
	    ent_agreement_act(t->x[SOUTH], t->a, g->id, ENT_ACT_ACCEPT, read, none, &err), 0);
	g = two_load(t, SOUTH, g->id);
	assert_int_equal(g->state, ENT_IN_FORCE);
	assert_int_equal(g->version, 1);
	assert_int_equal(g->party[g->self].terms.tlp_max, ENT_TLP_AMBER);
	assert_int_equal(
	    ent_agreement_act(t->x[SOUTH], t->a, g->id, ENT_ACT_ACCEPT, read, none, &err),
	    ENT_ESTATE);
}

/* North's envelope of that body, as the one thing that South is given. */
static int
give(struct two *t, struct ent_str id, enum ent_envelope_type type, struct ent_str body,
     struct ent_err *err)
{
	bool document = type == ENT_ENV_AGREEMENT;
	struct ent_str text, bundle;
	size_t fresh;

	if (ent_envelope_make(t->a, type, body, &t->keys[NORTH].key[ENT_KEY_SIGN], &text, NULL,
	                      err))
		fail_msg("%s", err->msg);
	bundle =
	    ent_arena_printf(t->a, "{\"documents\":[%.*s],\"statements\":[%.*s]}",
	                     ENT_FMT(document ? text : none), ENT_FMT(document ? none : text));
	return two_take(t, SOUTH, id, two_party(NORTH), bundle, &fresh, err);
}

/* A statement by North, made by hand. */
static struct ent_str
statement(struct two *t, struct ent_str id, const char *act, const char *at, const char *reason)
{
	return ent_arena_printf(
	    t->a,
	    "{\"v\":1,\"kind\":\"statement\",\"by\":\"%.*s\",\"at\":\"%s\",\"agreement\":\""
	    "%.*s\",\"document\":\"%.*s\",\"act\":\"%s\",\"reason\":\"%s\"}",
	    ENT_FMT(two_party(NORTH)), at, ENT_FMT(id),
	    ENT_FMT(two_load(t, SOUTH, id)->document), act, reason);
}

/* The body of the agreement's document. */
static struct ent_str
document_body(struct two *t, struct ent_str id)
{
	const struct ent_json *v;
	struct ent_envelope e;
	struct ent_str bundle;
	struct ent_err err;

	if (ent_agreement_bundle(t->x[NORTH], t->a, id, (struct ent_str){ NULL, 0 }, NULL,
	                         &bundle, &err) ||
	    ent_json_parse(t->a, bundle, 32, &v, &err) ||
	    ent_envelope_parse(
		t->a, ent_json_raw(ent_json_at(ent_json_getc(v, "documents"), 0)), &e, &err))
		fail_msg("%s", err.msg);
	return e.body;
}

static void
a_statement_has_its_bounds(void **state)
{
	struct two *t = *state;
	struct ent_str id = two_agree(t, NULL);
	char reason[1002];
	struct ent_err err;

	memset(reason, 'x', sizeof(reason));
	reason[1001] = '\0';
	assert_int_equal(give(t, id, ENT_ENV_STATEMENT,
	                      statement(t, id, "suspend", "2019-01-01T00:00:00.000Z", reason),
	                      &err),
	                 ENT_ELIMIT);
	assert_int_equal(ent_agreement_act(t->x[SOUTH], t->a, id, ENT_ACT_SUSPEND, none,
	                                   ent_str_c(reason), &err),
	                 ENT_EINVAL);
	assert_int_equal(give(t, id, ENT_ENV_STATEMENT,
	                      statement(t, id, "rotate-key", "2019-01-01T00:00:00.000Z", "x"),
	                      &err),
	                 ENT_EUNUSABLE);
	assert_int_equal(give(t, id, ENT_ENV_STATEMENT,
	                      statement(t, id, "suspend", "2018-12-30T23:59:59.000Z", "x"),
	                      &err),
	                 ENT_EUNUSABLE);
	assert_int_equal(two_state(t, SOUTH, id), ENT_IN_FORCE);
}

static void
nobody_uses_up_the_versions(void **state)
{
	struct two *t = *state;
	struct ent_str id = two_agree(t, NULL), body = document_body(t, id);
	const char *at = memmem(body.p, body.n, "\"version\":1", 11);
	struct ent_err err;

	assert_non_null(at);
	for (int i = 0; i < 2; i++) {
		struct ent_str next =
		    ent_arena_printf(t->a, "%.*s\"version\":%d%.*s", (int)(at - body.p), body.p,
		                     1 + ENT_VERSIONS_AHEAD + i,
		                     (int)(body.n - (size_t)(at - body.p) - 11), at + 11);

		assert_int_equal(give(t, id, ENT_ENV_AGREEMENT, next, &err),
		                 i ? ENT_EUNUSABLE : 0);
	}
}

static void
a_notice_does_not_begin_before_the_agreement(void **state)
{
	struct two *t = *state;
	struct ent_proposal p = two_proposal(t);
	struct ent_agreement *g = ent_arena_alloc(t->a, sizeof(*g));
	struct ent_str id;
	struct ent_err err;

	p.notice_days = 1;
	assert_int_equal(ent_agreement_propose(t->x[NORTH], t->a, &p, g, &err), 0);
	id = g->id;
	assert_int_equal(two_tell(t, NORTH, SOUTH, id, &err), 0);
	test_clock += 40 * HOUR;
	assert_int_equal(
	    ent_agreement_act(t->x[SOUTH], t->a, id, ENT_ACT_ACCEPT, none, none, &err), 0);
	/* dated before South accepted: its day would have passed already */
	assert_int_equal(give(t, id, ENT_ENV_STATEMENT,
	                      statement(t, id, "terminate", "2019-01-01T00:00:00.000Z", "x"),
	                      &err),
	                 0);
	assert_int_equal(two_state(t, SOUTH, id), ENT_IN_FORCE);
	test_clock += DAY;
	assert_int_equal(two_state(t, SOUTH, id), ENT_TERMINATED);
}

static void
the_ledger_says_our_words_for_an_act(void **state)
{
	struct two *t = *state;
	struct ent_str id = two_agree(t, NULL), body = document_body(t, id);
	struct ent_err err;

	body = ent_arena_printf(t->a, "{\"act\":\"accept\\\",\\\"forged\\\":\\\"yes\",%.*s",
	                        (int)(body.n - 1), body.p + 1);
	assert_int_equal(give(t, id, ENT_ENV_AGREEMENT, body, &err), 0);
	assert_false(two_ledger_has(t, SOUTH, id, "forged"));
}

static void
a_stranger_learns_nothing_of_an_agreement(void **state)
{
	struct two *t = *state;
	struct ent_str id = two_agree(t, NULL), bundle,
		       other = ENT_STR("6c1b1b55-1b1b-4d05-9d38-7b6b7b6b7b77");
	struct ent_err there, not_there;
	struct ent_peer peer;
	size_t fresh;

	two_enrol(t, SOUTH, STRANGER, &peer);
	assert_int_equal(ent_agreement_bundle(t->x[NORTH], t->a, id,
	                                      (struct ent_str){ NULL, 0 }, NULL, &bundle,
	                                      &there),
	                 0);
	assert_int_equal(two_take(t, SOUTH, id, two_party(STRANGER), bundle, &fresh, &there),
	                 ENT_ENOENT);
	assert_int_equal(
	    two_take(t, SOUTH, other, two_party(STRANGER), ENT_STR("{}"), &fresh, &not_there),
	    ENT_ENOENT);
	memcpy(strstr(not_there.msg, other.p), id.p, id.n);
	assert_string_equal(there.msg, not_there.msg);
}

/* ---- cards ---- */

static void
no_card_takes_what_is_another_ones(void **state)
{
	struct two *t = *state;
	static const struct {
		const char *name, *host;
		uint8_t pin;
		int rc;
	} cases[] = {
		{ "East", "east.example", 0x30, 0 },
		{ "East", "south.example", 0x31, ENT_ECONFLICT },
		{ "East", "north.example", 0x31, ENT_ECONFLICT }, /* the node's own */
		{ "East", "east.example", 0x11, ENT_ECONFLICT },
		{ "East", "east.example", 0x10, ENT_ECONFLICT },
		{ "sOUTH", "east.example", 0x31, ENT_ECONFLICT },
		{ "south.example", "east.example", 0x31, ENT_ECONFLICT },
		{ "identity--6c1b1b55-1b1b-4d05-9d38-7b6b7b6b7b02", "east.example", 0x31,
		  ENT_EINVAL },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct ent_exchange_config c = { .store_url = "memory:",
			                         .keys = &t->keys[STRANGER],
			                         .name = cases[i].name,
			                         .party = "identity--6c1b1b55-1b1b-4d05-9d38-"
			                                  "7b6b7b6b7b09",
			                         .host = cases[i].host,
			                         .url = "",
			                         .cert_file = "",
			                         .key_file = "" };
		struct ent_exchange *x;
		struct ent_peer peer;
		struct ent_str card;
		struct ent_err err;
		int rc;

		memset(c.pin, cases[i].pin, sizeof(c.pin));
		assert_int_equal(ent_exchange_open(&c, &x, &err), 0);
		assert_int_equal(ent_exchange_found(x, &err), 0);
		assert_int_equal(ent_exchange_card(x, t->a, &card, &err), 0);
		rc = ent_peer_add_card(t->x[NORTH], t->a, card, "", NULL, &peer, &err);
		ent_exchange_close(x);
		if (rc != cases[i].rc)
			fail_msg("case %zu: %d %s", i, rc, rc ? err.msg : "");
		if (rc == 0)
			assert_int_equal(
			    ent_peer_remove(t->x[NORTH], t->a, ENT_STR("East"), false, &err),
			    0);
	}
}

static void
a_party_of_a_running_agreement_is_not_forgotten_by_mistake(void **state)
{
	struct two *t = *state;
	struct ent_str id = two_agree(t, NULL), south = ENT_STR("South");
	struct ent_err err;

	(void)id;
	assert_int_equal(ent_peer_remove(t->x[NORTH], t->a, south, false, &err), ENT_ESTATE);
	assert_int_equal(ent_peer_remove(t->x[NORTH], t->a, south, true, &err), 0);
}

/* ---- ledgers ---- */

static struct ent_str
checkpoint_of(struct two *t, int node, struct ent_str name, uint64_t old, uint64_t *size)
{
	struct ent_add_checkpoint r = { .old = old };
	struct ent_err err;

	if (ent_book_checkpoint(t->x[node], t->a, name, &r.note, size, &err) ||
	    ent_book_consistency(t->x[node], name, old, *size, r.proof, &r.count, &err))
		fail_msg("%s", err.msg);
	return ent_add_checkpoint_print(t->a, &r);
}

static void
an_origin_has_one_spelling(void **state)
{
	static const char *const hosts[] = { "South", "SOUTH.EXAMPLE", "south.example.",
		                             "identity--6c1b1b55-1b1b-4d05-9d38-7b6b7b6b7b02" };
	struct two *t = *state;
	struct ent_str id = two_agree(t, NULL);
	const struct ent_key *k = &t->keys[SOUTH].key[ENT_KEY_LEDGER];
	struct ent_witnessed w;
	struct ent_err err;

	for (size_t i = 0; i < sizeof(hosts) / sizeof(hosts[0]); i++) {
		struct ent_add_checkpoint r = { .old = 0 };
		struct ent_str origin =
		    ent_arena_printf(t->a, "%s/entente/%.*s", hosts[i], ENT_FMT(id));
		struct ent_hash root = { { (uint8_t)i } };

		assert_int_equal(
		    ent_checkpoint_sign(t->a, origin, 42, &root, k->pub, k->sec, &r.note, &err),
		    0);
		assert_int_equal(ent_witness_add(t->x[NORTH], t->a, two_party(SOUTH),
		                                 ent_add_checkpoint_print(t->a, &r), &w, &err),
		                 0);
		assert_int_equal(w.status, 404);
	}
}

static void
nobody_can_make_another_ones_ledger_look_forged(void **state)
{
	struct two *t = *state;
	struct ent_str id = two_agree(t, NULL), first, bad;
	struct ent_conflict *c;
	struct ent_witnessed w;
	struct ent_err err;
	uint64_t size, next;
	char *at;
	size_t n;

	first = checkpoint_of(t, SOUTH, id, 0, &size);
	assert_int_equal(ent_witness_add(t->x[NORTH], t->a, two_party(SOUTH), first, &w, &err),
	                 0);
	assert_int_equal(w.status, 200);
	assert_int_equal(
	    ent_agreement_act(t->x[SOUTH], t->a, id, ENT_ACT_SUSPEND, none, none, &err), 0);
	bad = ent_arena_dup(t->a, checkpoint_of(t, SOUTH, id, size, &next));
	at = strchr(bad.p, '\n') + 1; /* the first hash of the proof */
	*at = *at == 'A' ? 'B' : 'A';
	/* South's own genuine checkpoint, with a proof that somebody else spoiled */
	assert_int_equal(ent_witness_add(t->x[NORTH], t->a, two_party(STRANGER), bad, &w, &err),
	                 0);
	assert_int_equal(w.status, 404);
	assert_int_equal(ent_conflicts(t->x[NORTH], t->a, &c, &n, &err), 0);
	assert_int_equal(n, 0);
	/* South itself is held to what it shows */
	assert_int_equal(ent_witness_add(t->x[NORTH], t->a, two_party(SOUTH), bad, &w, &err),
	                 0);
	assert_int_equal(w.status, 422);
	assert_int_equal(ent_conflicts(t->x[NORTH], t->a, &c, &n, &err), 0);
	assert_int_equal(n, 1);
}

static void
a_conflict_is_kept_however_long_its_notes_are(void **state)
{
	struct two *t = *state;
	struct ent_str id = two_agree(t, NULL), notes[2], kept;
	const struct ent_key *k = &t->keys[SOUTH].key[ENT_KEY_LEDGER];
	uint64_t size;
	struct ent_conflict *c;
	struct ent_witnessed w;
	struct ent_err err;
	size_t n;

	for (int i = 0; i < 2; i++) {
		struct ent_hash root = { { (uint8_t)i } };
		struct ent_add_checkpoint r = { .old = i ? 5 : 0 };
		struct ent_str origin =
		    ent_arena_printf(t->a, "south.example/entente/%.*s", ENT_FMT(id));

		assert_int_equal(ent_checkpoint_sign(t->a, origin, 5, &root, k->pub, k->sec,
		                                     &notes[i], &err),
		                 0);
		/* signature lines of others may stand behind it, as many as a note takes */
		for (int line = 0; line < 80; line++)
			notes[i] = ent_arena_printf(
			    t->a, "%.*s\xe2\x80\x94 somebody%d %s\n", ENT_FMT(notes[i]), line,
			    ent_arena_printf(t->a, "AAAAAA%0698dAA==", 0).p);
		r.note = notes[i];
		assert_int_equal(ent_witness_add(t->x[NORTH], t->a, two_party(SOUTH),
		                                 ent_add_checkpoint_print(t->a, &r), &w, &err),
		                 0);
		assert_int_equal(w.status, i ? 422 : 200);
		/* of what was cosigned, nobody else's words are kept */
		assert_int_equal(
		    ent_witness_last(t->x[NORTH], t->a, origin, &size, &kept, &err), 0);
		assert_null(memmem(kept.p, kept.n, "somebody", 8));
	}
	assert_true(notes[0].n + notes[1].n > 65535);
	assert_int_equal(ent_conflicts(t->x[NORTH], t->a, &c, &n, &err), 0);
	assert_int_equal(n, 1);
	assert_true(ent_str_eq(c[0].shown, notes[1]));
	assert_true(two_ledger_has(t, NORTH, ENT_BOOK_INTERNAL, "shown_sha256"));
	assert_int_equal(ent_conflict_clear(t->x[NORTH], t->a, c[0].origin, &err), 0);
	assert_true(two_ledger_has(t, NORTH, ENT_BOOK_INTERNAL, "ledger-conflict-cleared"));
}

static void
witnesses_stand_beside_each_other(void **state)
{
	static const int by[] = { SOUTH, STRANGER, SOUTH };
	static const char *const names[] = { "", "south.example/entente",
		                             "stranger.example/entente" };
	struct two *t = *state;
	struct ent_str id = two_agree(t, NULL), note, line;
	struct ent_buf b;
	struct ent_err err;
	uint64_t size;

	assert_int_equal(ent_book_checkpoint(t->x[NORTH], t->a, id, &note, &size, &err), 0);
	for (int i = 0; i < 3; i++) {
		const struct ent_key *k = &t->keys[by[i]].key[ENT_KEY_WITNESS];
		struct ent_str name = ent_str_c(names[by[i]]), whole;
		struct ent_cosignature cs;
		struct ent_checkpoint cp;

		assert_int_equal(
		    ent_cosign(t->a, note, name, T0 / 1000000 + i, k->pub, k->sec, &line, &err),
		    0);
		/* with a line behind it of the same name, and one of somebody else */
		whole = ent_arena_printf(t->a,
		                         "%.*s%.*s\xe2\x80\x94 %.*s AAAAAAAA\n"
		                         "\xe2\x80\x94 rubbish AAAAAAAA\n",
		                         ENT_FMT(note), ENT_FMT(line), ENT_FMT(name));
		assert_int_equal(ent_checkpoint_parse(whole, &cp, &err), 0);
		assert_int_equal(ent_cosignature_find(whole, name, k->pub, &cs, &err), 0);
		assert_int_equal(ent_exchange_batch_begin(t->x[NORTH], &err), 0);
		assert_int_equal(
		    ent_book_cosigned(t->x[NORTH], t->a, id, &cp, name, k->pub, &cs, &err), 0);
		assert_int_equal(ent_exchange_batch_end(t->x[NORTH], &err), 0);
	}
	ent_buf_init(&b, 1 << 20);
	assert_int_equal(ent_book_export(t->x[NORTH], id, true, &b, &err), 0);
	ent_buf_ch(&b, '\0');
	{
		const char *text = strrchr(ent_buf_view(&b).p, '}');
		int lines = 0;

		for (const char *at = text; (at = strstr(at, "\xe2\x80\x94 ")) != NULL; at++)
			lines++;
		assert_int_equal(lines, 3); /* our own signature and one of each witness */
		assert_non_null(strstr(text, "\xe2\x80\x94 south.example/entente "));
		assert_non_null(strstr(text, "\xe2\x80\x94 stranger.example/entente "));
		assert_null(strstr(text, "AAAAAAAA"));
	}
	ent_buf_release(&b);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, two_setup, two_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(nobody_accepts_what_he_did_not_read),
		TEST(a_statement_has_its_bounds),
		TEST(nobody_uses_up_the_versions),
		TEST(a_notice_does_not_begin_before_the_agreement),
		TEST(the_ledger_says_our_words_for_an_act),
		TEST(a_stranger_learns_nothing_of_an_agreement),
		TEST(no_card_takes_what_is_another_ones),
		TEST(a_party_of_a_running_agreement_is_not_forgotten_by_mistake),
		TEST(an_origin_has_one_spelling),
		TEST(nobody_can_make_another_ones_ledger_look_forged),
		TEST(a_conflict_is_kept_however_long_its_notes_are),
		TEST(witnesses_stand_beside_each_other),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
