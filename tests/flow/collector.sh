# collector.sh - a collector of one's own, for scripts: keys, store, loopback.
#
#     . tests/flow/collector.sh
#     start_collector DIR [OPTION...]     sets $url; DIR gets keys, store and log
#     import SURVEY FILE [OPTION...]      through manyi-agent
#     stop_collector                      drains it; also at exit
#
# $ROOT is the tree, and the programs are on the PATH.

collector=

stop_collector() {
    if [ -n "$collector" ]; then
        kill "$collector" 2>/dev/null || true
        wait "$collector" 2>/dev/null || true
        collector=
    fi
}

start_collector() {
    dir=$1
    shift
    manyi-keys server "$dir/collector.key" >/dev/null
    manyi-keys client "$dir/import.key" >/dev/null
    manyi-keys add "$dir/clients.yaml" import "$dir/import.key.pub" \
        --types submit,describe --channels sms,web,agent --frames invited,open
    : >"$dir/log"
    manyi-collector --listen 'tcp://127.0.0.1:*' --store "sqlite:$dir/manyi.db" \
        --surveys "$ROOT/surveys/definitions" --codes "$ROOT/surveys/codes" \
        --key "$dir/collector.key" --clients "$dir/clients.yaml" "$@" \
        2>>"$dir/log" &
    collector=$!
    url=
    for _ in $(seq 600); do
        url=$(sed -n 's/.*event=listening.* url=\(tcp:[^ ]*\).*/\1/p' "$dir/log")
        [ -z "$url" ] || return 0
        kill -0 "$collector" 2>/dev/null || break
        sleep 0.1
    done
    cat "$dir/log" >&2
    return 1
}

import() {
    survey=$1 file=$2
    shift 2
    manyi-agent import --collector "$url" --server-key "$dir/collector.key.pub" \
        --key "$dir/import.key" --survey "$survey" "$@" "$file"
}
