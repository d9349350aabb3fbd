/* SPDX-License-Identifier: Apache-2.0 */
/*
 * exit.c - exit statuses: what scripts may rely on.
 */
#include "cli/cli.h"

const struct ent_exit ent_exits[] = {
	{ 0, "done" },
	{ 1, "the answer is no: refused, invalid, denied, conflicting, or it does not verify" },
	{ 2, "usage, or input that cannot be used" },
	{ 3, "not while things stand as they do: an agreement is not in force" },
	{ 4, "the other side cannot be reached or misbehaves" },
	{ 5, "storage: disk full, database locked or damaged, a file unreadable" },
	{ 6, "out of memory, or a fault of the program" },
};
const size_t ent_exits_n = sizeof(ent_exits) / sizeof(ent_exits[0]);

/* clang-format off */
static const signed char status_of[-ENT_CODE_LAST + 1] = {
	[-ENT_OK] = 0,
	[-ENT_EEXIST] = 1, [-ENT_ECONFLICT] = 1, [-ENT_EDENIED] = 1, [-ENT_ESIG] = 1, [-ENT_EAUTH] = 1,
	[-ENT_EUNUSABLE] = 1,
	[-ENT_EINVAL] = 2, [-ENT_EPARSE] = 2, [-ENT_ELIMIT] = 2, [-ENT_ENOENT] = 2,
	[-ENT_ESTATE] = 3,
	[-ENT_ENET] = 4, [-ENT_EPROTO] = 4,
	[-ENT_ESTORE] = 5, [-ENT_EFULL] = 5, [-ENT_EBUSY] = 5, [-ENT_ECORRUPT] = 5,
	[-ENT_ENOMEM] = 6,
};
/* clang-format on */

int
ent_exit_of(int rc)
{
	if (rc > 0)
		return rc;
	return rc >= ENT_CODE_LAST ? status_of[-rc] : 6;
}
