/* SPDX-License-Identifier: Apache-2.0 */
/*
 * parser.c - the grammar of the pattern language, and the rules that need no tables of types.
 */
#include "base/limits.h"
#include "base/time.h"
#include "base/utf8.h"
#include "pattern/lexer_int.h"

struct parser {
	struct ent_arena *a;
	struct ent_str text;
	enum ent_pat_version version;
	size_t at;
	struct token t; /* the next word */
	int depth;
	bool loose;
	size_t tests; /* in this observation */
	size_t *pos;
	struct ent_err *err;
};

/* Qualifiers that may stand again where that is allowed: each is a level of the tree. */
#define LOOSE_MAX 8

typedef int (*part)(struct parser *p, struct ent_pat_node **out);

static const struct {
	const char *name;
	size_t digits;
} hash_lengths[] = { { "MD5", 32 },      { "SHA1", 40 },      { "SHA224", 56 },
	             { "SHA256", 64 },   { "SHA384", 96 },    { "SHA512", 128 },
	             { "SHA3224", 56 },  { "SHA3256", 64 },   { "SHA3384", 96 },
	             { "SHA3512", 128 }, { "RIPEMD160", 40 }, { "WHIRLPOOL", 128 } };

static int
refuse(struct parser *p, size_t pos, const char *what)
{
	size_t line, column;

	if (p->pos)
		*p->pos = pos;
	ent_pattern_place(p->text, pos, &line, &column);
	return ent_fail(p->err, ENT_EPARSE, "line %zu, column %zu: %s", line, column, what);
}

static int
nomem(struct parser *p)
{
	return ent_fail(p->err, ENT_ENOMEM, "no memory for the pattern");
}

static int
expected(struct parser *p, const char *what)
{
	char msg[256];
	struct ent_str found = ent_utf8_cut(p->t.raw, 40);

	if (p->t.kind == T_BAD)
		return refuse(p, p->t.pos, p->t.why);
	if (p->t.kind == T_END)
		(void)snprintf(msg, sizeof(msg), "expected %s, but the pattern ends here",
		               what);
	else
		(void)snprintf(msg, sizeof(msg), "expected %s, found %.*s", what,
		               ENT_FMT(found));
	return refuse(p, p->t.pos, msg);
}

static void
next(struct parser *p)
{
	ent_pattern_lex(p->text, &p->at, &p->t);
}

static bool
is(const struct parser *p, const char *word)
{
	return (p->t.kind == T_KEYWORD || p->t.kind == T_PUNCT) && ent_str_is(p->t.raw, word);
}

static bool
take(struct parser *p, const char *word)
{
	bool yes = is(p, word);

	if (yes)
		next(p);
	return yes;
}

static int
deeper(struct parser *p)
{
	if (++p->depth <= ENT_PATTERN_DEPTH)
		return 0;
	(void)refuse(p, p->t.pos, "too many parentheses inside each other");
	return p->err ? (p->err->code = ENT_ELIMIT) : ENT_ELIMIT;
}

static struct ent_pat_node *
node(struct parser *p, enum ent_pat_kind kind, size_t pos)
{
	struct ent_pat_node *n = ent_arena_alloc(p->a, sizeof(*n));

	if (n) {
		n->kind = kind;
		n->pos = pos;
	}
	return n;
}

/* The characters of a string; without escapes they are the pattern's own bytes. */
static int
characters(struct parser *p, struct ent_str *out)
{
	struct ent_str in = p->t.inner;
	size_t n = 0;
	char *to;

	*out = in;
	if (!p->t.escaped || !in.p)
		return 0;
	to = ent_arena_alloc(p->a, in.n);
	if (!to)
		return nomem(p);
	for (size_t i = 0; i < in.n; i++) {
		i += in.p[i] == '\\' && i + 1 < in.n;
		to[n++] = in.p[i];
	}
	*out = (struct ent_str){ to, n };
	return 0;
}

static bool
hex(struct ent_str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!s.p[i] || !strchr("0123456789abcdefABCDEF", s.p[i]))
			return false;
	return true;
}

