/* SPDX-License-Identifier: Apache-2.0 */
/*
 * feed.h - what the commands of `entente feed` share with each other and with `taxii mirror`.
 */
#ifndef ENT_CLI_FEED_H
#define ENT_CLI_FEED_H
#include "cli/cli.h"
#include "exchange/feed.h"

/* "90s", "15m", "6h", "1d". */
struct ent_str ent_duration_text(struct ent_cli *c, int64_t seconds);
/* A mark to the microsecond; absent at the start. */
struct ent_str ent_feed_mark(struct ent_cli *c, int64_t us);

#endif
