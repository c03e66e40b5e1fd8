"""The machine without Rust: its root file system, the servers around it, and a terminal
for each command that is typed there."""

import json
import os
import pty
import re
import select
import socket
import ssl
import struct
import subprocess
import sys
import threading
import time
from fcntl import ioctl
from http.server import BaseHTTPRequestHandler, SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

# The longest that anything may take here, in seconds: an outage takes two probes.
PATIENCE = 300


def fail(why, shown=""):
    print(shown, file=sys.stderr)
    sys.exit(f"error: {why}")


def loopback_up():
    """A new network namespace has a loopback interface that is down: netdevice(7)."""
    SIOCSIFFLAGS, IFF_UP = 0x8914, 1
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", IFF_UP))


def until(what, holds):
    """Waits until `holds` gives something."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        found = holds()
        if found:
            return found
        time.sleep(0.05)
    fail(f"after {PATIENCE} s there was no {what}")


class Server:
    """A server at home, or the webhook: it keeps what was POSTed to it, and when."""

    def __init__(self):
        self.heard = []
        self.port = 0
        self.start()

    def start(self):
        heard = self.heard

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                self.answer()

            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                heard.append((time.monotonic(), json.loads(body)["text"]))
                self.answer()

            def answer(self):
                self.send_response(200)
                self.send_header("content-length", "2")
                self.end_headers()
                self.wfile.write(b"ok")

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        self.port = self.server.server_port
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()

    def url(self, path=""):
        return f"http://127.0.0.1:{self.port}{path}"


class Machine:
    """The bare root file system. Commands run in it as root does, in /root."""

    def __init__(self, root):
        self.root = Path(root)
        for kind, place in (("proc", "proc"), ("bind", "dev")):
            what = ["-t", "proc", "proc"] if kind == "proc" else ["--rbind", "/dev"]
            subprocess.run(["mount", *what, self.root / place], check=True)
        self.variables = {
            "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "HOME": "/root",
            "LANG": "C.UTF-8",
            "TERM": "xterm",
            "NO_COLOR": "1",
        }

    def path(self, path):
        return self.root / path.lstrip("/")

    def start(self, line, **streams):
        """Types `line` into a shell."""

        def enter():
            os.chroot(self.root)
            os.chdir("/root")

        return subprocess.Popen(
            ["/bin/sh", "-c", line], env=self.variables, preexec_fn=enter, **streams
        )

    def run(self, line, expected=0):
        """What `line` says, which must end with the status `expected`."""
        process = self.start(line, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        said, _ = process.communicate(timeout=PATIENCE)
        if process.returncode != expected:
            fail(f"`{line}` ended with {process.returncode}, not {expected}", said)
        return said

    def answer(self, line, answers):
        """Types `line` in a terminal, and answers what it asks."""
        ours, theirs = pty.openpty()
        ioctl(theirs, 0x5414, struct.pack("4H", 40, 120, 0, 0))  # TIOCSWINSZ, ioctl_tty(2)
        process = self.start(
            line, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True
        )
        os.close(theirs)
        shown, at = "", 0
        for question, keys in [*answers, (None, None)]:
            while question is None or question not in shown[at:]:
                more = read(ours)
                if more is None:
                    break
                shown += more
                # The terminal is asked where its cursor is.
                if "\x1b[6n" in more:
                    os.write(ours, b"\x1b[1;1R")
            if question is None:
                break
            if question not in shown[at:]:
                fail(f"`{line}` did not ask: {question}", shown)
            at = shown.index(question, at) + len(question)
            os.write(ours, keys.encode())
        if process.wait(timeout=PATIENCE) != 0:
            fail(f"`{line}` ended with {process.returncode}", shown)
        return re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", shown)


def read(terminal):
    """What a terminal shows next; None once its command has ended."""
    ready, _, _ = select.select([terminal], [], [], PATIENCE)
    try:
        return os.read(terminal, 65536).decode(errors="replace") or None if ready else None
    except OSError:
        return None


def serve_release(machine, folder, repository, version):
    """GitHub, for `machine` alone: a certificate that it trusts, and the redirects of
    https://docs.github.com/en/repositories/releasing-projects-on-github/linking-to-releases."""
    newest, this = f"/{repository}/releases/latest/download/", f"/{repository}/releases/download/v{version}/"

    class Handler(SimpleHTTPRequestHandler):
        def __init__(self, *args):
            super().__init__(*args, directory=folder)

        def do_GET(self):
            if self.path.startswith(newest):
                self.send_response(302)
                self.send_header("location", this + self.path.removeprefix(newest))
                self.send_header("content-length", "0")
                self.end_headers()
            elif self.path.startswith(this):
                self.path = "/" + self.path.removeprefix(this)
                super().do_GET()
            else:
                self.send_error(404)

        def log_message(self, *_):
            pass

    key, certificate = Path(folder).parent / "github.key", Path(folder).parent / "github.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
         "-subj", "/CN=github.com", "-addext", "subjectAltName=DNS:github.com",
         "-keyout", key, "-out", certificate],
        check=True, capture_output=True,
    )  # fmt: skip
    trusted = machine.path("/etc/ssl/certs/ca-certificates.crt")
    trusted.parent.mkdir(parents=True, exist_ok=True)
    trusted.write_bytes(certificate.read_bytes())
    machine.path("/etc/hosts").write_text("127.0.0.1 localhost github.com\n")
    server = ThreadingHTTPServer(("127.0.0.1", 443), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
