/* SPDX-License-Identifier: Apache-2.0 */
/*
 * head.c - what a request head may look like, judged whole, before a parser sees it.
 *
 * First bytes (as they come, each once), then lines.  What two readers of HTTP could understand
 * in two ways is refused: request smuggling lives off such differences.
 */
#include "http/head.h"
#include "base/limits.h"

#define TARGET_MAX 8192
#define METHOD_MAX 32

struct seen {
	bool host, length, coding;
	int minor; /* HTTP/1.minor */
	size_t fields;
};

static int
no(int status, const char **why, const char *what)
{
	*why = what;
	return -status;
}

/* RFC 9110, 5.6.2 */
static bool
is_token(unsigned char c)
{
	static const char others[] = "!#$%&'*+-.^_`|~";

	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c && memchr(others, c, sizeof(others) - 1));
}

static bool
is_control(unsigned char c)
{
	return (c < 0x20 && c != '\t') || c == 0x7f;
}

static int
too_long(struct ent_str in, const char **why)
{
	size_t line = ent_str_find(in, '\n');

	if (line > TARGET_MAX)
		return no(414, why, "the request line is too long");
	if (in.n > ENT_HTTP_HEAD_MAX)
		return no(431, why, "the request head is too long");
	return 0;
}

/* The length of the head, 0, or a negative status.  *at is the first byte not looked at yet. */
static int
find_end(struct ent_str in, size_t *at, const char **why)
{
	const unsigned char *p = (const unsigned char *)in.p;
	size_t n = in.n < ENT_HTTP_HEAD_MAX ? in.n : ENT_HTTP_HEAD_MAX;

	for (size_t i = *at; i < n; i++) {
		bool after_cr = i > 0 && p[i - 1] == '\r';

		if (after_cr != (p[i] == '\n'))
			return no(400, why,
			          after_cr ? "CR without LF in the request head"
			                   : "LF without CR in the request head");
		if (is_control(p[i]) && p[i] != '\r' && p[i] != '\n')
			return no(400, why, "control character in the request head");
		if (p[i] == '\n' && i >= 3 && p[i - 2] == '\n')
			return (int)(i + 1);
	}
	*at = n;
	return too_long(in, why);
}

static bool
is_authority(struct ent_str s)
{
	static const char others[] = "-._~:[]%";

	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
		      (c >= 'A' && c <= 'Z') || (c && strchr(others, c))))
			return false;
	}
	return s.n > 0;
}

/* RFC 9112, 3.2: origin form, absolute form, or the asterisk. */
static bool
is_target(struct ent_str t)
{
	static const char *const scheme[] = { "http://", "https://" };

	for (size_t i = 0; i < t.n; i++)
		if (t.p[i] <= 0x20 || t.p[i] >= 0x7f || t.p[i] == '#')
			return false;
	if (ent_str_is(t, "*") || (t.n && t.p[0] == '/'))
		return true;
	for (size_t i = 0; i < 2; i++) {
		struct ent_str rest = ent_str_from(t, strlen(scheme[i]));

		if (ent_str_starts(t, scheme[i])) {
			rest.n = ent_str_find(rest, '/');
			return is_authority(rest);
		}
	}
	return false;
}

static int
check_version(struct ent_str v, struct seen *seen, const char **why)
{
	if (ent_str_is(v, "HTTP/1.1") || ent_str_is(v, "HTTP/1.0")) {
		seen->minor = v.p[7] - '0';
		return 0;
	}
	if (v.n == 8 && ent_str_starts(v, "HTTP/") && v.p[5] >= '0' && v.p[5] <= '9' &&
	    v.p[6] == '.' && v.p[7] >= '0' && v.p[7] <= '9')
		return no(505, why, "only HTTP/1.1 and HTTP/1.0 are spoken here");
	return no(400, why, "the request line doesn't end in an HTTP version");
}

