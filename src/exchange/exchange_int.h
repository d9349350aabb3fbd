/* SPDX-License-Identifier: Apache-2.0 */
/*
 * exchange_int.h - what the files of src/exchange share and nobody else sees.
 */
#ifndef ENT_EXCHANGE_EXCHANGE_INT_H
#define ENT_EXCHANGE_EXCHANGE_INT_H
#include "base/limits.h"
#include "base/time.h"
#include "base/uuid.h"
#include "exchange/exchange.h"
#include "store/store.h"

struct ent_exchange {
	struct ent_exchange_config c;
	struct ent_store *store;
	unsigned depth;         /* operations inside the open transaction, each with a mark */
	uint8_t cursor_key[32]; /* kept in the store */
	struct ent_logins *logins; /* its own; NULL where the configuration has them */
	uint64_t looked_at;        /* commits, when the look began */
	uint64_t tombs_looked_at;  /* the store's generation when tombs was found out */
	bool tombs;                /* there are tombstones (recall.h) */
	char who[160];             /* who acts, for the audit; empty: the node itself */
};

/* The spaces of documents in the store (store.h): the one list of them. */
#define ENT_SPACE_META      ENT_STR("meta") /* cursor-key, channels */
#define ENT_SPACE_PEER      ENT_STR("peer") /* party id: peer record */
#define ENT_SPACE_PIN       ENT_STR("pin")  /* hex pin: party id and host of a confirmed peer */
#define ENT_SPACE_INVITE    ENT_STR("invite") /* hex SHA-256 of its token: an open invitation */
#define ENT_SPACE_AGREEMENT ENT_STR("agreement") /* agreement uuid: local record */
#define ENT_SPACE_DOCUMENT  ENT_STR("document")  /* uuid/sha256: envelope */
#define ENT_SPACE_STATEMENT ENT_STR("statement") /* uuid/sha256: envelope */
#define ENT_SPACE_CURSOR                                                                       \
	ENT_STR("cursor") /* uuid/party: how far we have read that party's channel */
#define ENT_SPACE_RECEIPT_OUT                                                                  \
	ENT_STR("receipt-out") /* uuid/party/first/sha256: envelope that we signed */
#define ENT_SPACE_RECEIPT_UNSENT                                                               \
	ENT_STR("receipt-unsent") /* the same keys, until the sender took it */
#define ENT_SPACE_RECEIPT_IN                                                                   \
	ENT_STR("receipt-in") /* uuid/party/first/sha256: envelope that we verified */
#define ENT_SPACE_RECEIPT_AT                                                                   \
	ENT_STR("receipt-at") /* as receipt-in: the number of its entry in our ledger */
#define ENT_SPACE_RECEIPTED                                                                    \
	ENT_STR("receipted") /* uuid/party: last sequence number receipted */
#define ENT_SPACE_JOINED                                                                       \
	ENT_STR("joined") /* uuid/party: the last number of our channel before it became one   \
	                   */
#define ENT_SPACE_SALT                                                                         \
	ENT_STR("salt") /* uuid/secret: what a channel's salts are made of; uuid/seq: the salt \
	                   of an older entry */
#define ENT_SPACE_WANTED                                                                       \
	ENT_STR("wanted") /* uuid/party/m/note id or r/first/sha256: testimony to ask for */
#define ENT_SPACE_TESTIMONY                                                                    \
	ENT_STR("testimony") /* the same keys: entry of the counterpart's ledger, its proof */
#define ENT_SPACE_RANGE ENT_STR("range") /* ledger: compact range */
#define ENT_SPACE_COSIGNED                                                                     \
	ENT_STR("cosigned") /* ledger/size: own checkpoint with cosignatures */
#define ENT_SPACE_WITNESS                                                                      \
	ENT_STR("witness") /* origin: last checkpoint of a counterpart that we cosigned */
#define ENT_SPACE_HEARD                                                                        \
	ENT_STR("heard") /* origin/party: the last checkpoint of it that the party cosigned */
#define ENT_SPACE_CONFLICT ENT_STR("conflict") /* origin: two checkpoints that contradict */
#define ENT_SPACE_CONFLICT_OLD                                                                 \
	ENT_STR("conflict-old") /* origin/time: one that a person has put aside */
#define ENT_SPACE_JUDGED                                                                       \
	ENT_STR("judged") /* agreement: the document by which its channel was judged */
#define ENT_SPACE_WITHHELD                                                                     \
	ENT_STR("withheld") /* uuid/seq: the ledger's size when it was taken from the channel  \
	                     */
#define ENT_SPACE_RECEIPT_REFUSED                                                              \
	ENT_STR("receipt-refused") /* as receipt-unsent: why the sender does not take it,      \
	                              and when it is offered again */
#define ENT_SPACE_RECEIPT_TRY                                                                  \
	ENT_STR("receipt-try") /* uuid/party: why receipts didn't get there, and when they go  \
	                          again */
#define ENT_SPACE_RECEIPT_ALARM                                                                \
	ENT_STR("receipt-alarm") /* uuid/party/first/sha256: one that doesn't fit what was     \
	                            sent */
#define ENT_SPACE_RECEIPT_ALARM_OLD                                                            \
	ENT_STR("receipt-alarm-old") /* the same, once it is dealt with */
#define ENT_SPACE_SERVED                                                                       \
	ENT_STR("served") /* uuid/party: what was read and not receipted (served.c) */
#define ENT_SPACE_QUARANTINE                                                                   \
	ENT_STR("quarantine") /* agreement/object id/version key: what was put aside */
#define ENT_SPACE_DAILY ENT_STR("daily") /* what/party: day, and how many in it */
#define ENT_SPACE_MESSAGE                                                                      \
	ENT_STR("message") /* agreement/thread/created/note id: "own" or "theirs", version */
