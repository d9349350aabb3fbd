#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# demo.sh - two nodes, North and South, exchange real information under a signed agreement.
#
#   tools/demo.sh [BUILD-FOLDER]     BUNDLE=FILE: exchange that STIX bundle; KEEP=1: leave the nodes running
#
# Each command is printed before its result, so that it can be repeated by hand in demo-run/.
set -u
cd "$(dirname "$0")/.." || exit 2
top=$PWD
build=${1:-${BUILD:-build}}
case $build in /*) ;; *) build=$top/$build ;; esac
PATH="$build/src:$PATH"
export PATH
run="$top/demo-run"
bundle=${BUNDLE:-}
[ -n "$bundle" ] && bundle=$(readlink -f -- "$bundle")
if [ -n "$bundle" ] && [ ! -r "$bundle" ]; then
	echo "demo: $BUNDLE: no such file, or it can't be read" >&2
	exit 2
fi
command -v entente > /dev/null || { echo "demo: no program in $build/src: run 'make build' first" >&2; exit 2; }
began=$(date +%s%N)
failures=0
pids=()

if [ -t 1 ]; then bold=$(printf '\033[1m') dim=$(printf '\033[2m') off=$(printf '\033[0m'); else bold='' dim='' off=''; fi

finish() {
	status=$?
	if [ "${KEEP:-0}" = 0 ] || [ $status -ne 0 ]; then
		for p in "${pids[@]}"; do kill "$p" 2> /dev/null; done
		for p in "${pids[@]}"; do wait "$p" 2> /dev/null; done
	fi
}
trap finish EXIT
trap 'exit 130' INT TERM

step() {
	printf '\n%s== %s ==%s %s\n' "$bold" "$1" "$off" "${2:-}"
}

# A command as one would type it.
quoted() {
	for word; do
		case $word in
		'' | *[!A-Za-z0-9_./:@%+,=-]*) printf "'%s' " "$(printf '%s' "$word" | sed "s/'/'\\\\''/g")" ;;
		*) printf '%s ' "$word" ;;
		esac
	done
}

# Prints a command, runs it, shows what it says.  EXPECT is the exit code that is right (0 unless given).
# What it said stays in $said.
cmd() {
	printf '%s$ %s%s\n' "$dim" "$(quoted "$@")" "$off"
	said=$("$@" 2>&1)
	got=$?
	if [ -n "$said" ]; then
		lines=$(printf '%s\n' "$said" | wc -l)
		printf '%s\n' "$said" | cut -c1-220 | head -n "${LINES_MAX:-1000}"
		[ "$lines" -le "${LINES_MAX:-1000}" ] || echo "... and $((lines - LINES_MAX)) more lines"
	fi
	if [ "$got" -ne "${EXPECT:-0}" ]; then
		printf '%s   (exit code %s, %s was expected)%s\n' "$bold" "$got" "${EXPECT:-0}" "$off"
		failures=$((failures + 1))
	fi
	return 0
}

must() {
	if ! "$@"; then
		printf '%s   this does not hold: %s%s\n' "$bold" "$*" "$off"
		failures=$((failures + 1))
	fi
}

# A TCP port of 127.0.0.1 that nobody listens on.
free_port() {
	while :; do
		p=$((20000 + RANDOM % 30000))
		if ! (exec 3<> "/dev/tcp/127.0.0.1/$p") 2> /dev/null; then
			echo "$p"
			return
		fi
	done
}

json() { # json KEY: the first string or number under KEY in $said
	printf '%s' "$said" | grep -o "\"$1\": *\(\"[^\"]*\"\|[0-9]*\)" | head -n 1 | sed 's/^[^:]*: *//; s/^"//; s/"$//'
}

start() { # start NAME: serves a node, waits until it takes connections
	printf '%s$ entente --node %s serve &%s\n' "$dim" "$1" "$off"
	entente --node "$1" serve > "$1.out" 2> "$1.log" &
	pids+=($!)
	for _ in $(seq 100); do
		[ -s "$1.out" ] && break
		sleep 0.05
	done
	cat "$1.out"
	[ -s "$1.out" ] || { cat "$1.log"; exit 1; }
}

rm -rf "$run"
mkdir -p "$run"
cd "$run" || exit 2
echo "${bold}entente${off}: two organisations share what could stop an attack, under an agreement that both sign."
echo "Everything below happens in $run"

