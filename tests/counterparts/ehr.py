"""The EHR's side: a key set on a port of its own, and signed hook calls. RS384 by the openssl program."""

import base64
import json
import subprocess
import threading
import time
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from server import request

SERVICE = "/cds-services/cathgate-angiography"
LIFE_S = 300


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def openssl(*words, data=None):
    return subprocess.run(["openssl", *words], input=data, check=True, capture_output=True).stdout


class LocalServer:
    """An HTTP server on a free port of 127.0.0.1, on threads of its own; `answer(handler)` writes each answer of a GET."""

    def __init__(self, answer):
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_GET(self):
                answer(self)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


def send(handler, status, body, content_type="application/fhir+json"):
    """One whole answer in one write; a peer that has gone is not our business."""
    head = f"HTTP/1.1 {status} -\r\nContent-Type: {content_type}\r\nContent-Length: {len(body)}\r\n\r\n"
    try:
        handler.wfile.write(head.encode() + body)
    except OSError:
        handler.close_connection = True


class Ehr:
    """Signs for the audience `public_url`; its issuer is the address of its key set."""

    def __init__(self, folder, public_url, name="ehr"):
        self.public_url = public_url
        self.key = str(folder / f"{name}.pem")
        openssl("genrsa", "-out", self.key, "2048")
        modulus = openssl("rsa", "-in", self.key, "-noout", "-modulus").decode().strip().split("=")[1]
        key = {"kty": "RSA", "kid": name, "alg": "RS384", "use": "sig", "n": base64url(bytes.fromhex(modulus)), "e": "AQAB"}
        keys = json.dumps({"keys": [key]}).encode()
        self.name = name
        self.server = LocalServer(lambda handler: send(handler, 200, keys, "application/json"))
        self.issuer = self.server.url

    def stop(self):
        self.server.stop()

    def tenant(self, fhir_servers, more=""):
        """The [[tenants]] table by which Cathgate knows this EHR."""
        return (f'[[tenants]]\nid = "{self.name}"\nissuer = "{self.issuer}"\njwks_url = "{self.issuer}/jwks.json"\n'
                f'fhir_servers = {json.dumps(fhir_servers)}\nprivate_networks = ["127.0.0.1"]\n{more}\n')

    def token(self):
        now = int(time.time())
        header = {"alg": "RS384", "typ": "JWT", "kid": self.name}
        claims = {"iss": self.issuer, "aud": self.public_url + SERVICE, "iat": now, "exp": now + LIFE_S, "jti": str(uuid.uuid4())}
        text = base64url(json.dumps(header).encode()) + "." + base64url(json.dumps(claims).encode())
        return text + "." + base64url(openssl("dgst", "-sha384", "-sign", self.key, data=text.encode()))

    def call(self, port, body):
        return request(f"http://127.0.0.1:{port}{SERVICE}", body, {"Authorization": "Bearer " + self.token()})


def authorised(body, fhir_base, token):
    """The call with its right to read back from `fhir_base`."""
    patient = body["context"]["patientId"]
    granted = {"access_token": token, "token_type": "Bearer", "expires_in": LIFE_S, "scope": "patient/*.rs", "subject": "cathgate", "patient": patient}
    return {**body, "hookInstance": str(uuid.uuid4()), "fhirServer": fhir_base, "fhirAuthorization": granted}
