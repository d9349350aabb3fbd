/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ban.h - functions that no source under src/ may name.
 *
 * Given to the compiler with -include, so that each file has it first.  The system headers that
 * declare these names come before the ban; what to use instead stands in docs/architecture.md.
 */
#ifndef ENT_BASE_BAN_H
#define ENT_BASE_BAN_H
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#pragma GCC poison strcpy strcat strncpy strncat sprintf vsprintf strtok gets atoi atol atof   \
    gmtime localtime ctime asctime system
#endif
