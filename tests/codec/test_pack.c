/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_pack.c - what is packed is what comes out again, and never grows beyond what is allowed.
 */
#include <zstd.h>

#include "codec/gzip.h"
#include "codec/pack.h"
#include "test.h"

static const enum ent_coding codings[] = { ENT_CODING_PLAIN, ENT_CODING_GZIP, ENT_CODING_ZSTD };

/* Text that packs well, or noise that doesn't. */
static char *
text_of(size_t n, bool noise)
{
	char *p = malloc(n + 1);
	uint32_t x = 1;

	assert_non_null(p);
	for (size_t i = 0; i < n; i++) {
		x = x * 1664525 + 1013904223;
		p[i] = noise ? (char)(x >> 24) : "{\"type\":\"campaign\"},"[i % 20];
	}
	return p;
}

static void
unpack(enum ent_coding coding, struct ent_str packed, struct ent_buf *out)
{
	size_t n;

	if (coding == ENT_CODING_PLAIN) {
		ent_buf_str(out, packed);
	} else if (coding == ENT_CODING_GZIP) {
		assert_int_equal(ent_gunzip(packed, out), 0);
	} else {
		char *to = ent_buf_room(out, out->max);

		n = ZSTD_decompress(to, out->max, packed.p, packed.n);
		assert_false(ZSTD_isError(n));
		ent_buf_grew(out, n);
	}
}

static void
what_is_packed_comes_out_again(void **state)
{
	static const size_t sizes[] = { 0, 1, 100, 65535, 65536, 65537, 3000000 };

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes) * 6; i++) {
		size_t n = sizes[i / 6];
		enum ent_coding coding = codings[i % 3];
		char *p = text_of(n, i / 3 % 2);
		struct ent_buf packed, plain;

		ent_buf_init(&packed, n + n / 10 + 100);
		ent_buf_init(&plain, n + 1);
		assert_int_equal(ent_pack(coding, (struct ent_str){ p, n }, &packed), 0);
		unpack(coding, ent_buf_view(&packed), &plain);
		assert_int_equal(plain.n, n);
		if (n)
			assert_memory_equal(plain.p, p, n);
		if (n > 1000 && coding && i / 3 % 2 == 0)
			assert_true(packed.n < n / 10);
		ent_buf_release(&packed);
		ent_buf_release(&plain);
		free(p);
	}
}

static void
what_does_not_fit_is_given_up(void **state)
{
	char *noise = text_of(300000, true);
	struct ent_buf b;

	(void)state;
	for (size_t i = 0; i < 3; i++)
		for (size_t max = 0; max < 300000; max = max * 2 + 1) {
			ent_buf_init(&b, max);
			assert_int_equal(
			    ent_pack(codings[i], (struct ent_str){ noise, 300000 }, &b),
			    ENT_ELIMIT);
			assert_true(b.n <= max);
			ent_buf_release(&b);
		}
	free(noise);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_packed_comes_out_again),
		cmocka_unit_test(what_does_not_fit_is_given_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
