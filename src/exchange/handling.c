/* SPDX-License-Identifier: Apache-2.0 */
/*
 * handling.c - marking definitions read: PAP, IEP 2.0, handling codes.
 */
#include "exchange/handling.h"

#include "base/limits.h"
#include "base/time.h"

#define ENT_EXT_TLP2 "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d"

/* clang-format off */
static const struct {
	struct ent_str id;
	enum ent_pap level;
	const char *value;
} paps[] = {
	{ ENT_STR("marking-definition--ad15a0cd-55b6-4588-a14c-a66105329b92"), ENT_PAP_CLEAR, "clear" },
	{ ENT_STR("marking-definition--c43594d1-4b11-4c59-93ab-1c9b14d53ce9"), ENT_PAP_GREEN, "green" },
	{ ENT_STR("marking-definition--60f8932b-e51e-4458-b265-a2e8be9a80ab"), ENT_PAP_AMBER, "amber" },
	{ ENT_STR("marking-definition--740d36e5-7714-4c30-961a-3ae632ceee0e"), ENT_PAP_RED,   "red" },
	/* of PAP 1, still on the wire */
	{ ENT_STR("marking-definition--a3bea94c-b469-41dc-9cfe-d6e7daba7730"), ENT_PAP_CLEAR, "white" },
};
/* clang-format on */
#define PAPS (sizeof(paps) / sizeof(paps[0]))

static const char *const pap_names[] = {
	[ENT_PAP_NONE] = "none",   [ENT_PAP_CLEAR] = "clear", [ENT_PAP_GREEN] = "green",
	[ENT_PAP_AMBER] = "amber", [ENT_PAP_RED] = "red",
};

enum ent_pap
ent_pap_of(struct ent_str id)
{
	for (size_t i = 0; i < PAPS; i++)
		if (ent_str_eq(paps[i].id, id))
			return paps[i].level;
	return ENT_PAP_NONE;
}

const char *
ent_pap_name(enum ent_pap p)
{
	return pap_names[p];
}

int
ent_pap_parse(struct ent_str s, enum ent_pap *out)
{
	for (enum ent_pap p = ENT_PAP_CLEAR; p <= ENT_PAP_RED; p++)
		if (ent_str_is(s, pap_names[p])) {
			*out = p;
			return 0;
		}
	return ENT_EINVAL;
}

int
ent_handling_code(struct ent_str s)
{
	if (s.n != 2 || s.p[0] != 'H' || s.p[1] < '0' || s.p[1] >= '0' + ENT_HANDLING_CODES)
		return -1;
	return s.p[1] - '0';
}

static bool
is_read(struct ent_str extension)
{
	return ent_str_is(extension, ENT_EXT_HANDLING) || ent_str_is(extension, ENT_EXT_IEP) ||
	       ent_str_is(extension, ENT_EXT_PAP) || ent_str_is(extension, ENT_EXT_TLP2);
}

/* A published marking says with its extension what its id says, and nothing else. */
static bool
pap_genuine(const struct ent_json *v)
{
	const struct ent_json *extensions = ent_json_getc(v, "extensions"),
			      *x = ent_json_getc(extensions, ENT_EXT_PAP);
	struct ent_str id = ent_json_getstr(v, "id"), value = ent_json_getstr(x, "pap"),
		       name = ent_json_getstr(v, "name");

	if (ent_json_getc(v, "definition") || ent_json_getc(v, "definition_type") ||
	    ent_json_count(extensions) != 1)
		return false;
	if (ent_json_getc(v, "name") && (name.n < 4 || !ent_str_starts(name, "PAP:")))
		return false; /* a name may be left out, but not lie */
	for (size_t i = 0; i < PAPS; i++)
		if (ent_str_eq(paps[i].id, id))
			return ent_str_is(value, paps[i].value) &&
			       (!name.p ||
			        ent_str_caseis(ent_str_from(name, 4), paps[i].value));
	return false;
}

