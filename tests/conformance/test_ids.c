/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_ids.c - deterministic identifiers of observables against the judged ones.
 */
#include "cases.h"

#include <entente/stix.h>

#define CASES 218

static void
computes_deterministic_identifiers(void **state)
{
	struct ent_arena *a = ent_arena_new((size_t)64 << 20);
	struct ent_str text = data_text(a, "conformance/stix/sco-ids.jsonl");
	const struct ent_json *c;
	size_t cases = 0, disputed = 0;

	(void)state;
	if (!text.p) {
		ent_arena_free(a);
		skip();
	}
	while ((c = data_case(a, &text))) {
		struct ent_str id = { NULL, 0 };

		assert_int_equal(ent_stix_sco_id(a, ent_json_getc(c, "object"), &id, NULL), 0);
		if (!ent_str_eq(id, ent_json_getstr(c, "expected_id")))
			fail_msg("%.*s: %.*s", ENT_FMT(ent_json_getstr(c, "id")), ENT_FMT(id));
		disputed += is_disputed(c);
		cases++;
	}
	print_message("%zu identifiers agree, %zu of them disputed by the references\n", cases,
	              disputed);
	assert_int_equal(cases, CASES);
	ent_arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(computes_deterministic_identifiers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
