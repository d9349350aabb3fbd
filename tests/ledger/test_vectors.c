/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_vectors.c - trees, proofs and notes against published vectors, and against those that
 * Go's own sumdb made.
 */
#include "trees.h"
#include "vectors.h"

#include "crypto/sign.h"

/* A byte string as a hash.  Some cases have shorter ones: filled up with zeros they are as
 * wrong as before. */
static void
hash_of(struct ent_str b64, struct ent_hash *out)
{
	uint8_t raw[64];
	size_t n;

	memset(out, 0, sizeof(*out));
	assert_true(b64.n <= 64);
	assert_int_equal(ent_unb64(b64, raw, &n), 0);
	memcpy(out->b, raw, n < ENT_HASH ? n : ENT_HASH);
}

static void
hash_at(const struct ent_json *c, const char *key, struct ent_hash *out)
{
	hash_of(ent_json_getstr(c, key), out);
}

/* Given in a block of its own size, so that a read behind it is seen. */
static struct ent_hash *
proof_of(const struct ent_json *c, size_t *count)
{
	const struct ent_json *proof = ent_json_getc(c, "proof");
	struct ent_hash *p = calloc(ent_json_count(proof) + 1, sizeof(*p));

	*count = ent_json_count(proof);
	for (size_t i = 0; i < *count; i++)
		hash_of(ent_json_str(ent_json_at(proof, i)), &p[i]);
	return p;
}

static void
roots_of_the_eight_leaf_tree(void **state)
{
	struct ent_arena *a;
	const struct ent_json *v = vectors("vectors/rfc6962/tree8.json", &a);
	const struct ent_json *leaves = ent_json_getc(v, "leaf_inputs_hex"), *roots;
	struct ent_range r;

	(void)state;
	roots = ent_json_getc(v, "root_by_size_hex");
	ent_range_init(&r);
	for (size_t i = 0; i < ent_json_count(roots); i++) {
		struct ent_str leaf = ent_json_str(ent_json_at(leaves, i));
		struct ent_hash want, got;
		uint8_t raw[64];

		assert_int_equal(
		    ent_unhex(ent_json_str(ent_json_at(roots, i)), want.b, ENT_HASH), 0);
		ent_range_root(&r, &got);
		assert_hash(&got, &want);
		if (i == ent_json_count(leaves))
			break;
		assert_int_equal(ent_unhex(leaf, raw, leaf.n / 2), 0);
		ent_leaf_hash((struct ent_str){ (const char *)raw, leaf.n / 2 }, &got);
		assert_int_equal(ent_range_add(&r, &got, NULL, NULL, NULL), 0);
	}
	if (v)
		assert_int_equal(r.size, 8);
	ent_arena_free(a);
	if (!v)
		skip();
}

static int
run_inclusion(const struct ent_json *c)
{
	struct ent_hash leaf, root, *proof;
	size_t count;
	int rc;

	/* No struct ent_hash is empty: no caller of ours can ask this. */
	if (ent_json_getstr(c, "leafHash").n == 0)
		return ENT_ESIG;
	proof = proof_of(c, &count);
	hash_at(c, "leafHash", &leaf);
	hash_at(c, "root", &root);
	rc = ent_check_inclusion(&leaf, vector_u64(c, "leafIdx"), vector_u64(c, "treeSize"),
	                         proof, count, &root);
	free(proof);
	return rc;
}

static int
run_consistency(const struct ent_json *c)
{
	struct ent_hash old, root, *proof;
	size_t count;
	int rc;

	proof = proof_of(c, &count);
	hash_at(c, "root1", &old);
	hash_at(c, "root2", &root);
	rc = ent_check_consistency(vector_u64(c, "size1"), &old, vector_u64(c, "size2"), &root,
	                           proof, count);
	free(proof);
	return rc;
}

static bool
wants_error(const struct ent_json *c)
{
	bool want = false;

	assert_true(ent_json_bool(ent_json_getc(c, "wantErr"), &want));
	return want;
}

/* RFC 9162 lets everything follow from an empty tree, by an empty proof; the library that the
 * vectors are from doesn't. */
static bool
begins_empty(const struct ent_json *c)
{
	return ent_json_getc(c, "size1") && vector_u64(c, "size1") == 0 &&
	       vector_u64(c, "size2") != 0 && ent_json_count(ent_json_getc(c, "proof")) == 0;
}

