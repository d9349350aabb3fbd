/* SPDX-License-Identifier: Apache-2.0 */
/*
 * source.h - the bytes of a file as a stream; gzip and zstd are recognised by their first bytes
 * and unpacked on the way.
 *
 * Several gzip members or zstd frames one behind the other are one stream, as their own tools
 * have it.  Memory is bounded, whatever a file claims: by a zstd window of at most 128 MiB, the
 * format's own limit.  A source belongs to one thread at a time.
 */
#ifndef ENT_CODEC_SOURCE_H
#define ENT_CODEC_SOURCE_H
#include <entente/str.h>

struct ent_source;

/* "-" is standard input, which isn't closed.  ENT_ENOENT, ENT_EDENIED, ENT_ESTORE, ENT_ENOMEM.
 */
int ent_source_open(const char *path, struct ent_source **out, struct ent_err *err);
/* The same of a descriptor, which stays the caller's. */
int ent_source_fd(int fd, struct ent_source **out, struct ent_err *err);
void ent_source_close(struct ent_source *s); /* NULL is fine */
/* Up to n bytes, unpacked: how many, 0 at the end; ENT_EPARSE where they aren't what they claim
 * to be or end too early, ENT_ESTORE.  self is a struct ent_source: an ent_read_fn of
 * <entente/reader.h>. */
ptrdiff_t ent_source_read(void *self, void *to, size_t n, struct ent_err *err);
/* How much of the file has been read, packed as it is, and how large it is; 0 if not known. */
uint64_t ent_source_done(const struct ent_source *s);
uint64_t ent_source_size(const struct ent_source *s);

#endif
