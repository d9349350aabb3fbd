/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fill.c - the second half of reading: from the index of a text to its tree, in one pass.
 *
 * Values wait on a stack until their container closes; then they are copied into one block of
 * the arena.  The text between two entries of the index is one token and blanks, so a string
 * ends at the last byte before the next entry that isn't blank.
 */
#include "base/arena.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "json/scan.h"
#include "json/tree_int.h"

struct fill {
	struct ent_arena *arena;
	struct ent_json_fault *fault;
	const char *p;     /* the text */
	const uint32_t *x; /* the next entry of the index */
	struct ent_json *nodes, *top;
	unsigned depth, max, flags;
	struct ent_json_level *open;
};

#define OBJECT_CLOSE '}'

static int
bad(struct ent_json_fault *fault, const char *code, size_t at, const char *why)
{
	fault->code = code;
	fault->at = at;
	(void)snprintf(fault->text, sizeof(fault->text), "%s", why);
	return ENT_EPARSE;
}

static int
syntax(struct fill *f)
{
	return bad(f->fault, "json-syntax", SIZE_MAX, "something that is not JSON");
}

/* ---- strings ---- */

/* The four digits of an escape \\u; -1 if they aren't. */
static int
unit(const char *p, const char *end)
{
	int u = 0;

	if (end - p < 4)
		return -1;
	for (int i = 0; i < 4; i++) {
		char c = p[i];

		if (c >= '0' && c <= '9')
			u = u << 4 | (c - '0');
		else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
			u = u << 4 | ((c | 0x20) - 'a' + 10);
		else
			return -1;
	}
	return u;
}

static char *
put_utf8(char *to, int c)
{
	if (c < 0x80) {
		*to++ = (char)c;
	} else if (c < 0x800) {
		*to++ = (char)(0xc0 | c >> 6);
		*to++ = (char)(0x80 | (c & 0x3f));
	} else if (c < 0x10000) {
		*to++ = (char)(0xe0 | c >> 12);
		*to++ = (char)(0x80 | (c >> 6 & 0x3f));
		*to++ = (char)(0x80 | (c & 0x3f));
	} else {
		*to++ = (char)(0xf0 | c >> 18);
		*to++ = (char)(0x80 | (c >> 12 & 0x3f));
		*to++ = (char)(0x80 | (c >> 6 & 0x3f));
		*to++ = (char)(0x80 | (c & 0x3f));
	}
	return to;
}

/* An escape at p: behind it, or NULL with what is wrong. */
static const char *
escape(const char *p, const char *end, char **to, const char **code)
{
	static const char plain[256] = {
		['"'] = '"',  ['\\'] = '\\', ['/'] = '/',  ['b'] = '\b',
		['f'] = '\f', ['n'] = '\n',  ['r'] = '\r', ['t'] = '\t',
	};
	int u, low;

	*code = "json-string";
	if (p[1] != 'u') {
		if (!plain[(unsigned char)p[1]])
			return NULL;
		*(*to)++ = plain[(unsigned char)p[1]];
		return p + 2;
	}
	u = unit(p + 2, end);
	if (u < 0)
		return NULL;
	p += 6;
	if (u >= 0xd800 && u <= 0xdfff) {
		*code = "json-surrogate";
		if (u > 0xdbff || end - p < 6 || p[0] != '\\' || p[1] != 'u')
			return NULL;
		low = unit(p + 2, end);
		if (low < 0xdc00 || low > 0xdfff)
			return NULL;
		u = 0x10000 + ((u - 0xd800) << 10) + (low - 0xdc00);
		p += 6;
	}
	*to = put_utf8(*to, u);
	return p;
}

/* A string with escapes, of which a copy without them is made. */
static int
unescape(struct fill *f, const char *p, const char *end, struct ent_json *node)
{
	char *copy = ent_arena_raw(f->arena, (size_t)(end - p) + ENT_JSON_AHEAD), *to = copy;
	const char *code;

	if (!copy)
		return ENT_ENOMEM;
	while (p < end) {
		const char *next = memchr(p, '\\', (size_t)(end - p));
		size_t n = (size_t)((next ? next : end) - p);

		memcpy(to, p, n);
		to += n;
		p += n;
		if (!next)
			break;
		next = escape(p, end, &to, &code);
		if (!next)
			return bad(f->fault, code, (size_t)(p - f->p),
			           strcmp(code, "json-string") == 0
			               ? "a malformed string: a bad escape"
			               : "a malformed string: half of a surrogate pair");
		p = next;
	}
	memset(to, 0, ENT_JSON_AHEAD);
	*node = (struct ent_json){ ENT_JSON_STRING, (uint32_t)(to - copy), { .s = copy } };
	return 0;
}

static inline int
string(struct fill *f)
{
	const char *begin = f->p + *f->x + 1, *end = f->p + *++f->x - 1;
	struct ent_json *node = f->top++;
	size_t n;

	while (*end != '"')
		end--; /* over blanks */
	n = (size_t)(end - begin);
	if (ent_scan_has(begin, n, '\\'))
		return unescape(f, begin, end, node);
	node->kind = ENT_JSON_STRING | ENT_JSON_PLAIN;
	node->n = (uint32_t)n;
	node->u.s = begin;
	return 0;
}

/* ---- other values ---- */

