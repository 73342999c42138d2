#!/usr/bin/env bash
# Nights side by side: ours, "cp -al", "rsync -a --link-dest", and restic and borg where they are installed,
# on the same states of the same tree, in one run. Each ends in a sync. What our Snapshots list is compared
# with what find(1) sees, and the store is checked.
#
#   docs/benchmarks/snapshot.sh [MAILBOXES [MESSAGES [DIR]]]     (200, 200000, a new directory in /var/tmp)
#
#   TOOLS="cp rsync"   only these beside ours (default: cp rsync restic borg)
#   COLD=1             drops the caches before each run (root only); otherwise they are warm
#
# DIR is removed afterwards if this script made it. It needs 6 KB a message with cp and rsync, 12 KB with all.
# 200,000 messages take 5 to 10 minutes, 1,000,000 half an hour; making the trees and the first nights of
# rsync, restic and borg, which copy every message, are most of it.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
mtm=$here/../../mtm
mailboxes=${1:-200}
messages=${2:-200000}
made=
dir=${3:-}
[ -n "$dir" ] || { dir=$(mktemp -d /var/tmp/mtm-bench.XXXXXX); made=$dir; }
trap '[ -z "$made" ] || rm -rf "$made"' EXIT
mkdir -p "$dir"
dir=$(cd "$dir" && pwd)
results=$dir/results
: >"$results"
java=java
for jdk in "${JAVA_HOME:-/nowhere}" /usr/lib/jvm/*; do
  if grep -qs '^JAVA_VERSION="25[".]' "$jdk/release"; then java=$jdk/bin/java; break; fi
done
tools=
for tool in ${TOOLS:-cp rsync restic borg}; do
  if command -v "$tool" >/dev/null; then tools="$tools $tool"; else echo "$tool is not installed: left out"; fi
done

# restic and borg keep everything of theirs in DIR; ctime is left out of what they compare, because the
# links of "cp -al" move it every night: without that they would read all messages again.
export RESTIC_REPOSITORY=$dir/restic RESTIC_PASSWORD=throwaway RESTIC_CACHE_DIR=$dir/restic-cache
export BORG_REPO=$dir/borg BORG_BASE_DIR=$dir/borg-home BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK=yes

tree() { "$java" "$here/MailTree.java" "$@"; }
night_of() { # TOOL DATE: what a night is for it, as "command"
  local before
  case $1 in
    server) command=(asked "$2") ;;
    mtm) command=("$mtm" snapshot take --maildirs "$dir/mail" --store "$dir/store" --date "$2") ;;
    cp) command=(cp -al "$dir/mail" "$dir/cp/$2") ;;
    rsync)
      before=$(find "$dir/rsync" -mindepth 1 -maxdepth 1 | sort | tail -n 1)
      command=(rsync -a ${before:+"--link-dest=$before"} "$dir/mail/" "$dir/rsync/$2") ;;
    restic) command=(restic backup --quiet --ignore-ctime "$dir/mail") ;;
    borg) command=(borg create --files-cache=mtime,size "::$2" "$dir/mail") ;;
  esac
}
# The nights of a host are taken by its server, which runs already: "server" is that, with a store of its own.
asked() { # DATE
  local answer
  echo "$1" >&"${server[1]}"
  read -r answer <&"${server[0]}"
  echo "$answer"
}
where_of() { if [ "$1" = mtm ]; then echo "$dir/store"; else echo "$dir/$1"; fi; }

# CPU seconds and peak memory of the largest process, into a file
measured() {
  if [ -x /usr/bin/time ]; then
    /usr/bin/time -f '%U %S %M' -o "$dir/used" "$@"
  elif command -v python3 >/dev/null; then
    python3 -c 'import resource, subprocess, sys
status = subprocess.call(sys.argv[2:])
used = resource.getrusage(resource.RUSAGE_CHILDREN)
open(sys.argv[1], "w").write("%.2f %.2f %d\n" % (used.ru_utime, used.ru_stime, used.ru_maxrss))
sys.exit(status)' "$dir/used" "$@"
  else
    echo '0 0 0' >"$dir/used"
    "$@"
  fi
}
timed() { # COMMAND...: wall seconds with a sync, CPU seconds, peak MB
  local start end
  sync
  if [ -n "${COLD:-}" ] && [ "$(id -u)" = 0 ]; then echo 3 >/proc/sys/vm/drop_caches; fi
  start=$(date +%s%N)
  if [ "$1" = asked ]; then
    "$@" >"$dir/out" || { echo "the night in a running process failed" >&2; exit 1; }
    echo '0 0 0' >"$dir/used"
  else
    measured "$@" >"$dir/out" 2>&1 || { cat "$dir/out" >&2; exit 1; }
  fi
  sync
  end=$(date +%s%N)
  awk -v ns=$((end - start)) '{printf "%.2f|%.2f|%d", ns / 1e9, $1 + $2, $3 / 1024}' "$dir/used"
}
entries() { if [ -d "$(where_of "$1")" ]; then find "$(where_of "$1")" | wc -l; else echo 0; fi; }
# What lies there and not in the Maildirs: a hard link of a message costs nothing but its name.
own_bytes() { if [ -d "$(where_of "$1")" ]; then du -s -B1 "$dir/mail" "$(where_of "$1")" | awk 'NR == 2 {print $1}'; else echo 0; fi; }

night() { # WHAT DATE TOOL...: the same night for all of them
  local what=$1 date=$2 tool used entries bytes command
  shift 2
  for tool in "$@"; do
    entries=$(entries "$tool")
    bytes=$(own_bytes "$tool")
    night_of "$tool" "$date"
    used=$(timed "${command[@]}")
    entries=$(($(entries "$tool") - entries))
    bytes=$(($(own_bytes "$tool") - bytes))
    echo "$what|$tool|$used|$entries|$bytes" >>"$results"
    printf '%-10s %-7s %8s s %8s s CPU %6s MB %9d entries %12d bytes  %s\n' "$what" "$tool" ${used//|/ } \
      "$entries" "$bytes" "$([ "$tool" != mtm ] || tail -n 1 "$dir/out" | cut -c1-90)"
  done
}
compare() { # the messages of a Snapshot are the files of the Maildirs; read with zcat and awk alone
  local seen listed
  seen=$(cd "$dir/mail" && find . -type f \( -path '*/cur/*' -o -path '*/new/*' \) -printf '%f\n' |
    sed 's/:2,.*//' | sort | sha256sum)
  listed=$(cd "$dir/store" && for box in *.example/*; do
    zcat "$box/snapshots/$1" | awk -F'\t' -v box="$box" '$1 == "folder" {print box "/listings/" $10 ".gz"}'
  done | xargs zcat | awk -F'\t' '$1 == "message" {print $2}' | sort | sha256sum)
  [ "$seen" = "$listed" ] || { echo "$1: NOT what find sees"; exit 1; }
  echo "$1: the very names that find sees"
}
of() { awk -F'|' -v what="$1" -v tool="$2" -v field="$3" '$1 == what && $2 == tool {print $field}' "$results"; }
ratio() { awk -v a="${1:-0}" -v b="${2:-0}" 'BEGIN {if (b > 0) printf "%.3f", a / b}'; }
row() { # WHAT MEASURED AT-MOST: a row of the table, with its verdict
  [ -n "$2" ] || return 0
  printf '| %-68s | %9s | %7s | %-11s |\n' "$1" "$2" "$3" \
    "$(awk -v a="$2" -v b="$3" 'BEGIN {print (a <= b) ? "reached" : "NOT reached"}')"
}

"$mtm" snapshot --help >/dev/null # builds, if it must
echo "$(uname -sr), $(nproc) cores, $(df --output=fstype "$dir" | tail -n 1), load $(cut -d' ' -f1 /proc/loadavg)," \
  "caches $([ -n "${COLD:-}" ] && [ "$(id -u)" = 0 ] && echo dropped before each run || echo warm)"
tree make "$dir/mail" "$mailboxes" "$messages" 1
for tool in $tools; do
  case $tool in
    cp | rsync) mkdir "$dir/$tool" ;;
    restic) restic init --quiet ;;
    borg) borg init --encryption none ;;
  esac
done
echo "$(find "$dir/mail" -type f -path '*/cur/*' | wc -l) messages in $mailboxes mailboxes"
coproc server {
  exec "$java" -Xmx256m --enable-native-access=ALL-UNNAMED -cp "$here/../../wildfly-config/target/mtm/lib/*" \
    "$here/RunningServer.java" "$dir/mail" "$dir/server" 2>"$dir/server.err"
}
night first 2026-01-01 $tools mtm server
tree day "$dir/mail" 2
night second 2026-01-02 $tools mtm server
compare 2026-01-02
tree day "$dir/mail" 3
night third 2026-01-03 server mtm $tools
night unchanged 2026-01-04 server mtm $tools
compare 2026-01-04
exec {server[1]}>&- # it ends with its input

for day in $(seq 5 15); do # only ours: what 15 days cost in names
  tree day "$dir/mail" "$day"
  night "day$day" "$(printf '2026-01-%02d' "$day")" mtm >/dev/null
done
compare 2026-01-15
live=$(find "$dir/mail" -type f \( -path '*/cur/*' -o -path '*/new/*' \) | wc -l)
kept=$(find "$dir/store" -path '*/pool/*' | wc -l)
echo "after 15 nights: $kept pool entries for $live live messages; Manifests, Listings and records:" \
  "$(du -s --apparent-size -B1 --exclude pool "$dir/store" | cut -f1) bytes"
"$mtm" snapshot check --store "$dir/store" | tail -n 1

# The same changes in a tree with five times the messages: the others lie in Folders that nobody touches.
rm -rf "$dir/mail" "$dir/store" "$dir/server" "$dir/cp" "$dir/rsync" "$dir/restic" "$dir/borg"
for size in small large; do
  tree make "$dir/mail" "$mailboxes" $((messages / 5)) 1
  [ $size = small ] || tree more "$dir/mail" $((messages * 4 / 5)) 4
  sleep 2.1 # so that the times of its directories prove something, as they do at midnight
  night "$size-1" 2026-01-01 mtm
  tree day "$dir/mail" 2
  night "$size-2" 2026-01-02 mtm
  rm -rf "$dir/mail" "$dir/store"
done

echo
printf '| %-68s | %9s | %7s | %-11s |\n' 'figure to reach' measured 'at most' ''
echo '|---|---|---|---|'
row '1 a night that changed, wall against cp -al' "$(ratio "$(of second mtm 3)" "$(of second cp 3)")" 0.100
row '  the same, against rsync -a --link-dest' "$(ratio "$(of second mtm 3)" "$(of second rsync 3)")" 0.025
row '  the next one, against cp -al' "$(ratio "$(of third mtm 3)" "$(of third cp 3)")" 0.100
row '  the same in a process that runs already, as the server takes it' \
  "$(ratio "$(of third server 3)" "$(of third cp 3)")" 0.100
row '  and against rsync -a --link-dest' "$(ratio "$(of third server 3)" "$(of third rsync 3)")" 0.025
row '2 a night with 5 times the unchanged messages, wall against without' \
  "$(ratio "$(of large-2 mtm 3)" "$(of small-2 mtm 3)")" 1.200
row '3 the first night, wall against cp -al' "$(ratio "$(of first mtm 3)" "$(of first cp 3)")" 1.000
row '4 names a message that is kept 15 days (cp -al: 15)' "$(ratio "$kept" "$live")" 1.100
row '  bytes of an unchanged night a message (its run record is one block)' \
  "$(ratio "$(of unchanged mtm 7)" "$live")" 0.500
row '5 peak memory of the first night, MB resident' "$(of first mtm 5)" 256
