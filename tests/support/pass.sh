#!/bin/sh
# pass.sh FOLDER: a pass store in FOLDER with a key of its own, there until stdin ends.
# Prints the variables that lead to it, then "ready". With NOT_INIT set, the store is left without "pass init".
set -eu
export HOME="$1/home" GNUPGHOME="$1/gpg" PASSWORD_STORE_DIR="$1/store"
mkdir -p "$HOME" "$GNUPGHOME"
chmod 700 "$GNUPGHOME"
trap 'gpgconf --kill gpg-agent' EXIT

gpg --batch --quiet --pinentry-mode loopback --passphrase '' \
    --quick-gen-key 'pullpass test <test@localhost>' default default never
key=$(gpg --batch --with-colons --list-keys | awk -F: '/^fpr/ { print $10; exit }')
[ -n "${NOT_INIT-}" ] || pass init "$key" >/dev/null

printf '%s\n' "HOME=$HOME" "GNUPGHOME=$GNUPGHOME" "PASSWORD_STORE_DIR=$PASSWORD_STORE_DIR" ready
cat >/dev/null
