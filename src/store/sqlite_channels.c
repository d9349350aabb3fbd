/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sqlite_channels.c - appending to a channel and removing from it.
 *
 * Each live entry knows the first entry with a greater version of its object (sup, for
 * superseded) and the first with a smaller one (pre), 0 if there is none, so that a page finds
 * `last` and `first` up to any entry without looking anything up.  An append touches at most
 * its two neighbours by version; a removal relinks the object.
 */
#include "store/sqlite_int.h"

/* ---- the state of a channel in the open transaction ---- */
static int
load(struct ent_sqlite *q, struct ent_chan *c, struct ent_err *err)
{
	sqlite3_stmt *st;
	int rc = ent_sqlite_st(q, ENT_SQL_CHANNEL, &st, err);

	if (rc)
		return rc;
	ent_sqlite_i64(st, 1, (int64_t)c->channel << 44);
	ent_sqlite_i64(st, 2, ((int64_t)c->channel << 44) + (int64_t)ENT_SEQ_MAX);
	ent_sqlite_i64(st, 3, c->channel);
	rc = ent_sqlite_step(q, st, err);
	c->seq = rc > 0 ? (uint64_t)sqlite3_column_int64(st, 0) & ENT_SEQ_MAX : 0;
	c->date = rc > 0 ? sqlite3_column_int64(st, 1) : INT64_MIN;
	c->live = rc > 0 ? c->seq - (uint64_t)sqlite3_column_int64(st, 2) : 0;
	return ent_sqlite_end(st, rc < 0 ? rc : 0);
}

static int
use(struct ent_sqlite *q, uint32_t channel, struct ent_chan **out, struct ent_err *err)
{
	struct ent_chan *c = NULL;
	int rc;

	for (size_t i = q->n_chans; i > 0 && !c; i--) {
		if (q->chans[i - 1].channel == channel)
			c = &q->chans[i - 1];
	}
	if (c && c->loaded) {
		*out = c;
		return 0;
	}
	if (!c) {
		if (q->n_chans == q->cap_chans) {
			size_t cap = q->cap_chans ? q->cap_chans * 2 : 8;

			c = reallocarray(q->chans, cap, sizeof(*c));
			if (!c)
				return ent_sqlite_nomem(q, err);
			q->chans = c;
			q->cap_chans = cap;
		}
		c = &q->chans[q->n_chans];
		*c = (struct ent_chan){ .channel = channel };
	}
	rc = load(q, c, err);
	if (rc)
		return rc;
	if (c == &q->chans[q->n_chans]) { /* first seen: nothing of it was changed yet */
		c->began = c->seq;
		q->n_chans++;
	}
	c->loaded = true;
	*out = c;
	return 0;
}

int
ent_sqlite_tip(struct ent_store *s, uint32_t channel, uint64_t *seq, int64_t *date_added,
               uint64_t *count, struct ent_err *err)
{
	struct ent_sqlite *q = ent_sqlite_of(s);
	struct ent_chan here = { .channel = channel }, *c = &here;
	int rc = s->writing ? use(q, channel, &c, err) : load(q, c, err);

	if (rc)
		return rc;
	*seq = c->seq;
	*date_added = c->date;
	*count = c->live;
	return 0;
}

/* ---- append ---- */
struct neighbour {
	int64_t rid, sup, pre;
	int order; /* of its vkey against the new one */
	bool there, mixed, other_spec;
};

/* What an entry repeats of its object. */
struct key {
	const uint8_t *uuid;
	struct ent_str type, vkey, spec;
};

static void
bind_object(sqlite3_stmt *st, uint32_t channel, struct ent_str type, const uint8_t uuid[16])
{
	ent_sqlite_i64(st, 1, channel);
	ent_sqlite_blob(st, 2, uuid, 16);
	ent_sqlite_text(st, 3, type);
}

/* ENT_SQL_GREATEST, ENT_SQL_BELOW or ENT_SQL_ABOVE. */
static int
neighbour(struct ent_sqlite *q, enum ent_sql n, uint32_t channel, const struct key *key,
          struct neighbour *out, struct ent_err *err)
{
	sqlite3_stmt *st;
	int rc = ent_sqlite_st(q, n, &st, err);

	*out = (struct neighbour){ 0 };
	if (rc)
		return rc;
	bind_object(st, channel, key->type, key->uuid);
	if (n != ENT_SQL_GREATEST)
		ent_sqlite_text(st, 4, key->vkey);
	rc = ent_sqlite_step(q, st, err);
	if (rc > 0) {
		out->there = true;
		out->rid = sqlite3_column_int64(st, 0);
		out->order = ent_str_cmp(ent_sqlite_col(st, 1), key->vkey);
		out->sup = sqlite3_column_int64(st, 2);
		out->pre = sqlite3_column_int64(st, 3);
		out->other_spec = !ent_str_eq(ent_sqlite_col(st, 4), key->spec);
		out->mixed = sqlite3_column_int(st, 5) != 0;
	}
	return ent_sqlite_end(st, rc < 0 ? rc : 0);
}

