# Reads "+ PID SIGNAL" and "- PID" lines from the host. The end of input is the end of the host, however it came:
# then every group still on the list is asked to stop, and killed after five seconds.
exec >/dev/null 2>&1
trap '' INT TERM HUP
children=
while read -r change pid signal; do
  if [ "$change" = + ]; then
    children="$children $pid:$signal"
  else
    left=
    for child in $children; do [ "${child%%:*}" = "$pid" ] || left="$left $child"; done
    children=$left
  fi
done
for child in $children; do kill -s "${child#*:}" -- "$GROUP${child%%:*}"; done
waited=0
while [ $waited -lt 50 ]; do
  alive=
  for child in $children; do kill -s 0 -- "$GROUP${child%%:*}" && alive=yes; done
  [ -n "$alive" ] || exit 0
  sleep 0.1
  waited=$((waited + 1))
done
for child in $children; do kill -s KILL -- "$GROUP${child%%:*}"; done
