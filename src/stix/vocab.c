/* SPDX-License-Identifier: Apache-2.0 */
/*
 * vocab.c - the vocabularies and enumerations of STIX 2.1, 10, with those of its errata 01.
 */
#include "stix/stix_int.h"

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))
#define WORDS(v, n, ...)                                                                       \
	static const char *const v##_list[] = { __VA_ARGS__ };                                 \
	const struct ent_words ent_##v = { n, v##_list, COUNT(v##_list) }

/* clang-format off */
WORDS(account_type_ov, "account-type-ov",
	"facebook", "kavi", "ldap", "nis", "openid", "radius", "skype", "tacacs", "twitter", "unix",
	"windows-local", "windows-domain");
WORDS(attack_motivation_ov, "attack-motivation-ov",
	"accidental", "coercion", "dominance", "ideology", "notoriety", "organizational-gain",
	"personal-gain", "personal-satisfaction", "revenge", "unpredictable");
WORDS(attack_resource_level_ov, "attack-resource-level-ov",
	"individual", "club", "contest", "team", "organization", "government");
WORDS(encryption_algorithm_enum, "encryption-algorithm-enum",
	"AES-256-GCM", "ChaCha20-Poly1305", "mime-type-indicated");
WORDS(extension_type_enum, "extension-type-enum",
	"new-sdo", "new-sco", "new-sro", "property-extension", "toplevel-property-extension");
WORDS(grouping_context_ov, "grouping-context-ov",
	"suspicious-activity", "malware-analysis", "unspecified");
WORDS(hash_algorithm_ov, "hash-algorithm-ov",
	"MD5", "SHA-1", "SHA-256", "SHA-512", "SHA3-256", "SHA3-512", "SSDEEP", "TLSH");
WORDS(identity_class_ov, "identity-class-ov",
	"individual", "group", "system", "organization", "class", "unknown");
WORDS(implementation_language_ov, "implementation-language-ov",
	"applescript", "bash", "c", "c++", "c#", "go", "java", "javascript", "lua", "objective-c", "perl",
	"php", "powershell", "python", "ruby", "rust", "scala", "swift", "typescript", "visual-basic",
	"x86-32", "x86-64");
WORDS(indicator_type_ov, "indicator-type-ov",
	"anomalous-activity", "anonymization", "benign", "compromised", "malicious-activity", "attribution",
	"unknown");
WORDS(industry_sector_ov, "industry-sector-ov",
	"agriculture", "aerospace", "automotive", "chemical", "commercial", "communications",
	"construction", "defense", "education", "energy", "entertainment", "financial-services",
	"government", "emergency-services", "government-local", "government-national",
	"government-public-services", "government-regional", "healthcare", "hospitality-leisure",
	"infrastructure", "dams", "nuclear", "water", "insurance", "legal", "manufacturing", "mining",
	"non-profit", "pharmaceuticals", "retail", "technology", "telecommunications", "transportation",
	"utilities");
WORDS(infrastructure_type_ov, "infrastructure-type-ov",
	"amplification", "anonymization", "botnet", "command-and-control", "control-system",
	"exfiltration", "firewall", "hosting-malware", "hosting-target-lists", "phishing",
	"reconnaissance", "routers-switches", "staging", "workstation", "unknown");
WORDS(malware_capabilities_ov, "malware-capabilities-ov",
	"accesses-remote-machines", "anti-debugging", "anti-disassembly", "anti-emulation",
	"anti-memory-forensics", "anti-sandbox", "anti-vm", "captures-input-peripherals",
	"captures-output-peripherals", "captures-system-state-data", "cleans-traces-of-infection",
	"commits-fraud", "communicates-with-c2", "compromises-data-availability",
	"compromises-data-integrity", "compromises-system-availability", "controls-local-machine",
	"degrades-security-software", "degrades-system-updates", "determines-c2-server", "emails-spam",
	"escalates-privileges", "evades-av", "exfiltrates-data", "fingerprints-host", "hides-artifacts",
	"hides-executing-code", "infects-files", "infects-remote-machines", "installs-other-components",
	"persists-after-system-reboot", "prevents-artifact-access", "prevents-artifact-deletion",
	"probes-network-environment", "self-modifies", "steals-authentication-credentials",
	"violates-system-operational-integrity");
