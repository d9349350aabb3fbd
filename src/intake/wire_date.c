/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wire_date.c - dates of a report: as written, and counted from the dateline; and the year of
 * the dateline, which agencies leave out.
 */
#include "intake/wire_int.h"

#define YEAR_MIN     1900
#define YEAR_MAX     2100
#define YEARS_SEARCH 40 /* beyond the latest that is named, for a weekday */
#define ANNIVERSARY  14 /* tokens between the word and the date it speaks of */

/* Days that are called by their numbers. */
static const struct {
	const char *name;
	struct ent_wire_date date;
} named[] = {
	{ "9/11", { 2001, 9, 11 } },
	{ "9-11", { 2001, 9, 11 } },
	{ "7/7", { 2005, 7, 7 } },
	{ "26/11", { 2008, 11, 26 } },
};

/* ---- the calendar ---- */

static bool
leap(int y)
{
	return (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
}

static int
month_days(int y, int m)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	return m == 2 && leap(y) ? 29 : days[m - 1];
}

/* Days since 1 January of the year 0. */
static int64_t
days_of(struct ent_wire_date d)
{
	int64_t y = d.year, n = y * 365 + (y + 3) / 4 - (y + 99) / 100 + (y + 399) / 400;

	for (int m = 1; m < d.month; m++)
		n += month_days(d.year, m);
	return n + d.day - 1;
}

static struct ent_wire_date
date_of(int64_t days)
{
	struct ent_wire_date d = { (int16_t)(days / 366), 1, 1 };

	while (days_of((struct ent_wire_date){ (int16_t)(d.year + 1), 1, 1 }) <= days)
		d.year++;
	days -= days_of(d);
	while (days >= month_days(d.year, d.month))
		days -= month_days(d.year, d.month++);
	d.day = (uint8_t)(days + 1);
	return d;
}

/* 1: Monday.  1 January of the year 0 was a Saturday. */
static int
weekday_of(struct ent_wire_date d)
{
	return (int)((days_of(d) + 5) % 7) + 1;
}

static bool
possible(struct ent_wire_date d)
{
	return d.month >= 1 && d.month <= 12 && d.day >= 1 &&
	       d.day <= month_days(d.year ? d.year : 2000, d.month);
}

/* ---- numbers of dates ---- */

/* All digits, with "st", "nd", "rd", "th" behind them where ordinal may be; -1 if not. */
static int
digits(struct ent_str s, bool ordinal)
{
	int n = 0;
	size_t i = 0;

	for (; i < s.n && i < 5 && s.p[i] >= '0' && s.p[i] <= '9'; i++)
		n = n * 10 + (s.p[i] - '0');
	if (i == 0 || (i != s.n && !(ordinal && s.n - i == 2)))
		return -1;
	if (i != s.n && !memmem("st nd rd th", 11, s.p + i, 2))
		return -1;
	return n;
}

static int
day_at(const struct ent_wire *w, size_t i)
{
	int n = tok(w, i)->kind == T_NUMBER ? digits(text_of(w, i), true) : -1;

	return n >= 1 && n <= 31 ? n : 0;
}

static int
year_at(const struct ent_wire *w, size_t i)
{
	int n = tok(w, i)->kind == T_NUMBER && tok(w, i)->n == 4 ? digits(text_of(w, i), false)
	                                                         : -1;

	return n >= YEAR_MIN && n <= YEAR_MAX ? n : 0;
}

int
ent_wire_month_at(const struct ent_wire *w, size_t i)
{
	return is(w, i, W_MONTH) && cap(w, i) ? value_of(w, i) : 0;
}

