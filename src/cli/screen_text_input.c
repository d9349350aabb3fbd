/* SPDX-License-Identifier: Apache-2.0 */
/*
 * screen_text_input.c - texts of any length as memory: files are mapped, all else is kept in an
 * unnamed file first.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "cli/screen_text.h"
#include "codec/source.h"

#define READ_AT_ONCE ((size_t)1 << 20)

static int
map(struct ent_mapped *m, struct ent_err *err)
{
	struct stat st;

	m->text = ENT_STR("");
	if (fstat(m->fd, &st))
		return ent_fail(err, ENT_ESTORE, "%m");
	if (!st.st_size)
		return 0;
	m->at = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, m->fd, 0);
	if (m->at == MAP_FAILED) {
		m->at = NULL;
		return ent_fail(err, ENT_ENOMEM, "the text can't be mapped: %m");
	}
	(void)madvise(m->at, (size_t)st.st_size, MADV_SEQUENTIAL);
	m->text = (struct ent_str){ m->at, (size_t)st.st_size };
	return 0;
}

int
ent_mapped_new(struct ent_mapped *m, struct ent_err *err)
{
	const char *dir = getenv("TMPDIR");
	char path[4096];

	*m = (struct ent_mapped){ .fd = -1 };
	if (!dir || !*dir)
		dir = "/tmp";
	m->fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (m->fd >= 0)
		return 0;
	if (snprintf(path, sizeof(path), "%s/entente-XXXXXX", dir) < (int)sizeof(path))
		m->fd = mkostemp(path, O_CLOEXEC);
	if (m->fd < 0)
		return ent_fail(err, ent_errno_code(errno), "%s: %m", dir);
	(void)unlink(path);
	return 0;
}

int
ent_mapped_done(struct ent_mapped *m, struct ent_err *err)
{
	return map(m, err);
}

void
ent_mapped_close(struct ent_mapped *m)
{
	if (m->at)
		(void)munmap(m->at, m->text.n);
	if (m->fd >= 0)
		(void)close(m->fd);
	*m = (struct ent_mapped){ .fd = -1 };
}

static int
copy(const char *path, struct ent_mapped *m, struct ent_err *err)
{
	struct ent_source *s = NULL;
	char *part = malloc(READ_AT_ONCE);
	ptrdiff_t got = 1;
	int rc = part ? ent_source_open(path, &s, err) : ent_cli_nomem(err);

	if (rc == 0)
		rc = ent_mapped_new(m, err);
	while (rc == 0 && got > 0) {
		got = ent_source_read(s, part, READ_AT_ONCE, err);
		rc = got < 0 ? (int)got
		             : ent_fd_write(m->fd, (struct ent_str){ part, (size_t)got }, err);
	}
	ent_source_close(s);
	free(part);
	return rc ? rc : map(m, err);
}

static bool
packed(struct ent_str s)
{
	return (s.n > 2 && !memcmp(s.p, "\x1f\x8b", 2)) ||
	       (s.n > 4 && !memcmp(s.p, "\x28\xb5\x2f\xfd", 4));
}

int
ent_mapped_open(const char *path, struct ent_mapped *m, struct ent_err *err)
{
	struct stat st;
	int rc;

	*m = (struct ent_mapped){ .fd = -1 };
	if (strcmp(path, "-") != 0) {
		m->fd = open(path, O_RDONLY | O_CLOEXEC);
		if (m->fd < 0)
			return ent_fail(err, ent_errno_code(errno), "%s: %m", path);
		if (!fstat(m->fd, &st) && S_ISREG(st.st_mode)) {
			rc = map(m, err);
			if (rc || !packed(m->text))
				return rc ? ent_within(err, rc, "%s", path) : 0;
		}
		ent_mapped_close(m);
	}
	rc = copy(path, m, err);
	if (rc)
		ent_mapped_close(m);
	return rc;
}
