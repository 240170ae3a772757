#!/usr/bin/env bash
# The same answers give the same bits on a build with processor-specific
# kernels and on one without: fits under each missing policy, and scores with
# their intervals from a real store.
set -euo pipefail
PATH=$BIN:$BIN/../tests/flow:$PATH
# shellcheck source=tests/flow/collector.sh
. "$ROOT/tests/flow/collector.sh"
trap stop_collector EXIT

make -s -C "$ROOT" VARIANT=portable build/portable/bin/manyi-scorer
other=$ROOT/build/portable/bin/manyi-scorer
mkdir work
data=$ROOT/tests/gold/data

same() { # WHAT ARGUMENT...
    what=$1
    shift
    manyi-scorer "$@" >work/here
    "$other" "$@" >work/there
    [ -s work/here ] || { echo "$what: no output"; exit 1; }
    cmp work/here work/there || { echo "$what: the bits differ"; exit 1; }
}

for missing in mean pairwise complete; do
    same "fit, $missing" fit --survey "$ROOT/surveys/definitions/ecsi-mobile.yaml" \
        --data "$data/mobi_missing5.csv" --missing $missing --format json
done

sample --rows 6000 --seed 7 --product MOB --month 2026-10 --out work/sample.csv
start_collector work
import tcsi-mobile work/sample.csv
same "score" score --store sqlite:work/manyi.db --survey tcsi-mobile --cube '' \
    --from 2026-10-01 --to 2026-10-31 --by province,channel --format json
stop_collector
rm -rf work
