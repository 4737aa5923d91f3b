# Runs a program beside a watcher that reads a pipe from whoever started this.
#
#   watch.sh <stop signal> <program> <arguments…>
#
# Each line on the pipe is a signal for the program. The end of the pipe means that its writer is
# gone, also after SIGKILL, and sends the stop signal. `done` sends the watcher away: the program
# has ended, and its process number may belong to another one soon.
exec 3<&0 </dev/null
stop=$1
shift
# Two parents that end at once, so that the program does not find a child that it never started.
( (
    while read -r word <&3; do
        [ "$word" = done ] && exit
        kill -s "$word" $$
    done
    kill -s "$stop" $$
) & )
exec "$@" 3<&-
