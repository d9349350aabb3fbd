/* SPDX-License-Identifier: Apache-2.0 */
/*
 * file.h - a case with a folder for a database of its own.
 */
#ifndef ENT_TESTS_STORE_FILE_H
#define ENT_TESTS_STORE_FILE_H
#include "base/file.h"
#include "store_test.h"

struct fixture {
	char dir[64], path[80], url[96];
	struct ent_arena *a;
};

static inline int
make_folder(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	folder_make(f->dir);
	snprintf(f->path, sizeof(f->path), "%s/s.db", f->dir);
	snprintf(f->url, sizeof(f->url), "sqlite:%s", f->path);
	f->a = ent_arena_new(256 << 20);
	*state = f;
	return 0;
}

static inline int
drop_folder(void **state)
{
	struct fixture *f = *state;

	ent_arena_free(f->a);
	folder_drop(f->dir);
	free(f);
	return 0;
}

static inline struct ent_store *
open_store(const char *url)
{
	struct ent_store *s;

	OK(ent_store_open(url, &s, E));
	return s;
}

/* n objects with all that belongs to them, in one transaction. */
static inline void
write_some(struct ent_store *s, uint8_t from, uint8_t n)
{
	uint64_t at;

	OK(ent_store_begin(s, E));
	for (uint8_t u = from; u < from + n; u++) {
		struct ent_row r =
		    row_of("tool", u, "2020", "2.1", "some content of an object");
		uint64_t oid = put(s, &r);

		OK(ent_store_source_add(s, oid, ENT_STR("somebody"), 1, NULL, E));
		(void)append(s, 1, oid, 1000);
		OK(ent_store_log_append(s, ENT_STR("log"), ENT_STR("entry"), &at, E));
		OK(ent_store_tile_put(s, ENT_STR("log"), 0, at, r.sha256, E));
	}
	OK(ent_store_doc_put(s, ENT_STR("space"), ENT_STR("key"), ENT_STR("value"), E));
	OK(ent_store_commit(s, E));
}

/* The file's bytes, to see whether it was touched. */
static inline struct ent_str
bytes_of(struct fixture *f)
{
	struct ent_str s;

	OK(ent_file_read(f->a, f->path, 64 << 20, &s, E));
	return s;
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, make_folder, drop_folder)

#endif