/* A number or a word: up to a blank, a comma or a closing bracket. */
static int
word(struct fill *f)
{
	static const struct {
		struct ent_str text;
		enum ent_json_kind kind;
		int64_t value;
	} words[] = {
		{ { "true", 4 }, ENT_JSON_BOOL, 1 },
		{ { "false", 5 }, ENT_JSON_BOOL, 0 },
		{ { "null", 4 }, ENT_JSON_NULL, 0 },
	};
	size_t at = *f->x++, n = *f->x - at;
	struct ent_json *node = f->top++;
	const char *p = f->p + at;
	int rc;

	while (n && strchr(" \t\r\n", p[n - 1]) && p[n - 1])
		n--;
	if (*p == '-' || (*p >= '0' && *p <= '9')) {
		f->fault->at = at;
		rc = ent_json_number((struct ent_str){ p, n }, f->flags, node, f->fault);
		return rc;
	}
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (n == words[i].text.n && memcmp(p, words[i].text.p, n) == 0) {
			*node = (struct ent_json){ words[i].kind, 0, { .i = words[i].value } };
			return 0;
		}
	return syntax(f);
}

static int
open(struct fill *f, char close)
{
	if (f->depth == f->max) {
		(void)bad(f->fault, "json-depth", *f->x, "");
		(void)snprintf(f->fault->text, sizeof(f->fault->text), "nested deeper than %u",
		               f->max);
		return ENT_ELIMIT;
	}
	f->open[f->depth++] =
	    (struct ent_json_level){ (size_t)(f->top - f->nodes), *f->x++, close };
	return 0;
}

static int
twice(struct fill *f, const struct ent_json *object, size_t at)
{
	struct ent_str name;
	int found = ent_json_duplicate(object, &name);

	if (found < 0)
		return ENT_ENOMEM;
	if (!found)
		return 0;
	(void)bad(f->fault, "json-duplicate", at, "");
	name = ent_utf8_cut(name, 60);
	(void)snprintf(f->fault->text, sizeof(f->fault->text),
	               "an object that has a name twice: %.*s", ENT_FMT(name));
	return ENT_EPARSE;
}

/* The container whose bracket is at *f->x ends: its values leave the stack. */
static int
shut(struct fill *f)
{
	const struct ent_json_level *l = &f->open[--f->depth];
	struct ent_json *from = f->nodes + l->base;
	size_t n = (size_t)(f->top - from);
	struct ent_json *block = ent_arena_raw(f->arena, (n + 1) * sizeof(*block));

	if (!block)
		return ENT_ENOMEM;
	block->kind = l->at;
	block->n = *f->x++ + 1 - l->at;
	block->u.s = f->p + l->at;
	if (n)
		memcpy(block + 1, from, n * sizeof(*block));
	from->u.kids = block + 1;
	f->top = from + 1;
	if (l->close == OBJECT_CLOSE) {
		from->kind = ENT_JSON_OBJECT;
		from->n = (uint32_t)(n / 2);
		return n > 2 ? twice(f, from, l->at) : 0;
	}
	from->kind = ENT_JSON_ARRAY;
	from->n = (uint32_t)n;
	return 0;
}

/* A member's name and its colon. */
static inline int
name(struct fill *f)
{
	int rc;

	if (f->p[*f->x] != '"')
		return syntax(f);
	rc = string(f);
	if (rc == 0 && f->p[*f->x++] != ':')
		rc = syntax(f);
	return rc;
}

/* One value, or the beginning of one; *more: a value has to follow at once. */
static inline int
value(struct fill *f, bool *more)
{
	char c = f->p[*f->x], close = c == '{' ? OBJECT_CLOSE : ']';
	int rc;

	*more = false;
	if (c == '"')
		return string(f);
	if (c != '{' && c != '[')
		return word(f);
	rc = open(f, close);
	if (rc || f->p[*f->x] == close)
		return rc ? rc : shut(f);
	*more = true;
	return c == '{' ? name(f) : 0;
}

/* What may follow a value: closings, then a comma; *more: a value has to follow. */
static inline int
after(struct fill *f, bool *more)
{
	int rc = 0;

	while (rc == 0 && f->depth) {
		const struct ent_json_level *l = &f->open[f->depth - 1];
		char c = f->p[*f->x];

		if (c == ',') {
			f->x++;
			*more = true;
			return l->close == OBJECT_CLOSE ? name(f) : 0;
		}
		rc = c == l->close ? shut(f) : syntax(f);
	}
	return rc;
}

static int
make_room(struct ent_json_parser *p, size_t n)
{
	if (n <= p->room)
		return 0;
	free(p->nodes);
	p->nodes = malloc(n * sizeof(*p->nodes));
	p->room = p->nodes ? n : 0;
	return p->nodes ? 0 : ENT_ENOMEM;
}

int
ent_json_fill(struct ent_json_parser *p, struct ent_arena *a, struct ent_str text,
              unsigned depth, unsigned flags, struct ent_json *root,
              struct ent_json_fault *fault)
{
	struct fill f;
	const uint32_t *end;
	bool more = true;
	size_t n = 0;
	int rc = ent_json_scan(p->index, text, &f.x, &n, fault);

	if (rc == 0)
		rc = make_room(p, n + 1); /* a value takes an entry */
	if (rc)
		return rc;
	f.arena = a;
	f.fault = fault;
	f.p = text.p;
	f.nodes = f.top = p->nodes;
	f.open = p->open;
	f.depth = 0;
	f.max = depth;
	f.flags = flags;
	end = f.x + n;
	while (rc == 0 && more) {
		rc = value(&f, &more);
		if (rc == 0 && !more)
			rc = after(&f, &more);
	}
	if (rc == 0 && f.x != end)
		rc = syntax(&f);
	if (rc == 0)
		*root = *f.nodes;
	return rc;
}
