/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_note.c - checkpoints and cosignatures: what is signed opens, and nothing else does.
 */
#include "test.h"

#include <entente/ledger.h>

#include "base/enc.h"
#include "base/limits.h"
#include "crypto/sign.h"
#include "ledger/witness.h"

#define DASH   "\xe2\x80\x94 "
#define ORIGIN "alpha.example/entente/0f0e"
#define ROOT   "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
#define TEXT   ORIGIN "\n0\n" ROOT "\n"

struct world {
	struct ent_arena *a;
	struct ent_keys alpha, bravo;
	struct ent_hash root;
	struct ent_str note; /* of alpha, size 812 */
};

static int
setup(void **state)
{
	struct world *w = calloc(1, sizeof(*w));
	uint8_t seed[ENT_SEED] = { 1 };

	w->a = ent_arena_new(1 << 20);
	ent_keys_derive(seed, &w->alpha);
	seed[0] = 2;
	ent_keys_derive(seed, &w->bravo);
	ent_empty_root(&w->root);
	*state = w;
	return ent_checkpoint_sign(w->a, ENT_STR(ORIGIN), 812, &w->root,
	                           w->alpha.key[ENT_KEY_LEDGER].pub,
	                           w->alpha.key[ENT_KEY_LEDGER].sec, &w->note, NULL);
}

static int
teardown(void **state)
{
	struct world *w = *state;

	ent_arena_free(w->a);
	free(w);
	return 0;
}

/* A copy that a test may change; it has a NUL behind it. */
static char *
writable(const struct world *w, struct ent_str s)
{
	char *p = ent_arena_alloc(w->a, s.n + 1);

	memcpy(p, s.p, s.n);
	return p;
}

static int
open_as(const struct world *w, struct ent_str note, const struct ent_keys *k,
        struct ent_checkpoint *cp)
{
	(void)w;
	return ent_checkpoint_open(note, k->key[ENT_KEY_LEDGER].pub, cp, NULL);
}

static struct ent_str
cosign(const struct world *w, struct ent_str note, const char *name, int64_t time)
{
	const struct ent_key *k = &w->bravo.key[ENT_KEY_WITNESS];
	struct ent_str line;

	assert_int_equal(
	    ent_cosign(w->a, note, ent_str_c(name), time, k->pub, k->sec, &line, NULL), 0);
	return ent_arena_printf(w->a, "%.*s%.*s", ENT_FMT(note), ENT_FMT(line));
}

static void
checkpoint_opens_with_its_key_only(void **state)
{
	struct world *w = *state;
	struct ent_checkpoint cp;

	assert_true(ent_str_starts(w->note, ORIGIN "\n812\n" ROOT "\n\n" DASH ORIGIN " "));
	assert_int_equal(open_as(w, w->note, &w->alpha, &cp), 0);
	assert_str(cp.origin, ORIGIN);
	assert_int_equal(cp.size, 812);
	assert_memory_equal(cp.root.b, w->root.b, ENT_HASH);
	assert_str(cp.text, ORIGIN "\n812\n" ROOT "\n");
	assert_ptr_equal(cp.text.p, w->note.p);
	assert_int_equal(open_as(w, w->note, &w->bravo, &cp), ENT_ESIG);
	/* One key for one kind of signature: the same node's other keys don't open it either.
	 */
	assert_int_equal(
	    ent_checkpoint_open(w->note, w->alpha.key[ENT_KEY_SIGN].pub, &cp, NULL), ENT_ESIG);
}

static void
no_changed_byte_opens(void **state)
{
	struct world *w = *state;
	struct ent_checkpoint cp;
	char *p = writable(w, w->note);
	struct ent_str copy = { p, w->note.n };

	for (size_t i = 0; i < copy.n; i++)
		for (int bit = 0; bit < 8; bit++) {
			p[i] ^= (char)(1 << bit);
			assert_int_not_equal(open_as(w, copy, &w->alpha, &cp), 0);
			p[i] ^= (char)(1 << bit);
		}
	for (size_t n = 0; n < copy.n; n++)
		assert_int_not_equal(open_as(w, (struct ent_str){ copy.p, n }, &w->alpha, &cp),
		                     0);
	assert_int_equal(open_as(w, copy, &w->alpha, &cp), 0);
}

