/* SPDX-License-Identifier: Apache-2.0 */
/*
 * head.c - a head that the strict check takes holds no ambiguity, llhttp takes it too, and both
 * see the same lines, wherever the bytes were cut on their way.
 */
#include <llhttp.h>
#include <stdlib.h>
#include <string.h>

#include "http/head.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static int
count(llhttp_t *p)
{
	++*(size_t *)p->data;
	return 0;
}

static int
stop(llhttp_t *p)
{
	(void)p;
	return HPE_PAUSED;
}

static const llhttp_settings_t settings = {
	.on_header_value_complete = count,
	.on_headers_complete = stop,
};

/* Each CR before an LF, each LF behind a CR, no NUL; the number of lines. */
static size_t
check_lines(const char *p, size_t n)
{
	size_t lines = 0;

	for (size_t i = 0; i < n; i++) {
		if (p[i] == '\0' || (p[i] == '\r' && (i + 1 == n || p[i + 1] != '\n')) ||
		    (p[i] == '\n' && (i == 0 || p[i - 1] != '\r')))
			abort();
		lines += p[i] == '\n';
	}
	return lines;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct ent_str in = { (const char *)data, len };
	const char *why = NULL;
	size_t scanned = 0, fields = 0, lines;
	int whole = ent_head_check(in, &scanned, &why), rc = 0;
	llhttp_errno_t code;
	llhttp_t p;

	/* in three parts: the same verdict */
	scanned = 0;
	for (size_t cut = len / 3; rc == 0 && len; cut += len / 3 + 1) {
		rc = ent_head_check((struct ent_str){ in.p, cut < len ? cut : len }, &scanned,
		                    &why);
		if (cut >= len)
			break;
	}
	if (rc != whole && !(rc < 0 && whole < 0))
		abort();
	if (whole < 0 && !why)
		abort();
	if (whole <= 0)
		return 0;
	if ((size_t)whole > len || whole < 4)
		abort();
	lines = check_lines(in.p, (size_t)whole);
	llhttp_init(&p, HTTP_REQUEST, &settings);
	p.data = &fields;
	code = llhttp_execute(&p, in.p, (size_t)whole);
	if (code == HPE_INVALID_METHOD || code == HPE_INVALID_CONSTANT)
		return 0; /* a method that llhttp has no name for: 501 */
	if (code != HPE_PAUSED && len > 4 && memcmp(data, "PRI ", 4) == 0)
		return 0; /* the beginning of HTTP/2, for which llhttp has a rule of its own:
		             400 */
	if (code != HPE_PAUSED || fields != lines - 2)
		abort();
	return 0;
}
