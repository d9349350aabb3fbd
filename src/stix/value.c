/* SPDX-License-Identifier: Apache-2.0 */
/*
 * value.c - one value against its row of a table: what each kind of value has to be.
 */
#include <inttypes.h>
#include <math.h>

#include "base/time.h"
#include "stix/stix_int.h"

#define HASH_NAME_MOST 30

static const char *
kind_name(const struct ent_json *v)
{
	static const char *const names[] = {
		[ENT_JSON_NONE] = "nothing",    [ENT_JSON_NULL] = "null",
		[ENT_JSON_BOOL] = "a boolean",  [ENT_JSON_INT] = "a number",
		[ENT_JSON_DOUBLE] = "a number", [ENT_JSON_STRING] = "a string",
		[ENT_JSON_ARRAY] = "a list",    [ENT_JSON_OBJECT] = "an object",
	};

	return names[ent_json_kind(v)];
}

static bool
is_kind(struct ent_check *c, const struct ent_at *at, const struct ent_json *v,
        enum ent_json_kind kind, const char *wanted)
{
	if (ent_json_is(v, kind))
		return true;
	ent_finding(c, ENT_F_TYPE, at, "must be %s, is %s", wanted, kind_name(v));
	return false;
}

/* What a string or a key should look like, if the table says so. */
static void
advise(struct ent_check *c, const struct ent_at *at, const struct ent_advice *a,
       struct ent_str s)
{
	if (a && !a->fits(s))
		ent_finding(c, a->find, at, "%s should be %s", ent_quote(c, s), a->text);
}

typedef void (*value_fn)(struct ent_check *c, const struct ent_at *at, const struct ent_prop *p,
                         const struct ent_json *v);

static void
any(struct ent_check *c, const struct ent_at *at, const struct ent_prop *p,
    const struct ent_json *v)
{
	(void)p;
	ent_check_unknown(c, at, v);
}

static void
string(struct ent_check *c, const struct ent_at *at, const struct ent_prop *p,
       const struct ent_json *v)
{
	if (is_kind(c, at, v, ENT_JSON_STRING, "a string"))
		advise(c, at, p->advice, ent_json_str(v));
}

static void
range(struct ent_check *c, const struct ent_at *at, const struct ent_prop *p, double d)
{
	if (p->min == 0 && p->max == 0)
		return;
	if (d >= (double)p->min && d <= (double)p->max)
		return;
	if (p->max == INT64_MAX)
		ent_finding(c, ENT_F_RANGE, at, "%.15g is below %" PRId64, d, p->min);
	else
		ent_finding(c, ENT_F_RANGE, at, "%.15g is not between %" PRId64 " and %" PRId64,
		            d, p->min, p->max);
}

static void
integer(struct ent_check *c, const struct ent_at *at, const struct ent_prop *p,
        const struct ent_json *v)
{
	double d;

	/* 50.0 is an integer, as in JSON Schema */
	if (!ent_json_double(v, &d) || d != floor(d))
		ent_finding(c, ENT_F_TYPE, at, "must be an integer, is %s",
		            ent_json_is(v, ENT_JSON_DOUBLE) ? "a fraction" : kind_name(v));
	else
		range(c, at, p, d);
}

static void
real(struct ent_check *c, const struct ent_at *at, const struct ent_prop *p,
     const struct ent_json *v)
{
	double d;

	if (!ent_json_double(v, &d))
		ent_finding(c, ENT_F_TYPE, at, "must be a number, is %s", kind_name(v));
	else
		range(c, at, p, d);
}

static void
boolean(struct ent_check *c, const struct ent_at *at, const struct ent_prop *p,
        const struct ent_json *v)
{
	(void)p;
	(void)is_kind(c, at, v, ENT_JSON_BOOL, "true or false");
}

static void
timestamp(struct ent_check *c, const struct ent_at *at, const struct ent_prop *p,
          const struct ent_json *v)
{
	struct ent_str s = ent_json_str(v);
	unsigned digits = 0;

	if (!is_kind(c, at, v, ENT_JSON_STRING, "a timestamp"))
		return;
	if (ent_time_parse(s, NULL, &digits))
		ent_finding(c, ENT_F_TIMESTAMP, at,
		            "%s is not a timestamp YYYY-MM-DDTHH:MM:SS[.s]Z of the calendar",
		            ent_quote(c, s));
	else if ((p->flags & ENT_MILLIS) && digits < 3)
		ent_finding(c,
		            p->flags & ENT_LENIENT ? ENT_F_MARKING_PRECISION : ENT_F_PRECISION,
		            at, "%s has %u fraction digits, at least 3 are needed",
		            ent_quote(c, s), digits);
	else if ((p->flags & ENT_SECONDS) && digits)
		ent_finding(c, ENT_F_PRECISION, at, "%s has a fraction, must be whole seconds",
		            ent_quote(c, s));
}

