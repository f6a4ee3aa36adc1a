"""A real FHIR server for the tests: HAPI FHIR JPA R4 (hapi/), its patients, and a proxy in front that asks for a token."""

import http.client
import json
import lzma
import os
import re
import subprocess
import tarfile
from pathlib import Path
from urllib.parse import urlsplit

from ehr import LocalServer, send
from server import CATHGATE, ROOT, SHARED, Program, request

BUILT = ROOT / "build/hapi"
JAVA = ["java", "-Xmx1g", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", f"{BUILT}/classes:{BUILT}/lib/*"]
ADULT_SINCE = 1985  # born before: for younger ones the service has no card
START_LIMIT_S = 600  # it needs 25 s of one core


class Hapi:
    """Starts one, or takes the one that runs at the port CATHGATE_HAPI_PORT (for those who work on these tests)."""

    def __init__(self, folder):
        running = os.environ.get("CATHGATE_HAPI_PORT")
        self.program = None if running else Program([*JAVA, "org.cathgate.hapi.FhirServer"], folder, Path(folder, "hapi.log"), START_LIMIT_S)
        self.base = f"http://127.0.0.1:{running or self.program.port}/fhir"

    def put(self, resources, full_urls=()):
        """Writes resources under their own ids, as one transaction. `full_urls`: by which they refer to each other, if so."""
        entries = [{"resource": r, "request": {"method": "PUT", "url": f"{r['resourceType']}/{r['id']}"}} for r in resources]
        for entry, url in zip(entries, full_urls):
            entry["fullUrl"] = url
        reply = request(self.base, {"resourceType": "Bundle", "type": "transaction", "entry": entries}, limit_s=300)
        if reply.status != 200:
            raise RuntimeError(f"HAPI refused a transaction: {reply.status} {reply.body[:2000]}")

    def stop(self):
        if self.program:
            self.program.stop()


def case_request(name):
    """The hook call of tests/cases/NAME.json as of today, with every id made the case's own."""
    text = subprocess.run([CATHGATE, "case", "request", "--today", str(ROOT / f"tests/cases/{name}.json")], check=True, capture_output=True).stdout
    return with_own_ids(json.loads(text), name[:40] + "-")


def with_own_ids(value, prefix):
    """Ids begin with `prefix`, and so do the references to them: cases share ids, a FHIR server does not."""
    if isinstance(value, list):
        return [with_own_ids(one, prefix) for one in value]
    if not isinstance(value, dict):
        return value
    changed = {}
    for name, one in value.items():
        is_id = (name == "id" and "resourceType" in value) or name == "patientId"
        is_reference = name in ("reference", "userId") and isinstance(one, str) and one.count("/") == 1
        changed[name] = prefix + one if is_id else one.replace("/", "/" + prefix) if is_reference else with_own_ids(one, prefix)
    return changed


def resources_of(call):
    """Every resource of a call's prefetch."""
    for value in call["prefetch"].values():
        if value and value["resourceType"] == "Bundle":
            yield from (entry["resource"] for entry in value.get("entry", []))
        elif value:
            yield value


def synthea_bundles(count):
    """The entries of the `count` smallest living adults of the synthetic population; none where it is not there."""
    archive = SHARED / "data/fhir/synthea_r4_617.tar.xz"
    if not archive.exists():
        return []
    with lzma.open(archive) as unpacked, tarfile.open(fileobj=unpacked, mode="r|") as files:
        found = []
        for file in files:
            if not file.isfile() or not file.name.endswith(".json") or "nformation" in file.name:
                continue
            text = files.extractfile(file).read()
            born = re.search(rb'"birthDate" ?: ?"(\d{4})', text)
            if born and int(born.group(1)) < ADULT_SINCE and b'"deceasedDateTime"' not in text:
                found = sorted(found + [(file.size, file.name, text)])[:count]
    return [json.loads(text)["entry"] for _, _, text in found]


class BearerProxy:
    """Lets through what brings `token` and answers 401 otherwise. `page_size` makes the server page every search."""

    def __init__(self, base, token, page_size=None):
        self.upstream, self.token, self.page_size = urlsplit(base), token, page_size
        self.targets = []
        self.server = LocalServer(self.answer)
        self.base = self.server.url + self.upstream.path

    def answer(self, handler):
        self.targets.append(handler.path)
        if handler.headers.get("Authorization") != "Bearer " + self.token:
            issue = {"severity": "error", "code": "login", "diagnostics": "The token is not valid or has expired."}
            return send(handler, 401, json.dumps({"resourceType": "OperationOutcome", "issue": [issue]}).encode())
        connection = http.client.HTTPConnection(self.upstream.netloc, timeout=60)
        # HAPI writes its links by the Host field: so they lead back here.
        connection.request("GET", self.paged(handler.path), headers={"Host": urlsplit(self.server.url).netloc, "Accept": handler.headers.get("Accept", "")})
        reply = connection.getresponse()
        body = reply.read()
        connection.close()
        return send(handler, reply.status, body, reply.headers.get("Content-Type"))

    def paged(self, target):
        if not self.page_size or "?" not in target or "_getpages" in target:
            return target
        path, query = target.split("?", 1)
        kept = [part for part in query.split("&") if not part.startswith("_count=")]
        return f"{path}?{'&'.join([*kept, f'_count={self.page_size}'])}"

    def stop(self):
        self.server.stop()
