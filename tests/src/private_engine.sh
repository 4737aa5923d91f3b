# The first process of a Docker engine's own mount and process namespace: when it ends, the kernel
# ends everything in them. It reads orders, one a line: `start`, or a signal for the engine, whose
# end it then waits for. The end of the orders is its own.
#
# bash and no smaller shell: process 1 has to collect the ended processes of an engine that was killed.
#
#   private_engine.sh dockerd <arguments…>

# Hides the machine's containerd, which the engine would use otherwise.
mkdir -p /run/containerd && mount -t tmpfs -o mode=0711 leo /run/containerd || exit 1
# A disk of its own, where it is to have one.
if [ -n "${DISK:-}" ]; then
    mount -o loop,pquota "$DISK" "$DATA" || exit 1
fi
while read -r order; do
    case $order in
        start)
            rm -f /run/containerd/leo.pid
            "$@" &
            engine=$!
            ;;
        *)
            kill -s "$order" "$engine"
            wait "$engine"
            ;;
    esac
done
