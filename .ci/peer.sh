# What the scripts of peers.d share.

# Ends as skipped.
skip() {
  echo "$*"
  exit 77
}

# needs PROGRAM: it must be installed.
needs() {
  command -v "$1" >/dev/null || skip "$1 is not installed"
}

# is_version NAME WANTED FOUND: what another version takes proves nothing about this one.
is_version() {
  [ "$2" = "$3" ] || skip "$1 $2 is wanted, $3 is here"
}

# same WHAT EXPECTED FOUND
same() {
  [ "$2" = "$3" ] || { echo "$1: expected $2, found $3"; exit 1; }
}

# add ARGUMENTS...: a login of jane, whose password is hunter2, for r.example.
add() {
  printf hunter2 | pullpass add --registry r.example --username jane --password-stdin --yes "$@" >/dev/null
}

# docker's file as somebody has used it: for a new one docker would take a store of the machine.
docker_file() {
  mkdir -p "$HOME/.docker"
  printf '{"auths": {"used.example": {"auth": "dTpw"}}}' >"$HOME/.docker/config.json"
}

# An open vault, whose key lies in a file.
vault() {
  pullpass vault init --identity "$HOME/id" >/dev/null
}

# What a reader gets wrong, a password each line.
passwords() {
  printf '%s\n' 'a{{ 1+1 }}b{% x %}{# y #}' 'p:w"'"'"'\n\' 123456 yes 0777 1e3 '~' '$HOME ${X} $$ %{y}' \
    'é😀' '  # blanks  ' '<<a>> & *b: c'
}

# secret NAME PASSWORD: a secret of jane for r.example, in the vault, in the place of the one of this name.
secret() {
  pullpass remove "$1" --yes >/dev/null 2>&1 || true
  printf %s "$2" | pullpass add --to vault --name "$1" --registry r.example --username jane --email jane@example.com \
    --password-stdin --yes >/dev/null
}
