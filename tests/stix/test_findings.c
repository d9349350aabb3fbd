/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_findings.c - every kind of finding: an object that has it, where it points, and its line
 * in docs/findings.md.
 */
#include "test.h"

#include "base/buf.h"
#include "base/file.h"
#include "base/limits.h"
#include "stix/stix_int.h"

#define UUID     "8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f"
#define TIMES    "'created':'2020-01-01T00:00:00.000Z','modified':'2020-01-01T00:00:00.000Z'"
#define HEAD(t)  "'type':'" t "','spec_version':'2.1','id':'" t "--" UUID "'," TIMES
#define IDENTITY "{" HEAD("identity") ",'name':'x'"
#define SCO(t)   "{'type':'" t "','id':'" t "--" UUID "'"
#define MARKING                                                                                \
	"{'type':'marking-definition','spec_version':'2.1','created':'2020-01-01T00:00:00."    \
	"000Z'"
#define NOTE "{" HEAD("note") ",'content':'x','object_refs':['tool--" UUID "']"
#define OBSERVED                                                                               \
	"{" HEAD(                                                                              \
	    "observed-data") ",'number_observed':1,'first_observed':'2020-01-01T00:00:00Z',"   \
			     "'last_observed':'2020-01-01T00:00:00Z',"
#define TRAFFIC(rest)                                                                          \
	SCO("network-traffic") ",'src_ref':'ipv4-addr--" UUID "','src_port':1" rest "}"
#define DEFINITION                                                                             \
	"{" HEAD(                                                                              \
	    "extension-definition") ",'name':'x','schema':'x','version':'1','created_by_ref'"  \
				    ":'identity--" UUID "'"
#define STATEMENT ",'definition_type':'statement','definition':{'statement':'x'}"

struct example {
	const char *code, *pointer;
	const char *object; /* with ' for " */
};

