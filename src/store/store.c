/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store.c - from the interface to a backend, and the rules that no backend may bend.
 */
#include "base/limits.h"
#include "base/time.h"
#include "store/store_int.h"

/* clang-format off */
static const struct {
	const char *scheme;
	int (*open)(struct ent_str where, struct ent_store **out, struct ent_err *err);
} backends[] = {
	{ "memory:", ent_store_memory_open },
	{ "sqlite:", ent_store_sqlite_open },
};
/* clang-format on */

int
ent_store_open(const char *url, struct ent_store **out, struct ent_err *err)
{
	struct ent_str u = ent_str_c(url);

	*out = NULL;
	for (size_t i = 0; i < sizeof(backends) / sizeof(backends[0]); i++) {
		if (ent_str_starts(u, backends[i].scheme))
			return backends[i].open(ent_str_from(u, strlen(backends[i].scheme)),
			                        out, err);
	}
	return ent_fail(err, ENT_EINVAL, "store \"%.*s\": write memory: or sqlite:PATH",
	                ENT_FMT(u));
}

void
ent_store_close(struct ent_store *s)
{
	if (!s)
		return;
	ent_store_look_end(s);
	ent_store_rollback(s);
	s->ops->close(s);
}

/* ---- transactions ---- */
static int
must_write(const struct ent_store *s, struct ent_err *err)
{
	if (s->writing)
		return 0;
	return ent_fail(err, ENT_ESTATE, "store: writing needs a transaction");
}

int
ent_store_begin(struct ent_store *s, struct ent_err *err)
{
	int rc;

	if (s->writing)
		return ent_fail(err, ENT_ESTATE, "store: a transaction is open already");
	ent_store_look_end(s);
	rc = s->ops->begin(s, err);
	s->writing = rc == 0;
	s->marks = 0;
	return rc;
}

int
ent_store_commit(struct ent_store *s, struct ent_err *err)
{
	int rc = must_write(s, err);

	if (rc)
		return rc;
	rc = s->ops->commit(s, err);
	s->writing = false;
	s->marks = 0;
	return rc;
}

void
ent_store_rollback(struct ent_store *s)
{
	if (!s->writing)
		return;
	s->ops->rollback(s);
	s->writing = false;
	s->marks = 0;
}

int
ent_store_mark(struct ent_store *s, struct ent_err *err)
{
	int rc = must_write(s, err);

	if (!rc && s->marks >= ENT_STORE_MARKS)
		rc = ent_fail(err, ENT_ELIMIT, "store: more than %d marks", ENT_STORE_MARKS);
	if (!rc)
		rc = s->ops->mark(s, err);
	if (!rc)
		s->marks++;
	return rc;
}

int
ent_store_keep(struct ent_store *s, struct ent_err *err)
{
	int rc;

	if (!s->writing || s->marks == 0)
		return ent_fail(err, ENT_ESTATE, "store: there is no mark to keep");
	rc = s->ops->keep(s, err);
	if (!rc)
		s->marks--;
	return rc;
}

void
ent_store_undo(struct ent_store *s)
{
	if (!s->writing || s->marks == 0)
		return;
	s->ops->undo(s);
	s->marks--;
}

bool
ent_store_writing(const struct ent_store *s)
{
	return s->writing;
}

void
ent_store_look(struct ent_store *s)
{
	if (!s->writing && !s->looking && s->ops->look)
		s->looking = s->ops->look(s);
}

void
ent_store_look_end(struct ent_store *s)
{
	if (s->looking)
		s->ops->look_end(s);
	s->looking = false;
}

uint64_t
ent_store_generation(struct ent_store *s)
{
	return s->ops->generation(s);
}

int
ent_store_checkpoint(struct ent_store *s, struct ent_err *err)
{
	if (s->writing)
		return ent_fail(err, ENT_ESTATE, "store: no checkpoint inside a transaction");
	ent_store_look_end(s);
	return s->ops->checkpoint(s, err);
}

int
ent_store_check(struct ent_store *s, struct ent_err *err)
{
	return s->ops->check(s, err);
}

/* ---- objects ---- */
int
ent_store_put(struct ent_store *s, const struct ent_row *in, uint64_t *oid, enum ent_put *how,
              struct ent_err *err)
{
	int rc = must_write(s, err);

	if (!rc && (in->type.n == 0 || !in->bytes.p))
		rc = ent_fail(err, ENT_EINVAL, "store: an object needs a type and bytes");
	return rc ? rc : s->ops->put(s, in, oid, how, err);
}

int
ent_store_get(struct ent_store *s, struct ent_arena *a, struct ent_str type,
              const uint8_t uuid[16], struct ent_str vkey, struct ent_row *out,
              struct ent_err *err)
{
	return s->ops->get(s, a, type, uuid, vkey, out, err);
}

int
ent_store_get_oid(struct ent_store *s, struct ent_arena *a, uint64_t oid, struct ent_row *out,
                  struct ent_err *err)
{
	return s->ops->get_oid(s, a, oid, out, err);
}

