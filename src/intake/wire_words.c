/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wire_words.c - what words mean to the wire reader: verbs of speech, offices, numbers, dates,
 * violence, acts of authorities.  Data only.
 *
 * Collected from the usage of English-language agencies.  A row's words mean the same; a word
 * may stand in several rows and is then all of them.
 */
#include "intake/wire_int.h"
#include "screen/notice_words.h"

#define DIPLOMAT ENT_OFFICE_DIPLOMAT
#define MINISTER ENT_OFFICE_MINISTER
#define HEAD_OF  ENT_OFFICE_HEAD
#define VOICE    ENT_OFFICE_VOICE
#define MILITARY ENT_OFFICE_MILITARY
#define POLICE   ENT_OFFICE_POLICE
#define LAW      ENT_OFFICE_LAW
#define LAWMAKER ENT_OFFICE_LAWMAKER
#define LOCAL    ENT_OFFICE_LOCAL
#define OTHER    ENT_OFFICE_OTHER

/* clang-format off */
const char *const ent_wire_counted[] = {
	"", "countries", "hostages", "arrested", "bombs", "explosions", "vehicles", "ships", "buildings", "missing",
	"casualties", "attacks", "drones", "helicopters",
};

/* Types and weapons have the names of docs/extensions (attack-record). */
const struct ent_wire_attack ent_wire_attacks[] = {
	{ NULL, NULL },
	{ NULL, NULL },
	{ "assassination", NULL },
	{ "armed-assault", NULL },
	{ "bombing-explosion", "explosives" },
	{ "hijacking", NULL },
	{ "hostage-taking-barricade", NULL },
	{ "hostage-taking-kidnapping", NULL },
	{ "facility-infrastructure-attack", NULL },
	{ "armed-assault", "firearms" },
	{ "armed-assault", "melee" },
	{ "unarmed-assault", "vehicle" },
	{ "facility-infrastructure-attack", "incendiary" },
};
enum { ANY = 1, ASSASSINATION, ASSAULT, BOMBING, HIJACKING, HOSTAGES, KIDNAPPING, FACILITY, GUNS, KNIVES, RAMMING, FIRE };

