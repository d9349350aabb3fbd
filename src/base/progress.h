/* SPDX-License-Identifier: Apache-2.0 */
/*
 * progress.h - a bar for work that takes over a second, on standard error, and only where that
 * is a terminal.
 */
#ifndef ENT_BASE_PROGRESS_H
#define ENT_BASE_PROGRESS_H
#include <entente/str.h>

struct ent_progress {
	const char *what;
	uint64_t total, done;
	int64_t began, drawn;
	bool tty, shown;
};

/* what is borrowed; total 0 means unknown. */
void ent_progress_init(struct ent_progress *p, const char *what, uint64_t total);
void ent_progress_step(struct ent_progress *p, uint64_t done);
void ent_progress_end(struct ent_progress *p); /* wipes the bar */

#endif
