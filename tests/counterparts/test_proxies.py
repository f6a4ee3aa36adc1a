"""nginx and HAProxy in front of Cathgate: whatever framing a client tries, the server never answers more requests than the
proxy has sent it, and nobody gets another's answer."""

import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

from server import request, serve

CONFIG = "development_mode = true\n[server]\nport = 0\n[ledger]\ndatabase = \"ledger.db\"\n"
HIDDEN = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n"
SETTLE_S = 0.3

# The framing of a POST that hides a request in what one of two parsers may take for its body; those of
# tests/unit/cds-hooks/http/framing_gate_test.cpp that can carry one. `{hidden}`: the hidden request, `{size}`: its length.
SHAPES = {
    "gzip-then-length": "Transfer-Encoding: gzip\r\nContent-Length: {size}\r\n\r\n{hidden}",
    "gzip-alone": "Transfer-Encoding: gzip\r\n\r\n{hidden}",
    "xchunked": "Transfer-Encoding: xchunked\r\nContent-Length: {size}\r\n\r\n{hidden}",
    "chunked-identity": "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n{hidden}",
    "gzip-chunked": "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n{hidden}",
    "identity-and-length": "Transfer-Encoding: identity\r\nContent-Length: {size}\r\n\r\n{hidden}",
    "chunked-and-length": "Transfer-Encoding: chunked\r\nContent-Length: {chunked_size}\r\n\r\n0\r\n\r\n{hidden}",
    "length-and-chunked": "Content-Length: {chunked_size}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{hidden}",
    "two-codings": "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\nContent-Length: {chunked_size}\r\n\r\n0\r\n\r\n{hidden}",
    "empty-coding": "Transfer-Encoding:\r\nContent-Length: {size}\r\n\r\n{hidden}",
    "folded-coding": "Transfer-Encoding:\r\n chunked\r\nContent-Length: {chunked_size}\r\n\r\n0\r\n\r\n{hidden}",
    "tab-before-coding": "Transfer-Encoding:\tchunked\r\nContent-Length: {chunked_size}\r\n\r\n0\r\n\r\n{hidden}",
    "vertical-tab-coding": "Transfer-Encoding: \x0bchunked\r\nContent-Length: {chunked_size}\r\n\r\n0\r\n\r\n{hidden}",
    "space-before-colon": "Transfer-Encoding : chunked\r\nContent-Length: {chunked_size}\r\n\r\n0\r\n\r\n{hidden}",
    "length-list": "Content-Length: 0, {size}\r\n\r\n{hidden}",
    "two-lengths": "Content-Length: 0\r\nContent-Length: {size}\r\n\r\n{hidden}",
    "two-equal-lengths": "Content-Length: {size}\r\nContent-Length: {size}\r\n\r\n{hidden}",
    "signed-length": "Content-Length: +{size}\r\n\r\n{hidden}",
    "hex-length": "Content-Length: 0x{hex_size}\r\n\r\n{hidden}",
    "huge-length": "Content-Length: 18446744073709551616\r\n\r\n{hidden}",
    "empty-length": "Content-Length:\r\n\r\n{hidden}",
    "space-before-length-colon": "Content-Length : {size}\r\n\r\n{hidden}",
    "folded-field": "X: 1\r\n\tContent-Length: {size}\r\n\r\n{hidden}",
    "bare-line-feed": "X: 1\nContent-Length: {size}\r\n\r\n{hidden}",
    "null-in-field": "X: \x00\r\nContent-Length: {size}\r\n\r\n{hidden}",
    "two-hosts": "Host: b\r\nContent-Length: {size}\r\n\r\n{hidden}",
    "other-expectation": "Expect: 200-ok\r\nContent-Length: {size}\r\n\r\n{hidden}",
    "expect-continue": "Expect: 100-continue\r\nContent-Length: {size}\r\n\r\n{hidden}",
    "upgrade": "Connection: Upgrade\r\nUpgrade: h2c\r\nContent-Length: {size}\r\n\r\n{hidden}",
    "chunk-size-overflow": "Transfer-Encoding: chunked\r\n\r\n10000000000000000\r\n{hidden}",
    "chunk-extension-line-feed": "Transfer-Encoding: chunked\r\n\r\n2;\nxx\r\n{hex_size}\r\n0\r\n\r\n{hidden}",
    "chunk-without-end": "Transfer-Encoding: chunked\r\n\r\n1\r\nZZ\r\n0\r\n\r\n{hidden}",
    "plain-length": "Content-Length: {size}\r\n\r\n{hidden}",
    "plain-chunked": "Transfer-Encoding: chunked\r\n\r\n{hex_size}\r\n{hidden}\r\n0\r\n\r\n",
}
# Requests that are not a POST with a body.
WHOLE = {
    "absolute": "GET http://evil/cds-services HTTP/1.1\r\nHost: a\r\n\r\n",
    "http-2-preface": "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + HIDDEN,
    "http-1.9": "GET /cds-services HTTP/1.9\r\nHost: a\r\n\r\n",
    "http-0.9": "GET /cds-services\r\n\r\n",
    "chunked-on-http-1.0": "POST /cds-services HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + HIDDEN,
    "body-of-a-get": f"GET /cds-services HTTP/1.1\r\nHost: a\r\nContent-Length: {len(HIDDEN)}\r\n\r\n" + HIDDEN,
    "line-feed-in-target": "GET /cds-services%0aX HTTP/1.1\r\nHost: a\r\n\r\n",
    "connect": "CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n" + HIDDEN,
    "two-spaces": "GET  /cds-services HTTP/1.1\r\nHost: a\r\n\r\n",
}