/* clang-format off */
static const struct example examples[] = {
	{ "not-an-object", "", "[1]" },
	{ "required-property", "", "{" HEAD("identity") "}" },
	{ "required-property", "", "{" HEAD("malware") ",'is_family':true}" },
	{ "required-property", "/external_references/0", IDENTITY ",'external_references':[{'url':'a:b'}]}" },
	{ "property-not-allowed", "/defanged", IDENTITY ",'defanged':true}" },
	{ "property-not-allowed", "/lang", "{" HEAD("language-content") ",'lang':'en','object_ref':'identity--" UUID
	  "','contents':{'de':{'name':'y'}}}" },
	{ "null-value", "/description", IDENTITY ",'description':null}" },
	{ "null-value", "/roles/1", IDENTITY ",'roles':['a',null]}" },
	{ "null-value", "/x_y/0/z", IDENTITY ",'x_y':[{'z':null}]}" },
	{ "value-type", "/name", "{" HEAD("identity") ",'name':1}" },
	{ "value-type", "/roles", IDENTITY ",'roles':'a'}" },
	{ "value-type", "/revoked", IDENTITY ",'revoked':'true'}" },
	{ "value-type", "/confidence", IDENTITY ",'confidence':1.5}" },
	{ "value-type", "/size", SCO("file") ",'name':'x','size':'1'}" },
	{ "empty-list", "/labels", IDENTITY ",'labels':[]}" },
	{ "empty-list", "/x_list", IDENTITY ",'x_list':[]}" },
	{ "empty-dictionary", "/extensions", IDENTITY ",'extensions':{}}" },
	{ "empty-dictionary", "/hashes", SCO("file") ",'name':'x','hashes':{}}" },
	{ "value-range", "/confidence", IDENTITY ",'confidence':101}" },
	{ "value-range", "/latitude", "{" HEAD("location") ",'latitude':-90.5,'longitude':0}" },
	{ "value-range", "/src_port", SCO("network-traffic") ",'protocols':['tcp'],'src_ref':'ipv4-addr--" UUID
	  "','src_port':65536}" },
	{ "timestamp", "/first_seen", "{" HEAD("campaign") ",'name':'x','first_seen':'2021-02-29T00:00:00Z'}" },
	{ "timestamp", "/modified", "{'type':'identity','spec_version':'2.1','id':'identity--" UUID "','name':'x',"
	  "'created':'2020-01-01T00:00:00.000Z','modified':'2020-01-01 00:00:00.000Z'}" },
	{ "timestamp-precision", "/created", "{'type':'identity','spec_version':'2.1','id':'identity--" UUID "',"
	  "'name':'x','created':'2020-01-01T00:00:00Z','modified':'2020-01-01T00:00:00.000Z'}" },
	{ "time-order", "/modified", "{'type':'identity','spec_version':'2.1','id':'identity--" UUID "','name':'x',"
	  "'created':'2020-01-01T00:00:00.0000000001Z','modified':'2020-01-01T00:00:00.000Z'}" },
	{ "time-order", "/valid_until", "{" HEAD("indicator") ",'pattern':'x','pattern_type':'pcre',"
	  "'valid_from':'2020-01-01T00:00:00Z','valid_until':'2020-01-01T00:00:00.0Z'}" },
	{ "type-name", "/type", "{" HEAD("Identity") ",'name':'x'}" },
	{ "type-name", "/type", "{" HEAD("action") "}" },
	{ "property-name", "/9lives", IDENTITY ",'9lives':1}" },
	{ "property-name", "/a~1b~0c", IDENTITY ",'a/b~c':1}" },
	{ "reserved-name", "/severity", IDENTITY ",'severity':1}" },
	{ "dictionary-key", "/environment_variables/a b", SCO("process") ",'environment_variables':{'a b':'c'}}" },
	{ "dictionary-key", "/hashes/M5", SCO("file") ",'hashes':{'M5':'00'}}" },
	{ "identifier", "/id", "{'type':'identity','spec_version':'2.1','id':'identity--1','name':'x'," TIMES "}" },
	{ "identifier", "/created_by_ref", IDENTITY ",'created_by_ref':'identity--8e2e2d2b-17d4-0cbf-938f-98ee46b3cd3f'}" },
	{ "identifier-prefix", "/id", "{'type':'identity','spec_version':'2.1','id':'tool--" UUID "','name':'x'," TIMES "}" },
	{ "identifier-version", "/id", "{'type':'process','id':'process--8e2e2d2b-17d4-5cbf-938f-98ee46b3cd3f','pid':1}" },
	{ "reference-type", "/created_by_ref", IDENTITY ",'created_by_ref':'tool--" UUID "'}" },
	{ "reference-type", "/object_refs/1", "{" HEAD("note") ",'content':'x','object_refs':['tool--" UUID
	  "','bundle--" UUID "']}" },
	{ "reference-type", "/objects/1/belongs_to_ref", "{" HEAD("observed-data") ",'number_observed':1,"
	  "'first_observed':'2020-01-01T00:00:00Z','last_observed':'2020-01-01T00:00:00Z',"
	  "'objects':{'0':" SCO("url") ",'value':'a:b'},'1':" SCO("email-addr") ",'value':'a@b','belongs_to_ref':'0'}}}" },
	{ "reference-key", "/objects/1/belongs_to_ref", "{" HEAD("observed-data") ",'number_observed':1,"
	  "'first_observed':'2020-01-01T00:00:00Z','last_observed':'2020-01-01T00:00:00Z',"
	  "'objects':{'1':" SCO("email-addr") ",'value':'a@b','belongs_to_ref':'2'}}}" },
	{ "enum-value", "/opinion", "{" HEAD("opinion") ",'opinion':'Agree','object_refs':['tool--" UUID "']}" },
	{ "enum-value", "/spec_version", "{'type':'url','id':'url--" UUID "','spec_version':'3','value':'a:b'}" },
	{ "value-syntax", "/lang", IDENTITY ",'lang':'espa\xc3\xb1ol'}" },
	{ "value-syntax", "/value", SCO("ipv4-addr") ",'value':'1.2.3.4/33'}" },
	{ "value-syntax", "/value", SCO("ipv6-addr") ",'value':'::g'}" },
	{ "value-syntax", "/value", SCO("mac-addr") ",'value':'AA:bb:cc:dd:ee:ff'}" },
	{ "value-syntax", "/value", SCO("url") ",'value':'example.com'}" },
	{ "value-syntax", "/value", SCO("email-addr") ",'value':'A <a@b>'}" },
	{ "value-syntax", "/cpe", SCO("software") ",'name':'x','cpe':'cpe:2.3:a:b'}" },
	{ "value-syntax", "/key", SCO("windows-registry-key") ",'key':'hklm\\\\x'}" },
	{ "value-syntax", "/path_enc", SCO("directory") ",'path':'/','path_enc':'no.such'}" },
	{ "value-syntax", "/granular_markings/0/selectors/0", IDENTITY ",'granular_markings':[{'lang':'en','selectors':"
	  "['[0].name']}]}" },
	{ "hex-value", "/magic_number_hex", SCO("file") ",'name':'x','magic_number_hex':'0'}" },
	{ "base64-value", "/payload_bin", SCO("artifact") ",'payload_bin':'a b='}" },
	{ "hash-value", "/hashes/SHA-256", SCO("file") ",'hashes':{'SHA-256':'00'}}" },
	{ "any-of", "", "{" HEAD("location") "}" },
	{ "any-of", "", SCO("process") "}" },
	{ "any-of", "/extensions/tcp-ext", SCO("network-traffic") ",'protocols':['tcp'],'src_ref':'ipv4-addr--" UUID
	  "','extensions':{'tcp-ext':{'x_abc':1}}}" },
	{ "one-of", "", SCO("artifact") ",'payload_bin':'','url':'a:b','hashes':{'MD5':"
	  "'d41d8cd98f00b204e9800998ecf8427e'}}" },
	{ "one-of", "/granular_markings/0", IDENTITY ",'granular_markings':[{'lang':'en','marking_ref':"
	  "'marking-definition--" UUID "','selectors':['name']}]}" },
	{ "needs-property", "", SCO("artifact") ",'url':'a:b'}" },
	{ "excludes-property", "/body", SCO("email-message") ",'is_multipart':true,'body':'x'}" },
	{ "excludes-property", "/end", SCO("network-traffic") ",'protocols':['tcp'],'src_ref':'ipv4-addr--" UUID
	  "','is_active':true,'end':'2020-01-01T00:00:00Z'}" },
	{ "extension-key", "/extensions/foobar", IDENTITY ",'extensions':{'foobar':{'abc':1}}}" },
	{ "extension-properties-not-allowed", "/extension_properties", "{" HEAD("extension-definition") ",'name':'x','schema':'x',"
	  "'version':'1','extension_types':['new-sdo'],'extension_properties':['abc'],'created_by_ref':'identity--" UUID "'}" },
	{ "external-id", "/external_references/0/external_id", IDENTITY
	  ",'external_references':[{'source_name':'cve','external_id':'CVE-1'}]}" },
	{ "selector", "/granular_markings/0/selectors/1", IDENTITY ",'roles':['a'],'granular_markings':[{'lang':'en',"
	  "'selectors':['roles.[0]','roles.[1]']}]}" },
	{ "self-marking", "", MARKING ",'id':'marking-definition--" UUID "'" STATEMENT
	  ",'object_marking_refs':['marking-definition--" UUID "']}" },
	{ "tlp-marking", "", MARKING ",'id':'marking-definition--" UUID "','definition_type':'tlp','definition':{'tlp':'red'}}" },
	{ "marking-definition", "/definition", MARKING ",'id':'marking-definition--" UUID
	  "','definition_type':'statement','definition':{'x_y':1}}" },
	{ "language-contents", "/contents/de/a", "{" HEAD("language-content") ",'object_ref':'identity--" UUID
	  "','contents':{'de':{'a':'y'}}}" },
	{ "pattern", "/pattern", "{" HEAD("indicator") ",'pattern':'file:name = 1','pattern_type':'stix',"
	  "'valid_from':'2020-01-01T00:00:00Z'}" },
	{ "bundle-member", "/objects/0", "{'type':'bundle','id':'bundle--" UUID "','objects':[{'type':'bundle','id':'bundle--"
	  UUID "'}]}" },
	{ "observable-container", "/objects/0", "{" HEAD("observed-data") ",'number_observed':1,"
	  "'first_observed':'2020-01-01T00:00:00Z','last_observed':'2020-01-01T00:00:00Z','objects':{'0':1}}" },
	{ "uuid-check", "/id", "{'type':'identity','spec_version':'2.1','name':'x'," TIMES
	  ",'id':'identity--8e2e2d2b-17d4-5cbf-938f-98ee46b3cd3f'}" },
	{ "uuid-check", "/id", SCO("url") ",'value':'a:b'}" },
	{ "identifier-prefix-custom", "/id", "{'type':'x-mine','spec_version':'2.1','id':'tool--" UUID "'," TIMES "}" },
	{ "marking-precision", "/created", "{'type':'marking-definition','spec_version':'2.1','id':'marking-definition--" UUID
	  "','created':'2017-06-01T00:00:00Z','definition_type':'statement','definition':{'statement':'x'}}" },
	{ "sco-identifier", "/id", "{'type':'url','id':'url--8e2e2d2b-17d4-5cbf-938f-98ee46b3cd3f','value':'a:b'}" },
	{ "identity-class", "/identity_class", IDENTITY ",'identity_class':'guild'}" },
	{ "open-vocab-format", "/identity_class", IDENTITY ",'identity_class':'Old_Guild'}" },
	{ "hash-algo", "/hashes/CRC", SCO("file") ",'hashes':{'CRC':'x'}}" },
	{ "kill-chain-names", "/kill_chain_phases/0/phase_name", "{" HEAD("tool") ",'name':'x','kill_chain_phases':"
	  "[{'kill_chain_name':'ours','phase_name':'Phase 1'}]}" },
	{ "relationship-types", "/relationship_type", "{" HEAD("relationship") ",'relationship_type':'eats',"
	  "'source_ref':'tool--" UUID "','target_ref':'malware--" UUID "'}" },
	{ "deprecated-properties", "/resolves_to_refs", SCO("domain-name") ",'value':'a.b','resolves_to_refs':['ipv4-addr--"
	  UUID "']}" },
	{ "extensions-use", "/type", "{" HEAD("x-thing") "}" },
	{ "extensions-use", "/x_thing", IDENTITY ",'x_thing':1}" },
	{ "custom-empty-list", "/x_thing/list", IDENTITY ",'x_thing':{'list':[]}}" },
	{ "extension-type", "/extensions/extension-definition--" UUID, IDENTITY ",'extensions':{'extension-definition--" UUID
	  "':{'abc':1}}}" },
	{ "extension-type", "/extensions/extension-definition--c9a637ee-c18e-49ff-8772-9a595e2f1b2a", NOTE
	  ",'extensions':{'extension-definition--c9a637ee-c18e-49ff-8772-9a595e2f1b2a':{'extension_type':'new-sdo','thread':'"
	  UUID "','kind':'tip'}}}" },
	{ "stix-2.0", "", "{'type':'indicator','id':'indicator--" UUID "'," TIMES ",'labels':['x'],'pattern':'x',"
	  "'valid_from':'2020-01-01T00:00:00Z'}" },
	{ "tlp-marking", "", MARKING ",'id':'marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da',"
	  "'definition_type':'tlp','definition':{'tlp':'red'},'name':'TLP:RED'}" },
	{ "tlp-marking", "/extensions/extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d", MARKING
	  ",'id':'marking-definition--" UUID "','name':'TLP:RED','extensions':{"
	  "'extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d':{'extension_type':'property-extension','tlp_2_0':'red'}}}" },
	{ "language-contents", "/contents/de/name", "{" HEAD("language-content") ",'object_ref':'identity--" UUID
	  "','contents':{'de':{'name':5}}}" },
	{ "language-contents", "/contents/de/roles", "{" HEAD("language-content") ",'object_ref':'identity--" UUID
	  "','contents':{'de':{'roles':'x'}}}" },
	{ "language-contents", "/contents/de/name", "{" HEAD("language-content") ",'object_ref':'identity--" UUID
	  "','contents':{'de':{'name':['x']}}}" },
	{ "language-contents", "/contents/de/extensions", "{" HEAD("language-content") ",'object_ref':'identity--" UUID
	  "','contents':{'de':{'extensions':'x'}}}" },
	{ "language-contents", "/contents/de/labels", "{" HEAD("language-content") ",'object_ref':'identity--" UUID
	  "','contents':{'de':{'labels':{'a':'x'}}}}" },
	{ "language-contents", "/contents/d", "{" HEAD("language-content") ",'object_ref':'identity--" UUID
	  "','contents':{'d':{'name':'x'}}}" },
	{ "pattern", "/pattern", "{" HEAD("indicator") ",'pattern':'[f:name = 1]','pattern_type':'stix',"
	  "'valid_from':'2020-01-01T00:00:00Z'}" },
	{ "pattern", "/pattern", "{" HEAD("indicator") ",'pattern':'[file:n = 1]','pattern_type':'stix',"
	  "'valid_from':'2020-01-01T00:00:00Z'}" },
	{ "open-vocab-format", "/identity_class", IDENTITY ",'identity_class':'a b'}" },
	{ "observable-object-keys", "/objects/a", OBSERVED "'objects':{'a':" SCO("url") ",'value':'a:b'}}}" },
	{ "observable-dictionary-keys", "/x_dict/Upper", SCO("file") ",'name':'x','x_dict':{'Upper':{'a':1}}}" },
	{ "malware-analysis-product", "/product", "{" HEAD("malware-analysis") ",'product':'Our Tool','result':'benign'}" },
	{ "windows-process-priority-format", "/extensions/windows-process-ext/priority", SCO("process")
	  ",'extensions':{'windows-process-ext':{'priority':'HIGH'}}}" },
	{ "hash-length", "/hashes/abcdefghijklmnopqrstuvwxyz01234", SCO("file")
	  ",'hashes':{'abcdefghijklmnopqrstuvwxyz01234':'00'}}" },
	{ "marking-definition-type", "/definition_type", MARKING ",'id':'marking-definition--" UUID
	  "','definition_type':'own','definition':{'x':1}}" },
	{ "relationship-types", "/relationship_type", "{" HEAD("relationship") ",'relationship_type':'uses',"
	  "'source_ref':'x-own--" UUID "','target_ref':'malware--" UUID "'}" },
	{ "duplicate-ids", "/objects/1", "{'type':'bundle','id':'bundle--" UUID "','objects':[" IDENTITY "}," IDENTITY "}]}" },
	{ "attack-motivation", "/primary_motivation", "{" HEAD("threat-actor") ",'name':'x','primary_motivation':'boredom'}" },
	{ "attack-resource-level", "/resource_level", "{" HEAD("threat-actor") ",'name':'x','resource_level':'village'}" },
	{ "indicator-types", "/indicator_types/0", "{" HEAD("indicator") ",'pattern':'x','pattern_type':'pcre',"
	  "'valid_from':'2020-01-01T00:00:00Z','indicator_types':['odd']}" },
	{ "industry-sector", "/sectors/0", IDENTITY ",'sectors':['gambling']}" },
	{ "malware-types", "/malware_types/0", "{" HEAD("malware") ",'is_family':false,'malware_types':['odd']}" },
	{ "report-types", "/report_types/0", "{" HEAD("report") ",'name':'x','published':'2020-01-01T00:00:00Z',"
	  "'object_refs':['tool--" UUID "'],'report_types':['odd']}" },
	{ "threat-actor-types", "/threat_actor_types/0", "{" HEAD("threat-actor") ",'name':'x','threat_actor_types':['odd']}" },
	{ "threat-actor-role", "/roles/0", "{" HEAD("threat-actor") ",'name':'x','roles':['odd']}" },
	{ "threat-actor-sophistication", "/sophistication", "{" HEAD("threat-actor") ",'name':'x','sophistication':'odd'}" },
	{ "tool-types", "/tool_types/0", "{" HEAD("tool") ",'name':'x','tool_types':['odd']}" },
	{ "region", "/region", "{" HEAD("location") ",'region':'atlantis'}" },
	{ "grouping-context", "/context", "{" HEAD("grouping") ",'context':'odd','object_refs':['tool--" UUID "']}" },
	{ "implementation-languages", "/implementation_languages/0", "{" HEAD("malware")
	  ",'is_family':false,'implementation_languages':['cobol']}" },
	{ "infrastructure-types", "/infrastructure_types/0", "{" HEAD("infrastructure")
	  ",'name':'x','infrastructure_types':['odd']}" },
	{ "malware-capabilities", "/capabilities/0", "{" HEAD("malware") ",'is_family':false,'capabilities':['odd']}" },
	{ "processor-architecture", "/architecture_execution_envs/0", "{" HEAD("malware")
	  ",'is_family':false,'architecture_execution_envs':['z80']}" },
	{ "malware-result", "/result", "{" HEAD("malware-analysis") ",'product':'tool','result':'odd'}" },
	{ "windows-pebinary-type", "/extensions/windows-pebinary-ext/pe_type", SCO("file")
	  ",'name':'x','extensions':{'windows-pebinary-ext':{'pe_type':'com','imphash':'x'}}}" },
	{ "account-type", "/account_type", SCO("user-account") ",'account_type':'guestbook'}" },
	{ "indicator-pattern-types", "/pattern_type", "{" HEAD("indicator") ",'pattern':'x','pattern_type':'glob',"
	  "'valid_from':'2020-01-01T00:00:00Z'}" },
	{ "mime-type", "/mime_type", SCO("file") ",'name':'x','mime_type':'application/x-own-zip'}" },
	{ "mime-type", "/mime_type", SCO("artifact") ",'payload_bin':'','mime_type':'zip'}" },
	{ "protocols", "/protocols/1", TRAFFIC(",'protocols':['tcp','foo_bar']") },
	{ "ipfix", "/ipfix/Foo", TRAFFIC(",'protocols':['tcp'],'ipfix':{'Foo':1,'octetDeltaCount':1}") },
	{ "http-request-headers", "/extensions/http-request-ext/request_header/X-Own", TRAFFIC(
	  ",'protocols':['http'],'extensions':{'http-request-ext':{'request_method':'get','request_value':'/',"
	  "'request_header':{'X-Own':['1'],'user-agent':['x']}}}") },
	{ "socket-options", "/extensions/socket-ext/options/SO_SO", TRAFFIC(
	  ",'protocols':['tcp'],'extensions':{'socket-ext':{'address_family':'AF_INET','options':{'SO_SO':1}}}") },
	{ "pdf-doc-info", "/extensions/pdf-ext/document_info_dict/Colour", SCO("file")
	  ",'name':'x','extensions':{'pdf-ext':{'document_info_dict':{'Colour':'red','Title':'x'}}}}" },
	{ "countries", "/country", "{" HEAD("location") ",'country':'zz'}" },
	{ "network-traffic-ports", "", TRAFFIC(",'protocols':['icmp']") },
	{ "extref-hashes", "/external_references/1", IDENTITY ",'external_references':[{'source_name':'a','description':'x'},"
	  "{'source_name':'b','url':'a:b'}]}" },
	{ "indicator-properties", "", "{" HEAD("indicator") ",'pattern':'x','pattern_type':'pcre','name':'x',"
	  "'valid_from':'2020-01-01T00:00:00Z'}" },
	{ "deprecated-properties", "/objects", OBSERVED "'objects':{'0':" SCO("url") ",'value':'a:b'}}}" },
	{ "extension-description", "", DEFINITION ",'extension_types':['new-sdo']}" },
	{ "extension-properties", "", DEFINITION ",'extension_types':['toplevel-property-extension']}" },
	{ "extensions-use", "/extensions/x-own-ext", SCO("file") ",'name':'x','extensions':{'x-own-ext':{'abc':1}}}" },
	{ "extensions-use", "/extensions/pdf-ext/x_own", SCO("file") ",'name':'x','extensions':{'pdf-ext':{'version':'1',"
	  "'x_own':1}}}" },
	{ "extensions-use", "/x_thing", IDENTITY ",'x_thing':1,'extensions':{'extension-definition--" UUID
	  "':{'extension_type':'property-extension','abc':1}}}" },
	{ "language-subtag", "/lang", IDENTITY ",'lang':'zx-ZZ'}" },
	{ "language-subtag", "/contents/zx", "{" HEAD("language-content") ",'object_ref':'identity--" UUID
	  "','contents':{'zx':{'name':'y'}}}" },
	{ "header-field-list", "/additional_header_fields/X-Mailer", SCO("email-message")
	  ",'is_multipart':false,'additional_header_fields':{'X-Mailer':'x'}}" },
	{ "extension-value", "/extensions/extension-definition--7f5f05e1-1d92-4790-af3e-a379fd251eee/x_own", "{" HEAD("incident")
	  ",'name':'x','extensions':{'extension-definition--7f5f05e1-1d92-4790-af3e-a379fd251eee':{"
	  "'extension_type':'property-extension','phase':'plotted','x_own':1}}}" },
	{ "required-property", "/extensions/extension-definition--ef765651-680c-498d-9894-99799f2fa126", "{" HEAD("incident")
	  ",'name':'x','extensions':{'extension-definition--ef765651-680c-498d-9894-99799f2fa126':{"
	  "'extension_type':'property-extension','determination':'blocked'}}}" },
	{ "extension-value", "/status", "{" HEAD("event") ",'status':'odd','extensions':{"
	  "'extension-definition--4ca6de00-5b0d-45ef-a1dc-ea7279ea910e':{'extension_type':'new-sdo'}}}" },
	{ "one-of", "/extensions", "{" HEAD("impact") ",'impact_category':'physical','extensions':{"
	  "'extension-definition--7cc33dd6-f6a1-489b-98ea-522d351d71b9':{'extension_type':'new-sdo'},"
	  "'availability':{'availability_impact':50}}}" },
	{ "excludes-property", "/extensions/extension-definition--c9a637ee-c18e-49ff-8772-9a595e2f1b2a/result", NOTE
	  ",'extensions':{'extension-definition--c9a637ee-c18e-49ff-8772-9a595e2f1b2a':{'extension_type':"
	  "'property-extension','thread':'" UUID "','kind':'tip','result':'arrest'}}}" },
	{ "any-of", "/extensions/extension-definition--0378b046-b356-48d5-b6d6-615bc9f3a829/designations/0", IDENTITY
	  ",'extensions':{'extension-definition--0378b046-b356-48d5-b6d6-615bc9f3a829':{'extension_type':"
	  "'property-extension','designations':[{'authority':'x','authority_kind':'court','jurisdiction':'DE',"
	  "'effects':['outlawed'],'source':{'name':'x'}}]}}}" },
	{ "hex-value", "/x_own_hex", IDENTITY ",'x_own_hex':'xyz'}" },
	{ "base64-value", "/x_own_bin", IDENTITY ",'x_own_bin':'a b'}" },
	{ "excludes-property", "/additional_header_fields/subject", SCO("email-message")
	  ",'is_multipart':false,'additional_header_fields':{'subject':['x']}}" },
	{ "any-of", "/extensions/windows-pebinary-ext", SCO("file") ",'name':'x','extensions':{'windows-pebinary-ext':{"
	  "'pe_type':'exe'}}}" },
	{ "timestamp-precision", "/extensions/windows-pebinary-ext/time_date_stamp", SCO("file")
	  ",'name':'x','extensions':{'windows-pebinary-ext':{'pe_type':'exe','time_date_stamp':'2020-01-01T00:00:00.0Z'}}}" },
	{ "extension-not-checked", "/extensions/extension-definition--" UUID, IDENTITY ",'extensions':{'extension-definition--" UUID
	  "':{'extension_type':'property-extension','abc':1}}}" },
};
/* clang-format on */

