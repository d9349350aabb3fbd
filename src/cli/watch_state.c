/* SPDX-License-Identifier: Apache-2.0 */
/*
 * watch_state.c - what a watch has done, in one file that is replaced in one step.
 */
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/limits.h"
#include "cli/watch.h"

#define VERSION 1

static void
marks(const struct ent_watch_input *in, struct ent_jw *j)
{
	ent_jw_key(j, "marks");
	ent_jw_array(j);
	for (size_t i = 0; i < in->n_marks; i++) {
		ent_jw_array(j);
		ent_jw_int(j, (int64_t)in->marks[i].offset);
		ent_jw_int(j, (int64_t)in->marks[i].lines);
		if (in->marks[i].time == INT64_MIN)
			ent_jw_null(j);
		else
			ent_jw_int(j, in->marks[i].time);
		ent_jw_end_array(j);
	}
	ent_jw_end_array(j);
}

static void
places(struct ent_watch *w, struct ent_jw *j)
{
	ent_jw_key(j, "inputs");
	ent_jw_array(j);
	for (size_t i = 0; i < w->n_inputs; i++) {
		struct ent_watch_input *in = &w->inputs[i];

		ent_watch_input_mark(in);
		ent_jw_object(j);
		ent_jw_kc(j, "path", in->path);
		/* as text: numbers of files may be beyond what JSON has exactly */
		ent_jw_key(j, "file");
		ent_jw_str(j, ent_arena_printf(w->scratch, "%llu:%llu",
		                               (unsigned long long)in->dev,
		                               (unsigned long long)in->ino));
		ent_jw_kint(j, "offset", (int64_t)in->offset);
		ent_jw_kint(j, "lines", (int64_t)ent_logs_at(in->logs));
		ent_jw_kstr(j, "header", ent_logs_header(in->logs));
		marks(in, j);
		ent_jw_end_object(j);
	}
	ent_jw_end_array(j);
}

static const struct count {
	const char *key;
	size_t at;
} counts[] = {
	{ "observations", offsetof(struct ent_watch_counts, observations) },
	{ "hits", offsetof(struct ent_watch_counts, hits) },
	{ "allowed", offsetof(struct ent_watch_counts, allowed) },
	{ "outside", offsetof(struct ent_watch_counts, outside) },
	{ "muted", offsetof(struct ent_watch_counts, muted) },
	{ "sightings", offsetof(struct ent_watch_counts, sightings) },
};
#define COUNTS (sizeof(counts) / sizeof(counts[0]))

static uint64_t *
count_of(struct ent_watch *w, size_t i)
{
	return (uint64_t *)(void *)((char *)&w->counts + counts[i].at);
}

/* [id, hits, count, first, last, muted] of those that have hit. */
static void
indicators(struct ent_watch *w, struct ent_jw *j)
{
	ent_jw_key(j, "indicators");
	ent_jw_array(j);
	for (size_t i = 0; i < w->n; i++) {
		const struct ent_watched *x = &w->list[i];

		if (!x->hits && !x->muted)
			continue;
		ent_jw_array(j);
		ent_jw_str(j, x->id);
		ent_jw_int(j, (int64_t)x->hits);
		ent_jw_int(j, (int64_t)x->count);
		ent_jw_int(j, x->first);
		ent_jw_int(j, x->last);
		ent_jw_bool(j, x->muted);
		ent_jw_end_array(j);
	}
	ent_jw_end_array(j);
}

bool
ent_watch_behind(const struct ent_watch *w)
{
	for (size_t i = 0; i < w->n_inputs; i++)
		if (w->inputs[i].offset < w->inputs[i].told_until && !w->inputs[i].end)
			return true;
	return false;
}

int
ent_watch_save(struct ent_watch *w, struct ent_err *err)
{
	struct ent_buf b;
	struct ent_jw j;
	int rc = ent_watch_flush(w, err);

	if (rc || !w->state_path || ent_watch_behind(w))
		return rc;
	if (fdatasync(w->hits_fd))
		return ent_fail(err, ent_errno_code(errno), "writing hits: %m");
	ent_arena_reset(w->scratch);
	ent_buf_init(&b, ENT_WATCH_STATE_MAX);
	ent_jw_init(&j, &b);
	ent_jw_object(&j);
	ent_jw_kint(&j, "entente_watch", VERSION);
	ent_jw_kint(&j, "hits_length", (int64_t)w->hits_length);
	if (w->batch.n)
		ent_jw_kstr(&j, "batch", w->batch);
	for (size_t i = 0; i < COUNTS; i++)
		ent_jw_kint(&j, counts[i].key, (int64_t)*count_of(w, i));
	places(w, &j);
	indicators(w, &j);
	ent_jw_end_object(&j);
	ent_buf_ch(&b, '\n');
	rc = ent_buf_ok(&b) ? ent_file_write(w->state_path, ent_buf_view(&b), 0600, err)
	                    : ent_fail(err, ENT_ELIMIT, "%s: more than %zu bytes",
	                               w->state_path, (size_t)ENT_WATCH_STATE_MAX);
	ent_buf_release(&b);
	return rc;
}