static void
vocab(struct ent_check *c, const struct ent_at *at, const struct ent_prop *p,
      const struct ent_json *v)
{
	struct ent_str s = ent_json_str(v);

	if (!is_kind(c, at, v, ENT_JSON_STRING, "a string") || ent_words_have(p->words, s))
		return;
	ent_finding(c, p->words->find, at, "%s is not in %s", ent_quote(c, s), p->words->name);
	if (!ent_is_lower_words(s))
		ent_finding(c, ENT_F_VOCAB_FORMAT, at,
		            "%s should be lower case with hyphens between words",
		            ent_quote(c, s));
}

static void
enumeration(struct ent_check *c, const struct ent_at *at, const struct ent_prop *p,
            const struct ent_json *v)
{
	struct ent_str s = ent_json_str(v);

	if (is_kind(c, at, v, ENT_JSON_STRING, "a string") && !ent_words_have(p->words, s))
		ent_finding(c, ENT_F_ENUM, at, "%s is not one of the %s", ent_quote(c, s),
		            p->words->name);
}

/* A reference inside observed-data's deprecated objects: a key of the same container. */
static void
reference_key(struct ent_check *c, const struct ent_at *at, const struct ent_prop *p,
              struct ent_str key)
{
	const struct ent_json *target;
	struct ent_str type;

	if (!ent_may_look(c, at, c->container))
		return;
	target = ent_json_get(c->container, key);
	type = ent_json_getstr(target, "type");
	if (!target)
		ent_finding(c, ENT_F_REF_KEY, at, "%s is not a key of the object's container",
		            ent_quote(c, key));
	else if (type.p && !ent_type_allowed(p->to, type))
		ent_finding(c, ENT_F_REF_TYPE, at, "refers to %s, may refer to: %s",
		            ent_quote(c, type), p->to);
}

static void
reference(struct ent_check *c, const struct ent_at *at, const struct ent_prop *p,
          const struct ent_json *v)
{
	struct ent_str id = ent_json_str(v), type;
	const char *problem;

	if (!is_kind(c, at, v, ENT_JSON_STRING, "an identifier"))
		return;
	if (c->container) {
		reference_key(c, at, p, id);
		return;
	}
	problem = ent_id_problem(id);
	if (problem) {
		ent_finding(c, ENT_F_ID, at, "%s is not an identifier: %s", ent_quote(c, id),
		            problem);
		return;
	}
	type = (struct ent_str){ id.p, id.n - 38 };
	if (!ent_type_allowed(p->to, type))
		ent_finding(c, ENT_F_REF_TYPE, at, "refers to %s, may refer to %s%s",
		            ent_quote(c, type), *p->to == '!' ? "anything but: " : ": ",
		            *p->to == '!' ? p->to + 1 : p->to);
}

static void
syntax(struct ent_check *c, const struct ent_at *at, const struct ent_prop *p,
       const struct ent_json *v)
{
	struct ent_str s = ent_json_str(v);

	if (!is_kind(c, at, v, ENT_JSON_STRING, "a string"))
		return;
	if (p->syntax->fits(s))
		advise(c, at, p->advice, s);
	else
		ent_finding(c, p->syntax == &ent_syntax_type ? ENT_F_TYPE_NAME : ENT_F_SYNTAX,
		            at, "%s is not %s", ent_quote(c, s), p->syntax->what);
}

static void
hexadecimal(struct ent_check *c, const struct ent_at *at, const struct ent_prop *p,
            const struct ent_json *v)
{
	struct ent_str s = ent_json_str(v);

	(void)p;
	if (is_kind(c, at, v, ENT_JSON_STRING, "a string") && !ent_is_hex(s, 0))
		ent_finding(c, ENT_F_HEX, at, "%s is not an even number of hex digits",
		            ent_quote(c, s));
}

