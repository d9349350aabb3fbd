/* SPDX-License-Identifier: Apache-2.0 */
/*
 * list_csv.c - whatever a table's bytes are: what is given out keeps the promises of
 * intake/list.h, and counts agree with it.
 */
#include "lists.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	return check_list("sdn.csv", data, len);
}
