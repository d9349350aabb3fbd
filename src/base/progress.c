/* SPDX-License-Identifier: Apache-2.0 */
/*
 * progress.c - a bar that appears after a second and is redrawn ten times a second.
 */
#include "base/progress.h"

#include <inttypes.h>
#include <unistd.h>

#include "base/time.h"

#define APPEARS INT64_C(1000000)
#define REDRAWN INT64_C(100000)
#define WIDTH   30

void
ent_progress_init(struct ent_progress *p, const char *what, uint64_t total)
{
	*p = (struct ent_progress){ .what = what, .total = total, .began = ent_tick_us() };
	p->tty = isatty(STDERR_FILENO) == 1;
}

static void
draw(struct ent_progress *p)
{
	char bar[WIDTH + 1];
	int full = p->total ? (int)(p->done * WIDTH / p->total) : 0;

	if (full > WIDTH)
		full = WIDTH;
	memset(bar, '.', WIDTH);
	memset(bar, '#', (size_t)full);
	bar[WIDTH] = '\0';
	if (p->total)
		(void)fprintf(stderr, "\r%s [%s] %" PRIu64 "/%" PRIu64 "\033[K", p->what, bar,
		              p->done, p->total);
	else
		(void)fprintf(stderr, "\r%s %" PRIu64 "\033[K", p->what, p->done);
	(void)fflush(stderr);
	p->shown = true;
}

void
ent_progress_step(struct ent_progress *p, uint64_t done)
{
	int64_t now;

	p->done = done;
	if (!p->tty)
		return;
	now = ent_tick_us();
	if (now - p->began < APPEARS || now - p->drawn < REDRAWN)
		return;
	p->drawn = now;
	draw(p);
}

void
ent_progress_end(struct ent_progress *p)
{
	if (p->shown)
		(void)fputs("\r\033[K", stderr);
	p->shown = false;
}