const struct ent_wire_words ent_wire_words[] = {
	/* ---- speech ---- */
	{ "said|says|told|tells|stated|states|stressed|stresses|emphasized|emphasised|emphasizes|emphasises|noted|notes|"
	  "recalled|recalls|underlined|underlines|underscored|underscores|explained|explains|commented|comments|"
	  "remarked|remarks|replied|replies|responded|declared|declares|announced|announces|asserted|asserts|"
	  "insisted|insists|argued|argues|claimed|claims|admitted|admits|acknowledged|acknowledges|"
	  "reiterated|reiterates|pledged|pledges|vowed|vows|testified|testifies|tweeted|tweets|wrote|writes|"
	  "posted|cautioned|cautions|complained|complains|concluded|concludes|confirmed|confirms|contended|contends|"
	  "conceded|concedes|disclosed|elaborated|estimated|exclaimed|maintained|maintains|mentioned|mentions|"
	  "opined|quipped|reaffirmed|reaffirms|remembered|reported|reports|revealed|reveals|specified|"
	  "suggested|suggests|summed|joked|predicted|predicts|lamented|laments|repeated|repeats|asked|asks|"
	  "warned|warns|added|adds|continued|continues|affirmed|affirms|alleged|alleges|assured|assures|"
	  "clarified|clarifies|observed|observes|proclaimed|answered|answers|shouted|cried|promised|promises|informed|informs|"
	  "chanted|chants|whispered|yelled|screamed|sobbed|muttered|countered|protested|boasted|mused|"
	  "reflected|hinted|pleaded|begged|prayed|sighed|wondered|advised|forecast|regretted|apologized|apologised|swore|"
	  "swears|assessed|judged|guaranteed|snapped|pointed|points|urged|urges|denied|denies|believes|believed|hopes|hoped|thinks|thought", W_SAY, 0 },
	{ "declared|claimed|believed|denied|thought|hoped|hopes|asked|asks|posted|promised|continued|continues|maintained|maintains|"
	  "observed|observes|pointed|points|urged|urges|reported|reports|added|adds|answered|answers|informed|estimated|"
	  "remembered|repeated|revealed|reveals|disclosed|suggested|suggests|mentioned|confirmed|alleged|claims|notes|states|"
	  "comments|remarks|cried|shouted|wrote|writes|assured|predicted|summed|specified|admitted|acknowledged|concluded|"
	  "responded|warned|warns|pledged|pledges|vowed|vows|reflected|protested|begged|prayed|assessed|judged|swore|guaranteed|"
	  "forecast|advised|regretted|snapped|sighed|screamed|countered|boasted|chanted|wondered", W_SOFT, 0 },
	{ "called|calls|described|describes|branded|dubbed|termed|labeled|labelled|slammed|denounced|condemned|condemns|praised|"
	  "praises|hailed|hails|thanked|thanks|welcomed|welcomes|blamed|accused|accuses|read|reads|spoke|put|vowing|"
	  "expressed|expresses|appealed|criticized|criticised|demanded|demands|quoted", W_SAY | W_SOFT, 0 },
	{ "adding|saying|noting|stressing|emphasizing|emphasising|stating|explaining|recalling|warning|telling|"
	  "insisting|claiming|arguing|pointing|calling|describing|reiterating|underlining|underscoring|writing|declaring|announcing|"
	  "quoting|citing|vowing|pledging|suggesting|urging|concluding|confirming|acknowledging|commenting", W_SAYING, 0 },
	{ "statement|communique|press release|report|letter|post|message|readout|declaration|document|"
	  "interview|briefing|bulletin|release", W_DOCUMENT, 0 },
	{ "police|officials|authorities|witnesses|investigators|prosecutors|doctors|rescuers|firefighters|diplomats|"
	  "analysts|experts|residents|lawyers|survivors|relatives|lawmakers|organizers|organisers|sources|source|"
	  "paramedics|medics|eyewitnesses|detectives|militants|rebels|activists|critics|aides|reporters|commanders", W_COLLECTIVE, 0 },
	{ "also|later|then|earlier|further|furthermore|however|has|have|had|have|once|again|repeatedly|reportedly|publicly|"
	  "separately|previously|already|immediately|subsequently|meanwhile|himself|herself|itself|themselves|"
	  "was|were|is|are|been|be|being|will|would|recently|today|thus|therefore|still|just|even|both|all|"
	  "officially|formally|jointly|only|always|angrily|simply|quickly|briefly|bluntly|quietly|all", W_LINK, 0 },
	{ "he|his|him", W_PRONOUN | W_NOT_NAME, ENT_HE },
	{ "she|her", W_PRONOUN | W_NOT_NAME, ENT_SHE },
	{ "they|their|them", W_PRONOUN | W_NOT_NAME, ENT_THEY },

	/* ---- offices ---- */
	{ "ambassador|envoy|consul|attache|charge|plenipotentiary|diplomat|consul-general|ambassador-at-large|negotiator|"
	  "high commissioner|representative|emissary", W_OFFICE, DIPLOMAT },
	{ "minister|secretary|undersecretary|under-secretary|secretary-general", W_OFFICE, MINISTER },
	{ "president|premier|chancellor|king|queen|prince|princess|emir|sultan|emperor|pope|leader|taoiseach|"
	  "vice-president|monarch|ayatollah", W_OFFICE, HEAD_OF },
	{ "spokesman|spokeswoman|spokesperson|spokespeople|press-secretary", W_OFFICE, VOICE },
	{ "general|colonel|admiral|commander|lieutenant|captain|major|sergeant|brigadier|marshal|commander-in-chief|"
	  "soldier|officer|corporal|pilot", W_OFFICE, MILITARY },
	{ "commissioner|superintendent|inspector|detective|sheriff|constable|policeman|policewoman", W_OFFICE, POLICE },
	{ "chief", W_OFFICE | W_OFFICE_MOD, POLICE | OTHER | MILITARY },
	{ "judge|prosecutor|attorney|lawyer|justice|solicitor|ombudsman|barrister|magistrate|counsel|investigator", W_OFFICE, LAW },
	{ "senator|congressman|congresswoman|lawmaker|legislator|speaker|parliamentarian|mp|mep|deputy|chairman|"
	  "chairwoman|chairperson|chair", W_OFFICE, LAWMAKER },
	{ "mayor|governor|councillor|councilman|councilwoman", W_OFFICE, LOCAL },
	{ "director|director-general|head|professor|expert|analyst|scientist|economist|researcher|journalist|editor|"
	  "correspondent|doctor|surgeon|nurse|teacher|student|witness|eyewitness|resident|survivor|coordinator|adviser|"
	  "advisor|aide|official|politician|activist|executive|manager|ceo|founder|co-founder|author|historian|"
	  "archbishop|bishop|cardinal|priest|imam|rabbi|patriarch|passenger|shopkeeper|neighbor|neighbour|farmer|"
	  "firefighter|paramedic|medic|rescuer|engineer|owner|driver|veteran|candidate|nominee|counterpart|coroner|"
	  "principal|rector|dean|fellow|specialist|captain|coach|son|father|mother|brother|sister|widow|wife|husband",
	  W_OFFICE, OTHER },
	{ "official|politician|counterpart|chief", W_OFFICE, ENT_OFFICE_ANY },
	{ "foreign|prime|deputy|vice|first|second|third|senior|permanent|acting|former|ex|interior|defense|defence|finance|justice|"
	  "health|state|general|executive|national|regional|federal|presidential|special|assistant|principal|chief|"
	  "press|security|military|police|top|then|interim|opposition|outgoing|incoming|newly|veteran|retired|"
	  "managing|parliamentary|high|attorney|home|trade|energy|transport|education|culture|economy|emergencies|"
	  "emergency|extraordinary|local|provincial|district|city|municipal|army|navy|force|bureau|fire|rescue|"
	  "counter-terrorism|counterterrorism|anti-terrorism|intelligence|cabinet|ministry|embassy|government|kremlin|party|"
	  "supreme|crown|deputy-prime|co-chairman|longtime|vice-premier|department|treasury|hospital|university|agency|"
	  "company|council|state-run|white|house|affairs|us-led|border|airport|union|committee|commission|court|office", W_OFFICE_MOD, 0 },
	{ "mr|mrs|ms|miss|dr|sir|dame|lord|lady|gen|col|lt|maj|capt|sgt|adm|sen|rep|gov|rev|fr|prof|sheikh|mullah|"
	  "brig|cmdr|hon|messrs|mme|sec|insp|supt|det|amb|pres|cpl|pvt", W_HONOUR | W_ABBREVIATION, 0 },

	/* ---- abbreviations ---- */
	{ "st|mt|ft|no|vs|jr|sr|inc|ltd|co|corp|ave|blvd|rd|approx|est|dept|univ|etc|calif|conn|fla|ill|mass|mich|minn|"
	  "pa|tenn|tex|va|wash|wis|ariz|ark|colo|ga|ind|kan|ky|la|md|mo|mont|neb|nev|okla|ore", W_ABBREVIATION, 0 },

	/* ---- time ---- */
	{ "january", W_MONTH, 1 }, { "jan", W_MONTH | W_ABBREVIATION, 1 }, { "february", W_MONTH, 2 }, { "feb", W_MONTH | W_ABBREVIATION, 2 },
	{ "march", W_MONTH, 3 }, { "mar", W_MONTH | W_ABBREVIATION, 3 }, { "april", W_MONTH, 4 }, { "apr", W_MONTH | W_ABBREVIATION, 4 },
	{ "may", W_MONTH, 5 }, { "june", W_MONTH, 6 }, { "jun", W_MONTH | W_ABBREVIATION, 6 }, { "july", W_MONTH, 7 }, { "jul", W_MONTH | W_ABBREVIATION, 7 },
	{ "august", W_MONTH, 8 }, { "aug", W_MONTH | W_ABBREVIATION, 8 }, { "september", W_MONTH, 9 }, { "sept|sep", W_MONTH | W_ABBREVIATION, 9 },
	{ "october", W_MONTH, 10 }, { "oct", W_MONTH | W_ABBREVIATION, 10 }, { "november", W_MONTH, 11 }, { "nov", W_MONTH | W_ABBREVIATION, 11 },
	{ "december", W_MONTH, 12 }, { "dec", W_MONTH | W_ABBREVIATION, 12 },
	{ "monday|mon", W_WEEKDAY, 1 }, { "tuesday|tue|tues", W_WEEKDAY, 2 }, { "wednesday|wed", W_WEEKDAY, 3 },
	{ "thursday|thu|thurs", W_WEEKDAY, 4 }, { "friday|fri", W_WEEKDAY, 5 }, { "saturday|sat", W_WEEKDAY, 6 },
	{ "sunday|sun", W_WEEKDAY, 7 },
	{ "today|tonight", W_RELATIVE | W_NOT_NAME, 0 }, { "yesterday|overnight", W_RELATIVE | W_NOT_NAME, -1 },
	{ "tomorrow", W_RELATIVE | W_NOT_NAME, 1 },

	/* ---- numbers ---- */
	{ "one", W_NUMBER, 1 }, { "two", W_NUMBER, 2 }, { "three", W_NUMBER, 3 }, { "four", W_NUMBER, 4 },
	{ "five", W_NUMBER, 5 }, { "six", W_NUMBER, 6 }, { "seven", W_NUMBER, 7 }, { "eight", W_NUMBER, 8 },
	{ "nine", W_NUMBER, 9 }, { "ten", W_NUMBER, 10 }, { "eleven", W_NUMBER, 11 }, { "twelve", W_NUMBER, 12 },
	{ "thirteen", W_NUMBER, 13 }, { "fourteen", W_NUMBER, 14 }, { "fifteen", W_NUMBER, 15 },
	{ "sixteen", W_NUMBER, 16 }, { "seventeen", W_NUMBER, 17 }, { "eighteen", W_NUMBER, 18 },
	{ "nineteen", W_NUMBER, 19 }, { "twenty", W_NUMBER, 20 }, { "thirty", W_NUMBER, 30 }, { "forty", W_NUMBER, 40 },
	{ "fifty", W_NUMBER, 50 }, { "sixty", W_NUMBER, 60 }, { "seventy", W_NUMBER, 70 }, { "eighty", W_NUMBER, 80 },
	{ "ninety", W_NUMBER, 90 },
	{ "hundred", W_MULTIPLE, 100 }, { "thousand", W_MULTIPLE, 1000 }, { "million", W_MULTIPLE, 1000000 },
	{ "dozen", W_MULTIPLE, 12 },
	{ "first", W_ORDINAL, 1 }, { "second", W_ORDINAL, 2 }, { "third", W_ORDINAL, 3 }, { "fourth", W_ORDINAL, 4 },
	{ "fifth", W_ORDINAL, 5 }, { "sixth", W_ORDINAL, 6 }, { "seventh", W_ORDINAL, 7 }, { "eighth", W_ORDINAL, 8 },
	{ "ninth", W_ORDINAL, 9 }, { "tenth", W_ORDINAL, 10 }, { "eleventh", W_ORDINAL, 11 }, { "twelfth", W_ORDINAL, 12 },
	{ "fifteenth", W_ORDINAL, 15 }, { "twentieth", W_ORDINAL, 20 }, { "twenty-fifth", W_ORDINAL, 25 },
	{ "thirtieth", W_ORDINAL, 30 }, { "fortieth", W_ORDINAL, 40 }, { "fiftieth", W_ORDINAL, 50 },
	{ "centenary", W_ORDINAL, 100 },

	/* ---- organisations ---- */
	{ "ministry|court|council|agency|embassy|consulate|committee|commission|party|bank|university|department|"
	  "office|bureau|police|army|parliament|senate|congress|assembly|union|federation|organization|organisation|institute|"
	  "service|services|tribunal|government|administration|authority|fund|group|front|movement|brigade|brigades|corporation|"
	  "company|academy|association|foundation|league|board|directorate|guard|navy|force|forces|"
	  "ministries|news|times|post|college|hospital|network|center|centre|alliance|coalition|duma|bundestag|knesset|"
	  "cabinet|secretariat|command|corps|mission|society|chamber|watch|international|interpol|inc|ltd|corp|airlines|airways|"
	  "republic|state|jihad|resistance|battalion|militia|house|cell|gazette|tribune|herald|agencies", W_HEAD, 0 },

	/* those that are names in small letters too, behind a country: the Russian embassy */
	{ "ministry|embassy|consulate|government|parliament|police|army|navy|court|agency|agencies|cabinet", W_HEAD, 1 },

	/* ---- who and what is counted ---- */
	{ "terrorists|terrorist|hijackers|hijacker|attackers|attacker|gunmen|gunman|militants|militant|assailants|"
	  "assailant|bombers|bomber|perpetrators|perpetrator|extremists|extremist|jihadists|jihadist|jihadis|insurgents|"
	  "insurgent|shooters|shooter|kidnappers|kidnapper|hostage-takers|hostage-taker|knifemen|knifeman|fighters|"
	  "assassins|assassin|raiders|raider|rebels|suspects|culprits|operatives|accomplices", W_PERPETRATOR, 0 },
	{ "people|persons|person|individuals|individual|civilians|civilian|others|victims|victim|passengers|passenger|children|child|"
	  "women|woman|men|man|soldiers|soldier|officers|officer|policemen|policeman|residents|students|student|"
	  "worshippers|worshipers|pupils|schoolchildren|tourists|tourist|workers|worker|employees|employee|bystanders|bystander|"
	  "pedestrians|pedestrian|citizens|citizen|nationals|foreigners|guards|guard|troops|firefighters|lives|souls|commuters|"
	  "shoppers|girls|boys|teenagers|teachers|journalists|diplomats|medics|servicemen|inhabitants|adults|members|staff|"
	  "patients|villagers|pilgrims|peacekeepers|guests|crew", W_PEOPLE, 0 },
	{ "planes|plane|aircraft|airliners|airliner|jets|jet|jetliners|jetliner|airplanes|airplane|aeroplanes|flights|"
	  "warplanes|aeroplane", W_AIRCRAFT, 0 },
	{ "countries|country|nations|nation|nationalities", W_COUNTED, 1 },
	{ "hostages|hostage|captives", W_COUNTED, 2 },
	{ "arrests|detainees", W_COUNTED, 3 },
	{ "bombs|bomb|devices|grenades|rockets|missiles", W_COUNTED, 4 },
	{ "explosions|blasts|detonations", W_COUNTED, 5 },
	{ "vehicles|cars|trucks|buses|vans|trains|lorries|carriages|motorcycles", W_COUNTED, 6 },
	{ "ships|vessels|boats|tankers", W_COUNTED, 7 },
	{ "buildings|houses|homes|apartments|shops", W_COUNTED, 8 },
	{ "missing", W_COUNTED, 9 },
	{ "casualties", W_COUNTED, 10 },
	{ "drones|uavs", W_COUNTED, 12 },
	{ "helicopters", W_COUNTED, 13 },
	{ "killed|killing|kill|kills|died|dead|die|dying|deaths|death|fatalities|fatally|perished|slain|lives|toll|murdered|"
	  "murdering|massacred|massacring|slaughtered|executed|beheaded|drowned|victims", W_KILL, 0 },
	{ "injured|injuring|injure|injures|injuries|wounded|wounding|wound|wounds|hurt|hurting|hospitalized|hospitalised|"
	  "maimed|maiming|burned", W_INJURE, 0 },
	{ "arrested|arresting|detained|detaining|apprehended|captured|custody", W_ARREST, 0 },

	{ "day|days|week|weeks|month|months|year|years|hour|hours|minute|minutes|second|seconds|percent|per|dollars|dollar|"
	  "euros|euro|rubles|roubles|pounds|kilometers|kilometres|miles|mile|meters|metres|feet|tons|tonnes|kilograms|kg|km|"
	  "degrees|points|pages|votes|seats|times|am|pm|a.m.|p.m.|o'clock|cent|billion|decades|decade|centuries|floors|"
	  "bombings|explosions|locations|places|sites|fronts|sides|stages|occasions|counts|charges|cities|towns|villages|"
	  "provinces|districts|regions|attacks|incidents|strikes|shots|ways|reasons|things|"
	  "parties|companies|groups|organizations|organisations|ministries|rounds|meetings|agreements|documents|questions", W_UNIT, 0 },

	/* ---- attacks ---- */
	{ "attack|attacks|attacked|raid|raided|atrocity|assaults|plot|plots|strike|outrage", W_ATTACK, ANY },
	{ "assassinated|assassination", W_ATTACK, ASSASSINATION },
	{ "assault|stormed|storming|ambush|ambushed|massacre", W_ATTACK, ASSAULT },
	{ "bombing|bombings|bombed|explosion|explosions|blast|blasts|exploded|explode|exploding|detonated|detonating|blew|"
	  "detonation|bomb|bombs|bomber|bombers", W_ATTACK, BOMBING },
	{ "hijacked|hijacking|hijackings|hijack|hijackers|commandeered", W_ATTACK, HIJACKING },
	{ "hostage-taking|siege|hostages|hostage", W_ATTACK, HOSTAGES },
	{ "kidnapped|kidnapping|kidnappings|abducted|abduction", W_ATTACK, KIDNAPPING },
	{ "sabotage|sabotaged", W_ATTACK, FACILITY },
	{ "shooting|shootings|gunned|gunfire|gunmen|gunman|shot", W_ATTACK, GUNS },
	{ "stabbing|stabbings|stabbed|knifeman|knifemen", W_ATTACK, KNIVES },
	{ "ramming|rammed|plowed|ploughed", W_ATTACK, RAMMING },
	{ "arson|torched|firebombed|firebombing", W_ATTACK, FIRE },

	/* ---- acts of authorities ---- */
	{ ENT_NOTICE_BAN "|banned-in", W_BAN, 0 },
	{ "declared|declaring|declares|declare|designated|designating|designates|designate|designation|recognized|recognised|recognizing|"
	  "recognising|ruled|ruling|listed|listing|labeled|labelled|sanctioned|sanctioning|sanctions|classified|classifying|branded|branding|"
	  "deemed|added|adding|placed|placing|found|named|naming|adjudged|pronounced|imposed|imposing", W_DECLARE, 0 },

	/* ---- small words ---- */
	{ "to|of|in|on|at|by|for|from|with|near|outside|inside|into|after|before|during|since|until|till|over|under|against|among|"
	  "between|through|around|about|across|behind|beyond|within|without|amid|following|per|via|toward|towards|than|"
	  "as|like|including|upon|onto|off|out|up|down", W_PREP | W_NOT_NAME, 0 },
	{ "the|a|an|this|that|these|those|it|its|we|our|us|you|your|i|my|me|who|whom|whose|which|what|when|where|"
	  "why|how|there|here|and|or|but|nor|so|if|because|while|although|though|unless|whether|not|no|nobody|"
	  "none|yes|some|any|every|each|many|much|more|most|few|several|other|others|another|such|same|"
	  "all|both|either|neither|nearly|almost|now|never|ever|too|very|once|only|just|even|"
	  "is|are|was|were|be|been|being|am|has|have|had|do|does|did|will|would|shall|should|can|could|must|might|"
	  "let|according|still|again|also|however|meanwhile|later|earlier|then|thus|therefore|instead|perhaps|indeed|"
	  "moreover|furthermore|nevertheless|nonetheless|otherwise|besides|today|yesterday|tomorrow|authorities|officials|"
	  "police|investigators|witnesses|experts|analysts|sources|survivors|relatives|rescuers|"
	  "prosecutors|people|men|women|children|terrorists|militants|gunmen|attackers|hijackers|"
	  "nineteen|dozens|hundreds|thousands|asked|speaking|addressing|responding|commenting|earlier|last|next|reporting|writing|"
	  "editing|photo|video|file|update|updates|adds|recasts|breaking|urgent|correction|killing|killed|"
	  "islamist|islamic|muslim|christian|jewish|catholic|orthodox|"
	  "english|nothing|something|everything|anyone|everyone|someone|today's|god|january|february", W_NOT_NAME, 0 },
	{ "bin|ibn|al|el|van|von|der|den|de|da|di|du|del|della|la|le|abu|ben|bint|ul|ud|dos|das|ter|ten|af|av", W_PARTICLE, 0 },

	/* ---- words that rules name: they need no class ---- */
	{ "according|that|ago|anniversary|last|next|this|week|weeks|month|months|year|years|day|days|by|of|in|on|to|the|and|from|into|"
	  "more|than|over|at|least|fewer|less|about|around|some|approximately|nearly|almost|up|as|many|between|roughly|"
	  "including|among|them|those|others|left|leaving|taken|feared|out|suffered|sustained|himself|herself|themselves|none|abducted|kidnapped|reported|claim|claimed|claiming|took|taking|lost|losing|responsibility|"
	  "toll|rose|stood|risen|total|number|terrorist|terrorism|extremist|organization|organisation|"
	  "organizations|group|list|asset|assets|freeze|frozen|freezing|travel|arms|embargo|membership|outside|near|inside|"
	  "north|south|east|west|also|known|so-called|its|who|which|was|were|has|have|had|been|be|being|are|is|it|"
	  "thwarted|foiled|prevented|averted|deterred|deterring|prevent|preventing|thwart|thwarting|foil|foiling|foils|thwarts|averting|avert|"
	  "disrupted|planned|planning|plotting|plotted|plot|attempted|attempt|failed|crashed|flown|slammed|"
	  "lifted|removed|revoked|overturned|annulled|delisted|supreme|high|president|no|a|an|another|further|"
	  "half|territory|handed|down|then|earlier|since|until|mid|late|early|during|monday|'s|activity|activities|country|whose|says|other|cost|costing|"
	  "men|women|children|security|reporters|journalists|only|decision|decree|order|ruling|movement|network|"
	  "rating|years-old|percent|per|cent|dollars|euros|rubles|kilometers|kilometres|miles|meters|metres|hours|minutes|o'clock|"
	  "resolution|article|page|room|flight|age|aged|old|time|times|degrees|am|pm|a.m.|p.m.|feet|tons|tonnes|kilograms|kg|km|"
	  "should|would|could|must|may|might|will|never|shall|not|presidents|rounds|points|pages|votes|seats|"
	  ENT_NOTICE_BAN_RU, 0, 0 },
	{ ENT_NOTICE_BAN_RU, W_BAN, 0 },
	{ NULL, 0, 0 },
};
/* clang-format on */
