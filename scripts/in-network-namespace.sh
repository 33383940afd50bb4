#!/bin/sh
# Runs a command in a network namespace of its own, with one address besides loopback: what listens there can be
# reached by nobody else, and may stand in an EndpointSlice, which a loopback address may not. Without the permission
# to make one, the command runs as it is.
set -eu
inside='ip link set lo up && ip link add hosts type veth peer name peer && ip addr add 198.51.100.1/24 dev hosts &&
  ip link set hosts up && ip link set peer up'
if unshare --user --map-root-user --net sh -c "$inside" 2>/dev/null; then
  exec unshare --user --map-root-user --net sh -c "$inside && exec \"\$@\"" sh "$@"
fi
echo 'no network namespace can be made here: using an address of this machine instead' >&2
exec "$@"
