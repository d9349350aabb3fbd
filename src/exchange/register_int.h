/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register_int.h - what register.c and register_list.c share.
 */
#ifndef ENT_EXCHANGE_REGISTER_INT_H
#define ENT_EXCHANGE_REGISTER_INT_H
#include <entente/version.h>

#include "base/buf.h"
#include "crypto/random.h"
#include "exchange/register.h"
#include "json/make.h"

/* Writes a new object with one designation. */
void ent_register_write(struct ent_exchange *x, struct ent_buf *b,
                        const struct ent_register_new *n, struct ent_str id, struct ent_str now,
                        struct ent_str designation);
/* Stores the next version of an object, with its index-th designation replaced (or one more),
 * and another name where it isn't absent; inside an open write. */
int ent_register_next(struct ent_exchange *x, struct ent_arena *a,
                      const struct ent_json *object, size_t index, struct ent_str designation,
                      struct ent_str name, struct ent_err *err);
/* Writes a designation with the day on which it was lifted. */
void ent_register_lifted(struct ent_buf *b, const struct ent_json *d, struct ent_str on,
                         struct ent_str instrument);

#endif