#define ENT_SPACE_WRITTEN                                                                      \
	ENT_STR("written") /* note id: the agreement for which this node wrote it */
#define ENT_SPACE_STATUS ENT_STR("status") /* TAXII status id: record */
#define ENT_SPACE_STATUS_AGE                                                                   \
	ENT_STR("status-age")          /* when it was made/TAXII status id: nothing */
#define ENT_SPACE_USER ENT_STR("user") /* local user: record */
/* hex SHA-256 of a bearer token, or pin of a user's certificate: record */
#define ENT_SPACE_TOKEN ENT_STR("token")
#define ENT_SPACE_COLLECTION                                                                   \
	ENT_STR("collection") /* root/uuid: record of a free-standing collection */
#define ENT_SPACE_SYNCED                                                                       \
	ENT_STR("synced")                  /* agreement/party: when a sync last went through   \
	                                    */
#define ENT_SPACE_TALKED ENT_STR("talked") /* agreement/party: the last whole conversation */
#define ENT_SPACE_ALIAS  ENT_STR("alias")  /* root/alias: the uuid of such a collection */

#define ENT_SPACE_FEED ENT_STR("feed") /* name: record of a feed */
#define ENT_SPACE_HARVEST                                                                      \
	ENT_STR("harvest") /* feed/name, mirror/sha256: how far it has come, and what came of  \
	                      it */

#define ENT_SPACE_APPROVAL                                                                     \
	ENT_STR("approval") /* hash of agreement and version: who asked, who decided */
#define ENT_SPACE_DISPATCH ENT_STR("dispatch") /* uuid/number: envelope, as it came */
#define ENT_SPACE_DISPATCH_HASH                                                                \
	ENT_STR("dispatch-hash")                         /* uuid/sha256: its number            \
	                                                  */
#define ENT_SPACE_DISPATCH_KIND ENT_STR("dispatch-kind") /* uuid/kind/number: its hash */
#define ENT_SPACE_DISPATCH_COUNT                                                               \
	ENT_STR("dispatch-count") /* uuid: the last number; uuid/party/kind: how many */
#define ENT_SPACE_DISPATCH_PEER                                                                \
	ENT_STR("dispatch-peer") /* uuid/party/what: how far it and we have the other's */

#define ENT_SPACE_PACKAGE                                                                      \
	ENT_STR("package") /* uuid/party/in or out/number: a package that was made or taken */
#define ENT_SPACE_EXTRACT                                                                      \
	ENT_STR("extract") /* id of a copy: what it was made of, and what opens its proof */
#define ENT_SPACE_EVALUATION                                                                   \
	ENT_STR("evaluation")          /* note: how this node evaluates it, for itself */
#define ENT_SPACE_LIFE ENT_STR("life") /* hash: a tip that waits for a second person */
#define ENT_SPACE_RECALLED                                                                     \
	ENT_STR("recalled") /* object/uuid/version or *: ours, taken back; its dispatch */
#define ENT_SPACE_TOMBSTONE                                                                    \
	ENT_STR("tombstone") /* object/version or * /uuid: recalled by a counterpart */

#define ENT_SPACE_SCREENED                                                                     \
	ENT_STR("screened")            /* id: a query, what it found, what was decided */
#define ENT_SPACE_LIST ENT_STR("list") /* list: which version of it is in the register */

/* Of the space meta: the API root that discovery names as the default. */
#define ENT_META_ROOT ENT_STR("default-root")

/* A write: a transaction of its own, or a part of the one that is open. */
int ent_x_begin(struct ent_exchange *x, struct ent_err *err);
/* Ends it: keeps the writes if rc is 0, undoes them if not.  Returns rc, or why they couldn't
 * be kept. */
int ent_x_end(struct ent_exchange *x, int rc, struct ent_err *err);
int64_t ent_x_now(const struct ent_exchange *x);
/* Here and not in a .c file, so that clang-tidy sees that it isn't 0. */
static inline int
ent_x_nomem(struct ent_err *err)
{
	return ent_fail(err, ENT_ENOMEM, "out of memory");
}

/* The current time as RFC 3339 with milliseconds, as envelopes and entries have it. */
struct ent_str ent_x_at(const struct ent_exchange *x, struct ent_arena *a);
/* Counts something that a counterpart causes, inside an open write; false when there was that
 * much of it today. */
bool ent_x_daily(struct ent_exchange *x, struct ent_arena *a, const char *what,
                 struct ent_str party, uint64_t most);
/* How many of them there were today. */
uint64_t ent_x_daily_count(struct ent_exchange *x, struct ent_arena *a, const char *what,
                           struct ent_str party);
/* Counts an alarm about a counterpart, inside an open write; false when it has caused more in a
 * day than go into the ledger. */
bool ent_alarm_allowed(struct ent_exchange *x, struct ent_arena *a, struct ent_str party);
/* A channel that nobody has yet (store.h), inside an open write. */
int ent_x_channel(struct ent_exchange *x, struct ent_arena *a, uint32_t *out,
                  struct ent_err *err);
/*
 * Shows each document of a space whose key begins with prefix and is > after (absent: from the
 * start) to see(), by key, in memory that doesn't grow with them; ends with what see() returns
 * other than 0.  What it is given lasts until it returns.
 */
int ent_x_docs_each(struct ent_exchange *x, struct ent_str space, struct ent_str prefix,
                    struct ent_str after,
                    int (*see)(void *self, struct ent_doc d, struct ent_err *err), void *self,
                    struct ent_err *err);
/* Reads a document and parses it as JSON. */
int ent_x_doc(struct ent_exchange *x, struct ent_arena *a, struct ent_str space,
              struct ent_str key, const struct ent_json **out, struct ent_err *err);

#endif
