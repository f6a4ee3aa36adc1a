"""HL7's validator, as HAPI packages it, on every FHIR resource that Cathgate publishes or emits. No network is used."""

import json
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

# Warnings that may stay, each with its reason.
ALLOWED = {
    "'http://www.whocc.no/atc'": "ATC may be named but not redistributed, so the validator cannot know its codes",
    "'http://www.nlm.nih.gov/research/umls/rxnorm'": "RxNorm is not part of the validator",
    "'http://dicom.nema.org/resources/ontology/DCM'": "DICOM's codes are not part of the validator",
}

ENDOTYPES = ["endotype-mixed", "endotype-vasospastic", "endotype-structural", "endotype-none", "endotype-indeterminate", "endotype-low-resource"]


def codes_of(value, system):
    """Every code that fhir/terms.json lists for a system: arrays ["sct", "29857009", "V"]."""
    if isinstance(value, list) and len(value) >= 2 and value[0] == system and all(isinstance(one, str) for one in value[:2]):
        return {value[1]}
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
    return set().union(*(codes_of(one, system) for one in inner))


def code_systems():
    terms = json.loads((ROOT / "fhir/terms.json").read_text())
    for name, url in CLOSED_SYSTEMS.items():
        concepts = [{"code": code} for code in sorted(codes_of(terms, name)) if not code.endswith("*")]
        yield name, {"resourceType": "CodeSystem", "url": url, "status": "active", "content": "complete", "concept": concepts}


def proposed_resources():
    """(name, resource) of every action in the answers of tests/cases."""
    for file in sorted((ROOT / "tests/cases").glob("*.json")):
        cards = json.loads(file.read_text())["response"].get("cards", [])
        actions = [action for card in cards for one in card.get("suggestions", []) for action in one.get("actions", [])]
        for number, action in enumerate(actions):
            if "resource" in action:
                yield f"{file.stem}-{number}", action["resource"]


def endotype_bundles():
    """(name, Bundle) of `cathgate assess --fhir`."""
    for name in ENDOTYPES:
        call = subprocess.run([CATHGATE, "case", "request", "--today", str(ROOT / f"tests/cases/{name}.json")], check=True, capture_output=True).stdout
        written = subprocess.run([CATHGATE, "assess", "--fhir", "-"], input=call, check=True, capture_output=True).stdout
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
        for name, resource in [*proposed_resources(), *endotype_bundles(), *outcomes(self.folder / "server")]:
            text = json.dumps({key: value for key, value in resource.items() if key != "id"}, sort_keys=True)
            if text not in seen:  # many cases propose the same order
                self.write(self.resources, name, resource)
            seen.add(text)
        types = [json.loads(file.read_text())["resourceType"] for file in self.resources.iterdir()]
        for wanted in ("CodeSystem", "ValueSet", "Questionnaire", "ServiceRequest", "MedicationRequest", "Bundle", "OperationOutcome"):
            self.assertIn(wanted, types)
        code, lines = self.validate()
        unexpected = [line for line in lines[:-1] if not line.startswith("warning ") or not any(text in line for text in ALLOWED)]
        self.assertFalse(unexpected, "\n".join(unexpected[:100]))
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
