/* SPDX-License-Identifier: Apache-2.0 */
/*
 * match_value.c - a constant of the pattern against a value of an object (STIX 2.1, 9.6).
 */
#include <arpa/inet.h>
#include <errno.h>

#include "base/enc.h"
#include "base/limits.h"
#include "base/time.h"
#include "pattern/match_int.h"

/* How a value stands to a constant. */
enum relation { BELOW = -1, SAME, ABOVE, UNLIKE, UNKNOWN };

/* ---- constants ---- */

static int
nomem(struct ent_err *err)
{
	return ent_fail(err, ENT_ENOMEM, "no memory for the pattern");
}

static int
number(struct ent_arena *a, struct ent_str text, struct ent_const *k)
{
	struct ent_str s = ent_arena_dup(a, text); /* for its NUL */
	char *end;

	if (!s.p)
		return ENT_ENOMEM;
	errno = 0;
	k->i = strtoll(s.p, &end, 10);
	k->whole = k->type == ENT_PAT_INT && errno == 0;
	k->d = strtod(s.p, &end); /* the program stays in the locale "C" */
	return 0;
}

static int
decode(struct ent_arena *a, struct ent_str text, bool hex, struct ent_str *out)
{
	uint8_t *to = ent_arena_alloc(a, text.n + 1);
	size_t n = text.n / 2;
	int rc;

	if (!to)
		return ENT_ENOMEM;
	rc = hex ? ent_unhex(text, to, n) : ent_unb64(text, to, &n);
	*out = rc ? (struct ent_str){ NULL, 0 } : (struct ent_str){ (const char *)to, n };
	return 0;
}

static int
constant(struct ent_arena *a, const struct ent_pat_value *v, struct ent_const *k)
{
	struct ent_buf b;
	int rc = 0;

	k->type = v->type;
	k->text = v->text;
	switch (v->type) {
	case ENT_PAT_INT:
	case ENT_PAT_FLOAT:
		return number(a, v->text, k);
	case ENT_PAT_BOOL:
		k->truth = ent_str_is(v->text, "true");
		return 0;
	case ENT_PAT_HEX:
	case ENT_PAT_BIN:
		return decode(a, v->text, v->type == ENT_PAT_HEX, &k->bytes);
	case ENT_PAT_TIME:
		k->text = ent_time_key(v->text);
		return 0;
	case ENT_PAT_STRING:
		break;
	}
	ent_buf_init(&b, ENT_PATTERN_MAX);
	if (ent_latin1(v->text, &b)) {
		k->bytes = ent_buf_done(&b, a);
		rc = k->bytes.p ? 0 : ENT_ENOMEM;
	}
	ent_buf_release(&b);
	return rc;
}

static int
by_text(const void *x, const void *y)
{
	return ent_str_cmp(((const struct ent_const *)x)->text,
	                   ((const struct ent_const *)y)->text);
}

static int
like(struct ent_arena *a, struct ent_cond *c, struct ent_err *err)
{
	struct ent_buf b;
	struct ent_str s;

	ent_buf_init(&b, (size_t)ENT_PATTERN_MAX * 4);
	s = ent_nfc(c->consts->text, &b);
	c->like = s.p ? ent_arena_dup(a, s) : s;
	c->like_bytes = c->consts->bytes;
	ent_buf_release(&b);
	return c->like.p ? 0 : nomem(err);
}

static int
regex(struct ent_cond *c, struct ent_err *err)
{
	struct ent_buf b;
	struct ent_str s;
	int rc;

	ent_buf_init(&b, (size_t)ENT_PATTERN_MAX * 4);
	s = ent_nfc(c->consts->text, &b);
	rc = s.p ? ent_regex_new(s, true, &c->text, err) : nomem(err);
	if (rc == 0 && (c->form == ENT_FORM_HEX || c->form == ENT_FORM_BIN) &&
	    c->consts->bytes.p)
		rc = ent_regex_new(c->consts->bytes, false, &c->bytes, err);
	ent_buf_release(&b);
	return rc;
}

struct ent_str
ent_lower(struct ent_str s, struct ent_buf *b)
{
	char *to;

	ent_buf_clear(b);
	to = ent_buf_room(b, s.n + 1);
	if (!to)
		return (struct ent_str){ NULL, 0 };
	for (size_t i = 0; i < s.n; i++)
		to[i] = (char)(s.p[i] >= 'A' && s.p[i] <= 'Z' ? s.p[i] | 0x20 : s.p[i]);
	return (struct ent_str){ to, s.n };
}