WORDS(malware_result_ov, "malware-result-ov",
	"malicious", "suspicious", "benign", "unknown");
WORDS(malware_type_ov, "malware-type-ov",
	"adware", "backdoor", "bot", "bootkit", "ddos", "downloader", "dropper", "exploit-kit",
	"keylogger", "ransomware", "remote-access-trojan", "resource-exploitation",
	"rogue-security-software", "rootkit", "screen-capture", "spyware", "trojan", "unknown", "virus",
	"webshell", "wiper", "worm");
WORDS(socket_family_enum, "network-socket-address-family-enum",
	"AF_UNSPEC", "AF_INET", "AF_IPX", "AF_APPLETALK", "AF_NETBIOS", "AF_INET6", "AF_IRDA", "AF_BTH");
WORDS(socket_type_enum, "network-socket-type-enum",
	"SOCK_STREAM", "SOCK_DGRAM", "SOCK_RAW", "SOCK_RDM", "SOCK_SEQPACKET");
WORDS(opinion_enum, "opinion-enum",
	"strongly-disagree", "disagree", "neutral", "agree", "strongly-agree");
WORDS(pattern_type_ov, "pattern-type-ov",
	"stix", "pcre", "sigma", "snort", "suricata", "yara");
WORDS(processor_architecture_ov, "processor-architecture-ov",
	"alpha", "arm", "ia-64", "mips", "powerpc", "sparc", "x86", "x86-64");
WORDS(region_ov, "region-ov",
	"africa", "eastern-africa", "middle-africa", "northern-africa", "southern-africa",
	"western-africa", "americas", "caribbean", "central-america", "latin-america-caribbean",
	"northern-america", "south-america", "asia", "central-asia", "eastern-asia", "southern-asia",
	"south-eastern-asia", "western-asia", "europe", "eastern-europe", "northern-europe",
	"southern-europe", "western-europe", "oceania", "antarctica", "australia-new-zealand", "melanesia",
	"micronesia", "polynesia");
WORDS(registry_datatype_enum, "windows-registry-datatype-enum",
	"REG_NONE", "REG_SZ", "REG_EXPAND_SZ", "REG_BINARY", "REG_DWORD", "REG_DWORD_BIG_ENDIAN",
	"REG_DWORD_LITTLE_ENDIAN", "REG_LINK", "REG_MULTI_SZ", "REG_RESOURCE_LIST",
	"REG_FULL_RESOURCE_DESCRIPTION", "REG_RESOURCE_REQUIREMENTS_LIST", "REG_QWORD",
	"REG_INVALID_TYPE");
WORDS(report_type_ov, "report-type-ov",
	"attack-pattern", "campaign", "identity", "incident", "indicator", "intrusion-set", "malware",
	"observed-data", "threat-actor", "threat-report", "tool", "vulnerability");
WORDS(spec_version_enum, "versions of STIX that this reads",
	"2.1", "2.0");
WORDS(threat_actor_role_ov, "threat-actor-role-ov",
	"agent", "director", "independent", "infrastructure-architect", "infrastructure-operator",
	"malware-author", "sponsor");
WORDS(threat_actor_sophistication_ov, "threat-actor-sophistication-ov",
	"none", "minimal", "intermediate", "advanced", "expert", "innovator", "strategic");
WORDS(threat_actor_type_ov, "threat-actor-type-ov",
	"activist", "competitor", "crime-syndicate", "criminal", "hacker", "insider-accidental",
	"insider-disgruntled", "nation-state", "private-sector", "sensationalist", "spy", "terrorist",
	"unknown");
WORDS(tool_type_ov, "tool-type-ov",
	"denial-of-service", "exploitation", "information-gathering", "network-capture",
	"credential-exploitation", "remote-access", "vulnerability-scanning", "unknown");
WORDS(windows_integrity_enum, "windows-integrity-level-enum",
	"low", "medium", "high", "system");
