/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pusher.h - any number of objects into a collection, in envelopes that the server takes.
 *
 * An envelope that is too large for the server (413) is halved, and so are all after it.  One
 * that it refuses whole (400, 422), so that nothing of it is stored, is halved until the object
 * that is the reason stands alone.  One whose answer was lost is sent again, which is safe: an
 * exact duplicate is a success (TAXII 2.1, 5.5).
 */
#ifndef ENT_TAXII_PUSHER_H
#define ENT_TAXII_PUSHER_H
#include "taxii/remote.h"

struct ent_pusher_config {
	struct ent_remote *remote;
	struct ent_str root, collection; /* borrowed */
	size_t bytes, objects;           /* of an envelope, at most; objects at least 1 */
	unsigned tries;                  /* how often after the line broke */
	uint64_t patience_ms;            /* how long a status may be pending */
	/* Waits, as long as ms; false ends it all with the failure.  why: what is tried again;
	 * NULL: a status is pending. */
	bool (*wait)(void *self, uint64_t ms, const struct ent_err *why);
	/* An object that the server refuses, or can't be asked to take.  Borrowed. */
	void (*refused)(void *self, const struct ent_push_detail *d);
	/* A status that is still pending when patience ends; id may be absent. */
	void (*pending)(void *self, struct ent_str id);
	void *self;
};

struct ent_pushed {
	uint64_t taken, refused; /* objects; duplicates of what the server has are taken */
	uint64_t waiting;        /* the server isn't through with */
	uint64_t untold;         /* nothing was said about, although their envelope was taken */
	uint64_t envelopes;      /* that were taken */
};

struct ent_pusher;

int ent_pusher_new(const struct ent_pusher_config *c, struct ent_pusher **out,
                   struct ent_err *err);
void ent_pusher_free(struct ent_pusher *p); /* NULL is fine; what waits isn't sent */
/* One object, whose bytes have to be JSON.  Sends when an envelope is full: its failures. */
int ent_pusher_add(struct ent_pusher *p, struct ent_str object, struct ent_err *err);
/* Sends what waits.  ENT_EUNUSABLE if the server refuses one object after the other with
 * envelope and all. */
int ent_pusher_flush(struct ent_pusher *p, struct ent_err *err);
const struct ent_pushed *ent_pusher_sum(const struct ent_pusher *p);

#endif
