"""A passkey as a browser would register it: a real key pair, with nothing attested."""

import hashlib

from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import Aaguid, AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData

FLAG = AuthenticatorData.FLAG
NAME = b"a key of a test"


def credential(host="127.0.0.1"):
    public = ES256.from_cryptography_key(ec.generate_private_key(ec.SECP256R1()).public_key())
    made = AttestedCredentialData.create(Aaguid(bytes(16)), NAME, public)
    said = AuthenticatorData.create(hashlib.sha256(host.encode()).digest(), FLAG.UP | FLAG.AT, 0, bytes(made))
    seen = CollectedClientData.create("webauthn.create", b"a challenge", f"http://{host}")
    return {
        "id": websafe_encode(NAME),
        "rawId": websafe_encode(NAME),
        "type": "public-key",
        "clientExtensionResults": {},
        "response": {
            "clientDataJSON": websafe_encode(bytes(seen)),
            "attestationObject": websafe_encode(bytes(AttestationObject.create("none", said, {}))),
        },
    }
