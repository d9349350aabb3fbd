/* SPDX-License-Identifier: Apache-2.0 */
/*
 * port.h - the exchange as a TAXII server sees it (taxii/port.h), and the nodes' own endpoints.
 */
#ifndef ENT_EXCHANGE_PORT_H
#define ENT_EXCHANGE_PORT_H
#include "exchange/exchange.h"
#include "taxii/port.h"

/* The port's functions; their self is a struct ent_exchange. page_max and page_default come
 * from limits.h. */
const struct ent_taxii_port *ent_exchange_port(void);

/*
 * entente's own endpoints: /.well-known/entente and /entente/v1/...
 *   GET  /.well-known/entente                                   the card, to anybody
 *   POST /entente/v1/agreements/ID/statements                   {"documents","statements"}; the
 * answer is ours in that form POST /entente/v1/agreements/ID/receipts                     a
 * receipt envelope GET  /entente/v1/agreements/ID/checkpoint?old=N             add-checkpoint
 * body: proof from N and our signed checkpoint POST /entente/v1/agreements/ID/cosignature our
 * checkpoint with the caller's cosignature POST /entente/v1/witness/add-checkpoint C2SP
 * tlog-witness GET  /entente/v1/witness/HEX/checkpoint                     the last one that we
 * cosigned; HEX: SHA-256 of the origin GET  /healthz, /readyz
 */
struct ent_api_call {
	struct ent_str method, path, query, body;
	bool has_pin;
	uint8_t pin[32];
};
struct ent_api_answer {
	int status;
	const char *type; /* Content-Type */
	struct ent_str body;
	const char *error_id; /* of a failure; NULL if none */
	bool failed; /* body is the text of a failure, to be put into an error message resource
	              */
};
/* Whether the path is one of these. */
bool ent_api_wants(struct ent_str path);
/* The methods of a path, as Allow has them; NULL: there is nothing there. */
const char *ent_api_allow(struct ent_str path);
void ent_api(struct ent_exchange *x, struct ent_arena *a, const struct ent_api_call *c,
             struct ent_api_answer *out);

#endif