/* "2021-09-11", "11.09.2021", "2018-2019", "9/11"; until is set for a range of years. */
static bool
figures(struct ent_str s, struct ent_wire_date *from, struct ent_wire_date *until)
{
	int n[3] = { 0 }, parts = 0, width[3] = { 0 };

	for (size_t i = 0; i < sizeof(named) / sizeof(named[0]); i++)
		if (ent_str_is(s, named[i].name)) {
			*from = named[i].date;
			return true;
		}
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] >= '0' && s.p[i] <= '9') {
			if (!width[parts]++)
				n[parts] = 0;
			if (width[parts] > 4)
				return false;
			n[parts] = n[parts] * 10 + (s.p[i] - '0');
		} else if (width[parts] && parts < 2 && memchr("-./\xe2\x80\x93", s.p[i], 6)) {
			parts++;
		} else if (!((unsigned char)s.p[i] >= 0x80)) {
			return false;
		}
	}
	if (parts == 1 && width[0] == 4 && n[0] >= YEAR_MIN && n[0] <= YEAR_MAX) {
		if (width[1] == 2)
			n[1] += n[0] / 100 * 100;
		*from = (struct ent_wire_date){ (int16_t)n[0], 0, 0 };
		*until = (struct ent_wire_date){ (int16_t)n[1], 0, 0 };
		return n[1] > n[0] && n[1] <= YEAR_MAX && (width[1] == 4 || width[1] == 2);
	}
	if (parts != 2)
		return false;
	if (width[0] == 4)
		*from = (struct ent_wire_date){ (int16_t)n[0], (uint8_t)n[1], (uint8_t)n[2] };
	else if (width[2] == 4)
		*from = (struct ent_wire_date){ (int16_t)n[2], (uint8_t)n[1], (uint8_t)n[0] };
	else
		return false;
	return n[1] <= 12 && from->year >= YEAR_MIN && from->year <= YEAR_MAX &&
	       possible(*from);
}

static size_t
parts_of_date(const struct ent_wire *w, size_t i, struct ent_wire_date *d,
              struct ent_wire_date *until)
{
	size_t at = i;

	if (ent_wire_month_at(w, i)) { /* September 11, 2001; September 2001 */
		d->month = (uint8_t)ent_wire_month_at(w, i);
		at = i + 1;
		if (year_at(w, at) || (punct(w, at, ',') && year_at(w, at + 1))) {
			at += punct(w, at, ',');
			d->year = (int16_t)year_at(w, at);
			return at + 1 - i;
		}
		if (!day_at(w, at))
			return is(w, i - 1, W_PREP) || ent_wire_word_is(w, i - 1, "last") ? 1
			                                                                  : 0;
		d->day = (uint8_t)day_at(w, at++);
	} else if (day_at(w, i)) { /* 11 September 2001; 11th of September */
		at = i + 1 + ent_wire_word_is(w, i + 1, "of");
		if (!ent_wire_month_at(w, at))
			return 0;
		d->day = (uint8_t)day_at(w, i);
		d->month = (uint8_t)ent_wire_month_at(w, at++);
	} else if (tok(w, i)->kind == T_NUMBER) {
		return figures(text_of(w, i), d, until) ? 1 : 0;
	} else {
		return 0;
	}
	if (year_at(w, at + (size_t)punct(w, at, ','))) {
		at += punct(w, at, ',');
		d->year = (int16_t)year_at(w, at++);
	}
	return possible(*d) ? at - i : 0;
}

size_t
ent_wire_date_at(const struct ent_wire *w, size_t i, struct ent_wire_date *d,
                 struct ent_wire_date *until)
{
	size_t n;

	*d = *until = (struct ent_wire_date){ 0 };
	n = parts_of_date(w, i, d, until);
	if (!n)
		*d = *until = (struct ent_wire_date){ 0 };
	return n;
}

/* A year by itself has a word before it that makes it one. */
static bool
year_alone(const struct ent_wire *w, size_t i, bool after_year)
{
	static const char *const before[] = { "in",     "since",  "from", "until",  "by",
		                              "of",     "during", "late", "early",  "mid",
		                              "before", "after",  "to",   "between" };

	if (!year_at(w, i))
		return false;
	if (after_year &&
	    (ent_wire_word_is(w, i - 1, "and") || ent_wire_word_is(w, i - 1, "to") ||
	     punct(w, i - 1, ',') || ent_wire_word_is(w, i - 1, "or")))
		return true;
	if (punct(w, i - 1, '(') && punct(w, i + 1, ')'))
		return true;
	for (size_t k = i + 1; k < i + 5 && (cap(w, k) || is(w, k, W_ATTACK)); k++)
		if (ent_wire_word_is(w, i - 1, "the") && is(w, k, W_ATTACK))
			return true; /* the 1972 Munich massacre */
	for (size_t k = 0; k < sizeof(before) / sizeof(before[0]); k++)
		if (ent_wire_word_is(w, i - 1, before[k]))
			return !is(w, i + 1, W_PEOPLE | W_PERPETRATOR | W_COUNTED);
	return false;
}

