/* SPDX-License-Identifier: Apache-2.0 */
/*
 * vocab.c - the vocabularies and enumerations of STIX 2.1, 10, with those of its errata 01.
 *
 * Each is in the order of its bytes, for it is searched by halving.
 */
#include "stix/stix_int.h"

#define WORDS(v, n, f, ...)                                                                    \
	const struct ent_words ent_##v = {                                                     \
		n, ENT_F_##f, { __VA_ARGS__, sizeof(__VA_ARGS__) - 1, 0, false }               \
	}

/* clang-format off */
WORDS(account_type_ov, "account-type-ov", ACCOUNT_TYPE,
	"facebook|kavi|ldap|nis|openid|radius|skype|tacacs|twitter|unix|windows-domain|"
	"windows-local");
WORDS(attack_motivation_ov, "attack-motivation-ov", ATTACK_MOTIVATION,
	"accidental|coercion|dominance|ideology|notoriety|organizational-gain|personal-gain|"
	"personal-satisfaction|revenge|unpredictable");
WORDS(attack_resource_level_ov, "attack-resource-level-ov", RESOURCE_LEVEL,
	"club|contest|government|individual|organization|team");
WORDS(encryption_algorithm_enum, "encryption-algorithm-enum", ENUM,
	"AES-256-GCM|ChaCha20-Poly1305|mime-type-indicated");
WORDS(extension_type_enum, "extension-type-enum", ENUM,
	"new-sco|new-sdo|new-sro|property-extension|toplevel-property-extension");
WORDS(grouping_context_ov, "grouping-context-ov", GROUPING,
	"malware-analysis|suspicious-activity|unspecified");
WORDS(hash_algorithm_ov, "hash-algorithm-ov", HASH_NAME,
	"MD5|SHA-1|SHA-256|SHA-512|SHA3-256|SHA3-512|SSDEEP|TLSH");
WORDS(identity_class_ov, "identity-class-ov", IDENTITY_CLASS,
	"class|group|individual|organization|system|unknown");
WORDS(implementation_language_ov, "implementation-language-ov", LANGUAGES,
	"applescript|bash|c|c#|c++|go|java|javascript|lua|objective-c|perl|php|powershell|"
	"python|ruby|rust|scala|swift|typescript|visual-basic|x86-32|x86-64");
WORDS(indicator_type_ov, "indicator-type-ov", INDICATOR_TYPES,
	"anomalous-activity|anonymization|attribution|benign|compromised|malicious-activity|"
	"unknown");
WORDS(industry_sector_ov, "industry-sector-ov", SECTOR,
	"aerospace|agriculture|automotive|chemical|commercial|communications|construction|"
	"dams|defense|education|emergency-services|energy|entertainment|financial-services|"
	"government|government-local|government-national|government-public-services|"
	"government-regional|healthcare|hospitality-leisure|infrastructure|insurance|legal|"
	"manufacturing|mining|non-profit|nuclear|pharmaceuticals|retail|technology|"
	"telecommunications|transportation|utilities|water");
WORDS(infrastructure_type_ov, "infrastructure-type-ov", INFRASTRUCTURE_TYPES,
	"amplification|anonymization|botnet|command-and-control|control-system|exfiltration|"
	"firewall|hosting-malware|hosting-target-lists|phishing|reconnaissance|"
	"routers-switches|staging|unknown|workstation");
WORDS(malware_capabilities_ov, "malware-capabilities-ov", CAPABILITIES,
	"accesses-remote-machines|anti-debugging|anti-disassembly|anti-emulation|"
	"anti-memory-forensics|anti-sandbox|anti-vm|captures-input-peripherals|"
	"captures-output-peripherals|captures-system-state-data|cleans-traces-of-infection|"
	"commits-fraud|communicates-with-c2|compromises-data-availability|"
	"compromises-data-integrity|compromises-system-availability|controls-local-machine|"
	"degrades-security-software|degrades-system-updates|determines-c2-server|emails-spam|"
	"escalates-privileges|evades-av|exfiltrates-data|fingerprints-host|hides-artifacts|"
	"hides-executing-code|infects-files|infects-remote-machines|"
	"installs-other-components|persists-after-system-reboot|prevents-artifact-access|"
	"prevents-artifact-deletion|probes-network-environment|self-modifies|"
	"steals-authentication-credentials|violates-system-operational-integrity");
WORDS(malware_result_ov, "malware-result-ov", MALWARE_RESULT,
	"benign|malicious|suspicious|unknown");
WORDS(malware_type_ov, "malware-type-ov", MALWARE_TYPES,
	"adware|backdoor|bootkit|bot|ddos|downloader|dropper|exploit-kit|keylogger|"
	"ransomware|remote-access-trojan|resource-exploitation|rogue-security-software|"
	"rootkit|screen-capture|spyware|trojan|unknown|virus|webshell|wiper|worm");
