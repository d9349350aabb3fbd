/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wire_stix_int.h - the bundle's identifiers, for the items that point to its objects.
 */
#ifndef ENT_INTAKE_WIRE_STIX_INT_H
#define ENT_INTAKE_WIRE_STIX_INT_H
#include "base/utf8.h"
#include "base/uuid.h"
#include "intake/wire_int.h"

struct ent_wire_ids {
	const struct ent_str *thing, *incident; /* absent: not in the bundle */
	struct ent_str sha256;                  /* of the text */
};

/* As ent_wire_bundle; ids (NULL: not wanted) lives as long as a. */
int ent_wire_bundle_with(const struct ent_wire_report *r, struct ent_arena *a,
                         struct ent_buf *to, struct ent_wire_ids *ids, struct ent_err *err);
/* Whether a ruling says all that a designation must have: a day and an effect. */
bool ent_wire_ruling_whole(const struct ent_wire_ruling *r);

#endif