/* The live entries of the object right below (or at) the key and above it: seldom more than the
 * greatest must be asked. */
static int
neighbours(struct ent_sqlite *q, uint32_t channel, const struct key *key,
           struct neighbour *below, struct neighbour *above, struct ent_err *err)
{
	int rc = neighbour(q, ENT_SQL_GREATEST, channel, key, below, err);

	*above = (struct neighbour){ 0 };
	if (rc || !below->there || below->order <= 0)
		return rc;
	rc = neighbour(q, ENT_SQL_BELOW, channel, key, below, err);
	return rc ? rc : neighbour(q, ENT_SQL_ABOVE, channel, key, above, err);
}

static int
set(struct ent_sqlite *q, enum ent_sql n, int64_t rid, int64_t value, struct ent_err *err)
{
	sqlite3_stmt *st;
	int rc = ent_sqlite_st(q, n, &st, err);

	if (rc)
		return rc;
	ent_sqlite_i64(st, 1, rid);
	if (n != ENT_SQL_DROP)
		ent_sqlite_i64(st, 2, value);
	return ent_sqlite_do(q, st, err);
}

/* The smaller of two rids, of which 0 is none. */
static int64_t
earlier(int64_t a, int64_t b)
{
	return a && (a < b || !b) ? a : b;
}

/* Puts the new entry rid between its neighbours. */
static int
link_in(struct ent_sqlite *q, uint32_t channel, const struct key *key, int64_t rid,
        const struct neighbour *below, const struct neighbour *above, struct ent_err *err)
{
	bool mixed = below->mixed || above->mixed;
	sqlite3_stmt *st;
	int rc = 0;

	if (below->there && !below->sup)
		rc = set(q, ENT_SQL_SET_SUP, below->rid, rid, err);
	if (!rc && above->there && !above->pre)
		rc = set(q, ENT_SQL_SET_PRE, above->rid, rid, err);
	if (rc || mixed || !(below->other_spec || above->other_spec))
		return rc;
	rc = ent_sqlite_st(q, ENT_SQL_SET_MIXED, &st, err);
	if (rc)
		return rc;
	bind_object(st, channel, key->type, key->uuid);
	return ent_sqlite_do(q, st, err);
}

static int
insert(struct ent_sqlite *q, uint32_t channel, const struct key *key, uint64_t oid, int64_t rid,
       int64_t date, const struct neighbour *below, const struct neighbour *above,
       struct ent_err *err)
{
	sqlite3_stmt *st;
	int rc = ent_sqlite_st(q, ENT_SQL_APPEND, &st, err);

	if (rc)
		return rc;
	bind_object(st, channel, key->type, key->uuid);
	ent_sqlite_text(st, 4, key->vkey);
	ent_sqlite_i64(st, 5, rid);
	ent_sqlite_i64(st, 6, date);
	ent_sqlite_i64(st, 7, (int64_t)oid);
	ent_sqlite_i64(st, 8, earlier(above->sup, above->rid));
	ent_sqlite_i64(st, 9, earlier(below->pre, below->rid));
	ent_sqlite_i64(st, 10,
	               below->mixed || above->mixed || below->other_spec || above->other_spec);
	ent_sqlite_text(st, 11, key->spec);
	return ent_sqlite_do(q, st, err);
}

static int
append_key(struct ent_sqlite *q, struct ent_chan *c, const struct key *key, uint64_t oid,
           int64_t now, uint64_t *seq, int64_t *date_added, struct ent_err *err)
{
	struct neighbour below, above;
	int64_t rid = ((int64_t)c->channel << 44) + (int64_t)c->seq + 1;
	int rc = neighbours(q, c->channel, key, &below, &above, err);

	if (rc)
		return rc;
	if (below.there && below.order == 0) {
		*seq = (uint64_t)below.rid & ENT_SEQ_MAX;
		return ent_fail(err, ENT_EEXIST, "this version is on the channel already");
	}
	if (c->seq >= ENT_SEQ_MAX)
		return ent_fail(err, ENT_ELIMIT, "channel %u is full", c->channel);
	rc = ent_store_date(c->date, now, c->seq == c->began, date_added, err);
	if (!rc)
		rc = insert(q, c->channel, key, oid, rid, *date_added, &below, &above, err);
	if (rc)
		return rc;
	rc = link_in(q, c->channel, key, rid, &below, &above, err);
	if (rc) {
		q->broken = true;
		return rc;
	}
	*seq = ++c->seq;
	c->date = *date_added;
	c->live++;
	return 0;
}

