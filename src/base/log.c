/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log.c - one line, one write: lines of several threads never mix.
 */
#include "base/log.h"

#include <stdarg.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/time.h"

#define LINE_MAX_BYTES 8192

struct ent_log {
	int fd;
	_Atomic int least;
	bool json;
};

static const char *const level_names[] = { "debug", "info", "warn", "error" };

struct ent_log *
ent_log_new(int fd, enum ent_level least, bool json)
{
	struct ent_log *l = calloc(1, sizeof(*l));

	if (l)
		*l = (struct ent_log){ fd, (int)least, json };
	return l;
}

void
ent_log_free(struct ent_log *l)
{
	free(l);
}

int
ent_level_parse(struct ent_str s, enum ent_level *out)
{
	for (int i = 0; i < 4; i++)
		if (ent_str_is(s, level_names[i])) {
			*out = (enum ent_level)i;
			return 0;
		}
	return ENT_EINVAL;
}

/* A quoted value; both forms share JSON's escapes. */
static void
quoted(struct ent_buf *b, struct ent_str s)
{
	ent_buf_ch(b, '"');
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c == '"' || c == '\\')
			ent_buf_printf(b, "\\%c", c);
		else if (c == '\n')
			ent_buf_c(b, "\\n");
		else if (c < 0x20 || c == 0x7f)
			ent_buf_printf(b, "\\u%04x", c);
		else
			ent_buf_ch(b, (char)c);
	}
	ent_buf_ch(b, '"');
}

static void
field(const struct ent_log *l, struct ent_buf *b, const char *name, struct ent_str value)
{
	if (!value.p)
		return;
	if (l->json)
		ent_buf_printf(b, ",\"%s\":", name);
	else
		ent_buf_printf(b, " %s=", name);
	quoted(b, value);
}

static void
begin(const struct ent_log *l, struct ent_buf *b, enum ent_level level)
{
	char now[ENT_TIME_TEXT];

	ent_buf_init(b, LINE_MAX_BYTES * 6);
	(void)ent_time_text(ent_now_us(), 3, now);
	if (l->json)
		ent_buf_printf(b, "{\"time\":\"%s\",\"level\":\"%s\"", now, level_names[level]);
	else
		ent_buf_printf(b, "time=%s level=%s", now, level_names[level]);
}

static void
end(const struct ent_log *l, struct ent_buf *b)
{
	struct ent_str s;

	ent_buf_c(b, l->json ? "}\n" : "\n");
	s = ent_buf_view(b);
	if (s.p && write(l->fd, s.p, s.n) < 0) {
		/* a log that can't be written must not stop the node */
	}
	ent_buf_release(b);
}

static void
line(struct ent_log *l, enum ent_level level, struct ent_str peer, struct ent_str agreement,
     struct ent_str msg)
{
	struct ent_buf b;

	begin(l, &b, level);
	field(l, &b, "peer", peer);
	field(l, &b, "agreement", agreement);
	field(l, &b, "msg", msg);
	end(l, &b);
}

void
ent_log_fields(struct ent_log *l, enum ent_level level, const struct ent_field *f, size_t n)
{
	struct ent_buf b;

	if (!l || (int)level < l->least)
		return;
	begin(l, &b, level);
	for (size_t i = 0; i < n; i++) {
		if (!f[i].number)
			field(l, &b, f[i].name, f[i].value);
		else if (l->json)
			ent_buf_printf(&b, ",\"%s\":%.*s", f[i].name, ENT_FMT(f[i].value));
		else
			ent_buf_printf(&b, " %s=%.*s", f[i].name, ENT_FMT(f[i].value));
	}
	end(l, &b);
}

void
ent_log_set_level(struct ent_log *l, enum ent_level least)
{
	l->least = (int)least;
}

static ENT_PRINTF(5, 0) void vlog(struct ent_log *l, enum ent_level level, struct ent_str peer,
                                  struct ent_str agreement, const char *fmt, va_list ap)
{
	char msg[LINE_MAX_BYTES];

	if (!l || (int)level < l->least)
		return;
	(void)vsnprintf(msg, sizeof(msg), fmt, ap);
	line(l, level, peer, agreement, ent_str_c(msg));
}

void
ent_log(struct ent_log *l, enum ent_level level, const char *fmt, ...)
{
	struct ent_str none = { NULL, 0 };
	va_list ap;

	va_start(ap, fmt);
	vlog(l, level, none, none, fmt, ap);
	va_end(ap);
}

void
ent_log_about(struct ent_log *l, enum ent_level level, struct ent_str peer,
              struct ent_str agreement, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vlog(l, level, peer, agreement, fmt, ap);
	va_end(ap);
}