int
ent_store_list(struct ent_store *s, struct ent_arena *a, const struct ent_list *q,
               struct ent_row **rows, size_t *count, struct ent_err *err)
{
	*rows = NULL;
	*count = 0;
	if (q->limit == 0)
		return 0;
	return s->ops->list(s, a, q, rows, count, err);
}

int
ent_store_count(struct ent_store *s, uint64_t *objects, struct ent_err *err)
{
	return s->ops->count(s, objects, err);
}

int
ent_store_source_add(struct ent_store *s, uint64_t oid, struct ent_str source, int64_t at,
                     bool *fresh, struct ent_err *err)
{
	bool ignored;
	int rc = must_write(s, err);

	if (!rc && source.n == 0)
		rc = ent_fail(err, ENT_EINVAL, "store: a source needs a name");
	return rc ? rc : s->ops->source_add(s, oid, source, at, fresh ? fresh : &ignored, err);
}

int
ent_store_purge(struct ent_store *s, uint64_t oid, struct ent_err *err)
{
	int rc = must_write(s, err);

	return rc ? rc : s->ops->purge(s, oid, err);
}

int
ent_store_sources(struct ent_store *s, struct ent_arena *a, uint64_t oid,
                  struct ent_str **sources, size_t *count, struct ent_err *err)
{
	*sources = NULL;
	*count = 0;
	return s->ops->sources(s, a, oid, sources, count, err);
}

/* ---- channels ---- */
static int
good_channel(uint32_t channel, struct ent_err *err)
{
	if (channel >= 1 && channel <= ENT_CHANNEL_MAX)
		return 0;
	return ent_fail(err, ENT_EINVAL, "store: channel %u is not in 1 to %u", channel,
	                ENT_CHANNEL_MAX);
}

int
ent_store_date(int64_t last, int64_t now, bool fresh, int64_t *date, struct ent_err *err)
{
	int64_t ms = last / 1000 - (last % 1000 < 0); /* rounded down, before 1970 too */

	if (last >= INT64_MAX - 2000)
		return ent_fail(err, ENT_ELIMIT, "store: the channel's dates are used up");
	if (last == INT64_MIN || (fresh && now >= (ms + 1) * 1000))
		*date = now;
	else
		*date = fresh ? (ms + 1) * 1000 : last + 1;
	return 0;
}

int
ent_store_append(struct ent_store *s, uint32_t channel, uint64_t oid, int64_t now,
                 uint64_t *seq, int64_t *date_added, struct ent_err *err)
{
	int rc = must_write(s, err);

	if (!rc)
		rc = good_channel(channel, err);
	return rc ? rc : s->ops->append(s, channel, oid, now, seq, date_added, err);
}

int
ent_store_page(struct ent_store *s, struct ent_arena *a, const struct ent_query *q,
               struct ent_page *out, struct ent_err *err)
{
	int rc = good_channel(q->channel, err);

	*out = (struct ent_page){ NULL, 0, false };
	if (rc || q->after_seq >= ENT_SEQ_MAX)
		return rc;
	return s->ops->page(s, a, q, out, err);
}

int
ent_store_range(struct ent_store *s, struct ent_arena *a, uint32_t channel, uint64_t first,
                uint64_t last, struct ent_entry **entries, size_t *count, struct ent_err *err)
{
	int rc = good_channel(channel, err);

	*entries = NULL;
	*count = 0;
	if (rc || first > last || first > ENT_SEQ_MAX)
		return rc;
	if (last > ENT_SEQ_MAX)
		last = ENT_SEQ_MAX;
	return s->ops->range(s, a, channel, first, last, entries, count, err);
}

int
ent_store_tip(struct ent_store *s, uint32_t channel, uint64_t *seq, int64_t *date_added,
              uint64_t *count, struct ent_err *err)
{
	uint64_t seq_, count_;
	int64_t date_;
	int rc = good_channel(channel, err);

	if (rc)
		return rc;
	return s->ops->tip(s, channel, seq ? seq : &seq_, date_added ? date_added : &date_,
	                   count ? count : &count_, err);
}

int
ent_store_remove(struct ent_store *s, uint32_t channel, struct ent_str type,
                 const uint8_t uuid[16], unsigned which, const struct ent_str *listed,
                 size_t n_listed, uint64_t *removed, struct ent_err *err)
{
	uint64_t ignored;
	int rc = must_write(s, err);

	if (!rc)
		rc = good_channel(channel, err);
	if (rc)
		return rc;
	return s->ops->remove(s, channel, type, uuid, which ? which : ENT_WHICH_ALL, listed,
	                      n_listed, removed ? removed : &ignored, err);
}

int
ent_store_on_channel(struct ent_store *s, uint32_t channel, struct ent_str type,
                     const uint8_t uuid[16], struct ent_str vkey, uint64_t *seq,
                     struct ent_err *err)
{
	uint64_t ignored;
	int rc = good_channel(channel, err);

	return rc ? rc
	          : s->ops->on_channel(s, channel, type, uuid, vkey, seq ? seq : &ignored, err);
}

