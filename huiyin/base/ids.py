"""Numbers that customers read out over the phone, and secrets that they carry in a link.

A receipt number ends in a check digit (ISO/IEC 7064, MOD 11,10), which finds every wrong digit and nearly every swap of
two neighbours, so that a slip on the phone says "no such number" and never opens somebody else's case.

    BadReceiptNumber (ValueError)    the text is no receipt number; its message may be shown to whoever typed it
"""

import hashlib
import re
import secrets
import unicodedata

__all__ = [
    "BadReceiptNumber",
    "check_digit",
    "grouped",
    "new_secret",
    "parse_receipt_number",
    "receipt_number",
    "secret_digest",
]

SHORTEST = 6
LONGEST = 19  # a database's 64-bit key has at most 19 digits
GROUP = 4
_SEPARATORS = re.compile(r"[\s\-\u2010-\u2015\u2212_.·]+")


class BadReceiptNumber(ValueError):
    """The text is no receipt number."""


def check_digit(digits: str) -> str:
    """The ISO/IEC 7064 MOD 11,10 check digit for a string of ASCII digits (0794 gives 5, the standard's example)."""
    product = 10
    for digit in digits:
        product = (product + int(digit)) % 10 or 10
        product = product * 2 % 11
    return str((11 - product) % 10)


def receipt_number(pk: int) -> str:
    """The receipt number of a case: its key in at least six digits, and the check digit. Raises ValueError below 1."""
    if pk < 1:
        raise ValueError(f"A case key is a positive number, not {pk}.")
    digits = f"{pk:0{SHORTEST}d}"
    return digits + check_digit(digits)


def parse_receipt_number(text: str) -> int:
    """The case key in a receipt number as people write it: spaces, dashes and full-width digits are all right.

    Raises BadReceiptNumber when it is too short or too long, has other characters, or its check digit is wrong.
    """
    digits = _SEPARATORS.sub("", unicodedata.normalize("NFKC", text))
    if not (digits.isascii() and digits.isdigit()):
        raise BadReceiptNumber("A receipt number has digits only.")
    if not SHORTEST < len(digits) <= LONGEST + 1:
        raise BadReceiptNumber(f"A receipt number has at least {SHORTEST + 1} digits; this one has {len(digits)}.")
    body, check = digits[:-1], digits[-1]
    if check_digit(body) != check:
        raise BadReceiptNumber("A digit of this receipt number is wrong or two are swapped: please compare it again.")
    pk = int(body)
    if pk < 1 or receipt_number(pk) != digits:
        raise BadReceiptNumber("There is no such receipt number: it begins with too many zeros.")
    return pk


def grouped(number: str) -> str:
    """The number in groups for reading aloud: fours from the left, and a last group of three or two (`1000 017`).

    A single digit left over splits the last five as three and two: nobody hears a lone digit as its own group.
    """
    head, rest = number, ""
    if len(number) > GROUP and len(number) % GROUP == 1:
        head, rest = number[: -GROUP - 1], f"{number[-GROUP - 1 : -2]} {number[-2:]}"
    groups = [head[i : i + GROUP] for i in range(0, len(head), GROUP)]
    return " ".join([*groups, rest] if rest else groups)


def new_secret() -> str:
    """A new secret for a link: 32 random bytes from the system in 43 characters that are safe in an address."""
    return secrets.token_urlsafe(32)


def secret_digest(secret: str) -> str:
    """SHA-256 in hexadecimal: what is stored in a secret's place.

    A plain hash is enough here: the secret has 256 random bits, so there is nothing to guess that salt would slow down.
    """
    return hashlib.sha256(secret.encode()).hexdigest()
