/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wire_stix_int.h - the bundle's identifiers, for the items that point to its objects.
 */
#ifndef ENT_INTAKE_WIRE_STIX_INT_H
#define ENT_INTAKE_WIRE_STIX_INT_H
#include "base/utf8.h"
#include "base/uuid.h"
#include "intake/wire_int.h"
#include "json/write.h"

struct ent_wire_ids {
	const struct ent_str *thing, *incident; /* absent: not in the bundle */
	struct ent_str sha256;                  /* of the text */
};

/* As ent_wire_bundle; ids (NULL: not wanted) lives as long as a. */
int ent_wire_bundle_with(const struct ent_wire_report *r, struct ent_arena *a,
                         struct ent_buf *to, struct ent_wire_ids *ids, struct ent_err *err);
/* Whether a ruling says all that a designation must have: a day and an effect. */
bool ent_wire_ruling_whole(const struct ent_wire_ruling *r);

/* A bundle in the making. */
struct ent_wire_making {
	const struct ent_wire_report *r;
	struct ent_arena *a;
	struct ent_jw w;
	struct ent_str sha256, when, source;
	struct ent_str *id;     /* of things; absent: not in the bundle */
	struct ent_str *attack; /* of incidents */
	struct ent_buf refs;    /* of the report, as JSON */
	size_t n_refs;
	uint32_t *claims, *next; /* the figures of each incident, as chains of item + 1 */
	struct ent_map *told;    /* claims that were written */
	bool failed;
};

/* What the text has there. */
static inline struct ent_str
text_at(const struct ent_wire_report *r, struct ent_wire_span s)
{
	return (struct ent_str){ r->text.p + s.from, s.to - s.from };
}

/* An object's common properties; its reference goes to the report's. */
void ent_wire_begin(struct ent_wire_making *m, const char *type, struct ent_str id);
/* A member that is a date, where there is one. */
void ent_wire_put_date(struct ent_wire_making *m, const char *key, struct ent_wire_date d);
/* {"name":"TASS","text":"news report of 2021-09-11, datelined Washington"}, with more behind.
 */
void ent_wire_source(struct ent_wire_making *m, struct ent_str more);
/* The n-th incident (wire_attack.c). */
void ent_wire_put_incident(struct ent_wire_making *m, uint32_t n);

#endif
