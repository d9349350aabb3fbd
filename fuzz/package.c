/* SPDX-License-Identifier: Apache-2.0 */
/*
 * package.c - a file that claims to be a package is refused, or its lines are those that its
 * header is for.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/file.h"
#include "crypto/hash.h"
#include "exchange/package_int.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static int
see(void *self, struct ent_str line, struct ent_err *err)
{
	size_t *lines = self;

	(void)err;
	if (memchr(line.p, '\n', line.n))
		abort();
	++*lines;
	return 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct ent_arena *a = ent_arena_new((size_t)32 << 20);
	int fd = memfd_create("package", MFD_CLOEXEC);
	struct ent_package_file f;
	struct ent_str path =
	    a ? ent_arena_printf(a, "/proc/self/fd/%d", fd) : (struct ent_str){ NULL, 0 };
	const struct ent_key none = { .pub = { 0 } };
	uint8_t seal[ENT_SEAL_HEAD] = { 0 };

	if (fd >= 0 && path.p &&
	    ent_fd_write(fd, (struct ent_str){ (const char *)data, len }, NULL) == 0 &&
	    ent_package_open(path.p, &f, NULL) == 0) {
		struct ent_package_head h = { .bytes = (int64_t)f.content.n };
		const struct ent_json *v;
		size_t lines = 0;

		if (f.content.p < f.map || f.content.p + f.content.n != f.map + f.size)
			abort();
		if (ent_json_parse(a, f.envelope, ENT_ENVELOPE_DEPTH, &v, NULL) == 0)
			(void)ent_package_head_read(a, v, &h, seal, NULL);
		/* whatever its header is, as if it were signed for this */
		h.bytes = (int64_t)f.content.n;
		ent_sha256(f.content, h.content);
		(void)ent_package_lines(&f, &h, seal, &none, see, &lines, NULL);
		ent_package_close(&f);
	}
	if (fd >= 0)
		(void)close(fd);
	ent_arena_free(a);
	return 0;
}
