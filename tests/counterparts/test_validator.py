"""HL7's validator, as HAPI packages it, on every FHIR resource that Cathgate publishes or emits. No network is used."""

import json
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from hapi import JAVA
from server import CATHGATE, ROOT, request, serve

CONFIG = "development_mode = true\n[server]\nport = 0\ndeadline_ms = 60000\n[services]\nchest_pain = true\n[ledger]\ndatabase = \"ledger.db\"\n"

# Systems of which we name every code that we know (fhir/terms.json): any other code of them is an error. Not ATC, ICD-10-CM
# and RxNorm: whole branches of them are named by their beginning. Not HL7's: the validator has them.
CLOSED_SYSTEMS = {"sct": "http://snomed.info/sct", "loinc": "http://loinc.org", "cpt": "http://www.ama-assn.org/go/cpt"}

# HL7's terminology of today where R4's validator has that of 2019: what AI has asserted is labelled so.
NEWER = {"http://terminology.hl7.org/CodeSystem/v3-ObservationValue": ["AIAST"]}

# Warnings that may stay, each with its reason.
ALLOWED = {
    "v3-ObservationValue#AIAST) was not found in the value set 'SecurityLabels'": "the code is newer than R4, whose binding is extensible",
    "CodeSystem is unknown and can't be validated: http://www.whocc.no/atc for": "ATC may be named but not redistributed; the validator lacks it",
}

ENDOTYPES = ["endotype-mixed", "endotype-vasospastic", "endotype-structural", "endotype-none", "endotype-indeterminate", "endotype-low-resource"]


def codes_of(value, system):
    """Every code that fhir/terms.json lists for a system: arrays ["sct", "29857009", "V"]."""
    if isinstance(value, list) and len(value) >= 2 and value[0] == system and all(isinstance(one, str) for one in value[:2]):
        return {value[1]}
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
    return set().union(*(codes_of(one, system) for one in inner))


def code_system(url, codes):
    return {"resourceType": "CodeSystem", "url": url, "status": "active", "content": "complete", "concept": [{"code": code} for code in codes]}


def code_systems():
    """(name, CodeSystem) of every system of which the validator is told what we use."""
    terms = json.loads((ROOT / "fhir/terms.json").read_text())
    for name, url in CLOSED_SYSTEMS.items():
        yield name, code_system(url, sorted(code for code in codes_of(terms, name) if not code.endswith("*")))
    for url, codes in NEWER.items():
        yield url.rsplit("/", 1)[1], code_system(url, codes)


def grouped(lines):
    """Each message once, with how often and where first."""
    first = {}
    for line in lines:
        found = re.match(r"(\w+) (\S+ .*?): (.*)", line)
        severity, place, message = found.groups() if found else ("", "", line)
        count, where = first.get((severity, message), (0, place))
        first[severity, message] = (count + 1, where)
    return "\n".join(f"{severity} x{count} {where}: {message}" for (severity, message), (count, where) in first.items())


def proposed_resources():
    """(name, resource) of every action in the answers of tests/cases."""
    for file in sorted((ROOT / "tests/cases").glob("*.json")):
        cards = json.loads(file.read_text())["response"].get("cards", [])
        actions = [action for card in cards for one in card.get("suggestions", []) for action in one.get("actions", [])]
        for number, action in enumerate(actions):
            if "resource" in action:
                yield f"{file.stem}-{number}", action["resource"]


def endotype_bundles(folder):
    """(name, Bundle) of `cathgate assess --fhir`, with the model switched on: Observations and RiskAssessments."""
    config = folder / "posterior.toml"
    config.write_text("development_mode = true\n[tenant.endotype]\nposterior = true\n")
    for name in ENDOTYPES:
        call = subprocess.run([CATHGATE, "case", "request", "--today", str(ROOT / f"tests/cases/{name}.json")], check=True, capture_output=True).stdout
        written = subprocess.run([CATHGATE, "assess", "--fhir", "--config", str(config), "-"], input=call, check=True, capture_output=True).stdout
        yield f"assess-{name}", json.loads(written)


