#!/usr/bin/env python3
"""Measures what pullpass promises about its speed, each figure beside its anchor in the same run.

    cargo build --release && python3 benches/figures.py [--runs N] [--json FILE] [--strict] [--against BINARY]

Everything happens in a sandbox: a temporary home with generated files, made-up passwords and mock helpers.
Figure and anchor take turns, so that whatever else the machine does hits both. Times start just before the fork and
end when the bytes are read from the pseudo terminal. The terminal answers no questions.

With --against another build of pullpass is the anchor of every figure, in the same homes and in turns with ours.
"""

import argparse
import base64
import copy
import fcntl
import json
import os
import platform
import pty
import random
import re
import select
import shutil
import signal
import statistics
import string
import struct
import subprocess
import sys
import tempfile
import termios
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COLUMNS, ROWS = 100, 30
FEW, MANY = 10, 10_000
MIB = 1024 * 1024

# A control sequence, a string sequence, any other escape; at the end perhaps only the beginning of one.
ESCAPES = re.compile(
    rb"\x1b\[[0-?]*[ -/]*[@-~]|\x1b[\]P_^X][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[ -/]*[0-OQ-WYZ\\`-~]|\x1b.*\Z", re.S
)
FRAME_ENDS = b"\x1b[?2026l"


# ---- the sandbox


def host(number):
    """The keys that people have: a cloud's, with a port, with a namespace."""
    kinds = [
        f"{100_000_000_000 + number}.dkr.ecr.eu-west-{number % 3 + 1}.amazonaws.com",
        f"registry-{number:05}.example.com:5000",
        f"ghcr-{number:05}.example.io",
        f"quay-{number:05}.example.io/team-{number % 97}",
        f"registry-{number:05}.example.net",
    ]
    return kinds[number % len(kinds)]


def auth(user, secret):
    return {"auth": base64.b64encode(f"{user}:{secret}".encode()).decode()}


def logins(count):
    """The same entries in every run; the first row on the screen is that of number 0."""
    dice = random.Random(1)
    letters = string.ascii_letters + string.digits + "-_"
    password = lambda: "".join(dice.choices(letters, k=36))
    return {host(n): auth("AWS" if n % 5 == 0 else f"user{n}", password()) for n in range(count)}


def ends_in(seconds):
    """A web token that ends then."""
    part = lambda claims: base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"{part({'alg': 'RS256'})}.{part({'sub': 'x', 'exp': int(time.time()) + seconds})}.c2lnbmF0dXJl"


class Sandbox:
    def __init__(self, folder):
        self.folder = Path(folder)
        self.bin = self.folder / "bin"
        self.bin.mkdir()

    def home(self, name, config):
        """A home folder with this config.json, and the environment that leads there."""
        home = self.folder / name
        (home / ".docker").mkdir(parents=True)
        (home / "run").mkdir()
        file = home / ".docker" / "config.json"
        file.write_text(json.dumps(config, indent="\t", sort_keys=True))
        file.chmod(0o600)
        return {
            "HOME": str(home),
            "XDG_RUNTIME_DIR": str(home / "run"),
            "PATH": f"{self.bin}:{os.environ.get('PATH', '/usr/bin:/bin')}",
            "TERM": "xterm-256color",
            "LANG": "C.UTF-8",
        }

    def helper(self, name, keys, list_takes, get_takes=0.05):
        """A credential helper that takes its time."""
        program = self.bin / f"docker-credential-{name}"
        listed = self.bin / f"{name}.json"
        listed.write_text(json.dumps({key: "jane" for key in keys}))
        program.write_text(
            f"#!/bin/sh\nread -r key\ncase $1 in\n"
            f"list) sleep {list_takes}; cat '{listed}' ;;\n"
            f'get) sleep {get_takes}; printf \'{{"ServerURL":"%s","Username":"jane","Secret":"x"}}\' "$key" ;;\n'
            f"esac\n"
        )
        program.chmod(0o755)
        return program


# ---- a program in a pseudo terminal


