/* SPDX-License-Identifier: Apache-2.0 */
/*
 * main.c - the program entente: hands its words to the table of commands.
 */
#include "cli/cli.h"

int
main(int argc, char **argv)
{
	return ent_cli_main(argc, argv, ENT_VERSION);
}