static const struct ent_json *
read_example(struct ent_arena *a, const char *object)
{
	const struct ent_json *v = NULL;
	char *text = strdup(object);
	struct ent_err err = { 0 };

	for (char *p = text; *p; p++)
		if (*p == '\'')
			*p = '"';
	if (ent_json_parse(a, ent_str_c(text), ENT_JSON_DEPTH, &v, &err))
		fail_msg("%s: %s", err.msg, text);
	free(text);
	return v;
}

static const struct ent_finding *
find(const struct ent_findings *f, const struct example *e)
{
	for (size_t i = 0; i < f->count; i++)
		if (strcmp(f->list[i].code, e->code) == 0 &&
		    ent_str_is(f->list[i].pointer, e->pointer))
			return &f->list[i];
	return NULL;
}

/* What needs an option: test_options.c has examples. */
static const enum ent_find by_option[] = {
	ENT_F_STRICT_TYPES,  ENT_F_STRICT_PROPERTIES, ENT_F_UNRESOLVED,    ENT_F_INTEROP,
	ENT_F_CUSTOM_PREFIX, ENT_F_CUSTOM_PREFIX_LAX, ENT_F_STIX20_MEMBER,
};

static void
finds_each_kind_where_it_is(void **state)
{
	bool seen[ENT_F_COUNT] = { false };

	(void)state;
	for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++) {
		struct ent_arena *a = ent_arena_new(1 << 20);
		const struct ent_finding *found;
		struct ent_findings f;

		ent_findings_init(&f, a);
		assert_int_equal(ent_stix_check(read_example(a, examples[i].object), &f, NULL),
		                 0);
		found = find(&f, &examples[i]);
		if (!found)
			fail_msg("no %s at \"%s\": %s", examples[i].code, examples[i].pointer,
			         examples[i].object);
		assert_true(found->text.n > 5);
		for (size_t k = 0; k < ENT_F_COUNT; k++)
			if (strcmp(ent_find_rows[k].code, found->code) == 0) {
				assert_int_equal(ent_find_rows[k].severity, found->severity);
				seen[k] = true;
			}
		ent_arena_free(a);
	}
	seen[ENT_F_LOOKUPS] = true; /* its example is larger: follows_only_so_many */
	for (size_t i = 0; i < sizeof(by_option) / sizeof(by_option[0]); i++)
		seen[by_option[i]] = true;
	/* those from ENT_F_JSON_SYNTAX on are of texts that aren't read: test_reader.c */
	for (size_t k = 0; k < ENT_F_JSON_SYNTAX; k++)
		if (!seen[k])
			fail_msg("no example of %s", ent_find_rows[k].code);
}

