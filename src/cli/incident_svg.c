/* SPDX-License-Identifier: Apache-2.0 */
/*
 * incident_svg.c - counts of incidents as bars in an SVG.
 *
 * Everything that a bar says is written beside it too: what it is, how many, and how many were
 * killed.  Title and description are what a screen reader reads.
 */
#include "base/utf8.h"
#include "cli/incident.h"

#define LEFT      230 /* where bars begin */
#define WIDE      420 /* the longest bar */
#define RIGHT     330 /* what is written behind it */
#define ROW       24
#define TOP       76
#define BARS_MAX  120 /* rows of a picture; the rest are one bar */
#define LABEL_MAX 32  /* characters of a label */
#define TICKS     5

/* Text of XML; what XML 1.0 can't hold becomes U+FFFD. */
static void
put(struct ent_buf *to, struct ent_str s)
{
	for (size_t at = 0; at < s.n;) {
		size_t from = at;
		int32_t ch = ent_utf8_next(s, &at);

		if (ch < 0) {
			ent_buf_c(to, "\xef\xbf\xbd");
			at = from + 1;
		} else if (ch == '&') {
			ent_buf_c(to, "&amp;");
		} else if (ch == '<') {
			ent_buf_c(to, "&lt;");
		} else if (ch == '>') {
			ent_buf_c(to, "&gt;");
		} else if ((ch < 0x20 && ch != '\t') || ch == 0xfffe || ch == 0xffff) {
			ent_buf_c(to, "\xef\xbf\xbd");
		} else {
			ent_buf_put(to, s.p + from, at - from);
		}
	}
}

static void
put_cut(struct ent_buf *to, struct ent_str s)
{
	size_t at = 0, n = 0;

	while (at < s.n && n < LABEL_MAX && ent_utf8_next(s, &at) >= 0)
		n++;
	put(to, (struct ent_str){ s.p, at });
	if (at < s.n)
		ent_buf_c(to, "...");
}

/* 1, 2 or 5 times a power of ten, so that at most TICKS of them reach the top. */
static size_t
step_of(size_t top)
{
	static const size_t steps[] = { 1, 2, 5 };

	for (size_t ten = 1;; ten *= 10)
		for (size_t i = 0; i < 3; i++)
			if (ten * steps[i] * TICKS >= top)
				return ten * steps[i];
}

static void
axis(struct ent_buf *to, size_t step, size_t end, size_t height)
{
	for (size_t v = 0; v <= end; v += step) {
		size_t x = LEFT + WIDE * v / end;

		ent_buf_printf(to,
		               "<line x1=\"%zu\" y1=\"%d\" x2=\"%zu\" y2=\"%zu\" "
		               "stroke=\"#999\" stroke-width=\"%s\"/>\n"
		               "<text x=\"%zu\" y=\"%d\" text-anchor=\"middle\">%zu</text>\n",
		               x, TOP - 8, x, TOP + height, v ? "0.5" : "1.5", x, TOP - 12, v);
	}
}

static void
bar(struct ent_buf *to, struct ent_arena *a, const struct ent_incident_bar *b, size_t i,
    size_t end)
{
	size_t y = TOP + i * ROW, w = WIDE * b->incidents / end;

	ent_buf_printf(to, "<g>\n<title>");
	put(to, b->key);
	ent_buf_printf(to, ": %zu incidents; killed ", b->incidents);
	put(to, ent_incident_sum_text(a, &b->killed, b->incidents));
	ent_buf_c(to, "; injured ");
	put(to, ent_incident_sum_text(a, &b->injured, b->incidents));
	ent_buf_printf(to, "</title>\n<text x=\"%d\" y=\"%zu\" text-anchor=\"end\">", LEFT - 8,
	               y + 16);
	put_cut(to, b->key);
	ent_buf_printf(to,
	               "</text>\n<rect x=\"%d\" y=\"%zu\" width=\"%zu\" height=\"%d\" "
	               "fill=\"#1f4e79\"/>\n<text x=\"%zu\" y=\"%zu\">"
	               "<tspan font-weight=\"bold\">%zu</tspan> · killed ",
	               LEFT, y + 4, w ? w : 1, ROW - 8, LEFT + (w ? w : 1) + 6, y + 16,
	               b->incidents);
	put(to, ent_incident_sum_text(a, &b->killed, b->incidents));
	ent_buf_c(to, "</text>\n</g>\n");
}

static void
add(struct ent_incident_sum *to, const struct ent_incident_sum *s)
{
	to->low += s->low;
	to->high += s->high;
	to->unknown += s->unknown;
	to->open |= s->open;
}

void
ent_incident_svg(struct ent_buf *to, struct ent_arena *a, const char *by,
                 const struct ent_incident_bar *bars, size_t n, size_t incidents)
{
	struct ent_incident_bar others = { .key = ENT_STR("all others") };
	size_t shown = n > BARS_MAX ? BARS_MAX - 1 : n, rows = n > shown ? shown + 1 : n;
	size_t top = 1, step, end, height;

	for (size_t i = shown; i < n; i++) {
		others.incidents += bars[i].incidents;
		add(&others.killed, &bars[i].killed);
		add(&others.injured, &bars[i].injured);
	}
	for (size_t i = 0; i < shown; i++)
		top = bars[i].incidents > top ? bars[i].incidents : top;
	top = others.incidents > top ? others.incidents : top;
	step = step_of(top);
	end = (top + step - 1) / step * step;
	height = rows * ROW;
	ent_buf_printf(to,
	               "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
	               "<svg xmlns=\"http://www.w3.org/2000/svg\" version=\"1.1\" role=\"img\" "
	               "aria-labelledby=\"title desc\" width=\"%d\" height=\"%zu\" "
	               "viewBox=\"0 0 %d %zu\" font-family=\"sans-serif\" font-size=\"13\" "
	               "fill=\"#111\">\n<title id=\"title\">Incidents by %s</title>\n"
	               "<desc id=\"desc\">%zu incidents.",
	               LEFT + WIDE + RIGHT, TOP + height + 40, LEFT + WIDE + RIGHT,
	               TOP + height + 40, by, incidents);
	for (size_t i = 0; i < rows; i++) {
		const struct ent_incident_bar *b = i < shown ? &bars[i] : &others;

		ent_buf_c(to, " ");
		put(to, b->key);
		ent_buf_printf(to, ": %zu.", b->incidents);
	}
	ent_buf_printf(
	    to,
	    "</desc>\n<rect width=\"100%%\" height=\"100%%\" fill=\"#fff\"/>\n"
	    "<text x=\"16\" y=\"28\" font-size=\"18\" font-weight=\"bold\">Incidents "
	    "by %s</text>\n<text x=\"%d\" y=\"46\" text-anchor=\"middle\">number of "
	    "incidents</text>\n",
	    by, LEFT + WIDE / 2);
	axis(to, step, end, height);
	for (size_t i = 0; i < rows; i++)
		bar(to, a, i < shown ? &bars[i] : &others, i, end);
	ent_buf_printf(to,
	               "<text x=\"16\" y=\"%zu\" font-size=\"11\">%zu incidents. Killed: from "
	               "the sum of the lowest claims to that of the highest; what nobody has "
	               "claimed is not 0.</text>\n</svg>\n",
	               TOP + height + 26, incidents);
}
