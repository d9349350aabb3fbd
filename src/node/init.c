/* SPDX-License-Identifier: Apache-2.0 */
/*
 * init.c - makes a node: a folder with keys, certificate, database and, last, its settings.
 *
 * Every file is made only where none is; what was made is removed again if a later step fails.
 */
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/enc.h"
#include "base/file.h"
#include "base/utf8.h"
#include "crypto/cert.h"
#include "crypto/hash.h"
#include "crypto/random.h"
#include "node/node_int.h"

#define INIT_ARENA   ((size_t)4 << 20)
#define DAYS_INITIAL 3650
#define SLUG_MAX     40
#define HOSTS_MAX    6

#define NODE_SEED "node.seed"
#define NEXT_SEED "next.seed"
#define TLS_KEY   "tls.key"
#define TLS_CERT  "tls.crt"
#define TLS_DIR   "tls"
#define TLS_LINK  TLS_DIR "/server.pem"
#define DATABASE  "node.db"

/* In the order in which they are made; SQLite makes the last two. */
static const char *const files[] = {
	NODE_SEED, NEXT_SEED,       TLS_KEY,         TLS_CERT,        TLS_LINK,
	DATABASE,  DATABASE "-wal", DATABASE "-shm", ENT_CONFIG_FILE,
};
#define FILES (sizeof(files) / sizeof(files[0]))

struct making {
	struct ent_arena *a;
	const char *dir;
	const struct ent_init *init;
	struct ent_config config;
	bool made_dir;
	bool mine[FILES]; /* made here, so removed if the rest fails */
};

static int
nomem(struct ent_err *err)
{
	return ent_fail(err, ENT_ENOMEM, "out of memory");
}

/* A file of the list was made here. */
static void
own(struct making *m, const char *name)
{
	for (size_t i = 0; i < FILES; i++)
		if (strcmp(files[i], name) == 0)
			m->mine[i] = true;
}

/* Nothing of a node may be there: neither a whole one nor what is left of one. */
static int
make_dir(struct making *m, struct ent_err *err)
{
	if (mkdir(m->dir, S_IRWXU) == 0) {
		m->made_dir = true;
		return 0;
	}
	if (errno != EEXIST)
		return ent_fail(err, ent_errno_code(errno), "%s: %m", m->dir);
	for (size_t i = FILES; i-- > 0;) {
		struct ent_str path = ent_node_path(m->a, m->dir, files[i]);

		if (!path.p)
			return nomem(err);
		if (access(path.p, F_OK) == 0 || errno != ENOENT)
			return ent_fail(err, ENT_EEXIST,
			                "%s is there already, and nothing was touched: give "
			                "another folder",
			                path.p);
	}
	return 0;
}

static int
make_seed(struct making *m, const char *name, struct ent_keys *keys, struct ent_err *err)
{
	uint8_t seed[ENT_SEED];
	const char *path = ent_node_path(m->a, m->dir, name).p;
	int rc = path ? ent_seed_create(path, m->init->passphrase, err) : nomem(err);

	if (rc)
		return rc;
	own(m, name);
	rc = ent_seed_read(path, m->init->passphrase, seed, NULL, err);
	if (rc == 0)
		ent_keys_derive(seed, keys);
	explicit_bzero(seed, sizeof(seed));
	return rc;
}

/* A character of a name as it may stand in a host: letters of Latin-1 without their accents;
 * '-' for all others. */
static char
host_char(int32_t c)
{
	static const char latin[] =
	    "aaaaaaaceeeeiiiidnooooo-ouuuuytsaaaaaaaceeeeiiiidnooooo-ouuuuyty";

	if (c >= 'A' && c <= 'Z')
		return (char)(c - 'A' + 'a');
	if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
		return (char)c;
	return c >= 0xc0 && c <= 0xff ? latin[c - 0xc0] : '-';
}

/* "Ministry of X, Country" to "ministry-of-x-country". */
static void
slug(struct ent_str name, char out[SLUG_MAX + 1])
{
	size_t n = 0, at = 0;

	while (at < name.n && n < SLUG_MAX) {
		size_t from = at;
		char c = host_char(ent_utf8_next(name, &at));

		at += at == from;
		if (c != '-' || (n > 0 && out[n - 1] != '-'))
			out[n++] = c;
	}
	while (n > 0 && out[n - 1] == '-')
		n--;
	out[n] = '\0';
}