static void
lines_of_others_are_ignored(void **state)
{
	struct world *w = *state;
	struct ent_checkpoint cp;
	struct ent_str note;

	/* Unknown names and kinds, a long signature, our name with another key. */
	note = ent_arena_printf(
	    w->a, "%.*s" DASH "other AAAAAAA=\n" DASH ORIGIN " AAAAAAAAAAAAAAAAAAAAAAAAAAAA\n",
	    ENT_FMT(w->note));
	assert_int_equal(open_as(w, note, &w->alpha, &cp), 0);
	note = cosign(w, note, "bravo.example/entente", 1790000000);
	assert_int_equal(open_as(w, note, &w->alpha, &cp), 0);
	assert_int_equal(cp.size, 812);
}

static void
a_wrong_signature_by_the_right_name_and_key_is_refused(void **state)
{
	struct world *w = *state;
	struct ent_str second, note;
	struct ent_checkpoint cp;

	/* The signature of another size, moved here beside the right one. */
	assert_int_equal(ent_checkpoint_sign(w->a, ENT_STR(ORIGIN), 813, &w->root,
	                                     w->alpha.key[ENT_KEY_LEDGER].pub,
	                                     w->alpha.key[ENT_KEY_LEDGER].sec, &second, NULL),
	                 0);
	note = ent_arena_printf(w->a, "%.*s%s", ENT_FMT(w->note), strstr(second.p, "\n\n") + 2);
	assert_int_equal(open_as(w, note, &w->alpha, &cp), ENT_ESIG);
	note =
	    ent_arena_printf(w->a, "%.*s%s", ENT_FMT(w->note), strstr(w->note.p, "\n\n") + 2);
	assert_int_equal(open_as(w, note, &w->alpha, &cp),
	                 0); /* the same line twice says nothing new */
}

static void
what_is_no_checkpoint_is_not_parsed(void **state)
{
#define SIG DASH "x AAAAAAAA\n"
	static const char *const bad[] = {
		"",
		"\n",
		"x\n",
		TEXT,                                   /* no signature part */
		TEXT "\n",                              /* no signature */
		TEXT SIG,                               /* no empty line */
		TEXT "\n\n" SIG,                        /* two */
		TEXT "\n" DASH "x AAAAAAAA",            /* no line feed at the end */
		TEXT "\n" SIG "\n",                     /* an empty line behind */
		TEXT "\n- x AAAAAAAA\n",                /* a hyphen for a dash */
		TEXT "\n\xe2\x80\x94x AAAAAAAA\n",      /* no blank behind the dash */
		TEXT "\n" DASH " AAAAAAAA\n",           /* no name */
		TEXT "\n" DASH "x+y AAAAAAAA\n",        /* plus in a name */
		TEXT "\n" DASH "x\xc2\xa0y AAAAAAAA\n", /* a blank of Unicode's in a name */
		TEXT "\n" DASH "x\n",                   /* nothing behind the name */
		TEXT "\n" DASH "x AAAA\n",              /* shorter than a key id */
		TEXT "\n" DASH "x AAAAAA==\n",          /* a key id alone */
		TEXT "\n" DASH "x AAAAAAA\n",           /* not base64 */
		TEXT "\n" DASH "x AAAA=AAA\n",          /* padding within */
		TEXT "\n" DASH "x AAAAAAA=AAAA\n",      /* the same, behind the first eight */
		TEXT "\n" DASH "x AAAAAAAA AAAAAAAA\n", /* a third word */
		ORIGIN "\n0\n" ROOT "\nmore\n\n" SIG,   /* extension lines */
		ORIGIN "\n0\n" ROOT "\r\n\n" SIG,       /* control characters */
		"\n0\n" ROOT "\n\n" SIG,                /* no origin */
		ORIGIN "\n00\n" ROOT "\n\n" SIG,        /* one number, one text */
		ORIGIN "\n01\n" ROOT "\n\n" SIG,
		ORIGIN "\n+1\n" ROOT "\n\n" SIG,
		ORIGIN "\n-34\n" ROOT "\n\n" SIG,
		ORIGIN "\n\n" ROOT "\n\n" SIG,
		ORIGIN "\nbananas\n" ROOT "\n\n" SIG,
		ORIGIN "\n4611686018427387905\n" ROOT "\n\n" SIG, /* 2^62 + 1 */
		ORIGIN "\n18446744073709551617\n" ROOT "\n\n" SIG,
		ORIGIN "\n0\nYmFuYW5hcw==\n\n" SIG, /* not 32 bytes */
		ORIGIN "\n0\n" ROOT "AAAA\n\n" SIG,
		ORIGIN
		"\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFV=\n\n" SIG, /* trailing bits */
		"\xff\n0\n" ROOT "\n\n" SIG,                                 /* not UTF-8 */
	};
	struct ent_checkpoint cp;

	(void)state;
	assert_int_equal(ent_checkpoint_parse(ENT_STR(TEXT "\n" SIG), &cp, NULL), 0);
	assert_int_equal(ent_checkpoint_parse(
			     ENT_STR("x\n4611686018427387904\n" ROOT "\n\n" SIG), &cp, NULL),
	                 0);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (ent_checkpoint_parse(ent_str_c(bad[i]), &cp, NULL) != ENT_EPARSE)
			fail_msg("case %zu: %s", i, bad[i]);
	assert_int_equal(ent_checkpoint_parse(ENT_STR("x\0\n0\n" ROOT "\n\n" SIG), &cp, NULL),
	                 ENT_EPARSE);
}

