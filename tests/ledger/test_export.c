/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_export.c - an exported ledger verifies as long as nothing in it was changed.
 */
#include "exports.h"

static int
setup(void **state)
{
	struct parties *p = calloc(1, sizeof(*p));

	parties_init(p);
	*state = p;
	return 0;
}

static int
teardown(void **state)
{
	struct parties *p = *state;

	ent_arena_free(p->a);
	free(p);
	return 0;
}

static int
verify(struct ent_str text, struct ent_ledger_report *r)
{
	return ent_ledger_verify(text, r, NULL, NULL, NULL);
}

static int
sum(void *self, uint64_t index, struct ent_str entry, struct ent_err *err)
{
	uint64_t *next = self;
	char want[40];

	(void)err;
	assert_int_equal(index, *next);
	snprintf(want, sizeof(want), "{\"n\":%llu}", (unsigned long long)index);
	assert_str(entry, want);
	++*next;
	return 0;
}

static int
stop_at_3(void *self, uint64_t index, struct ent_str entry, struct ent_err *err)
{
	(void)self;
	(void)entry;
	(void)err;
	return index == 3 ? 17 : 0;
}

static void
whole_ledger_verifies(void **state)
{
	static const size_t sizes[] = { 0, 1, 2, 3, 100 };
	struct parties *p = *state;
	struct ent_ledger_report r;

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		struct ent_str text = export_of(p, sizes[i], SIZE_MAX, 1790000000);
		uint64_t seen = 0;

		assert_int_equal(ent_ledger_verify(text, &r, sum, &seen, NULL), 0);
		assert_int_equal(seen, sizes[i]);
		assert_str(r.origin, ALPHA);
		assert_int_equal(r.size, sizes[i]);
		assert_memory_equal(r.key, p->alpha.key[ENT_KEY_LEDGER].pub, 32);
		assert_int_equal(r.witnesses, 1);
		assert_int_equal(r.cosignatures, 1);
		assert_int_equal(r.cosigned_at, 1790000000);
		assert_str(r.witness[0].name, BRAVO);
		assert_true(r.witness[0].cosigned);
		assert_int_equal(r.witness[0].time, 1790000000);
	}
	assert_int_equal(verify(export_of(p, 5, SIZE_MAX, 0), &r), 0);
	assert_int_equal(r.cosignatures, 0);
	assert_int_equal(r.cosigned_at, 0);
	assert_false(r.witness[0].cosigned);
	assert_int_equal(
	    ent_ledger_verify(export_of(p, 5, SIZE_MAX, 0), &r, stop_at_3, NULL, NULL), 17);
}

static void
changed_entries_do_not_hold(void **state)
{
	struct parties *p = *state;
	struct ent_str good = export_of(p, 20, SIZE_MAX, 1790000000);
	struct ent_ledger_report r;

	static const char *const changes[][2] = {
		{ "{\"n\":7}", "{\"n\":70}" },                      /* changed */
		{ "{\"n\":7}\n{\"n\":8}", "{\"n\":8}\n{\"n\":7}" }, /* swapped */
		{ "{\"n\":7}\n{\"n\":8}\n", "{\"n\":8}\n{\"n\":8}\n" },
		{ "{\"n\":7}", "{\"n\":7}\r" },
		{ "\n20\n", "\n21\n" }, /* the checkpoint's size */
		{ "\n\n" ALPHA,
		  "\n\nother.example/entente/3f0c" }, /* the checkpoint's origin */
		{ "origin " ALPHA, "origin other.example/entente/3f0c" },
	};
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++)
		assert_int_equal(verify(replaced(p, good, changes[i][0], changes[i][1]), &r),
		                 ENT_ESIG);
	/* Taken out, and the count made to fit. */
	good = replaced(p, replaced(p, good, "{\"n\":7}\n", ""), "entries 20", "entries 19");
	assert_int_equal(verify(good, &r), ENT_ESIG);
}

static void
no_changed_byte_verifies(void **state)
{
	struct parties *p = *state;
	struct ent_str good = export_of(p, 3, SIZE_MAX, 1790000000);
	const char *witness = strstr(good.p, "key witness"),
		   *after = strstr(witness, "entries");
	const char *cosigned = strstr(good.p, "\xe2\x80\x94 " BRAVO);
	struct ent_ledger_report r;
	char *copy = ent_arena_alloc(p->a, good.n + 1);

	memcpy(copy, good.p, good.n);
	for (size_t i = 0; i < good.n; i++) {
		bool names_witness = good.p + i >= witness && good.p + i < after;
		bool is_cosigned = good.p + i >= cosigned;
		int rc;

		copy[i] ^= 1;
		rc = verify((struct ent_str){ copy, good.n }, &r);
		/* Another witness, or a line by another one, takes the cosignature away but not
		 * the ledger. */
		if (rc == 0 && !((names_witness || is_cosigned) && r.cosignatures == 0))
			fail_msg("byte %zu", i);
		copy[i] ^= 1;
	}
	for (size_t n = 0; n < good.n; n++)
		if (verify((struct ent_str){ copy, n }, &r) == 0 && r.cosignatures)
			fail_msg("cut at %zu", n);
	assert_int_equal(verify((struct ent_str){ copy, good.n }, &r), 0);
}

