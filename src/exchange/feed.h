/* SPDX-License-Identifier: Apache-2.0 */
/*
 * feed.h - feeds: collections of other people's servers that are mirrored on a schedule.
 *
 * A feed's objects have the source "feed:NAME" in the holdings.  How they are handled where
 * they say nothing themselves is the feed's to say, and is asked by the gate when one is to be
 * released (gate.h): `tlp` is as which marking an object without one counts, so it doesn't
 * leave under an agreement that counts such as less; `onward` whether they may leave at all,
 * within their TLP.  The objects stay as they came.
 *
 * Secrets aren't kept here but in the node's folder (node/node.h).
 */
#ifndef ENT_EXCHANGE_FEED_H
#define ENT_EXCHANGE_FEED_H
#include <entente/stix.h>

#include "exchange/harvest.h"

enum ent_feed_secret { ENT_FEED_NO_SECRET, ENT_FEED_PASSWORD, ENT_FEED_TOKEN };

struct ent_feed_record {
	struct ent_str name;
	struct ent_str url, root, collection; /* of the server */
	struct ent_str match; /* "match%5Btype%5D=...", as it stands in the URL; "" */
	struct ent_str into;  /* the id of a free-standing collection; absent: holdings alone */
	struct ent_str user, cert, key, ca; /* absent: none; files by their whole paths */
	struct ent_str pin;                 /* hex; absent: none */
	enum ent_feed_secret secret;
	enum ent_tlp tlp; /* ENT_TLP_NONE: not said */
	bool onward;
	int64_t every; /* seconds */
	int64_t limit; /* objects a page; 0: the server's */
	int64_t added; /* microseconds */
};

/* Whether it could be added: ENT_EINVAL or ENT_ELIMIT for what can't be. */
int ent_feed_check(const struct ent_feed_record *f, struct ent_err *err);
/* ENT_EINVAL for what can't be; ENT_EEXIST; ENT_ELIMIT beyond ENT_FEEDS_MAX. */
int ent_feed_add(struct ent_exchange *x, struct ent_arena *a, const struct ent_feed_record *f,
                 struct ent_err *err);
int ent_feed_get(struct ent_exchange *x, struct ent_arena *a, struct ent_str name,
                 struct ent_feed_record *out, struct ent_err *err); /* ENT_ENOENT */
int ent_feeds(struct ent_exchange *x, struct ent_arena *a, struct ent_feed_record **out,
              size_t *count, struct ent_err *err);
/* Its mark goes too; what came of it stays held, and may not leave any more. */
int ent_feed_remove(struct ent_exchange *x, struct ent_arena *a, struct ent_str name,
                    struct ent_err *err);
int ent_feed_state(struct ent_exchange *x, struct ent_arena *a, struct ent_str name,
                   struct ent_harvest_state *out, struct ent_err *err);

/* "feed/NAME", the key of its harvest; "feed:NAME", the source of its objects.  Absent if the
 * arena is full. */
struct ent_str ent_feed_key(struct ent_arena *a, struct ent_str name);
struct ent_str ent_feed_source(struct ent_arena *a, struct ent_str name);
/* The feed of a source; ENT_ENOENT if it is none, or the feed is gone. */
int ent_feed_of(struct ent_exchange *x, struct ent_arena *a, struct ent_str source,
                struct ent_feed_record *out, struct ent_err *err);

/*
 * When a feed's next run is due after one that ended in this state, microseconds: after its
 * interval; at once where a run ended before the server's list did; and after a failure in a
 * minute (or the interval, if that is shorter), which doubles up to an hour (or the interval,
 * if that is longer).
 */
int64_t ent_feed_due(const struct ent_feed_record *f, const struct ent_harvest_state *s);
/* Whether it is due now; also where its next run is further away than it could be, because the
 * clock was wrong. */
bool ent_feed_is_due(const struct ent_feed_record *f, const struct ent_harvest_state *s,
                     int64_t now);

#endif