static void
size_of_a_note_is_bounded(void **state)
{
	struct world *w = *state;
	struct ent_checkpoint cp;
	struct ent_str note = ENT_STR(TEXT "\n");
	char *big = calloc(1, ENT_NOTE_MAX + 100);

	for (int i = 0; i < ENT_NOTE_LINES; i++)
		note = ent_arena_printf(w->a, "%.*s" SIG, ENT_FMT(note));
	assert_int_equal(ent_checkpoint_parse(note, &cp, NULL), 0);
	note = ent_arena_printf(w->a, "%.*s" SIG, ENT_FMT(note));
	assert_int_equal(ent_checkpoint_parse(note, &cp, NULL), ENT_EPARSE);
	memset(big, 'o', ENT_NOTE_NAME + 1);
	strcpy(big + ENT_NOTE_NAME + 1, "\n0\n" ROOT "\n\n" SIG);
	assert_int_equal(ent_checkpoint_parse(ent_str_c(big + 1), &cp, NULL), 0);
	assert_int_equal(ent_checkpoint_parse(ent_str_c(big), &cp, NULL), ENT_EPARSE);
	strcpy(big, TEXT "\n" DASH "x ");
	memset(big + strlen(big), 'A', (ENT_NOTE_MAX - 200) / 4 * 4);
	strcat(big, "\n");
	assert_int_equal(ent_checkpoint_parse(ent_str_c(big), &cp, NULL),
	                 0); /* a signature of some other kind */
	memset(big, 'A', ENT_NOTE_MAX + 1);
	assert_int_equal(
	    ent_checkpoint_parse((struct ent_str){ big, ENT_NOTE_MAX + 1 }, &cp, NULL),
	    ENT_EPARSE);
	free(big);
}

static void
signer_needs_a_proper_name_and_its_own_key(void **state)
{
	static const char *const names[] = { "",     "a b",           "a+b", "a\nb",
		                             "a\tb", "a\xe3\x80\x80", "\xff" };
	struct world *w = *state;
	const struct ent_key *k = &w->alpha.key[ENT_KEY_LEDGER],
			     *o = &w->bravo.key[ENT_KEY_LEDGER];
	struct ent_str out;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		assert_int_equal(ent_checkpoint_sign(w->a, ent_str_c(names[i]), 0, &w->root,
		                                     k->pub, k->sec, &out, NULL),
		                 ENT_EINVAL);
		assert_int_equal(ent_cosign(w->a, w->note, ent_str_c(names[i]), 0, k->pub,
		                            k->sec, &out, NULL),
		                 ENT_EINVAL);
	}
	assert_int_equal(
	    ent_checkpoint_sign(w->a, ENT_STR("x"), 0, &w->root, o->pub, k->sec, &out, NULL),
	    ENT_EINVAL);
	assert_int_equal(ent_checkpoint_sign(w->a, ENT_STR("x"), UINT64_MAX, &w->root, k->pub,
	                                     k->sec, &out, NULL),
	                 ENT_EINVAL);
	assert_int_equal(
	    ent_cosign(w->a, w->note, ENT_STR("x"), -1, k->pub, k->sec, &out, NULL),
	    ENT_EINVAL);
	assert_int_equal(
	    ent_cosign(w->a, ENT_STR("x"), ENT_STR("x"), 0, k->pub, k->sec, &out, NULL),
	    ENT_EPARSE);
}

