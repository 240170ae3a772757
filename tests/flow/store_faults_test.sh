#!/bin/sh
# The store on a disk that is really full: a tmpfs of 4 MB, which needs the
# right to mount (root, or a user namespace).
set -eu
export STORE_SMALL_DISK="$PWD/small"
export PROGRAM="$BIN/../tests/unit/collector/store/faults_test"

unshare=
[ "$(id -u)" = 0 ] || unshare='unshare -rm'
mkdir small
status=0
$unshare sh -c 'mount -t tmpfs -o size=4m tmpfs small || exit 75
    "$PROGRAM"
    status=$?
    umount small
    exit $status' >out 2>&1 || status=$?
rmdir small
if [ $status = 75 ] || grep -q '^unshare:' out; then
    echo 'no right to mount a small disk: not tested'
    status=0
elif [ $status != 0 ] || ! grep -q 'OK \] full_disk' out; then
    cat out
    status=1
fi
rm -f out
exit $status