step init "each organisation makes its node: keys, certificate, database"
north=$(free_port)
south=$(free_port)
while [ "$north" = "$south" ]; do south=$(free_port); done
cmd entente init north --name North --listen "127.0.0.1:$north"
cmd entente init south --name South --listen "127.0.0.1:$south"
start north
start south

step enrol "each adds the other; 40 digits are compared by voice, then typed back"
cmd entente --node north peer add "https://127.0.0.1:$south"
cmd entente --node south peer add "https://127.0.0.1:$north"
cmd entente --node south peer code North
code=$(printf '%s' "$said" | grep -oE '([0-9]{5} ){7}[0-9]{5}' | head -n 1)
cmd entente --node north peer confirm South --code "$code"
cmd entente --node north peer code South
code=$(printf '%s' "$said" | grep -oE '([0-9]{5} ){7}[0-9]{5}' | head -n 1)
cmd entente --node south peer confirm North --code "$code"

step import "North takes in what it knows"
if [ -n "$bundle" ]; then
	LINES_MAX=12 cmd entente --node north import --skip-invalid "$bundle"
else
	cmd entente --node north import ../examples/attack-2001-09-11.json ../examples/designation-al-qaeda.json \
		../examples/tip.json
fi

step propose "North proposes an agreement: what may cross, up to which TLP"
markings=()
if [ -n "$bundle" ]; then
	# the bundle's own marking definitions, TLP apart, are named in the agreement: what is unknown is not released
	said=$(entente --node north list --type marking-definition --json)
	for id in $(printf '%s' "$said" | grep -oE 'marking-definition--[0-9a-f-]{36}' | sort -u | head -n 200); do
		markings+=(--marking "$id")
	done
fi
cmd entente --node north agreement propose --title 'Dialogue on counter-terrorism' --with South \
	--auspices 'Ministry of Foreign Affairs of North' --tlp-max amber --unmarked green --life-ack-minutes 15 "${markings[@]}" --json
agreement=$(json id)
echo "the agreement is $agreement"

step accept "South reads it and accepts"
cmd entente --node south agreement list
cmd entente --node south agreement accept "$agreement"
cmd entente --node north agreement show "$agreement"

step dry-run "what would leave, and why: each rule says by which clause of the agreement"
LINES_MAX=30 cmd entente --node north release --all --to "$agreement" --dry-run

step release "North decides what leaves"
LINES_MAX=12 EXPECT=${EXPECT_RELEASE:-0} cmd entente --node north release --all --to "$agreement"

step sync "South fetches, stores, receipts"
cmd entente --node south sync
cmd entente --node north digest "$agreement" --json
sent=$(printf '%s' "$said" | tr -d ' \n' | grep -o '"outbound":{[^}]*}')
cmd entente --node south digest "$agreement" --json
arrived=$(printf '%s' "$said" | tr -d ' \n' | grep -o '"inbound":{[^}]*}')
echo "sent    ${sent#*:}"
echo "arrived ${arrived#*:}"
must [ -n "$sent" ]
must [ "${sent#*:}" = "${arrived#*:}" ]
LINES_MAX=12 cmd entente --node south list --source "$agreement"

if [ -z "$bundle" ]; then
	step watch "South's sensor meets the tip; the hit goes back to North as a sighting"
	for i in 1 2 3; do
		printf '{"timestamp":"2026-11-02T08:1%d:00.000000+0000","event_type":"dns","src_ip":"10.1.2.%d","dest_ip":"10.0.0.53","dns":{"type":"query","rrname":"%s","rrtype":"A"}}\n' \
			"$i" "$i" "$([ "$i" = 2 ] && echo depot || echo www).example.net"
	done >eve.json
	cmd entente --node south watch eve.json --hits hits.jsonl --to "$agreement"
	cmd cat hits.jsonl
	cmd entente --node north sync
	cmd entente --node north list --type sighting
	must grep -q sighting-- <<<"$said"
fi

if [ -z "$bundle" ]; then
	step incident "an attack crosses with its figures: two sources differ, and both stand on South"
	cmd entente --node north incident add --name 'Blast at the depot' --date 2026-03-04 --country Examplia --city Alphaville \
		--attack-type bombing-explosion --claim 'killed=3;source=Ministry of the Interior' --claim 'killed=4-5;source=City hospital' \
		--tlp green --json
	attack=$(printf '%s' "$said" | grep -oE '(incident|location)--[0-9a-f-]{36}' | sort -u)
	# shellcheck disable=SC2086
	LINES_MAX=12 cmd entente --node north release $attack --to "$agreement"
	cmd entente --node south sync
	cmd entente --node south incident claims 'Blast at the depot'
	must grep -q 'killed: 2 claims, from 3 to 5' <<<"$said"
