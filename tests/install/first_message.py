"""README's way from nothing to the first real message, on a machine that has only what a
small Debian has: scripts/test-install starts it with that machine's root file system, in
namespaces of its own.

    first_message.py ROOT RELEASE OWNER/NAME
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

from stage import Machine, Server, fail, loopback_up, serve_release, until

SOURCE = Path(__file__).resolve().parents[2]
DOWN_KEY = "\x1b[B"

# What README promises, in seconds; downloads take longer than from this machine.
PROMISED = 300


def lines_of_readme():
    """The three lines: install, init, watch."""
    block = re.search(r"```console\n((?:\$ .*\n){3})```", (SOURCE / "README.md").read_text())
    return [line.removeprefix("$ ") for line in block[1].splitlines()]


def install(machine, line):
    said = machine.run(line)
    if "as /usr/local/bin/prober\nnext: prober init" not in said:
        fail("the installer did not say what comes next", said)
    # Once more, over the program that is there.
    machine.run(line)
    print("   ", machine.run("prober --version").splitlines()[0])


def begin(machine, line, urls, webhook):
    """Answers the questions of `init`."""
    said = machine.answer(
        line,
        [
            ("What shall be watched?", " ".join(urls) + "\r\r"),
            ("Which one do all others need", "\r"),
            ("Who is told?", DOWN_KEY + "\r"),
            ("The webhook's URL:", webhook.url("/services/T/B/x") + "\r"),
            ("Which language", "\r"),
            ("In which time zone", "\r"),
            ("Write this to probes.toml?", "\r"),
        ],
    )
    if len(webhook.heard) != 1:
        fail("the test message did not arrive", said)
    modes = {name: machine.path(f"/root/{name}").stat().st_mode & 0o777 for name in ("probes.toml", "environment")}
    if modes != {"probes.toml": 0o644, "environment": 0o600}:
        fail(f"the files have the modes {modes}")
    again = machine.run(f"{line} --yes --url {urls[0]}", expected=2)
    if "is there already" not in again:
        fail("a second `init` did not say that there is a file", again)


def message(webhook, beginning, since):
    """How many seconds after `since` a message with this beginning arrived."""
    found = lambda: next((each for each in webhook.heard if beginning in each[1]), None)
    at, text = until(f"message with `{beginning}`", found)
    print(f"    {text.splitlines()[0]}")
    return at - since


def unasked(machine, url, webhook):
    """The machine's service, by `init --yes` as root, and its unit."""
    prober = "prober --config /etc/prober/probes.toml"
    missing = machine.run(f"{prober} init --yes --url {url}", expected=2)
    if "`mkdir /etc/prober` makes it" not in missing:
        fail("it is not said that the folder is missing", missing)
    heard = len(webhook.heard)
    machine.path("/etc/prober").mkdir()
    machine.run(f"{prober} init --yes --url {url} --slack {webhook.url('/services/T/B/y')}")
    if len(webhook.heard) != heard + 1:
        fail("`init --yes` sent no test message")
    said = machine.run(f"{prober} service install")
    if "systemctl enable --now prober" not in said:
        fail("`service install` did not say what starts it", said)
    unit = machine.path("/etc/systemd/system/prober.service")
    if unit.read_text() != (SOURCE / "packaging/prober.service").read_text():
        fail("the unit is not README's", unit.read_text())
    verify(machine, unit)
    machine.run(f"{prober} service uninstall")


def verify(machine, unit):
    """What systemd itself says of the unit, where this machine has it."""
    if not shutil.which("systemd-analyze"):
        print("    note: there is no systemd here, so its own opinion of the unit was not asked")
        return
    # It looks whether the program is there: here it is below the root of that machine.
    here = Path(machine.root).parent / "prober.service"
    program = "/usr/local/bin/prober"
    here.write_text(unit.read_text().replace(program, str(machine.path(program))))
    said = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", here], capture_output=True, text=True
    )
    if said.returncode != 0 or "prober.service" in said.stderr:
        fail(f"systemd does not like {unit}", said.stderr)


def in_nothing(machine):
    """A static program needs no file but itself."""
    empty = machine.path("/empty")
    empty.mkdir()
    (empty / "prober").write_bytes(machine.path("/usr/local/bin/prober").read_bytes())
    (empty / "prober").chmod(0o755)
    machine.run("cp probes.toml /empty/")
    said = machine.run("chroot /empty /prober --config /probes.toml check")
    print("   ", said.strip().splitlines()[-1].strip())


def main():
    root, release, repository = sys.argv[1:]
    loopback_up()
    machine = Machine(root)
    version = re.search(r'^version = "(.+)"', (SOURCE / "Cargo.toml").read_text(), re.M)[1]
    serve_release(machine, release, repository, version)
    photos, blog, webhook = Server(), Server(), Server()
    first, second, third = lines_of_readme()

    started = time.monotonic()
    print(f"$ {first}", flush=True)
    install(machine, first)
    installed = time.monotonic()

    # One of three: with more, prober would first ask whether it has a network itself.
    urls = [photos.url("/"), blog.url("/"), f"tcp://127.0.0.1:{blog.port}"]
    print(f"$ {second}", flush=True)
    begin(machine, second, urls, webhook)
    ready = time.monotonic()

    print(f"$ {third}", flush=True)
    watch = machine.start(third, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    is_up = lambda: "up" in machine.start("prober status", stdout=-1, stderr=-1).communicate()[0].decode()
    until("status of a first probe", is_up)
    machine.run("prober check")
    unasked(machine, blog.url("/"), webhook)
    if "UNLIKE_A_RELEASE" not in os.environ:
        in_nothing(machine)
    photos.stop()
    stopped = time.monotonic()
    down = message(webhook, "is down", stopped)
    told = time.monotonic()
    machine.run("prober status", expected=1)
    machine.run("prober check", expected=1)
    photos.start()
    back = time.monotonic()
    up = message(webhook, "recovered", back)
    machine.run("prober status")
    watch.send_signal(signal.SIGTERM)
    watch.wait()

    print(f"installed after {installed - started:.1f} s, and begun after {ready - started:.1f} s;")
    print(f"the outage was told after {down:.0f} s, and its end after {up:.0f} s")
    total = told - started
    print(f"{total:.0f} s from nothing to the first real message, without the network")
    if total >= PROMISED:
        fail(f"README promises {PROMISED} s")


if __name__ == "__main__":
    main()