static void
run_cases(const char *file, int (*run)(const struct ent_json *c), size_t exceptions)
{
	struct ent_arena *a;
	const struct ent_json *v = vectors(file, &a), *cases = ent_json_getc(v, "cases");
	size_t refused = 0, excepted = 0;

	for (size_t i = 0; i < ent_json_count(cases); i++) {
		const struct ent_json *c = ent_json_at(cases, i);
		int want = wants_error(c) ? ENT_ESIG : 0;

		if (begins_empty(c)) {
			excepted++;
			want = 0;
		}
		refused += want != 0;
		if (run(c) != want)
			fail_msg("%.*s: %.*s", ENT_FMT(ent_json_getstr(c, "file")),
			         ENT_FMT(ent_json_getstr(c, "desc")));
	}
	if (v) {
		assert_int_equal(ent_json_count(cases), 98);
		assert_int_equal(excepted, exceptions);
		assert_int_equal(refused, 92 - exceptions);
	}
	ent_arena_free(a);
	if (!v)
		skip();
}

static void
inclusion_vectors(void **state)
{
	(void)state;
	run_cases("vectors/rfc6962/inclusion.json", run_inclusion, 0);
}

static void
consistency_vectors(void **state)
{
	(void)state;
	run_cases("vectors/rfc6962/consistency.json", run_consistency, 2);
}

/* Go's proofs for the tree of "leaf i": they hold, and ours are the same. */
static void
proofs_of_go_are_ours(void **state)
{
	struct ent_arena *a;
	const struct ent_json *v = vectors("vectors/c2sp/go-tlog-note.json", &a);
	const struct ent_json *roots = ent_json_getc(v, "roots_by_size_from_1"), *inc, *con;
	struct tree *t = tree_of(300);
	struct ent_nodes n = tree_nodes(t);
	struct ent_hash mine[ENT_LEDGER_PROOF_MAX], h, want, *proof;
	size_t count, theirs;

	(void)state;
	inc = ent_json_getc(v, "inclusion");
	con = ent_json_getc(v, "consistency");
	for (size_t i = 0; i < ent_json_count(roots); i++) {
		hash_of(ent_json_str(ent_json_at(roots, i)), &want);
		assert_int_equal(ent_root_at(&n, i + 1, &h, NULL), 0);
		assert_hash(&h, &want);
	}
	for (size_t i = 0; i < ent_json_count(inc); i++) {
		const struct ent_json *c = ent_json_at(inc, i);
		uint64_t index = vector_u64(c, "index"), size = vector_u64(c, "size");

		proof = proof_of(c, &theirs);
		hash_at(c, "leafHash", &h);
		hash_at(c, "root", &want);
		assert_int_equal(ent_check_inclusion(&h, index, size, proof, theirs, &want), 0);
		assert_int_equal(ent_prove_inclusion(&n, index, size, mine, &count, NULL), 0);
		assert_int_equal(count, theirs);
		assert_memory_equal(mine, proof, count * sizeof(*proof));
		free(proof);
	}
	for (size_t i = 0; i < ent_json_count(con); i++) {
		const struct ent_json *c = ent_json_at(con, i);
		uint64_t old = vector_u64(c, "size1"), size = vector_u64(c, "size2");

		proof = proof_of(c, &theirs);
		hash_at(c, "root1", &h);
		hash_at(c, "root2", &want);
		assert_int_equal(ent_check_consistency(old, &h, size, &want, proof, theirs), 0);
		assert_int_equal(ent_prove_consistency(&n, old, size, mine, &count, NULL), 0);
		assert_int_equal(count, theirs);
		assert_memory_equal(mine, proof, count * sizeof(*proof));
		free(proof);
	}
	if (v) {
		assert_int_equal(ent_json_count(roots), 300);
		assert_int_equal(ent_json_count(inc), 49);
		assert_int_equal(ent_json_count(con), 54);
	}
	free(t);
	ent_arena_free(a);
	if (!v)
		skip();
}

/* "name+hash+base64(type, key)"; the key is made from a seed whose bytes count up from first.
 */
static void
key_of(struct ent_str vkey, uint8_t type, uint8_t first, struct ent_str *name,
       struct ent_key *k)
{
	uint8_t raw[33];
	struct ent_str rest = vkey, hash;

	assert_true(ent_str_next(&rest, '+', name));
	assert_true(
	    ent_str_next(&rest, '+', &hash)); /* the rest is base64, with pluses of its own */
	assert_int_equal(ent_unb64_n(rest, raw, sizeof(raw)), 0);
	assert_int_equal(raw[0], type);
	memcpy(k->pub, raw + 1, 32);
	for (size_t i = 0; i < 32; i++)
		k->sec[i] = (uint8_t)(first + i);
	memcpy(k->sec + 32, k->pub, 32);
}

