/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dispatch_kinds.c - the table of dispatches: names, bounds, checks, and what each calls for.
 */
#include "exchange/communique_int.h"
#include "exchange/dispatch_int.h"
#include "exchange/life_int.h"
#include "exchange/recall_int.h"
#include "exchange/rehearsal_int.h"

/* clang-format off */
const struct ent_dispatch_rules ent_dispatch_rules[ENT_DISPATCH_KINDS] = {
	[ENT_DISPATCH_REHEARSAL]   = { "rehearsal",   ENT_DISPATCH_BYTES, 1000,    ent_rehearsal_check, NULL },
	[ENT_DISPATCH_RECALL]      = { "recall",      4096,               1000000, ent_recall_check, ent_recall_apply },
	[ENT_DISPATCH_PURGE]       = { "purge",       4096,               1000000, ent_purge_check, NULL },
	[ENT_DISPATCH_LIFE]        = { "life",        8192,               10000,   ent_life_check, ent_life_apply },
	[ENT_DISPATCH_LIFE_ACK]    = { "life-ack",    4096,               10000,   ent_life_ack_check, NULL },
	[ENT_DISPATCH_LIFE_REPORT] = { "life-report", 8192,               10000,   ent_life_report_check, NULL },
	[ENT_DISPATCH_COMMUNIQUE]  = { "communique",  4096,               10000,   ent_communique_check, NULL },
};
/* clang-format on */
