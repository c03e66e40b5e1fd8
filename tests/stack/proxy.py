"""Between `prober` and the stand-in for AWS: it notes each call, and can kill the
program at one of them, before AWS has heard of it or before its answer arrives.
"""

import http.client
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

BEFORE, AFTER = "before AWS hears of it", "before the answer arrives"


def name_of(method, path, headers, body):
    """What a call asks for, in AWS's words as far as they are in it."""
    if target := headers.get("x-amz-target"):
        return target.rsplit(".", 1)[-1]
    if headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return parse_qs(body.decode())["Action"][0]
    if re.match(r"/\d{4}-\d\d-\d\d/functions/", path):
        return "Invoke"
    kind = "Object" if urlsplit(path).path.count("/") > 1 else "Bucket"
    return f"{method} {kind} {urlsplit(path).query.rstrip('=')}".rstrip()


class Proxy:
    """Forwards to `upstream`, which is a URL, with the headers `adds` besides."""

    def __init__(self, upstream, **adds):
        self.upstream, self.adds = urlsplit(upstream).netloc, adds
        self.calls, self.lock = [], threading.Lock()
        self.at, self.when, self.kill = None, None, None
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def forward(self):
                length = int(self.headers.get("content-length") or 0)
                body = self.rfile.read(length)
                proxy.forward(self, body)

            do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = forward

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server.server_port}"

    def begin(self, at=None, when=None, kill=None):
        """Counts from now on; `kill` is called at the call number `at`."""
        self.calls, self.at, self.when, self.kill = [], at, when, kill

    def forward(self, handler, body):
        with self.lock:
            self.calls.append(name_of(handler.command, handler.path, handler.headers, body))
            is_last = len(self.calls) == self.at
        if is_last and self.when == BEFORE:
            return self.end(handler)
        upstream = http.client.HTTPConnection(self.upstream, timeout=60)
        upstream.request(handler.command, handler.path, body, dict(handler.headers) | self.adds)
        answer = upstream.getresponse()
        content = answer.read()
        if is_last and self.when == AFTER:
            return self.end(handler)
        handler.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in ("content-length", "transfer-encoding", "connection", "date", "server"):
                handler.send_header(name, value)
        handler.send_header("content-length", str(len(content)))
        handler.send_header("connection", "close")
        handler.end_headers()
        if handler.command != "HEAD":
            handler.wfile.write(content)
        handler.close_connection = True

    def end(self, handler):
        self.kill()
        handler.close_connection = True
