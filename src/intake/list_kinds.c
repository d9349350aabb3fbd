/* SPDX-License-Identifier: Apache-2.0 */
/*
 * list_kinds.c - the lists that are known: whose they are and what standing on them means.
 *
 * Effects are those that every entry of the list has by its general terms; where regimes
 * differ, list_un.c and the register say more.
 */
#include "intake/list.h"

#include <string.h>

/* clang-format off */
static const struct ent_list lists[] = {
	{ "un-sc", "United Nations Security Council Consolidated List",
	  "United Nations Security Council", "council", "UN", "asset-freeze" },
	{ "us-ofac-sdn", "Specially Designated Nationals and Blocked Persons List",
	  "US Department of the Treasury, Office of Foreign Assets Control", "ministry", "US", "asset-freeze" },
	{ "us-ofac-cons", "Consolidated Sanctions List (Non-SDN Lists)",
	  "US Department of the Treasury, Office of Foreign Assets Control", "ministry", "US", "restricted-dealings" },
	{ "us-ofac-aliases", "Specially Designated Nationals and Blocked Persons List: names without the main file",
	  "US Department of the Treasury, Office of Foreign Assets Control", "ministry", "US", "asset-freeze" },
	{ "us-bis-dpl", "Denied Persons List",
	  "US Department of Commerce, Bureau of Industry and Security", "ministry", "US", "export-denial" },
	{ "ca-sema", "Consolidated Canadian Autonomous Sanctions List",
	  "Governor in Council of Canada", "council", "CA", "asset-freeze" },
	{ "eu-names", "Consolidated list of persons, groups and entities subject to EU financial sanctions: names",
	  "Council of the European Union", "council", "EU", "asset-freeze" },
	{ "au-names", "Australian Consolidated List: names",
	  "Minister for Foreign Affairs of Australia", "minister", "AU", "asset-freeze" },
	{ "names", "names", "", "other", "", "" },
};
/* clang-format on */

const struct ent_list *
ent_list_at(size_t index)
{
	return index < sizeof(lists) / sizeof(lists[0]) ? &lists[index] : NULL;
}

const struct ent_list *
ent_list_find(struct ent_str id)
{
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		if (ent_str_is(id, lists[i].id))
			return &lists[i];
	return NULL;
}

const char *
ent_listed_kind_name(enum ent_listed_kind k)
{
	static const char *const names[] = { "unknown", "person", "organisation", "vessel",
		                             "aircraft" };

	return names[k];
}

const char *
ent_listed_quality_name(enum ent_listed_quality q)
{
	static const char *const names[] = { "primary", "strong", "weak" };

	return names[q];
}
