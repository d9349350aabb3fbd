/* SPDX-License-Identifier: Apache-2.0 */
/*
 * open.c - a node's folder, read: settings, keys, certificate, database.
 */
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/enc.h"
#include "base/file.h"
#include "base/limits.h"
#include "crypto/cert.h"
#include "exchange/login.h"
#include "exchange/served.h"
#include "node/node_int.h"

#define NODE_ARENA  ((size_t)1 << 20)
#define CONFIG_MAX  65536
#define STORE_START "sqlite:"

struct ent_str
ent_node_path(struct ent_arena *a, const char *dir, const char *name)
{
	if (name[0] == '/')
		return ent_arena_dup(a, ent_str_c(name));
	return ent_arena_printf(a, "%s/%s", dir, name);
}

static int
nomem(struct ent_err *err)
{
	return ent_fail(err, ENT_ENOMEM, "out of memory");
}

static int
read_config(struct ent_node *n, struct ent_err *err)
{
	struct ent_str path = ent_node_path(n->arena, n->dir, ENT_CONFIG_FILE), text;
	int rc;

	if (!path.p)
		return nomem(err);
	if (access(path.p, F_OK) && errno == ENOENT)
		return ent_fail(err, ENT_ENOENT,
		                "%s holds no node: name its folder with --node DIR or "
		                "ENTENTE_NODE, or make one with `entente init DIR --name NAME`",
		                n->dir);
	rc = ent_file_read(n->arena, path.p, CONFIG_MAX, &text, err);
	return rc ? rc : ent_config_parse(n->arena, text, path.p, &n->config, err);
}

/* Every setting as text, with paths made whole. */
static int
settle(struct ent_node *n, struct ent_err *err)
{
	struct ent_str db;

	for (size_t i = 0; i < ent_settings_n && i < ENT_NODE_SETTINGS_MAX; i++) {
		const struct ent_setting *s = &ent_settings[i];
		struct ent_str v = ent_setting_value(n->arena, &n->config, s);

		if (v.p && s->kind == ENT_SET_PATH)
			v = ent_node_path(n->arena, n->dir, v.p);
		if (!v.p)
			return nomem(err);
		n->value[i] = v.p;
	}
	db = ent_node_path(n->arena, n->dir, n->config.store + sizeof(STORE_START) - 1);
	n->database = db.p;
	return db.p ? 0 : nomem(err);
}

/* From the file that the configuration or the environment names; absent if neither does. */
static int
passphrase_file(struct ent_node *n, struct ent_err *err)
{
	const char *path = ent_node_setting(n, "passphrase_file"),
		   *env = getenv("ENTENTE_PASSPHRASE_FILE");
	struct ent_str text;
	int rc;

	if (env && *env)
		path = env;
	else if (path && *path)
		path = ent_node_path(n->arena, n->dir, path).p;
	else
		return 0;
	if (!path)
		return nomem(err);
	rc = ent_file_read(n->arena, path, ENT_PASSPHRASE_MAX + 2, &text, err);
	if (rc)
		return ent_within(err, rc, "passphrase");
	text.n = ent_str_find(text, '\n');
	n->passphrase = text;
	return 0;
}

static int
read_keys(struct ent_node *n, struct ent_err *err)
{
	const char *path = ent_node_setting(n, "seed");
	uint8_t seed[ENT_SEED];
	int rc = n->passphrase.p ? 0 : passphrase_file(n, err);

	if (rc == 0)
		rc = ent_seed_read(path, n->passphrase, seed, &n->sealed, err);
	if (rc == 0)
		ent_keys_derive(seed, &n->keys);
	explicit_bzero(seed, sizeof(seed));
	return rc;
}

static int
open_log(struct ent_node *n, enum ent_level least, struct ent_err *err)
{
	enum ent_level level = ENT_LOG_INFO;

	(void)ent_level_parse(ent_str_c(n->config.log_level), &level);
	n->log = ent_log_new(STDERR_FILENO, level < least ? least : level,
	                     strcmp(n->config.log_format, "json") == 0);
	return n->log ? 0 : nomem(err);
}

