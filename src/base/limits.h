/* SPDX-License-Identifier: Apache-2.0 */
/*
 * limits.h - every bound of the project, with its reason.
 */
#ifndef ENT_BASE_LIMITS_H
#define ENT_BASE_LIMITS_H

/* JSON: deepest nesting.  STIX itself needs about 10; simdjson's own bound is 1,024. */
#define ENT_JSON_DEPTH 64
/* JSON: what no caller may go beyond, for reading and writing recurse; each level takes some
 * 200 bytes of stack. */
#define ENT_JSON_DEPTH_MAX 1024
/* JSON: an envelope, statement, receipt or agreement (docs/exchange.md). */
#define ENT_ENVELOPE_MAX   (1u << 20)
#define ENT_ENVELOPE_DEPTH 32
/* A file given to import: ATT&CK enterprise has 46 MB. The configuration may raise it. */
#define ENT_IMPORT_MAX ((size_t)512 << 20)
/* Arena of a document of n bytes: copy with padding, tree of 16-byte nodes (worst case
 * "[0,0,..." is 8 per byte), slack. */
#define ENT_DOC_ARENA(n) ((size_t)(n)*24 + ((size_t)1 << 20))
/* Streams: the largest single object.  An artifact carries its payload; more than this is
 * no longer one object's. */
#define ENT_ITEM_MAX ((size_t)64 << 20)
/* Streams: what is read at once, and the first look that tells what a stream holds: it stays in
 * the processor's cache. */
#define ENT_ITEM_WINDOW ((size_t)256 << 10)
/* HTTP: the whole request head.  Cookies and tokens fit, floods don't. */
#define ENT_HTTP_HEAD_MAX    (32u << 10)
#define ENT_HTTP_HEADERS_MAX 100
/* HTTP: a body, when the route doesn't say otherwise (TAXII's max_content_length). */
#define ENT_HTTP_BODY_MAX ((size_t)16 << 20)
/* HTTP: connections a loop; memory for each is bounded by head, body and write buffer. */
#define ENT_HTTP_CONNECTIONS 4096
/* HTTP/2, of a connection: streams at once; bytes that may be on their way of one body, and of
 * all; bytes of bodies that aren't complete; and streams that end by a reset within so many
 * microseconds, before the peer is told to calm down. */
#define ENT_H2_STREAMS    64
#define ENT_H2_WINDOW     (256 << 10)
#define ENT_H2_WINDOW_ALL (1 << 20)
#define ENT_H2_BODIES     ((uint64_t)24 << 20)
#define ENT_H2_RESETS     200
#define ENT_H2_RESETS_US  INT64_C(10000000)
/* HTTP: over how many seconds a client's rate is counted, so that bursts pass; how many
 * requests opening a connection counts as (a handshake takes a millisecond); and connections
 * beyond a client's limit that are told so with 429 before more of them are closed unheard. */
#define ENT_GUEST_SECONDS    10
#define ENT_GUEST_CONNECTION 10
#define ENT_GUESTS_TOLD      16
/* HTTP: bytes a second that a body or an answer must move on average, beyond its timeout: half
 * of what a 32 kbit/s line does. */
#define ENT_HTTP_RATE_MIN 2000
/* HTTP: how long a closed connection is listened to, so that the peer reads our last answer. */
#define ENT_HTTP_LINGER_MS 2000
/* HTTP: threads that find out what takes long (a password's hash has 64 MiB at work), and how
 * much may wait for them: some seconds' worth.  Answers that wait to be packed leave half of it
 * to questions, for they can go out as they are. */
#define ENT_HTTP_FINDERS  2
#define ENT_HTTP_FINDINGS 64
/* HTTP: the smallest body that is worth packing, and the largest that a loop packs itself:
 * some tenths of a millisecond. */
#define ENT_HTTP_PACK_MIN   1024
#define ENT_HTTP_PACK_ALOUD ((size_t)32 << 10)
/* HTTP client: the largest answer that is read. */
#define ENT_HTTP_ANSWER_MAX ((size_t)64 << 20)
/* TAXII client: the first pause before a busy server is asked again (it doubles), the longest
 * (who is told to wait longer does better to come back another time), and how often. */
#define ENT_RETRY_BASE_MS ((uint64_t)1000)
#define ENT_RETRY_MAX_MS  ((uint64_t)300000)
#define ENT_RETRY_MAX     100
/* TAXII client, reading page after page: bytes of a server's next, and empty pages in a row
 * that say there is more (servers that filter after they cut give such). */
