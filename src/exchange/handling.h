/* SPDX-License-Identifier: Apache-2.0 */
/*
 * handling.h - what a marking definition says beyond TLP: PAP, IEP 2.0, and the handling of
 * police and courts (docs/extensions/README.md, handling).
 */
#ifndef ENT_EXCHANGE_HANDLING_H
#define ENT_EXCHANGE_HANDLING_H
#include <entente/stix.h>

#define ENT_EXT_HANDLING "extension-definition--6d0f6a5e-7c0b-4a3c-9f35-2b8f5b1f7e64"
#define ENT_EXT_IEP      "extension-definition--762e2e97-ee51-43e5-a9ea-165fbb862c4a"
#define ENT_EXT_PAP      "extension-definition--f8d78575-edfd-406e-8e84-6162a8450f5b"

/* What the receiver may do with it: the Permissible Actions Protocol. */
enum ent_pap { ENT_PAP_NONE, ENT_PAP_CLEAR, ENT_PAP_GREEN, ENT_PAP_AMBER, ENT_PAP_RED };
/* By all characters of the id, as published; ENT_PAP_NONE for any other. */
enum ent_pap ent_pap_of(struct ent_str marking_id);
/* "clear", "green", "amber", "red"; "none". */
const char *ent_pap_name(enum ent_pap p);
/* ENT_EINVAL if it is none of them. */
int ent_pap_parse(struct ent_str s, enum ent_pap *out);

/* Europol's handling codes, as bits. */
#define ENT_HANDLING_CODES 4
#define ENT_H(code)        (1u << (code))
/* "H0" to "H3" as the number; -1 if it is none of them. */
int ent_handling_code(struct ent_str s);

/* What one definition says.  Borrowed from its tree and the arena. */
struct ent_handling {
	bool forged; /* it has the id of a published TLP or PAP marking, and says something else
	              */
	enum ent_pap pap; /* by its id */
	bool iep;         /* it is an IEP policy */
	bool codes;       /* it says how police and courts handle it */
	bool other;       /* it has extensions that nobody reads here */
	bool unreadable;  /* one of these two is there and can't be read */
	enum ent_tlp iep_tlp;
	int64_t iep_from, iep_until; /* microseconds: from the first, before the second */
	unsigned handling;           /* ENT_H() of each code; not in court is H1 */
	const struct ent_str *releasable, *purposes;
	size_t n_releasable, n_purposes; /* 0: it says nothing of that */
	bool releasable_said;            /* it has a list, which may be empty: for nobody */
};
/* Reads a marking-definition; what is no such is as one that says nothing.  ENT_ENOMEM. */
int ent_handling_read(struct ent_arena *a, const struct ent_json *v, struct ent_handling *out,
                      struct ent_err *err);

#endif
