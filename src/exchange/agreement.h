/* SPDX-License-Identifier: Apache-2.0 */
/*
 * agreement.h - agreements: a signed document, and the signed statements that are its life
 * (docs/exchange.md).
 *
 * The state is a function of the set of statements and of the clock, never of the order of
 * arrival, so two nodes that hold the same statements always agree.
 */
#ifndef ENT_EXCHANGE_AGREEMENT_H
#define ENT_EXCHANGE_AGREEMENT_H
#include <entente/stix.h>

#include "base/limits.h"
#include "base/uuid.h"
#include "crypto/hash.h"
#include "crypto/sign.h"
#include "exchange/exchange.h"
#include "exchange/gate_terms.h"

enum ent_state {
	ENT_PROPOSED, /* not every party has accepted the same document */
	ENT_PENDING,  /* accepted, its first day is to come */
	ENT_IN_FORCE,
	ENT_SUSPENDED,
	ENT_TERMINATED,
	ENT_EXPIRED,
	ENT_DRAFT,      /* it has to be initialled, and not every party has */
	ENT_INITIALLED, /* the text is settled; it is not accepted yet */
	ENT_SIGNED,     /* accepted by all parties; an approver's word is missing */
	ENT_PROVISIONAL /* the same, and applied until that word comes, as the document allows
	                 */
};

enum ent_onward { ENT_ONWARD_NEVER, ENT_ONWARD_CONSENT, ENT_ONWARD_TLP };

/* What one party may send on its channel. */
struct ent_terms {
	bool all_types;
	const struct ent_str *types;
	size_t n_types;
	enum ent_tlp tlp_max;
	enum ent_tlp unmarked; /* the level at which an object without TLP counts; NONE: it is
	                          not released */
	const struct ent_str
	    *markings; /* further marking-definition ids that don't stop a release */
	size_t n_markings;
	enum ent_onward onward;
	int64_t retention_days, reply_hours; /* 0: none */
	bool two_person;
	struct ent_gate_limits gate;
};

struct ent_party {
	struct ent_str id, name, auspices;
	uint8_t key[ENT_PUB];
	struct ent_terms terms;
	bool accepted, initialled, gone; /* gone: it has left */
	int64_t left;                    /* when it leaves, or left; INT64_MAX: it doesn't */
};

/* Whose signature is needed beside those of the parties: a ministry, say.  It runs no node. */
struct ent_approver {
	struct ent_str id, name, party; /* party: for which it speaks */
	uint8_t key[ENT_PUB];
	bool agreed;
};

/* What happens to received information after the end. */
enum ent_ending { ENT_ENDING_NONE, ENT_ENDING_RETURN, ENT_ENDING_DESTROY, ENT_ENDING_KEEP };

struct ent_suspension {
	struct ent_str sha256; /* hex, of the suspend statement: what resume names */
	struct ent_str by, reason;
	int64_t at;
	bool resumed[ENT_PARTIES_MAX]; /* by each party, in the document's order */
};

/* What was announced and has no effect yet: the end, a suspension, a party's leaving. */
struct ent_notice {
	struct ent_str sha256; /* hex of the statement: what withdraw-notice names */
	struct ent_str by, reason;
	int act; /* enum ent_act */
	int64_t at, effect;
	bool back[ENT_PARTIES_MAX]; /* who has signed that it is withdrawn */
};

struct ent_agreement {
	struct ent_str id; /* UUID */
	struct ent_str title, text,
	    document; /* document: hex SHA-256 of the governing one's body */
	int64_t version;
	bool binding;
	struct ent_party party[ENT_PARTIES_MAX];
	size_t parties, self;            /* self: which of them this node is */
	int64_t valid_from, valid_until; /* microseconds; INT64_MAX: no end */
	int64_t notice_days;
	int64_t life_ack_minutes, life_report_hours; /* threats to life (life.h); 0: no lane */
	int64_t suspension_days; /* from a suspend to its effect; 0: at once */
	int64_t ending_days;     /* within which the ending is carried out */
	enum ent_ending ending;
	bool initialling; /* all parties initial the text before they accept it */
	bool provisional; /* it applies before the approvers have signed */
	bool accession;   /* a later version may have further parties */
	struct ent_approver approver[ENT_APPROVERS_MAX];
	size_t approvers;
	enum ent_state state;
	struct ent_notice *notice; /* that have no effect yet, earliest effect first */
	size_t notices;
	struct ent_suspension *suspension; /* open ones, earliest first; the arena's */
	size_t suspensions;
	struct ent_str ended_by, ended_reason; /* termination, also while its notice runs */
	int64_t ends; /* when a termination takes effect; INT64_MAX: none */
	struct ent_str
	    newer; /* hex of a later document that isn't accepted by all yet; absent if none */
	uint32_t outbound, inbound; /* channels in the store */
	bool recalls;               /* this node has recalled something under it */
};

