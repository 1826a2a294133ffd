#!/bin/sh
# Makes one cluster out of the nodes named in REDIS_NODES and keeps it one. It is a reconciler: each round looks at what is there and does
# what is missing, so it may be started, killed and run twice at any time.
#
#   cluster-init.sh               round after round, for ever
#   cluster-init.sh once          rounds until the cluster is whole, then exit 0 (exit 1 after a minute)
#   cluster-init.sh healthcheck   exit 0 when the last round found the cluster whole, less than a minute ago
#
# Rejected: `redis-cli --cluster create`. It works once, on empty nodes only, and does not know a node that came back without its data.
# What it never does: move a slot that has an owner, or forget a node at an address that is not in REDIS_NODES (an operator may have added it).
set -u
state=/tmp/cluster-whole
secret=${REDIS_PASSWORD_FILE:-/run/secrets/redis_password}

if [ "${1:-}" = healthcheck ]; then [ -n "$(find "$state" -mmin -1 2>/dev/null)" ]; exit; fi

REDISCLI_AUTH=$(cat "$secret") || { echo "redis-cluster-init: cannot read the password from $secret: run 'make init'" >&2; exit 64; }
export REDISCLI_AUTH
nodes=$(echo "${REDIS_NODES:?redis-cluster-init: REDIS_NODES is empty: name the nodes as host:port,host:port}" | tr ',' ' ')
count=$(echo "$nodes" | wc -w)
say() { echo "redis-cluster-init: $*"; }

# ask HOST:PORT COMMAND...
ask() { at=$1; shift; timeout 3 redis-cli -h "${at%:*}" -p "${at##*:}" "$@" 2>&1 | tr -d '\r'; }
address() { getent hosts "${1%:*}" | awk '{ print $1; exit }'; }

# The parts of [first, last] that no line of stdin ("low high") covers, as "low high low high ...".
uncovered() {
  sort -n | awk -v from="$1" -v last="$2" '
    $2 >= from && $1 <= last { if ($1 > from) printf "%d %d ", from, $1 - 1; if ($2 + 1 > from) from = $2 + 1 }
    END { if (from <= last) printf "%d %d", from, last }'
}

round() {
  # 1. Everybody must answer. Acting on a partial view could give a slot to a second owner.
  ids=; table=
  for n in $nodes; do
    id=$(ask "$n" CLUSTER MYID)
    case $id in
      ????????????????????????????????????????) ;;
      *cluster?support*) say "$n is not in cluster mode: start it with cluster-enabled yes"; return 1 ;;
      *WRONGPASS*|*NOAUTH*) say "$n refuses the password of $secret: give all nodes the same secret"; return 1 ;;
      *) say "$n does not answer (${id:-nothing}): waiting for it"; return 1 ;;
    esac
    ids="$ids $id"
    table="$table$(ask "$n" CLUSTER NODES | sed "s/^/$n /")
"
  done

  # 2. Introduce those who do not know each other.
  met=0
  for n in $nodes; do
    i=0
    for peer in $nodes; do
      i=$((i + 1)); id=$(echo "$ids" | cut -d' ' -f$((i + 1)))
      [ "$n" = "$peer" ] && continue
      echo "$table" | grep -q "^$n $id " && continue
      ip=$(address "$peer"); [ -n "$ip" ] || { say "no address for ${peer%:*}: is the service named so?"; return 1; }
      say "$n meets $peer ($ip): $(ask "$n" CLUSTER MEET "$ip" "${peer##*:}")"; met=1
    done
  done

  # 3. Forget the former selves of nodes that came back without their data: same address (or none any more), another id.
  for n in $nodes; do
    for stale in $(echo "$table" | awk -v n="$n" -v ids="$ids" -v known="$(for p in $nodes; do printf '%s:%s ' "$(address "$p")" "${p##*:}"; done)" '
        $1 == n && $4 !~ /myself|handshake/ && index(ids, $2) == 0 {
          split($3, at, "@"); if ($4 ~ /noaddr/ || index(" " known, " " at[1] " ")) print $2 }'); do
      say "$n forgets $stale, which came back without its data: $(ask "$n" CLUSTER FORGET "$stale")"; met=1
    done
  done
  # Gossip needs a moment; the next round sees its result.
  [ $met = 0 ] || return 1

  # 4. Give the slots that nobody owns, in anybody's view, to the node whose share they are in.
  owned=$(echo "$table" | awk '{ for (f = 10; f <= NF; f++) if ($f !~ /^\[/) { m = split($f, s, "-"); print s[1], s[m] } }')
  i=0; gave=0
  for n in $nodes; do
    first=$((16384 * i / count)); i=$((i + 1)); last=$((16384 * i / count - 1))
    free=$(echo "$owned" | grep . | uncovered "$first" "$last")
    [ -n "$free" ] || continue
    # shellcheck disable=SC2086  # the ranges are separate words on purpose
    say "$n takes slots $free: $(ask "$n" CLUSTER ADDSLOTSRANGE $free)"; gave=1
    # A new epoch of its own, so that two fresh masters never argue with equal ones.
    ask "$n" CLUSTER BUMPEPOCH > /dev/null
  done
  [ $gave = 0 ] || return 1

  # 5. Whole is what every node says, not what one of them believes.
  for n in $nodes; do
    info=$(ask "$n" CLUSTER INFO)
    case $info in *cluster_state:ok*) ;; *) say "$n says the cluster is not ok yet"; return 1 ;; esac
    case $info in *cluster_slots_ok:16384*) ;; *) say "$n does not see all 16384 slots served"; return 1 ;; esac
  done
}

whole=0; left=60
while :; do
  if round; then
    [ $whole = 1 ] || say "whole: $count masters, 16384 slots"
    whole=1; : > "$state"
    [ "${1:-}" = once ] && exit 0
    pause=5
  else
    whole=0; rm -f "$state"; pause=1
    [ "${1:-}" = once ] && { left=$((left - 1)); [ $left -gt 0 ] || exit 1; }
  fi
  # In the background, so that a stop signal is obeyed at once and not after the pause.
  trap 'exit 0' TERM INT; sleep $pause & wait $!
done
