"""Programs that a test starts and ends: cathgate itself, and others that say on stderr where they listen."""

import json
import os
import re
import signal
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CATHGATE = os.environ.get("CATHGATE_PROGRAM", str(ROOT / "build/release/cathgate"))
SHARED = Path(os.environ.get("CATHGATE_SHARED", ROOT.parent / "shared"))
START_LIMIT_S = 30


class Program:
    """A child process whose stderr goes to `log`. `port` is what it says after "listening http://127.0.0.1:"."""

    def __init__(self, words, folder, log, limit_s=START_LIMIT_S):
        self.log = Path(log)
        with open(self.log, "ab") as output:
            self.process = subprocess.Popen(words, cwd=folder, stderr=output, stdout=output)
        self.port = self._await_port(limit_s)

    def _await_port(self, limit_s):
        end = time.monotonic() + limit_s
        while time.monotonic() < end and self.process.poll() is None:
            said = re.search(r"listening https?://[\w.]+:(\d+)", self.text())
            if said:
                return int(said.group(1))
            time.sleep(0.05)
        self.stop()
        raise RuntimeError(f"{self.process.args[0]} did not start:\n{self.text()[-3000:]}")

    def text(self):
        return self.log.read_text(errors="replace")

    def stop(self):
        """Ends it by SIGTERM, by SIGKILL when it takes too long; the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                return self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
        return self.process.wait()


def serve(folder, config):
    """`cathgate serve` in `folder` with `config` (TOML text), ready to answer."""
    Path(folder, "site.toml").write_text(config)
    program = Program([CATHGATE, "serve", "--config", "site.toml"], folder, Path(folder, "log"))
    end = time.monotonic() + START_LIMIT_S
    while time.monotonic() < end:
        if request(f"http://127.0.0.1:{program.port}/health/ready").status == 200:
            return program
        time.sleep(0.05)
    raise RuntimeError("cathgate is not ready")


class Reply:
    def __init__(self, status, head, body):
        self.status, self.head, self.body = status, head, body

    def json(self):
        return json.loads(self.body)


def request(url, body=None, fields=None, limit_s=60, method=None):
    """One HTTP exchange. Bodies are JSON; an error status is an answer; status 0: no connection."""
    data = None if body is None else (body if isinstance(body, bytes) else json.dumps(body).encode())
    asked = urllib.request.Request(url, data, {"Content-Type": "application/json", **(fields or {})}, method=method)
    try:
        with urllib.request.urlopen(asked, timeout=limit_s) as answer:
            return Reply(answer.status, dict(answer.headers), answer.read())
    except urllib.error.HTTPError as refused:
        return Reply(refused.code, dict(refused.headers), refused.read())
    except OSError:
        return Reply(0, {}, b"")
