"""Ed25519: a key that signs texts, and whether a text was signed with it.

A key is 32 bytes in base64, a public key too. What is signed is not known here.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

KEY_BYTES = 32
ID_LENGTH = 16


class Unusable(Exception):
    """This is no key; the message is one sentence that does not repeat it."""


@dataclass(frozen=True)
class Signer:
    """Whoever has the private key."""

    _private: Ed25519PrivateKey

    @classmethod
    def of(cls, private_key: str) -> Signer:
        """Raises Unusable."""
        return cls(Ed25519PrivateKey.from_private_bytes(_bytes(private_key)))

    @property
    def public_key(self) -> str:
        return base64.b64encode(self._private.public_key().public_bytes_raw()).decode()

    def sign(self, text: str) -> str:
        return base64.b64encode(self._private.sign(text.encode())).decode()


def checked(public_key: str) -> str:
    """The public key as it is written everywhere. Raises Unusable."""
    return base64.b64encode(_bytes(public_key)).decode()


def key_id(public_key: str) -> str:
    """A short name of the key, to find it by; whether it is the right one, only the whole says."""
    return hashlib.sha256(public_key.encode()).hexdigest()[:ID_LENGTH]


def is_signed(text: str, signature: str, public_key: str) -> bool:
    """Whether the owner of that key signed exactly this text."""
    try:
        key = Ed25519PublicKey.from_public_bytes(_bytes(public_key))
        key.verify(base64.b64decode(signature, validate=True), text.encode())
    except (InvalidSignature, Unusable, ValueError):
        return False
    return True


def _bytes(key: str) -> bytes:
    try:
        raw = base64.b64decode(key.strip(), validate=True)
    except ValueError as error:
        raise Unusable("A key of the ledger is 32 bytes in base64.") from error
    if len(raw) != KEY_BYTES:
        raise Unusable("A key of the ledger is 32 bytes in base64.")
    return raw