/* ---- counted from the dateline ---- */

static char
unit_at(const struct ent_wire *w, size_t i)
{
	static const struct {
		const char *one, *many;
		char unit;
	} units[] = { { "day", "days", 'd' },
		      { "week", "weeks", 'w' },
		      { "month", "months", 'm' },
		      { "year", "years", 'y' } };

	for (size_t k = 0; k < 4; k++)
		if (ent_wire_word_is(w, i, units[k].one) ||
		    ent_wire_word_is(w, i, units[k].many))
			return units[k].unit;
	return 0;
}

static int
direction(const struct ent_wire *w, size_t i)
{
	return ent_wire_word_is(w, i, "last") ? -1 : ent_wire_word_is(w, i, "next") ? 1 : 0;
}

/* "on Saturday", "yesterday", "last week", "two years ago": tokens, unit and distance. */
static size_t
counted(const struct ent_wire *w, size_t i, char *unit, int64_t *by)
{
	int n;

	if (is(w, i, W_WEEKDAY) && cap(w, i)) {
		*unit = 'W';
		*by = value_of(w, i) + 10 * direction(w, i - 1);
		return 1;
	}
	if (is(w, i, W_RELATIVE)) {
		*unit = 'd';
		*by = value_of(w, i);
		return 1;
	}
	if ((direction(w, i) || ent_wire_word_is(w, i, "this")) && unit_at(w, i + 1) &&
	    unit_at(w, i + 1) != 'd') {
		*unit = unit_at(w, i + 1);
		*by = direction(w, i);
		return 2;
	}
	n = tok(w, i)->kind == T_NUMBER ? digits(text_of(w, i), false)
	                                : (is(w, i, W_NUMBER) ? value_of(w, i) : -1);
	if (n < 0 && (ent_wire_word_is(w, i, "a") || ent_wire_word_is(w, i, "an")))
		n = 1;
	if (n > 0 && n < 1000 && unit_at(w, i + 1) && ent_wire_word_is(w, i + 2, "ago")) {
		*unit = unit_at(w, i + 1);
		*by = -n;
		return 3;
	}
	return 0;
}

/* ---- all of them ---- */

static struct ent_wire_item *
put(struct ent_wire *w, size_t i, size_t n)
{
	struct ent_wire_item *it = ent_wire_item(w, ENT_WIRE_DATE, i, i + n);

	for (size_t k = i; k < i + n && k < w->n; k++)
		w->t[k].flags |= F_USED;
	return it;
}

static bool
attack_follows(const struct ent_wire *w, size_t i)
{
	return is(w, i, W_ATTACK) || is(w, i + 1, W_ATTACK);
}

void
ent_wire_dates(struct ent_wire *w)
{
	struct ent_wire_item *last = NULL;
	size_t last_end = 0;

	for (size_t i = w->body; i < w->n;) {
		struct ent_wire_date d, until;
		struct ent_wire_item *it;
		int64_t by = 0;
		char unit = 0;
		size_t n;

		if (tok(w, i)->kind != T_NUMBER && tok(w, i)->kind != T_WORD) {
			i++;
			continue;
		}
		n = ent_wire_date_at(w, i, &d, &until);
		if (n && !d.year && d.month == 9 && d.day == 11 && attack_follows(w, i + n))
			d.year = 2001;
		if (!n && year_alone(w, i, last && last_end + 1 == i && last->date.year)) {
			d = (struct ent_wire_date){ (int16_t)year_at(w, i), 0, 0 };
			n = 1;
		}
		if (!n)
			n = counted(w, i, &unit, &by);
		if (!n) {
			i++;
			continue;
		}
		it = put(w, i, n);
		if (it) {
			it->date = d;
			it->until = until;
			it->unit = unit;
			it->value = by;
			it->basis = unit || !d.year ? ENT_BASIS_UNKNOWN : ENT_BASIS_STATED;
		}
		last = it;
		last_end = i + n;
		i += n;
	}
	w->dates = w->items;
}

/* ---- the dateline's year ---- */