fi

if [ -z "$bundle" ]; then
	step designate "a court of North outlaws a group; South learns of it, and screens names against it"
	cmd entente --node north designation add 'Example Front' --as intrusion-set --alias 'Front of the Example' \
		--authority 'Supreme Court of North' --authority-kind court --jurisdiction DE --effect outlawed \
		--decided 2026-10-30 --case-number 'EX 1/26' --notice 'en=banned in North' --json
	front=$(json id)
	cmd entente --node north release "$front" --to "$agreement"
	cmd entente --node south sync
	cmd entente --node south designation show "$front"
	must grep -q 'Supreme Court of North' <<<"$said"
	cmd entente --node south screen 'Exampel Front' 'Jane Roe'
	must grep -q 'Example Front .*Supreme Court of North' <<<"$said"
	id=$(grep -o 'screening [0-9a-f]*' <<<"$said" | head -n 1 | cut -d' ' -f2)
	cmd entente --node south screening decide "$id" hit --reason 'the name on the account is the group itself' --by 'Officer 7'
fi

step receipts "what each side can prove about what arrived"
LINES_MAX=12 cmd entente --node north receipts "$agreement"

step tip "North tells South something that nobody asked for"
cmd entente --node north tip "$agreement" 'The domain of the indicator is a depot for stolen papers.'
told=$(grep -oE '[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}' <<<"$said" | head -n 1)
cmd entente --node south sync
cmd entente --node south inbox
cmd entente --node south thread evaluate "$told" --source B --information 2 --send
cmd entente --node north sync

step request "South asks a question"
warning=$(entente --node north list --type indicator --json | grep -oE 'indicator--[0-9a-f-]{36}' | head -n 1)
[ -n "$warning" ] || warning=$(entente --node north list --json | grep -oE '"id":"[a-z0-9-]+--[0-9a-f-]{36}"' | head -n 1 | cut -d'"' -f4)
cmd entente --node south ask "$agreement" 'Is the domain in your tip still in use? We have seen traffic to it.' --about "$warning" --priority immediate
thread=$(printf '%s' "$said" | grep -oE '[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}' | head -n 1)
cmd entente --node north sync
cmd entente --node north inbox

step decline "and another one, which North declines for a reason of the closed list"
cmd entente --node south ask "$agreement" 'Who told you?'
other=$(printf '%s' "$said" | grep -oE '[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}' | head -n 1)
cmd entente --node north sync
cmd entente --node north thread decline "$other" --reason third-party-origin
cmd entente --node south sync
cmd entente --node south inbox "$other"
must grep -q 'reason third-party-origin' <<<"$said"

step answer "North answers the first one"
cmd entente --node north reply "$thread" 'Yes: since Monday, from two addresses. The indicator is valid until the end of June.'
cmd entente --node south sync

step outcome "South reports what came of it"
cmd entente --node south outcome "$thread" 'Three people were detained before they could act.' --result attack-prevented
cmd entente --node north sync
cmd entente --node north inbox --all

if [ -z "$bundle" ]; then
	step recall "North takes back what it should not have sent; South purges it, and signs that it has"
	cmd entente --node north recall "$front" --reason 'the court has lifted the ban'
	cmd entente --node north recall list
	must grep -q purged <<<"$said"
	EXPECT=2 cmd entente --node south show "$front"
fi

step suspend "North suspends: South's next sync is refused, with the reason; only a threat to life passes"
cmd entente --node north agreement suspend "$agreement" --reason 'the talks are paused'
EXPECT=3 cmd entente --node south sync
cmd entente --node north tip "$agreement" 'Made while suspended: it waits.'
echo 'correct horse battery' >password
export ENTENTE_PASSWORD_FILE=$run/password
cmd entente --node north user add ann --role analyst --password-file password
cmd entente --node north user add bob --role release-officer --password-file password
cmd entente --node north --login ann life write "$agreement" --place 'the central station' --until 2099-01-01 --what bombing \
	--confidence 70 --contact 'duty officer of North'
