#!/usr/bin/env bash
# `make run`: nginx, the gateway and a key, ready for a first request, in a folder of their own.
# With provider keys in the environment it talks to those providers, else to the simulator.
# Ctrl-C stops everything and removes the folder.
set -euo pipefail
cd "$(dirname "$0")/../.."
PATH=$PATH:/usr/sbin
bin=${LOCKKEEPER_BIN_DIR:-$PWD/.build/release}

# Provider, environment variable, a model for the first request, the path it is asked on.
known_providers="
openai     OPENAI_API_KEY     gpt-5-mini               chat
anthropic  ANTHROPIC_API_KEY  claude-haiku-4-5         messages
groq       GROQ_API_KEY       openai/gpt-oss-20b       chat
deepseek   DEEPSEEK_API_KEY   deepseek-chat            chat
openrouter OPENROUTER_API_KEY openai/gpt-5-mini        chat
moonshotai MOONSHOT_API_KEY   kimi-k2.7-code           chat
z-ai       ZAI_API_KEY        glm-5.2                  chat
"

say() { printf '==> %s\n' "$*"; }
fail() {
    printf 'make run: %s\n' "$*" >&2
    exit 1
}

children=()
run="" sockets=""
# Stops what was started and removes the folder. Only traps call it.
# shellcheck disable=SC2317
stop() {
    trap - EXIT
    trap '' INT TERM HUP
    local status=$1 child
    [ ${#children[@]} -gt 0 ] && say "stopping"
    for child in "${children[@]}"; do
        kill -TERM "$child" 2>/dev/null || true
    done
    for child in "${children[@]}"; do
        wait "$child" 2>/dev/null || true
    done
    if [ -n "$run" ]; then
        rm -rf "$run" "$sockets"
        rmdir .run 2>/dev/null || true
    fi
    exit "$status"
}
trap 'stop $?' EXIT
trap 'stop 0' INT TERM HUP

# Starts a program of its own session, so that Ctrl-C reaches this script alone.
start() {
    local log=$1
    shift
    setsid "$@" </dev/null >>"$log" 2>&1 &
    children+=($!)
}

# Waits for a command to succeed, and gives up when it takes over 20 s or a child has died.
await() {
    local what=$1 deadline=$((SECONDS + 20)) child
    shift
    until "$@" >/dev/null 2>&1; do
        for child in "${children[@]}"; do
            kill -0 "$child" 2>/dev/null || give_up "$what ended at once"
        done
        [ $SECONDS -lt $deadline ] || give_up "$what is not ready after 20 s"
        read -r -t 0.05 <>"$run/tick" || true
    done
}
give_up() {
    tail -n 20 "$run"/*.log >&2 || true
    fail "$1"
}

is_busy() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
# The first free port at or above $1; says which were busy.
free_port() {
    local port=$1
    while is_busy "$port"; do
        echo "    port $port is busy" >&2
        port=$((port + 1))
    done
    echo "$port"
}

say "building (the first time takes some minutes)"
.ci/build lockkeeper provider-simulator

mkdir -p .run
run=$(mktemp -d "$PWD/.run/XXXXXX")
mkdir "$run/state" "$run/temp"
mkfifo "$run/tick"
# A unix socket's path has at most 107 bytes.
sockets=$run
[ ${#run} -le 80 ] || sockets=$(mktemp -d)

providers="" first_provider="" first_model="" first_path=""
while read -r provider variable model path; do
    if [ -z "$provider" ] || [ -z "${!variable:-}" ]; then
        continue
    fi
    say "provider $provider, with the key in $variable"
    providers+="      - id: $provider
        api_keys: [ { value: \"\${env:$variable}\" } ]
"
    # Credits pay for what has a price: the catalog has none of an aggregator.
    [ "$provider" != openrouter ] ||
        providers+="        models: [ { id: $model, pricing: { input: \"0.25\", output: \"2\" } } ]
"
    if [ -z "$first_provider" ]; then
        first_provider=$provider first_model=$model first_path=$path
    fi
done <<<"$known_providers"

simulator_port=""
if [ -z "$first_provider" ]; then
    say "no provider key in the environment: the simulator plays openai and anthropic"
    simulator_port=$(free_port 8090)
    base="http://127.0.0.1:$simulator_port/v1"
    simulated="sim-fast+events=25+interval=100ms"
    echo sk-simulated >"$run/simulator.key"
    providers="      - id: openai
        base_url: $base
        api_keys: [ { value: \"\${file:simulator.key}\" } ]
        models:
          - { id: \"$simulated\", pricing: { input: \"2\", output: \"10\" } }
      - id: anthropic
        base_url: $base
        api_keys: [ { value: \"\${file:simulator.key}\" } ]
"
    first_provider=openai first_model=$simulated first_path=chat
    start "$run/simulator.log" "$bin/provider-simulator" --listen "unix:$sockets/simulator.sock"
fi

say "writing $run/gateway.yaml"
(umask 077 && head -c 32 /dev/urandom | base64 >"$run/master.key" && chmod 400 "$run/master.key")
cat >"$run/gateway.yaml" <<YAML
listen: unix:$sockets/worker.sock
state: $run/state
master_key: "\${file:$run/master.key}"
drain_timeout: 1s
log: { access: $run/access.log }
credits: { mode: prepaid }
gateways:
  - id: ep_main
    providers:
$providers
YAML
"$bin/lockkeeper" check --config "$run/gateway.yaml" >/dev/null

say "making a key"
token=$("$bin/lockkeeper" keys create --config "$run/gateway.yaml" --name first --json |
    sed -n 's/.*"token" *: *"\([^"]*\)".*/\1/p')
[ -n "$token" ] || fail "keys create gave no token"

say "making a management key"
management_token=$("$bin/lockkeeper" management-keys create --config "$run/gateway.yaml" \
    --name operator --role admin --json | sed -n 's/.*"token" *: *"\([^"]*\)".*/\1/p')
[ -n "$management_token" ] || fail "management-keys create gave no token"

say "adding 5 dollars of credits, promotional"
"$bin/lockkeeper" credits add --config "$run/gateway.yaml" --amount 5.00 \
    --category promotional --idempotency-key first >/dev/null

say "starting the gateway"
start "$run/gateway.log" "$bin/lockkeeper" serve --config "$run/gateway.yaml"

# The shipped nginx files, with this folder's socket in place of /run/lockkeeper.
cp -r nginx "$run/lockkeeper"
sed -i "s|unix:/run/lockkeeper/worker.sock|unix:$sockets/worker.sock|" "$run/lockkeeper/lockkeeper.conf"
# Workers of a root nginx would become nobody, who can't reach this folder.
user_line=""
[ "$(id -u)" -ne 0 ] || user_line="user root;"
simulator_line=""
if [ -n "$simulator_port" ]; then
    sed -e "s|@SIMULATOR_PORT@|$simulator_port|" -e "s|@SOCKETS@|$sockets|" \
        examples/local/simulator.conf >"$run/simulator.conf"
    simulator_line="include simulator.conf;"
fi

port=$(free_port 8080)
api_port=$(free_port 8686)
sed -i -e "s|127.0.0.1:8686;|127.0.0.1:$api_port;|" -e "s|/etc/nginx/lockkeeper/|$run/lockkeeper/|" \
    "$run/lockkeeper/lockkeeper-api.conf"
say "starting nginx on ports $port and $api_port"
sed -e "s|@USER_LINE@|$user_line|" -e "s|@PORT@|$port|" -e "s|@SIMULATOR@|$simulator_line|" \
    examples/local/nginx.conf >"$run/nginx.conf"
start "$run/nginx.log" nginx -p "$run" -c "$run/nginx.conf" -e "$run/nginx.log"
await "the gateway" curl -fs --max-time 2 "http://127.0.0.1:$port/readyz"

base_url="http://127.0.0.1:$port"
cat <<TEXT

Ready. This streams, event by event:

TEXT
case $first_path in
    chat)
        cat <<TEXT
curl -N $base_url/v1/chat/completions -H 'Authorization: Bearer $token' -H 'Content-Type: application/json' -d '{"model":"$first_provider:$first_model","stream":true,"messages":[{"role":"user","content":"Hello from the lock."}]}'
TEXT
        ;;
    messages)
        cat <<TEXT
curl -N $base_url/v1/messages -H 'x-api-key: $token' -H 'anthropic-version: 2023-06-01' -H 'Content-Type: application/json' -d '{"model":"$first_provider:$first_model","max_tokens":256,"stream":true,"messages":[{"role":"user","content":"Hello from the lock."}]}'
TEXT
        ;;
esac
cat <<TEXT

The dashboard: http://127.0.0.1:$api_port/dashboard/
Sign in with this management key: $management_token

SDKs: base_url=$base_url/v1 (OpenAI) or $base_url (Anthropic), api_key=$token
Logs and configuration: $run
The command line: export LOCKKEEPER_CONFIG=$run/gateway.yaml; $bin/lockkeeper status
What is left of the credits: export LOCKKEEPER_CONFIG=$run/gateway.yaml; $bin/lockkeeper credits balance
Ctrl-C stops everything and removes that folder.
TEXT

# Until Ctrl-C, or until one of the three ends by itself.
wait -n "${children[@]}" || true
give_up "a process ended by itself"