#define ENT_MIRROR_NEXT  16384
#define ENT_MIRROR_EMPTY 100
/* TAXII client: bytes of an envelope where the server names no limit or a larger one, and its
 * objects unless the user says otherwise; how long a status may be pending by default; and how
 * many objects may be refused one by one, envelope and all, before it is clear that none will
 * do. */
#define ENT_PUSH_BYTES    ((size_t)8 << 20)
#define ENT_PUSH_OBJECTS  500
#define ENT_PUSH_SECONDS  300
#define ENT_PUSH_HOPELESS 100
/* TAXII: objects in a page, and its bytes (docs/taxii.md). */
#define ENT_PAGE_MAX     1000
#define ENT_PAGE_DEFAULT 100
#define ENT_PAGE_BYTES   ((size_t)8 << 20)
/* TAXII: objects that one POST may bring; each has its line in the status. */
#define ENT_POST_MAX 10000
/* TAXII: values in one match[...] parameter. */
#define ENT_MATCH_MAX 256
/* TAXII: filters that next carries whole; longer ones as a hash, so that next and the same
 * filters fit a request head together. */
#define ENT_CURSOR_FILTERS 2048
/* TAXII: a next that is looked at: the above with its frame, in base64. */
#define ENT_CURSOR_TEXT 4096
/* TAXII: a body where none is expected; it is read and ignored. */
#define ENT_IGNORED_BODY 4096
/* Arena of a request: the body's tree, or a page and its rows. */
#define ENT_REQUEST_ARENA ((size_t)512 << 20)
/* Ledger: an entry (tlog-tiles length prefix is 16 bits). */
#define ENT_LEDGER_ENTRY_MAX 65535
/* Ledger: leaves of a tree. A consistency proof in it then has at most 63 hashes, as many as
 * tlog-witness takes. */
#define ENT_LEDGER_SIZE_MAX ((uint64_t)1 << 62)
#define ENT_PROOF_MAX       63
/* Ledger: a signed note, its signature lines (as Go's sumdb/note has it), its origin and names
 * of signers. */
#define ENT_NOTE_MAX   (64u << 10)
#define ENT_NOTE_LINES 100
#define ENT_NOTE_NAME  255
/* Ledger: witnesses that an exported ledger names; an agreement has at most ENT_PARTIES_MAX
 * parties, keys are rotated. */
#define ENT_WITNESSES_MAX 64
/* Cards of a party, one after the other: keys change once a year, addresses now and then; a
 * proof of warning carries all of both sides. */
#define ENT_CARDS_MAX 64
/* A proof of warning: an object, and some envelopes and proofs. */
#define ENT_PROOF_FILE_MAX ((size_t)32 << 20)
/* Findings kept for one object; more are counted. */
#define ENT_FINDINGS_MAX 100
/* Members that the checks of one STIX object compare in following its selectors and keys: some
 * tenths of a second.  An honest object needs thousands, for either can be as many as fit a
 * body. */
#define ENT_LOOKUPS_MAX 50000000
/* Bytes of JSON Pointers kept of the differences of two objects: names can be as long as the
 * object, and there can be as many differences under one. */
#define ENT_POINTERS_MAX ((size_t)16 << 20)
/* From how many members on an object gets a table for its names, where selectors are followed.
 */
#define ENT_WIDE_OBJECT 16
/* Entries that may be served beyond the last receipted one (docs/ledger.md). */
#define ENT_WINDOW 1000
/* Store: how long a transaction waits for another writer, and marks that stand at the same
 * time. */
#define ENT_STORE_BUSY_MS 10000
#define ENT_STORE_MARKS   64
/* Store: what the memory backend, which is for tests and trials, may hold. */
#define ENT_STORE_MEMORY_MAX ((size_t)4 << 30)
/* Parties of one agreement; signatures of one envelope. */
#define ENT_PARTIES_MAX    16
#define ENT_SIGNATURES_MAX 16
/* Who must sign beside the parties: a ministry for each. */
#define ENT_APPROVERS_MAX 16
/* What all parties may sign under one agreement, in equal shares: a handful a year in honest
 * use.  Documents and statements have these bytes at most; in base64 and with their signature,
 * all of an agreement then fits a request with room to spare. */
