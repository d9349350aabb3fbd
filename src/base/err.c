/* SPDX-License-Identifier: Apache-2.0 */
/*
 * err.c - failures as codes with a text, without allocating.
 */
#include <entente/err.h>
#include <stdarg.h>

#include "base/utf8.h"

/* clang-format off */
static const char *const names[] = {
	[-ENT_OK] = "ok",             [-ENT_ENOMEM] = "no-memory",   [-ENT_EINVAL] = "invalid",
	[-ENT_EPARSE] = "unreadable", [-ENT_ELIMIT] = "too-large",   [-ENT_ENOENT] = "not-found",
	[-ENT_EEXIST] = "exists",     [-ENT_ECONFLICT] = "conflict", [-ENT_EDENIED] = "denied",
	[-ENT_ESTATE] = "state",      [-ENT_ESTORE] = "storage",     [-ENT_EFULL] = "full",
	[-ENT_EBUSY] = "busy",        [-ENT_ECORRUPT] = "corrupt",   [-ENT_ESIG] = "signature",
	[-ENT_ENET] = "network",      [-ENT_EPROTO] = "protocol",    [-ENT_EAUTH] = "unauthenticated",
	[-ENT_EUNUSABLE] = "unusable",
};
/* clang-format on */

const char *
ent_code_name(int code)
{
	return code <= 0 && code >= ENT_CODE_LAST ? names[-code] : "unknown";
}

static void
cut(struct ent_err *err)
{
	struct ent_str s = ent_utf8_cut(ent_str_c(err->msg), sizeof(err->msg) - 1);

	err->msg[s.n] = '\0';
}

int
ent_fail(struct ent_err *err, int code, const char *fmt, ...)
{
	va_list ap;

	if (err) {
		err->code = code;
		va_start(ap, fmt);
		(void)vsnprintf(err->msg, sizeof(err->msg), fmt, ap);
		va_end(ap);
		cut(err);
	}
	return code;
}

int
ent_within(struct ent_err *err, int code, const char *fmt, ...)
{
	char old[sizeof(err->msg)];
	va_list ap;
	int n;

	if (!err)
		return code;
	memcpy(old, err->msg, sizeof(old));
	va_start(ap, fmt);
	n = vsnprintf(err->msg, sizeof(err->msg), fmt, ap);
	va_end(ap);
	if (n >= 0 && (size_t)n < sizeof(err->msg))
		(void)snprintf(err->msg + n, sizeof(err->msg) - (size_t)n, ": %s", old);
	err->code = code;
	cut(err);
	return code;
}