/* An example says one thing wrong and no other error, so that it says what it means. */
static void
finds_nothing_in_what_is_right(void **state)
{
	/* clang-format off */
	static const char *const right[] = {
		IDENTITY "}",
		IDENTITY ",'lang':'zh-Hant-TW','confidence':50.0,'x_a_b':{'C D':[1,{}]}}",
		IDENTITY ",'extensions':{'extension-definition--" UUID "':{'extension_type':'property-extension','abc':1}}}",
		"{" HEAD("sighting") ",'sighting_of_ref':'x-own-thing--" UUID "','count':0}",
		"{" HEAD("campaign") ",'name':'x','first_seen':'2016-12-31T23:59:60Z','last_seen':'2016-12-31T23:59:60.0Z'}",
		"{" HEAD("indicator") ",'pattern':'([abc:def[0] IN (1,2)] AND [file:name = \\u0027x]\\\\\\u0027\\u0027])',"
		"'pattern_type':'stix','valid_from':'2020-01-01T00:00:00Z'}",
		SCO("file") ",'name':'x','extensions':{'pdf-ext':{'version':'1.7'},'x-my-ext':{'abc':1}}}",
		SCO("x-own") ",'value':1}",
		MARKING ",'id':'marking-definition--" UUID "'" STATEMENT "}",
		"{'type':'marking-definition','spec_version':'2.1','id':'marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1',"
		"'created':'2022-10-01T00:00:00.000Z','name':'TLP:RED','extensions':{"
		"'extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d':{'extension_type':'property-extension','tlp_2_0':'red'}}}",
		NOTE ",'extensions':{'extension-definition--c9a637ee-c18e-49ff-8772-9a595e2f1b2a':{'extension_type':"
		"'property-extension','thread':'" UUID "','kind':'outcome','result':'arrest','date':'2020-02-03'}}}",
		"{" HEAD("incident") ",'name':'x','extensions':{'extension-definition--ef765651-680c-498d-9894-99799f2fa126':{"
		"'extension_type':'property-extension','determination':'blocked','investigation_status':'open',"
		"'scores':[{'name':'x','value':1.5}],'impacted_entity_counts':{'individual':0},'events':[{'event_ref':'event--" UUID "'}]}}}",
		"{" HEAD("impact") ",'impact_category':'availability','extensions':{"
		"'extension-definition--7cc33dd6-f6a1-489b-98ea-522d351d71b9':{'extension_type':'new-sdo'},"
		"'availability':{'availability_impact':50}}}",
		"{" HEAD("task") ",'outcome':'successful','extensions':{"
		"'extension-definition--2074a052-8be4-4932-849e-f5e7798e0030':{'extension_type':'new-sdo'}}}",
		"{" HEAD("my-own") ",'anything':1,'extensions':{'extension-definition--" UUID "':{'extension_type':'new-sdo'}}}",
		IDENTITY ",'rank':1,'extensions':{'extension-definition--" UUID "':{'extension_type':'toplevel-property-extension'}}}",
		"{'type':'bundle','id':'bundle--" UUID "'}",
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < sizeof(right) / sizeof(right[0]); i++) {
		struct ent_arena *a = ent_arena_new(1 << 20);
		struct ent_findings f;

		ent_findings_init(&f, a);
		assert_int_equal(ent_stix_check(read_example(a, right[i]), &f, NULL), 0);
		if (f.errors)
			fail_msg("%s %.*s: %.*s: %s", f.list[0].code,
			         ENT_FMT(f.list[0].pointer), ENT_FMT(f.list[0].text), right[i]);
		ent_arena_free(a);
	}
}