/* Signing is deterministic: our notes are Go's, byte for byte. */
static void
notes_of_go_are_ours(void **state)
{
	struct ent_arena *a;
	const struct ent_json *v = vectors("vectors/c2sp/go-tlog-note.json", &a),
			      *cps = ent_json_getc(v, "checkpoints");
	struct ent_str log = { NULL, 0 }, witness = { NULL, 0 };
	struct ent_key lk, wk;

	(void)state;
	if (v) {
		assert_int_equal(ent_json_count(cps), 4);
		key_of(ent_json_getstr(v, "log_vkey"), 1, 0x01, &log, &lk);
		key_of(ent_json_getstr(v, "witness_vkey"), 4, 0x40, &witness, &wk);
	}
	for (size_t i = 0; i < ent_json_count(cps); i++) {
		const struct ent_json *c = ent_json_at(cps, i);
		struct ent_str note = ent_json_getstr(c, "note"),
			       cosigned = ent_json_getstr(c, "cosigned"), mine, line;
		int64_t time = (int64_t)vector_u64(c, "timestamp");
		struct ent_cosignature cs;
		struct ent_checkpoint cp;
		struct ent_hash root;

		assert_int_equal(ent_checkpoint_open(note, lk.pub, &cp, NULL), 0);
		assert_int_equal(ent_checkpoint_open(cosigned, lk.pub, &cp, NULL), 0);
		assert_true(ent_str_eq(cp.origin, log));
		root = naive_root(0, cp.size);
		assert_hash(&cp.root, &root);
		assert_int_equal(ent_cosignature_find(cosigned, witness, wk.pub, &cs, NULL), 0);
		assert_int_equal(cs.time, time);
		assert_int_equal(ent_cosignature_find(note, witness, wk.pub, &cs, NULL),
		                 ENT_ENOENT);
		assert_int_equal(
		    ent_checkpoint_sign(a, log, cp.size, &root, lk.pub, lk.sec, &mine, NULL),
		    0);
		assert_true(ent_str_eq(mine, note));
		assert_int_equal(
		    ent_cosign(a, mine, witness, time, wk.pub, wk.sec, &line, NULL), 0);
		mine = ent_arena_printf(a, "%.*s%.*s", ENT_FMT(mine), ENT_FMT(line));
		assert_true(ent_str_eq(mine, cosigned));
	}
	ent_arena_free(a);
	if (!v)
		skip();
}

/* tlog-checkpoint's parse cases, as texts of notes with a signature line that nobody knows. */
static void
checkpoint_texts_of_the_specification(void **state)
{
	struct ent_arena *a;
	const struct ent_json *v = vectors("vectors/c2sp/spec-examples.json", &a);
	const struct ent_json *parse = ent_json_getc(v, "checkpoint_parse");
	const struct ent_json *lists[] = { ent_json_getc(parse, "bad"),
		                           ent_json_getc(parse, "ok") };
	const char *tail = "\n\xe2\x80\x94 x AAAAAAAA\n";
	struct ent_checkpoint cp;
	struct ent_str text;

	(void)state;
	for (size_t l = 0; l < 2; l++)
		for (size_t i = 0; i < ent_json_count(lists[l]); i++) {
			struct ent_str s = ent_json_str(ent_json_at(lists[l], i));

			/* Even the good ones have roots of other lengths than 32 bytes: entente
			 * refuses them. */
			text = ent_arena_printf(a, "%.*s%s", ENT_FMT(s), tail);
			assert_int_equal(ent_checkpoint_parse(text, &cp, NULL), ENT_EPARSE);
		}
	if (v) {
		struct ent_str s = ent_json_getstr(ent_json_getc(v, "sumdb_tree"), "text");

		assert_int_equal(ent_json_count(lists[0]), 7);
		text = ent_arena_printf(a, "%.*s%s", ENT_FMT(s), tail);
		assert_int_equal(ent_checkpoint_parse(text, &cp, NULL), 0);
		assert_str(cp.origin, "go.sum database tree");
		assert_int_equal(cp.size, 123456789012);
		/* Notes that are signed all right, but aren't checkpoints. */
		s = ent_json_getstr(ent_json_getc(v, "signed_note"), "note");
		assert_int_equal(ent_checkpoint_parse(s, &cp, NULL), ENT_EPARSE);
		s = ent_json_getstr(ent_json_getc(v, "go_note"), "note");
		assert_int_equal(ent_checkpoint_parse(s, &cp, NULL), ENT_EPARSE);
	}
	ent_arena_free(a);
	if (!v)
		skip();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(roots_of_the_eight_leaf_tree),
		cmocka_unit_test(inclusion_vectors),
		cmocka_unit_test(consistency_vectors),
		cmocka_unit_test(proofs_of_go_are_ours),
		cmocka_unit_test(notes_of_go_are_ours),
		cmocka_unit_test(checkpoint_texts_of_the_specification),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
