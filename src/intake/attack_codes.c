/* SPDX-License-Identifier: Apache-2.0 */
/*
 * attack_codes.c - the codes of the Global Terrorism Database as tables, and what Incident Core
 * makes of a phase.
 */
#include "intake/attack.h"

#define COUNT(t) (sizeof(t) / sizeof((t)[0]))

/* clang-format off */
static const struct ent_attack_code attacks[] = {
	{ 1, "assassination", "Assassination" },
	{ 2, "armed-assault", "Armed Assault" },
	{ 3, "bombing-explosion", "Bombing/Explosion" },
	{ 4, "hijacking", "Hijacking" },
	{ 5, "hostage-taking-barricade", "Hostage Taking (Barricade Incident)" },
	{ 6, "hostage-taking-kidnapping", "Hostage Taking (Kidnapping)" },
	{ 7, "facility-infrastructure-attack", "Facility/Infrastructure Attack" },
	{ 8, "unarmed-assault", "Unarmed Assault" },
	{ 9, "unknown", "Unknown" },
};
static const struct ent_attack_code targets[] = {
	{ 1, "business", "Business" },
	{ 2, "government-general", "Government (General)" },
	{ 3, "police", "Police" },
	{ 4, "military", "Military" },
	{ 5, "abortion-related", "Abortion Related" },
	{ 6, "airports-and-aircraft", "Airports & Aircraft" },
	{ 7, "government-diplomatic", "Government (Diplomatic)" },
	{ 8, "educational-institution", "Educational Institution" },
	{ 9, "food-or-water-supply", "Food or Water Supply" },
	{ 10, "journalists-and-media", "Journalists & Media" },
	{ 11, "maritime", "Maritime" },
	{ 12, "ngo", "NGO" },
	{ 13, "other", "Other" },
	{ 14, "private-citizens-and-property", "Private Citizens & Property" },
	{ 15, "religious-figures-institutions", "Religious Figures/Institutions" },
	{ 16, "telecommunication", "Telecommunication" },
	{ 17, "terrorists-non-state-militia", "Terrorists/Non-State Militia" },
	{ 18, "tourists", "Tourists" },
	{ 19, "transportation-not-aviation", "Transportation" },
	{ 20, "unknown", "Unknown" },
	{ 21, "utilities", "Utilities" },
	{ 22, "violent-political-parties", "Violent Political Party" },
};
static const struct ent_attack_code weapons[] = {
	{ 1, "biological", "Biological" },
	{ 2, "chemical", "Chemical" },
	{ 3, "radiological", "Radiological" },
	{ 4, "nuclear", "Nuclear" },
	{ 5, "firearms", "Firearms" },
	{ 6, "explosives", "Explosives" },
	{ 7, "fake-weapons", "Fake Weapons" },
	{ 8, "incendiary", "Incendiary" },
	{ 9, "melee", "Melee" },
	{ 10, "vehicle", "Vehicle (not to include vehicle-borne explosives, i.e., car or truck bombs)" },
	{ 11, "sabotage-equipment", "Sabotage Equipment" },
	{ 12, "other", "Other" },
	{ 13, "unknown", "Unknown" },
};
static const struct ent_attack_code regions[] = {
	{ 1, "north-america", "North America" },
	{ 2, "central-america-and-caribbean", "Central America & Caribbean" },
	{ 3, "south-america", "South America" },
	{ 4, "east-asia", "East Asia" },
	{ 5, "southeast-asia", "Southeast Asia" },
	{ 6, "south-asia", "South Asia" },
	{ 7, "central-asia", "Central Asia" },
	{ 8, "western-europe", "Western Europe" },
	{ 9, "eastern-europe", "Eastern Europe" },
	{ 10, "middle-east-and-north-africa", "Middle East & North Africa" },
	{ 11, "sub-saharan-africa", "Sub-Saharan Africa" },
	{ 12, "australasia-and-oceania", "Australasia & Oceania" },
};
static const struct ent_attack_code modes[] = {
	{ 1, "letter", "Letter" },
	{ 2, "call-after", "Call (post-incident)" },
	{ 3, "call-before", "Call (pre-incident)" },
	{ 4, "e-mail", "E-mail" },
	{ 5, "note", "Note left at scene" },
	{ 6, "video", "Video" },
	{ 7, "website", "Posted to website, blog, etc." },
	{ 8, "personal-claim", "Personal claim" },
	{ 9, "other", "Other" },
	{ 10, "unknown", "Unknown" },
};
static const struct ent_attack_code phases[] = {
	{ 1, "plotted", "Plotted: planned, not begun" },
	{ 2, "attempted", "Attempted: begun, failed" },
	{ 3, "executed", "Executed: carried out" },
	{ 4, "thwarted", "Thwarted: prevented by somebody" },
};
static const struct {
	const struct ent_attack_code *rows;
	size_t n;
	const char *name;
} tables[ENT_CODES_COUNT] = {
	[ENT_CODES_ATTACK] = { attacks, COUNT(attacks), "attack type" },
	[ENT_CODES_TARGET] = { targets, COUNT(targets), "target type" },
	[ENT_CODES_WEAPON] = { weapons, COUNT(weapons), "weapon type" },
	[ENT_CODES_REGION] = { regions, COUNT(regions), "region" },
	[ENT_CODES_CLAIM_MODE] = { modes, COUNT(modes), "mode of a claim" },
	[ENT_CODES_PHASE] = { phases, COUNT(phases), "phase" },
};
/* clang-format on */

const struct ent_attack_code *
ent_attack_code_at(enum ent_attack_codes t, size_t i)
{
	return i < tables[t].n ? &tables[t].rows[i] : NULL;
}

const struct ent_attack_code *
ent_attack_code(enum ent_attack_codes t, int64_t number)
{
	return number >= 1 && (uint64_t)number <= tables[t].n ? &tables[t].rows[number - 1]
	                                                      : NULL;
}

const struct ent_attack_code *
ent_attack_code_find(enum ent_attack_codes t, struct ent_str s)
{
	uint64_t number = 0;

	for (size_t i = 0; i < tables[t].n; i++)
		if (ent_str_is(s, tables[t].rows[i].word) ||
		    ent_str_caseis(s, tables[t].rows[i].name))
			return &tables[t].rows[i];
	return ent_str_u64(s, tables[t].n, &number) ? NULL
	                                            : ent_attack_code(t, (int64_t)number);
}

const char *
ent_attack_codes_name(enum ent_attack_codes t)
{
	return tables[t].name;
}

const char *
ent_attack_determination(struct ent_str phase)
{
	static const struct {
		const char *phase, *determination;
	} rows[] = { { "executed", "confirmed" },
		     { "thwarted", "blocked" },
		     { "attempted", "failed-attempt" },
		     { "plotted", "suspected" } };

	for (size_t i = 0; i < COUNT(rows); i++)
		if (ent_str_is(phase, rows[i].phase))
			return rows[i].determination;
	return "suspected";
}