WORDS(windows_pebinary_type_ov, "windows-pebinary-type-ov",
	"dll", "exe", "sys");
WORDS(windows_service_start_enum, "windows-service-start-type-enum",
	"SERVICE_AUTO_START", "SERVICE_BOOT_START", "SERVICE_DEMAND_START", "SERVICE_DISABLED",
	"SERVICE_SYSTEM_ALERT");
WORDS(windows_service_status_enum, "windows-service-status-enum",
	"SERVICE_CONTINUE_PENDING", "SERVICE_PAUSE_PENDING", "SERVICE_PAUSED", "SERVICE_RUNNING",
	"SERVICE_START_PENDING", "SERVICE_STOP_PENDING", "SERVICE_STOPPED");
WORDS(windows_service_type_enum, "windows-service-type-enum",
	"SERVICE_KERNEL_DRIVER", "SERVICE_FILE_SYSTEM_DRIVER", "SERVICE_WIN32_OWN_PROCESS",
	"SERVICE_WIN32_SHARE_PROCESS");

/* Character sets as 6.3 and 6.7 want them named: the preferred MIME name of IANA's register, else
 * the register's name. */
WORDS(charsets, "IANA character sets",
	"US-ASCII", "ISO-8859-1", "ISO-8859-2", "ISO-8859-3", "ISO-8859-4", "ISO-8859-5", "ISO-8859-6",
	"ISO-8859-7", "ISO-8859-8", "ISO-8859-9", "ISO-8859-10", "ISO-8859-13", "ISO-8859-14",
	"ISO-8859-15", "ISO-8859-16", "ISO-8859-6-E", "ISO-8859-6-I", "ISO-8859-8-E", "ISO-8859-8-I",
	"ISO-8859-1-Windows-3.0-Latin-1", "ISO-8859-1-Windows-3.1-Latin-1",
	"ISO-8859-2-Windows-Latin-2", "ISO-8859-9-Windows-Latin-5",
	"ISO_6937-2-add", "ISO_6937-2-25", "JIS_X0201", "JIS_Encoding", "Shift_JIS", "EUC-JP",
	"Extended_UNIX_Code_Fixed_Width_for_Japanese", "BS_4730", "SEN_850200_C", "IT", "ES", "DIN_66003",
	"NS_4551-1", "NF_Z_62-010", "ISO-10646-UTF-1", "ISO_646.basic:1983", "INVARIANT",
	"ISO_646.irv:1983", "NATS-SEFI", "NATS-SEFI-ADD", "NATS-DANO", "NATS-DANO-ADD", "SEN_850200_B",
	"KS_C_5601-1987", "ISO-2022-KR", "EUC-KR", "ISO-2022-JP", "ISO-2022-JP-2", "JIS_C6220-1969-jp",
	"JIS_C6220-1969-ro", "PT", "greek7-old", "latin-greek", "NF_Z_62-010_(1973)", "Latin-greek-1",
	"ISO_5427", "JIS_C6226-1978", "BS_viewdata", "INIS", "INIS-8", "INIS-cyrillic", "ISO_5427:1981",
	"ISO_5428:1980", "GB_1988-80", "GB_2312-80", "NS_4551-2", "videotex-suppl", "PT2", "ES2",
	"MSZ_7795.3", "JIS_C6226-1983", "greek7", "ASMO_449", "iso-ir-90", "JIS_C6229-1984-a",
	"JIS_C6229-1984-b", "JIS_C6229-1984-b-add", "JIS_C6229-1984-hand", "JIS_C6229-1984-hand-add",
	"JIS_C6229-1984-kana", "ISO_2033-1983", "ANSI_X3.110-1983", "T.61-7bit", "T.61-8bit",
	"ECMA-cyrillic", "CSA_Z243.4-1985-1", "CSA_Z243.4-1985-2", "CSA_Z243.4-1985-gr",
	"T.101-G2", "CSN_369103", "JUS_I.B1.002", "IEC_P27-1", "JUS_I.B1.003-serb", "JUS_I.B1.003-mac",
	"greek-ccitt", "NC_NC00-10:81", "GOST_19768-74", "ISO_8859-supp", "ISO_10367-box",
	"latin-lap", "JIS_X0212-1990", "DS_2089", "us-dk", "dk-us", "KSC5636", "UNICODE-1-1-UTF-7",
	"ISO-2022-CN", "ISO-2022-CN-EXT", "UTF-7", "UTF-7-IMAP", "UTF-8", "UTF-16", "UTF-16BE", "UTF-16LE",
	"UTF-32", "UTF-32BE", "UTF-32LE", "CESU-8", "SCSU", "BOCU-1", "GBK", "GB18030", "GB2312", "Big5",
	"Big5-HKSCS", "HZ-GB-2312", "OSD_EBCDIC_DF04_15", "OSD_EBCDIC_DF03_IRV", "OSD_EBCDIC_DF04_1",
	"ISO-11548-1", "KZ-1048", "PTCP154", "ISO-10646-UCS-2", "ISO-10646-UCS-4", "ISO-10646-UCS-Basic",
	"ISO-10646-Unicode-Latin1", "ISO-10646-J-1", "ISO-Unicode-IBM-1261", "ISO-Unicode-IBM-1268",
	"ISO-Unicode-IBM-1276", "ISO-Unicode-IBM-1264", "ISO-Unicode-IBM-1265", "UNICODE-1-1",
	"Adobe-Standard-Encoding", "Adobe-Symbol-Encoding", "Ventura-US", "Ventura-International",
	"Ventura-Math", "DEC-MCS", "hp-roman8", "HP-Legal", "HP-Pi-font", "HP-Math8", "HP-DeskTop",
	"Microsoft-Publishing", "Windows-31J", "IBM-Symbols", "IBM-Thai", "PC8-Danish-Norwegian",
	"PC8-Turkish", "macintosh", "IBM037", "IBM038", "IBM273", "IBM274", "IBM275", "IBM277", "IBM278",
	"IBM280", "IBM281", "IBM284", "IBM285", "IBM290", "IBM297", "IBM420", "IBM423", "IBM424", "IBM437",
	"IBM500", "IBM775", "IBM850", "IBM851", "IBM852", "IBM855", "IBM857", "IBM860", "IBM861", "IBM862",
	"IBM863", "IBM864", "IBM865", "IBM866", "IBM868", "IBM869", "IBM870", "IBM871", "IBM880", "IBM891",
	"IBM903", "IBM904", "IBM905", "IBM918", "IBM1026", "IBM1047", "IBM00858", "IBM00924", "IBM01140",
	"IBM01141", "IBM01142", "IBM01143", "IBM01144", "IBM01145", "IBM01146", "IBM01147", "IBM01148",
	"IBM01149", "EBCDIC-AT-DE", "EBCDIC-AT-DE-A", "EBCDIC-CA-FR", "EBCDIC-DK-NO", "EBCDIC-DK-NO-A",
	"EBCDIC-FI-SE", "EBCDIC-FI-SE-A", "EBCDIC-FR", "EBCDIC-IT", "EBCDIC-PT", "EBCDIC-ES",
	"EBCDIC-ES-A", "EBCDIC-ES-S", "EBCDIC-UK", "EBCDIC-US", "UNKNOWN-8BIT", "MNEMONIC", "MNEM",
	"VISCII", "VIQR", "KOI8-R", "KOI8-U", "KOI7-switched", "TIS-620", "TSCII", "BRF", "CP50220",
	"CP51932", "Amiga-1251", "windows-874", "windows-1250", "windows-1251", "windows-1252",
	"windows-1253", "windows-1254", "windows-1255", "windows-1256", "windows-1257", "windows-1258");
/* clang-format on */

bool
ent_words_have(const struct ent_words *w, struct ent_str s)
{
	for (size_t i = 0; i < w->count; i++)
		if (ent_str_is(s, w->list[i]))
			return true;
	return false;
}

bool
ent_charset_known(struct ent_str s)
{
	for (size_t i = 0; i < ent_charsets.count; i++)
		if (ent_str_caseis(s, ent_charsets.list[i]))
			return true;
	return false;
}