def shape_bytes():
    start = "POST /cds-services/cathgate-angiography HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
    sizes = {"hidden": HIDDEN, "size": len(HIDDEN), "hex_size": f"{len(HIDDEN):x}", "chunked_size": len(HIDDEN) + 5}
    for name, framing in SHAPES.items():
        yield name, (start + framing.format(**sizes)).encode()
    for name, text in WHOLE.items():
        yield name, text.encode()


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def exchange(port, sent):
    """Sends raw bytes and reads until the peer closes or says nothing more."""
    received = b""
    with socket.create_connection(("127.0.0.1", port), 5) as one:
        one.settimeout(SETTLE_S)
        try:
            one.sendall(sent)
            while data := one.recv(65536):
                received += data
        except OSError:
            pass
    return received


class ProxyTest:
    """`start(port, upstream)` writes the configuration and returns the command; `forwarded()` counts what the proxy's log says
    it passed on."""

    def setUp(self):
        if not self.program:
            self.skipTest(f"{type(self).__name__}: the proxy is not installed")
        self.temporary = tempfile.TemporaryDirectory(prefix="cathgate-proxy-")
        self.addCleanup(self.temporary.cleanup)
        self.folder = Path(self.temporary.name)
        self.folder.chmod(0o755)
        self.server = serve(self.folder, CONFIG)
        self.addCleanup(self.server.stop)
        self.port = free_port()
        self.log = self.folder / "proxy.log"
        with open(self.log, "wb") as log:
            proxy = subprocess.Popen(self.start(), stdout=log, stderr=log)
        self.addCleanup(lambda: (proxy.terminate(), proxy.wait()))
        end = time.monotonic() + 30
        while request(f"http://127.0.0.1:{self.port}/cds-services").status != 200:
            self.assertLess(time.monotonic(), end, self.log.read_text(errors="replace"))
            time.sleep(0.1)
        self.discovery = request(f"http://127.0.0.1:{self.port}/cds-services").body

    def answered(self):
        """What the server has answered since it started, this question and its own start-up probes included."""
        text = request(f"http://127.0.0.1:{self.server.port}/metrics").body.decode()
        return sum(int(float(one)) for one in re.findall(r"^cathgate_requests_total\{[^}]*endpoint=\"(?!metrics|health)[^}]*\} (\S+)", text, re.M))

    def forwarded(self):
        return len(re.findall(r"^forwarded ", self.log.read_text(errors="replace"), re.M))

    def settled(self):
        """(answered, forwarded) when the proxy's log has been written."""
        time.sleep(SETTLE_S)
        return self.answered(), self.forwarded()

    def test_nothing_is_smuggled(self):
        seen = self.settled()
        self.assertEqual(seen[0], seen[1], "the counts must agree before they can tell anything")
        refused = 0
        for name, sent in shape_bytes():
            with self.subTest(name):
                received = exchange(self.port, sent)
                for _ in range(3):  # whoever comes next gets his own answer
                    self.assertEqual(request(f"http://127.0.0.1:{self.port}/cds-services").body, self.discovery)
                now = self.settled()
                answered, forwarded = now[0] - seen[0], now[1] - seen[1]
                seen = now
                self.assertLessEqual(answered, forwarded, f"more was answered than asked; the client received {received[:300]}")
                self.assertGreaterEqual(forwarded, 3)
                refused += forwarded == 3
        self.assertGreater(refused, 0, "no shape was refused by the proxy itself: is it the proxy that was asked?")
        print(f"{type(self).__name__}: {len(SHAPES) + len(WHOLE)} shapes, {refused} stopped by the proxy", file=sys.stderr)

    def test_a_second_parser_that_disagrees_would_be_counted(self):
        """The count tells: two requests on one connection that the proxy takes for two are two on both sides."""
        seen = self.settled()
        one = b"GET /cds-services HTTP/1.1\r\nHost: a\r\n\r\n"
        self.assertEqual(exchange(self.port, one + one).count(b"HTTP/1.1 200"), 2)
        now = self.settled()
        self.assertEqual((now[0] - seen[0], now[1] - seen[1]), (2, 2))