class Pty:
    """A program in a pseudo terminal, with the time at which its output was read."""

    def __init__(self, argv, env):
        self.output = b""
        self.start = time.perf_counter()
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            try:
                fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
                os.execvpe(argv[0], argv, env)
            finally:
                os._exit(127)

    def read(self, seconds):
        """Reads once; the time of it, or None where nothing came."""
        if not select.select([self.fd], [], [], max(0, seconds))[0]:
            return None
        try:
            data = os.read(self.fd, 1 << 16)
        except OSError:
            data = b""
        now = time.perf_counter()
        if not data:
            raise SystemExit(f"The program ended too early. It wrote: {self.text()!r}")
        self.output += data
        return now

    def text(self, start=0):
        return ESCAPES.sub(b"", self.output[start:]).decode(errors="replace")

    def until(self, holds, seconds=20):
        """When the output held what is looked for, as milliseconds since the start."""
        end = time.perf_counter() + seconds
        while True:
            at = self.read(end - time.perf_counter())
            if at is None:
                raise SystemExit(f"Waited in vain. It wrote: {self.text()!r}")
            if holds(self):
                return (at - self.start) * 1e3

    def drain(self, seconds):
        """Reads for so long."""
        end = time.perf_counter() + seconds
        while (left := end - time.perf_counter()) > 0:
            self.read(left)

    def press(self, key, mark):
        """Milliseconds from a key to the end of what it changed on the screen."""
        while self.read(0) is not None:
            pass
        start = len(self.output)
        pressed = time.perf_counter()
        os.write(self.fd, key.encode())
        while True:
            at = self.read(10)
            if at is None:
                raise SystemExit(f"The key {key} changed nothing.")
            if mark in self.output[start:]:
                return (at - pressed) * 1e3

    def peak(self):
        """The most memory so far, in MiB."""
        return peak(self.pid)

    def wakeups(self):
        """How often a thread of it was put to sleep by its own will, and processor nanoseconds used."""
        switches = nanoseconds = 0
        for task in Path(f"/proc/{self.pid}/task").iterdir():
            switches += int(re.search(r"^voluntary_ctxt_switches:\s+(\d+)", (task / "status").read_text(), re.M)[1])
            nanoseconds += int((task / "schedstat").read_text().split()[0])
        return switches, nanoseconds

    def __enter__(self):
        return self

    def __exit__(self, *_):
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self.fd)


def peak(pid):
    status = Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"^VmHWM:\s+(\d+)", status, re.M)[1]) * 1024 / MIB


def painted(terminal):
    """True once something can be seen."""
    return any(not c.isspace() and c.isprintable() for c in terminal.text())


def shows(words):
    return lambda terminal: words in terminal.text()


def run(argv, env):
    """Milliseconds that a command takes; its output goes nowhere."""
    nowhere = [(os.POSIX_SPAWN_OPEN, fd, "/dev/null", os.O_RDWR, 0) for fd in (0, 1, 2)]
    start = time.perf_counter()
    pid = os.posix_spawnp(argv[0], argv, env, file_actions=nowhere)
    _, status = os.waitpid(pid, 0)
    taken = (time.perf_counter() - start) * 1e3
    if status:
        raise SystemExit(f"{' '.join(argv)} failed")
    return taken


# ---- the figures


