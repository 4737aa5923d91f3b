# The first process of a private Docker engine's own mount and process namespace: when it ends, the
# kernel ends all that runs in them and undoes all that is mounted in them.
#
#   engine.sh <text of watch.sh> <bridge or -> <address> <stop signal> dockerd <arguments…>
watch=$1 bridge=$2 address=$3
shift 3

# Hides the machine's containerd, which dockerd would use otherwise, and holds what dockerd keeps
# while it runs.
mkdir -p /run/containerd && mount -t tmpfs -o mode=0711 leo /run/containerd || exit 1

rules() {
    iptables -w "$1" FORWARD -i "$bridge" -j ACCEPT
    iptables -w "$1" FORWARD -o "$bridge" -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
    iptables -w -t nat "$1" POSTROUTING -s "$address" ! -o "$bridge" -j MASQUERADE
}
forward=/proc/sys/net/ipv4/ip_forward

network_up() {
    network_down 2>/dev/null
    forwarded=$(cat $forward)
    ip link add "$bridge" type bridge &&
        ip address add "$address" dev "$bridge" &&
        ip link set "$bridge" up &&
        rules -I &&
        echo 1 >$forward
}

network_down() {
    rules -D
    ip link delete "$bridge"
    # The networks of other stacks need it.
    if [ "$forwarded" = 0 ] && ! ls /sys/class/net | grep -q '^leo-'; then
        echo 0 >$forward
    fi
}

if [ "$bridge" != - ]; then
    network_up || exit 1
fi
sh -c "$watch" sh "$@"
status=$?
if [ "$bridge" != - ]; then
    network_down
fi
exit $status