static bool
base64(struct ent_str s)
{
	static const char set[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	size_t pad = 0;

	while (pad < 2 && s.n > pad && s.p[s.n - 1 - pad] == '=')
		pad++;
	for (size_t i = 0; i < s.n - pad; i++)
		if (!s.p[i] || !strchr(set, s.p[i]))
			return false;
	return s.n > 0 && s.n % 4 == 0;
}

static int
literal(struct parser *p, struct ent_pat_value **out)
{
	static const enum ent_pat_type types[] = {
		[T_INT] = ENT_PAT_INT,   [T_FLOAT] = ENT_PAT_FLOAT, [T_STRING] = ENT_PAT_STRING,
		[T_BOOL] = ENT_PAT_BOOL, [T_HEX] = ENT_PAT_HEX,     [T_BIN] = ENT_PAT_BIN,
		[T_TIME] = ENT_PAT_TIME
	};
	struct ent_pat_value *v;
	int64_t us;
	unsigned digits;

	if (p->t.kind < T_INT || p->t.kind > T_TIME)
		return expected(p,
		                "a value: a number, '...', true, false, h'..', b'..' or t'..'");
	if (p->t.kind == T_HEX && (p->t.inner.n % 2 || !hex(p->t.inner)))
		return refuse(p, p->t.pos, "h'..' holds pairs of hexadecimal digits");
	if (p->t.kind == T_BIN && !base64(p->t.inner))
		return refuse(p, p->t.pos, "b'..' holds base64 with its padding");
	if (p->t.kind == T_TIME && ent_time_parse(p->t.inner, &us, &digits))
		return refuse(p, p->t.pos, "t'..' holds a time like t'2026-01-31T12:00:00Z'");
	v = ent_arena_alloc(p->a, sizeof(*v));
	if (!v)
		return nomem(p);
	v->type = types[p->t.kind];
	v->pos = p->t.pos;
	v->text = p->t.inner.p ? p->t.inner : p->t.raw;
	if (p->t.kind == T_STRING && characters(p, &v->text))
		return ENT_ENOMEM;
	next(p);
	*out = v;
	return 0;
}

static int
set(struct parser *p, struct ent_pat_value **out)
{
	int rc;

	if (!take(p, "("))
		return expected(p, "( and the values of the set");
	if (take(p, ")"))
		return 0;
	for (struct ent_pat_value *first = NULL;; out = &(*out)->next) {
		rc = literal(p, out);
		if (rc)
			return rc;
		first = first ? first : *out;
		if ((*out)->type != first->type &&
		    ((*out)->type > ENT_PAT_FLOAT || first->type > ENT_PAT_FLOAT))
			return refuse(p, (*out)->pos,
			              "the values of a set must be of one type");
		if (take(p, ")"))
			return 0;
		if (!take(p, ","))
			return expected(p, ", or )");
	}
}

static int
name(struct parser *p, struct ent_str *out, bool hyphens, const char *what)
{
	if (p->t.kind == T_STRING) {
		if (characters(p, out))
			return ENT_ENOMEM;
	} else if (p->t.kind == T_NAME && !hyphens &&
	           ent_str_find(p->t.raw, '-') < p->t.raw.n) {
		return refuse(p, p->t.pos,
		              "a property name with a hyphen must stand in quotes");
	} else if (p->t.kind == T_KEYWORD || p->t.kind == T_BOOL) {
		return refuse(p, p->t.pos,
		              "a word of the language must be quoted to be a name");
	} else if (p->t.kind == T_NAME) {
		*out = p->t.raw;
	} else {
		return expected(p, what);
	}
	next(p);
	return 0;
}

static int
step(struct parser *p, struct ent_pat_step ***last, enum ent_pat_step_kind kind)
{
	struct ent_pat_step *s = ent_arena_alloc(p->a, sizeof(*s));
	int rc = 0;

	if (!s)
		return nomem(p);
	s->kind = kind;
	if (kind == ENT_PAT_NAME) {
		rc = name(p, &s->text, false, "the name of a property");
	} else {
		s->kind = is(p, "*") ? ENT_PAT_ANY : ENT_PAT_INDEX;
		s->text = p->t.raw;
		if (s->kind == ENT_PAT_INDEX && p->t.kind != T_INT)
			return expected(p, "* or a number");
		next(p);
		if (!take(p, "]"))
			return expected(p, "]");
	}
	**last = s;
	*last = &s->next;
	return rc;
}

static int
path(struct parser *p, struct ent_pat_node *n)
{
	struct ent_pat_step **last = &n->path;
	int rc = name(p, &n->type, true, "an object type, as in file:name");

	if (rc)
		return rc;
	if (!take(p, ":"))
		return expected(p, ": and a property");
	rc = step(p, &last, ENT_PAT_NAME);
	while (!rc) {
		if (take(p, "."))
			rc = step(p, &last, ENT_PAT_NAME);
		else if (take(p, "["))
			rc = step(p, &last, ENT_PAT_INDEX);
		else
			break;
	}
	return rc;
}

/* Is it a hash of the right length, where the path ends "hashes.ALGORITHM"? */
static int
hashes(struct parser *p, const struct ent_pat_node *n)
{
	const struct ent_pat_step *before = NULL, *s = n->path;
	char plain[16] = "";
	char why[80];
	size_t k = 0;

	for (; s->next; s = s->next)
		before = s;
	if (!before || before->kind != ENT_PAT_NAME || s->kind != ENT_PAT_NAME ||
	    !ent_str_is(before->text, "hashes") ||
	    (n->op != ENT_PAT_EQ && n->op != ENT_PAT_NE && n->op != ENT_PAT_IN))
		return 0;
	for (size_t i = 0; i < s->text.n && k < sizeof(plain) - 1; i++)
		if (s->text.p[i] != '-')
			plain[k++] = s->text.p[i];
	for (size_t i = 0; i < sizeof(hash_lengths) / sizeof(*hash_lengths); i++) {
		if (!ent_str_caseis((struct ent_str){ plain, k }, hash_lengths[i].name))
			continue;
		for (const struct ent_pat_value *v = n->value; v; v = v->next)
			if (v->type != ENT_PAT_STRING || v->text.n != hash_lengths[i].digits ||
			    !hex(v->text)) {
				(void)snprintf(why, sizeof(why),
				               "%s is a string of %zu hexadecimal digits",
				               hash_lengths[i].name, hash_lengths[i].digits);
				return refuse(p, v->pos, why);
			}
	}
	return 0;
}

static int
operator_of(struct parser *p, struct ent_pat_node *n)
{
	static const struct {
		const char *word;
		enum ent_pat_op op;
	} words[] = { { "IN", ENT_PAT_IN },
		      { "LIKE", ENT_PAT_LIKE },
		      { "MATCHES", ENT_PAT_MATCHES },
		      { "ISSUBSET", ENT_PAT_ISSUBSET },
		      { "ISSUPERSET", ENT_PAT_ISSUPERSET } };

	n->negated = take(p, "NOT");
	if (p->t.kind == T_OP) {
		n->op = p->t.op;
		next(p);
		return 0;
	}
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (take(p, words[i].word)) {
			n->op = words[i].op;
			return 0;
		}
	return expected(p, "an operator: = != < <= > >= IN LIKE MATCHES ISSUBSET ISSUPERSET");
}

static int
test(struct parser *p, struct ent_pat_node **out)
{
	struct ent_pat_node *n = *out = node(p, ENT_PAT_TEST, p->t.pos);
	int rc;

	if (!n)
		return nomem(p);
	p->tests++;
	n->negated = take(p, "NOT");
	if (is(p, "EXISTS") && p->version == ENT_PAT_20)
		return refuse(p, p->t.pos, "EXISTS came with STIX 2.1, this is a 2.0 pattern");
	if (take(p, "EXISTS")) {
		n->op = ENT_PAT_EXISTS;
		return path(p, n);
	}
	if (n->negated)
		return expected(p, "EXISTS; another NOT stands behind the path");
	rc = path(p, n);
	if (!rc)
		rc = operator_of(p, n);
	if (rc)
		return rc;
	if (n->op == ENT_PAT_IN)
		rc = set(p, &n->value);
	else if (n->op > ENT_PAT_IN && p->t.kind != T_STRING)
		rc = expected(p, "a string, '...'");
	else if (n->op >= ENT_PAT_GT && n->op <= ENT_PAT_LE && p->t.kind == T_BOOL)
		rc = refuse(p, p->t.pos, "true and false have no order");
	else
		rc = literal(p, &n->value);
	return rc ? rc : hashes(p, n);
}

/* sub, or several of them with word between. */
static int
chain(struct parser *p, const char *word, enum ent_pat_kind kind, part sub,
      struct ent_pat_node **out)
{
	struct ent_pat_node *n, *last;
	int rc = sub(p, out);

	if (rc || !is(p, word))
		return rc;
	n = node(p, kind, (*out)->pos);
	if (!n)
		return nomem(p);
	n->child = last = *out;
	*out = n;
	while (!rc && take(p, word)) {
		rc = sub(p, &last->next);
		last = last->next;
	}
	return rc;
}

static int comparison(struct parser *p, struct ent_pat_node **out);
static int observations(struct parser *p, struct ent_pat_node **out);

static int
closed(struct parser *p, part inside, struct ent_pat_node **out)
{
	int rc = deeper(p);

	next(p);
	if (!rc)
		rc = inside(p, out);
	if (!rc && !take(p, ")"))
		rc = expected(p, "AND, OR, ) or another part");
	p->depth--;
	return rc;
}

static int
term(struct parser *p, struct ent_pat_node **out)
{
	return is(p, "(") ? closed(p, comparison, out) : test(p, out);
}

static int
both(struct parser *p, struct ent_pat_node **out)
{
	return chain(p, "AND", ENT_PAT_AND, term, out);
}

static int
comparison(struct parser *p, struct ent_pat_node **out)
{
	return chain(p, "OR", ENT_PAT_OR, both, out);
}

static int
observation(struct parser *p, struct ent_pat_node **out)
{
	struct ent_pat_node *n = *out = node(p, ENT_PAT_OBS, p->t.pos);
	const struct ent_pat_node *bad;
	bool full;
	int rc;

	if (!n)
		return nomem(p);
	if (!take(p, "["))
		return expected(p, "[ or (");
	p->tests = 0;
	rc = comparison(p, &n->child);
	if (rc)
		return rc;
	if (!is(p, "]"))
		return expected(p, "AND, OR or ]");
	bad = ent_pattern_types(p->a, n->child, p->tests, &full);
	if (full)
		return nomem(p);
	if (bad)
		return refuse(
		    p, bad->pos,
		    "AND joins tests of one object, and no object has all of these types");
	next(p);
	return 0;
}

static int
positive(struct parser *p, bool fraction, struct ent_str *out)
{
	bool zero = true;

	if ((p->t.kind != T_INT && !(fraction && p->t.kind == T_FLOAT)) || p->t.raw.p[0] == '-')
		return expected(p,
		                fraction ? "a number of seconds" : "a whole number of times");
	for (size_t i = 0; i < p->t.raw.n; i++)
		zero = zero && !(p->t.raw.p[i] >= '1' && p->t.raw.p[i] <= '9');
	if (zero)
		return refuse(p, p->t.pos, "must be above zero");
	*out = p->t.raw;
	next(p);
	return 0;
}

static int
moment(struct parser *p, struct ent_str *out)
{
	struct ent_pat_value *v = NULL;
	int64_t us;
	unsigned digits;
	int rc;

	if (p->t.kind != T_TIME && !(p->t.kind == T_STRING && p->version == ENT_PAT_20))
		return expected(p, "a time, t'...'");
	rc = literal(p, &v);
	if (rc)
		return rc;
	if (ent_time_parse(v->text, &us, &digits))
		return refuse(p, v->pos, "this is no time like 2026-01-31T12:00:00Z");
	*out = v->text;
	return 0;
}

static int
qualifier(struct parser *p, struct ent_pat_node *q, unsigned kind)
{
	int rc;

	if (q->has & kind)
		return refuse(
		    p, p->t.pos,
		    "a qualifier may stand once here; parentheses open another place");
	for (unsigned shift = 0; shift < 12; shift += 4)
		if (!(q->order >> shift)) {
			q->order |= kind << shift;
			break;
		}
	q->has |= kind;
	next(p);
	if (kind == ENT_PAT_WITHIN) {
		rc = positive(p, true, &q->within);
		return rc || take(p, "SECONDS") ? rc : expected(p, "SECONDS");
	}
	if (kind == ENT_PAT_REPEATS) {
		rc = positive(p, false, &q->repeats);
		return rc || take(p, "TIMES") ? rc : expected(p, "TIMES");
	}
	rc = moment(p, &q->start);
	if (rc)
		return rc;
	return take(p, "STOP") ? moment(p, &q->stop) : expected(p, "STOP");
}

static int
qualified(struct parser *p, struct ent_pat_node **out)
{
	int rc = is(p, "(") ? closed(p, observations, out) : observation(p, out);
	struct ent_pat_node *q = NULL;
	unsigned again = 0;

	while (!rc) {
		unsigned kind = is(p, "WITHIN")    ? ENT_PAT_WITHIN
		                : is(p, "REPEATS") ? ENT_PAT_REPEATS
		                : is(p, "START")   ? ENT_PAT_STARTSTOP
		                                   : 0;

		if (!kind)
			break;
		if (q && (q->has & kind) && p->loose && again++ < LOOSE_MAX)
			q = NULL;
		if (!q) {
			q = node(p, ENT_PAT_QUALIFIED, (*out)->pos);
			if (!q)
				return nomem(p);
			q->child = *out;
			*out = q;
		}
		rc = qualifier(p, q, kind);
	}
	return rc;
}

static int
obs_and(struct parser *p, struct ent_pat_node **out)
{
	return chain(p, "AND", ENT_PAT_OBS_AND, qualified, out);
}

static int
obs_or(struct parser *p, struct ent_pat_node **out)
{
	return chain(p, "OR", ENT_PAT_OBS_OR, obs_and, out);
}

static int
observations(struct parser *p, struct ent_pat_node **out)
{
	return chain(p, "FOLLOWEDBY", ENT_PAT_FOLLOWEDBY, obs_or, out);
}

static int
parse(struct parser *p, struct ent_pat_node **out)
{
	size_t valid = ent_utf8_valid(p->text);
	int rc;

	if (p->pos)
		*p->pos = 0;
	if (p->text.n > ENT_PATTERN_MAX)
		return ent_fail(p->err, ENT_ELIMIT,
		                "a pattern of %zu bytes: at most %zu are read", p->text.n,
		                (size_t)ENT_PATTERN_MAX);
	if (valid < p->text.n)
		return refuse(p, valid, "this is not UTF-8");
	next(p);
	rc = observations(p, out);
	if (!rc && p->t.kind != T_END)
		rc = expected(p, "AND, OR, FOLLOWEDBY, WITHIN, REPEATS, START or the end");
	return rc;
}

int
ent_pattern_parse(struct ent_arena *a, struct ent_str text, enum ent_pat_version version,
                  struct ent_pat_node **out, size_t *pos, struct ent_err *err)
{
	struct parser p = { .a = a, .text = text, .version = version, .err = err };

	p.pos = pos;
	return parse(&p, out);
}

int
ent_pattern_parse_loose(struct ent_arena *a, struct ent_str text, enum ent_pat_version version,
                        struct ent_pat_node **out, size_t *pos, struct ent_err *err)
{
	struct parser p = { .a = a, .text = text, .version = version, .err = err };

	p.pos = pos;
	p.loose = true;
	return parse(&p, out);
}
