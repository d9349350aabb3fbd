/* SPDX-License-Identifier: Apache-2.0 */
/*
 * package_int.h - packages as files, for package.c and package_take.c.
 */
#ifndef ENT_EXCHANGE_PACKAGE_INT_H
#define ENT_EXCHANGE_PACKAGE_INT_H
#include "base/buf.h"
#include "crypto/seal.h"
#include "exchange/exchange_int.h"
#include "exchange/package.h"

/* ---- writing: lines, packed, and sealed if asked for ---- */
struct ent_package_writer {
	int fd; /* the content, without a name */
	struct ent_seal *seal;
	uint8_t seal_head[ENT_SEAL_HEAD];
	struct ent_buf packed, sealed;
	size_t lines;
};
/* to: the reader's key, NULL: not sealed.  End with ent_package_writer_end, whatever happens.
 */
int ent_package_writer_begin(struct ent_package_writer *w, const uint8_t *to,
                             struct ent_err *err);
int ent_package_line(struct ent_package_writer *w, struct ent_str line, bool last,
                     struct ent_err *err);
/* Signs the header over the content and puts both at path. */
int ent_package_finish(struct ent_exchange *x, struct ent_arena *a,
                       struct ent_package_writer *w, const char *path,
                       struct ent_package_head *head, struct ent_err *err);
void ent_package_writer_end(struct ent_package_writer *w);

/* ---- reading ---- */
struct ent_package_file {
	char *map; /* the whole file */
	size_t size;
	struct ent_str envelope, content; /* parts of it */
};
/* Maps a file and finds its parts; end with ent_package_close. */
int ent_package_open(const char *path, struct ent_package_file *out, struct ent_err *err);
void ent_package_close(struct ent_package_file *f);
/* Reads a header's body, whose signature the caller verifies. */
int ent_package_head_read(struct ent_arena *a, const struct ent_json *body,
                          struct ent_package_head *out, uint8_t seal[ENT_SEAL_HEAD],
                          struct ent_err *err);
/* Verifies the content against its header and shows each line; key opens what is sealed. */
int ent_package_lines(const struct ent_package_file *f, const struct ent_package_head *head,
                      const uint8_t seal[ENT_SEAL_HEAD], const struct ent_key *key,
                      int (*see)(void *self, struct ent_str line, struct ent_err *err),
                      void *self, struct ent_err *err);

/* ---- kept ---- */
int ent_package_keep(struct ent_exchange *x, struct ent_arena *a,
                     const struct ent_package_head *h, bool ours, uint64_t objects,
                     struct ent_err *err);
/* The greatest number made for, or taken from, a party; 0: none. */
int ent_package_last(struct ent_exchange *x, struct ent_arena *a, struct ent_str agreement,
                     struct ent_str party, bool ours, int64_t *number, struct ent_err *err);
/* How many numbers below `number` were never taken from a party; *known: this one was. */
int ent_package_gaps(struct ent_exchange *x, struct ent_arena *a,
                     const struct ent_package_head *h, int64_t *missing, bool *known,
                     struct ent_err *err);

#endif
