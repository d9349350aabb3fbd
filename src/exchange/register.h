/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register.h - the register of designations: the objects of the holdings that have any.
 *
 * There is no table beside the objects: what an entry is, its object says (docs/extensions), so
 * that what a counterpart sent is in the register too, under its own name.  Entries of one's
 * own lists are found by list and reference number, and have ids that follow from these and
 * from the node's party.
 */
#ifndef ENT_EXCHANGE_REGISTER_H
#define ENT_EXCHANGE_REGISTER_H
#include "exchange/designation.h"
#include "exchange/holdings.h"

struct ent_register_item {
	struct ent_held held;
	const struct ent_json *object, *designations;
};
/*
 * Shows the newest version of each object with designations; source as in struct
 * ent_holdings_query.  In memory that doesn't grow with them; what see() is given lasts until
 * it returns, and other than 0 ends it.
 */
int ent_register_each(struct ent_exchange *x, struct ent_str source,
                      int (*see)(void *self, const struct ent_register_item *item,
                                 struct ent_err *err),
                      void *self, struct ent_err *err);

/* ---- lists ---- */

/* An entry of a list: its designation without "source" and "first_seen_on", as JSON. */
struct ent_register_entry {
	struct ent_str list, ref;
	struct ent_str designation;
};

enum ent_register_what {
	ENT_ENTRY_NEW,
	ENT_ENTRY_CHANGED,
	ENT_ENTRY_LIFTED,  /* it isn't on the list any more */
	ENT_ENTRY_RELISTED /* it was lifted, and is on the list again */
};
const char *ent_register_what_name(enum ent_register_what w);

struct ent_register_change {
	enum ent_register_what what;
	struct ent_str list, ref, id, name;
	const struct ent_json *was, *is; /* designations; NULL where there is none */
};

struct ent_register_file {
	struct ent_str name;
	uint8_t sha256[32];
	uint64_t bytes;
};

struct ent_register_batch {
	const struct ent_register_entry *entries; /* all of them: read to the end before */
	size_t n;
	struct ent_str title;                  /* of the document, for "source" */
	struct ent_str date;                   /* of the list, YYYY-MM-DD; absent: today */
	const struct ent_register_file *files; /* the main one first */
	size_t n_files;
	bool partial; /* what isn't in it may be on the list all the same */
	bool older;   /* take it though it is older than the one before */
	bool many;    /* take it though most entries would be lifted */
	bool dry;     /* change nothing, only say what would change */
	/* Called for each change, inside the write; may be NULL, as progress. */
	int (*see)(void *self, const struct ent_register_change *c, struct ent_err *err);
	void (*progress)(void *self, size_t done, size_t total);
	void *self;
};

struct ent_register_report {
	size_t fresh, changed, lifted, relisted, same;
	bool first;   /* nothing of the list was in the register */
	bool written; /* something was */
};

/*
 * Brings the register to what a list says, in one transaction: each entry that is new or
 * changed becomes a version of its object, each that is gone is lifted with the list's date.
 * The same list a second time changes nothing.  What was read goes into the internal ledger as
 * "list-import", with the hashes of its files.
 *
 * ENT_ESTATE: the list is older than the one before (older), or more than half of its entries
 * would be lifted (many): a file that was cut looks so.
 */
int ent_register_import(struct ent_exchange *x, const struct ent_register_batch *b,
                        struct ent_register_report *out, struct ent_err *err);

/* ---- by hand ---- */

struct ent_register_new {
	struct ent_str
	    to; /* an object of one's own that gets the designation; absent: a new one */
	struct ent_str type;           /* identity, threat-actor, intrusion-set */
	struct ent_str identity_class; /* of an identity */
	struct ent_str name;
	enum ent_tlp tlp;
};
/*
 * Adds a designation, JSON as docs/extensions has it, with its entry in the internal ledger:
 * "designate".  ENT_EDENIED for an object that isn't one's own, ENT_EEXIST where it has the
 * same one already, ENT_EUNUSABLE where it isn't valid.
 */
int ent_register_add(struct ent_exchange *x, struct ent_arena *a,
                     const struct ent_register_new *n, struct ent_str designation,
                     struct ent_str *id, struct ent_err *err);
/*
 * Lifts the index-th designation of an object of one's own, from a day on, by an instrument
 * (may be absent); "lift" in the internal ledger.  ENT_ESTATE where it is lifted.
 */
int ent_register_lift(struct ent_exchange *x, struct ent_arena *a, struct ent_str id,
                      size_t index, struct ent_str on, struct ent_str instrument,
                      struct ent_err *err);

#endif
