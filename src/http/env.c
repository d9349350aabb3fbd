/* SPDX-License-Identifier: Apache-2.0 */
/*
 * env.c - what the connections of a thread share: arenas at rest, and the date.
 */
#include "base/limits.h"
#include "base/time.h"
#include "http/http_int.h"

void
ent_env_release(struct ent_env *env)
{
	while (env->n_spare)
		ent_arena_free(env->spare[--env->n_spare]);
}

struct ent_arena *
ent_env_arena(struct ent_env *env)
{
	if (env->n_spare)
		return env->spare[--env->n_spare];
	return ent_arena_new(ENT_REQUEST_ARENA);
}

void
ent_env_spare(struct ent_env *env, struct ent_arena *a)
{
	if (!a || env->n_spare == sizeof(env->spare) / sizeof(*env->spare)) {
		ent_arena_free(a);
		return;
	}
	ent_arena_reset(a);
	env->spare[env->n_spare++] = a;
}

/* RFC 9110, 5.6.7; made once a second. */
const char *
ent_env_date(struct ent_env *env)
{
	static const char days[][4] = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" };
	static const char months[][4] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
		                          "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	time_t now;
	struct tm tm;

	if (env->date[0] && env->now_us - env->date_us < 1000000)
		return env->date;
	now = time(NULL);
	if (!gmtime_r(&now, &tm))
		memset(&tm, 0, sizeof(tm));
	/* not %a and %b, which follow the locale */
	(void)strftime(env->date, sizeof(env->date), "???, %d ??? %Y %H:%M:%S GMT", &tm);
	memcpy(env->date, days[tm.tm_wday % 7], 3);
	memcpy(env->date + 8, months[tm.tm_mon % 12], 3);
	env->date_us = env->now_us;
	return env->date;
}
