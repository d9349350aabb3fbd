/* SPDX-License-Identifier: Apache-2.0 */
/*
 * extract_int.h - what the files of extracts share.
 */
#ifndef ENT_EXCHANGE_EXTRACT_INT_H
#define ENT_EXCHANGE_EXTRACT_INT_H
#include "exchange/extract.h"

/* What every copy has anew, whatever the rules say. */
bool ent_extract_anew(struct ent_str property);

/*
 * Several objects as one: what all have alike; what how, a JSON object of property and min,
 * max, union or sum, makes of those that differ; and the markings of all.  ENT_EINVAL where
 * that can't be made of the values.
 */
int ent_extract_merge(struct ent_arena *a, const struct ent_json *const *objects, size_t n,
                      const struct ent_json *how, struct ent_str *text, struct ent_err *err);

/* The value of a property in all n, as a JSON list with null where there is none. */
struct ent_str ent_extract_all(struct ent_arena *a, const struct ent_json *const *objects,
                               size_t n, struct ent_str property);

/* Adds the proof to a copy of one object, whose rows are complete: the extension as a row, and
 * what opens it.  version is the original's. */
int ent_extract_prove(struct ent_arena *a, const struct ent_json *original,
                      struct ent_str version, struct ent_extract *e, struct ent_err *err);

#endif
