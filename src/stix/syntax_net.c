/* SPDX-License-Identifier: Apache-2.0 */
/*
 * syntax_net.c - what addresses, URIs, CPE names, character sets and registry keys look like.
 */
#include <arpa/inet.h>

#include "stix/stix_int.h"

enum {
	ALPHA = 1,
	DIGIT = 2,
	HEX = 4,
	URI = 8,   /* unreserved, sub-delims, ":", "@", "/", "?" (RFC 3986, 2.2 and 2.3) */
	ATEXT = 16 /* of a dot-atom (RFC 5322, 3.2.3) */
};

/* What each ASCII character may be part of. */
#define AF (ALPHA | HEX | URI | ATEXT)
#define GZ (ALPHA | URI | ATEXT)
#define NU (DIGIT | HEX | URI | ATEXT)
#define SY (URI | ATEXT)
/* clang-format off */
static const uint8_t classes[128] = {
	['a'] = AF, ['b'] = AF, ['c'] = AF, ['d'] = AF, ['e'] = AF, ['f'] = AF, ['g'] = GZ, ['h'] = GZ,
	['i'] = GZ, ['j'] = GZ, ['k'] = GZ, ['l'] = GZ, ['m'] = GZ, ['n'] = GZ, ['o'] = GZ, ['p'] = GZ,
	['q'] = GZ, ['r'] = GZ, ['s'] = GZ, ['t'] = GZ, ['u'] = GZ, ['v'] = GZ, ['w'] = GZ, ['x'] = GZ,
	['y'] = GZ, ['z'] = GZ,
	['A'] = AF, ['B'] = AF, ['C'] = AF, ['D'] = AF, ['E'] = AF, ['F'] = AF, ['G'] = GZ, ['H'] = GZ,
	['I'] = GZ, ['J'] = GZ, ['K'] = GZ, ['L'] = GZ, ['M'] = GZ, ['N'] = GZ, ['O'] = GZ, ['P'] = GZ,
	['Q'] = GZ, ['R'] = GZ, ['S'] = GZ, ['T'] = GZ, ['U'] = GZ, ['V'] = GZ, ['W'] = GZ, ['X'] = GZ,
	['Y'] = GZ, ['Z'] = GZ,
	['0'] = NU, ['1'] = NU, ['2'] = NU, ['3'] = NU, ['4'] = NU, ['5'] = NU, ['6'] = NU, ['7'] = NU,
	['8'] = NU, ['9'] = NU,
	['-'] = SY, ['_'] = SY, ['~'] = SY, ['!'] = SY, ['$'] = SY, ['&'] = SY, ['\''] = SY, ['*'] = SY,
	['+'] = SY, ['='] = SY, ['/'] = SY, ['?'] = SY,
	['.'] = URI, ['('] = URI, [')'] = URI, [','] = URI, [';'] = URI, [':'] = URI, ['@'] = URI,
	['#'] = ATEXT, ['%'] = ATEXT, ['^'] = ATEXT, ['`'] = ATEXT, ['{'] = ATEXT, ['|'] = ATEXT,
	['}'] = ATEXT,
};
/* clang-format on */

static bool
is(char c, unsigned class_)
{
	return (unsigned char)c < 128 && (classes[(unsigned char)c] & class_);
}

static bool
all(struct ent_str s, unsigned class_)
{
	for (size_t i = 0; i < s.n; i++)
		if (!is(s.p[i], class_))
			return false;
	return true;
}