WORDS(socket_family_enum, "network-socket-address-family-enum", ENUM,
	"AF_APPLETALK|AF_BTH|AF_INET|AF_INET6|AF_IPX|AF_IRDA|AF_NETBIOS|AF_UNSPEC");
WORDS(socket_type_enum, "network-socket-type-enum", ENUM,
	"SOCK_DGRAM|SOCK_RAW|SOCK_RDM|SOCK_SEQPACKET|SOCK_STREAM");
WORDS(opinion_enum, "opinion-enum", ENUM,
	"agree|disagree|neutral|strongly-agree|strongly-disagree");
WORDS(pattern_type_ov, "pattern-type-ov", PATTERN_TYPE,
	"pcre|sigma|snort|stix|suricata|yara");
WORDS(processor_architecture_ov, "processor-architecture-ov", ARCHITECTURE,
	"alpha|arm|ia-64|mips|powerpc|sparc|x86|x86-64");
WORDS(region_ov, "region-ov", REGION,
	"africa|americas|antarctica|asia|australia-new-zealand|caribbean|central-america|"
	"central-asia|eastern-africa|eastern-asia|eastern-europe|europe|"
	"latin-america-caribbean|melanesia|micronesia|middle-africa|northern-africa|"
	"northern-america|northern-europe|oceania|polynesia|south-america|south-eastern-asia|"
	"southern-africa|southern-asia|southern-europe|western-africa|western-asia|"
	"western-europe");
WORDS(registry_datatype_enum, "windows-registry-datatype-enum", ENUM,
	"REG_BINARY|REG_DWORD|REG_DWORD_BIG_ENDIAN|REG_DWORD_LITTLE_ENDIAN|REG_EXPAND_SZ|"
	"REG_FULL_RESOURCE_DESCRIPTION|REG_INVALID_TYPE|REG_LINK|REG_MULTI_SZ|REG_NONE|"
	"REG_QWORD|REG_RESOURCE_LIST|REG_RESOURCE_REQUIREMENTS_LIST|REG_SZ");
WORDS(report_type_ov, "report-type-ov", REPORT_TYPES,
	"attack-pattern|campaign|identity|incident|indicator|intrusion-set|malware|"
	"observed-data|threat-actor|threat-report|tool|vulnerability");
WORDS(spec_version_enum, "versions of STIX that this reads", ENUM,
	"2.0|2.1");
WORDS(threat_actor_role_ov, "threat-actor-role-ov", ACTOR_ROLE,
	"agent|director|independent|infrastructure-architect|infrastructure-operator|"
	"malware-author|sponsor");
WORDS(threat_actor_sophistication_ov, "threat-actor-sophistication-ov", SOPHISTICATION,
	"advanced|expert|innovator|intermediate|minimal|none|strategic");
WORDS(threat_actor_type_ov, "threat-actor-type-ov", ACTOR_TYPES,
	"activist|competitor|crime-syndicate|criminal|hacker|insider-accidental|"
	"insider-disgruntled|nation-state|private-sector|sensationalist|spy|terrorist|unknown");
WORDS(tool_type_ov, "tool-type-ov", TOOL_TYPES,
	"credential-exploitation|denial-of-service|exploitation|information-gathering|"
	"network-capture|remote-access|unknown|vulnerability-scanning");
WORDS(windows_integrity_enum, "windows-integrity-level-enum", ENUM,
	"high|low|medium|system");
WORDS(windows_pebinary_type_ov, "windows-pebinary-type-ov", PEBINARY_TYPE,
	"dll|exe|sys");
WORDS(windows_service_start_enum, "windows-service-start-type-enum", ENUM,
	"SERVICE_AUTO_START|SERVICE_BOOT_START|SERVICE_DEMAND_START|SERVICE_DISABLED|"
	"SERVICE_SYSTEM_ALERT");
WORDS(windows_service_status_enum, "windows-service-status-enum", ENUM,
	"SERVICE_CONTINUE_PENDING|SERVICE_PAUSED|SERVICE_PAUSE_PENDING|SERVICE_RUNNING|"
	"SERVICE_START_PENDING|SERVICE_STOPPED|SERVICE_STOP_PENDING");
WORDS(windows_service_type_enum, "windows-service-type-enum", ENUM,
	"SERVICE_FILE_SYSTEM_DRIVER|SERVICE_KERNEL_DRIVER|SERVICE_WIN32_OWN_PROCESS|"
	"SERVICE_WIN32_SHARE_PROCESS");
/* clang-format on */

bool
ent_words_have(const struct ent_words *w, struct ent_str s)
{
	return ent_registry_has(&w->list, s);
}
