/* SPDX-License-Identifier: Apache-2.0 */
/*
 * extract.h - a copy of an object from which some of it was taken, with an id of its own
 * (docs/extracts.md).
 */
#ifndef ENT_EXCHANGE_EXTRACT_H
#define ENT_EXCHANGE_EXTRACT_H
#include "exchange/holdings.h"

/* What became of one property. */
enum ent_extracted {
	ENT_EXTRACT_KEPT,
	ENT_EXTRACT_DROPPED,
	ENT_EXTRACT_CHANGED,
	ENT_EXTRACT_NEW
};
const char *ent_extracted_name(enum ent_extracted e);
struct ent_extract_row {
	struct ent_str property;
	enum ent_extracted what;
	struct ent_str before, after; /* JSON; absent: it is not there */
};
struct ent_extract {
	struct ent_str id, object;      /* of the copy; and its text */
	struct ent_str relation;        /* id of the relationship derived-from */
	struct ent_str relation_object; /* its text: TLP:RED, so that it stays here */
	struct ent_extract_row *rows;
	size_t n_rows;
};
/*
 * Makes a copy of the newest version of an object by rules, a JSON object, and writes nothing.
 * ENT_EINVAL: the rules name something that there isn't; ENT_EUNUSABLE: what is left is not
 * valid STIX, or the object is no SDO.
 */
int ent_extract(struct ent_exchange *x, struct ent_arena *a, struct ent_str id,
                struct ent_str rules, struct ent_extract *out, struct ent_err *err);
/* Keeps the copy and its relationship among this node's own objects. */
int ent_extract_keep(struct ent_exchange *x, struct ent_arena *a, const struct ent_extract *e,
                     struct ent_err *err);

#endif