static void
cosignature_is_found_with_its_time(void **state)
{
	struct world *w = *state;
	const uint8_t *pub = w->bravo.key[ENT_KEY_WITNESS].pub;
	struct ent_str name = ENT_STR("bravo.example/entente"), note;
	struct ent_cosignature c;

	assert_int_equal(ent_cosignature_find(w->note, name, pub, &c, NULL), ENT_ENOENT);
	note = cosign(w, w->note, "bravo.example/entente", 1790000000);
	assert_int_equal(ent_cosignature_find(note, name, pub, &c, NULL), 0);
	assert_int_equal(c.time, 1790000000);
	assert_int_equal(
	    ent_cosignature_find(note, ENT_STR("charlie.example/entente"), pub, &c, NULL),
	    ENT_ENOENT);
	assert_int_equal(
	    ent_cosignature_find(note, name, w->alpha.key[ENT_KEY_WITNESS].pub, &c, NULL),
	    ENT_ENOENT);
	/* Cosigned again later: the latest counts, wherever it stands. */
	note = cosign(w, note, "bravo.example/entente", 1800000000);
	note = cosign(w, note, "bravo.example/entente", 1700000000);
	assert_int_equal(ent_cosignature_find(note, name, pub, &c, NULL), 0);
	assert_int_equal(c.time, 1800000000);
	note = cosign(w, w->note, "bravo.example/entente", INT64_MAX);
	assert_int_equal(ent_cosignature_find(note, name, pub, &c, NULL), 0);
	assert_true(c.time == INT64_MAX);
}

static void
changed_cosignature_fails(void **state)
{
	struct world *w = *state;
	const uint8_t *pub = w->bravo.key[ENT_KEY_WITNESS].pub;
	struct ent_str name = ENT_STR("bravo.example/entente");
	struct ent_str note = cosign(w, w->note, "bravo.example/entente", 1790000000);
	struct ent_cosignature c;
	char *p = writable(w, note);
	size_t line = w->note.n + sizeof(DASH) - 1 + name.n + 1;

	note.p = p;
	/* Behind the key id (whose last bits stand in the sixth digit): time and signature. */
	for (size_t i = line + 6; i < note.n - 3; i++) {
		char was = p[i];

		p[i] = was == 'A' ? 'B' : 'A';
		assert_int_equal(ent_cosignature_find(note, name, pub, &c, NULL), ENT_ESIG);
		p[i] = was;
	}
	assert_int_equal(ent_cosignature_find(note, name, pub, &c, NULL), 0);
	/* For another size: the line moved to a checkpoint that the witness didn't see. */
	note = ent_arena_printf(w->a, "%s", strstr(note.p, DASH "bravo"));
	note = ent_arena_printf(w->a, TEXT "\n%.*s", ENT_FMT(note));
	assert_int_equal(ent_cosignature_find(note, name, pub, &c, NULL), ENT_ESIG);
}

static void
full_arena_is_told(void **state)
{
	struct world *w = *state;
	const struct ent_key *k = &w->alpha.key[ENT_KEY_LEDGER];
	struct ent_add_checkpoint body = { .note = w->note };
	struct ent_arena *full = ent_arena_new(16);
	struct ent_str out;

	assert_int_equal(
	    ent_checkpoint_sign(full, ENT_STR(ORIGIN), 1, &w->root, k->pub, k->sec, &out, NULL),
	    ENT_ENOMEM);
	assert_int_equal(ent_cosign(full, w->note, ENT_STR("x"), 1, k->pub, k->sec, &out, NULL),
	                 ENT_ENOMEM);
	assert_null(ent_add_checkpoint_print(full, &body).p);
	ent_arena_free(full);
}