const char *ent_state_name(enum ent_state s);
/* "return", "destroy", "keep"; parsing gives ENT_EUNUSABLE for anything else. */
const char *ent_ending_name(enum ent_ending e);
int ent_ending_parse(struct ent_str s, enum ent_ending *out);
/* Reads and computes an agreement as of the exchange's clock.  ENT_ENOENT. */
int ent_agreement_load(struct ent_exchange *x, struct ent_arena *a, struct ent_str id,
                       struct ent_agreement *out, struct ent_err *err);
/* By UUID, by a start of it that is unique, or by title. */
int ent_agreement_find(struct ent_exchange *x, struct ent_arena *a, struct ent_str who,
                       struct ent_agreement *out, struct ent_err *err);
/*
 * Shows each agreement to see(), which ends it by returning other than 0.  One that can't be
 * read keeps no other from being seen: then g is NULL, and why says what is wrong with it. What
 * g has lasts until see() returns.
 */
int ent_agreement_each(struct ent_exchange *x,
                       int (*see)(void *self, struct ent_str id, const struct ent_agreement *g,
                                  const struct ent_err *why),
                       void *self, struct ent_err *err);
/*
 * Whether information may pass between two parties now: 0, or ENT_ESTATE with who stopped it,
 * when and why; *error_id (may be NULL) is "agreement-suspended", "agreement-proposed" and so
 * on.
 */
int ent_agreement_open(const struct ent_agreement *g, struct ent_str one, struct ent_str other,
                       const char **error_id, struct ent_err *err);
/* Which party has that id; -1 if none. */
int ent_agreement_party(const struct ent_agreement *g, struct ent_str id);
/* The approver with that id; NULL if none. */
const struct ent_approver *ent_agreement_approver(const struct ent_agreement *g,
                                                  struct ent_str id);
/* The id of a party's outbound (or inbound) collection under an agreement: a UUIDv5 of both,
 * the same on every node. */
struct ent_str ent_collection_id(struct ent_arena *a, struct ent_str agreement,
                                 struct ent_str party, bool outbound);
/* One line for people: "in force", "suspended by North since ...: reason". */
struct ent_str ent_agreement_describe(struct ent_arena *a, const struct ent_agreement *g);

/* Parses and validates a document's body: no state, no channels.  ENT_EUNUSABLE with what is
 * wrong. */
int ent_document_read(struct ent_arena *a, const struct ent_json *body,
                      struct ent_agreement *out, struct ent_err *err);

struct ent_proposal {
	struct ent_str title, text, auspices;
	bool binding;
	int64_t valid_from, valid_until; /* INT64_MIN: once accepted; INT64_MAX: no end */
	int64_t notice_days;
	int64_t life_ack_minutes, life_report_hours; /* threats to life (life.h); 0: no lane */
	struct ent_terms terms;                      /* of every party's channel */
	struct ent_str terms_json;   /* instead: the "terms" object itself, member names being
	                                peers' ids or names; absent: none */
	const struct ent_str *peers; /* names or ids of confirmed peers */
	size_t n_peers;
	int64_t suspension_days, ending_days;
	enum ent_ending ending;
	bool initialling, provisional, accession;
	struct ent_str approvers; /* the JSON list of them; absent: none */
	struct ent_str amends;    /* a new version of that agreement; absent: a new one */
};
/* Makes the document and signs `propose` for it. */
int ent_agreement_propose(struct ent_exchange *x, struct ent_arena *a,
                          const struct ent_proposal *p, struct ent_agreement *out,
                          struct ent_err *err);
/* What a party can sign. */
enum ent_act {
	ENT_ACT_PROPOSE,
	ENT_ACT_ACCEPT,
	ENT_ACT_SUSPEND,
	ENT_ACT_RESUME,
	ENT_ACT_TERMINATE,
	ENT_ACT_ROTATE,
	ENT_ACT_INITIAL,
	ENT_ACT_COUNTERSIGN, /* an approver's */
	ENT_ACT_WITHDRAW,    /* a notice is taken back */
	ENT_ACT_LEAVE,       /* one party goes, the others go on */
	ENT_ACTS
};
const char *ent_act_name(enum ent_act act);
/*
 * Signs accept, suspend, resume or terminate.  ENT_ESTATE where it makes no sense, with why.
 *
 * document: what is accepted, by the start (8 digits or more) of the hash under which it was
 * read.  Absent, it is the one document that waits (documents never go away, so it is the one
 * that was shown); where several do, ENT_ESTATE: nobody signs what somebody else could have put
 * there a moment ago.  Of the other acts it must be absent.
 */
