"""Cathgate reads back from HAPI FHIR: what it says must be what it says with a complete prefetch."""

import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from ehr import Ehr, authorised
from hapi import BearerProxy, Hapi, case_request, resources_of, synthea_bundles, with_own_ids
from server import CATHGATE, ROOT, request, serve

PUBLIC = "https://cathgate.example"
TOKEN = "known-access-token-5d2a"
CASES = ["test-first-moderate", "ccta-cad-rads-3", "defer-cad-rads-1", "ct-three-vessels", "function-spect-12-percent", "known-pci-refractory",
         "emergency-gate-st-elevation", "contra-egfr-22", "endotype-beside-deferral", "ct-segments-three-vessels", "harms-inr", "acute-troponin-60"]
SYNTHEA = 5
CONFIG = """
[server]
port = 0
deadline_ms = 60000
[trust]
public_url = "https://cathgate.example"
[ledger]
database = "ledger.db"
wait_ms = 10000
[read_back]
deadline_ms = 60000
max_pages = 200
[tenant]
id = "default"
"""


class FhirServerTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory(prefix="cathgate-hapi-")
        folder = Path(cls.temporary.name)
        cls.folder = folder
        cls.ehr = Ehr(folder, PUBLIC)
        cls.hapi = Hapi(folder)
        cls.open = BearerProxy(cls.hapi.base, TOKEN)
        cls.paged = BearerProxy(cls.hapi.base, TOKEN, page_size=1)
        cls.server = serve(folder, CONFIG + cls.ehr.tenant([cls.hapi.base, cls.open.base, cls.paged.base]))
        templates = request(f"http://127.0.0.1:{cls.server.port}/cds-services").json()["services"]
        cls.templates = next(one["prefetch"] for one in templates if one["hook"] == "order-sign")
        cls.calls = {name: case_request(name) for name in CASES}
        for call in cls.calls.values():
            cls.hapi.put(resources_of(call))

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()
        for one in (cls.open, cls.paged, cls.hapi, cls.ehr):
            one.stop()
        cls.temporary.cleanup()

    def whole(self, call):
        """The answer to the call with something under every key: null where the case has nothing."""
        prefetch = {**dict.fromkeys(self.templates), **call["prefetch"]}
        reply = self.ehr.call(self.server.port, {**call, "prefetch": prefetch})
        self.assertEqual(reply.status, 200, reply.body)
        return reply.json()

    def read_back(self, call, base, token=TOKEN, prefetch=None):
        body = {key: value for key, value in call.items() if key != "prefetch"}
        if prefetch is not None:
            body["prefetch"] = prefetch
        return self.ehr.call(self.server.port, authorised(body, base, token))

    def test_the_card_of_every_case_is_that_of_a_complete_prefetch(self):
        for name, call in self.calls.items():
            with self.subTest(name):
                expected = self.whole(call)
                self.assertTrue(expected["cards"], "a case without a card compares nothing")
                reply = self.read_back(call, self.hapi.base)
                self.assertEqual(reply.status, 200, reply.body)
                self.assertEqual(reply.json(), expected)

    def test_a_part_of_the_prefetch_is_completed(self):
        call = self.calls["ccta-cad-rads-3"]
        part = {key: call["prefetch"][key] for key in ("patient", "conditions")}
        before = len(self.open.targets)
        reply = self.read_back(call, self.open.base, prefetch=part)
        self.assertEqual(reply.json(), self.whole(call))
        asked = self.open.targets[before:]
        self.assertEqual(len(asked), len(self.templates) - len(part))
        self.assertFalse([target for target in asked if "/Patient/" in target or "/Condition?" in target])

    def test_pages_are_followed_and_the_servers_order_is_asked_for(self):
        for name in ("ct-segments-three-vessels", "endotype-beside-deferral", "test-first-moderate"):
            with self.subTest(name):
                before = len(self.paged.targets)
                reply = self.read_back(self.calls[name], self.paged.base)
                self.assertEqual(reply.status, 200, reply.body)
                self.assertEqual(reply.json(), self.whole(self.calls[name]))
                asked = self.paged.targets[before:]
                self.assertTrue([target for target in asked if "_getpages=" in target], "the server did not page")
                self.assertTrue([target for target in asked if "_sort=-date" in target])

    def test_the_newest_of_many_comes_first_from_the_server(self):
        call = with_own_ids(self.calls["contra-egfr-22"], "newest-")
        self.hapi.put(resources_of(call))
        results = [entry["resource"] for entry in call["prefetch"]["renal"]["entry"]]
        # Ten older, better results: an answer by them would let the contrast pass.
        older = [{**results[0], "id": f"older-{year}", "effectiveDateTime": f"{year}-03-01", "valueQuantity": {**results[0]["valueQuantity"], "value": 95}} for year in range(2012, 2022)]
        self.hapi.put(older)
        reply = self.read_back(call, self.hapi.base)
        self.assertEqual(reply.status, 200, reply.body)
        self.assertEqual(reply.json()["cards"][0]["summary"], self.whole(call)["cards"][0]["summary"])

    def test_without_a_valid_token_nothing_is_read_and_that_is_said(self):
        call = self.calls["test-first-moderate"]
        refused = self.read_back(call, self.open.base, token="expired-access-token")
        self.assertEqual(refused.status, 412, refused.body)  # not even the Patient could be read
        self.assertEqual(refused.json()["resourceType"], "OperationOutcome")
        patient = {"patient": call["prefetch"]["patient"]}
        partly = self.read_back(call, self.open.base, token="expired-access-token", prefetch=patient)
        self.assertEqual(partly.status, 200, partly.body)
        detail = partly.json()["cards"][0]["detail"]
        said = json.loads((ROOT / "cds-hooks/messages/en.json").read_text())["messages"]["issue.read_back.not_permitted"]
        self.assertIn(said, detail)
        self.assertIn("prefetch.allergies", detail)
        self.assertIn("Hypertension (list incomplete)", detail)

    def test_a_patient_whom_the_server_does_not_know_is_no_error(self):
        call = json.loads(json.dumps(self.calls["test-first-moderate"]).replace("test-first-moderate-p1", "nobody"))
        reply = self.read_back(call, self.hapi.base)
        self.assertEqual(reply.status, 200, reply.body)

    def test_synthetic_patients_are_answered(self):
        bundles = synthea_bundles(SYNTHEA)
        if not bundles:
            self.skipTest("there is no synthetic population beside the repository")
        for entries in bundles:
            self.hapi.put([entry["resource"] for entry in entries], [entry["fullUrl"] for entry in entries])
            patient = next(entry["resource"]["id"] for entry in entries if entry["resource"]["resourceType"] == "Patient")
            call = json.loads(json.dumps(self.calls["test-first-moderate"]).replace("test-first-moderate-p1", patient))
            reply = self.read_back(call, self.hapi.base)
            self.assertEqual(reply.status, 200, reply.body)
            self.assertTrue(reply.json()["cards"], patient)

    def test_z_no_token_is_kept(self):
        """Last by its name: after all calls."""
        self.assertEqual(self.server.stop(), 0)
        self.assertEqual(subprocess.run([CATHGATE, "ledger", "verify", "--config", "site.toml"], cwd=self.folder).returncode, 0)
        written = [file for file in self.folder.iterdir() if file.name == "log" or file.name.startswith("ledger.db")]
        self.assertGreaterEqual(len(written), 2)
        for file in written:
            for secret in (TOKEN.encode(), b"expired-access-token", b"test-first-moderate-p1", b"eyJ"):
                self.assertNotIn(secret, file.read_bytes(), f"{secret} is in {file.name}")


if __name__ == "__main__":
    sys.exit(unittest.main(verbosity=2))
