#!/bin/sh
# Health of a container, looked at often and started seldom: steady.sh COMMAND [ARGUMENT...]
#
# To start a process in a container costs the engine some 60 ms of processor time. With one each 5 s in each of 26 containers that was four tenths of a
# core of an idle swarm, in bursts that stood in the way of everything else. So a container that has been up for a minute is watched from inside: this
# stays for 20 s and asks each 4 s, and the first bad answer ends it at once. A younger one is answered at once, for others wait for it.
seconds_up() {
  read -r now _ < /proc/uptime
  read -r stat < /proc/1/stat
  # What follows the name, which may hold blanks: the 20th field is when it began, in hundredths of a second.
  # shellcheck disable=SC2086
  set -- ${stat##*) }
  echo $((${now%.*} - ${20} / 100))
}
timeout 3 "$@" || exit 1
[ "$(seconds_up)" -ge 60 ] || exit 0
for _ in 1 2 3 4 5; do
  sleep 4
  timeout 3 "$@" || exit 1
done