/* A list of texts, none of them empty; false if it isn't one. */
static bool
texts(struct ent_arena *a, const struct ent_json *list, const struct ent_str **out, size_t *n,
      bool *nomem)
{
	size_t count = ent_json_count(list);
	struct ent_str *all;

	*n = 0;
	if (!list)
		return true;
	if (!ent_json_is(list, ENT_JSON_ARRAY) || count > ENT_GATE_DEFINITION_LIST)
		return false;
	all = ent_arena_array(a, count, sizeof(*all));
	if (!all) {
		*nomem = true;
		return false;
	}
	for (size_t i = 0; i < count; i++) {
		all[i] = ent_json_str(ent_json_at(list, i));
		if (all[i].n == 0)
			return false;
	}
	*out = all;
	*n = count;
	return true;
}

static bool
read_codes(struct ent_arena *a, const struct ent_json *x, struct ent_handling *h, bool *nomem)
{
	const struct ent_json *court = ent_json_getc(x, "not_in_court");
	const struct ent_str *codes = NULL;
	bool no = false;
	size_t n;

	if (!texts(a, ent_json_getc(x, "codes"), &codes, &n, nomem))
		return false;
	for (size_t i = 0; i < n; i++) {
		int code = ent_handling_code(codes[i]);

		if (code < 0)
			return false;
		h->handling |= ENT_H(code);
	}
	if (court && !ent_json_bool(court, &no))
		return false;
	if (no)
		h->handling |= ENT_H(1);
	h->releasable_said = ent_json_getc(x, "releasable_to") != NULL;
	return texts(a, ent_json_getc(x, "releasable_to"), &h->releasable, &h->n_releasable,
	             nomem) &&
	       texts(a, ent_json_getc(x, "purposes"), &h->purposes, &h->n_purposes, nomem);
}

static bool
instant(const struct ent_json *v, int64_t missing, int64_t *out)
{
	struct ent_str s = ent_json_str(v);

	*out = missing;
	return !v || (s.p && ent_time_parse(s, out, NULL) == 0);
}

/* Where several texts of the framework name things differently, a policy that says neither of
 * them can't be read. */
static bool
read_iep(const struct ent_json *x, struct ent_handling *h)
{
	struct ent_str tlp = ent_json_getstr(x, "tlp");

	return tlp.p && ent_tlp_parse(tlp, &h->iep_tlp) == 0 &&
	       instant(ent_json_getc(x, "start_date"), INT64_MIN, &h->iep_from) &&
	       instant(ent_json_getc(x, "end_date"), INT64_MAX, &h->iep_until);
}

int
ent_handling_read(struct ent_arena *a, const struct ent_json *v, struct ent_handling *out,
                  struct ent_err *err)
{
	const struct ent_json *extensions = ent_json_getc(v, "extensions"), *codes, *iep;
	struct ent_str id = ent_json_getstr(v, "id");
	bool nomem = false;

	*out = (struct ent_handling){ 0 };
	if (!ent_str_is(ent_json_getstr(v, "type"), "marking-definition"))
		return 0;
	out->pap = ent_pap_of(id);
	out->forged = (out->pap != ENT_PAP_NONE && !pap_genuine(v)) ||
	              (ent_tlp_of(id) != ENT_TLP_NONE && !ent_tlp_genuine(v));
	for (size_t i = 0; i < ent_json_count(extensions); i++)
		out->other |= !is_read(ent_json_key(extensions, i));
	codes = ent_json_getc(extensions, ENT_EXT_HANDLING);
	iep = ent_json_getc(extensions, ENT_EXT_IEP);
	out->codes = codes != NULL;
	out->iep = iep != NULL;
	if (codes)
		out->unreadable |= !read_codes(a, codes, out, &nomem);
	if (iep)
		out->unreadable |= !read_iep(iep, out);
	return nomem ? ent_fail(err, ENT_ENOMEM, "out of memory") : 0;
}