static void
false_cosignature_does_not_hold(void **state)
{
	struct parties *p = *state;
	struct ent_str one = export_of(p, 3, SIZE_MAX, 1790000000),
		       two = export_of(p, 4, SIZE_MAX, 1790000000);
	const char *line = strstr(two.p, "\xe2\x80\x94 " BRAVO);
	struct ent_ledger_report r;
	struct ent_err err;

	/* The witness saw four entries, not three. */
	one = ent_arena_printf(
	    p->a, "%.*s%s", (int)(strstr(one.p, "\xe2\x80\x94 " BRAVO) - one.p), one.p, line);
	assert_int_equal(ent_ledger_verify(one, &r, NULL, NULL, &err), ENT_ESIG);
	assert_non_null(strstr(err.msg, BRAVO));
}

static void
malformed_files_are_refused_with_their_line(void **state)
{
	struct parties *p = *state;
	struct ent_str good = export_of(p, 3, SIZE_MAX, 1790000000);
	struct ent_ledger_report r;
	struct ent_err err;
	char key[ENT_B64_LEN(32) + 1], twice[200];

	static const struct {
		const char *from, *to, *line;
		int code;
	} cases[] = {
		{ "entente-ledger/1", "entente-ledger/2", "line 1:", ENT_EPARSE },
		{ "origin ", "Origin ", "line 2:", ENT_EPARSE },
		{ ALPHA, "", "line 2:", ENT_EPARSE },
		{ "key ledger ", "key ledger A", "line 3:", ENT_EPARSE },
		{ "key witness " BRAVO, "key witness ", "line 4:", ENT_EPARSE },
		{ "key witness " BRAVO, "key witness a\tb", "line 4:", ENT_EPARSE },
		{ "key witness " BRAVO, "key witness a+b", "line 4:", ENT_EPARSE },
		{ "key witness " BRAVO, "key witness " BRAVO " x", "line 4:", ENT_EPARSE },
		{ "entries 3", "entries 03", "line 5:", ENT_EPARSE },
		{ "entries 3", "entries x", "line 5:", ENT_EPARSE },
		{ "entries 3", "entries 2", "line 8:", ENT_EPARSE },
		{ "entries 3", "entries 4", "line 9:", ENT_EPARSE },
		{ "entries 3", "entries 4000000000000000000", "line 9:", ENT_EPARSE },
		{ "{\"n\":1}", "", "line 7:", ENT_EPARSE },
		{ "\n\n" ALPHA, "\n\n\n" ALPHA, "line 10:", ENT_EPARSE },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct ent_str bad = replaced(p, good, cases[i].from, cases[i].to);

		assert_int_equal(ent_ledger_verify(bad, &r, NULL, NULL, &err), cases[i].code);
		if (!strstr(err.msg, cases[i].line))
			fail_msg("case %zu: %s", i, err.msg);
	}
	/* The ledger's own key, or one key under two names, isn't another witness. */
	ent_b64(p->alpha.key[ENT_KEY_LEDGER].pub, 32, key);
	snprintf(twice, sizeof(twice), "key witness charlie %s\nentries 3", key);
	assert_int_equal(verify(replaced(p, good, "entries 3", twice), &r), ENT_EPARSE);
	ent_b64(p->bravo.key[ENT_KEY_WITNESS].pub, 32, key);
	snprintf(twice, sizeof(twice), "key witness charlie %s\nentries 3", key);
	assert_int_equal(verify(replaced(p, good, "entries 3", twice), &r), ENT_EPARSE);
	assert_int_equal(verify((struct ent_str){ NULL, 0 }, &r), ENT_EPARSE);
}

static void
sizes_are_bounded(void **state)
{
	struct parties *p = *state;
	struct ent_str good = export_of(p, 3, SIZE_MAX, 1790000000), text;
	struct ent_ledger_report r;
	char *big = calloc(1, ENT_LEDGER_ENTRY_MAX + 2);

	memset(big, 'x', ENT_LEDGER_ENTRY_MAX);
	text = replaced(p, good, "{\"n\":1}", big);
	assert_int_equal(verify(text, &r),
	                 ENT_ESIG); /* as long as an entry may be, but another one */
	big[ENT_LEDGER_ENTRY_MAX] = 'x';
	text = replaced(p, good, "{\"n\":1}", big);
	assert_int_equal(verify(text, &r), ENT_ELIMIT);
	free(big);
	text = good;
	for (int i = 1; i <= ENT_WITNESSES_MAX; i++) {
		uint8_t key[32] = { (uint8_t)i };
		char b64[ENT_B64_LEN(32) + 1], line[120];

		assert_int_equal(verify(text, &r), 0);
		assert_int_equal(r.witnesses, i);
		ent_b64(key, 32, b64);
		snprintf(line, sizeof(line), "key witness w%d %s\nentries 3", i, b64);
		text = replaced(p, text, "entries 3", line);
	}
	assert_int_equal(verify(text, &r), ENT_ELIMIT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(whole_ledger_verifies, setup, teardown),
		cmocka_unit_test_setup_teardown(changed_entries_do_not_hold, setup, teardown),
		cmocka_unit_test_setup_teardown(no_changed_byte_verifies, setup, teardown),
		cmocka_unit_test_setup_teardown(false_cosignature_does_not_hold, setup,
		                                teardown),
		cmocka_unit_test_setup_teardown(malformed_files_are_refused_with_their_line,
		                                setup, teardown),
		cmocka_unit_test_setup_teardown(sizes_are_bounded, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