draft=$(printf '%s' "$said" | grep -oE '[0-9a-f]{64}' | head -n 1)
EXPECT=1 cmd entente --node north --login ann life send "$draft"
cmd entente --node north --login bob life send "$draft"
LINES_MAX=3 cmd entente --node south status
must grep -q 'THREAT TO LIFE' <<<"$said"
EXPECT=3 cmd entente --node south sync
cmd entente --node south life list
life=$(entente --node south life list --json | grep -oE '"tip": *"[0-9a-f]{64}' | grep -oE '[0-9a-f]{64}' | head -n 1)
cmd entente --node south life ack "$life"
cmd entente --node south life report "$life" 'the station was searched: nothing was found'
cmd entente --node north life list

step rehearsal "before it is resumed: what would flow, what expired, which keys changed, on one page for both"
cmd entente --node north agreement rehearse "$agreement"
cmd entente --node south agreement rehearse "$agreement"
must grep -q 'All have rehearsed' <<<"$said"

step resume "both resume, by the report of the rehearsal: South goes on exactly where it was"
cmd entente --node north agreement resume "$agreement"
cmd entente --node south agreement resume "$agreement"
cmd entente --node south sync
cmd entente --node north digest "$agreement" --json
sent=$(printf '%s' "$said" | tr -d ' \n' | grep -o '"outbound":{[^}]*}')
cmd entente --node south digest "$agreement" --json
arrived=$(printf '%s' "$said" | tr -d ' \n' | grep -o '"inbound":{[^}]*}')
must [ -n "$sent" ]
must [ "${sent#*:}" = "${arrived#*:}" ]

step package "the same exchange without a network: a file there, a file back"
cmd entente --node north tip "$agreement" 'Carried by hand.'
cmd entente --node north package export "$agreement" -o to-south.package
cmd entente --node south package show to-south.package
cmd entente --node south package import to-south.package
cmd entente --node south package export "$agreement" -o to-north.package
cmd entente --node north package import to-north.package
must grep -q 'receipts: *[1-9]' <<<"$said"

step communique "both count alike, sign the same text, and publish it"
cmd entente --node south sync
cmd entente --node north sync
cmd entente --node north communique "$agreement" --from 2026-01-01 --until 2099-01-01 --sign
cmd entente --node south communique "$agreement" --from 2026-01-01 --until 2099-01-01 --sign -o communique.json
must grep -q 'All have signed this text' <<<"$said"
cmd entente stix validate communique.json

step verify "both ledgers, one of them by the independent verifier alone"
cmd entente --node north ledger verify
cmd entente --node south ledger export "$agreement" -o south.ledger
cmd entente-verify south.ledger

step prove "a file for a third person: North warned, South has the warning, answered, and reported what came of it"
cmd entente --node north sync
cmd entente --node south sync
cmd entente --node north prove "$warning" -o warning.proof
cmd entente-verify warning.proof
echo "A copy in which one word was changed:"
sed 's/"object":{\(.*\)"created":"2/"object":{\1"created":"1/' warning.proof >changed.proof
must [ "$(cmp -s warning.proof changed.proof; echo $?)" = 1 ]
EXPECT=1 cmd entente-verify changed.proof
echo "The same with a part of the object kept back:"
cmd entente --node north prove "$warning" --redact created --no-dialogue -o redacted.proof
cmd entente-verify --json redacted.proof

step summary
count=$(printf '%s' "$sent" | grep -o '"count":[0-9]*' | grep -o '[0-9]*')
digest=$(printf '%s' "$sent" | grep -o '"digest":"[0-9a-f]*"' | cut -d'"' -f4)
took=$((($(date +%s%N) - began) / 1000000))
echo "agreement    $agreement"
echo "objects      ${count:-0} sent, the same number and the same bytes arrived"
echo "digest       ${digest:-none} on both sides"
echo "time         $((took / 1000)).$(printf '%03d' $((took % 1000))) s"
if [ "$failures" -eq 0 ]; then
	echo "result       ${bold}all steps did what they should${off}"
else
	echo "result       ${bold}$failures step(s) did not do what they should${off}"
fi
if [ "${KEEP:-0}" != 0 ]; then
	cat <<- END

	The nodes are still running (logs: demo-run/north.log, demo-run/south.log).  In $run:
	    export PATH="$build/src:\$PATH"
	    entente --node south inbox --all
	    curl --cert south/tls.crt --key south/tls.key --cacert north/tls.crt \\
	        -H 'Accept: application/taxii+json;version=2.1' https://127.0.0.1:$north/taxii2/
	    kill ${pids[*]}        # stops them
	END
else
	echo "folder       $run stays for you to explore: entente --node $run/north list"
fi
[ "$failures" -eq 0 ]
