/* SPDX-License-Identifier: Apache-2.0 */
/*
 * notice_words.h - the words of notices that something is banned, for all who read notices.
 */
#ifndef ENT_SCREEN_NOTICE_WORDS_H
#define ENT_SCREEN_NOTICE_WORDS_H

#define ENT_NOTICE_BAN                                                                         \
	"banned|outlawed|proscribed|prohibited|bans|ban|banning|outlaws|outlaw|outlawing|"     \
	"proscribing|proscribes|proscribe|forbidden|blacklisted|blacklisting|illegal"
/* запрещена, запрещенная, запрещённая, запрещен, запрещено */
#define ENT_NOTICE_BAN_RU                                                                      \
	"\xd0\xb7\xd0\xb0\xd0\xbf\xd1\x80\xd0\xb5\xd1\x89\xd0\xb5\xd0\xbd\xd0\xb0|"            \
	"\xd0\xb7\xd0\xb0\xd0\xbf\xd1\x80\xd0\xb5\xd1\x89\xd0\xb5\xd0\xbd\xd0\xbd\xd0\xb0"     \
	"\xd1\x8f|"                                                                            \
	"\xd0\xb7\xd0\xb0\xd0\xbf\xd1\x80\xd0\xb5\xd1\x89\xd1\x91\xd0\xbd\xd0\xbd\xd0\xb0"     \
	"\xd1\x8f|"                                                                            \
	"\xd0\xb7\xd0\xb0\xd0\xbf\xd1\x80\xd0\xb5\xd1\x89\xd0\xb5\xd0\xbd|"                    \
	"\xd0\xb7\xd0\xb0\xd0\xbf\xd1\x80\xd0\xb5\xd1\x89\xd0\xb5\xd0\xbd\xd0\xbe"
/* Its beginning, for all its other forms: запрещен */
#define ENT_NOTICE_BAN_RU_STEM                                                                 \
	"\xd0\xb7\xd0\xb0\xd0\xbf\xd1\x80\xd0\xb5\xd1\x89\xd0\xb5\xd0\xbd"

#endif