int ent_agreement_act(struct ent_exchange *x, struct ent_arena *a, struct ent_str id,
                      enum ent_act what, struct ent_str document, struct ent_str reason,
                      struct ent_err *err);
/* Suspends from a day to come (not before now). */
int ent_agreement_suspend(struct ent_exchange *x, struct ent_arena *a, struct ent_str id,
                          int64_t from, struct ent_str reason, struct ent_err *err);
/* An approver's signature, by its key, under the document (its hash or the start of it). */
int ent_agreement_countersign(struct ent_exchange *x, struct ent_arena *a, struct ent_str id,
                              const struct ent_key *key, struct ent_str document,
                              struct ent_str reason, struct ent_err *err);
/* Whether all parties have accepted it. */
static inline bool
ent_agreement_settled(const struct ent_agreement *g)
{
	return g->state != ENT_PROPOSED && g->state != ENT_DRAFT && g->state != ENT_INITIALLED;
}
/* Whether information passes under it: in force, or applied provisionally. */
static inline bool
ent_agreement_applies(const struct ent_agreement *g)
{
	return g->state == ENT_IN_FORCE || g->state == ENT_PROVISIONAL;
}

/* A document that waits: it isn't accepted by all, and isn't older than the one that governs.
 */
struct ent_waiting {
	struct ent_str sha256, by, at;
	int64_t version;
	bool accepted; /* by this node */
};
int ent_agreement_waiting(struct ent_exchange *x, struct ent_arena *a, struct ent_str id,
                          struct ent_waiting **out, size_t *count, struct ent_err *err);
/* Any document of an agreement, by the start of its hash: *out as ent_document_read gives it,
 * with .document and who has accepted it.  ENT_ENOENT; ENT_EINVAL if it isn't unique. */
int ent_agreement_document(struct ent_exchange *x, struct ent_arena *a, struct ent_str id,
                           struct ent_str document, struct ent_agreement *out,
                           struct ent_err *err);

/* An envelope that was not taken; sha256: hex of its body, empty if it has none. */
struct ent_refused {
	struct ent_str sha256, why;
};

struct ent_statements_taken {
	size_t fresh;       /* new ones */
	size_t known;       /* were here already: a replayed statement changes nothing */
	size_t refused;     /* each by itself, whoever signed it */
	size_t dispatches;  /* new ones (dispatch.h) */
	bool more;          /* there are more dispatches to be asked for */
	struct ent_err why; /* of the first of them */
	/* those that the sender signed itself, or that nobody did */
	struct ent_refused told[ENT_REFUSED_TOLD];
	size_t n_told;
};
/*
 * Takes what the counterpart from sent in that form.  Each document and statement stands by
 * itself: what is signed, about this agreement and within its author's bounds is kept, the rest
 * is refused and counted.  Fails if all of it was refused (ENT_ESIG, ENT_EPARSE, ENT_EUNUSABLE,
 * ENT_ELIMIT, as for the first), if from is no party of it (ENT_ENOENT) and if the disk or the
 * memory fails; then nothing is kept.  Where it makes another document govern, entries that the
 * counterparts have not receipted are judged by it anew (gate.h).
 */
int ent_agreement_take(struct ent_exchange *x, struct ent_arena *a, struct ent_str id,
                       struct ent_str from, struct ent_str bundle,
                       struct ent_statements_taken *out, struct ent_err *err);
/* Says in the log what was refused of the sender's own. */
void ent_statements_taken_log(struct ent_exchange *x, struct ent_str id, struct ent_str from,
                              const struct ent_statements_taken *taken);
/* All documents and statements of an agreement:
 * {"documents":[envelope...],"statements":[envelope...]}, and the dispatches that the
 * counterpart `to` has not said it has (absent: none); answers (may be NULL): what was
 * refused of those that the counterpart sent, which it is told of
 * ("refused":[{"sha256":...,"why":...}...]). */
int ent_agreement_bundle(struct ent_exchange *x, struct ent_arena *a, struct ent_str id,
                         struct ent_str to, const struct ent_statements_taken *answers,
                         struct ent_str *out, struct ent_err *err);

/* A statement as the log of an agreement shows it. */
struct ent_statement {
	struct ent_str sha256, by, reason, document, suspension;
	struct ent_str
	    rehearsal; /* of a resume: hex hash of the report that it rests on; absent */
	enum ent_act act;
	struct ent_str notice; /* what withdraw-notice names */
	int64_t at, from;      /* from: the first day of a suspension; INT64_MIN: at once */
};
int ent_statements(struct ent_exchange *x, struct ent_arena *a, struct ent_str id,
                   struct ent_statement **out, size_t *count, struct ent_err *err);

#endif
