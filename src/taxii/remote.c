/* SPDX-License-Identifier: Apache-2.0 */
/*
 * remote.c - the client library: a server opened, and what it offers as plain data.
 */
#include "taxii/remote.h"

#include <errno.h>
#include <time.h>

#include "base/buf.h"
#include "base/limits.h"
#include "http/srv.h"
#include "taxii/taxii_int.h"

#define SERVICE "_taxii2._tcp."

struct ent_remote {
	struct ent_taxii_client *client;
};

struct ent_taxii_client *
ent_remote_client(struct ent_remote *r)
{
	return r->client;
}

static bool
sleep_on_it(void *self, uint64_t ms, const struct ent_err *why)
{
	struct timespec left = { (time_t)(ms / 1000), (long)(ms % 1000) * 1000000 };

	(void)self;
	(void)why;
	while (nanosleep(&left, &left) != 0)
		if (errno != EINTR)
			return false;
	return true;
}

int
ent_remote_open(const char *url, const struct ent_remote_options *o, struct ent_remote **out,
                struct ent_err *err)
{
	static const struct ent_remote_options none;
	struct ent_client_config config = { 0 };
	struct ent_taxii_patience patience = { .wait = sleep_on_it };
	struct ent_remote *r;
	int rc;

	o = o ? o : &none;
	if (!o->cert_file != !o->key_file)
		return ent_fail(err, ENT_EINVAL, "a certificate and its key go together");
	config.cert_file = o->cert_file;
	config.key_file = o->key_file;
	config.user = o->user;
	config.password = o->password;
	config.token = o->token;
	config.ca_file = o->ca_file;
	config.proxy = o->proxy;
	config.connect_ms = o->connect_ms;
	config.total_ms = o->total_ms;
	config.answer_max = o->answer_max;
	config.pinned = o->pin != NULL;
	if (o->pin)
		memcpy(config.pin, o->pin, sizeof(config.pin));
	patience.tries = o->retries;
	if (o->wait) {
		patience.wait = o->wait;
		patience.self = o->self;
	}
	r = calloc(1, sizeof(*r));
	if (!r)
		return ent_fail(err, ENT_ENOMEM, "TAXII client");
	rc = ent_taxii_open(url, &config, &r->client, err);
	if (rc) {
		free(r);
		return rc;
	}
	ent_taxii_be_patient(r->client, &patience);
	*out = r;
	return 0;
}

void
ent_remote_close(struct ent_remote *r)
{
	if (r)
		ent_taxii_close(r->client);
	free(r);
}

const char *
ent_remote_url(const struct ent_remote *r)
{
	return ent_taxii_url(r->client);
}

int
ent_remote_pin(struct ent_remote *r, uint8_t pin[32])
{
	return ent_taxii_pin(r->client, pin);
}

int
ent_remote_find(struct ent_arena *a, const char *domain, const char *name_server,
                struct ent_str **urls, size_t *count, struct ent_err *err)
{
	struct ent_srv list[ENT_SRV_MAX];
	char name[sizeof(SERVICE) + ENT_SRV_NAME];
	int n = snprintf(name, sizeof(name), SERVICE "%s", domain), rc;

	if (n < 0 || (size_t)n >= sizeof(name) || !ent_srv_is_name(ent_str_c(domain)))
		return ent_fail(err, ENT_EINVAL, "%.100s isn't a domain", domain);
	rc = ent_srv_lookup(name, name_server, list, count, err);
	if (rc)
		return rc;
	*urls = ent_arena_array(a, *count, sizeof(**urls));
	for (size_t i = 0; *urls && i < *count; i++) {
		(*urls)[i] =
		    ent_arena_printf(a, "https://%s:%u", list[i].host, (unsigned)list[i].port);
		if (!(*urls)[i].p)
			*urls = NULL;
	}
	return *urls ? 0 : ent_fail(err, ENT_ENOMEM, "addresses of %.100s", domain);
}

bool
ent_remote_within(struct ent_str host, struct ent_str domain)
{
	return ent_srv_within(host, domain);
}

/* ---- paths ---- */

int
ent_remote_path(struct ent_arena *a, struct ent_str root, const char *middle,
                struct ent_str segment, const char *tail, struct ent_str *out,
                struct ent_err *err)
{
	struct ent_buf b;

	while (root.n && root.p[root.n - 1] == '/')
		root.n--;
	if (!root.n)
		return ent_fail(err, ENT_EINVAL, "the API root is empty");
	ent_buf_init(&b, ENT_HTTP_HEAD_MAX);
	ent_buf_str(&b, root);
	ent_buf_c(&b, middle);
	ent_url_put(&b, segment);
	ent_buf_c(&b, tail);
	*out = ent_buf_done(&b, a);
	ent_buf_release(&b);
	return out->p ? 0 : ent_fail(err, ENT_ELIMIT, "the URL is too long");
}

/* ---- resources ---- */

