#!/bin/sh
# config_test - the example manyi.yaml names every key of every program, each
# with the default that the program itself states.
set -eu
example=$ROOT/collector/service/manyi.yaml

die() {
    echo "$*" >&2
    exit 1
}

# section_of NAME - its lines, without the name
section_of() {
    sed -n "/^$1:/,/^[a-z]/p" "$example" | sed '1d;/^[a-z]/d'
}

# compare SECTION PROGRAM... - keys and defaults, both ways
compare() {
    section=$1
    shift
    "$@" -c "$example" --check-config >/dev/null
    section_of "$section" >section
    "$@" --help | sed -n 's/^  --\([a-z-]*\).*/\1/p' |
        grep -vxE 'check-config|help|version' >names
    while read -r name; do
        printf '%s:\n  %s:\n' "$section" "$name" >one.yaml
        if ! "$@" -c one.yaml --check-config >/dev/null 2>said; then
            grep -q 'belongs on the command line' said || die "$(cat said)"
            continue
        fi
        line=$(grep "^  $name:" section) || die "$section: $name is missing"
        value=$(echo "$line" | sed 's/^[^:]*: *//; s/^"\(.*\)"$/\1/')
        [ "$value" ] || continue # says that the program's default holds
        "$@" --help | grep -qF "(default $value)" ||
            die "$section: $name: $value is not its default"
    done <names
}

# what the example names has to be there
: >collector.key
: >scorer.key
: >clients.yaml
: >web.key
: >token.key
compare collector "$BIN/manyi-collector"
compare scorer "$BIN/manyi-scorer" serve
compare agent "$BIN/manyi-agent" import
compare invite "$BIN/manyi-invite" draw
compare web "$BIN/manyi-web"
compare sms "$BIN/manyi-sms"

# every section has a program above
[ "$(grep -cE '^[a-z]+:' "$example")" = "$(grep -c '^compare [a-z]' "$0")" ]
rm -f section names one.yaml said collector.key scorer.key clients.yaml web.key token.key