static void
counts_more_than_it_keeps(void **state)
{
	struct ent_arena *a = ent_arena_new(1 << 20);
	char text[8192] = IDENTITY ",'roles':[1";
	struct ent_findings f;

	(void)state;
	for (int i = 1; i < 300; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text), ",%d", i);
	snprintf(text + strlen(text), sizeof(text) - strlen(text), "]}");
	ent_findings_init(&f, a);
	assert_int_equal(ent_stix_check(read_example(a, text), &f, NULL), 0);
	assert_int_equal(f.count, ENT_FINDINGS_MAX);
	assert_int_equal(f.errors, 300);
	assert_str(f.list[99].pointer, "/roles/99");
	ent_arena_free(a);
}

/* 40,000 selectors into an object of 40,000 members, each the last: quadratic, if followed. */
static void
follows_only_so_many(void **state)
{
	struct ent_arena *a = ent_arena_new((size_t)64 << 20);
	const struct example e = { "too-many-lookups", "/granular_markings/0/selectors/1249",
		                   NULL };
	const struct ent_json *v = NULL;
	struct ent_findings f;
	struct ent_buf b;

	(void)state;
	ent_buf_init(&b, (size_t)8 << 20);
	ent_buf_c(&b, "{\"type\":\"x-own\",\"id\":\"x-own--" UUID "\"");
	for (int i = 0; i < 40000; i++)
		ent_buf_printf(&b, ",\"x_%d\":1", i);
	ent_buf_c(&b, ",\"granular_markings\":[{\"lang\":\"en\",\"selectors\":[\"x_39999\"");
	for (int i = 1; i < 40000; i++)
		ent_buf_c(&b, ",\"x_39999\"");
	ent_buf_c(&b, "]}]}");
	assert_int_equal(ent_json_parse(a, ent_buf_view(&b), 8, &v, NULL), 0);
	ent_findings_init(&f, a);
	assert_int_equal(ent_stix_check(v, &f, NULL), 0);
	assert_int_equal(f.errors, 1);
	assert_non_null(find(&f, &e));
	ent_buf_release(&b);
	ent_arena_free(a);
}