class NginxTest(ProxyTest, unittest.TestCase):
    program = shutil.which("nginx", path=os.environ["PATH"] + ":/usr/sbin")

    def start(self):
        (self.folder / "nginx.conf").write_text(f"""
daemon off; master_process off; pid {self.folder}/nginx.pid; error_log {self.folder}/nginx.err;
events {{}}
http {{
  log_format told '$forwarded $status $upstream_status $request_method';
  map $upstream_status $forwarded {{ "" refused; "-" refused; default forwarded; }}
  access_log {self.log} told;
  client_body_temp_path {self.folder}/body; proxy_temp_path {self.folder}/proxy; fastcgi_temp_path {self.folder}/f; uwsgi_temp_path {self.folder}/u; scgi_temp_path {self.folder}/s;
  upstream cathgate {{ server 127.0.0.1:{self.server.port}; keepalive 8; }}
  server {{
    listen 127.0.0.1:{self.port};
    location / {{ proxy_pass http://cathgate; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_request_buffering off; proxy_next_upstream off; }}
  }}
}}
""")
        return [self.program, "-e", f"{self.folder}/nginx.err", "-c", f"{self.folder}/nginx.conf"]


class HaproxyTest(ProxyTest, unittest.TestCase):
    program = shutil.which("haproxy", path=os.environ["PATH"] + ":/usr/sbin")

    def start(self):
        (self.folder / "haproxy.cfg").write_text(f"""
global
  log stdout format raw local0
defaults
  mode http
  timeout connect 5s
  timeout client 10s
  timeout server 10s
  retries 0
  http-reuse always
frontend f
  bind 127.0.0.1:{self.port}
  log global
  log-format "%[srv_id,bool,iif(forwarded,refused)] %ST %s %HM"
  default_backend cathgate
backend cathgate
  server cathgate 127.0.0.1:{self.server.port}
""")
        return [self.program, "-db", "-f", f"{self.folder}/haproxy.cfg"]


if __name__ == "__main__":
    sys.exit(unittest.main(verbosity=2))