/* scheme ":" and what may follow it; brackets are an IPv6 address's alone, "#" stands once. */
static bool
uri(struct ent_str s)
{
	size_t colon = ent_str_find(s, ':');
	bool fragment = false;
	size_t brackets = 0;

	if (colon == 0 || colon + 1 >= s.n || !is(s.p[0], ALPHA))
		return false;
	for (size_t i = 1; i < colon; i++)
		if (!is(s.p[i], ALPHA | DIGIT) && s.p[i] != '+' && s.p[i] != '-' &&
		    s.p[i] != '.')
			return false;
	for (size_t i = colon + 1; i < s.n; i++) {
		char c = s.p[i];

		if (is(c, URI))
			continue;
		if (c == '%' && s.n - i > 2 && is(s.p[i + 1], HEX) && is(s.p[i + 2], HEX)) {
			i += 2;
		} else if (c == '#' && !fragment) {
			fragment = true;
		} else if ((c == '[' || c == ']') && !fragment && brackets < 2) {
			brackets++;
		} else {
			return false;
		}
	}
	return true;
}
const struct ent_syntax ent_syntax_uri = { "a URI with its scheme (RFC 3986)", uri };

static bool
charset(struct ent_str s)
{
	return ent_registry_has(&ent_registry_charsets, s);
}
const struct ent_syntax ent_syntax_charset = {
	"a character set by its preferred MIME name or its name in IANA's register", charset
};

/* Words of atext, or of characters beyond ASCII (RFC 6532), with single dots between. */
static bool
dot_atom(struct ent_str s)
{
	bool word = false;

	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '.' ? !word : (unsigned char)s.p[i] < 128 && !is(s.p[i], ATEXT))
			return false;
		word = s.p[i] != '.';
	}
	return word;
}

/* A quoted string: anything printable, and quoted pairs. */
static bool
quoted(struct ent_str s)
{
	if (s.n < 3 || s.p[0] != '"' || s.p[s.n - 1] != '"')
		return false;
	for (size_t i = 1; i < s.n - 1; i++) {
		if (s.p[i] == '\\')
			i++;
		else if (s.p[i] == '"')
			return false;
		if (i == s.n - 1 || ((unsigned char)s.p[i] < ' ' && s.p[i] != '\t') ||
		    s.p[i] == 0x7f)
			return false;
	}
	return true;
}

static bool
email(struct ent_str s)
{
	size_t at = s.n;
	struct ent_str local, domain;

	while (at > 0 && s.p[at - 1] != '@')
		at--;
	if (at == 0)
		return false;
	local = (struct ent_str){ s.p, at - 1 };
	domain = ent_str_from(s, at);
	if (!dot_atom(local) && !quoted(local))
		return false;
	if (domain.n > 2 && domain.p[0] == '[' && domain.p[domain.n - 1] == ']')
		return all((struct ent_str){ domain.p + 1, domain.n - 2 }, URI);
	return dot_atom(domain);
}
const struct ent_syntax ent_syntax_email = {
	"an e-mail address without display name (addr-spec of RFC 5322)", email
};

/* The number behind the slash of a CIDR block, without leading zeros. */
static bool
prefix_length(struct ent_str s, uint64_t most)
{
	uint64_t bits;

	return s.n && (s.n == 1 || s.p[0] != '0') && ent_str_u64(s, most, &bits) == 0;
}

static bool
address(struct ent_str s, int family, uint64_t most)
{
	char text[INET6_ADDRSTRLEN];
	unsigned char bytes[sizeof(struct in6_addr)];
	size_t slash = ent_str_find(s, '/');

	if (slash < s.n && !prefix_length(ent_str_from(s, slash + 1), most))
		return false;
	if (slash >= sizeof(text) || memchr(s.p, 0, slash))
		return false;
	memcpy(text, s.p, slash);
	text[slash] = '\0';
	return inet_pton(family, text, bytes) == 1;
}

static bool
ipv4(struct ent_str s)
{
	return address(s, AF_INET, 32);
}
const struct ent_syntax ent_syntax_ipv4 = { "an IPv4 address or CIDR block", ipv4 };

static bool
ipv6(struct ent_str s)
{
	return address(s, AF_INET6, 128);
}
const struct ent_syntax ent_syntax_ipv6 = { "an IPv6 address or CIDR block", ipv6 };

