#!/bin/sh
# keys_test - manyi-keys as people call it: what it makes, what it refuses, and
# that no secret is ever printed.
set -eu
keys=$BIN/manyi-keys

die() {
    echo "$*" >&2
    exit 1
}

# refuse CODE TEXT COMMAND... - it ends with that code and one line that holds
# TEXT on stderr.
refuse() {
    code=$1 text=$2
    shift 2
    got=0
    "$@" >out 2>err || got=$?
    [ "$got" = "$code" ] || die "$*: exit $got, not $code"
    [ "$(wc -l <err)" = 1 ] || die "$*: more or less than one line: $(cat err)"
    grep -qF -- "$text" err || die "$*: said $(cat err)"
}

mode() {
    stat -c %a "$1"
}

# keys of every kind: modes, and only the public half is printed
"$keys" server collector.key >printed
[ "$(mode collector.key)" = 600 ]
[ "$(mode collector.key.pub)" = 644 ]
cmp printed collector.key.pub
[ "$(sed -n 1p collector.key)" = "$(cat printed)" ]
[ "$(wc -c <collector.key)" = 82 ]
"$keys" client web.key >/dev/null
"$keys" client sms.key >/dev/null
"$keys" hash hash.key >printed
[ ! -s printed ]
[ "$(mode hash.key)" = 600 ]
[ "$(wc -c <hash.key)" = 65 ]
"$keys" signing sign.key >printed
cmp printed sign.key.pub
[ "$(mode sign.key)" = 600 ]
[ "$(sed -n 1p sign.key)" = "$(cat printed)" ]
"$keys" contact contact.key >printed
cmp printed contact.key.pub
[ "$(mode contact.key)" = 600 ]
[ "$(sed -n 1p contact.key)" = "$(cat printed)" ]
"$keys" check collector.key hash.key sign.key contact.key >printed
[ "$(cut -d: -f2 printed | tr '\n' ';')" = \
    ' CURVE key pair; hash key; Ed25519 signing key; contact key;' ] ||
    die "kinds: $(cat printed)"
(sed -n 1p sign.key && sed -n 2p contact.key) >mixed.key
chmod 600 mixed.key
refuse 2 'do not belong together' "$keys" check mixed.key

# never over an old one
cp collector.key before
refuse 1 'collector.key: File exists' "$keys" server collector.key
cmp collector.key before
rm before
refuse 1 'hash.key: File exists' "$keys" hash hash.key
: >lone.key.pub
refuse 1 'lone.key.pub: File exists' "$keys" client lone.key
[ ! -e lone.key ] || die 'a secret without its public half was left behind'
rm lone.key.pub

# clients
"$keys" add clients.yaml web-1 web.key.pub --channels web --frames invited,open
"$keys" add clients.yaml sms-1 sms.key --types submit,event,pull \
    --channels sms --frames invited --units 44,11
sed -i '1i # who may speak' clients.yaml
"$keys" list clients.yaml >printed
grep -qE "^sms-1 .* submit,pull,event +sms +invited +11,44$" printed
grep -qE "^web-1 .* submit,describe +web +invited,open" printed
cp clients.yaml before
refuse 1 'web-1 is there already' "$keys" add clients.yaml web-1 collector.key \
    --channels web --frames test
refuse 1 'sms-1 has this key already' "$keys" add clients.yaml two sms.key.pub \
    --channels web --frames test
refuse 2 'channels: none given' "$keys" add clients.yaml two collector.key.pub
refuse 2 "--types: 'sumbit' is unknown" "$keys" add clients.yaml two \
    collector.key.pub --types sumbit
refuse 2 'does not begin with a public key' "$keys" add clients.yaml two \
    clients.yaml --channels web --frames test
refuse 2 'nobody.pub: No such file' "$keys" add clients.yaml two nobody.pub \
    --channels web --frames test
refuse 2 'no client is named three' "$keys" remove clients.yaml three
cmp clients.yaml before
"$keys" remove clients.yaml web-1
head -n 1 clients.yaml | grep -q 'who may speak'
if "$keys" list clients.yaml | grep -q web-1; then
    die 'web-1 is still there'
fi

# files that are wrong
chmod 640 web.key
refuse 1 'web.key: mode 0640' "$keys" check web.key
chmod 600 web.key
head -c 30 web.key >short.key
chmod 600 short.key
refuse 2 'short.key: is not a key file' "$keys" check short.key
echo '- name: [' >clients.yaml
refuse 2 'clients.yaml:' "$keys" list clients.yaml

# the rights of every message
"$keys" add all.yaml all sms.key.pub --types \
    submit,describe,define,invite,pull,invitation,event,review,erase,sample,campaign,campaigns,optouts,copy \
    --channels web,sms,agent --frames open
"$keys" list all.yaml | grep -q 'erase,sample,campaign,campaigns,optouts,copy'

# API keys: the secret is printed once, the file has its hash
"$keys" api api.yaml add app-1 --frames open,invited --units 44,11 \
    --surveys mobile >secret
grep -qxE '[0-9a-f]{64}' secret
[ "$(mode api.yaml)" = 600 ]
if grep -qf secret api.yaml; then
    die 'the secret is in the file'
fi
grep -q "hash: \"$(tr -d '\n' <secret | b2sum -l 256 | cut -d' ' -f1)\"" api.yaml
sed -i '1i # apps' api.yaml
"$keys" api api.yaml add app-2 --frames open >/dev/null
"$keys" api api.yaml list >printed
grep -qE '^app-1 +invited,open +11,44 +mobile' printed
grep -qE '^app-2 +open' printed
cp api.yaml before
refuse 1 'app-1 is there already' "$keys" api api.yaml add app-1 --frames open
refuse 2 'frames: none given' "$keys" api api.yaml add app-3
refuse 2 "'opne' is unknown" "$keys" api api.yaml add app-3 --frames opne
refuse 2 'name has 1 to 32' "$keys" api api.yaml add 'App 3' --frames open
refuse 2 'no key is named app-3' "$keys" api api.yaml remove app-3
refuse 2 'is wanted' "$keys" api api.yaml revoke app-1
refuse 2 'is wanted' "$keys" api api.yaml remove
cmp api.yaml before
"$keys" api api.yaml remove app-1
"$keys" api api.yaml remove app-2
grep -q '^# apps' api.yaml
"$keys" api api.yaml list >printed
[ "$(wc -l <printed)" = 1 ]
chmod 640 api.yaml
refuse 1 'api.yaml: mode 0640' "$keys" api api.yaml list

# usage
refuse 2 'a command is missing' "$keys"
refuse 2 'no such command: sever' "$keys" sever x
refuse 2 'wrong number of operands' "$keys" server
refuse 2 '--tipes: no such option' "$keys" server --tipes x
"$keys" --help | grep -q '^usage: manyi-keys'
"$keys" --version | grep -qE '^manyi-keys [0-9.]+$'
refuse 1 'standard output' sh -c '"$1" --help >/dev/full' sh "$keys"

rm -f ./*.key ./*.pub ./*.yaml secret before printed out err
