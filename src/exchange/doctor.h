/* SPDX-License-Identifier: Apache-2.0 */
/*
 * doctor.h - the road to a counterpart, walked step by step up to the first that fails.
 */
#ifndef ENT_EXCHANGE_DOCTOR_H
#define ENT_EXCHANGE_DOCTOR_H
#include "exchange/peer.h"

/* In this order; each is tried only where those before it are well. */
enum ent_doctor_step {
	ENT_STEP_VERIFIED,    /* here */
	ENT_STEP_NAME,        /* has an address */
	ENT_STEP_PORT,        /* takes connections */
	ENT_STEP_TLS,         /* a server that speaks TLS and HTTP */
	ENT_STEP_CERTIFICATE, /* of a node, and of this one */
	ENT_STEP_PIN,         /* with the key of its card */
	ENT_STEP_CLOCK,       /* as ours, nearly */
	ENT_STEP_KNOWN,       /* they have verified us */
	ENT_STEP_AGREEMENT,   /* in force, here and there */
	ENT_STEP_LEDGER,      /* neither went back to an old copy, nor shows two histories */
	ENT_STEP_CURSOR,      /* all that they sent has been read */
	ENT_STEPS
};
const char *ent_doctor_step_name(enum ent_doctor_step s);

struct ent_doctor {
	/* of each step: what was seen, or what fails and what to do; absent: it wasn't tried */
	struct ent_str text[ENT_STEPS];
	int failed; /* which of them; ENT_STEPS: none */
};
/* Never fails for what it finds; ENT_ENOMEM, ENT_ESTORE. */
int ent_doctor(struct ent_exchange *x, struct ent_arena *a, const struct ent_peer *p,
               struct ent_doctor *out, struct ent_err *err);

#endif
