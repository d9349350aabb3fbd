/* SPDX-License-Identifier: Apache-2.0 */
/*
 * negotiate.c - media types and ranges by RFC 9110: case, blanks, quotes, lists, q.
 */
#include "taxii/taxii_int.h"

/* Where sep stands first outside of quotes, or s.n. */
static size_t
find(struct ent_str s, char sep)
{
	bool quoted = false;

	for (size_t i = 0; i < s.n; i++) {
		if (quoted && s.p[i] == '\\')
			i++;
		else if (s.p[i] == '"')
			quoted = !quoted;
		else if (!quoted && s.p[i] == sep)
			return i;
	}
	return s.n;
}

static bool
next(struct ent_str *rest, char sep, struct ent_str *part)
{
	size_t n;

	if (!rest->p)
		return false;
	n = find(*rest, sep);
	*part = ent_str_trim((struct ent_str){ rest->p, n });
	*rest = n == rest->n ? (struct ent_str){ NULL, 0 } : ent_str_from(*rest, n + 1);
	return true;
}

static bool
token(struct ent_str s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c <= ' ' || c >= 127 || strchr("\"(),/:;<=>?@[\\]{}", c))
			return false;
	}
	return s.n > 0;
}

static bool
type(struct ent_str s)
{
	size_t slash = ent_str_find(s, '/');

	return token((struct ent_str){ s.p, slash }) && token(ent_str_from(s, slash + 1));
}

/* A token or quoted string into a small text; what is too long becomes "". */
static void
value(struct ent_str s, char *out, size_t room)
{
	bool quoted = s.n >= 2 && s.p[0] == '"' && s.p[s.n - 1] == '"';
	size_t n = 0;

	if (quoted)
		s = (struct ent_str){ s.p + 1, s.n - 2 };
	for (size_t i = 0; i < s.n; i++) {
		if (quoted && s.p[i] == '\\' && i + 1 < s.n)
			i++;
		if (n + 1 == room) {
			n = 0;
			break;
		}
		out[n++] = s.p[i];
	}
	out[n] = '\0';
}

/* "0", "0.", "0.0", "0.00", "0.000" */
static bool
zero(const char *q)
{
	return q[0] == '0' &&
	       (q[1] == '\0' || (q[1] == '.' && strspn(q + 2, "0") == strlen(q + 2)));
}

int
ent_media_read(struct ent_str text, struct ent_media *out)
{
	struct ent_str rest = ent_str_trim(text), part;

	*out = (struct ent_media){ 0 };
	if (!next(&rest, ';', &out->type))
		return ENT_EPARSE;
	if (ent_str_is(out->type, "*")) /* old Java clients */
		out->type = ENT_STR("*/*");
	if (!type(out->type))
		return ENT_EPARSE;
	while (next(&rest, ';', &part)) {
		size_t eq = ent_str_find(part, '=');
		struct ent_str name = ent_str_trim((struct ent_str){ part.p, eq });
		struct ent_str text_of = ent_str_trim(ent_str_from(part, eq + 1));
		char q[16];

		if (!part.n)
			continue;
		if (!token(name) || eq == part.n)
			return ENT_EPARSE;
		if (ent_str_caseis(name, "version")) {
			out->has_version = true;
			value(text_of, out->version, sizeof(out->version));
		} else if (ent_str_caseis(name, "q")) {
			value(text_of, q, sizeof(q));
			out->refused = zero(q);
		}
	}
	return 0;
}

bool
ent_media_is_taxii(const struct ent_media *m)
{
	return ent_str_caseis(m->type, "application/taxii+json") &&
	       (!m->has_version || strcmp(m->version, "2.1") == 0);
}

/* How closely a range names what is served here; 0: not at all. */
static int
closeness(const struct ent_media *m, bool stix)
{
	/* clang-format off */
	static const struct {
		const char *type;
		int close;
	} others[] = {
		{ "*/*", 1 }, { "application/*", 2 }, { "application/json", 3 },
	};
	/* clang-format on */

	if (ent_media_is_taxii(m))
		return m->has_version ? 5 : 4;
	if (stix && ent_str_caseis(m->type, "application/stix+json"))
		return m->refused ? 0 : 3;
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		if (ent_str_caseis(m->type, others[i].type))
			/* Who refuses plain JSON doesn't refuse TAXII. */
			return others[i].close == 3 && m->refused ? 0 : others[i].close;
	return 0;
}

bool
ent_accepts(const struct ent_http *rq, bool stix)
{
	bool any = false, wanted = false;
	int best = 0;

	for (size_t i = 0; i < rq->n_headers; i++) {
		struct ent_str rest = rq->headers[i].value, part;
		struct ent_media m;

		if (!ent_str_caseis(rq->headers[i].name, "accept"))
			continue;
		while (next(&rest, ',', &part)) {
			int close;

			if (!part.n)
				continue;
			any = true;
			if (ent_media_read(part, &m))
				continue;
			close = closeness(&m, stix);
			if (close > best) {
				best = close;
				wanted = !m.refused;
			} else if (close && close == best) {
				wanted = wanted || !m.refused;
			}
		}
	}
	return !any || wanted;
}
