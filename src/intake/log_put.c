/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log_put.c - a value of a log converted to what its row says, and put into the record.
 */
#include "base/arena.h"
#include "base/time.h"
#include "intake/log_record_int.h"
#include "json/make.h"

static bool
text(struct ent_logs_record *r, const struct ent_logs_way *w, struct ent_str type,
     struct ent_str s)
{
	bool twice;
	struct ent_logs_part *p = ent_logs_leaf(r, w, type, ENT_PART_STRING, s, &twice);

	if (p)
		p->s = s;
	return p || twice;
}

static bool
number(struct ent_logs_record *r, const struct ent_logs_way *w, int64_t i)
{
	bool twice;
	struct ent_logs_part *p = ent_logs_leaf(r, w, ENT_ANY_TYPE, ENT_PART_INT,
	                                        (struct ent_str){ NULL, 0 }, &twice);

	if (p)
		p->i = i;
	return p || twice;
}

/* In lower case, without what skip is; s itself where it is so already. */
static struct ent_str
lower(struct ent_logs_record *r, struct ent_str s, char skip)
{
	size_t i = 0, n = 0;
	char *p;

	while (i < s.n && !(s.p[i] >= 'A' && s.p[i] <= 'Z') && (!skip || s.p[i] != skip))
		i++;
	if (i == s.n)
		return s;
	p = ent_arena_raw(r->a, s.n + ENT_JSON_MADE_AHEAD);
	if (!p)
		return (struct ent_str){ NULL, 0 };
	for (i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (skip && c == skip)
			continue;
		p[n++] = (char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
	}
	memset(p + n, 0, s.n + ENT_JSON_MADE_AHEAD - n);
	return (struct ent_str){ p, n };
}

static bool
address(struct ent_logs_record *r, const struct ent_logs_way *w, struct ent_str s)
{
	int family = ent_logs_address(s);
	struct ent_str type = family == 6 ? r->types[ENT_SLOT_IPV6] : r->types[ENT_SLOT_IPV4];

	if (!family)
		return false;
	if (w->slot == ENT_SLOT_SRC || w->slot == ENT_SLOT_DST)
		r->family = family;
	s = lower(r, s, 0);
	return s.p && text(r, w, type, s);
}

static bool
domain(struct ent_logs_record *r, const struct ent_logs_way *w, struct ent_str s)
{
	size_t port = s.n;

	while (port > 0 && s.p[port - 1] >= '0' && s.p[port - 1] <= '9')
		port--;
	if (port > 1 && port < s.n && s.p[port - 1] == ':' && !memchr(s.p, ':', port - 1))
		s.n = port - 1;
	if (ent_logs_address(s))
		return address(r, w, s);
	if (s.n && s.p[s.n - 1] == '.')
		s.n--;
	if (!s.n || s.n > 253 || memchr(s.p, ' ', s.n) || memchr(s.p, '/', s.n))
		return false;
	s = lower(r, s, 0);
	return s.p && text(r, w, r->types[ENT_SLOT_NAME], s);
}

/* "Name <a@b.example>" or "a@b.example". */
static bool
mail(struct ent_logs_record *r, const struct ent_logs_way *w, struct ent_str s)
{
	size_t open = s.n, close;

	while (open > 0 && s.p[open - 1] != '<')
		open--;
	if (open) {
		s = ent_str_from(s, open);
		close = ent_str_find(s, '>');
		s.n = close;
	}
	s = ent_str_trim(s);
	if (s.n < 3 || !memchr(s.p, '@', s.n) || memchr(s.p, ' ', s.n))
		return false;
	return text(r, w, ENT_ANY_TYPE, s);
}

static bool
instant(struct ent_logs_record *r, const struct ent_logs_way *w, struct ent_str s)
{
	struct ent_str t;
	char *p;
	int64_t us;

	if (!ent_logs_time(s, &us))
		return false;
	p = ent_arena_alloc(r->a, ENT_TIME_TEXT + ENT_JSON_MADE_AHEAD);
	t = ent_str_c(p ? ent_time_text(us, 0, p) : NULL);
	return t.p && text(r, w, ENT_ANY_TYPE, t);
}

/* Behind the last slash or backslash. */
static struct ent_str
basename_of(struct ent_str s)
{
	size_t n = s.n;

	while (n > 0 && s.p[n - 1] != '/' && s.p[n - 1] != '\\')
		n--;
	return ent_str_from(s, n);
}

static bool
whole(struct ent_str s, int64_t *out)
{
	uint64_t v;

	if (ent_str_u64(s, INT64_C(9007199254740991), &v))
		return false;
	*out = (int64_t)v;
	return true;
}

static bool
time_part(struct ent_logs_record *r, const struct ent_logs_way *w, struct ent_str s)
{
	switch (w->step[0].p[0]) {
	case 'd':
		return r->lasts = ent_logs_seconds(s, &r->duration);
	case 'l':
		return r->ends = ent_logs_time(s, &r->until);
	default:
		/* the first row of the table that gives a time is the one of all records; one
		 * of the kind itself comes behind it and is better */
		if (!ent_logs_time(s, &r->time))
			return false;
		return r->timed = true;
	}
}

static bool
link_part(struct ent_logs_record *r, const struct ent_logs_way *w, struct ent_str s)
{
	switch (w->step[0].p[1]) {
	case 'a':
		r->path = s;
		return true;
	case 'o':
		if (w->step[0].p[0] == 'h') {
			r->host = s;
			return true;
		}
		return whole(s, &r->port) && r->port < 65536;
	default:
		return false;
	}
}

bool
ent_logs_put(struct ent_logs_record *r, const struct ent_logs_way *w, struct ent_str s)
{
	int64_t i;

	if (w->slot == ENT_SLOT_NONE)
		return true; /* it told the kind of the record */
	if (w->slot == ENT_SLOT_TIME)
		return time_part(r, w, s);
	if (w->slot == ENT_SLOT_LINK)
		return link_part(r, w, s);
	if (!s.n)
		return true;
	switch (w->conv) {
	case ENT_CONV_TEXT:
		return text(r, w, ENT_ANY_TYPE, s);
	case ENT_CONV_LOWER:
	case ENT_CONV_HEX:
		s = lower(r, s, w->conv == ENT_CONV_HEX ? ':' : '\0');
		return s.p && text(r, w, ENT_ANY_TYPE, s);
	case ENT_CONV_DOMAIN:
	case ENT_CONV_ANSWER:
		return domain(r, w, s);
	case ENT_CONV_ADDRESS:
		return address(r, w, s);
	case ENT_CONV_INT:
		return whole(s, &i) && number(r, w, i);
	case ENT_CONV_MAIL:
		return mail(r, w, s);
	case ENT_CONV_BASENAME:
		s = basename_of(s);
		return !s.n || text(r, w, ENT_ANY_TYPE, s);
	case ENT_CONV_INSTANT:
		return instant(r, w, s);
	case ENT_CONV_BOOL:
		return false;
	}
	return false;
}

bool
ent_logs_put_json(struct ent_logs_record *r, const struct ent_logs_way *w,
                  const struct ent_json *v)
{
	struct ent_str s = ent_json_str(v);
	int64_t i;
	double d;

	if (s.p)
		return ent_logs_put(r, w, s);
	if (ent_json_int(v, &i)) {
		if (w->slot == ENT_SLOT_LINK)
			return (r->port = i > 0 && i < 65536 ? i : 0) > 0;
		if (w->conv == ENT_CONV_INT)
			return i >= 0 && number(r, w, i);
	}
	if (w->slot != ENT_SLOT_TIME || !ent_json_double(v, &d) || d < 0 || d > 1e11)
		return false;
	/* doubles of today hold microseconds */
	i = (int64_t)(d * 1e6 + 0.5);
	if (w->step[0].p[0] == 'd') {
		r->duration = i;
		return r->lasts = true;
	}
	if (w->step[0].p[0] == 'l') {
		r->until = i;
		return r->ends = true;
	}
	r->time = i;
	return r->timed = true;
}
