#!/bin/bash
# Takes the consul binary out of Debian's package (suite bullseye; bookworm has none) into DIR, without installing anything.
#   tools/consul.sh DIR
set -euo pipefail
to=$1
# The mirror this host's own apt uses.
mirror=$(cat /etc/apt/sources.list /etc/apt/sources.list.d/* 2> /dev/null | grep -oE 'https?://[^ ]+/debian/?( |$)' | head -1 | tr -d ' ' || true)
[ -n "$mirror" ] || { echo "consul: no Debian mirror in this host's apt sources" >&2; exit 1; }
tmp=$(mktemp -d); trap 'rm -rf "$tmp"' EXIT
mkdir -p "$tmp"/{lists/partial,archives/partial,empty} "$to"
echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror bullseye main" > "$tmp/sources.list"
options=(-o "Dir::Etc::sourcelist=$tmp/sources.list" -o "Dir::Etc::sourceparts=$tmp/empty" -o "Dir::State::lists=$tmp/lists" -o "Dir::Cache=$tmp" -o APT::Sandbox::User=root)
apt-get -qq "${options[@]}" update
(cd "$tmp" && apt-get -qq "${options[@]}" download consul)
dpkg-deb --fsys-tarfile "$tmp"/consul_*.deb | tar -x -C "$tmp" ./usr/bin/consul
install -m 0755 "$tmp/usr/bin/consul" "$to/consul"
