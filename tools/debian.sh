#!/bin/bash
# Takes one file out of a package of another Debian suite, without installing anything: for programs this suite does not have.
#   tools/debian.sh SUITE PACKAGE FILE TARGET      for example: tools/debian.sh bullseye consul usr/bin/consul target/tools/consul
set -euo pipefail
suite=$1 package=$2 file=$3 to=$4
# The mirror this host's own apt uses.
mirror=$(cat /etc/apt/sources.list /etc/apt/sources.list.d/* 2> /dev/null | grep -oE 'https?://[^ ]+/debian/?( |$)' | head -1 | tr -d ' ' || true)
[ -n "$mirror" ] || { echo "$package: no Debian mirror in this host's apt sources" >&2; exit 1; }
tmp=$(mktemp -d); trap 'rm -rf "$tmp"' EXIT
mkdir -p "$tmp"/{lists/partial,archives/partial,empty} "$(dirname "$to")"
echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $suite main" > "$tmp/sources.list"
options=(-o "Dir::Etc::sourcelist=$tmp/sources.list" -o "Dir::Etc::sourceparts=$tmp/empty" -o "Dir::State::lists=$tmp/lists" -o "Dir::Cache=$tmp" -o APT::Sandbox::User=root)
apt-get -qq "${options[@]}" update
(cd "$tmp" && apt-get -qq "${options[@]}" download "$package")
dpkg-deb --fsys-tarfile "$tmp/$package"_*.deb | tar -x -C "$tmp" "./$file"
install -m 0755 "$tmp/$file" "$to"
