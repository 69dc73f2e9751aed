#!/bin/sh
# Builds the image from a Debian that is made here (mmdebstrap), and runs it: read-only, as its own user, until SIGTERM.
# As root, from the folder above, with: buildah podman crun mmdebstrap. Nothing is pulled but packages.
set -eu
work=${1:-/tmp/checkin-image}
store="--root $work/store --storage-driver vfs"
mkdir -p "$work"
step() { printf '== %s\n' "$*"; }

if ! buildah $store inspect --type image localhost/debian-base >/dev/null 2>&1; then
    step "a base of Debian's packages"
    [ -s "$work/base.tar" ] || mmdebstrap --quiet --variant=minbase --include=python3,ca-certificates bookworm "$work/base.tar"
    base=$(buildah $store from scratch)
    buildah $store add --quiet "$base" "$work/base.tar" / >/dev/null
    buildah $store commit --quiet "$base" localhost/debian-base >/dev/null
fi
[ -n "${BUILT:-}" ] || step "the image (BUILT=yes leaves this out)"
[ -n "${BUILT:-}" ] || buildah $store bud --quiet --isolation chroot --format docker --pull-never --build-arg BASE=localhost/debian-base \
    --volume /etc/ssl/certs:/etc/ssl/certs:ro --file deploy/Dockerfile --tag localhost/checkin . >/dev/null

run() { # NAME COMMAND...: on this machine's network, so that nothing has to be set up
    name=$1; shift
    podman $store --runtime crun --cgroup-manager cgroupfs run --name "$name" --network host --ulimit nofile=1024:1024 --ulimit nproc=1024:1024 --cgroups disabled --health-interval disable --pull never \
        --log-driver k8s-file --read-only --tmpfs /tmp --cap-drop all --security-opt no-new-privileges \
        --volume "$work/state:/state" \
        -e PORT=8801 -e PUBLIC_URL=http://localhost:8801 -e CHECKIN_LINE_NUMBER=+15555550100 \
        -e CHECKIN_SECRET=only-for-this-trial-and-nobody-else-0 -e TWILIO_ACCOUNT_SID=AC0123456789abcdef0123456789abcdee \
        -e TWILIO_AUTH_TOKEN=only-for-this-trial -e TWILIO_API_URL=http://localhost:8810 -e CHECKIN_HOST=127.0.0.1 "$@"
}
ask() { python3 -c 'import sys, urllib.request as r; print(r.urlopen(sys.argv[1], timeout=5).read().decode()[:400])' "$1"; }
end() { podman $store --runtime crun rm --force --ignore --time 2 checkin-release checkin-web checkin-look >/dev/null 2>&1 || true; }
trap end EXIT
end
rm -rf "$work/state" && install -d -o 10001 -m 700 "$work/state"

step "not root, and nothing to write but /state and /tmp"
run checkin-look localhost/checkin sh -c 'id -u; touch /app/x 2>/dev/null && exit 1; touch /state/x /tmp/x && echo fine'
step "release"
run checkin-release localhost/checkin checkin run release
step "web"
run checkin-web --detach localhost/checkin >/dev/null
for _ in $(seq 60); do ask http://127.0.0.1:8801/healthz 2>/dev/null && break; sleep 1; done
podman $store --runtime crun healthcheck run checkin-web && echo "health check: fine"
ask http://localhost:8801/metrics | head -3
step "SIGTERM"
podman $store --runtime crun stop --time 20 checkin-web >/dev/null
code=$(podman $store --runtime crun inspect --format '{{.State.ExitCode}}' checkin-web)
echo "exit code $code"
[ "$code" = 0 ]