/* The hashes that a test is about, in small letters. */
static int
lower(struct ent_arena *a, struct ent_cond *c)
{
	struct ent_buf b;
	int rc = 0;

	ent_buf_init(&b, (size_t)ENT_PATTERN_MAX * 2);
	for (size_t i = 0; rc == 0 && i < c->n; i++) {
		struct ent_str s = ent_lower(c->consts[i].text, &b);

		c->consts[i].text = s.p ? ent_arena_dup(a, s) : s;
		rc = c->consts[i].text.p ? 0 : ENT_ENOMEM;
	}
	ent_buf_release(&b);
	return rc;
}

int
ent_cond_constants(struct ent_arena *a, const struct ent_pat_node *n, struct ent_cond *c,
                   struct ent_err *err)
{
	for (const struct ent_pat_value *v = n->value; v; v = v->next)
		c->n++;
	c->consts = ent_arena_array(a, c->n, sizeof(*c->consts));
	if (!c->consts)
		return nomem(err);
	c->n = 0;
	for (const struct ent_pat_value *v = n->value; v; v = v->next) {
		if (constant(a, v, &c->consts[c->n++]))
			return nomem(err);
		c->raises = c->raises || v->type == ENT_PAT_TIME;
	}
	if (c->form == ENT_FORM_HASH && lower(a, c))
		return nomem(err);
	if (c->op == ENT_PAT_LIKE)
		return like(a, c, err);
	if (c->op == ENT_PAT_MATCHES)
		return regex(c, err);
	if (n->value && (c->op == ENT_PAT_ISSUBSET || c->op == ENT_PAT_ISSUPERSET) &&
	    !ent_net_read(c->consts->text, &c->net))
		return ent_fail(err, ENT_EINVAL,
		                "byte %zu: %.*s is no IPv4 or IPv6 address or network",
		                n->value->pos, ENT_FMT(n->value->text));
	if (c->op == ENT_PAT_IN && c->n > 0 && c->consts->type == ENT_PAT_STRING) {
		qsort(c->consts, c->n, sizeof(*c->consts), by_text);
		c->sorted = true;
	}
	return 0;
}

/* ---- networks ---- */

bool
ent_net_read(struct ent_str s, struct ent_net *out)
{
	size_t slash = ent_str_find(s, '/');
	bool v6 = ent_str_find(s, ':') < slash;
	uint64_t bits;
	char text[INET6_ADDRSTRLEN];

	*out = (struct ent_net){ .size = v6 ? 128 : 32 };
	out->bits = out->size;
	if (slash >= sizeof(text) || memchr(s.p ? s.p : "", 0, s.n))
		return false;
	memcpy(text, s.p ? s.p : "", slash);
	text[slash] = 0;
	if (slash < s.n) {
		if (ent_str_u64(ent_str_from(s, slash + 1), out->size, &bits))
			return false;
		out->bits = (unsigned)bits;
	}
	return inet_pton(v6 ? AF_INET6 : AF_INET, text, out->bytes) == 1;
}

/* Is all of a in b? */
static bool
inside(const struct ent_net *a, const struct ent_net *b)
{
	unsigned whole = b->bits / 8, rest = b->bits % 8;

	if (a->size != b->size || a->bits < b->bits || memcmp(a->bytes, b->bytes, whole) != 0)
		return false;
	return rest == 0 || (a->bytes[whole] ^ b->bytes[whole]) >> (8 - rest) == 0;
}

/* ---- comparisons ---- */

static enum relation
sign(int order)
{
	return order < 0 ? BELOW : order > 0 ? ABOVE : SAME;
}

static enum relation
numbers(const struct ent_json *v, const struct ent_const *k)
{
	int64_t i;
	double d;

	if (k->type != ENT_PAT_INT && k->type != ENT_PAT_FLOAT)
		return UNLIKE;
	if (k->whole && ent_json_kind(v) == ENT_JSON_INT && ent_json_int(v, &i))
		return i < k->i ? BELOW : i > k->i ? ABOVE : SAME;
	if (!ent_json_double(v, &d))
		return UNLIKE;
	return d < k->d ? BELOW : d > k->d ? ABOVE : SAME;
}

struct ent_str
ent_form_bytes(struct ent_str s, enum ent_form form, struct ent_buf *b)
{
	size_t n = form == ENT_FORM_HEX ? s.n / 2 : s.n;
	char *to;

	ent_buf_clear(b);
	to = ent_buf_room(b, n + 1);
	if (!to || s.n % (form == ENT_FORM_HEX ? 2 : 4))
		return (struct ent_str){ NULL, 0 };
	if (form == ENT_FORM_HEX ? ent_unhex(s, (uint8_t *)to, n)
	                         : ent_unb64(s, (uint8_t *)to, &n))
		return (struct ent_str){ NULL, 0 };
	return (struct ent_str){ to, n };
}

static enum relation
times(struct ent_str s, const struct ent_const *k)
{
	if (ent_time_parse(s, NULL, NULL))
		return UNKNOWN;
	return sign(ent_str_cmp(ent_time_key(s), k->text));
}