def outcomes(folder):
    """(name, OperationOutcome) of the server's refusals."""
    server = serve(folder, CONFIG)
    base = f"http://127.0.0.1:{server.port}"
    angiography = base + "/cds-services/cathgate-angiography"
    replies = {
        "no-json": request(angiography, b"{"),
        "no-hook": request(angiography, {}),
        "wrong-hook": request(angiography, {"hook": "appointment-book", "hookInstance": "8f1b6c5e-6f0a-4d1c-9a54-3d2b1c0a9e77", "context": {}}),
        "no-service": request(base + "/cds-services/none", {}),
        "no-path": request(base + "/nothing"),
        "wrong-method": request(angiography),
        "wrong-type": request(angiography, b"x", {"Content-Type": "text/plain"}),
        "bad-feedback": request(angiography + "/feedback", {"feedback": {}}),
        "no-patient": request(angiography, {**json.loads(subprocess.run([CATHGATE, "case", "request", "--today", str(ROOT / "tests/cases/test-first-moderate.json")],
                                                                        check=True, capture_output=True).stdout), "prefetch": {}}),
    }
    server.stop()
    for name, reply in replies.items():
        yield f"outcome-{name}-{reply.status}", reply.json()


class ValidatorTest(unittest.TestCase):
    def setUp(self):
        self.temporary = tempfile.TemporaryDirectory(prefix="cathgate-validator-")
        self.addCleanup(self.temporary.cleanup)
        self.folder = Path(self.temporary.name)
        self.definitions, self.resources = self.folder / "definitions", self.folder / "resources"
        for folder in (self.definitions, self.resources, self.folder / "server"):
            folder.mkdir()
        for file in (ROOT / "docs/fhir").glob("*.json"):
            shutil.copy(file, self.definitions)
        for name, system in code_systems():
            self.write(self.definitions, f"CodeSystem-{name}", system)

    @staticmethod
    def write(folder, name, resource):
        (folder / f"{name}.json").write_text(json.dumps(resource))

    def validate(self):
        """Exit code and lines of the validator for everything in `resources`."""
        done = subprocess.run([*JAVA, "org.cathgate.hapi.Validate", str(self.definitions), str(self.resources)], capture_output=True, text=True)
        self.assertRegex(done.stdout, r"\d+ resources, \d+ errors\n$", done.stderr[-3000:])
        return done.returncode, done.stdout.splitlines()

    def test_every_resource_is_valid(self):
        for file in (ROOT / "docs/fhir").glob("*.json"):
            shutil.copy(file, self.resources)
        seen = set()
        for name, resource in [*proposed_resources(), *endotype_bundles(self.folder), *outcomes(self.folder / "server")]:
            text = json.dumps({key: value for key, value in resource.items() if key != "id"}, sort_keys=True)
            if text not in seen:  # many cases propose the same order
                self.write(self.resources, name, resource)
            seen.add(text)
        types = [json.loads(file.read_text())["resourceType"] for file in self.resources.iterdir()]
        for wanted in ("CodeSystem", "ValueSet", "Questionnaire", "ServiceRequest", "MedicationRequest", "Bundle", "OperationOutcome"):
            self.assertIn(wanted, types)
        self.assertIn('"RiskAssessment"', "".join(file.read_text() for file in self.resources.glob("assess-*")))
        code, lines = self.validate()
        unexpected = [line for line in lines[:-1] if not line.startswith("warning ") or not any(text in line for text in ALLOWED)]
        if unexpected:
            self.fail("\n" + grouped(unexpected))
        self.assertEqual(code, 0)
        print(lines[-1], f"{len(lines) - 1} allowed warnings", file=sys.stderr)

    def test_what_is_wrong_is_found(self):
        order = next(resource for _, resource in proposed_resources() if resource["resourceType"] == "ServiceRequest")
        coding = {"coding": [{"system": "http://snomed.info/sct", "code": "1234567"}]}
        self.write(self.resources, "unknown-code", {**order, "code": coding})
        self.write(self.resources, "unknown-element", {**order, "orderedBy": "nobody"})
        self.write(self.resources, "wrong-status", {**order, "status": "drafted"})
        code, lines = self.validate()
        self.assertEqual(code, 1)
        for name in ("unknown-code", "unknown-element", "wrong-status"):
            self.assertTrue([line for line in lines if line.startswith(f"error {name}.json ")], f"{name}: {lines}")


if __name__ == "__main__":
    sys.exit(unittest.main(verbosity=2))
