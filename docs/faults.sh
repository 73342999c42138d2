#!/usr/bin/env bash
# The engines under fire, in full: what "./mtm test" tries in samples. It needs root, strace,
# e2fsprogs, xfsprogs and btrfs-progs, and takes some hours on two cores; a table ends it.
#
#   docs/faults.sh [-Dmtm.test.seed=N]      a seed that was printed repeats what was random
set -euo pipefail
cd "$(dirname "$0")/.."

log=$(mktemp)
trap 'rm -f "$log"' EXIT
status=0
./mtm test -pl restore-engine,mirror-engine -am -Dsurefire.failIfNoSpecifiedTests=false \
  -Dtest='KilledTakeTest,FaultAtEachCallTest,PowerLossTest,FullDiskTest,FaultOfOthersTest,RenamingStormTest,HostileMailboxTest,KilledRestoreTest,RestorePropertyTest,KilledMirrorTest,FullMirrorTest' \
  -Dmtm.test.kills=1000 -Dmtm.test.faults=all -Dmtm.test.cuts=250 -Dmtm.test.storm=10000 \
  -Dmtm.test.mails=100000 -Dmtm.test.mirror.kills=200 -Dmtm.test.mirror.cuts=100 \
  -Dmtm.test.swaps=500 -Dmtm.test.mailboxes=500 "$@" 2>&1 | tee "$log" || status=$?

printf '\n%s, %s cores, %s\n' "$(uname -sr)" "$(nproc)" "$(date -u +%F)"
sed -n 's/.*RESULT \(|.*\)/\1 |/p' "$log" | sort
sed -n 's/.*Tests run: \([0-9]*\), Failures: \([0-9]*\), Errors: \([0-9]*\), Skipped: \([0-9]*\), Time elapsed: \([0-9.]*\) s.* -- in .*[.]\([A-Za-z]*\)$/| \6 | \1 tests, \2 failed, \3 broken, \4 skipped, \5 s |/p' "$log"
exit "$status"