static struct ent_str
initial_host(struct ent_arena *a, const char *name, const struct ent_keys *keys)
{
	char id[ENT_KEYID_TEXT], text[SLUG_MAX + 1];

	(void)ent_keyid(keys->key[ENT_KEY_SIGN].pub, id);
	slug(ent_str_c(name), text);
	return ent_arena_printf(a, "%s-%.8s.entente", text[0] ? text : "node", id);
}

/* ADDRESS of ADDRESS:PORT or ADDRESS, without the brackets of IPv6. */
static struct ent_str
address_of(struct ent_str s)
{
	size_t n = s.n;

	while (n > 0 && s.p[n - 1] != ':' && s.p[n - 1] != ']')
		n--;
	if (n > 0 && s.p[n - 1] == ':')
		s.n = n - 1;
	if (s.n > 1 && s.p[0] == '[' && s.p[s.n - 1] == ']')
		s = (struct ent_str){ s.p + 1, s.n - 2 };
	return s;
}

static bool
wildcard(struct ent_str address)
{
	return ent_str_is(address, "0.0.0.0") || ent_str_is(address, "::") ||
	       ent_str_is(address, "*");
}

static int
initial_url(struct making *m, struct ent_err *err)
{
	struct ent_str listen = ent_str_c(m->config.listen), url;

	if (m->init->url) {
		m->config.url = m->init->url;
		return 0;
	}
	if (m->init->standalone) {
		m->config.url = "";
		return 0;
	}
	if (wildcard(address_of(listen)) || ent_str_ends(listen, ":0"))
		return ent_fail(err, ENT_EINVAL,
		                "nobody can reach a node at %s: say with --url where it will "
		                "be reached (--url '' if it will not)",
		                m->config.listen);
	url = ent_arena_printf(m->a, "https://%s", m->config.listen);
	m->config.url = url.p;
	return url.p ? 0 : nomem(err);
}

/* What can be known before a key is made is checked before anything is made. */
static int
fill_config(struct making *m, struct ent_err *err)
{
	const struct ent_init *i = m->init;
	struct ent_config *c = &m->config;
	struct ent_str party, uuid = ent_uuid4_dup(m->a), text;
	int rc;

	ent_config_init(c);
	if (!i->name || !i->name[0])
		return ent_fail(err, ENT_EINVAL, "a node needs the name of its organisation");
	party = ent_arena_printf(m->a, "identity--%.*s", ENT_FMT(uuid));
	if (!party.p)
		return nomem(err);
	c->name = i->name;
	c->party = party.p;
	c->host = i->host ? i->host : "to-be-made";
	if (i->listen)
		c->listen = i->listen;
	c->next_key = "0000000000000000000000000000000000000000000000000000000000000000";
	rc = initial_url(m, err);
	return rc ? rc : ent_config_print(m->a, c, &text, err);
}

static int
make_keys(struct making *m, struct ent_err *err)
{
	struct ent_keys keys, next;
	uint8_t hash[ENT_SHA256];
	struct ent_str host, hex;
	int rc = make_seed(m, NODE_SEED, &keys, err);

	if (rc == 0)
		rc = make_seed(m, NEXT_SEED, &next, err);
	if (rc)
		goto out;
	ent_sha256((struct ent_str){ (const char *)next.key[ENT_KEY_SIGN].pub, ENT_PUB }, hash);
	hex = ent_hex_dup(m->a, hash, sizeof(hash));
	host =
	    m->init->host ? ent_str_c(m->init->host) : initial_host(m->a, m->init->name, &keys);
	if (!hex.p || !host.p) {
		rc = nomem(err);
		goto out;
	}
	m->config.next_key = hex.p;
	m->config.host = host.p;
out:
	ent_keys_wipe(&keys);
	ent_keys_wipe(&next);
	return rc;
}

static void
add_host(struct ent_str *hosts, size_t *n, struct ent_str host)
{
	for (size_t i = 0; i < *n; i++)
		if (ent_str_eq(hosts[i], host))
			return;
	if (host.n && !wildcard(host))
		hosts[(*n)++] = host;
}