#define ENT_DOCUMENTS_ALL   64
#define ENT_STATEMENTS_ALL  2048
#define ENT_DOCUMENT_BYTES  (64u << 10)
#define ENT_STATEMENT_BYTES 2048
#define ENT_REASON_BYTES    1000
/* How far the version of a document may be ahead of the one that governs. */
#define ENT_VERSIONS_AHEAD 1000
/* What one party may sign before it is accepted, and open suspensions of a party. */
#define ENT_DOCUMENTS_PROPOSED  8
#define ENT_STATEMENTS_PROPOSED 16
#define ENT_SUSPENSIONS_OPEN    4
/* Of all parties, that a rehearsal can name: 16 parties. */
#define ENT_SUSPENSIONS_REHEARSED 64
/* One line of a package: a page of objects, or all statements.  How many lines one has. */
#define ENT_PACKAGE_LINE  (64u << 20)
#define ENT_PACKAGE_LINES 1000000
/* A file that goes along with a message, as a STIX artifact. */
#define ENT_ATTACHMENT_MAX (1u << 20)
/* A text of a tip about a threat to life: a place, a contact. */
#define ENT_LIFE_TEXT 500
/* Versions of one object that one recall takes back. */
#define ENT_VERSIONS_RECALLED 10000
/* A dispatch's body, and those that one bundle carries. */
#define ENT_DISPATCH_BYTES           (32u << 10)
#define ENT_DISPATCHES_CARRIED       500
#define ENT_DISPATCHES_CARRIED_BYTES (2u << 20)
/* Documents and statements that are looked at in one call, and those whose refusal is told. */
#define ENT_BUNDLE_MAX   4096
#define ENT_REFUSED_TOLD 8
/* Agreements of a node, of which some are left for its own proposals; those that one
 * counterpart may bring without our answering them. */
#define ENT_AGREEMENTS_MAX 10000
#define ENT_AGREEMENTS_OWN 1000
#define ENT_PROPOSALS_MAX  100
/* Receipts that are kept for one first number: a counterpart that goes back to an old copy
 * receipts anew. */
#define ENT_RECEIPTS_SAME 8
/* Those of a day that one counterpart may bring for what it has receipted before. */
#define ENT_RECEIPTS_AGAIN 10000
/* Seconds until a receipt that didn't get there, or that its sender refuses, goes again: first
 * and at most; and how many of the refused ones go in one sync. */
#define ENT_RECEIPT_BACKOFF     60
#define ENT_RECEIPT_BACKOFF_MAX 3600
#define ENT_RECEIPT_OFFERED     100
/* Seconds after which the receipt for a page is late, and after which it is missing: nodes sync
 * every few minutes, and a day's silence is for a person.  How long nobody may have read what
 * was released before it is shown with those. */
#define ENT_RECEIPT_LATE_S    3600
#define ENT_RECEIPT_MISSING_S 86400
/* Counterparts whose reading is noted before it goes on record, every few seconds. */
#define ENT_SERVED_NOTES 1024
/* A receipt's body: its members and a checkpoint, whose origin may be long. */
#define ENT_RECEIPT_BYTES 4096
/* TAXII: versions of one object that a DELETE with match[spec_version] looks at. */
#define ENT_OBJECT_VERSIONS_MAX 100000
/* Logins with a wrong password that one address may have within this many seconds, and those
 * for one name: people mistype, programs guess.  Counted in a table of this size. */
#define ENT_ATTEMPTS_ADDRESS 60
#define ENT_ATTEMPTS_NAME    10
#define ENT_ATTEMPTS_SECONDS 60
#define ENT_ATTEMPTS         1024
/* Logins that a process remembers, so that they cost no password hash a request: as many users
 * as are busy at the same time. */
#define ENT_LOGINS 1024
/* Bearer tokens of a node's users: they are looked through when one is made or listed. */
#define ENT_TOKENS_MAX 10000
/* Free-standing collections of a node: a listing names all of them, and fits an answer. */
#define ENT_COLLECTIONS_MAX 4096
/* Feeds of a node: all are looked at each time one may be due.  Seconds between two runs of
 * one, and after a failure, first and at most (servers lock out who comes again and again). */
#define ENT_FEEDS_MAX        1000
#define ENT_FEED_EVERY_MIN   1
#define ENT_FEED_EVERY_MAX   (366 * 86400)
#define ENT_FEED_BACKOFF     60
#define ENT_FEED_BACKOFF_MAX 3600
/* Messages: the text of one, and what is shown of them at once. */
#define ENT_MESSAGE_BYTES  65536
#define ENT_THREADS_SHOWN  100000
#define ENT_MESSAGES_SHOWN 1000
/* Invitations that are open at a time, and the longest of them in days: each lets one stranger
 * leave a card here. */
