#!/usr/bin/env bash
# Writes a tar of a root file system like debian:bookworm-slim, out of the packages that this Debian has installed.
# No image registry is asked. usage: slim-root.sh OUT.tar
set -euo pipefail
out=$1
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT

# What the official image has: required and essential packages, apt, and what node and python link against.
seeds=$(dpkg-query -W -f '${Package} ${Priority} ${Essential}\n' |
  awk '$2 == "required" || $3 == "yes" {print $1}')
seeds="$seeds apt ca-certificates netbase tzdata libssl3 libffi8 libsqlite3-0 libbz2-1.0 liblzma5 zlib1g
  libreadline8 libncursesw6 libstdc++6"

# shellcheck disable=SC2016,SC2086 # dpkg-query's own variables; a list of words
packages=$(apt-cache depends --recurse --installed --no-recommends --no-suggests --no-conflicts --no-breaks \
    --no-replaces --no-enhances --important $seeds 2>/dev/null |
  grep -E '^[a-z0-9]' | grep -v ':i386' | sort -u |
  xargs dpkg-query -W -f '${db:Status-Abbrev} ${Package}\n' 2>/dev/null |
  awk '$1 == "ii" {print $2}' | sort -u || true)
[ -n "$packages" ] || { echo "slim-root.sh: this needs a Debian with apt" >&2; exit 1; }

make_skeleton() {
  mkdir -p "$root"/{usr/{bin,sbin,lib,lib64},etc/ssl/certs,proc,sys,dev,run,root,home,opt,mnt,srv,media} \
    "$root"/var/{lib/{apt/lists/partial,dpkg/{info,alternatives,triggers,updates,parts}},log} \
    "$root"/var/cache/apt/archives/partial "$root"/{tmp,var/tmp} "$root/etc/apt/sources.list.d"
  chmod 1777 "$root/tmp" "$root/var/tmp"
  local directory
  for directory in bin sbin lib lib64; do ln -s "usr/$directory" "$root/$directory"; done
}

copy_packages() {
  local list=$root.list
  # shellcheck disable=SC2086 # a list of words
  dpkg -L $packages |
    grep -vE '^/(usr/share/(doc|man|locale|info)/|bin$|sbin$|lib$|lib64$)' | sort -u |
    while read -r file; do if [ -L "$file" ] || [ -f "$file" ]; then echo "$file"; fi; done >"$list"
  tar --no-recursion -cf - -T "$list" 2>/dev/null | tar -C "$root" -xf - --keep-directory-symlink
  rm -f "$list"
  cp -a /etc/alternatives /etc/debian_version /etc/nsswitch.conf "$root/etc/"
  cp /etc/apt/sources.list.d/debian.sources "$root/etc/apt/sources.list.d/" 2>/dev/null ||
    cp /etc/apt/sources.list "$root/etc/apt/"
  cp /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/"
}

# So that apt-get inside an image build knows what is there.
copy_package_database() {
  local package
  awk -v wanted=" ${packages//$'\n'/ } " '
    BEGIN {RS = ""; ORS = "\n\n"}
    match($0, /^Package: [^\n]+/) {if (index(wanted, " " substr($0, 10, RLENGTH - 9) " ")) print}
  ' /var/lib/dpkg/status >"$root/var/lib/dpkg/status"
  : >"$root/var/lib/dpkg/available"
  for package in $packages; do
    find /var/lib/dpkg/info -name "$package.*" -o -name "$package:*.*"
  done | xargs cp -a -t "$root/var/lib/dpkg/info"
  cp /var/lib/dpkg/info/format "$root/var/lib/dpkg/info/"
}

write_users() {
  cat >"$root/etc/passwd" <<'EOF'
root:x:0:0:root:/root:/bin/bash
daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin
www-data:x:33:33:www-data:/var/www:/usr/sbin/nologin
_apt:x:42:65534::/nonexistent:/usr/sbin/nologin
nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
EOF
  cat >"$root/etc/group" <<'EOF'
root:x:0:
daemon:x:1:
adm:x:4:
tty:x:5:
staff:x:50:
www-data:x:33:
shadow:x:42:
utmp:x:43:
users:x:100:
nogroup:x:65534:
EOF
  cut -d: -f1 "$root/etc/passwd" | sed 's/$/:*:20000:0:99999:7:::/' >"$root/etc/shadow"
  chmod 640 "$root/etc/shadow"
}

make_skeleton
copy_packages
copy_package_database
write_users
ldconfig -r "$root"
tar -C "$root" -cf "$out" .