static bool
mac(struct ent_str s)
{
	if (s.n != 17)
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (i % 3 == 2 ? s.p[i] != ':'
		               : !is(s.p[i], HEX) || (s.p[i] >= 'A' && s.p[i] <= 'F'))
			return false;
	return true;
}
const struct ent_syntax ent_syntax_mac = {
	"a MAC address: six pairs of lower-case hex digits with colons", mac
};

/* An attribute of a CPE: "*", "-", or letters, digits, ".", "_", "-" and quoted others, with
 * "*" or "?"s at either end (NIST IR 7695, 6.2). */
static bool
cpe_attribute(struct ent_str s)
{
	size_t i = 0, begin;

	if (ent_str_is(s, "*") || ent_str_is(s, "-"))
		return true;
	if (s.n && s.p[0] == '*')
		i = 1;
	else
		while (i < s.n && s.p[i] == '?')
			i++;
	for (begin = i; i < s.n; i++) {
		if (s.p[i] == '\\') {
			if (++i == s.n || (unsigned char)s.p[i] <= ' ' ||
			    (unsigned char)s.p[i] >= 0x7f || is(s.p[i], ALPHA | DIGIT))
				return false;
		} else if (!is(s.p[i], ALPHA | DIGIT) && s.p[i] != '.' && s.p[i] != '_' &&
		           s.p[i] != '-') {
			break;
		}
	}
	if (i == begin)
		return false;
	if (i < s.n && s.p[i] == '*')
		return i + 1 == s.n;
	while (i < s.n && s.p[i] == '?')
		i++;
	return i == s.n;
}

/* "*", "-", or two or three letters with or without a region. */
static bool
cpe_language(struct ent_str s)
{
	struct ent_str language = { s.p, ent_str_find(s, '-') };
	struct ent_str region = ent_str_from(s, language.n + 1);

	if (ent_str_is(s, "*") || ent_str_is(s, "-"))
		return true;
	if (language.n < 2 || language.n > 3 || !all(language, ALPHA))
		return false;
	return language.n == s.n || (region.n == 2 && all(region, ALPHA)) ||
	       (region.n == 3 && all(region, DIGIT));
}

/* Cuts an attribute off, up to a colon that isn't quoted. */
static struct ent_str
cpe_next(struct ent_str *rest)
{
	size_t i = 0;
	struct ent_str part;

	while (i < rest->n && rest->p[i] != ':')
		i += rest->p[i] == '\\' ? 2 : 1;
	if (i > rest->n)
		i = rest->n;
	part = (struct ent_str){ rest->p, i };
	*rest = ent_str_from(*rest, i + 1);
	return part;
}

/* "cpe:2.3:", the part, and ten attributes, of which the sixth is a language. */
static bool
cpe(struct ent_str s)
{
	struct ent_str rest = ent_str_from(s, 8), part;

	if (!ent_str_starts(s, "cpe:2.3:") || s.p[s.n - 1] == ':')
		return false;
	part = cpe_next(&rest);
	if (part.n != 1 || !memchr("aho*-", part.p[0], 5))
		return false;
	for (int i = 1; i <= 10; i++) {
		if (!rest.n)
			return false;
		part = cpe_next(&rest);
		if (i == 6 ? !cpe_language(part) : !cpe_attribute(part))
			return false;
	}
	return !rest.n;
}
const struct ent_syntax ent_syntax_cpe = { "a CPE 2.3 formatted string", cpe };

static bool
registry_key(struct ent_str s)
{
	static const char *const short_hives[] = { "HKLM", "HKCC", "HKCR", "HKCU", "HKU" };
	struct ent_str hive = { s.p, ent_str_find(s, '\\') };

	for (size_t i = 0; i < sizeof(short_hives) / sizeof(short_hives[0]); i++)
		if (ent_str_caseis(hive, short_hives[i]))
			return false;
	return s.n > 0;
}
const struct ent_syntax ent_syntax_registry_key = {
	"a registry key with its hive spelt out, e.g. HKEY_LOCAL_MACHINE", registry_key
};
