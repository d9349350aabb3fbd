/* SPDX-License-Identifier: Apache-2.0 */
/*
 * watch_allow.c - the list of values that never make a hit: addresses, networks, domains, and
 * any other text.
 */
#include <arpa/inet.h>

#include "base/file.h"
#include "base/limits.h"
#include "cli/watch.h"

struct net {
	int family;
	unsigned bits;
	unsigned char address[16];
};

struct ent_allow {
	struct ent_map *values, *domains; /* domains: with all below them */
	struct net *nets;
	size_t n_nets;
};

static bool
parse_net(struct ent_str s, struct net *out)
{
	size_t slash = ent_str_find(s, '/');
	uint64_t bits;
	char text[INET6_ADDRSTRLEN];

	if (slash == s.n || slash >= sizeof(text))
		return false;
	memcpy(text, s.p, slash);
	text[slash] = '\0';
	if (inet_pton(AF_INET, text, out->address) == 1)
		out->family = 4;
	else if (inet_pton(AF_INET6, text, out->address) == 1)
		out->family = 6;
	else
		return false;
	if (ent_str_u64(ent_str_from(s, slash + 1), out->family == 4 ? 32 : 128, &bits))
		return false;
	out->bits = (unsigned)bits;
	return true;
}

static int
entry(struct ent_cli *c, struct ent_allow *l, struct ent_str s)
{
	static char here[1] = "";
	struct ent_str rest = s;

	if (parse_net(s, &l->nets[l->n_nets])) {
		l->n_nets++;
		return 0;
	}
	if (ent_str_starts(s, "*."))
		rest = ent_str_from(s, 2);
	else if (ent_str_starts(s, "."))
		rest = ent_str_from(s, 1);
	if (rest.n != s.n)
		return ent_map_put(l->domains, rest, here);
	(void)c;
	return ent_map_put(l->values, s, here);
}

int
ent_allow_read(struct ent_cli *c, const char *path, struct ent_allow **out, struct ent_err *err)
{
	struct ent_allow *l = ent_arena_alloc(c->arena, sizeof(*l));
	struct ent_str text, rest, line;
	size_t lines = 1;
	int rc = ent_file_read(c->arena, path, ENT_WATCH_ALLOW_MAX, &text, err);

	if (rc)
		return rc;
	for (size_t i = 0; i < text.n; i++)
		lines += text.p[i] == '\n';
	if (l) {
		l->values = ent_map_new(c->arena);
		l->domains = ent_map_new(c->arena);
		l->nets = ent_arena_array(c->arena, lines, sizeof(*l->nets));
	}
	if (!l || !l->values || !l->domains || !l->nets)
		return ent_cli_nomem(err);
	rest = text;
	while (ent_str_next(&rest, '\n', &line)) {
		if (line.n && line.p[line.n - 1] == '\r')
			line.n--;
		line = ent_str_trim(line);
		if (line.n && line.p[0] != '#' && entry(c, l, line))
			return ent_cli_nomem(err);
	}
	*out = l;
	return 0;
}

static bool
in_nets(const struct ent_allow *l, struct ent_str s)
{
	unsigned char a[16] = { 0 };
	char text[INET6_ADDRSTRLEN];
	int family = 0;

	if (!l->n_nets || s.n < 2 || s.n >= sizeof(text))
		return false;
	memcpy(text, s.p, s.n);
	text[s.n] = '\0';
	if (inet_pton(AF_INET, text, a) == 1)
		family = 4;
	else if (inet_pton(AF_INET6, text, a) == 1)
		family = 6;
	for (size_t i = 0; family && i < l->n_nets; i++) {
		const struct net *n = &l->nets[i];
		unsigned bytes = n->bits / 8, rest = n->bits % 8;
		unsigned char mask = (unsigned char)(0xff00u >> rest);

		if (n->family == family && memcmp(n->address, a, bytes) == 0 &&
		    (!rest || ((n->address[bytes] ^ a[bytes]) & mask) == 0))
			return true;
	}
	return false;
}

static bool
listed(const struct ent_allow *l, struct ent_str s, bool exact)
{
	if (!s.n)
		return false;
	if (ent_map_get(l->values, s))
		return true;
	if (exact)
		return false;
	/* the name itself, and each that it is below */
	for (struct ent_str part = s;; part = ent_str_from(part, ent_str_find(part, '.') + 1)) {
		if (ent_map_get(l->domains, part))
			return true;
		if (ent_str_find(part, '.') == part.n)
			break;
	}
	return in_nets(l, s);
}

/* The texts of an object, and of its hashes. */
static bool
object_listed(const struct ent_allow *l, const struct ent_json *v, bool exact)
{
	const struct ent_json *hashes = ent_json_getc(v, "hashes");

	for (size_t i = 0; i < ent_json_count(v); i++) {
		struct ent_str key = ent_json_key(v, i);

		if (!ent_str_is(key, "type") && !ent_str_ends(key, "_ref") &&
		    listed(l, ent_json_str(ent_json_at(v, i)), exact))
			return true;
	}
	for (size_t i = 0; i < ent_json_count(hashes); i++)
		if (listed(l, ent_json_str(ent_json_at(hashes, i)), exact))
			return true;
	return false;
}

/*
 * Of what an object refers to, values alone count and no networks: else the network that is our
 * own would allow every connection.
 */
bool
ent_allow_has(const struct ent_allow *l, const struct ent_json *object,
              const struct ent_json *all)
{
	if (!l)
		return false;
	if (object_listed(l, object, false))
		return true;
	for (size_t i = 0; i < ent_json_count(object); i++)
		if (ent_str_ends(ent_json_key(object, i), "_ref") &&
		    object_listed(l, ent_json_get(all, ent_json_str(ent_json_at(object, i))),
		                  true))
			return true;
	return false;
}