/* ---- loading ---- */

static bool
number(const struct ent_json *v, const char *key, uint64_t *out)
{
	int64_t i;

	if (!ent_json_int(ent_json_getc(v, key), &i) || i < 0)
		return false;
	*out = (uint64_t)i;
	return true;
}

static bool
read_marks(const struct ent_json *list, struct ent_watch_place *p)
{
	for (size_t i = 0; i < ent_json_count(list) && i < ENT_WATCH_MARKS; i++) {
		const struct ent_json *v = ent_json_at(list, i);
		struct ent_watch_mark *m = &p->marks[i];
		int64_t offset, lines;

		m->time = INT64_MIN;
		(void)ent_json_int(ent_json_at(v, 2), &m->time);
		if (!ent_json_int(ent_json_at(v, 0), &offset) ||
		    !ent_json_int(ent_json_at(v, 1), &lines) || offset < 0 || lines < 0 ||
		    (uint64_t)offset > p->offset)
			return false;
		m->offset = (uint64_t)offset;
		m->lines = (uint64_t)lines;
		p->n_marks = i + 1;
	}
	return true;
}

static bool
read_place(const struct ent_json *v, struct ent_watch_place *p)
{
	struct ent_str rest = ent_json_getstr(v, "file"), part;

	p->header = ent_json_getstr(v, "header");
	return number(v, "offset", &p->offset) && read_marks(ent_json_getc(v, "marks"), p) &&
	       number(v, "lines", &p->lines) && ent_str_next(&rest, ':', &part) &&
	       ent_str_u64(part, UINT64_MAX, &p->dev) == 0 && rest.p &&
	       ent_str_u64(rest, UINT64_MAX, &p->ino) == 0;
}

static bool
read_indicator(struct ent_watch *w, const struct ent_json *v)
{
	struct ent_watched *i = ent_watch_find(w, ent_json_str(ent_json_at(v, 0)));
	int64_t hits, count;
	bool muted;

	if (!ent_json_int(ent_json_at(v, 1), &hits) ||
	    !ent_json_int(ent_json_at(v, 2), &count) ||
	    !ent_json_bool(ent_json_at(v, 5), &muted))
		return false;
	if (!i)
		return true; /* it is no longer watched for */
	i->hits = (uint64_t)hits;
	i->count = (uint64_t)count;
	i->muted = muted;
	w->muting |= muted;
	return ent_json_int(ent_json_at(v, 3), &i->first) &&
	       ent_json_int(ent_json_at(v, 4), &i->last);
}

static bool
read_all(struct ent_watch *w, const struct ent_json *v, const char *const *paths, size_t n,
         struct ent_watch_place **out)
{
	const struct ent_json *in = ent_json_getc(v, "inputs"),
			      *all = ent_json_getc(v, "indicators");
	uint64_t version;
	bool good = number(v, "entente_watch", &version) && version == VERSION &&
	            number(v, "hits_length", &w->hits_length);

	for (size_t i = 0; good && i < COUNTS; i++)
		good = number(v, counts[i].key, count_of(w, i));
	for (size_t k = 0; good && k < ent_json_count(in); k++)
		for (size_t i = 0; good && i < n; i++) {
			if (!ent_str_is(ent_json_getstr(ent_json_at(in, k), "path"), paths[i]))
				continue;
			out[i] = ent_arena_alloc(w->c->arena, sizeof(**out));
			good = out[i] && read_place(ent_json_at(in, k), out[i]);
		}
	for (size_t i = 0; good && i < ent_json_count(all); i++)
		good = read_indicator(w, ent_json_at(all, i));
	w->batch = ent_json_getstr(v, "batch");
	return good;
}

int
ent_watch_load(struct ent_watch *w, const char *const *paths, size_t n,
               struct ent_watch_place **places, struct ent_err *err)
{
	struct ent_arena *file;
	const struct ent_json *v = NULL;
	struct ent_str text = { NULL, 0 };
	struct stat st;
	int rc;

	if (stat(w->state_path, &st)) {
		if (errno == ENOENT)
			return 0; /* the first run */
		return ent_fail(err, ent_errno_code(errno), "%s: %m", w->state_path);
	}
	file = ent_arena_new(ENT_WATCH_STATE_MAX + 64);
	rc = file ? ent_file_read(file, w->state_path, ENT_WATCH_STATE_MAX, &text, err)
	          : ent_cli_nomem(err);
	/* the tree stays: places borrow from it */
	if (rc == 0)
		rc = ent_json_parse(w->c->arena, text, ENT_JSON_DEPTH, &v, err);
	ent_arena_free(file);
	if (rc == 0 && !read_all(w, v, paths, n, places))
		rc = ent_fail(err, ENT_EPARSE,
		              "this is no state of a watch, or of another version");
	w->loaded = rc == 0;
	return rc ? ent_within(err, rc, "%s", w->state_path) : 0;
}