/* Text of the object stands in findings cut and without control characters. */
static void
quotes_nothing_dangerous(void **state)
{
	struct ent_arena *a = ent_arena_new(1 << 20);
	struct ent_findings f;

	(void)state;
	ent_findings_init(&f, a);
	assert_int_equal(
	    ent_stix_check(
		read_example(a, "{'type':'x\\u001b[2J\\u0000\\n" UUID UUID UUID "'}"), &f,
		NULL),
	    0);
	assert_true(f.errors > 0);
	for (size_t i = 0; i < f.count; i++) {
		assert_true(f.list[i].text.n < 400);
		for (size_t j = 0; j < f.list[i].text.n; j++)
			assert_true((unsigned char)f.list[i].text.p[j] >= ' ');
	}
	ent_arena_free(a);
}

static void
survives_every_arena_limit(void **state)
{
	struct ent_arena *whole = ent_arena_new(1 << 20);
	const struct ent_json *v = read_example(
	    whole, SCO("file") ",'hashes':{'CRC':'x','MD5':'1'},'severity':[null],'9':1}");
	int rc = ENT_ENOMEM;
	size_t limit;

	(void)state;
	for (limit = 0; rc == ENT_ENOMEM && limit < 65536; limit += 64) {
		struct ent_arena *a = ent_arena_new(limit);
		struct ent_findings f;

		ent_findings_init(&f, a);
		rc = a ? ent_stix_check(v, &f, NULL) : ENT_ENOMEM;
		ent_arena_free(a);
	}
	assert_int_equal(rc, 0);
	assert_in_range(limit, 512, 65535);
	ent_arena_free(whole);
}