static int
fill_exchange(struct ent_node *n, struct ent_err *err)
{
	const struct ent_config *c = &n->config;
	struct ent_str url = ent_arena_printf(n->arena, STORE_START "%s", n->database);
	int rc;

	if (!url.p)
		return nomem(err);
	n->x = (struct ent_exchange_config){
		.store_url = url.p,
		.keys = &n->keys,
		.name = c->name,
		.party = c->party,
		.host = c->host,
		.url = c->url,
		.cert_file = ent_node_setting(n, "tls_cert"),
		.key_file = ent_node_setting(n, "tls_key"),
		.max_content_length = (size_t)c->max_content_length,
		.page_max = (size_t)c->page_max,
		.import_max = (size_t)c->import_max,
		.window = (uint64_t)c->window,
		.log = n->log,
	};
	rc = ent_cert_pin(n->x.cert_file, n->x.pin, err);
	if (rc == 0)
		rc = ent_unhex(ent_str_c(c->next_key), n->x.next_key, sizeof(n->x.next_key));
	return rc;
}

int
ent_node_load(const char *dir, struct ent_str passphrase, enum ent_level least,
              struct ent_node **out, struct ent_err *err)
{
	struct ent_node *n = calloc(1, sizeof(*n));
	int rc;

	if (n)
		n->arena = ent_arena_new(NODE_ARENA);
	if (!n || !n->arena) {
		free(n);
		return nomem(err);
	}
	n->dir = ent_arena_dup(n->arena, ent_str_c(dir)).p;
	if (passphrase.p)
		n->passphrase = ent_arena_dup(n->arena, passphrase);
	rc = n->dir && (!passphrase.p || n->passphrase.p) ? read_config(n, err) : nomem(err);
	if (rc == 0)
		rc = settle(n, err);
	if (rc == 0)
		rc = read_keys(n, err);
	if (rc == 0)
		rc = open_log(n, least, err);
	if (rc == 0)
		rc = fill_exchange(n, err);
	if (rc) {
		ent_node_close(n);
		return rc;
	}
	*out = n;
	return 0;
}

int
ent_node_context(const struct ent_node *n, struct ent_exchange **out, struct ent_err *err)
{
	return ent_exchange_open(&n->x, out, err);
}

/* SQLite would make an empty database where the file is missing, and the node would forget
 * everything. */
static int
demand_database(const struct ent_node *n, struct ent_err *err)
{
	if (access(n->database, F_OK) == 0)
		return 0;
	if (errno == ENOENT)
		return ent_fail(err, ENT_ENOENT,
		                "%s, the node's database, is not there: restore it, or correct "
		                "store in %s/" ENT_CONFIG_FILE,
		                n->database, n->dir);
	return ent_fail(err, ENT_ESTORE, "%s: %m", n->database);
}

int
ent_node_open(const char *dir, struct ent_str passphrase, struct ent_node **out,
              struct ent_err *err)
{
	struct ent_node *n;
	int rc = ent_node_load(dir, passphrase, ENT_LOG_ERROR, &n, err);

	if (rc)
		return rc;
	rc = demand_database(n, err);
	if (rc == 0)
		rc = ent_node_context(n, &n->exchange, err);
	if (rc == 0)
		rc = ent_node_settle_keys(n, err);
	if (rc == 0)
		rc = ent_exchange_found(n->exchange, err);
	if (rc) {
		ent_node_close(n);
		return rc;
	}
	*out = n;
	return 0;
}

void
ent_node_close(struct ent_node *n)
{
	if (!n)
		return;
	ent_exchange_close(n->exchange);
	ent_metrics_free(n->metrics);
	ent_logins_free(n->logins);
	ent_served_free(n->served);
	ent_log_free(n->log);
	ent_keys_wipe(&n->keys);
	if (n->passphrase.p) {
		void *secret; /* the arena's own bytes, which end here */

		memcpy(&secret, &n->passphrase.p, sizeof(secret));
		explicit_bzero(secret, n->passphrase.n);
	}
	ent_arena_free(n->arena);
	free(n);
}

struct ent_exchange *
ent_node_exchange(struct ent_node *n)
{
	return n->exchange;
}

const char *
ent_node_dir(const struct ent_node *n)
{
	return n->dir;
}

const char *
ent_node_setting(const struct ent_node *n, const char *name)
{
	const struct ent_setting *s = ent_setting_find(ent_str_c(name));

	return s ? n->value[s - ent_settings] : NULL;
}