static void
binary(struct ent_check *c, const struct ent_at *at, const struct ent_prop *p,
       const struct ent_json *v)
{
	struct ent_str s = ent_json_str(v);

	(void)p;
	if (is_kind(c, at, v, ENT_JSON_STRING, "a string") && !ent_is_base64(s))
		ent_finding(c, ENT_F_BASE64, at, "%s is not base64 with its padding",
		            ent_quote(c, s));
}

/* An object with members, for a dictionary of any kind. */
static bool
filled(struct ent_check *c, const struct ent_at *at, const struct ent_json *v,
       const char *wanted)
{
	if (!is_kind(c, at, v, ENT_JSON_OBJECT, wanted))
		return false;
	if (ent_json_count(v))
		return true;
	ent_finding(c, ENT_F_EMPTY_DICTIONARY, at,
	            "a dictionary must not be empty; leave it out");
	return false;
}

static void
digest(struct ent_check *c, const struct ent_at *at, struct ent_str algorithm,
       const struct ent_json *v)
{
	struct ent_str s = ent_json_str(v);
	const char *problem;

	if (algorithm.n < 3 || !ent_is_dictionary_key(algorithm))
		ent_finding(c, ENT_F_DICTIONARY_KEY, at,
		            "a hash algorithm's name has 3 to 250 of A-Z, a-z, 0-9, _ and -");
	else if (!ent_words_have(&ent_hash_algorithm_ov, algorithm) &&
	         !ent_str_starts(algorithm, "x_"))
		ent_finding(c, ENT_F_HASH_NAME, at, "%s is not in hash-algorithm-ov",
		            ent_quote(c, algorithm));
	if (algorithm.n > HASH_NAME_MOST)
		ent_finding(c, ENT_F_HASH_LENGTH, at,
		            "a hash algorithm's name should have at most 30 characters");
	if (!is_kind(c, at, v, ENT_JSON_STRING, "a string"))
		return;
	problem = ent_digest_problem(algorithm, s);
	if (problem)
		ent_finding(c, ENT_F_HASH, at, "%s: %s", ent_quote(c, s), problem);
}

static void
hashes(struct ent_check *c, const struct ent_at *at, const struct ent_prop *p,
       const struct ent_json *v)
{
	(void)p;
	if (!filled(c, at, v, "a dictionary of hashes"))
		return;
	for (size_t i = 0; i < ent_json_count(v); i++) {
		struct ent_at in = { at, ent_json_key(v, i), 0 };

		digest(c, &in, in.name, ent_json_at(v, i));
	}
}

static void
object(struct ent_check *c, const struct ent_at *at, const struct ent_prop *p,
       const struct ent_json *v)
{
	if (is_kind(c, at, v, ENT_JSON_OBJECT, "an object"))
		ent_check_shape(c, at, p->shape, v);
}

/*
 * A plain string where the value must be a list of strings.  6.6.1 and 6.12.2 say that it
 * always is a list, and the standard's own examples have strings; so have all producers.
 */
static bool
single_header(struct ent_check *c, const struct ent_at *at, const struct ent_json *v)
{
	if (!ent_json_is(v, ENT_JSON_STRING))
		return false;
	ent_finding(c, ENT_F_HEADER_LIST, at,
	            "the value of a header field should be a list of strings");
	return true;
}

static void
dictionary(struct ent_check *c, const struct ent_at *at, const struct ent_prop *p,
           const struct ent_json *v)
{
	struct ent_prop value = { .kind = p->values,
		                  .flags = p->value_list ? ENT_LIST : 0,
		                  .max = p->max,
		                  .min = p->min };

	if (!filled(c, at, v, "a dictionary"))
		return;
	for (size_t i = 0; i < ent_json_count(v); i++) {
		struct ent_at in = { at, ent_json_key(v, i), 0 };

		if (!ent_is_dictionary_key(in.name))
			ent_finding(
			    c, ENT_F_DICTIONARY_KEY, &in,
			    "a dictionary's key has 1 to 250 of A-Z, a-z, 0-9, _ and -");
		else
			advise(c, &in, p->advice, in.name);
		if (!(p->flags & ENT_LOOSE) || !single_header(c, &in, ent_json_at(v, i)))
			ent_check_value(c, &in, &value, ent_json_at(v, i));
	}
}

static void
extensions(struct ent_check *c, const struct ent_at *at, const struct ent_prop *p,
           const struct ent_json *v)
{
	(void)p;
	if (filled(c, at, v, "a dictionary of extensions"))
		ent_check_extensions(c, at, v);
}

