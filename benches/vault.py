#!/usr/bin/env python3
"""The vault's and the helper's figures, each beside its anchor in one run. After `cargo build --release`.

    python3 benches/vault.py [--target FOLDER OF THE PROGRAMS] [--against BINARY]

Needs Debian's age, and for the keyring's figures dbus, gnome-keyring and golang-docker-credential-helpers. Each pair
is run in turns, so that both meet the same load; the median of 40 runs counts. With --against the helper beside another
build of pullpass is the anchor of every figure.
"""

import argparse
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
OPTIONS = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
OPTIONS.add_argument("--target", default=ROOT / "target" / "release", type=pathlib.Path, help="folder of the programs")
OPTIONS.add_argument("--against", metavar="BINARY", type=pathlib.Path, help="another build of pullpass as every anchor")
GIVEN = OPTIONS.parse_args()
HELPER = str(GIVEN.target / "docker-credential-pullpass")
OTHER_HELPER = str(GIVEN.against.parent / "docker-credential-pullpass") if GIVEN.against else None
PULLPASS = str(GIVEN.target / "pullpass")
SECRETS = 1000
RUNS = 40


def run(arguments, stdin=b"", **options):
    done = subprocess.run(arguments, input=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)
    if done.returncode != 0:
        sys.exit(f"{arguments}: {done.stdout!r} {done.stderr!r}")
    return done.stdout


def milliseconds(arguments, stdin=b"", **options):
    start = time.perf_counter()
    run(arguments, stdin, **options)
    return (time.perf_counter() - start) * 1000


def pair(name, limit, ours, anchor_name, anchor):
    """Both in turns; says the medians and whether their ratio is within the limit. `ours` is told which helper to run."""
    other = (lambda: ours(OTHER_HELPER)) if OTHER_HELPER else anchor
    ours(HELPER), other()
    times = [(ours(HELPER), other()) for _ in range(RUNS)]
    mine, theirs = (statistics.median(column) for column in zip(*times))
    line = f"{name:34} {mine:7.2f} ms   {'the other build' if OTHER_HELPER else anchor_name:34} {theirs:7.2f} ms   {mine / theirs:5.2f}x"
    if OTHER_HELPER:
        print(line)
        return True
    is_good = mine <= theirs * limit
    print(f"{line} of {limit}x  {'ok' if is_good else 'TOO SLOW'}")
    return is_good


def login(at):
    return json.dumps({"ServerURL": f"registry-{at}.example.com", "Username": "jane", "Secret": "x" * 60}).encode()


def environment(folder, **more):
    return {"PATH": os.environ["PATH"], "HOME": str(folder), "PULLPASS_VAULT": str(folder / "data/vault.age"), **more}


def fill(folder, variables):
    """1,000 secrets, written with age itself: a thousand logins would take a thousand saves."""
    public = json.loads(run([PULLPASS, "vault", "status", "--json"], env=variables))["public_key"]
    moment = "2026-11-20T10:00:00Z"
    records = [
        {"name": f"registry-{at}-example-com", "kind": "private_registry", "key": f"registry-{at}.example.com",
         "username": "jane", "password": "x" * 60, "login": True, "created_at": moment, "changed_at": moment}
        for at in range(SECRETS)
    ]
    (folder / "plain").write_text(json.dumps({"version": 1, "recipients": [{"key": public}], "records": records}))
    run(["age", "-e", "-r", public, "-o", "data/vault.age", "plain"], cwd=folder)
    return ["-r", public]


def with_key_at_hand(folder):
    variables = environment(folder)
    run([PULLPASS, "vault", "init", "--identity", str(folder / "id")], env=variables)
    recipients = fill(folder, variables)
    get = lambda helper: milliseconds([helper, "get"], b"registry-500.example.com", env=variables)
    good = pair("get, key in a file", 5, get, "/bin/true", lambda: milliseconds(["/bin/true"], env=variables))
    age_open = ["age", "-d", "-i", "id", "data/vault.age"]
    age_seal = ["age", "-e", *recipients, "-o", "again", "plain"]
    good &= pair("open 1,000 (list)", 2, lambda helper: milliseconds([helper, "list"], env=variables), "age -d",
                 lambda: milliseconds(age_open, cwd=folder))
    good &= pair("open and save 1,000 (store)", 2,
                 lambda helper: milliseconds([helper, "store"], login(500), env=variables), "age -d, age -e",
                 lambda: milliseconds(age_open, cwd=folder) + milliseconds(age_seal, cwd=folder))
    return good & export_of_all(variables)


def export_of_all(variables):
    """All secrets in one manifest, beside kubectl's for one."""
    if not shutil.which("kubectl"):
        print("export of 1,000 to Kubernetes: skipped, kubectl is not installed")
        return True
    names = [f"registry-{at}-example-com" for at in range(SECRETS)]
    export = ["export", "kubernetes", *names, "--literal", "-o", "-"]
    kubectl = ["kubectl", "create", "secret", "docker-registry", "one", "--docker-server=r.example", "--docker-username=jane",
               "--docker-password=x", "--dry-run=client", "-o", "yaml"]
    ours = lambda helper: milliseconds([str(pathlib.Path(helper).parent / "pullpass"), *export], env=variables)
    return pair("export of 1,000 to Kubernetes", 1, ours, "kubectl create secret, one", lambda: milliseconds(kubectl, env=variables))


def with_the_kernel(folder):
    variables = environment(folder)
    run([PULLPASS, "vault", "init", "--key", "passphrase", "--passphrase-stdin", "--for", "5m"], b"correct horse", env=variables)
    fill(folder, variables)
    get = lambda helper: milliseconds([helper, "get"], b"registry-500.example.com", env=variables)
    good = pair("get, key in the kernel", 5, get, "/bin/true", lambda: milliseconds(["/bin/true"], env=variables))
    run([PULLPASS, "vault", "lock"], env=variables)
    return good


def with_the_keyring(folder):
    peer = subprocess.Popen(["sh", str(ROOT / "tests/support/secretservice.sh"), str(folder / "peer")],
                            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        session = {}
        for line in peer.stdout:
            if line.strip() == "ready":
                break
            name, _, value = line.strip().partition("=")
            session[name] = value
        variables = {**session, **environment(folder), "HOME": session["HOME"]}
        run([PULLPASS, "vault", "init", "--key", "keyring"], env=variables)
        other = "docker-credential-secretservice"
        fill(folder, variables)
        run([other, "store"], login(500), env=variables)
        get = lambda helper: milliseconds([helper, "get"], b"registry-500.example.com", env=variables)
        return pair("get, key in the keyring", 1, get, other, lambda: get(other))
    finally:
        peer.stdin.close()
        peer.wait()


def main():
    good = True
    for part in (with_key_at_hand, with_the_kernel, with_the_keyring):
        with tempfile.TemporaryDirectory() as folder:
            (pathlib.Path(folder) / "peer").mkdir()
            good &= part(pathlib.Path(folder))
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
