/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lang.c - language tags: well-formed by RFC 5646, 2.1, and whether their language is
 * registered.
 */
#include "stix/stix_int.h"

enum { LETTERS = 1, DIGITS = 2, BOTH = 3 };

/* RFC 5646, 2.2.8: tags from before it; many do not have its form. */
static const char grandfathered[] =
    "art-lojban|cel-gaulish|en-gb-oed|i-ami|i-bnn|i-default|i-enochian|i-hak|i-klingon|i-lux|"
    "i-mingo|i-navajo|i-pwn|i-tao|i-tay|i-tsu|no-bok|no-nyn|sgn-be-fr|sgn-be-nl|sgn-ch-de|"
    "zh-guoyu|zh-hakka|zh-min|zh-min-nan|zh-xiang";
static const struct ent_registry old_tags = { grandfathered, sizeof(grandfathered) - 1, 0,
	                                      true };

static bool
made_of(struct ent_str s, size_t least, size_t most, unsigned classes)
{
	if (s.n < least || s.n > most)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		bool digit = c >= '0' && c <= '9';
		bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');

		if (!(digit && (classes & DIGITS)) && !(letter && (classes & LETTERS)))
			return false;
	}
	return true;
}

/* Takes the next subtag off *rest if it has that form. */
static bool
take(struct ent_str *rest, size_t least, size_t most, unsigned classes)
{
	struct ent_str part = { rest->p, ent_str_find(*rest, '-') };

	if (!made_of(part, least, most, classes))
		return false;
	*rest = ent_str_from(*rest, part.n + 1);
	return true;
}

/* 5 to 8 characters, or 4 of which the first is a digit. */
static bool
take_variant(struct ent_str *rest)
{
	if (rest->n && rest->p[0] >= '0' && rest->p[0] <= '9' && take(rest, 4, 4, BOTH))
		return true;
	return take(rest, 5, 8, BOTH);
}

/* "x-" and subtags of 1 to 8, to the end. */
static bool
private_use(struct ent_str rest)
{
	size_t n = 0;

	if (rest.n < 3 || (rest.p[0] != 'x' && rest.p[0] != 'X') || rest.p[1] != '-')
		return false;
	rest = ent_str_from(rest, 2);
	while (take(&rest, 1, 8, BOTH))
		n++;
	return n > 0 && rest.n == 0;
}

/* Singletons but x, each once, with subtags of 2 to 8. */
static bool
take_extensions(struct ent_str *rest)
{
	uint64_t seen = 0;

	while (rest->n > 1 && rest->p[1] == '-' && rest->p[0] != 'x' && rest->p[0] != 'X') {
		uint64_t bit = UINT64_C(1) << ((unsigned char)rest->p[0] % 32 +
		                               (rest->p[0] <= '9' ? 32 : 0));

		if ((seen & bit) || !take(rest, 1, 1, BOTH) || !take(rest, 2, 8, BOTH))
			return false;
		seen |= bit;
		while (take(rest, 2, 8, BOTH))
			;
	}
	return true;
}

bool
ent_lang_wellformed(struct ent_str s)
{
	struct ent_str rest = s;
	size_t primary;

	if (!s.n || s.p[s.n - 1] == '-')
		return false;
	if (private_use(s) || ent_registry_has(&old_tags, s))
		return true;
	if (!take(&rest, 2, 8, LETTERS))
		return false;
	primary = s.n - rest.n - (rest.n > 0);
	for (int i = 0; i < 3 && primary <= 3 && take(&rest, 3, 3, LETTERS); i++)
		;                         /* extended language subtags */
	(void)take(&rest, 4, 4, LETTERS); /* script */
	if (!take(&rest, 2, 2, LETTERS))  /* region */
		(void)take(&rest, 3, 3, DIGITS);
	while (take_variant(&rest))
		;
	return take_extensions(&rest) && (!rest.n || private_use(rest));
}

bool
ent_lang_registered(struct ent_str s)
{
	struct ent_str primary = { s.p, ent_str_find(s, '-') };

	if (primary.n == 2)
		return ent_registry_has(&ent_registry_lang2, primary);
	if (primary.n == 3 && (primary.p[0] | 32) == 'q' && (primary.p[1] | 32) <= 't')
		return true; /* qaa to qtz */
	if (primary.n == 3)
		return ent_registry_has(&ent_registry_lang3, primary);
	return primary.n == 1; /* x and i */
}
