"""The hash chain under the timeline: each entry's digest covers the digest before it, so no entry can change unseen.

Entries are codes and ids. A person's text stays outside; only its salted digest is chained, so erasing the text and its
salt, as the law may ask, leaves the chain whole and nothing to guess the text from.
"""

import hashlib
import secrets
from collections.abc import Mapping
from json import JSONEncoder

__all__ = ["canonical", "genesis", "link", "new_salt", "text_digest"]

SALT_BYTES = 16
_ENCODER = JSONEncoder(ensure_ascii=False, allow_nan=False, check_circular=False, sort_keys=True, separators=(",", ":"))
_PLAIN = frozenset({str, int, bool, type(None)})


def canonical(value: object) -> bytes:
    """The one way to write a value: JSON with sorted keys, no spaces, UTF-8 without escapes.

    Strings, integers, booleans, None, and dicts, lists and tuples of them. Anything else raises a TypeError that names
    the place: floats, because they print differently elsewhere; keys that are no strings, because JSON would turn 1
    and "1" into the same key; instants, because the caller decides how they are written. ValueError for half a
    character (a lone surrogate).
    """
    _check(value, "value")
    try:
        return _ENCODER.encode(value).encode()
    except UnicodeEncodeError as error:
        raise ValueError(f"A text holds half of a character, which UTF-8 cannot write: {error}") from None


def genesis(uid: str) -> str:
    """The digest (hexadecimal) before the first entry of the chain named `uid`: no two chains begin alike."""
    return hashlib.sha256(b"genesis:" + uid.encode()).hexdigest()


def link(previous_hex: str, entry: Mapping[str, object]) -> str:
    """The digest (hexadecimal SHA-256) of an entry: over the bytes of the previous digest and the canonical entry.

    Raises ValueError when `previous_hex` is no SHA-256 digest, TypeError as `canonical` does.
    """
    previous = bytes.fromhex(previous_hex)
    if len(previous) != hashlib.sha256().digest_size:
        raise ValueError(f"A digest in hexadecimal has 64 characters; the previous one has {len(previous_hex)}.")
    return hashlib.sha256(previous + canonical(entry if isinstance(entry, dict) else dict(entry))).hexdigest()


def new_salt() -> bytes:
    """Sixteen random bytes, for one text only."""
    return secrets.token_bytes(SALT_BYTES)


def text_digest(salt: bytes, text: str) -> str:
    """SHA-256 (hexadecimal) over salt and text. Without the salt even a short text cannot be found by trying."""
    if len(salt) != SALT_BYTES:
        raise ValueError(
            f"A salt has {SALT_BYTES} bytes, not {len(salt)}: with another length, salt and text may blur."
        )
    return hashlib.sha256(salt + text.encode()).hexdigest()


def _check(value: object, path: str) -> None:
    """Refuse what has no single way to be written. Plain values are passed over before a path is put together."""
    if isinstance(value, dict):
        for key, item in value.items():
            if not isinstance(key, str):
                raise TypeError(f"{path} has the key {key!r}: keys have to be strings.")
            if type(item) not in _PLAIN:
                _check(item, f"{path}.{key}")
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            if type(item) not in _PLAIN:
                _check(item, f"{path}[{index}]")
    elif value is not None and not isinstance(value, str | int):  # choices, too, are written as their plain value
        kind = type(value).__name__
        raise TypeError(f"{path} is a {kind}: pass strings, whole numbers, booleans, None, lists or dicts.")