/* A list of strings; members that aren't are left out. */
static int
read_texts(struct ent_arena *a, const struct ent_json *list, struct ent_str **out,
           size_t *count, struct ent_err *err)
{
	*count = 0;
	*out = ent_arena_array(a, ent_json_count(list), sizeof(**out));
	if (!*out)
		return ent_fail(err, ENT_ENOMEM, "a list of the server");
	for (size_t i = 0; ent_json_is(list, ENT_JSON_ARRAY) && i < ent_json_count(list); i++) {
		struct ent_str s = ent_json_str(ent_json_at(list, i));

		if (s.p)
			(*out)[(*count)++] = s;
	}
	return 0;
}

int
ent_remote_discover(struct ent_remote *r, struct ent_arena *a, struct ent_discovery_info *out,
                    struct ent_err *err)
{
	const struct ent_json *v;
	int rc = ent_taxii_get(r->client, a, "/taxii2/", &v, NULL, err);

	if (rc)
		return rc;
	out->title = ent_json_getstr(v, "title");
	out->description = ent_json_getstr(v, "description");
	out->contact = ent_json_getstr(v, "contact");
	out->standard = ent_json_getstr(v, "default");
	return read_texts(a, ent_json_getc(v, "api_roots"), &out->roots, &out->roots_count,
	                  err);
}

/* A number, also one that was written as a text of digits; 0 for anything else. */
static uint64_t
number(const struct ent_json *v)
{
	struct ent_str s = ent_json_str(v);
	uint64_t n = 0;
	int64_t i = 0;

	if (s.p)
		return ent_str_u64(s, UINT64_MAX, &n) ? 0 : n;
	return ent_json_int(v, &i) && i > 0 ? (uint64_t)i : 0;
}

int
ent_remote_root(struct ent_remote *r, struct ent_arena *a, struct ent_str root,
                struct ent_root_info *out, struct ent_err *err)
{
	const struct ent_json *v;
	struct ent_str path;
	int rc = ent_remote_path(a, root, "/", ENT_STR(""), "", &path, err);

	if (rc == 0)
		rc = ent_taxii_get(r->client, a, path.p, &v, NULL, err);
	if (rc)
		return rc;
	out->title = ent_json_getstr(v, "title");
	out->description = ent_json_getstr(v, "description");
	out->max_content_length = number(ent_json_getc(v, "max_content_length"));
	return read_texts(a, ent_json_getc(v, "versions"), &out->versions, &out->versions_count,
	                  err);
}

/* Absent or null: the server will say no itself. */
static bool
right(const struct ent_json *v)
{
	bool may = true;

	(void)ent_json_bool(v, &may);
	return may;
}

static int
read_collection(struct ent_arena *a, const struct ent_json *v, struct ent_collection_info *out,
                struct ent_err *err)
{
	out->id = ent_json_getstr(v, "id");
	out->title = ent_json_getstr(v, "title");
	out->description = ent_json_getstr(v, "description");
	out->alias = ent_json_getstr(v, "alias");
	out->can_read = right(ent_json_getc(v, "can_read"));
	out->can_write = right(ent_json_getc(v, "can_write"));
	if (!out->id.n)
		return ent_fail(err, ENT_EPROTO, "a collection without an id");
	return read_texts(a, ent_json_getc(v, "media_types"), &out->media_types,
	                  &out->media_types_count, err);
}

int
ent_remote_collections(struct ent_remote *r, struct ent_arena *a, struct ent_str root,
                       struct ent_collection_info **out, size_t *count, struct ent_err *err)
{
	const struct ent_json *v, *list;
	struct ent_str path;
	int rc = ent_remote_path(a, root, "/collections/", ENT_STR(""), "", &path, err);

	if (rc == 0)
		rc = ent_taxii_get(r->client, a, path.p, &v, NULL, err);
	if (rc)
		return rc;
	list = ent_json_getc(v, "collections");
	if (list && !ent_json_is(list, ENT_JSON_ARRAY))
		return ent_fail(err, ENT_EPROTO, "%.200s: collections isn't a list", path.p);
	*count = ent_json_count(list);
	*out = ent_arena_array(a, *count, sizeof(**out));
	if (!*out)
		return ent_fail(err, ENT_ENOMEM, "collections");
	for (size_t i = 0; rc == 0 && i < *count; i++)
		rc = read_collection(a, ent_json_at(list, i), &(*out)[i], err);
	return rc ? ent_within(err, rc, "%.200s", path.p) : 0;
}

int
ent_remote_collection(struct ent_remote *r, struct ent_arena *a, struct ent_str root,
                      struct ent_str id, struct ent_collection_info *out, struct ent_err *err)
{
	const struct ent_json *v;
	struct ent_str path;
	int rc = ent_remote_path(a, root, "/collections/", id, "/", &path, err);

	if (rc == 0)
		rc = ent_taxii_get(r->client, a, path.p, &v, NULL, err);
	if (rc)
		return rc;
	rc = read_collection(a, v, out, err);
	return rc ? ent_within(err, rc, "%.200s", path.p) : 0;
}
