/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sync_int.h - what the files of a sync share.
 */
#ifndef ENT_EXCHANGE_SYNC_INT_H
#define ENT_EXCHANGE_SYNC_INT_H
#include "exchange/exchange_int.h"
#include "exchange/peer.h"
#include "exchange/sync.h"
#include "taxii/client.h"

#define JSON_TYPE "application/json"
#define TEXT_TYPE "text/plain; charset=utf-8"

/* How receipts get there in a conversation. */
enum line {
	LINE_UNKNOWN, /* none was to be sent so far */
	LINE_OPEN,
	LINE_FAILED, /* the last one didn't get there, and it is time to try again */
	LINE_CLOSED  /* none goes in this conversation */
};

struct talk {
	struct ent_exchange *x;
	struct ent_arena *a;    /* as long as the sync */
	struct ent_arena *page; /* reset for each page */
	const struct ent_sync_options *o;
	struct ent_sync_report *out;
	struct ent_taxii_client *c;
	struct ent_agreement *g;
	struct ent_peer peer;
	struct ent_str id; /* of the agreement */
	int64_t ends;      /* by ent_tick_us(): no new page and no new receipt after that */
	bool resent;       /* receipts that they had already were sent again */
	bool offered;      /* so were those that they refuse */
	enum line line;
};

/* A call to one of the counterpart's own endpoints for this agreement. */
int ent_talk_call(struct talk *t, struct ent_arena *a, const char *method, const char *what,
                  struct ent_str body, const char *type, struct ent_answer *raw,
                  struct ent_err *err);
/* Whether the caller, or the time that this conversation has, says that it is enough. */
bool ent_talk_over(const struct talk *t);
/* Sends the receipts that are owed; what they refuse for good is set aside.  Memory is a's. */
int ent_talk_receipts(struct talk *t, struct ent_arena *a, struct ent_err *err);

#endif
