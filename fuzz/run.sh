#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# run.sh - runs fuzz targets with libFuzzer, two at a time: run.sh SECONDS [NAME ...]
#
# fuzz/corpus/NAME is where each begins; what it learns is kept in build-fuzz/corpus/NAME, so that the next run goes on from
# there.  An input that fails is left in build-fuzz/found/.  Mend what it shows, then keep the file in fuzz/corpus/NAME/.
set -u
cd "$(dirname "$0")/.." || exit 1
export PATH="/usr/bin:/bin:$PATH"
seconds=${1:?usage: run.sh SECONDS [NAME ...]}
shift
build=build-fuzz
names=("$@")
if [ $# = 0 ]; then
	for f in fuzz/*.c; do
		[ "$f" = fuzz/replay.c ] || names+=("$(basename "$f" .c)")
	done
fi

[ -f $build/build.ninja ] ||
	CC=clang CXX=clang++ meson setup $build -Dfuzz=true -Db_sanitize=address,undefined -Db_lundef=false >$build.log 2>&1 || {
	cat $build.log
	exit 1
}
rm -f $build.log
ninja -C $build --quiet "${names[@]/#/fuzz/fuzz_}" || exit 1
mkdir -p $build/found $build/log

# fuzz NAME
fuzz() {
	local name=$1 log=$build/log/$1 dict=fuzz/$1.dict
	mkdir -p "$build/corpus/$name" "fuzz/corpus/$name"
	# Five seconds and 2 GiB for one input: what a parser of bounded input needs is far below.
	if "$build/fuzz/fuzz_$name" -max_total_time="$seconds" -timeout=5 -rss_limit_mb=2048 -print_final_stats=1 \
		-artifact_prefix="$build/found/$name-" ${dict:+$([ ! -f "$dict" ] || echo -dict="$dict")} \
		"$build/corpus/$name" "fuzz/corpus/$name" >"$log" 2>&1; then
		awk -v name="$name" '
			/^stat::number_of_executed_units/ { runs = $2 }
			{ for (i = 1; i < NF; i++) if ($i == "cov:") cov = $(i + 1) }
			END { printf "%-14s ok %12d inputs, %6d edges\n", name, runs, cov }' "$log"
	else
		printf '%-14s FAILED; all of it: %s\n' "$name" "$log"
		grep -E 'ERROR|SUMMARY|Test unit written|runtime error' "$log" | head -n 5
		return 1
	fi
}
export -f fuzz
export build seconds
printf '%s\0' "${names[@]}" | xargs -0 -n 1 -P 2 bash -c 'fuzz "$1"' fuzz || {
	echo "the inputs that failed are in $build/found/"
	exit 1
}