class Figures:
    def __init__(self, binary, anchor, sandbox):
        self.pullpass, self.bare = str(binary), str(anchor)
        self.docker = shutil.which("docker")
        self.few = sandbox.home("few", {"auths": logins(FEW)})
        self.many = sandbox.home("many", {"auths": logins(MANY)})
        self.many_file = f"{self.many['HOME']}/.docker/config.json"
        ending = {"auths": logins(FEW) | {"ends.example.com": auth("jane", ends_in(40 * 60))}}
        self.ending = sandbox.home("ending", ending)
        keys = [host(n) for n in range(100)]
        self.store_program = sandbox.helper("figures", keys, 0.3)
        self.store = sandbox.home("store", {"auths": {key: {} for key in keys}, "credsStore": "figures"})
        helpers = {}
        for n in range(5):
            theirs = keys[n::5]
            self.slowest = sandbox.helper(f"figures{n}", theirs, 0.1 + n * 0.05)
            helpers |= {key: f"figures{n}" for key in theirs}
        self.helpers = sandbox.home("helpers", {"credHelpers": helpers})
        self.samples = {}

    def of(self, binary):
        """The same figures, in the same homes, of another build."""
        other = copy.copy(self)
        other.pullpass, other.samples = str(binary), {}
        return other

    def note(self, name, *values):
        self.samples.setdefault(name, []).extend(values)

    def short(self):
        """What is short."""
        with Pty([self.pullpass], self.few) as terminal:
            self.note("few: first paint", terminal.until(painted))
            self.note("few: list", terminal.until(shows(host(0)[:12])))
            terminal.drain(0.1)
            self.note("few: peak", terminal.peak())
        with Pty([self.pullpass], self.many) as terminal:
            self.note("many: first paint", terminal.until(painted))
            self.note("many: list", terminal.until(shows(host(0)[:12])))
            terminal.drain(0.1)
            for _ in range(30):
                self.note("key", terminal.press("j", FRAME_ENDS))
                time.sleep(0.005)
            terminal.press("G", FRAME_ENDS)
            for _ in range(30):
                self.note("key at the end", terminal.press("k", FRAME_ENDS))
                time.sleep(0.005)
            terminal.press("/", FRAME_ENDS)
            for letter in "quay":
                self.note("letter", terminal.press(letter, FRAME_ENDS))
            self.note("many: peak", terminal.peak())
        self.note("few: pullpass list", run([self.pullpass, "list"], self.few))
        self.note("many: pullpass list", run([self.pullpass, "list"], self.many))

    def anchors(self):
        """What the short figures are compared with, as often."""
        with Pty(["sh", "-c", "printf x; read y"], self.few) as terminal:
            self.note("sh", terminal.until(painted))
        if self.docker:
            self.note("docker", run([self.docker, "context", "ls"], self.many))
        with Pty(["sh", "-c", "stty raw -echo; printf x; exec cat"], self.few) as terminal:
            terminal.until(painted)
            terminal.drain(0.02)
            for _ in range(30):
                self.note("cat", terminal.press("j", b"j"))
                time.sleep(0.005)
        self.note("bare value", run([self.bare, "value", self.many_file], self.many))
        self.note("bare typed", run([self.bare, "typed", self.many_file], self.many))

    def list_peak(self):
        """The output is larger than a pipe: the program stands still at its end until somebody reads."""
        with subprocess.Popen([self.pullpass, "list"], env=self.many, stdout=subprocess.PIPE) as process:
            process.stdout.read(1)
            time.sleep(0.1)
            self.note("many: list peak", peak(process.pid))
            process.kill()

    def idle(self, name, env, seconds):
        """Wake-ups a second from one change of the screen on, or from when all is quiet."""
        with Pty([self.pullpass], env) as terminal:
            terminal.until(shows(host(0)[:12]))
            terminal.drain(2.5)
            before = len(terminal.output)
            if name == "countdown":
                while len(terminal.output) == before:
                    terminal.read(1)
                terminal.drain(0.05)
            switches, nanoseconds = terminal.wakeups()
            terminal.drain(seconds)
            later = terminal.wakeups()
            self.note(f"{name}: wake-ups", (later[0] - switches) / seconds)
            self.note(f"{name}: cpu", (later[1] - nanoseconds) / seconds / 1e7)

    def with_helpers(self):
        """Keys while helpers list and get, and the whole time that listing takes."""
        self.note("store list", run(["sh", "-c", f"{self.store_program} list"], self.store))
        self.note("store: pullpass list", run([self.pullpass, "list"], self.store))
        self.note("slowest list", run(["sh", "-c", f"{self.slowest} list"], self.helpers))
        self.note("helpers: pullpass list", run([self.pullpass, "list"], self.helpers))
        for env in (self.store, self.helpers):
            with Pty([self.pullpass], env) as terminal:
                terminal.until(shows("asking"))
                start = time.perf_counter()
                while time.perf_counter() - start < 0.35:
                    self.note("key while list", terminal.press("j", FRAME_ENDS))
                    time.sleep(0.005)
                for _ in range(20):
                    self.note("key while get", terminal.press("i", FRAME_ENDS))
                    for _ in range(6):
                        self.note("key while get", terminal.press("j", FRAME_ENDS))
                        time.sleep(0.005)

    def table(self):
        """Figure, unit, samples, the anchor's name, the limit, and which of the samples must keep it."""
        half = lambda ms: ms / 2
        docker = ("docker context ls", "docker", half, "half") if self.docker else None
        missing = ("docker is not installed", None, None, "half of docker's")
        fixed = lambda limit, words: ("", None, lambda _: limit, words)
        return [
            ("first paint, 10 logins", "ms", "few: first paint",
             ("sh -c 'printf x; read y'", "sh", lambda ms: 2 * ms + 3, "twice + 3 ms")),
            ("list on the screen, 10 logins", "ms", "few: list", None),
            ("first paint, 10,000 logins", "ms", "many: first paint", docker or missing),
            ("list on the screen, 10,000 logins", "ms", "many: list", docker or missing),
            ("pullpass list, 10,000 logins", "ms", "many: pullpass list",
             ("bare parse, Value", "bare value", lambda ms: 2 * ms, "twice")),
            ("    beside it: bare parse, typed", "ms", "bare typed", None),
            ("pullpass list, 10 logins", "ms", "few: pullpass list", None),
            ("key to screen, 10,000 rows", "ms", "key",
             ("a byte through cat", "cat", lambda _: 0.5, "0.5 ms")),
            ("key to screen, at their end", "ms", "key at the end",
             ("a byte through cat", "cat", lambda _: 0.5, "0.5 ms")),
            ("letter of a filter over 10,000 rows", "ms", "letter", None),
            ("wake-ups a second, idle", "", "idle: wake-ups", fixed(0, "none")),
            ("wake-ups a second, countdown", "", "countdown: wake-ups", fixed(1, "1")),
            ("    beside it: processor, idle", "%", "idle: cpu", None),
            ("    beside it: processor, countdown", "%", "countdown: cpu", None),
            ("peak memory, 10 logins", "MiB", "few: peak", fixed(7, "7 MiB")),
            ("peak memory, 10,000 logins", "MiB", "many: peak", fixed(20, "20 MiB")),
            ("peak memory of list, 10,000 logins", "MiB", "many: list peak", None),
            ("pullpass list, 100 in one store", "ms", "store: pullpass list",
             ("the helper alone", "store list", lambda ms: 1.25 * ms, "a quarter more")),
            ("pullpass list, 100 in 5 helpers", "ms", "helpers: pullpass list",
             ("the slowest of them alone", "slowest list", lambda ms: 1.25 * ms, "a quarter more")),
            ("worst key while helpers list", "ms", "key while list", fixed(20, "20 ms")),
            ("worst key while a helper gets", "ms", "key while get", fixed(20, "20 ms")),
        ]

    def report(self, against=None):
        """The rows of the table, and how many figures miss their limit. Beside another build no limit counts."""
        rows, missed = [], 0
        for name, unit, key, anchor in self.table():
            if against and key not in against.samples:
                continue
            values = self.samples[key]
            measured = max(values) if name.startswith("worst") else statistics.median(values)
            row = {"figure": name, "unit": unit, "measured": measured, "median": statistics.median(values),
                   "min": min(values), "n": len(values), "anchor": "", "limit": "", "verdict": ""}
            if against:
                theirs = against.samples[key]
                compared = max if name.startswith("worst") else statistics.median
                row["anchor"] = f"{compared(theirs):.2f} ({min(theirs):.2f})"
                ratio = lambda ours, base: f"{ours / base:.2f}" if base else "-"
                row["ratio"] = f"{ratio(measured, compared(theirs))} ({ratio(min(values), min(theirs))})"
            elif anchor:
                what, anchor_key, limit_of, words = anchor
                row["anchor"], row["limit"] = what, words
                base = None
                if anchor_key:
                    base = statistics.median(self.samples[anchor_key])
                    row["anchor"] += f": {base:.2f} ({min(self.samples[anchor_key]):.2f})"
                if limit_of is None:
                    row["verdict"] = "skipped"
                else:
                    row["most"] = limit_of(base)
                    row["verdict"] = "ok" if measured <= row["most"] else "MISSED"
                    row["limit"] = f"{words} = {row['most']:.2f}" if anchor_key and row["most"] != 0.5 else words
                missed += row["verdict"] == "MISSED"
            rows.append(row)
        return rows, missed