#define ENT_INVITES_MAX     100
#define ENT_INVITE_DAYS_MAX 365
/* The text of one: a card, base64, with lines and what mail programs add. */
#define ENT_INVITE_BYTES (256u << 10)
/* Alarms of one counterpart that go into the internal ledger in a day; more are logged. */
#define ENT_ALARMS_DAY 100
/* As many entries about pages with refused objects of one counterpart; those about its
 * checkpoints, of which an honest one causes one a sync. */
#define ENT_REFUSALS_DAY    1000
#define ENT_CHECKPOINTS_DAY 10000

/* Patterns: bytes; and parentheses inside each other, where parser and printer recurse (a level
 * takes some 500 bytes of stack). Published ones have a few KiB and five levels. */
#define ENT_PATTERN_MAX   (1u << 20)
#define ENT_PATTERN_DEPTH 64
/* MATCHES: backtracking steps of one search (some milliseconds) and its memory in KiB; honest
 * expressions need thousands. */
#define ENT_REGEX_STEPS 1000000
#define ENT_REGEX_KIB   20000
/* Wire reports: bytes of one text (a report has some KiB; a day of an agency some MiB), which
 * takes up to 16 bytes of memory for each; and items that are told of it, which a text of that
 * size has where every third word is one. */
#define ENT_WIRE_MAX   ((size_t)32 << 20)
#define ENT_WIRE_ITEMS 500000
/* Those of them that are names and places: so that quotations and figures are told too. */
#define ENT_WIRE_NAMES 250000
#define ENT_WIRE_ARENA ((size_t)2 << 30)
/* Matching: steps of the search where observations satisfy several brackets (well below a
 * second), choices inside each other (three calls each, some 500 bytes of stack), and memory of
 * one evaluation. */
#define ENT_MATCH_STEPS 50000000
#define ENT_MATCH_DEPTH 500
#define ENT_MATCH_ARENA ((size_t)1 << 30)
/* Sets of patterns: memory of one by default (a hundred thousand indicators take a third of
 * it); observations kept for a pattern by default, and at most; how late an observation may
 * come by default. */
#define ENT_SET_BYTES    ((size_t)512 << 20)
#define ENT_SET_KEPT     4096
#define ENT_SET_KEPT_MAX ((size_t)1 << 20)
#define ENT_SET_LATE     INT64_C(60000000)
/* More than this an observation that is kept doesn't stand for: what STIX allows. */
#define ENT_SET_COUNT UINT64_C(999999999)
/* Steps of the search for one pattern when an observation comes (some milliseconds): a stream
 * waits for it. */
#define ENT_SET_STEPS 1000000
/* Memory of one pattern of a set while it is made ready, and of what is looked at for an
 * observation. */
#define ENT_SET_ARENA ((size_t)64 << 20)
/* Steps of a path that the index follows (each a recursion); what is behind them is left to
 * the comparison.  Published patterns have five. */
#define ENT_INDEX_DEPTH 16
/* Posts on a key that are counted, to see which of two has fewer. */
#define ENT_INDEX_LOOK 32
/* Groups inside each other that the search for literals goes into. */
#define ENT_LITERAL_DEPTH 16

/* Logs: bytes of a line, some ten times what a sensor writes with payloads; nesting; objects
 * and values that become of one record, memory for it. */
#define ENT_LOGS_LINE    ((size_t)4 << 20)
#define ENT_LOGS_DEPTH   32
#define ENT_LOGS_OBJECTS 64
#define ENT_LOGS_VALUES  256
#define ENT_LOGS_ARENA   (ENT_DOC_ARENA(ENT_LOGS_LINE))
/* Logs: columns of a TSV or CSV, and bytes of a mapping or of a header. */
#define ENT_LOGS_COLUMNS 256
#define ENT_LOGS_MAPPING ((size_t)64 << 10)
/* Logs: how far back a time may be behind the one before without being counted as a jump, in
 * microseconds: sensors write what ended, so that lines aren't in order. */
#define ENT_LOGS_JUMP INT64_C(3600000000)

/* CSV: bytes of a record (a list of designations has fields of some 50 KiB), and its fields. */
#define ENT_CSV_RECORD ((size_t)4 << 20)
#define ENT_CSV_FIELDS 256
/* Lists of designations: bytes of a file (the largest that is published has some 120 MB); of
 * one text in it; elements inside each other (the deepest list has nine); memory of one record;
 * of the numbers of its records, to see that none is there twice; and of the files of aliases
 * and addresses beside a main file. */