int
ent_sqlite_append(struct ent_store *s, uint32_t channel, uint64_t oid, int64_t now,
                  uint64_t *seq, int64_t *date_added, struct ent_err *err)
{
	struct ent_sqlite *q = ent_sqlite_of(s);
	struct ent_str uuid;
	struct ent_chan *c;
	struct key key;
	sqlite3_stmt *st;
	int rc = use(q, channel, &c, err);

	if (!rc)
		rc = ent_sqlite_st(q, ENT_SQL_KEY, &st, err);
	if (rc)
		return rc;
	ent_sqlite_i64(st, 1, (int64_t)oid);
	rc = ent_sqlite_step(q, st, err);
	if (rc <= 0)
		return ent_sqlite_end(st, rc ? rc
		                             : ent_fail(err, ENT_ENOENT, "no object %llu",
		                                        (unsigned long long)oid));
	uuid = ent_sqlite_col(st, 0);
	key = (struct key){ (const uint8_t *)uuid.p, ent_sqlite_col(st, 1),
		            ent_sqlite_col(st, 2), ent_sqlite_col(st, 3) };
	if (uuid.n != 16)
		rc = ent_sqlite_corrupt(q, "an object's columns are damaged", err);
	else
		rc = append_key(q, c, &key, oid, now, seq, date_added, err);
	return ent_sqlite_end(st, rc);
}

/* ---- remove ---- */
/*
 * Drops what the statement of versions, in their order, chooses.  Each row is dropped one step
 * late: then the statement knows whether it is the last, and never stands on a row that
 * changes.
 */
static int
drop_chosen(struct ent_sqlite *q, sqlite3_stmt *st, unsigned which,
            const struct ent_strs *listed, uint64_t *removed, struct ent_err *err)
{
	int64_t held = 0, rid;
	bool chosen = false, first = true;
	int rc;

	do {
		rc = ent_sqlite_step(q, st, err);
		if (rc < 0)
			return rc;
		if (held && (chosen || (rc == 0 && which & ENT_WHICH_LAST))) {
			int failed = set(q, ENT_SQL_DROP, held, 0, err);

			if (failed)
				return failed;
			++*removed;
		}
		if (rc == 0)
			break;
		rid = sqlite3_column_int64(st, 0);
		chosen =
		    which & ENT_WHICH_ALL || (which & ENT_WHICH_FIRST && first) ||
		    (which & ENT_WHICH_LISTED && ent_strs_lists(listed, ent_sqlite_col(st, 3),
		                                                sqlite3_column_int64(st, 4)));
		held = rid;
		first = false;
	} while (true);
	return 0;
}

static int
relink(struct ent_sqlite *q, uint32_t channel, struct ent_str type, const uint8_t uuid[16],
       struct ent_err *err)
{
	sqlite3_stmt *st;
	int rc = ent_sqlite_st(q, ENT_SQL_RELINK, &st, err);

	if (rc)
		return rc;
	bind_object(st, channel, type, uuid);
	return ent_sqlite_do(q, st, err);
}

int
ent_sqlite_remove(struct ent_store *s, uint32_t channel, struct ent_str type,
                  const uint8_t uuid[16], unsigned which, const struct ent_str *listed,
                  size_t n_listed, uint64_t *removed, struct ent_err *err)
{
	struct ent_sqlite *q = ent_sqlite_of(s);
	struct ent_strs l = { listed, n_listed };
	struct ent_chan *c;
	sqlite3_stmt *st;
	int rc = use(q, channel, &c, err);

	*removed = 0;
	if (!rc)
		rc = ent_sqlite_st(q, ENT_SQL_VERSIONS, &st, err);
	if (rc)
		return rc;
	bind_object(st, channel, type, uuid);
	rc = ent_sqlite_end(st, drop_chosen(q, st, which, &l, removed, err));
	if (!rc && *removed == 0)
		return ent_fail(err, ENT_ENOENT, "no such version on channel %u", channel);
	if (!rc)
		rc = relink(q, channel, type, uuid, err);
	if (!rc)
		rc = set(q, ENT_SQL_CHANNEL_REMOVED, channel, (int64_t)*removed, err);
	q->broken = rc != 0;
	c->live -= *removed;
	return rc;
}

int
ent_sqlite_on_channel(struct ent_store *s, uint32_t channel, struct ent_str type,
                      const uint8_t uuid[16], struct ent_str vkey, uint64_t *seq,
                      struct ent_err *err)
{
	struct ent_sqlite *q = ent_sqlite_of(s);
	sqlite3_stmt *st;
	int rc = ent_sqlite_st(q, vkey.p ? ENT_SQL_ON : ENT_SQL_ON_LAST, &st, err);

	if (rc)
		return rc;
	bind_object(st, channel, type, uuid);
	if (vkey.p)
		ent_sqlite_text(st, 4, vkey);
	rc = ent_sqlite_step(q, st, err);
	if (rc > 0)
		*seq = (uint64_t)sqlite3_column_int64(st, 0) & ENT_SEQ_MAX;
	else if (rc == 0)
		rc = ent_fail(err, ENT_ENOENT, "not on channel %u", channel);
	return ent_sqlite_end(st, rc > 0 ? 0 : rc);
}