static int
make_cert(struct making *m, struct ent_err *err)
{
	struct ent_str hosts[HOSTS_MAX], url = ent_str_c(m->config.url);
	const char *key = ent_node_path(m->a, m->dir, TLS_KEY).p;
	const char *cert = ent_node_path(m->a, m->dir, TLS_CERT).p;
	size_t n = 0;
	int rc;

	if (!key || !cert)
		return nomem(err);
	if (url.n)
		add_host(hosts, &n, address_of(ent_str_from(url, sizeof("https://") - 1)));
	add_host(hosts, &n, address_of(ent_str_c(m->config.listen)));
	add_host(hosts, &n, ent_str_c(m->config.host));
	add_host(hosts, &n, ENT_STR("localhost"));
	add_host(hosts, &n, ENT_STR("127.0.0.1"));
	rc = ent_cert_create(key, cert, m->init->name, hosts, n,
	                     m->init->days ? m->init->days : DAYS_INITIAL, err);
	if (rc == 0) {
		own(m, TLS_KEY);
		own(m, TLS_CERT);
	}
	return rc;
}

/* The certificate under the name that clients of a standalone server are told; a link, so that
 * it is always the one that is served. */
static int
make_link(struct making *m, struct ent_err *err)
{
	const char *dir = ent_node_path(m->a, m->dir, TLS_DIR).p;
	const char *link = ent_node_path(m->a, m->dir, TLS_LINK).p;

	if (!dir || !link)
		return nomem(err);
	if (mkdir(dir, S_IRWXU) && errno != EEXIST)
		return ent_fail(err, ent_errno_code(errno), "%s: %m", dir);
	if (symlink("../" TLS_CERT, link)) {
		int rc = ent_fail(err, ent_errno_code(errno), "%s: %m", link);

		(void)rmdir(dir);
		return rc;
	}
	own(m, TLS_LINK);
	return 0;
}

static int
make_database(struct making *m, struct ent_err *err)
{
	static const char *const made[] = { DATABASE, DATABASE "-wal", DATABASE "-shm" };
	const char *path = ent_node_path(m->a, m->dir, DATABASE).p;
	int rc;

	if (!path)
		return nomem(err);
	rc = ent_file_create(path, ENT_STR(""), S_IRUSR | S_IWUSR, err);
	for (size_t i = 0; rc == 0 && i < sizeof(made) / sizeof(made[0]); i++)
		own(m, made[i]);
	return rc;
}

static int
write_config(struct making *m, struct ent_err *err)
{
	const char *path = ent_node_path(m->a, m->dir, ENT_CONFIG_FILE).p;
	struct ent_str text;
	int rc = path ? ent_config_print(m->a, &m->config, &text, err) : nomem(err);

	if (rc == 0)
		rc = ent_file_create(path, text, S_IRUSR | S_IWUSR, err);
	if (rc == 0)
		own(m, ENT_CONFIG_FILE);
	return rc;
}

/* The first opening makes the tables, the node's identity and its card. */
static int
found(struct making *m, struct ent_err *err)
{
	struct ent_node *n;
	int rc = ent_node_open(m->dir, m->init->passphrase, &n, err);

	if (rc == 0)
		ent_node_close(n);
	return rc;
}

static void
undo(struct making *m)
{
	for (size_t i = FILES; i-- > 0;) {
		const char *path = m->mine[i] ? ent_node_path(m->a, m->dir, files[i]).p : NULL;

		if (path)
			(void)unlink(path);
		path =
		    strcmp(files[i], TLS_LINK) ? NULL : ent_node_path(m->a, m->dir, TLS_DIR).p;
		if (path && m->mine[i])
			(void)rmdir(path);
	}
	if (m->made_dir)
		(void)rmdir(m->dir);
}

static int
make_all(struct making *m, struct ent_err *err)
{
	int rc = fill_config(m, err);

	if (rc == 0)
		rc = make_dir(m, err);
	if (rc == 0)
		rc = make_keys(m, err);
	if (rc == 0)
		rc = make_cert(m, err);
	if (rc == 0)
		rc = make_link(m, err);
	if (rc == 0)
		rc = make_database(m, err);
	if (rc == 0)
		rc = write_config(m, err);
	return rc ? rc : found(m, err);
}

int
ent_node_init(const char *dir, const struct ent_init *i, struct ent_err *err)
{
	struct making m = { .a = ent_arena_new(INIT_ARENA), .dir = dir, .init = i };
	int rc = m.a ? make_all(&m, err) : nomem(err);

	if (rc && m.a)
		undo(&m);
	ent_arena_free(m.a);
	return rc;
}