/* What stands behind the code: its number and its severity. */
static void
assert_row(const struct ent_find_row *row, struct ent_str rest)
{
	static const char *const names[] = {
		[ENT_MUST_RULE] = "error", [ENT_SHOULD_RULE] = "warning", [ENT_NOTE] = "note"
	};
	char wanted[64];

	if (row->number)
		snprintf(wanted, sizeof(wanted), "` | %d | %s |", row->number,
		         names[row->severity]);
	else
		snprintf(wanted, sizeof(wanted), "` | | %s |", names[row->severity]);
	if (!ent_str_starts(rest, wanted))
		fail_msg("%s: not %s", row->code, wanted);
}

/* The help of a code is its row of the manual without marks. */
static void
assert_help(size_t k, struct ent_str rest)
{
	struct ent_stix_code code;
	char plain[512];
	size_t n = 0;

	assert_true(ent_stix_code_at(k, &code));
	assert_string_equal(code.code, ent_find_rows[k].code);
	assert_int_equal(code.severity, ent_find_rows[k].severity);
	for (size_t i = 0; i < rest.n && n < sizeof(plain); i++)
		if (rest.p[i] != '`')
			plain[n++] = rest.p[i];
	if (!code.help || !code.help[0])
		fail_msg("%s has no help: src/stix/help.c", code.code);
	if (!memmem(plain, n, code.help, strlen(code.help)) ||
	    !memmem(plain, n, code.section, strlen(code.section)))
		fail_msg("%s: \"%s\" is not in docs/findings.md", code.code, code.help);
}

