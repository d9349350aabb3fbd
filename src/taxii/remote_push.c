/* SPDX-License-Identifier: Apache-2.0 */
/*
 * remote_push.c - the client library: envelopes out, what came of them, and deleting.
 */
#include "base/buf.h"
#include "base/limits.h"
#include "taxii/remote.h"
#include "taxii/taxii_int.h"

static int
read_details(struct ent_arena *a, const struct ent_json *list, struct ent_push_detail **out,
             size_t *count, struct ent_err *err)
{
	*count = ent_json_is(list, ENT_JSON_ARRAY) ? ent_json_count(list) : 0;
	*out = ent_arena_array(a, *count, sizeof(**out));
	if (!*out)
		return ent_fail(err, ENT_ENOMEM, "a status");
	for (size_t i = 0; i < *count; i++) {
		const struct ent_json *d = ent_json_at(list, i);

		/* TAXII 2.0 had ids alone there */
		(*out)[i].id = ent_json_str(d).p ? ent_json_str(d) : ent_json_getstr(d, "id");
		(*out)[i].version = ent_json_getstr(d, "version");
		(*out)[i].message = ent_json_getstr(d, "message");
	}
	return 0;
}

/* *n is left as it is where the count isn't there. */
static bool
read_count(const struct ent_json *v, const char *name, uint64_t *n)
{
	int64_t i;

	if (!ent_json_int(ent_json_getc(v, name), &i) || i < 0)
		return false;
	*n = (uint64_t)i;
	return true;
}

/* Counts that aren't there are what the lists say; of successes also what the others leave. */
static void
read_counts(const struct ent_json *v, struct ent_push_info *out)
{
	bool total = read_count(v, "total_count", &out->total);
	uint64_t rest;

	out->failure = out->failures_count;
	out->waiting = out->pendings_count;
	(void)read_count(v, "failure_count", &out->failure);
	(void)read_count(v, "pending_count", &out->waiting);
	rest = out->total - out->failure - out->waiting;
	if (!read_count(v, "success_count", &out->success))
		out->success = out->successes_count || !total || rest > out->total
		                   ? out->successes_count
		                   : rest;
	if (!total)
		out->total = out->success + out->failure + out->waiting;
}

int
ent_push_read(struct ent_arena *a, const struct ent_json *v, struct ent_push_info *out,
              struct ent_err *err)
{
	struct ent_str status = ent_json_getstr(v, "status");
	int rc;

	*out = (struct ent_push_info){ .id = ent_json_getstr(v, "id") };
	rc = read_details(a, ent_json_getc(v, "successes"), &out->successes,
	                  &out->successes_count, err);
	if (rc == 0)
		rc = read_details(a, ent_json_getc(v, "failures"), &out->failures,
		                  &out->failures_count, err);
	if (rc == 0)
		rc = read_details(a, ent_json_getc(v, "pendings"), &out->pendings,
		                  &out->pendings_count, err);
	if (rc)
		return rc;
	read_counts(v, out);
	if (!status.p && !out->total)
		return ent_fail(err, ENT_EPROTO,
		                "the answer isn't a status: it has neither status nor counts");
	if (status.p && !ent_str_is(status, "complete") && !ent_str_is(status, "pending"))
		return ent_fail(err, ENT_EPROTO,
		                "the status is neither \"complete\" nor \"pending\"");
	out->pending = status.p ? ent_str_is(status, "pending") : out->waiting > 0;
	return 0;
}

int
ent_remote_push(struct ent_remote *r, struct ent_arena *a, struct ent_str root,
                struct ent_str collection, struct ent_str envelope, struct ent_push_info *out,
                struct ent_err *err)
{
	const struct ent_json *v;
	struct ent_str path;
	int rc = ent_remote_path(a, root, "/collections/", collection, "/objects/", &path, err);

	if (rc == 0)
		rc = ent_taxii_post(ent_remote_client(r), a, path.p, envelope, &v, err);
	if (rc)
		return rc;
	rc = ent_push_read(a, v, out, err);
	return rc ? ent_within(err, rc, "%.200s", path.p) : 0;
}

int
ent_remote_status(struct ent_remote *r, struct ent_arena *a, struct ent_str root,
                  struct ent_str id, struct ent_push_info *out, struct ent_err *err)
{
	const struct ent_json *v;
	struct ent_str path;
	int rc = ent_remote_path(a, root, "/status/", id, "/", &path, err);

	if (rc == 0)
		rc = ent_taxii_get(ent_remote_client(r), a, path.p, &v, NULL, err);
	if (rc)
		return rc;
	rc = ent_push_read(a, v, out, err);
	return rc ? ent_within(err, rc, "%.200s", path.p) : 0;
}

int
ent_remote_delete(struct ent_remote *r, struct ent_arena *a, struct ent_str root,
                  struct ent_str collection, struct ent_str object, struct ent_texts versions,
                  struct ent_texts spec_versions, struct ent_err *err)
{
	struct ent_page_query q = { .root = root,
		                    .collection = collection,
		                    .object = object,
		                    .versions = versions,
		                    .spec_versions = spec_versions };
	struct ent_str path;
	int rc = object.n ? 0 : ent_fail(err, ENT_EINVAL, "no object is named");

	if (rc == 0)
		rc = ent_remote_page_path(a, &q, &path, err);
	return rc ? rc : ent_taxii_delete(ent_remote_client(r), a, path.p, err);
}
