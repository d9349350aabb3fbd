/* SPDX-License-Identifier: Apache-2.0 */
/*
 * registry_misc.c - character sets, countries, and what a PDF says of itself.
 */
#include "stix/registry.h"

/* clang-format off */
/* Character sets as 6.3 and 6.7 want them named: the preferred MIME name of IANA's register, else
 * the register's name. */
static const char charsets[] =
	"adobe-standard-encoding|adobe-symbol-encoding|amiga-1251|ansi_x3.110-1983|asmo_449|"
	"big5|big5-hkscs|bocu-1|brf|bs_4730|bs_viewdata|cesu-8|cp50220|cp51932|"
	"csa_z243.4-1985-1|csa_z243.4-1985-2|csa_z243.4-1985-gr|csn_369103|dec-mcs|din_66003|"
	"dk-us|ds_2089|ebcdic-at-de|ebcdic-at-de-a|ebcdic-ca-fr|ebcdic-dk-no|ebcdic-dk-no-a|"
	"ebcdic-es|ebcdic-es-a|ebcdic-es-s|ebcdic-fi-se|ebcdic-fi-se-a|ebcdic-fr|ebcdic-it|"
	"ebcdic-pt|ebcdic-uk|ebcdic-us|ecma-cyrillic|es|es2|euc-jp|euc-kr|"
	"extended_unix_code_fixed_width_for_japanese|gb18030|gb2312|gb_1988-80|gb_2312-80|"
	"gbk|gost_19768-74|greek-ccitt|greek7|greek7-old|hp-desktop|hp-legal|hp-math8|"
	"hp-pi-font|hp-roman8|hz-gb-2312|ibm-symbols|ibm-thai|ibm00858|ibm00924|ibm01140|"
	"ibm01141|ibm01142|ibm01143|ibm01144|ibm01145|ibm01146|ibm01147|ibm01148|ibm01149|"
	"ibm037|ibm038|ibm1026|ibm1047|ibm273|ibm274|ibm275|ibm277|ibm278|ibm280|ibm281|"
	"ibm284|ibm285|ibm290|ibm297|ibm420|ibm423|ibm424|ibm437|ibm500|ibm775|ibm850|ibm851|"
	"ibm852|ibm855|ibm857|ibm860|ibm861|ibm862|ibm863|ibm864|ibm865|ibm866|ibm868|ibm869|"
	"ibm870|ibm871|ibm880|ibm891|ibm903|ibm904|ibm905|ibm918|iec_p27-1|inis|inis-8|"
	"inis-cyrillic|invariant|iso-10646-j-1|iso-10646-ucs-2|iso-10646-ucs-4|"
	"iso-10646-ucs-basic|iso-10646-unicode-latin1|iso-10646-utf-1|iso-11548-1|"
	"iso-2022-cn|iso-2022-cn-ext|iso-2022-jp|iso-2022-jp-2|iso-2022-kr|iso-8859-1|"
	"iso-8859-1-windows-3.0-latin-1|iso-8859-1-windows-3.1-latin-1|iso-8859-10|"
	"iso-8859-13|iso-8859-14|iso-8859-15|iso-8859-16|iso-8859-2|"
	"iso-8859-2-windows-latin-2|iso-8859-3|iso-8859-4|iso-8859-5|iso-8859-6|iso-8859-6-e|"
	"iso-8859-6-i|iso-8859-7|iso-8859-8|iso-8859-8-e|iso-8859-8-i|iso-8859-9|"
	"iso-8859-9-windows-latin-5|iso-ir-90|iso-unicode-ibm-1261|iso-unicode-ibm-1264|"
	"iso-unicode-ibm-1265|iso-unicode-ibm-1268|iso-unicode-ibm-1276|iso_10367-box|"
	"iso_2033-1983|iso_5427|iso_5427:1981|iso_5428:1980|iso_646.basic:1983|"
	"iso_646.irv:1983|iso_6937-2-25|iso_6937-2-add|iso_8859-supp|it|jis_c6220-1969-jp|"
	"jis_c6220-1969-ro|jis_c6226-1978|jis_c6226-1983|jis_c6229-1984-a|jis_c6229-1984-b|"
	"jis_c6229-1984-b-add|jis_c6229-1984-hand|jis_c6229-1984-hand-add|"
	"jis_c6229-1984-kana|jis_encoding|jis_x0201|jis_x0212-1990|jus_i.b1.002|"
	"jus_i.b1.003-mac|jus_i.b1.003-serb|koi7-switched|koi8-r|koi8-u|ks_c_5601-1987|"
	"ksc5636|kz-1048|latin-greek|latin-greek-1|latin-lap|macintosh|microsoft-publishing|"
	"mnem|mnemonic|msz_7795.3|nats-dano|nats-dano-add|nats-sefi|nats-sefi-add|"
	"nc_nc00-10:81|nf_z_62-010|nf_z_62-010_(1973)|ns_4551-1|ns_4551-2|"
	"osd_ebcdic_df03_irv|osd_ebcdic_df04_1|osd_ebcdic_df04_15|pc8-danish-norwegian|"
	"pc8-turkish|pt|pt2|ptcp154|scsu|sen_850200_b|sen_850200_c|shift_jis|t.101-g2|"
	"t.61-7bit|t.61-8bit|tis-620|tscii|unicode-1-1|unicode-1-1-utf-7|unknown-8bit|"
	"us-ascii|us-dk|utf-16|utf-16be|utf-16le|utf-32|utf-32be|utf-32le|utf-7|utf-7-imap|"
	"utf-8|ventura-international|ventura-math|ventura-us|videotex-suppl|viqr|viscii|"
	"windows-1250|windows-1251|windows-1252|windows-1253|windows-1254|windows-1255|"
	"windows-1256|windows-1257|windows-1258|windows-31j|windows-874";