/* The N of "Nth anniversary" that ends before i; 0 if there is none. */
static int
ordinal_before(const struct ent_wire *w, size_t i)
{
	int n = tok(w, i)->kind == T_NUMBER ? digits(text_of(w, i), true) : 0;

	if (is(w, i, W_ORDINAL))
		n = value_of(w, i);
	return n > 0 && n < 500 ? n : 0;
}

/* The first item at or behind byte at that is a date. */
static size_t
item_at(const struct ent_wire *w, uint32_t at)
{
	size_t low = 0, high = w->items;

	while (low < high) {
		size_t mid = (low + high) / 2;

		if (w->item[mid].at.from < at)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* "the 20th anniversary of the 9/11 attacks" makes a date, the first of which says the year. */
static int
anniversaries(struct ent_wire *w)
{
	size_t dates = w->items;
	int year = 0, first = 0;

	for (size_t i = w->body; i < w->n; i++) {
		int n = ent_wire_word_is(w, i, "anniversary") ? ordinal_before(w, i - 1) : 0;
		size_t k = n ? item_at(w, w->t[i].at) : dates;
		size_t end = i + ANNIVERSARY < w->n ? i + ANNIVERSARY : w->n - 1;
		struct ent_wire_item *it;
		struct ent_wire_date d;

		if (!n && unit_at(w, i) == 'y' &&
		    (ent_wire_word_is(w, i + 1, "since") ||
		     ent_wire_word_is(w, i + 1, "after"))) {
			n = ordinal_before(w, i - 1); /* 20 years since */
			if (!n && is(w, i - 1, W_NUMBER))
				n = value_of(w, i - 1);
			k = n ? item_at(w, w->t[i].at) : dates;
		}
		if (n && !first)
			first = n;
		if (n) /* of what, no date says: counted back from the dateline */
			w->t[i].spare = (uint16_t)n;
		if (k >= dates || w->item[k].at.from > w->t[end].at || w->item[k].unit ||
		    !w->item[k].date.year || w->item[k].date.year + n > YEAR_MAX)
			continue;
		w->t[i].spare = 0;
		d = w->item[k].date;
		d.year = (int16_t)(d.year + n);
		it = ent_wire_item(w, ENT_WIRE_DATE, i - 1, i + 1);
		if (!it)
			return year;
		it->date = d;
		it->basis = ENT_BASIS_ANNIVERSARY;
		it->unit = 'A';
		it->value = n;
		if (!year && (!w->line.date.month || !d.month || d.month == w->line.date.month))
			year = d.year;
	}
	/* "20 years since the bombings": the text has their date, at the same time of the year
	 */
	for (size_t k = 0; k < dates && first && !year && w->line.date.day; k++) {
		struct ent_wire_date d = w->item[k].date;

		if (w->item[k].unit || !d.year || d.month != w->line.date.month || !d.day ||
		    abs(d.day - w->line.date.day) > 2)
			continue;
		year = d.year + first;
		w->base = d;
	}
	return year <= YEAR_MAX ? year : 0;
}

static int
latest_year(const struct ent_wire *w)
{
	int year = 0;

	for (size_t i = 0; i < w->items; i++) {
		const struct ent_wire_item *it = &w->item[i];

		if (it->kind != ENT_WIRE_DATE || it->unit)
			continue;
		year = it->date.year > year ? it->date.year : year;
		year = it->until.year > year ? it->until.year : year;
	}
	return year;
}

/* The first weekday that the text names is mostly the day of the report, or the one before. */
static int
year_of_weekday(const struct ent_wire *w, int latest)
{
	struct ent_wire_date d = w->line.date;
	int day = 0;

	for (size_t i = 0; i < w->items && !day; i++)
		if (w->item[i].kind == ENT_WIRE_DATE && w->item[i].unit == 'W' &&
		    w->item[i].value <= 7)
			day = (int)w->item[i].value;
	if (!day || !latest || !d.day)
		return 0;
	for (int off = 0; off < 2; off++)
		for (int y = latest; y < latest + YEARS_SEARCH / 6 && y <= YEAR_MAX; y++) {
			d.year = (int16_t)y;
			if (possible(d) && (weekday_of(d) - off + 6) % 7 + 1 == day)
				return y;
		}
	return 0;
}

/* "on Tuesday, January 15, 2019": the day of a report whose dateline has none. */
static bool
told_with_weekday(const struct ent_wire *w, struct ent_wire_date *d)
{
	for (size_t i = 1; i < w->items && w->line.found; i++) {
		const struct ent_wire_item *a = &w->item[i - 1], *b = &w->item[i];

		if (a->kind == ENT_WIRE_DATE && a->unit == 'W' && b->date.year && b->date.day &&
		    !b->unit && b->at.from - a->at.to < 6 && weekday_of(b->date) == a->value) {
			*d = b->date;
			return true;
		}
	}
	return false;
}

static void
resolve_dateline(struct ent_wire *w)
{
	struct ent_wire_date *d = &w->line.date;
	int by_anniversary = anniversaries(w), latest = latest_year(w), year = 0;

	w->line.basis = ENT_BASIS_STATED;
	if (!d->month && w->o.date.month)
		*d = w->o.date;
	if (!d->month && !w->o.date.year && told_with_weekday(w, d)) {
		w->line.basis = ENT_BASIS_WEEKDAY;
		return;
	}
	if (d->year) {
		w->line.basis = w->o.date.year == d->year ? ENT_BASIS_GIVEN : ENT_BASIS_STATED;
		return;
	}
	if (w->o.date.year) {
		year = w->o.date.year;
		w->line.basis = ENT_BASIS_GIVEN;
	} else if (by_anniversary) {
		year = by_anniversary;
		w->line.basis = ENT_BASIS_ANNIVERSARY;
	} else if ((year = year_of_weekday(w, latest)) != 0) {
		w->line.basis = ENT_BASIS_WEEKDAY;
	} else {
		year = d->month ? latest : 0;
		latest = year;
		w->line.basis = latest ? ENT_BASIS_YEARS : ENT_BASIS_UNKNOWN;
	}
	d->year = (int16_t)year;
	if (d->day && d->year && !possible(*d))
		*d = (struct ent_wire_date){ d->year, 0, 0 };
}

/* ---- the other dates ---- */

static void
resolve_counted(const struct ent_wire *w, struct ent_wire_item *it)
{
	struct ent_wire_date line = w->line.date;
	int64_t months;

	if (!line.year)
		return;
	if (it->unit == 'y') {
		it->date.year = (int16_t)(line.year + it->value);
	} else if (it->unit == 'm' && line.month) {
		months = line.year * 12 + line.month - 1 + it->value;
		it->date = (struct ent_wire_date){ (int16_t)(months / 12),
			                           (uint8_t)(months % 12 + 1), 0 };
	} else if (line.day && it->unit == 'd') {
		it->date = date_of(days_of(line) + it->value);
	} else if (line.day && it->unit == 'w') { /* Monday to Sunday */
		int64_t monday = days_of(line) - (weekday_of(line) - 1) + 7 * it->value;

		it->date = date_of(monday);
		it->until = date_of(monday + 6);
	} else if (line.day && it->unit == 'W') {
		int day = (int)((it->value + 20) % 10);
		int back = (weekday_of(line) - day + 7) % 7;

		if (it->value > 7) /* next */
			it->date = date_of(days_of(line) + (back ? 7 - back : 7));
		else if (it->value < 0) /* last */
			it->date = date_of(days_of(line) - (back ? back : 7));
		else
			it->date = date_of(days_of(line) - back);
	} else {
		return;
	}
	it->basis = ENT_BASIS_DATELINE;
}

void
ent_wire_resolve_dates(struct ent_wire *w)
{
	struct ent_wire_date line;

	resolve_dateline(w);
	line = w->line.date;
	for (size_t i = 0; i < w->items; i++) {
		struct ent_wire_item *it = &w->item[i];

		if (it->kind != ENT_WIRE_DATE || it->unit == 'A')
			continue;
		if (it->unit) {
			resolve_counted(w, it);
		} else if (!it->date.year && it->date.month && line.year) {
			bool later = it->date.month > line.month + 1 ||
			             (it->date.month == 12 && line.month == 1);

			it->date.year =
			    (int16_t)(line.month && later ? line.year - 1 : line.year);
			if (it->date.day && !possible(it->date))
				it->date.day = 0;
			it->basis = ENT_BASIS_DATELINE;
		}
	}
}
