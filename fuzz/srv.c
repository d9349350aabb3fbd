/* SPDX-License-Identifier: Apache-2.0 */
/*
 * srv.c - what is read out of an answer of the DNS are names and ports that a URL can be made
 * of, and putting them in order loses none.
 */
#include <stdlib.h>
#include <string.h>

#include "http/srv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static uint32_t
next(void *self)
{
	return *(uint32_t *)self *= 2654435761u;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct ent_srv list[ENT_SRV_MAX];
	uint32_t random = (uint32_t)len * 2 + 1;
	unsigned ports = 0;
	size_t n = 0;
	int rc = ent_srv_read((struct ent_str){ (const char *)data, len }, list, &n, NULL);

	if (n > ENT_SRV_MAX || (rc == 0) != (n > 0))
		abort();
	for (size_t i = 0; i < n; i++) {
		if (!list[i].port || !memchr(list[i].host, '\0', sizeof(list[i].host)) ||
		    !ent_srv_is_name(ent_str_c(list[i].host)))
			abort();
		ports += list[i].port;
	}
	ent_srv_order(list, n, next, &random);
	for (size_t i = 0; i < n; i++) {
		ports -= list[i].port;
		if (i && list[i].priority < list[i - 1].priority)
			abort();
	}
	if (ports)
		abort();
	return 0;
}
