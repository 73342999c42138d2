#!/usr/bin/env bash
# Side by side, on the same tree, in one run: our nights, and "cp -al" of the same tree. Both end in a
# sync. What a Snapshot lists is compared with what find(1) sees.
#
#   docs/benchmarks/snapshot.sh [MAILBOXES [MESSAGES [DIR]]]     (200, 200000, a new directory in /var/tmp)
#
# Needs about 3 KB a message below DIR, which is removed afterwards if this script made it.
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
java=java
for jdk in "${JAVA_HOME:-/nowhere}" /usr/lib/jvm/*; do
  if grep -qs '^JAVA_VERSION="25[".]' "$jdk/release"; then java=$jdk/bin/java; break; fi
done

timed() { # WHAT COMMAND...: prints seconds
  local what=$1 start end
  shift
  sync
  start=$(date +%s%N)
  "$@" >"$dir/out" 2>&1 || { cat "$dir/out" >&2; exit 1; }
  sync
  end=$(date +%s%N)
  printf '%-34s %8.2f s   %s\n' "$what" "$(((end - start) / 10000000))e-2" "$(tail -n 1 "$dir/out" | cut -c1-90)"
}
take() { "$mtm" snapshot take --maildirs "$dir/mail" --store "$dir/store" --date "$1"; }
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

"$mtm" snapshot --help >/dev/null # builds, if it must
echo "$(uname -sr), $(nproc) cores, $(df --output=fstype "$dir" | tail -n 1), load $(cut -d' ' -f1 /proc/loadavg)"
"$java" "$here/MailTree.java" make "$dir/mail" "$mailboxes" "$messages" 1
echo "$(find "$dir/mail" -type f -path '*/cur/*' | wc -l) messages in $mailboxes mailboxes"
timed 'cp -al, first night' cp -al "$dir/mail" "$dir/cp1"
timed 'mtm, first night' take 2026-01-01
"$java" "$here/MailTree.java" day "$dir/mail" 2
timed 'cp -al, second night' cp -al "$dir/mail" "$dir/cp2"
timed 'mtm, second night' take 2026-01-02
compare 2026-01-02
"$java" "$here/MailTree.java" day "$dir/mail" 3
timed 'mtm, third night' take 2026-01-03
timed 'cp -al, third night' cp -al "$dir/mail" "$dir/cp3"
timed 'mtm, a night without any change' take 2026-01-04
compare 2026-01-03
echo "store without messages: $(du -s --apparent-size -B1 "$dir/store" --exclude pool | cut -f1) bytes, pool entries: $(find "$dir/store" -path '*/pool/*' | wc -l)"
"$mtm" snapshot check --store "$dir/store" | tail -n 1