static enum relation
strings(struct ent_str s, enum ent_form form, const struct ent_const *k, struct ent_eval *e)
{
	if (form == ENT_FORM_HASH && k->type == ENT_PAT_STRING) {
		s = ent_lower(s, &e->a);
		return s.p ? sign(ent_str_cmp(s, k->text)) : UNLIKE;
	}
	if (form == ENT_FORM_HEX || form == ENT_FORM_BIN) {
		struct ent_str bytes = ent_form_bytes(s, form, &e->a);

		return bytes.p && k->bytes.p ? sign(ent_str_cmp(bytes, k->bytes)) : UNLIKE;
	}
	if (k->type == ENT_PAT_STRING)
		return sign(ent_str_cmp(s, k->text));
	if (k->type == ENT_PAT_TIME)
		return times(s, k);
	if (!k->bytes.p || !ent_latin1(s, &e->a))
		return UNLIKE;
	return sign(ent_str_cmp(ent_buf_view(&e->a), k->bytes));
}

static enum relation
compare(const struct ent_json *v, enum ent_form form, const struct ent_const *k,
        struct ent_eval *e)
{
	bool truth;

	switch (ent_json_kind(v)) {
	case ENT_JSON_STRING:
		return strings(ent_json_str(v), form, k, e);
	case ENT_JSON_INT:
	case ENT_JSON_DOUBLE:
		return numbers(v, k);
	case ENT_JSON_BOOL:
		return k->type == ENT_PAT_BOOL && ent_json_bool(v, &truth)
		           ? sign(truth - k->truth)
		           : UNLIKE;
	default:
		return UNLIKE;
	}
}

static int
holds(enum ent_pat_op op, enum relation r)
{
	switch (op) {
	case ENT_PAT_NE:
		return r != SAME;
	case ENT_PAT_GT:
		return r == ABOVE;
	case ENT_PAT_LT:
		return r == BELOW;
	case ENT_PAT_GE:
		return r == ABOVE || r == SAME;
	case ENT_PAT_LE:
		return r == BELOW || r == SAME;
	default:
		return r == SAME;
	}
}

static int
relate(const struct ent_cond *c, const struct ent_json *v, struct ent_eval *e,
       struct ent_err *err)
{
	struct ent_const key = { .text = ent_json_str(v) };
	int yes = 0;

	if (c->sorted && c->form == ENT_FORM_HASH && key.text.p)
		key.text = ent_lower(key.text, &e->a);
	if (c->sorted && (c->form == ENT_PLAIN || c->form == ENT_FORM_HASH))
		return key.text.p && bsearch(&key, c->consts, c->n, sizeof(key), by_text);
	for (size_t i = 0; i < c->n; i++) {
		enum relation r = compare(v, c->form, &c->consts[i], e);

		if (r == UNKNOWN)
			return ent_fail(err, ENT_EUNUSABLE,
			                "\"%.*s\" is compared with a time, and is none",
			                ENT_FMT(ent_json_str(v)));
		yes = yes || holds(c->op, r);
	}
	return yes;
}

static int
text(const struct ent_cond *c, struct ent_str s, struct ent_eval *e, struct ent_err *err)
{
	bool is_like = c->op == ENT_PAT_LIKE;

	if (!s.p)
		return 0;
	if (c->form == ENT_FORM_HEX || c->form == ENT_FORM_BIN) {
		s = ent_form_bytes(s, c->form, &e->a);
		if (is_like)
			return s.p && c->like_bytes.p && ent_like(s, c->like_bytes, false);
		return s.p && c->bytes ? ent_regex_search(c->bytes, s, err) : 0;
	}
	s = ent_nfc(s, &e->b);
	if (!s.p)
		return nomem(err);
	return is_like ? ent_like(s, c->like, true) : ent_regex_search(c->text, s, err);
}

static int
network(const struct ent_cond *c, struct ent_str s)
{
	struct ent_net net;

	if (!s.p || !ent_net_read(s, &net))
		return 0;
	return c->op == ENT_PAT_ISSUBSET ? inside(&net, &c->net) : inside(&c->net, &net);
}

int
ent_cond_value(const struct ent_cond *c, const struct ent_json *v, struct ent_eval *e,
               struct ent_err *err)
{
	int rc;

	if (ent_json_is(v, ENT_JSON_ARRAY) || ent_json_is(v, ENT_JSON_OBJECT))
		return 0;
	if (c->op <= ENT_PAT_IN)
		rc = relate(c, v, e, err);
	else if (c->op == ENT_PAT_LIKE || c->op == ENT_PAT_MATCHES)
		rc = text(c, ent_json_str(v), e, err);
	else
		rc = network(c, ent_json_str(v));
	return rc < 0 ? rc : rc != (int)c->negated;
}