static const value_fn kinds[] = {
	[ENT_V_ANY] = any,
	[ENT_V_STRING] = string,
	[ENT_V_INTEGER] = integer,
	[ENT_V_FLOAT] = real,
	[ENT_V_BOOLEAN] = boolean,
	[ENT_V_TIMESTAMP] = timestamp,
	[ENT_V_VOCAB] = vocab,
	[ENT_V_ENUM] = enumeration,
	[ENT_V_REF] = reference,
	[ENT_V_SYNTAX] = syntax,
	[ENT_V_HEX] = hexadecimal,
	[ENT_V_BINARY] = binary,
	[ENT_V_HASHES] = hashes,
	[ENT_V_OBJECT] = object,
	[ENT_V_DICTIONARY] = dictionary,
	[ENT_V_EXTENSIONS] = extensions,
};

static void
one(struct ent_check *c, const struct ent_at *at, const struct ent_prop *p,
    const struct ent_json *v)
{
	if (ent_json_is(v, ENT_JSON_NULL))
		ent_finding(c, ENT_F_NULL, at, "null is not a value in STIX; leave it out");
	else
		kinds[p->kind](c, at, p, v);
}

void
ent_check_value(struct ent_check *c, const struct ent_at *at, const struct ent_prop *p,
                const struct ent_json *v)
{
	if (!(p->flags & ENT_LIST) || ent_json_is(v, ENT_JSON_NULL)) {
		one(c, at, p, v);
		return;
	}
	if (!is_kind(c, at, v, ENT_JSON_ARRAY, "a list"))
		return;
	if (!ent_json_count(v))
		ent_finding(c, ENT_F_EMPTY_LIST, at, "a list must not be empty; leave it out");
	for (size_t i = 0; i < ent_json_count(v); i++) {
		struct ent_at in = { at, { NULL, 0 }, i };

		one(c, &in, p, ent_json_at(v, i));
	}
}

/* Dictionaries whose keys may be in upper case. */
static bool
keys_are_free(struct ent_str name)
{
	static const char names[] =
	    "additional_header_fields|document_info_dict|environment_variables|exif_tags|"
	    "file_header_hashes|hashes|ipfix|key|options|request_header|startup_info";
	static const struct ent_registry free_keys = { names, sizeof(names) - 1, 0, false };

	return name.p && ent_registry_has(&free_keys, name);
}

static bool
has_upper(struct ent_str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] >= 'A' && s.p[i] <= 'Z')
			return true;
	return false;
}

/*
 * Nothing is null at any depth.  A list that is a property's own value must not be empty; what
 * is further inside is its producer's to say, and published data have empty lists there.
 */
static void
unknown(struct ent_check *c, const struct ent_at *at, const struct ent_json *v,
        enum ent_find empty, bool lower)
{
	enum ent_json_kind kind = ent_json_kind(v);
	size_t n = ent_json_count(v);

	if (kind == ENT_JSON_NULL)
		ent_finding(c, ENT_F_NULL, at, "null is not a value in STIX; leave it out");
	if (kind == ENT_JSON_ARRAY && !n)
		ent_finding(c, empty, at, "a list must not be empty; leave it out");
	if (lower && kind == ENT_JSON_OBJECT && keys_are_free(at->name))
		lower = false;
	for (size_t i = 0; i < n; i++) {
		struct ent_at in = { at, { NULL, 0 }, i };

		if (kind == ENT_JSON_OBJECT)
			in.name = ent_json_key(v, i);
		if (lower && kind == ENT_JSON_OBJECT && has_upper(in.name))
			ent_finding(c, ENT_F_LOWER_KEYS, &in,
			            "a dictionary's key should be lower case");
		unknown(c, &in, ent_json_at(v, i), ENT_F_CUSTOM_EMPTY, lower);
	}
}

void
ent_check_unknown(struct ent_check *c, const struct ent_at *at, const struct ent_json *v)
{
	unknown(c, at, v, ENT_F_EMPTY_LIST, c->sco);
}

/* The end of a name says what a string has to be, whoever defined it (3.1). */
void
ent_check_suffix(struct ent_check *c, const struct ent_at *at, const struct ent_json *v)
{
	static const struct ent_prop none = { .kind = ENT_V_STRING };

	if (!ent_json_is(v, ENT_JSON_STRING))
		return;
	if (ent_str_ends(at->name, "_hex"))
		hexadecimal(c, at, &none, v);
	else if (ent_str_ends(at->name, "_bin"))
		binary(c, at, &none, v);
}
