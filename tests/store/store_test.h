/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store_test.h - what the tests of the store share: a folder, rows, short calls that must
 * succeed.
 */
#ifndef ENT_TESTS_STORE_TEST_H
#define ENT_TESTS_STORE_TEST_H
#include <dirent.h>

#include "store/store.h"
#include "test.h"

#define NONE ((struct ent_str){ NULL, 0 })

/* Calls that must give 0, with the error's text if not. */
#define OK(call)                                                                               \
	do {                                                                                   \
		int rc_ = (call);                                                              \
		if (rc_)                                                                       \
			fail_msg("%s: %d: %s", #call, rc_, test_err.msg);                      \
	} while (0)
#define E (&test_err)
static struct ent_err test_err;

/* Makes a folder of its own. */
static inline void
folder_make(char path[64])
{
	strcpy(path, "/tmp/entente-store-XXXXXX");
	assert_non_null(mkdtemp(path));
}

static inline void
folder_drop(const char *path)
{
	DIR *d = opendir(path);
	struct dirent *e;
	char file[512];

	while (d && (e = readdir(d))) {
		snprintf(file, sizeof(file), "%s/%s", path, e->d_name);
		(void)unlink(file);
	}
	if (d)
		closedir(d);
	(void)rmdir(path);
}

/* A row of type t whose UUID is all u, with the text v as key and version; content tells rows
 * with equal keys apart. */
static inline struct ent_row
row_of(const char *t, uint8_t u, const char *v, const char *spec, const char *content)
{
	struct ent_row r = { .type = ent_str_c(t),
		             .vkey = ent_str_c(v),
		             .version = ent_str_c(v),
		             .spec = ent_str_c(spec),
		             .added = 1000 + u,
		             .bytes = ent_str_c(content) };

	memset(r.uuid, u, sizeof(r.uuid));
	memset(r.sha256, content[0], sizeof(r.sha256));
	return r;
}

static inline uint64_t
put(struct ent_store *s, const struct ent_row *r)
{
	enum ent_put how;
	uint64_t oid = 0;

	OK(ent_store_put(s, r, &oid, &how, E));
	return oid;
}

static inline uint64_t
append(struct ent_store *s, uint32_t channel, uint64_t oid, int64_t now)
{
	uint64_t seq = 0;
	int64_t date;

	OK(ent_store_append(s, channel, oid, now, &seq, &date, E));
	return seq;
}

#endif
