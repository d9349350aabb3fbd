/* SPDX-License-Identifier: Apache-2.0 */
/*
 * write.c - writing JSON.
 */
#include "json/write.h"

#include <math.h>

#include "base/utf8.h"
#include "json/scan.h"
#include "json/tree_int.h"

void
ent_jw_init(struct ent_jw *w, struct ent_buf *b)
{
	*w = (struct ent_jw){ b, false };
}

static void
before(struct ent_jw *w)
{
	if (w->comma)
		ent_buf_ch(w->b, ',');
	w->comma = true;
}

static void
open(struct ent_jw *w, char c)
{
	before(w);
	ent_buf_ch(w->b, c);
	w->comma = false;
}

static void
end(struct ent_jw *w, char c)
{
	ent_buf_ch(w->b, c);
	w->comma = true;
}

void
ent_jw_object(struct ent_jw *w)
{
	open(w, '{');
}

void
ent_jw_array(struct ent_jw *w)
{
	open(w, '[');
}

void
ent_jw_end_object(struct ent_jw *w)
{
	end(w, '}');
}

void
ent_jw_end_array(struct ent_jw *w)
{
	end(w, ']');
}

/* The escapes of RFC 8785, 3.2.2.2: as few as JSON allows. */
static void
escape(struct ent_buf *b, unsigned char c)
{
	static const char shorts[] = {
		['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f', ['\r'] = 'r'
	};

	if (c == '"' || c == '\\') {
		ent_buf_ch(b, '\\');
		ent_buf_ch(b, (char)c);
	} else if (c < sizeof(shorts) && shorts[c]) {
		ent_buf_ch(b, '\\');
		ent_buf_ch(b, shorts[c]);
	} else {
		ent_buf_printf(b, "\\u%04x", c);
	}
}

static void
put_string(struct ent_buf *b, struct ent_str s)
{
	size_t from = 0, at = 0;

	ent_buf_ch(b, '"');
	while (at < s.n) {
		size_t next;
		bool bad;

		at += ent_scan_plain(s.p + at, s.n - at);
		if (at == s.n)
			break;
		next = at + 1;
		bad = false;
		if ((unsigned char)s.p[at] >= 0x80) {
			next = at;
			bad = ent_utf8_next(s, &next) < 0;
			if (!bad) {
				at = next;
				continue;
			}
			next = at + 1;
		}
		ent_buf_put(b, s.p + from, at - from);
		if (bad)
			ent_buf_c(b, "\xef\xbf\xbd");
		else
			escape(b, (unsigned char)s.p[at]);
		from = at = next;
	}
	if (at > from)
		ent_buf_put(b, s.p + from, at - from);
	ent_buf_ch(b, '"');
}

void
ent_jw_key_str(struct ent_jw *w, struct ent_str key)
{
	before(w);
	put_string(w->b, key);
	ent_buf_ch(w->b, ':');
	w->comma = false;
}

void
ent_jw_key(struct ent_jw *w, const char *key)
{
	ent_jw_key_str(w, ent_str_c(key));
}

void
ent_jw_str(struct ent_jw *w, struct ent_str s)
{
	before(w);
	put_string(w->b, s);
}

void
ent_jw_c(struct ent_jw *w, const char *c)
{
	ent_jw_str(w, ent_str_c(c));
}

void
ent_json_put_int(struct ent_buf *b, int64_t i)
{
	char text[20], *p = text + sizeof(text);
	uint64_t u = i < 0 ? 0 - (uint64_t)i : (uint64_t)i;

	do {
		*--p = (char)('0' + u % 10);
		u /= 10;
	} while (u);
	if (i < 0)
		*--p = '-';
	ent_buf_put(b, p, (size_t)(text + sizeof(text) - p));
}

void
ent_jw_int(struct ent_jw *w, int64_t i)
{
	before(w);
	ent_json_put_int(w->b, i);
}

/*
 * Numbers as ECMAScript writes them (RFC 8785, 3.2.2.3): the fewest digits that read back as
 * the same double, plain from 1e-6 to 1e21, with an exponent beyond.
 */
static void
put_double(struct ent_buf *b, double d)
{
	char digits[ENT_JSON_DIGITS];
	int n, exponent, point;

	if (d == 0) {
		ent_buf_ch(b, '0'); /* -0 too */
		return;
	}
	n = ent_json_digits(fabs(d), digits, &exponent);
	if (d < 0)
		ent_buf_ch(b, '-');
	point = exponent + 1; /* digits before the decimal point */
	if (point > 21 || point < -5) {
		ent_buf_ch(b, digits[0]);
		if (n > 1) {
			ent_buf_ch(b, '.');
			ent_buf_put(b, digits + 1, (size_t)n - 1);
		}
		ent_buf_printf(b, "e%+d", exponent);
		return;
	}
	if (point <= 0) {
		ent_buf_c(b, "0.");
		for (int i = point; i < 0; i++)
			ent_buf_ch(b, '0');
		ent_buf_put(b, digits, (size_t)n);
		return;
	}
	for (int i = 0; i < point || i < n; i++) {
		if (i == point)
			ent_buf_ch(b, '.');
		ent_buf_ch(b, i < n ? digits[i] : '0');
	}
}

void
ent_jw_double(struct ent_jw *w, double d)
{
	before(w);
	if (isfinite(d))
		put_double(w->b, d);
	else
		ent_buf_c(w->b, "null"); /* JSON has no other way to say it */
}

void
ent_jw_bool(struct ent_jw *w, bool b)
{
	before(w);
	ent_buf_c(w->b, b ? "true" : "false");
}

void
ent_jw_null(struct ent_jw *w)
{
	before(w);
	ent_buf_c(w->b, "null");
}

void
ent_jw_raw(struct ent_jw *w, struct ent_str json)
{
	before(w);
	ent_buf_str(w->b, json);
}

void
ent_jw_kstr(struct ent_jw *w, const char *key, struct ent_str s)
{
	ent_jw_key(w, key);
	ent_jw_str(w, s);
}

void
ent_jw_kc(struct ent_jw *w, const char *key, const char *c)
{
	ent_jw_kstr(w, key, ent_str_c(c));
}

void
ent_jw_kint(struct ent_jw *w, const char *key, int64_t i)
{
	ent_jw_key(w, key);
	ent_jw_int(w, i);
}

void
ent_jw_kbool(struct ent_jw *w, const char *key, bool b)
{
	ent_jw_key(w, key);
	ent_jw_bool(w, b);
}

void
ent_jw_kraw(struct ent_jw *w, const char *key, struct ent_str json)
{
	ent_jw_key(w, key);
	ent_jw_raw(w, json);
}

static void put_value(struct ent_jw *w, const struct ent_json *v);

static void
put_container(struct ent_jw *w, const struct ent_json *v)
{
	bool object = ENT_JSON_KIND(v) == ENT_JSON_OBJECT;

	open(w, object ? '{' : '[');
	for (size_t i = 0; i < v->n; i++) {
		if (object)
			ent_jw_key_str(w, ent_json_key(v, i));
		put_value(w, ent_json_at(v, i));
	}
	end(w, object ? '}' : ']');
}

/* Recursion is as deep as the tree, whose depth its parser bounded. */
static void
put_value(struct ent_jw *w, const struct ent_json *v)
{
	switch (ent_json_kind(v)) {
	case ENT_JSON_ARRAY:
	case ENT_JSON_OBJECT:
		put_container(w, v);
		break;
	case ENT_JSON_STRING:
		ent_jw_str(w, ent_json_str(v));
		break;
	case ENT_JSON_INT:
		ent_jw_int(w, v->u.i);
		break;
	case ENT_JSON_DOUBLE:
		ent_jw_double(w, v->u.d);
		break;
	case ENT_JSON_BOOL:
		ent_jw_bool(w, v->u.i != 0);
		break;
	default:
		ent_jw_null(w);
	}
}

void
ent_jw_value(struct ent_jw *w, const struct ent_json *v)
{
	put_value(w, v);
}
