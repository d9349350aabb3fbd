/* SPDX-License-Identifier: Apache-2.0 */
/*
 * watch.h - what the files of `entente watch` share.
 *
 * Nothing is lost or repeated when it is killed: what it has done up to a place in its inputs
 * (place, length of the file of hits, counts, sightings that aren't sent) is one state file,
 * replaced in one step.  At the start the hits behind that length are cut off, and the inputs
 * are read on from that place.
 */
#ifndef ENT_CLI_WATCH_H
#define ENT_CLI_WATCH_H
#include <entente/pattern.h>

#include "base/limits.h"
#include "base/map.h"
#include "base/progress.h"
#include "cli/cli.h"
#include "codec/source.h"
#include "intake/log.h"

/* An indicator, and what it has hit. */
struct ent_watched {
	struct ent_str id, name, pattern;
	struct ent_str markings; /* JSON of object_marking_refs; absent if none */
	int64_t version;         /* of modified, else created */
	int64_t from, until;     /* of an observation's time, until itself is outside */
	bool active, muted;
	uint64_t hits;       /* all in all */
	uint64_t count;      /* since the last sighting */
	int64_t first, last; /* of these: from when until when */
};

/* ---- what never makes a hit (watch_allow.c) ---- */

struct ent_allow;
int ent_allow_read(struct ent_cli *c, const char *path, struct ent_allow **out,
                   struct ent_err *err);
/* Whether a value of the object stands in the list; all is what its references are members of.
 */
bool ent_allow_has(const struct ent_allow *l, const struct ent_json *object,
                   const struct ent_json *all);

/* ---- inputs (watch_input.c) ---- */

/* A line's beginning that was done by then. */
struct ent_watch_mark {
	uint64_t offset, lines;
	int64_t time; /* of the observation before it; INT64_MIN: of none */
};

struct ent_watch_input {
	const char *path; /* "-": standard input */
	struct ent_source *source;
	int fd; /* where it is followed; -1 */
	uint64_t dev, ino;
	uint64_t offset; /* of the first byte of a line that isn't done */
	struct ent_logs *logs;
	uint64_t lines; /* of the file, done */
	char *buf;
	size_t n, room;
	bool end, skipping; /* in a line that is too long */
	uint64_t rotated, truncated;
	/* Patterns about time keep observations: a new run reads these again from a mark on,
	 * and tells nothing until it is where the one before was. */
	struct ent_watch_mark marks[ENT_WATCH_MARKS];
	size_t n_marks;
	int64_t time;            /* of the last observation */
	uint64_t at, told_until; /* of the line that is read; what was told before */
};

/* What is kept of an input between two runs. */
struct ent_watch_place {
	uint64_t dev, ino, offset, lines;
	struct ent_str header;
	struct ent_watch_mark marks[ENT_WATCH_MARKS];
	size_t n_marks;
};

struct ent_watch;

/* Goes on at place, if it isn't NULL. */
int ent_watch_input_open(struct ent_watch *w, struct ent_watch_input *in, const char *path,
                         const struct ent_watch_place *place, struct ent_err *err);
void ent_watch_input_close(struct ent_watch_input *in);
/* Reads once, and does all whole lines; *got is whether there was anything. */
int ent_watch_input_step(struct ent_watch *w, struct ent_watch_input *in, bool *got,
                         struct ent_err *err);

/* Notes where it is, if that is long enough after the mark before; forgets marks that are no
 * longer of use. */
void ent_watch_input_mark(struct ent_watch_input *in);

/* ---- all of it ---- */

struct ent_watch_counts {
	uint64_t hits, allowed, outside, muted, observations, sightings;
};

struct ent_watch {
	struct ent_cli *c;
	struct ent_pattern_set *set;
	struct ent_arena *kept; /* indicators */
	struct ent_watched *list;
	size_t n, room;
	struct ent_map *ids; /* to their number in list, from 1 */
	size_t unusable, others, revoked, unsure;
	uint64_t after;                /* oid of holdings that were read */
	int64_t min_confidence, decay; /* of 100; days, 0: none */
	struct ent_allow *allow;
	double mute_share;
	struct ent_watch_input *inputs;
	size_t n_inputs;
	bool follow, muting, holdings;
	bool loaded; /* there was a state */
	/* the observation that is looked at */
	const struct ent_logs_seen *seen;
	struct ent_watch_input *input;
	struct ent_arena *scratch;
	int rc; /* of what a hit led to */
	struct ent_err *err;
	/* hits */
	int hits_fd;
	struct ent_buf hits;
	uint64_t hits_length; /* of the file, with what is in the buffer */
	/* sightings */
	struct ent_str agreement; /* absent: none are released */
	bool sightings;
	uint64_t released, queued, denied;
	const char *state_path;
	struct ent_str batch; /* id of the bundle of sightings that state knows of */
	struct ent_watch_counts counts;
};

/* ---- indicators (watch_indicators.c) ---- */

int ent_watch_file(struct ent_watch *w, const char *path, struct ent_err *err);
/* What is new in the holdings since the last call. */
int ent_watch_holdings(struct ent_watch *w, struct ent_err *err);
struct ent_watched *ent_watch_find(struct ent_watch *w, struct ent_str id);

/* ---- hits (watch_hits.c) ---- */

/* An observation of w->input against all indicators: an ent_logs_each. */
int ent_watch_see(void *self, const struct ent_logs_seen *seen, struct ent_err *err);
int ent_watch_flush(struct ent_watch *w, struct ent_err *err);

/* ---- state (watch_state.c) ---- */

/* Fills w and places, one for each path; places that aren't known are left alone. */
int ent_watch_load(struct ent_watch *w, const char *const *paths, size_t n,
                   struct ent_watch_place **places, struct ent_err *err);
int ent_watch_save(struct ent_watch *w, struct ent_err *err);
/* Whether an input isn't yet where the run before was: the state of that one stays until then.
 */
bool ent_watch_behind(const struct ent_watch *w);

/* ---- sightings (watch_sightings.c) ---- */

/* Makes, stores and releases what is due. */
int ent_watch_sight(struct ent_watch *w, struct ent_err *err);
/* Does what a run that was killed had begun. */
int ent_watch_resume(struct ent_watch *w, struct ent_err *err);

#endif
