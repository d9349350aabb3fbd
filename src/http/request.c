/* SPDX-License-Identifier: Apache-2.0 */
/*
 * request.c - what an application asks of a request: headers, decoded text, credentials.
 */
#include "base/enc.h"
#include "base/utf8.h"
#include "http/server.h"

struct ent_str
ent_http_header(const struct ent_http *rq, const char *name)
{
	for (size_t i = 0; i < rq->n_headers; i++)
		if (ent_str_caseis(rq->headers[i].name, name))
			return rq->headers[i].value;
	return (struct ent_str){ NULL, 0 };
}

int
ent_http_decode(struct ent_arena *a, struct ent_str in, bool plus, struct ent_str *out)
{
	char *to = ent_arena_alloc(a, in.n + 1);
	size_t n = 0;

	if (!to)
		return ENT_ENOMEM;
	for (size_t i = 0; i < in.n; i++) {
		uint8_t byte = (uint8_t)in.p[i];

		if (byte == '%') {
			if (in.n - i < 3 ||
			    ent_unhex((struct ent_str){ in.p + i + 1, 2 }, &byte, 1))
				return ENT_EPARSE;
			i += 2;
		} else if (plus && byte == '+') {
			byte = ' ';
		}
		if (byte == 0)
			return ENT_EPARSE;
		to[n++] = (char)byte;
	}
	*out = (struct ent_str){ to, n };
	return ent_utf8_valid(*out) == n ? 0 : ENT_EPARSE;
}

int
ent_http_basic(const struct ent_http *rq, struct ent_str *name, struct ent_str *password)
{
	struct ent_str value = ent_http_header(rq, "authorization"), scheme = value, text;
	size_t n, colon;
	uint8_t *to;

	scheme.n = ent_str_find(value, ' ');
	if (!value.p || !ent_str_caseis(scheme, "basic"))
		return ENT_ENOENT;
	text = ent_str_trim(ent_str_from(value, scheme.n));
	to = ent_arena_alloc(rq->arena, text.n + 1);
	if (!to)
		return ENT_ENOMEM;
	if (ent_unb64(text, to, &n))
		return ENT_EPARSE;
	text = (struct ent_str){ (const char *)to, n };
	colon = ent_str_find(text, ':');
	if (colon == n || ent_utf8_valid(text) != n || memchr(to, 0, n))
		return ENT_EPARSE;
	*name = (struct ent_str){ text.p, colon };
	*password = ent_str_from(text, colon + 1);
	return 0;
}

int
ent_http_bearer(const struct ent_http *rq, struct ent_str *token)
{
	struct ent_str value = ent_http_header(rq, "authorization"), scheme = value, text;

	scheme.n = ent_str_find(value, ' ');
	if (!value.p || !ent_str_caseis(scheme, "bearer"))
		return ENT_ENOENT;
	text = ent_str_trim(ent_str_from(value, scheme.n));
	if (text.n == 0 || ent_str_find(text, ' ') < text.n)
		return ENT_EPARSE;
	*token = text;
	return 0;
}