def show(rows, columns):
    """The table; `columns` are the last ones, key and head."""
    cells = [("figure", "median", "min", "n", *columns.values())]
    for row in rows:
        number = lambda value: f"{value:.2f} {row['unit']}".strip()
        cells.append((row["figure"], number(row["measured"]), number(row["min"]), str(row["n"]),
                      *(row[key] for key in columns)))
    widths = [max(len(line[at]) for line in cells) for at in range(len(cells[0]))]
    for line in cells:
        print(" | ".join(f"{cell:{width}}" for cell, width in zip(line, widths)).rstrip())


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--runs", type=int, default=20, help="rounds of the short figures (20)")
    options.add_argument("--long-runs", type=int, default=3, help="rounds of idling and of the helpers (3)")
    options.add_argument("--json", metavar="FILE", help="write the table and every sample there")
    options.add_argument("--strict", action="store_true", help="exit status 1 where a figure is missed")
    options.add_argument("--target", default=ROOT / "target" / "release", type=Path, help="folder of the programs")
    options.add_argument("--against", metavar="BINARY", type=Path, help="another build of pullpass as every anchor")
    given = options.parse_args()
    if not Path("/proc/self/status").exists():
        raise SystemExit("This needs /proc, so Linux.")
    binary, anchor = given.target / "pullpass", given.target / "examples" / "bare_parse"
    if not binary.exists():
        raise SystemExit(f"There is no {binary}. First: cargo build --release")
    if not given.against and not anchor.exists():
        subprocess.run(["cargo", "build", "--release", "--example", "bare_parse"], cwd=ROOT, check=True)
    print(f"{platform.machine()}, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}, {platform.release()}")
    if docker := shutil.which("docker"):
        print(subprocess.run([docker, "--version"], capture_output=True, text=True, check=False).stdout.strip())
    with tempfile.TemporaryDirectory(prefix="figures-") as folder:
        figures = Figures(binary, anchor, Sandbox(folder))
        against = figures.of(given.against) if given.against else None
        rounds = [figures.short, against.short if against else figures.anchors]
        for part in rounds:
            part()  # warms the caches
        for build in (figures, against or figures):
            build.samples.clear()
        for _ in range(given.runs):
            for part in rounds:
                part()
        for _ in range(given.long_runs):
            for build in [figures] + [against] * bool(against):
                build.list_peak()
                build.idle("idle", build.few, 5)
                build.idle("countdown", build.ending, 4.9)
                build.with_helpers()
    rows, missed = figures.report(against)
    show(rows, {"anchor": "the other build (min)", "ratio": "ratio (of minima)"} if against else
         {"anchor": "anchor: median (min)", "limit": "limit", "verdict": ""})
    if (load := os.getloadavg()[0]) > os.cpu_count():
        print(f"The machine is busy (load {load:.1f}): medians say little, compare the minima.")
    if given.json:
        samples = {"samples": figures.samples} | ({"against": against.samples} if against else {})
        Path(given.json).write_text(json.dumps({"figures": rows, **samples}, indent=1))
    return 1 if missed and given.strict else 0


if __name__ == "__main__":
    sys.exit(main())
