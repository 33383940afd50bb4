#!/bin/sh
# Runs a command in a network lab of its own, for test/lab: a network and a mount namespace that end with it, in which it
# is a node of a cluster: root, with the address 10.77.0.1, a range for Services behind a device that swallows all, and an
# /etc/hosts and /etc/resolv.conf of its own. An ordinary user gets a user namespace around that. LAB=ready tells the command so. Where there can be no
# lab, one line says why, the command runs all the same, and LAB_MISSING holds the reason for the tests to skip by.
set -eu
# An ordinary user of Debian does not have them.
PATH=$PATH:/usr/sbin:/sbin

without() {
  echo "no network lab: $reason" >&2
  export LAB_MISSING="$reason"
  exec "$@"
}

for tool in unshare nsenter setpriv ip nft mount; do
  command -v "$tool" >/dev/null || reason="${reason:+$reason, }$tool is not installed"
done
[ -z "${reason:-}" ] || without "$@"

# A veth pair of which one end is down, and without ARP, loses what it is sent without a word. The table is only made to
# see whether the kernel can. What is mounted over a file stays when its own name is gone.
inside='ip link set lo up
ip link add node type veth peer name nowhere
ip addr add 10.77.0.1/32 dev node
ip link set node arp off up
ip route add 10.96.0.0/16 dev node src 10.77.0.1
echo 1 >/proc/sys/net/ipv4/ip_forward
nft "add table ip probe; add chain ip probe nat { type nat hook prerouting priority dstnat; }; delete table ip probe"
copies=$(mktemp -d)
trap "rm -f $copies/hosts $copies/resolv; rmdir $copies" EXIT
cat /etc/hosts >"$copies/hosts"
echo nameserver 10.77.0.1 >"$copies/resolv"
chmod 755 "$copies"
chmod 644 "$copies/hosts" "$copies/resolv"
mount --bind "$copies/hosts" /etc/hosts
mount --bind "$copies/resolv" /etc/resolv.conf
rm "$copies/hosts" "$copies/resolv"
rmdir "$copies"
trap - EXIT'

for user in '' '--user --map-root-user'; do
  # shellcheck disable=SC2086 # two words or none
  if said=$(unshare $user --net --mount sh -ec "$inside" 2>&1); then
    exec unshare $user --net --mount sh -ec "$inside
      export LAB=ready
      exec \"\$@\"" sh "$@"
  fi
  reason=$(echo "${said:-it cannot be made here}" | tail -n 1)
done
without "$@"