/* ISO 3166-1 alpha-2. */
static const char countries[] =
	"ad|ae|af|ag|ai|al|am|ao|aq|ar|as|at|au|aw|ax|az|ba|bb|bd|be|bf|bg|bh|bi|bj|bl|bm|bn|"
	"bo|bq|br|bs|bt|bv|bw|by|bz|ca|cc|cd|cf|cg|ch|ci|ck|cl|cm|cn|co|cr|cu|cv|cw|cx|cy|cz|"
	"de|dj|dk|dm|do|dz|ec|ee|eg|eh|er|es|et|fi|fj|fk|fm|fo|fr|ga|gb|gd|ge|gf|gg|gh|gi|gl|"
	"gm|gn|gp|gq|gr|gs|gt|gu|gw|gy|hk|hm|hn|hr|ht|hu|id|ie|il|im|in|io|iq|ir|is|it|je|jm|"
	"jo|jp|ke|kg|kh|ki|km|kn|kp|kr|kw|ky|kz|la|lb|lc|li|lk|lr|ls|lt|lu|lv|ly|ma|mc|md|me|"
	"mf|mg|mh|mk|ml|mm|mn|mo|mp|mq|mr|ms|mt|mu|mv|mw|mx|my|mz|na|nc|ne|nf|ng|ni|nl|no|np|"
	"nr|nu|nz|om|pa|pe|pf|pg|ph|pk|pl|pm|pn|pr|ps|pt|pw|py|qa|re|ro|rs|ru|rw|sa|sb|sc|sd|"
	"se|sg|sh|si|sj|sk|sl|sm|sn|so|sr|ss|st|sv|sx|sy|sz|tc|td|tf|tg|th|tj|tk|tl|tm|tn|to|"
	"tr|tt|tv|tw|tz|ua|ug|um|us|uy|uz|va|vc|ve|vg|vi|vn|vu|wf|ws|ye|yt|za|zm|zw";

/* ISO 32000-1, 14.3.3. */
static const char pdf_info[] =
	"Author|CreationDate|Creator|Keywords|ModDate|Producer|Subject|Title|Trapped";

/* clang-format on */
const struct ent_registry ent_registry_charsets = { charsets, sizeof(charsets) - 1, 0, true };
const struct ent_registry ent_registry_countries = { countries, sizeof(countries) - 1, 0,
	                                             true };
const struct ent_registry ent_registry_pdf_info = { pdf_info, sizeof(pdf_info) - 1, 0, false };
