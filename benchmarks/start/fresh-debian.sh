#!/usr/bin/env bash
# The newcomer's machine: a fresh Debian with git, python3 and make and nothing else, made by debootstrap; clone, `make up`, timed.
# Needs root and the package debootstrap. Uses this machine's own apt, pip and npm configuration.
#   sudo benchmarks/start/fresh-debian.sh [suite] [make target]
set -euo pipefail
suite="${1:-bookworm}"
target="${2:-up ARGS=--detach}"
repository="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
root="$(mktemp -d -t nakhon-debian-XXXXXX)"
inside() { env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 NAKHON_PORT="${NAKHON_PORT:-18000}" \
  $(env | grep -E '^(PIP_|npm_config_|https?_proxy|no_proxy|HTTPS?_PROXY|NO_PROXY)' || true) chroot "$root" "$@"; }
chmod 755 "$root"
finish() {
  inside bash -c 'cd /root/nakhon 2>/dev/null && .venv/bin/nakhon stop' >/dev/null 2>&1 || true
  for place in proc sys dev opt; do mountpoint -q "$root/$place" && umount -R -l "$root/$place"; done
  rm -rf --one-file-system "$root"
}
trap finish EXIT

debootstrap --variant=minbase --include=ca-certificates,git,python3,make "$suite" "$root" >/dev/null
for file in /etc/resolv.conf /etc/hosts /etc/ssl/certs/ca-certificates.crt /etc/pip.conf /root/.config/pip/pip.conf /root/.npmrc /usr/etc/npmrc; do
  [ -f "$file" ] && install -D -m 644 "$file" "$root$file"
done
mount -t proc proc "$root/proc"
mount -t sysfs sys "$root/sys"
mount --rbind /dev "$root/dev" && mount --make-rslave "$root/dev"
mount --bind -o ro /opt "$root/opt"
git clone -q --bare "$repository" "$root/root/nakhon.git"

inside bash -c "cd /root && time (git clone -q nakhon.git nakhon && cd nakhon && make $target)"
if [[ "$target" == up* ]]; then
  inside bash -c 'cd /root/nakhon && .venv/bin/nakhon status && time .venv/bin/nakhon up --detach && .venv/bin/nakhon stop >/dev/null && time .venv/bin/nakhon up --detach >/dev/null'
fi
