#!/bin/sh
# survey_test - manyi-survey as people call it: what it tells of definitions,
# good and bad, and how it ends.
set -eu
survey=$BIN/manyi-survey
shipped=$ROOT/surveys/definitions

die() {
    echo "$*" >&2
    exit 1
}

# run CODE COMMAND... - it ends with that code; its words go to out and err.
run() {
    code=$1 got=0
    shift
    "$@" >out 2>err || got=$?
    [ "$got" = "$code" ] || die "$*: exit $got, not $code: $(cat err)"
}

# all that is shipped is right, a line a file, nothing on stderr
run 0 "$survey" check "$shipped"/*.yaml
[ "$(wc -l <out)" = "$(find "$shipped" -name '*.yaml' | wc -l)" ]
[ ! -s err ]
grep -q 'tcsi-mobile.yaml: tcsi-mobile, 24 items, 7 constructs$' out

# every problem of every file, with its place
cat >bad.yaml <<'END'
survey: bad
title: {en: Bad}
items:
  - {code: A, scale: {min: 10, max: 1}, text: {en: x}}
  - {code: A, scale: {min: 1, max: 10}, text: {en: x}}
model: {constructs: [], index: A}
END
printf 'survey: [\n' >worse.yaml
run 2 "$survey" check bad.yaml "$shipped/instant.yaml" worse.yaml gone.yaml
cat >want <<'END'
bad.yaml:6:21: constructs is empty
bad.yaml:4:22: scale turned round: min 10, max 1
bad.yaml:5:12: item A twice
worse.yaml:2:1: flow sequence without a closing bracket
gone.yaml: no such file
END
sort err >err.sorted
sort want | cmp - err.sorted || die "said: $(cat err)"
[ "$(wc -l <out)" = 1 ]

# a file that may not be read is a failure, not wrong input
if [ "$(id -u)" != 0 ]; then
    : >secret.yaml
    chmod 0 secret.yaml
    run 1 "$survey" check secret.yaml
    grep -q '^secret.yaml: no permission to read it$' err
fi

# the codebook for people
run 0 "$survey" describe "$shipped/tcsi-mobile.yaml"
grep -q '^SAT1  scale 1-10, construct SAT, in the short form$' out
grep -Eq '^    SMS in zh-CN: [0-9]+ of 59 UTF-16 units$' out
grep -Eq '^    SMS in en: [0-9]+ of 138 septets$' out
grep -q '^    when COM0 = 1$' out
grep -Eq '^IMG +A +IMG1 IMG2 IMG3 +EXP SAT LOY$' out
grep -q '^model: scheme path, missing mean, index SAT$' out

# and for programs: it holds what the definition holds
for file in "$shipped"/*.yaml; do
    run 0 "$survey" describe --format json "$file"
    [ ! -s err ]
    /usr/bin/python3 - "$file" <<'END'
import json, sys
book = json.load(open("out", encoding="utf-8"))
source = open(sys.argv[1], encoding="utf-8").read()
assert len(book["version"]) == len(book["form"]) == 64
assert "survey: %s\n" % book["survey"] in source
for item in book["items"]:
    assert "code: %s" % item["code"] in source
    texts = [item] if "text" in item else item["variants"]
    for t in texts:
        assert set(t["text"]) == set(book["title"])
        for text in t["text"].values():
            assert text in source or text.replace('"', '\\"') in source
        if item["short"]:
            for units in t["sms"].values():
                assert 0 < units["units"] <= units["budget"]
assert book["short"] == [i["code"] for i in book["items"] if i["short"]]
if book["model"]:
    owned = [i for c in book["model"]["constructs"] for i in c["items"]]
    assert owned == [i["code"] for c in book["model"]["constructs"]
                     for i in book["items"] if i["construct"] == c["code"]]
END
done

# how it is called, and how not
run 0 "$survey" --help
grep -q '^usage: manyi-survey check FILE' out
run 0 "$survey" --version
grep -Eq '^manyi-survey [0-9]+\.[0-9]+\.[0-9]+$' out
for words in '' 'check' 'describe' 'describe a b' 'list x' 'check --format json x' \
    'describe --format xml x' '--colour'; do
    # shellcheck disable=SC2086 # several words
    run 2 "$survey" $words
    grep -q ' (--help tells more)$' err
    [ "$(wc -l <err)" = 1 ]
    [ ! -s out ]
done
run 2 "$survey" describe bad.yaml
[ "$(wc -l <err)" = 3 ]
run 1 sh -c '"$1" describe "$2" >/dev/full' sh "$survey" "$shipped/repair.yaml"
grep -q 'cannot write the codebook' err
rm -f bad.yaml worse.yaml secret.yaml out err err.sorted want
