/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stix_pool.h - batches worked on by several threads, and given back in the order in which they
 * came.
 */
#ifndef ENT_CLI_STIX_POOL_H
#define ENT_CLI_STIX_POOL_H
#include "cli/stix_check.h"

#define ENT_JOBS_MAX 64

struct ent_pool;

/* jobs 1: no threads, the work is done where a batch is taken. */
int ent_pool_new(const struct ent_checking *how, size_t jobs, struct ent_pool **out,
                 struct ent_err *err);
/* Waits for the work that has begun. */
void ent_pool_free(struct ent_pool *p);
/* An empty batch to be filled; NULL where ent_pool_take has to be called first. */
struct ent_batch *ent_pool_empty(struct ent_pool *p);
/* Puts the one that ent_pool_empty gave to work. */
void ent_pool_put(struct ent_pool *p);
/* The oldest batch, once its work is done; NULL if there is none.  It is empty again after the
 * next call. */
struct ent_batch *ent_pool_take(struct ent_pool *p);

#endif
