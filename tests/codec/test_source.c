/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_source.c - files as streams: plain, gzip and zstd, whole and damaged.
 */
#include "test.h"

#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include "base/buf.h"
#include "codec/gzip.h"
#include "codec/source.h"

#define SIZE 300000

static void
make(struct ent_buf *b, size_t n)
{
	for (unsigned seed = 1; b->n < n; seed = seed * 1103515245 + 12345)
		ent_buf_printf(b, "%u\n", seed >> 20);
}

static void
put_gzip(struct ent_buf *to, struct ent_str text)
{
	z_stream z = { 0 };
	size_t room;

	assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, 31, 8, 0), Z_OK);
	room = deflateBound(&z, text.n) + 64;
	z.next_in = (unsigned char *)(uintptr_t)text.p;
	z.avail_in = text.n;
	z.next_out = (unsigned char *)ent_buf_room(to, room);
	z.avail_out = room;
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	ent_buf_grew(to, room - z.avail_out);
	deflateEnd(&z);
}

static void
put_zstd(struct ent_buf *to, struct ent_str text)
{
	size_t room = ZSTD_compressBound(text.n), n;

	n = ZSTD_compress(ent_buf_room(to, room), room, text.p, text.n, 3);
	assert_false(ZSTD_isError(n));
	ent_buf_grew(to, n);
}

static void
put_plain(struct ent_buf *to, struct ent_str text)
{
	ent_buf_str(to, text);
}

static void (*const packers[])(struct ent_buf *, struct ent_str) = { put_plain, put_gzip,
	                                                             put_zstd };

/* Through a file, read by step bytes: 0 or the failure. */
static int
unpack(struct ent_str packed, size_t step, struct ent_buf *to)
{
	char path[] = "/tmp/ent-source-XXXXXX";
	struct ent_source *s;
	ptrdiff_t got = 1;
	struct ent_err err = { 0 };
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, packed.p, packed.n), packed.n);
	close(fd);
	ent_buf_clear(to);
	assert_int_equal(ent_source_open(path, &s, NULL), 0);
	while (got > 0) {
		got = ent_source_read(s, ent_buf_room(to, step), step, &err);
		if (got > 0)
			ent_buf_grew(to, got);
	}
	if (got == 0) {
		assert_int_equal(ent_source_size(s), packed.n);
		assert_int_equal(ent_source_done(s), packed.n);
	} else {
		assert_true(err.msg[0]);
	}
	ent_source_close(s);
	unlink(path);
	return (int)got;
}

static void
gives_what_was_packed(void **state)
{
	struct ent_buf text, packed, back;

	(void)state;
	ent_buf_init(&text, 1 << 24);
	ent_buf_init(&packed, 1 << 24);
	ent_buf_init(&back, 1 << 24);
	make(&text, SIZE);
	for (size_t k = 0; k < 3; k++)
		for (size_t n = 0; n <= SIZE; n = n * 9 + 1) {
			struct ent_str part = { text.p, n };

			ent_buf_clear(&packed);
			packers[k](&packed, part);
			assert_int_equal(unpack(ent_buf_view(&packed), 1 + n / 7, &back), 0);
			assert_true(ent_str_eq(ent_buf_view(&back), part));
		}
	ent_buf_release(&text);
	ent_buf_release(&packed);
	ent_buf_release(&back);
}

/* Two members, and the zeros that tapes put behind one. */
static void
reads_on_behind_a_member(void **state)
{
	struct ent_buf packed, back;

	(void)state;
	ent_buf_init(&packed, 1 << 20);
	ent_buf_init(&back, 1 << 20);
	for (size_t k = 1; k < 3; k++) {
		ent_buf_clear(&packed);
		packers[k](&packed, ENT_STR("one "));
		packers[k](&packed, ENT_STR(""));
		packers[k](&packed, ENT_STR("two"));
		assert_int_equal(unpack(ent_buf_view(&packed), 3, &back), 0);
		assert_str(ent_buf_view(&back), "one two");
	}
	ent_buf_clear(&packed);
	put_gzip(&packed, ENT_STR("one"));
	for (int i = 0; i < 1000; i++)
		ent_buf_ch(&packed, '\0');
	assert_int_equal(unpack(ent_buf_view(&packed), 100, &back), 0);
	assert_str(ent_buf_view(&back), "one");
	ent_buf_c(&packed, "x");
	assert_int_equal(unpack(ent_buf_view(&packed), 100, &back), ENT_EPARSE);
	ent_buf_release(&packed);
	ent_buf_release(&back);
}

static void
says_that_a_file_is_cut_or_damaged(void **state)
{
	struct ent_buf text, packed, back;

	(void)state;
	ent_buf_init(&text, 1 << 20);
	ent_buf_init(&packed, 1 << 20);
	ent_buf_init(&back, 1 << 20);
	make(&text, 20000);
	for (size_t k = 1; k < 3; k++) {
		ent_buf_clear(&packed);
		packers[k](&packed, ent_buf_view(&text));
		for (size_t n = 4; n < packed.n; n += 1 + n / 3)
			assert_int_equal(unpack((struct ent_str){ packed.p, n }, 5000, &back),
			                 ENT_EPARSE);
		memset(packed.p + packed.n / 2, 0x5a, 32);
		assert_int_equal(unpack(ent_buf_view(&packed), 5000, &back), ENT_EPARSE);
	}
	ent_buf_release(&text);
	ent_buf_release(&packed);
	ent_buf_release(&back);
}

static void
inflates_one_member_within_a_limit(void **state)
{
	struct ent_buf text, packed, out;

	(void)state;
	ent_buf_init(&text, 1 << 20);
	ent_buf_init(&packed, 1 << 20);
	make(&text, 100000);
	put_gzip(&packed, ent_buf_view(&text));
	ent_buf_init(&out, text.n);
	assert_int_equal(ent_gunzip(ent_buf_view(&packed), &out), 0);
	assert_true(ent_str_eq(ent_buf_view(&out), ent_buf_view(&text)));
	ent_buf_release(&out);
	ent_buf_init(&out, text.n - 1);
	assert_int_equal(ent_gunzip(ent_buf_view(&packed), &out), ENT_ELIMIT);
	ent_buf_release(&out);
	ent_buf_init(&out, 1 << 20);
	assert_int_equal(ent_gunzip((struct ent_str){ packed.p, packed.n - 1 }, &out),
	                 ENT_EPARSE);
	ent_buf_clear(&out);
	ent_buf_c(&packed, "x");
	assert_int_equal(ent_gunzip(ent_buf_view(&packed), &out), ENT_EPARSE);
	assert_int_equal(ent_gunzip(ENT_STR("plain"), &out), ENT_EPARSE);
	ent_buf_release(&out);
	ent_buf_release(&text);
	ent_buf_release(&packed);
}

static void
names_what_cannot_be_opened(void **state)
{
	struct ent_source *s = NULL;

	(void)state;
	assert_int_equal(ent_source_open("/nonexistent/file", &s, NULL), ENT_ENOENT);
	assert_int_equal(ent_source_open("/tmp", &s, NULL), 0);
	assert_int_equal(ent_source_read(s, (char[8]){ 0 }, 8, NULL), ENT_ESTORE);
	ent_source_close(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gives_what_was_packed),
		cmocka_unit_test(reads_on_behind_a_member),
		cmocka_unit_test(says_that_a_file_is_cut_or_damaged),
		cmocka_unit_test(inflates_one_member_within_a_limit),
		cmocka_unit_test(names_what_cannot_be_opened),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
