"""Prints the latency of a call with a complete prefetch, with everything read back from HAPI FHIR, and what one tenant's slow
FHIR server does to another tenant. Every answer is checked before it counts. BENCH_CALLS: calls of each measurement."""

import http.client
import json
import os
import sys
import tempfile
import threading
import time
from pathlib import Path

from ehr import SERVICE, Ehr, LocalServer, authorised, send
from hapi import Hapi, case_request, resources_of
from server import request, serve

PUBLIC = "https://cathgate.example"
CALLS = int(os.environ.get("BENCH_CALLS", "200"))
WARM_UP = 10
SLOW_S = 1.5
SLOW_CLIENTS = 8
CASE = "ccta-cad-rads-3"
CONFIG = """
[server]
port = 0
[trust]
public_url = "https://cathgate.example"
[ledger]
database = "ledger.db"
[tenant]
id = "default"
"""


class FakeFhir:
    """Knows one Patient and nothing else; answers after `delay_s`."""

    def __init__(self, patient, delay_s):
        found, nothing = json.dumps(patient).encode(), b'{"resourceType":"Bundle","type":"searchset","total":0}'

        def answer(handler):
            time.sleep(delay_s)
            send(handler, 200, found if "/Patient/" in handler.path else nothing)

        self.server = LocalServer(answer)
        self.base = self.server.url + "/r4"


class Caller:
    """Calls on one connection that stays open; tokens and bodies are ready before the clock starts."""

    def __init__(self, port, ehr, bodies):
        self.connection = http.client.HTTPConnection("127.0.0.1", port)
        self.calls = [(json.dumps(body), {"Content-Type": "application/json", "Authorization": "Bearer " + ehr.token()}) for body in bodies]

    def one(self, body, fields):
        began = time.perf_counter()
        self.connection.request("POST", SERVICE, body, fields)
        reply = self.connection.getresponse()
        text = reply.read()
        return 1000 * (time.perf_counter() - began), reply.status, text

    def measure(self):
        times = []
        for body, fields in self.calls:
            took, status, text = self.one(body, fields)
            if status != 200 or not json.loads(text)["cards"]:
                raise RuntimeError(f"not an answer: {status} {text[:500]}")
            times.append(took)
        return sorted(times[WARM_UP:])


def show(what, times):
    at = lambda share: times[min(len(times) - 1, int(share * len(times)))]
    print(f"{what:<58} p50 {at(0.5):7.1f} ms   p99 {at(0.99):7.1f} ms   n {len(times)}", flush=True)


def measure(port, ehr, what, body_of):
    show(what, Caller(port, ehr, [body_of() for _ in range(CALLS + WARM_UP)]).measure())


def bombard(port, ehr, body_of, stop):
    """One client of the slow tenant after the other, until `stop`."""
    while not stop.is_set():
        ehr.call(port, body_of())


def main():
    with tempfile.TemporaryDirectory(prefix="cathgate-bench-") as name:
        folder = Path(name)
        call = case_request(CASE)
        hapi = Hapi(folder)
        hapi.put(resources_of(call))
        patient = call["prefetch"]["patient"]
        fast, slow = FakeFhir(patient, 0), FakeFhir(patient, SLOW_S)
        here, there = Ehr(folder, PUBLIC, "here"), Ehr(folder, PUBLIC, "there")
        server = serve(folder, CONFIG + here.tenant([hapi.base, fast.base]) + there.tenant([slow.base]))
        templates = request(f"http://127.0.0.1:{server.port}/cds-services").json()["services"]
        keys = next(one["prefetch"] for one in templates if one["hook"] == "order-sign")
        bare = {key: value for key, value in call.items() if key != "prefetch"}
        whole = lambda: {**authorised(bare, hapi.base, "t"), "prefetch": {**dict.fromkeys(keys), **call["prefetch"]}}
        print(f"load of the machine before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
        measure(server.port, here, "complete prefetch", whole)
        measure(server.port, here, f"everything read back from HAPI ({len(keys)} keys)", lambda: authorised(bare, hapi.base, "t"))
        for when in ("alone", f"while {SLOW_CLIENTS} calls wait for another tenant's server"):
            stop = threading.Event()
            others = [threading.Thread(target=bombard, args=(server.port, there, lambda: authorised(bare, slow.base, "t"), stop)) for _ in range(SLOW_CLIENTS)]
            if when != "alone":
                for one in others:
                    one.start()
                time.sleep(SLOW_S)
            measure(server.port, here, f"read back from a fast server, {when}", lambda: authorised(bare, fast.base, "t"))
            measure(server.port, here, f"complete prefetch, {when}", whole)
            stop.set()
            for one in others:
                if one.ident:
                    one.join()
        server.stop()
        hapi.stop()


if __name__ == "__main__":
    sys.exit(main())
