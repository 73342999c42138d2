#!/usr/bin/env bash
# What the mirror costs mail on its way: messages a second of the same path without it and with it, in turns and in one
# run, and how much later the 250 comes behind the dot. There are two paths. The one of a host is that of docs/mirror.md:
# Postfix takes a message into its queue, its content filter is a second smtpd, or the mirror in front of that, and the
# message is through when it was delivered (discarded). The other one is the barest: a client and a Postfix that
# syncs each message into its queue (the same durability), or the mirror between them; and then smtp-sink,
# which keeps nothing (what we add ourselves).
#
#   docs/benchmarks/mirror.sh [MESSAGES [DIR]]     (4000 each time, a new directory in /var/tmp)
#
#   SESSIONS=8  BYTES=8192  RUNS=3
#
# It wants root, Postfix with smtp-source and smtp-sink, and takes about five minutes. DIR is removed if this made it.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
mtm=${MTM:-$here/../../mtm}
messages=${1:-4000}
sessions=${SESSIONS:-8}
bytes=${BYTES:-8192}
runs=${RUNS:-3}
made=
dir=${2:-}
[ -n "$dir" ] || { dir=$(mktemp -d /var/tmp/mtm-mirror.XXXXXX); made=$dir; }
mkdir -p "$dir"
dir=$(cd "$dir" && pwd)
chmod 755 "$dir"
serving=
sink=
stop() {
  [ -z "$serving" ] || { kill "$serving" 2>/dev/null && wait "$serving" || true; }
  [ -z "$sink" ] || { kill "$sink" 2>/dev/null && wait "$sink" || true; }
  serving=
  sink=
}
trap 'stop; postfix -c "$dir/postfix" stop >/dev/null 2>&1 || true; [ -z "$made" ] || rm -rf "$made"' EXIT
java=java
for jdk in "${JAVA_HOME:-/nowhere}" /usr/lib/jvm/*; do
  if grep -qs '^JAVA_VERSION="25[".]' "$jdk/release"; then java=$jdk/bin/java; break; fi
done
postfix=20025 sinks=20026 behind=20027 before=20028 straight=20029 filtered=20030 # ports on loopback

mkdir -p "$dir/postfix/queue" "$dir/postfix/data"
chown postfix "$dir/postfix/data"
cat >"$dir/postfix/main.cf" <<END
compatibility_level = 3.6
queue_directory = $dir/postfix/queue
data_directory = $dir/postfix/data
daemon_directory = $(postconf -dh daemon_directory 2>/dev/null || echo /usr/lib/postfix/sbin)
maillog_file = $dir/postfix/mail.log
maillog_file_prefixes = $dir
myhostname = mx.example.test
mydestination =
mynetworks = 127.0.0.0/8
inet_interfaces = loopback-only
inet_protocols = ipv4
disable_dns_lookups = yes
alias_maps =
alias_database =
local_recipient_maps =
virtual_mailbox_domains = example.test
virtual_transport = discard:
smtpd_authorized_xforward_hosts = 127.0.0.0/8
END
cat >"$dir/postfix/master.cf" <<END
127.0.0.1:$postfix inet n - n - - smtpd
127.0.0.1:$straight inet n - n - - smtpd
  -o content_filter=filter:[127.0.0.1]:$postfix
127.0.0.1:$filtered inet n - n - - smtpd
  -o content_filter=filter:[127.0.0.1]:$behind
filter unix - - n - 10 smtp
  -o smtp_send_xforward_command=yes
  -o disable_mime_output_conversion=yes
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
proxymap unix - - n - - proxymap
anvil unix - - n - 1 anvil
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
showq unix n - n - - showq
postlog unix-dgram n - n - 1 postlogd
END
postfix -c "$dir/postfix" start >/dev/null 2>&1

serve() { # NEXT-HOP: ours in front of it, with a mirror for the domain
  mkdir -p "$dir/mail-$1/example.test"
  cat >"$dir/mirror-$1.properties" <<END
mtm.mirror.directory = $dir/mirror-$1
mtm.mirror.listen = 127.0.0.1:$2
mtm.mirror.next-hop = 127.0.0.1:$1
mtm.mirror.host-name = mirror.example.test
mtm.mirror.users = $dir/mirror-$1.users
mtm.maildirs = $dir/mail-$1
mtm.zone = UTC
END
  "$mtm" mirror add --first --config "$dir/mirror-$1.properties" --all example.test --days 30 >/dev/null
  "$mtm" mirror serve --config "$dir/mirror-$1.properties" >"$dir/serve.log" 2>&1 &
  serving=$!
  await "$2"
}
await() { # PORT
  for _ in $(seq 300); do
    if (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; then return; fi
    sleep 0.1
  done
  echo "nobody listens on $1" >&2
  cat "$dir/serve.log" >&2
  exit 1
}
rate() { # PORT [MESSAGES]: messages a second
  local start
  start=$(date +%s%N)
  smtp-source -d -s "$sessions" -l "$bytes" -m "${2:-$messages}" -f a@example.test -t b@example.test "127.0.0.1:$1"
  awk -v ns=$(($(date +%s%N) - start)) -v n="${2:-$messages}" 'BEGIN {printf "%.0f\n", n * 1e9 / ns}'
}
delivered() { grep -c 'postfix/discard.*status=sent' "$dir/postfix/mail.log" || true; }
through() { # PORT: messages a second until the last one is delivered
  local start before
  before=$(delivered)
  start=$(date +%s%N)
  smtp-source -d -s "$sessions" -l "$bytes" -m "$messages" -f a@example.test -t b@example.test "127.0.0.1:$1"
  for _ in $(seq 3000); do
    [ "$(($(delivered) - before))" -lt "$messages" ] || break
    sleep 0.1
  done
  awk -v ns=$(($(date +%s%N) - start)) -v n="$messages" 'BEGIN {printf "%.0f\n", n * 1e9 / ns}'
}
settled() { # all queues are empty
  local before=-1
  while [ "$before" != "$(delivered)" ]; do
    before=$(delivered)
    sleep 0.5
  done
}
replies() { "$java" "$here/DotToReply.java" smtp "$1" "$sessions" "$messages" "$bytes"; } # PORT: p50 p99 rate
middle() { sort -n | awk '{a[NR] = $1} END {print a[int((NR + 1) / 2)]}'; }

await $postfix
serve $postfix $behind
rate $postfix >/dev/null
rate $behind >/dev/null # Java is warm now
without=() with=()
for _ in $(seq "$runs"); do
  without+=("$(rate $postfix)")
  with+=("$(rate $behind)")
done
settled
host=() mirrored=()
for _ in $(seq "$runs"); do
  host+=("$(through $straight)")
  mirrored+=("$(through $filtered)")
done
read -r _ _ _ < <(replies $behind)
read -r p50 p99 _ < <(replies $postfix)
read -r mp50 mp99 _ < <(replies $behind)
stop

smtp-sink -u nobody "127.0.0.1:$sinks" 256 &
sink=$!
await $sinks
serve $sinks $before
rate $before >/dev/null
read -r s50 s99 _ < <(replies $sinks)
read -r ms50 ms99 _ < <(replies $before)
stop
mkdir -p "$dir/disk"
read -r d50 d99 _ < <("$java" "$here/DotToReply.java" disk "$dir/disk" "$sessions" "$messages" "$bytes")
copies=$(find "$dir"/mail-* -type f | wc -l)

a=$(printf '%s\n' "${without[@]}" | middle)
b=$(printf '%s\n' "${with[@]}" | middle)
c=$(printf '%s\n' "${host[@]}" | middle)
d=$(printf '%s\n' "${mirrored[@]}" | middle)
verdict() { awk -v v="$1" -v m="$2" -v o="$3" 'BEGIN {print ((o == ">=" ? v >= m : v <= m) ? "reached" : "**not reached**")}'; }
ratio=$(awk -v a="$a" -v b="$b" 'BEGIN {printf "%.2f", b / a}')
share=$(awk -v a="$c" -v b="$d" 'BEGIN {printf "%.2f", b / a}')
added=$(awk -v a="$s50" -v b="$ms50" -v d="$d50" 'BEGIN {printf "%.2f", b - a - d}')
cat <<END

$(uname -sr), $(nproc) cores, $(date -u +%F), $sessions sessions of $bytes bytes, $messages messages a run; $copies copies are in the mirror

| next hop | without us | with us |
|---|---|---|
| a host: queue, content filter, queue, delivered; messages a second (${host[*]}; ${mirrored[*]}) | $c | $d |
| Postfix into its queue, messages a second (${without[*]}; ${with[*]}) | $a | $b |
| the same, from the dot to the 250, p50 / p99 | $p50 / $p99 ms | $mp50 / $mp99 ms |
| smtp-sink, from the dot to the 250, p50 / p99 | $s50 / $s99 ms | $ms50 / $ms99 ms |
| a file of that size and its directory synced, p50 / p99 | | $d50 / $d99 ms |

| figure to reach | measured | limit | |
|---|---|---|---|
| messages a second with us, of those without: a host | $share | 0.9 | $(verdict "$share" 0.9 '>=') |
| the same, on the barest path | $ratio | 0.9 | $(verdict "$ratio" 0.9 '>=') |
| added from the dot to the 250 in front of a sink, p50, besides one sync | $added ms | 5 ms | $(verdict "$added" 5 '<=') |
END
