#!/bin/sh
# Builds the image from a Debian that is made here, and runs what is in it: nothing to write but /state and /tmp, as its
# own user without capabilities, until SIGTERM. As root, from the folder above, with buildah and mmdebstrap; needs no
# right to start containers. Nothing is pulled but packages.
set -eu
work=${1:-/tmp/checkin-image}
store="--root $work/store --storage-driver vfs"
mkdir -p "$work"
step() { printf '== %s\n' "$*"; }

if ! buildah $store inspect --type image localhost/debian-base >/dev/null 2>&1; then
    step "a base of Debian's packages"
    [ -s "$work/base.tar" ] || mmdebstrap --quiet --variant=minbase --include=python3,ca-certificates trixie "$work/base.tar"
    base=$(buildah $store from scratch)
    buildah $store add --quiet "$base" "$work/base.tar" / >/dev/null
    buildah $store commit --quiet "$base" localhost/debian-base >/dev/null
fi
if [ -z "${BUILT:-}" ]; then
    step "the image (BUILT=yes leaves this out)"
    buildah $store bud --quiet --isolation chroot --format docker --pull-never --build-arg BASE=localhost/debian-base \
        --volume /etc/ssl/certs:/etc/ssl/certs:ro --file deploy/Dockerfile --tag localhost/checkin . >/dev/null
fi

container=$(buildah $store from --pull-never localhost/checkin)
root=$(buildah $store mount "$container")
web=
end() {
    [ -z "$web" ] || kill -KILL "$web" 2>/dev/null || true
    buildah $store rm "$container" >/dev/null
}
trap end EXIT
rm -rf "$work/state" && install -d -o 10001 -m 700 "$work/state"
cat >"$work/enter.sh" <<ENTER
mount --bind $root $root && mount -o remount,bind,ro $root && mount --bind $work/state $root/state
mount -t tmpfs -o uid=10001 tmpfs $root/backups
mount -t tmpfs tmpfs $root/tmp && mount --bind /dev $root/dev && mount -t proc proc $root/proc
exec chroot $root /usr/bin/setpriv --reuid 10001 --regid 10001 --clear-groups --no-new-privs --bounding-set=-all \
    /usr/bin/env -i PATH=/app/.venv/bin:/usr/bin:/bin HOME=/state CHECKIN_STATE=/state CHECKIN_HOST=127.0.0.1 PORT=8801 \
    PUBLIC_URL=http://localhost:8801 CHECKIN_LINE_NUMBER=+15555550100 TWILIO_API_URL=http://localhost:8810 \
    CHECKIN_SECRET=$(head -c 32 /dev/urandom | base64) TWILIO_ACCOUNT_SID=AC$(printf %032d 0) \
    TWILIO_AUTH_TOKEN=$work sh -c "\$1"
ENTER
inside() { unshare --mount sh "$work/enter.sh" "$1"; }

step "not root, and nothing to write but /state and /tmp"
inside 'id -u; touch /app/x 2>/dev/null && exit 1; touch /state/x /tmp/x && echo fine'
step "what backups of PostgreSQL need"
inside 'pg_dump --version && pg_restore --version && touch /backups/x'
step "release"
inside 'cd /state && checkin run release'
step "web, and its health"
unshare --mount sh "$work/enter.sh" 'cd /state && exec checkin run web' >"$work/web.log" 2>&1 &
web=$!
tries=60
until python3 -c 'import urllib.request as r; print(r.urlopen("http://127.0.0.1:8801/healthz", timeout=4).status)' 2>/dev/null; do
    tries=$((tries - 1))
    [ $tries -gt 0 ] && sleep 1
done
step "SIGTERM"
kill -TERM "$web"
code=0 && wait "$web" || code=$?
web=
echo "exit code $code"
[ "$code" = 0 ]