#define ENT_LIST_MAX    ((size_t)1 << 30)
#define ENT_LIST_TEXT   ((size_t)1 << 20)
#define ENT_LIST_DEPTH  24
#define ENT_LIST_RECORD ((size_t)64 << 20)
#define ENT_LIST_REFS   ((size_t)1 << 30)
#define ENT_LIST_SIDE   ((size_t)1 << 30)

/* The register: memory of a list that is imported, which is read to its end first; of what is
 * held of it. */
#define ENT_REGISTER_LIST  ((size_t)2 << 30)
#define ENT_REGISTER_KNOWN ((size_t)1 << 30)
/* Attacks: the largest figure of a claim (there are fewer people); bytes of a text of one;
 * bytes and rows of a table (the database has some 210,000), and memory to see that no number
 * of an event is there twice. */
#define ENT_ATTACK_FIGURE INT64_C(10000000000)
#define ENT_ATTACK_TEXT   ((size_t)64 << 10)
#define ENT_GTD_ROWS      2000000
#define ENT_GTD_ARENA     ((size_t)512 << 20)

/* Watching: indicators, and memory for what is kept of them beside their patterns; bytes of a
 * list of what is allowed; of a state, which names those that have hit. */
#define ENT_WATCH_INDICATORS 4000000
#define ENT_WATCH_ARENA      ((size_t)2 << 30)
#define ENT_WATCH_ALLOW_MAX  ((size_t)64 << 20)
#define ENT_WATCH_STATE_MAX  ((size_t)256 << 20)
/* Watching: how far back a new run reads again what patterns about time may have kept, in
 * microseconds, and the places that are noted for it. */
#define ENT_WATCH_BACK  INT64_C(3600000000)
#define ENT_WATCH_MARKS 32
/* Watching: sightings of one batch; more wait for the next. */
#define ENT_WATCH_SIGHTINGS 10000

/* Screening: bytes and words of a name that are compared (the longest on a list has some 200
 * bytes; what is longer is no name), and of the sentence that explains a score. */
#define ENT_NAME_BYTES      1024
#define ENT_NAME_TOKENS     24
#define ENT_EXPLANATION_MAX ((size_t)16 << 10)
/* Screening, an index: names (all lists published have some 100,000 together; numbers of words
 * and names have 32 bits), names and other values of one entry (the longest on a list has 130
 * names), memory for texts and words, hits of one search, and listed words and names that one
 * search looks at: honest ones need some hundreds. */
#define ENT_INDEX_NAMES   10000000
#define ENT_INDEX_ALIASES 4096
#define ENT_INDEX_ENTRY   255
#define ENT_INDEX_ARENA   ((size_t)4 << 30)
#define ENT_HITS_MAX      256
#define ENT_SCREEN_JOBS   64
#define ENT_SEARCH_WORDS  20000
#define ENT_SEARCH_NAMES  20000

/* Names in texts: rows of a table (names, words, nodes of their trie: all published lists have
 * some hundred thousand) and bytes of all names; mentions that are told of a text; bytes of a
 * word that is looked at (31 letters are compared, of up to four bytes); and letters from which
 * on a single word may be spelt differently. */
#define ENT_TEXT_ROWS      ((size_t)1 << 27)
#define ENT_TEXT_NAMES_MAX ((size_t)1 << 30)
#define ENT_TEXT_MENTIONS  ((size_t)1 << 20)
#define ENT_TEXT_WORD      128
#define ENT_TEXT_SPELT     7

/* The gate: markings of one object whose definitions are looked up (honest ones have a few; the
 * rest is unknown), bytes of a definition that is read, entries of a list in one; texts of a
 * list in an agreement's terms and bytes of each; objects a day; and of what is told of one
 * object: bytes of a text from it in a reason, markings that go along, references that stay,
 * properties. */
#define ENT_GATE_DEFINITIONS      1000
#define ENT_GATE_DEFINITION_BYTES ((size_t)256 << 10)
#define ENT_GATE_DEFINITION_LIST  1000
#define ENT_GATE_TERMS            100
#define ENT_GATE_TERM_BYTES       500
#define ENT_GATE_QUOTA            1000000000
#define ENT_GATE_TOLD_BYTES       400
#define ENT_GATE_NEEDS            32
#define ENT_GATE_LEFT_OUT         256
#define ENT_GATE_PROPERTIES       256

#endif
