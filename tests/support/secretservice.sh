#!/bin/sh
# secretservice.sh FOLDER: a session bus of its own with an unlocked GNOME Keyring on it, there until stdin ends.
# Prints the variables that lead to it, then "ready".
set -eu
if [ $# = 1 ]; then
    mkdir -p "$1/home" "$1/run" "$1/services"
    chmod 700 "$1/run"
    # An empty service folder: the bus must not start the machine's own keyring.
    cat >"$1/bus.conf" <<END
<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
  "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type><listen>unix:path=$1/bus</listen><servicedir>$1/services</servicedir>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/>
  </policy>
</busconfig>
END
    export HOME="$1/home" XDG_RUNTIME_DIR="$1/run" XDG_DATA_HOME="$1/home/data" XDG_CONFIG_HOME="$1/home/config"
    unset DISPLAY WAYLAND_DISPLAY GNOME_KEYRING_CONTROL SSH_AUTH_SOCK
    exec dbus-run-session --config-file="$1/bus.conf" -- sh "$0" "$1" on-the-bus
fi

has_keyring() {
    dbus-send --session --print-reply --reply-timeout=2000 --dest=org.freedesktop.DBus / org.freedesktop.DBus.NameHasOwner \
        string:org.freedesktop.secrets 2>/dev/null | grep -q 'boolean true'
}

printf correct-horse >"$1/password"
gnome-keyring-daemon --foreground --components=secrets --unlock <"$1/password" >"$1/keyring.log" 2>&1 &
keyring=$!
trap 'kill "$keyring"' EXIT
tries=0
until has_keyring; do
    tries=$((tries + 1))
    if [ $tries = 200 ] || ! kill -0 "$keyring"; then
        cat "$1/keyring.log" >&2
        exit 1
    fi
    sleep 0.05
done

for name in HOME XDG_RUNTIME_DIR XDG_DATA_HOME XDG_CONFIG_HOME DBUS_SESSION_BUS_ADDRESS; do
    eval "printf '%s=%s\n' $name \"\$$name\""
done
echo ready
cat >/dev/null