static void
witness_body_prints_and_parses(void **state)
{
	static const size_t counts[] = { 0, 1, 2, ENT_LEDGER_PROOF_MAX };
	struct world *w = *state;

	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		struct ent_add_checkpoint in = { .old = 700 + i,
			                         .count = counts[i],
			                         .note = w->note },
					  out;
		struct ent_str text;

		for (size_t j = 0; j < in.count; j++)
			in.proof[j].b[j % ENT_HASH] = (uint8_t)(j + 1);
		text = ent_add_checkpoint_print(w->a, &in);
		assert_int_equal(ent_add_checkpoint_parse(text, &out, NULL), 0);
		assert_int_equal(out.old, in.old);
		assert_int_equal(out.count, in.count);
		assert_memory_equal(out.proof, in.proof, in.count * sizeof(in.proof[0]));
		assert_true(ent_str_eq(out.note, w->note));
	}
}

static void
what_is_no_witness_body_is_refused(void **state)
{
	static const char *const bad[] = {
		"",
		"old 0\n",    /* no empty line */
		"old 00\n\n", /* one number, one text */
		"old -1\n\n",
		"old\n\n",
		"Old 0\n\n",
		"old 0 \n\n",
		"size 0\n\n",
		"old 4611686018427387905\n\n",
		"old 1\nAAAA\n\n", /* not 32 bytes */
		"old 1\n" ROOT " \n\n",
		"old 1\n" ROOT "\r\n\n",
		"old 1\n" ROOT "\n\n\n", /* two empty lines */
	};
	struct world *w = *state;
	struct ent_add_checkpoint in = { .count = ENT_LEDGER_PROOF_MAX, .note = w->note }, out;
	struct ent_str text;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		text = ent_arena_printf(w->a, "%s%.*s", bad[i], ENT_FMT(w->note));
		if (ent_add_checkpoint_parse(text, &out, NULL) != ENT_EPARSE)
			fail_msg("case %zu: %s", i, bad[i]);
	}
	/* Nothing, and no checkpoint behind the rest. */
	assert_int_equal(ent_add_checkpoint_parse(ENT_STR(""), &out, NULL), ENT_EPARSE);
	assert_int_equal(ent_add_checkpoint_parse(ENT_STR("old 0\n"), &out, NULL), ENT_EPARSE);
	assert_int_equal(ent_add_checkpoint_parse(ENT_STR("old 0\n\n"), &out, NULL),
	                 ENT_EPARSE);
	text = ent_add_checkpoint_print(w->a, &in);
	text = ent_arena_printf(w->a, "old 0\n" ROOT "\n%s", text.p + strlen("old 0\n"));
	assert_int_equal(ent_add_checkpoint_parse(text, &out, NULL),
	                 ENT_EPARSE); /* 64 hashes */
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(checkpoint_opens_with_its_key_only, setup,
		                                teardown),
		cmocka_unit_test_setup_teardown(no_changed_byte_opens, setup, teardown),
		cmocka_unit_test_setup_teardown(lines_of_others_are_ignored, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    a_wrong_signature_by_the_right_name_and_key_is_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(what_is_no_checkpoint_is_not_parsed, setup,
		                                teardown),
		cmocka_unit_test_setup_teardown(size_of_a_note_is_bounded, setup, teardown),
		cmocka_unit_test_setup_teardown(signer_needs_a_proper_name_and_its_own_key,
		                                setup, teardown),
		cmocka_unit_test_setup_teardown(cosignature_is_found_with_its_time, setup,
		                                teardown),
		cmocka_unit_test_setup_teardown(changed_cosignature_fails, setup, teardown),
		cmocka_unit_test_setup_teardown(full_arena_is_told, setup, teardown),
		cmocka_unit_test_setup_teardown(witness_body_prints_and_parses, setup,
		                                teardown),
		cmocka_unit_test_setup_teardown(what_is_no_witness_body_is_refused, setup,
		                                teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
