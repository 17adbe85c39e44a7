"""One-time codes: derived from a random nonce and the house's secret, so that nobody needs to keep one.

The database holds the nonce and a keyed hash of the code; without the secret neither tells the code. The mail
is made from the nonce when it leaves, and comes out the same when it must be sent again.
"""

import hashlib
import hmac
import secrets
import unicodedata

from bot.messages import Who

DIGITS = 6


def new_nonce() -> str:
    """The random start of a code."""
    return secrets.token_hex(16)


def code_of(secret: bytes, who: Who, freelancer_id: str, nonce: str) -> str:
    """The code that proves `who` reads the mail of `freelancer_id`: six digits."""
    number = int.from_bytes(_keyed(secret, "code", who.team, who.user, freelancer_id, nonce)[:8])
    return f"{number % 10**DIGITS:0{DIGITS}}"


def digest_of(secret: bytes, nonce: str, code: str) -> str:
    """What is kept of a code."""
    return _keyed(secret, "digest", nonce, code).hex()


def is_code(secret: bytes, nonce: str, digest: str, typed: str) -> bool:
    """Whether `typed` is the code, in constant time; spaces, dashes and full-width digits do not matter."""
    plain = "".join(c for c in unicodedata.normalize("NFKC", typed) if c.isascii() and c.isdigit())
    return hmac.compare_digest(digest_of(secret, nonce, plain), digest)


def _keyed(secret: bytes, *parts: str) -> bytes:
    return hmac.new(secret, "\0".join(("link", *parts)).encode(), hashlib.sha256).digest()
