/* SPDX-License-Identifier: Apache-2.0 */
/*
 * watch_sightings.c - hits as sightings: counts and times, stored as what is ours, released as
 * far as the agreement's gate lets them.
 *
 * What was seen stays here: a sighting says how often and from when until when, and carries the
 * markings of its indicator.  A batch is first a file beside the state; then the state says
 * that it is out of the counts; then it is imported and released.  Whoever is killed between
 * finds the file, and does the rest again: the same objects are the same, and released once.
 */
#include <errno.h>
#include <unistd.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/time.h"
#include "cli/watch.h"
#include "exchange/holdings.h"
#include "exchange/release.h"

#define BATCH_BYTES ((size_t)64 << 20)
#define COUNT_MAX   UINT64_C(999999999) /* of a sighting (STIX 2.1, 5.2) */

static struct ent_str
batch_path(struct ent_watch *w)
{
	return w->state_path ? ent_arena_printf(w->scratch, "%s.sightings", w->state_path)
	                     : ent_arena_printf(w->scratch, "%s/watch-%ld.sightings", w->c->dir,
	                                        (long)getpid());
}

static int
sighting(struct ent_watch *w, struct ent_jw *j, const struct ent_watched *i, const char *now,
         struct ent_err *err)
{
	struct ent_str id = ent_stix_id_new(w->scratch, "sighting");
	char t[ENT_TIME_TEXT];

	if (!id.p)
		return ent_cli_nomem(err);
	ent_jw_object(j);
	ent_jw_kc(j, "type", "sighting");
	ent_jw_kc(j, "spec_version", "2.1");
	ent_jw_kstr(j, "id", id);
	ent_jw_kc(j, "created_by_ref", ent_exchange_party(w->c->x));
	ent_jw_kc(j, "created", now);
	ent_jw_kc(j, "modified", now);
	ent_jw_kc(j, "first_seen", ent_time_text(i->first, 6, t));
	ent_jw_kc(j, "last_seen", ent_time_text(i->last, 6, t));
	ent_jw_kint(j, "count", (int64_t)(i->count < COUNT_MAX ? i->count : COUNT_MAX));
	ent_jw_kstr(j, "sighting_of_ref", i->id);
	if (i->markings.p)
		ent_jw_kraw(j, "object_marking_refs", i->markings);
	ent_jw_end_object(j);
	return 0;
}

/* A bundle of what is due, whose counts begin anew. */
static int
gather(struct ent_watch *w, struct ent_buf *b, size_t *n, struct ent_err *err)
{
	struct ent_str id = ent_stix_id_new(w->c->arena, "bundle");
	char now[ENT_TIME_TEXT];
	struct ent_jw j;
	int rc = 0;

	if (!id.p)
		return ent_cli_nomem(err);
	(void)ent_time_text(ent_now_us(), 3, now);
	ent_jw_init(&j, b);
	ent_jw_object(&j);
	ent_jw_kc(&j, "type", "bundle");
	ent_jw_kstr(&j, "id", id);
	ent_jw_key(&j, "objects");
	ent_jw_array(&j);
	for (size_t i = 0; rc == 0 && i < w->n && *n < ENT_WATCH_SIGHTINGS; i++) {
		struct ent_watched *x = &w->list[i];

		if (!x->count)
			continue;
		rc = sighting(w, &j, x, now, err);
		x->count = 0;
		(*n)++;
	}
	ent_jw_end_array(&j);
	ent_jw_end_object(&j);
	if (rc == 0 && !ent_buf_ok(b))
		rc = ent_cli_nomem(err);
	w->batch = id;
	return rc;
}

static int
release(struct ent_watch *w, const struct ent_json *list, struct ent_err *err)
{
	size_t n = ent_json_count(list);
	struct ent_str *ids = ent_arena_array(w->scratch, n, sizeof(*ids));
	struct ent_release_options o = { .ids = ids, .n_ids = n };
	struct ent_release_report rep = { 0 };
	int rc;

	if (!ids)
		return ent_cli_nomem(err);
	for (size_t i = 0; i < n; i++)
		ids[i] = ent_json_getstr(ent_json_at(list, i), "id");
	rc = ent_release(w->c->x, w->agreement, &o, &rep, err);
	if (rc)
		return rc;
	w->released += rep.released;
	w->queued += rep.queued;
	w->denied += rep.denied;
	return 0;
}

static int
send(struct ent_watch *w, struct ent_str path, struct ent_err *err)
{
	struct ent_import_options o = { .skip_invalid = true };
	struct ent_import_report r;
	const struct ent_json *v;
	struct ent_str text;
	int rc = ent_import(w->c->x, path.p, &o, &r, err);

	if (rc == 0 && w->agreement.p) {
		rc = ent_file_read(w->scratch, path.p, BATCH_BYTES, &text, err);
		if (rc == 0)
			rc = ent_json_parse(w->scratch, text, ENT_JSON_DEPTH, &v, err);
		if (rc == 0)
			rc = release(w, ent_json_getc(v, "objects"), err);
		/* an agreement that has ended doesn't end the watch: what was seen is held */
		if (rc == ENT_ESTATE || rc == ENT_EDENIED) {
			ent_cli_complain(w->c, "the sightings are kept and not released: %s",
			                 err->msg);
			rc = 0;
		}
	}
	if (rc)
		return ent_within(err, rc, "sightings");
	w->counts.sightings += r.objects;
	return unlink(path.p) ? ent_fail(err, ent_errno_code(errno), "%s: %m", path.p) : 0;
}

int
ent_watch_sight(struct ent_watch *w, struct ent_err *err)
{
	struct ent_str path;
	struct ent_buf b;
	size_t n = 0;
	int rc;

	if (!w->sightings || ent_watch_behind(w))
		return 0;
	ent_arena_reset(w->scratch);
	ent_buf_init(&b, BATCH_BYTES);
	path = batch_path(w);
	rc = path.p ? gather(w, &b, &n, err) : ent_cli_nomem(err);
	if (rc == 0 && n)
		rc = ent_file_write(path.p, ent_buf_view(&b), 0600, err);
	ent_buf_release(&b);
	if (rc || !n)
		return rc;
	rc = ent_watch_save(w, err);
	ent_arena_reset(w->scratch);
	path = batch_path(w);
	if (rc == 0)
		rc = path.p ? send(w, path, err) : ent_cli_nomem(err);
	return rc;
}

int
ent_watch_resume(struct ent_watch *w, struct ent_err *err)
{
	struct ent_str path, text;
	const struct ent_json *v = NULL;
	int rc;

	if (!w->state_path || !w->sightings)
		return 0;
	ent_arena_reset(w->scratch);
	path = batch_path(w);
	if (!path.p)
		return ent_cli_nomem(err);
	if (access(path.p, F_OK))
		return 0;
	rc = ent_file_read(w->scratch, path.p, BATCH_BYTES, &text, err);
	if (rc == 0)
		rc = ent_json_parse(w->scratch, text, ENT_JSON_DEPTH, &v, err);
	if (rc)
		return ent_within(err, rc, "%s", path.p);
	if (w->batch.n && ent_str_eq(ent_json_getstr(v, "id"), w->batch))
		return send(w, path, err);
	/* the state never came to know of it: its counts are still there */
	return unlink(path.p) ? ent_fail(err, ent_errno_code(errno), "%s: %m", path.p) : 0;
}