bool
ent_strs_has(const struct ent_strs *l, struct ent_str s)
{
	for (size_t i = 0; i < l->n; i++) {
		if (ent_str_eq(l->list[i], s))
			return true;
	}
	return false;
}

bool
ent_strs_lists(const struct ent_strs *l, struct ent_str vkey, int64_t date_added)
{
	char text[ENT_TIME_TEXT];

	if (ent_strs_has(l, vkey))
		return true;
	if (vkey.n > 0 || l->n == 0)
		return false;
	return ent_strs_has(l, ent_time_key(ent_str_c(ent_time_text(date_added, 6, text))));
}

void *
ent_store_room(struct ent_arena *a, void *list, size_t n, size_t *cap, size_t size)
{
	size_t more = *cap ? *cap * 2 : 16;
	void *p;

	if (n < *cap)
		return list;
	p = ent_arena_array(a, more, size);
	if (!p)
		return NULL;
	if (n > 0)
		memcpy(p, list, n * size);
	*cap = more;
	return p;
}

/* ---- logs ---- */
static int
good_log(struct ent_str log, struct ent_err *err)
{
	return log.n ? 0 : ent_fail(err, ENT_EINVAL, "store: a log needs a name");
}

int
ent_store_log_append(struct ent_store *s, struct ent_str log, struct ent_str entry,
                     uint64_t *index, struct ent_err *err)
{
	int rc = must_write(s, err);

	if (!rc)
		rc = good_log(log, err);
	return rc ? rc : s->ops->log_append(s, log, entry, index, err);
}

int
ent_store_log_size(struct ent_store *s, struct ent_str log, uint64_t *size, struct ent_err *err)
{
	return s->ops->log_size(s, log, size, err);
}

int
ent_store_log_get(struct ent_store *s, struct ent_arena *a, struct ent_str log, uint64_t index,
                  struct ent_str *entry, struct ent_err *err)
{
	struct ent_str *list;
	size_t got;
	int rc = ent_store_log_range(s, a, log, index, 1, &list, &got, err);

	if (!rc && got == 0)
		rc = ent_fail(err, ENT_ENOENT, "log %.*s has no entry %llu", ENT_FMT(log),
		              (unsigned long long)index);
	if (!rc)
		*entry = list[0];
	return rc;
}

int
ent_store_log_range(struct ent_store *s, struct ent_arena *a, struct ent_str log,
                    uint64_t first, size_t count, struct ent_str **entries, size_t *got,
                    struct ent_err *err)
{
	*entries = NULL;
	*got = 0;
	if (count == 0 || first > ENT_SEQ_MAX)
		return 0;
	return s->ops->log_range(s, a, log, first, count, entries, got, err);
}

static int
good_tile(unsigned level, uint64_t index, size_t n, struct ent_err *err)
{
	if (level % 8 == 0 && level < 64 && index <= INT64_MAX && n >= 1 && n <= 256 &&
	    index % 256 + n <= 256)
		return 0;
	return ent_fail(err, ENT_EINVAL,
	                "store: %zu hashes of level %u at %llu are not in a tile", n, level,
	                (unsigned long long)index);
}

int
ent_store_tile_put(struct ent_store *s, struct ent_str log, unsigned level, uint64_t index,
                   const uint8_t hash[32], struct ent_err *err)
{
	int rc = must_write(s, err);

	if (!rc)
		rc = good_log(log, err);
	if (!rc)
		rc = good_tile(level, index, 1, err);
	return rc ? rc : s->ops->tile_put(s, log, level, index, hash, err);
}

int
ent_store_tile_get(struct ent_store *s, struct ent_str log, unsigned level, uint64_t index,
                   size_t n, uint8_t *hashes, struct ent_err *err)
{
	int rc = good_tile(level, index, n, err);

	return rc ? rc : s->ops->tile_get(s, log, level, index, n, hashes, err);
}

/* ---- documents ---- */
int
ent_store_doc_put(struct ent_store *s, struct ent_str space, struct ent_str key,
                  struct ent_str value, struct ent_err *err)
{
	int rc = must_write(s, err);

	return rc ? rc : s->ops->doc_put(s, space, key, value, err);
}

int
ent_store_doc_get(struct ent_store *s, struct ent_arena *a, struct ent_str space,
                  struct ent_str key, struct ent_str *value, struct ent_err *err)
{
	return s->ops->doc_get(s, a, space, key, value, err);
}

int
ent_store_doc_del(struct ent_store *s, struct ent_str space, struct ent_str key,
                  struct ent_err *err)
{
	int rc = must_write(s, err);

	return rc ? rc : s->ops->doc_del(s, space, key, err);
}

int
ent_store_docs(struct ent_store *s, struct ent_arena *a, struct ent_str space,
               struct ent_str prefix, struct ent_str after, size_t limit, struct ent_doc **docs,
               size_t *count, struct ent_err *err)
{
	*docs = NULL;
	*count = 0;
	if (limit == 0)
		return 0;
	return s->ops->docs(s, a, space, prefix, after, limit, docs, count, err);
}
