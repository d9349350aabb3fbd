/* SPDX-License-Identifier: Apache-2.0 */
/*
 * commands.h - every command; each is defined in the file of its group.
 */
#ifndef ENT_CLI_COMMANDS_H
#define ENT_CLI_COMMANDS_H
#include "cli/cli.h"

/* clang-format off */
extern const struct ent_command
	ent_cmd_init,
	ent_cmd_serve,
	ent_cmd_status,
	ent_cmd_peer_add,
	ent_cmd_peer_code,
	ent_cmd_peer_confirm,
	ent_cmd_peer_list,
	ent_cmd_peer_show,
	ent_cmd_peer_remove,
	ent_cmd_peer_card,
	ent_cmd_agreement_propose,
	ent_cmd_agreement_accept,
	ent_cmd_agreement_suspend,
	ent_cmd_agreement_resume,
	ent_cmd_agreement_terminate,
	ent_cmd_agreement_list,
	ent_cmd_agreement_show,
	ent_cmd_agreement_log,
	ent_cmd_import,
	ent_cmd_list,
	ent_cmd_show,
	ent_cmd_release,
	ent_cmd_sync,
	ent_cmd_receipts,
	ent_cmd_digest,
	ent_cmd_inbox,
	ent_cmd_ask,
	ent_cmd_reply,
	ent_cmd_outcome,
	ent_cmd_tip,
	ent_cmd_ledger_list,
	ent_cmd_ledger_show,
	ent_cmd_ledger_verify,
	ent_cmd_ledger_export,
	ent_cmd_ledger_checkpoint,
	ent_cmd_ledger_conflict,
	ent_cmd_collection_add,
	ent_cmd_collection_set,
	ent_cmd_collection_list,
	ent_cmd_collection_remove,
	ent_cmd_user_add,
	ent_cmd_user_set,
	ent_cmd_user_list,
	ent_cmd_user_remove,
	ent_cmd_user_token,
	ent_cmd_user_tokens,
	ent_cmd_user_revoke,
	ent_cmd_taxii_discover,
	ent_cmd_taxii_collections,
	ent_cmd_taxii_get,
	ent_cmd_taxii_post,
	ent_cmd_taxii_status,
	ent_cmd_taxii_delete,
	ent_cmd_stix_validate,
	ent_cmd_stix_diff,
	ent_cmd_stix_new_version,
	ent_cmd_stix_markings,
	ent_cmd_stix_graph,
	ent_cmd_stix_stats,
	ent_cmd_version,
	ent_cmd_help;
/* clang-format on */

#endif
