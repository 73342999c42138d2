#!/usr/bin/env bash
# A whole mailbox of messages brought back, ours against "doveadm import" of the same into the same Maildir, in
# one run. Each ends in a sync. What comes back is compared with what was there by SHA-256. At the end: how long a
# plan takes for a large mailbox of which little is missing.
#
#   docs/benchmarks/restore.sh [MESSAGES [LARGE [DIR]]]     (10000, 100000, a new directory in /var/tmp)
#
#   STRATEGY=copy   a store of copies, from which nothing can be linked (default: hardlink)
#   RUNS=3          each way so often, in turns
#
# It wants root and Dovecot 2.3, of which it starts one of its own on loopback. DIR is removed if this made it.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
mtm=$here/../../mtm
messages=${1:-10000}
large=${2:-100000}
made=
dir=${3:-}
[ -n "$dir" ] || { dir=$(mktemp -d /var/tmp/mtm-restore.XXXXXX); made=$dir; }
server=
trap '[ -z "$server" ] || kill "$(cat "$dir/run/master.pid")" 2>/dev/null || true; [ -z "$made" ] || rm -rf "$made"' EXIT
mkdir -p "$dir"
dir=$(cd "$dir" && pwd)
chmod 755 "$dir"
java=java
for jdk in "${JAVA_HOME:-/nowhere}" /usr/lib/jvm/*; do
  if grep -qs '^JAVA_VERSION="25[".]' "$jdk/release"; then java=$jdk/bin/java; break; fi
done

mailbox() { # ROOT MESSAGES: one mailbox of nobody's
  "$java" "$here/MailTree.java" make "$1" 1 "$2" 1 >/dev/null
  chown -R nobody:nogroup "$1"
}
address() { (cd "$1" && for box in */*; do echo "${box#*/}@${box%%/*}"; done); }
settings() { # NAME: of a store of its own
  printf 'mtm.store = %s/store-%s\nmtm.maildirs = %s/%s\nmtm.zone = UTC\nmtm.store.strategy = %s\n' \
    "$dir" "$1" "$dir" "$1" "${STRATEGY:-hardlink}" >"$dir/$1.properties"
}
digests() { find "$1" -type f -path '*/cur/*' -o -type f -path '*/new/*' | xargs -d '\n' sha256sum | cut -c1-64 | sort | sha256sum; }
empty() { find "$box" -type f -delete; } # all messages, and the files of Dovecot
timed() { # COMMAND...: wall seconds with a sync
  local start
  sync
  start=$(date +%s%N)
  "$@" >"$dir/out" 2>&1 || { cat "$dir/out" >&2; exit 1; }
  sync
  awk -v ns=$(($(date +%s%N) - start)) 'BEGIN {printf "%.2f", ns / 1e9}'
}

mailbox "$dir/mail" "$messages"
user=$(address "$dir/mail")
box=$(echo "$dir"/mail/*/*)
settings mail
cp -a "$box" "$dir/was"
find "$dir/was" -type f ! -path '*/cur/*' ! -path '*/new/*' -delete
was=$(digests "$dir/was")
cat >"$dir/dovecot.conf" <<EOF
base_dir = $dir/run
state_dir = $dir/state
log_path = $dir/dovecot.log
protocols = imap
listen = 127.0.0.1
ssl = no
first_valid_uid = 1
first_valid_gid = 1
mail_location = maildir:$box
passdb {
  driver = static
  args = nopassword=y
}
userdb {
  driver = static
  args = uid=nobody gid=nogroup home=$dir/home
}
service imap-login {
  inet_listener imap {
    port = 0
  }
  inet_listener imaps {
    port = 0
  }
}
EOF
/usr/sbin/dovecot -c "$dir/dovecot.conf"
server=yes
"$mtm" snapshot take --config "$dir/mail.properties" --date 2026-01-01 >/dev/null

echo "$(uname -sr), $(nproc) cores, load $(cut -d' ' -f1 /proc/loadavg), $(stat -f -c %T "$dir"), ${STRATEGY:-hardlink}:" \
  "$messages messages, $(du -sm "$dir/was" | cut -f1) MB"
echo "java's start alone (restore list): $(timed "$mtm" restore list --config "$dir/mail.properties") s"
for run in $(seq "${RUNS:-3}"); do
  empty
  ours=$(timed "$mtm" restore run --config "$dir/mail.properties" "$user" 2026-01-01)
  [ "$(digests "$box")" = "$was" ] || { echo "mtm: not the same messages" >&2; exit 1; }
  empty
  theirs=$(timed doveadm -c "$dir/dovecot.conf" import -u "$user" "maildir:$dir/was:INDEX=MEMORY" "" all)
  [ "$(digests "$box")" = "$was" ] || { echo "doveadm: not the same messages" >&2; exit 1; }
  echo "run $run: mtm restore run $ours s, doveadm import $theirs s, $(awk "BEGIN {printf \"%.1f\", $theirs / $ours}") times"
done

mailbox "$dir/large" "$large"
settings large
"$mtm" snapshot take --config "$dir/large.properties" --date 2026-01-01 >/dev/null
find "$dir/large" -type f -path '*/cur/*7*:2*' | awk 'NR % 50 == 0' | xargs -d '\n' rm -f
for run in $(seq "${RUNS:-3}"); do
  echo "plan $run: $(timed "$mtm" restore plan --config "$dir/large.properties" "$(address "$dir/large")" 2026-01-01) s: $(tail -n 1 "$dir/out")"
done
