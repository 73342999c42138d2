#!/usr/bin/env bash
# The webmail against a Folder of 50,000 messages, through the real server, as whole pages.
#
#   docs/benchmarks/webmail.sh [MESSAGES [PORT]]     (50000, 8099)
#
# It makes the mail and a demo in /var/tmp, which it removes afterwards; it takes about ten minutes.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
mtm=$here/../../mtm
dir=$(mktemp -d /var/tmp/mtm-webmail.XXXXXX)
trap '"$mtm" stop --dir "$dir/demo" >/dev/null 2>&1 || true; rm -rf "$dir"' EXIT
java=java
for jdk in "${JAVA_HOME:-/nowhere}" /usr/lib/jvm/*; do
  if grep -qs '^JAVA_VERSION="25[".]' "$jdk/release"; then java=$jdk/bin/java; break; fi
done

"$java" "$here/Webmail.java" make "$dir/mail" "${1:-50000}"
"$mtm" demo --dir "$dir/demo" --mail "$dir/mail" --http-port "${2:-8099}" --background
server=$(pgrep -f -- "-D\[Standalone\].*$dir/demo/server" | head -n 1) # Java, not the script that starts it
echo "$(uname -sr), $(nproc) cores, load $(cut -d' ' -f1 /proc/loadavg), the server with" \
  "$(tr '\0' ' ' <"/proc/$server/cmdline" | grep -o -- '-Xmx[^ ]*' | tail -n 1)"
for what in time sessions; do
  "$java" "$here/Webmail.java" "$what" "$(head -n 1 "$dir/demo/running" 2>/dev/null || echo "http://127.0.0.1:${2:-8099}/")" \
    "$dir/demo/demo-credentials.txt" "$server"
done
