/* SPDX-License-Identifier: Apache-2.0 */
/*
 * incident.h - what the commands of the register of attacks share.
 */
#ifndef ENT_CLI_INCIDENT_H
#define ENT_CLI_INCIDENT_H
#include "cli/cli.h"
#include "exchange/holdings.h"
#include "intake/attack.h"

#define ENT_INCIDENT_ARENA ((size_t)64 << 20) /* of one that is read, written, shown */

/* Shows the newest version of each incident that isn't revoked; record is NULL where it has no
 * attack record.  What see() gets lasts until it returns; other than 0 ends it. */
int ent_incident_each(struct ent_cli *c,
                      int (*see)(void *self, struct ent_arena *a, const struct ent_held *held,
                                 const struct ent_json *incident, struct ent_err *err),
                      void *self, struct ent_err *err);
/* An incident by its id, an eventid, or a name; ENT_ENOENT, and ENT_EINVAL where several have
 * the name. */
int ent_incident_find(struct ent_cli *c, struct ent_str what, struct ent_held *held,
                      const struct ent_json **incident, struct ent_err *err);
/* Stores the next version of one's own incident; *text is it.  ENT_EDENIED for another's. */
int ent_incident_next(struct ent_cli *c, const struct ent_json *was,
                      const struct ent_attack_next *n, struct ent_str *text,
                      struct ent_err *err);
/* Names of its actors and of its first place as far as anybody says them. */
struct ent_str ent_incident_actors(struct ent_cli *c, struct ent_arena *a,
                                   const struct ent_json *record);
struct ent_str ent_incident_actor(struct ent_cli *c, struct ent_arena *a,
                                  const struct ent_json *perpetrator);
struct ent_str ent_incident_place(struct ent_cli *c, struct ent_arena *a,
                                  const struct ent_json *place);
/* An id that follows from the node and from what the object is. */
struct ent_str ent_incident_id(struct ent_cli *c, struct ent_arena *a, const char *type,
                               const char *kind, struct ent_str key);
/* Ids of the place and the groups of an attack, which have names. */
int ent_incident_ids(struct ent_cli *c, struct ent_arena *a, struct ent_attack *x,
                     struct ent_err *err);
/* Puts place and groups, where the node doesn't hold them, then the incident itself; inside a
 * write.  The name of each group is in x. */
int ent_incident_put_new(struct ent_cli *c, struct ent_arena *a, const struct ent_attack *x,
                         struct ent_err *err);
int ent_incident_put_parts(struct ent_cli *c, struct ent_arena *a, const struct ent_attack *x,
                           struct ent_err *err);
/* --tlp as the id of its marking; left absent if it wasn't given. */
int ent_incident_tlp(const struct ent_cli *c, struct ent_str *marking, struct ent_err *err);
/* A claim from the options --source, --value and so on. */
int ent_incident_claim(struct ent_cli *c, struct ent_str text, struct ent_attack_claim *out,
                       struct ent_err *err);

/* ---- statistics (incident_svg.c) ---- */
struct ent_incident_sum { /* ranges of claims, added up */
	int64_t low, high;
	size_t unknown; /* incidents without a claim */
	bool open;
};
struct ent_incident_bar {
	struct ent_str key;
	size_t incidents;
	struct ent_incident_sum killed, injured;
};
/* "12 to 15 or more; not known of 3"; absent if the arena is full. */
struct ent_str ent_incident_sum_text(struct ent_arena *a, const struct ent_incident_sum *s,
                                     size_t incidents);
/* A picture of them: valid SVG 1.1, with title and description. */
void ent_incident_svg(struct ent_buf *to, struct ent_arena *a, const char *by,
                      const struct ent_incident_bar *bars, size_t n, size_t incidents);

#endif