/* docs/findings.md has one row a code, with its severity, and no other. */
static void
stands_in_the_manual(void **state)
{
	struct ent_arena *a = ent_arena_new(1 << 20);
	struct ent_str text, line;
	size_t rows = 0;

	(void)state;
	assert_int_equal(
	    ent_file_read(a, source_file("docs/findings.md"), 1 << 19, &text, NULL), 0);
	while (ent_str_next(&text, '\n', &line)) {
		struct ent_str code;
		bool known = false;

		if (!ent_str_starts(line, "| `"))
			continue;
		line = ent_str_from(line, 3);
		code = (struct ent_str){ line.p, ent_str_find(line, '`') };
		for (size_t k = 0; k < ENT_F_COUNT && !known; k++) {
			known = ent_str_is(code, ent_find_rows[k].code);
			if (known) {
				assert_row(&ent_find_rows[k], ent_str_from(line, code.n));
				assert_help(k, line);
			}
		}
		if (!known)
			fail_msg("%.*s is in the manual alone", ENT_FMT(code));
		rows++;
	}
	assert_int_equal(rows, ENT_F_COUNT);
	ent_arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_each_kind_where_it_is),
		cmocka_unit_test(finds_nothing_in_what_is_right),
		cmocka_unit_test(counts_more_than_it_keeps),
		cmocka_unit_test(follows_only_so_many),
		cmocka_unit_test(quotes_nothing_dangerous),
		cmocka_unit_test(survives_every_arena_limit),
		cmocka_unit_test(stands_in_the_manual),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
