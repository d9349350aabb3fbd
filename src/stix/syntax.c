/* SPDX-License-Identifier: Apache-2.0 */
/*
 * syntax.c - what strings of special meaning look like: names, identifiers, selectors, digests.
 */
#include "stix/stix_int.h"

#define NAME_LEAST 3
#define NAME_MOST  250

enum {
	LOWER = 1,
	UPPER = 2,
	DIGIT = 4,
	HYPHEN = 8,
	LOW_LINE = 16,
};

/* Whether all of s is of those classes. */
static bool
made_of(struct ent_str s, unsigned classes)
{
	/* clang-format off */
	static const uint8_t class_of[256] = {
		['a' ... 'z'] = LOWER, ['A' ... 'Z'] = UPPER, ['0' ... '9'] = DIGIT, ['-'] = HYPHEN, ['_'] = LOW_LINE,
	};
	/* clang-format on */

	for (size_t i = 0; i < s.n; i++)
		if (!(class_of[(unsigned char)s.p[i]] & classes))
			return false;
	return true;
}

static bool
lower(char c)
{
	return c >= 'a' && c <= 'z';
}

static bool
alpha(char c)
{
	return lower(c) || (c >= 'A' && c <= 'Z');
}

static bool
digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
hex(char c)
{
	return digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

bool
ent_is_type_name(struct ent_str s)
{
	if (s.n < NAME_LEAST || s.n > NAME_MOST || !lower(s.p[0]) || s.p[s.n - 1] == '-')
		return false;
	for (size_t i = 1; i < s.n; i++)
		if (s.p[i] == '-' && s.p[i - 1] == '-')
			return false;
	return made_of(s, LOWER | DIGIT | HYPHEN);
}

bool
ent_is_property_name(struct ent_str s)
{
	if (ent_str_is(s, "id"))
		return true;
	return s.n >= NAME_LEAST && s.n <= NAME_MOST && lower(s.p[0]) &&
	       made_of(s, LOWER | DIGIT | LOW_LINE);
}

bool
ent_is_dictionary_key(struct ent_str s)
{
	return s.n >= 1 && s.n <= NAME_MOST &&
	       made_of(s, LOWER | UPPER | DIGIT | HYPHEN | LOW_LINE);
}

bool
ent_is_lower_words(struct ent_str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((s.p[i] >= 'A' && s.p[i] <= 'Z') || s.p[i] == '_' || s.p[i] == ' ')
			return false;
	return true;
}

bool
ent_is_hex(struct ent_str s, size_t digits)
{
	if (digits ? s.n != digits : s.n % 2 != 0)
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (!hex(s.p[i]))
			return false;
	return true;
}

/* As RFC 4648, 4, but for the bits behind the last byte, which others leave set. */
bool
ent_is_base64(struct ent_str s)
{
	size_t n = s.n;

	if (n % 4)
		return false;
	for (int i = 0; i < 2 && n && s.p[n - 1] == '='; i++)
		n--;
	for (size_t i = 0; i < n; i++)
		if (!alpha(s.p[i]) && !digit(s.p[i]) && s.p[i] != '+' && s.p[i] != '/')
			return false;
	return true;
}

/* 8-4-4-4-12 hex digits. */
static bool
uuid_text(const char *p)
{
	/* clang-format off */
	static const uint8_t digits[256] = {
		['0' ... '9'] = 1, ['a' ... 'f'] = 1, ['A' ... 'F'] = 1,
	};
	/* clang-format on */
	unsigned all = 1;

	for (int i = 0; i < 36; i++)
		all &= i == 8 || i == 13 || i == 18 || i == 23 ? p[i] == '-'
		                                               : digits[(unsigned char)p[i]];
	return all;
}

const char *
ent_id_problem(struct ent_str id)
{
	struct ent_str type;
	const char *uuid;

	if (id.n < NAME_LEAST + 2 + 36 || id.p[id.n - 37] != '-' || id.p[id.n - 38] != '-')
		return "not of the form type--UUID";
	type = (struct ent_str){ id.p, id.n - 38 };
	uuid = id.p + (id.n - 36);
	if (!ent_is_type_name(type))
		return "its first part is not a type's name";
	if (!uuid_text(uuid))
		return "what follows \"--\" is not a UUID";
	if (uuid[14] < '1' || uuid[14] > '5' || !memchr("89abAB", uuid[19], 6))
		return "its UUID is not one of RFC 4122 (version 1 to 5, variant 10)";
	return NULL;
}

/* ---- the rows of ent_syntax ---- */

static bool
reserved(struct ent_str s)
{
	return ent_is_type_name(s) && !ent_str_is(s, "action");
}
const struct ent_syntax ent_syntax_type = { "a type's name: 3 to 250 of a-z, 0-9 and single "
	                                    "hyphens, a letter first, not \"action\"",
	                                    reserved };

const struct ent_syntax ent_syntax_property = { "a property's name", ent_is_property_name };

static bool
relationship(struct ent_str s)
{
	return s.n && s.n <= NAME_MOST && made_of(s, LOWER | DIGIT | HYPHEN);
}
const struct ent_syntax ent_syntax_relationship = {
	"a relationship's type: a-z, 0-9 and hyphens", relationship
};

const struct ent_syntax ent_syntax_lang = { "a language tag (RFC 5646)", ent_lang_wellformed };

/* A component of a selector behind the first: ".[3]" or ".name". */
static bool
selector_part(struct ent_str part)
{
	if (part.n > 2 && part.p[0] == '[' && part.p[part.n - 1] == ']')
		return made_of((struct ent_str){ part.p + 1, part.n - 2 }, DIGIT);
	return ent_is_dictionary_key(part);
}

static bool
selector(struct ent_str s)
{
	struct ent_str part;
	bool first = true;

	if (!s.n || s.p[s.n - 1] == '.')
		return false;
	while (ent_str_next(&s, '.', &part)) {
		if (first ? !ent_is_dictionary_key(part) : !selector_part(part))
			return false;
		first = false;
	}
	return true;
}
const struct ent_syntax ent_syntax_selector = {
	"a selector: property names and [indexes] with dots between", selector
};

/* ---- digests ---- */

/* block size, two strings of base64 characters, colons between */
static bool
ssdeep(struct ent_str s)
{
	struct ent_str part;
	int parts = 0;

	while (ent_str_next(&s, ':', &part)) {
		if (parts == 0 && (!part.n || !made_of(part, DIGIT)))
			return false;
		for (size_t i = 0; i < part.n; i++)
			if (!alpha(part.p[i]) && !digit(part.p[i]) && part.p[i] != '+' &&
			    part.p[i] != '/')
				return false;
		parts++;
	}
	return parts == 3 || parts == 2;
}

static bool
tlsh(struct ent_str s)
{
	return ent_is_hex(s, 70) ||
	       (ent_str_starts(s, "T1") && ent_is_hex(ent_str_from(s, 2), 70));
}

const char *
ent_digest_problem(struct ent_str algorithm, struct ent_str digest)
{
	static const struct {
		const char *name;
		size_t digits;
		const char *problem;
	} sizes[] = {
		{ "MD5", 32, "an MD5 has 32 hex digits" },
		{ "SHA-1", 40, "a SHA-1 has 40 hex digits" },
		{ "SHA-256", 64, "a SHA-256 has 64 hex digits" },
		{ "SHA-512", 128, "a SHA-512 has 128 hex digits" },
		{ "SHA3-256", 64, "a SHA3-256 has 64 hex digits" },
		{ "SHA3-512", 128, "a SHA3-512 has 128 hex digits" },
	};

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
		if (ent_str_is(algorithm, sizes[i].name))
			return ent_is_hex(digest, sizes[i].digits) ? NULL : sizes[i].problem;
	if (ent_str_is(algorithm, "SSDEEP"))
		return ssdeep(digest) ? NULL : "an SSDEEP is a block size and two strings";
	if (ent_str_is(algorithm, "TLSH"))
		return tlsh(digest) ? NULL
		                    : "a TLSH has 70 hex digits, and T1 before them or not";
	return NULL;
}