static int
check_request_line(struct ent_str line, struct seen *seen, const char **why)
{
	struct ent_str method, target;

	if (!ent_str_next(&line, ' ', &method) || !method.n)
		return no(400, why, "the request line has no method");
	for (size_t i = 0; i < method.n; i++)
		if (!is_token((unsigned char)method.p[i]))
			return no(400, why, "the method is no token");
	if (method.n > METHOD_MAX || ent_str_is(method, "CONNECT"))
		return no(501, why, "this method is not known");
	if (!ent_str_next(&line, ' ', &target) || !target.n)
		return no(400, why, "the request line has no target");
	if (target.n > TARGET_MAX)
		return no(414, why, "the request target is too long");
	if (!is_target(target))
		return no(400, why, "the request target is no path");
	return check_version(line, seen, why);
}

static int
field_host(struct ent_str v, struct seen *seen, const char **why)
{
	if (seen->host)
		return no(400, why, "more than one Host");
	seen->host = true;
	return is_authority(v) ? 0 : no(400, why, "Host is no name or address");
}

static int
field_length(struct ent_str v, struct seen *seen, const char **why)
{
	uint64_t n;

	if (seen->length)
		return no(400, why, "more than one Content-Length");
	seen->length = true;
	return ent_str_u64(v, INT64_MAX, &n) == 0 ? 0
	                                          : no(400, why, "Content-Length is no number");
}

static int
field_coding(struct ent_str v, struct seen *seen, const char **why)
{
	if (seen->coding)
		return no(400, why, "more than one Transfer-Encoding");
	seen->coding = true;
	return ent_str_caseis(v, "chunked")
	           ? 0
	           : no(501, why, "Transfer-Encoding other than chunked");
}

static const struct field {
	const char *name;
	int (*check)(struct ent_str value, struct seen *seen, const char **why);
	bool frames; /* says where the message ends: llhttp takes no tab in its value */
} fields[] = {
	{ "host", field_host, false },
	{ "content-length", field_length, true },
	{ "transfer-encoding", field_coding, true },
};

static int
check_field(struct ent_str line, struct seen *seen, const char **why)
{
	size_t colon = ent_str_find(line, ':');
	struct ent_str name = { line.p, colon }, value = ent_str_from(line, colon + 1);

	if (line.p[0] == ' ' || line.p[0] == '\t')
		return no(400, why, "a header line starts with a blank");
	if (colon == line.n || colon == 0)
		return no(400, why, "a header line has no name");
	for (size_t i = 0; i < name.n; i++)
		if (!is_token((unsigned char)name.p[i]))
			return no(400, why, "a header name is no token");
	if (++seen->fields > ENT_HTTP_HEADERS_MAX)
		return no(431, why, "too many header lines");
	for (size_t i = 0; i < sizeof(fields) / sizeof(*fields); i++) {
		if (!ent_str_caseis(name, fields[i].name))
			continue;
		if (fields[i].frames && ent_str_find(value, '\t') < value.n)
			return no(400, why, "a tab in a header that frames the message");
		return fields[i].check(ent_str_trim(value), seen, why);
	}
	return 0;
}

static int
check_whole(const struct seen *seen, const char **why)
{
	if (seen->minor == 1 && !seen->host)
		return no(400, why, "no Host");
	if (seen->coding && seen->length)
		return no(400, why, "Content-Length beside Transfer-Encoding");
	if (seen->coding && seen->minor == 0)
		return no(400, why, "Transfer-Encoding in HTTP/1.0");
	return 0;
}

int
ent_head_check(struct ent_str in, size_t *scanned, const char **why)
{
	struct ent_str rest, line;
	struct seen seen = { .minor = 0 };
	int end = find_end(in, scanned, why), rc;

	if (end <= 0)
		return end;
	rc = too_long((struct ent_str){ in.p, (size_t)end }, why);
	if (rc)
		return rc;
	rest = (struct ent_str){ in.p, (size_t)end - 3 }; /* without the last LF, CR LF */
	for (size_t i = 0; rc == 0 && ent_str_next(&rest, '\n', &line); i++) {
		line.n--; /* CR */
		if (line.n == 0)
			return no(400, why, "an empty line before the request");
		rc = i ? check_field(line, &seen, why) : check_request_line(line, &seen, why);
	}
	if (rc == 0)
		rc = check_whole(&seen, why);
	return rc ? rc : end;
}
