/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_jcs.c - the canonical form against ten thousand judged numbers and documents.
 */
#include "cases.h"

#include "json/write.h"

static struct ent_str
canon(struct ent_arena *a, struct ent_str text)
{
	const struct ent_json *v = NULL;
	struct ent_err err = { 0 };

	if (ent_json_parse(a, text, 64, &v, &err))
		fail_msg("%s: %.*s", err.msg, ENT_FMT(text));
	return ent_json_canon(a, v);
}

static void
check_document(struct ent_arena *a, struct ent_str input, struct ent_str output)
{
	struct ent_str got = canon(a, input);

	if (!ent_str_eq(got, output))
		fail_msg("%.*s\nis not\n%.*s", ENT_FMT(got), ENT_FMT(output));
	assert_true(ent_str_eq(canon(a, got), output)); /* and stays as it is */
}

/* bits: 16 hex digits of the double, fewer have zeros before them. */
static void
check_number(struct ent_str bits, struct ent_str output)
{
	char hex[17] = "0000000000000000";
	struct ent_buf b;
	struct ent_jw w;
	uint64_t u;
	double d;

	assert_true(bits.n <= 16);
	memcpy(hex + 16 - bits.n, bits.p, bits.n);
	u = strtoull(hex, NULL, 16);
	memcpy(&d, &u, sizeof(d));
	ent_buf_init(&b, 64);
	ent_jw_init(&w, &b);
	ent_jw_double(&w, d);
	if (!ent_str_eq(ent_buf_view(&b), output))
		fail_msg("%s: %.*s is not %.*s", hex, ENT_FMT(ent_buf_view(&b)),
		         ENT_FMT(output));
	assert_true(strtod(output.p, NULL) == d);
	ent_buf_release(&b);
}

/* How many of a kind there have to be. */
#define NUMBERS   10000
#define DOCUMENTS 190

static void
agrees_with_ten_thousand_cases(void **state)
{
	struct ent_arena *a = ent_arena_new((size_t)512 << 20);
	struct ent_str text = data_text(a, "conformance/stix/jcs.jsonl");
	const struct ent_json *c, *v;
	size_t numbers = 0, documents = 0, refused = 0;

	(void)state;
	if (!text.p) {
		ent_arena_free(a);
		skip();
	}
	while ((c = data_case(a, &text))) {
		struct ent_str input = ent_json_getstr(c, "input");
		struct ent_str output = ent_json_getstr(c, "output");

		if (ent_str_is(ent_json_getstr(c, "kind"), "reject")) {
			assert_int_equal(ent_json_parse(a, input, 64, &v, NULL), ENT_EPARSE);
			refused++;
		} else if (input.p) {
			check_document(a, input, output);
			documents++;
		} else {
			check_number(ent_json_getstr(c, "ieee754"), output);
			numbers++;
		}
	}
	print_message("%zu numbers, %zu documents agree, %zu are refused\n", numbers, documents,
	              refused);
	assert_true(numbers >= NUMBERS);
	assert_true(documents >= DOCUMENTS);
	ent_arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(agrees_with_ten_thousand_cases),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
