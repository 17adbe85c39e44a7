"""Secrets at rest: what the database holds of them opens only with a key that it does not hold."""

from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

MARK = "sealed:"


class SealError(Exception):
    """A key that is none, or a secret that none of the keys opens. The message says what to do."""


class Seal:
    """Closes with the first of `keys` and opens with any of them: so a key can be changed while we serve."""

    def __init__(self, keys: Sequence[str]) -> None:
        try:
            self._keys = MultiFernet([Fernet(key) for key in keys])
        except ValueError as error:
            raise SealError("LAUREL_KEYS: not a key; `laurel keys new` makes one") from error

    def close(self, secret: str) -> str:
        """The secret as the database may have it. What is closed stays as it is."""
        if secret.startswith(MARK):
            return secret
        return MARK + self._keys.encrypt(secret.encode()).decode()

    def open(self, sealed: str) -> str:
        """The secret. Raises SealError."""
        try:
            return self._keys.decrypt(sealed.removeprefix(MARK)).decode()
        except InvalidToken as error:
            raise SealError(
                "LAUREL_KEYS: none of them opens a stored token; put the key that closed it behind the new"
            ) from error

    def anew(self, sealed: str) -> str:
        """The same secret, closed with the first key. Raises SealError."""
        return self.close(self.open(sealed))


def new_key() -> str:
    """A key."""
    return Fernet.generate_key().decode()
