"""Requests that may be sent twice: `Idempotency-Key`.

The key is claimed and the answer kept in the transaction of the act itself, so there is never one without the other. Of
two at once the second waits for the first (on SQLite for the write lock, on PostgreSQL for the unique index) and gets
the same answer. Only what succeeded is kept: what was refused has changed nothing and may be tried again.

A kept answer may hold the secret of a customer's link, of which the case keeps only a digest. It is therefore masked
with a stream that takes the token to make: the database alone opens no receipt.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Callable

from django.db import connection, transaction
from django.http import HttpResponse

from .caller import ApiRequest, Caller
from .models import KeptAnswer
from .problems import Problem

_LONGEST_KEY = 200
_HEADERS = ("Content-Type", "ETag", "Location")

_CLAIM = """INSERT INTO api_keptanswer (token_id, key, request, created_at, salt, answer)
VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING"""
_KEEP = "UPDATE api_keptanswer SET answer = %s WHERE token_id = %s AND key = %s"


def once(request: ApiRequest, act: Callable[[], HttpResponse], *, content: bytes | None = None) -> HttpResponse:
    """The answer of `act`, or the one it gave when the same request came before.

    `content` stands for the body where that differs between repetitions (a form with a random boundary). Raises
    `Problem`: 409 when the key came with another request, 400 for a malformed key.
    """
    key = request.META.get("HTTP_IDEMPOTENCY_KEY")
    if key is None:
        return act()
    if not 0 < len(key) <= _LONGEST_KEY or not key.isascii() or not key.isprintable():
        raise Problem(400, f"Idempotency-Key takes 1 to {_LONGEST_KEY} printable ASCII characters.")
    digest = _digest(request, request.body if content is None else content)
    with transaction.atomic():
        salt = secrets.token_bytes(16)
        if not _claim(request.caller, key, digest, salt):
            return _again(request.caller, key, digest)
        response = act()
        with connection.cursor() as cursor:
            kept = _mask(_pack(response), request.caller, key, salt)
            cursor.execute(_KEEP, [kept, request.caller.token, key])
    return response


def _digest(request: ApiRequest, content: bytes) -> str:
    head = f"{request.method}\n{request.path_info}\n".encode()
    return hashlib.sha256(head + content).hexdigest()


def _claim(caller: Caller, key: str, digest: str, salt: bytes) -> bool:
    at = connection.ops.adapt_datetimefield_value(caller.at)
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, [caller.token, key, digest, at, salt, b""])
        return bool(cursor.rowcount == 1)


def _again(caller: Caller, key: str, digest: str) -> HttpResponse:
    kept = KeptAnswer.objects.get(token_id=caller.token, key=key)
    if kept.request != digest:
        raise Problem(409, "This Idempotency-Key was used for another request.", reason="idempotency_key")
    return _unpack(_mask(bytes(kept.answer), caller, key, bytes(kept.salt)))


def _pack(response: HttpResponse) -> bytes:
    headers = {name: response.headers[name] for name in _HEADERS if name in response.headers}
    return json.dumps([response.status_code, headers]).encode() + b"\n" + response.content


def _unpack(packed: bytes) -> HttpResponse:
    head, _line, body = packed.partition(b"\n")
    status, headers = json.loads(head)
    return HttpResponse(body, status=status, headers={**headers, "Idempotency-Replayed": "true"})


def _mask(data: bytes, caller: Caller, key: str, salt: bytes) -> bytes:
    """Mask or unmask: the salt is never used twice, so neither is the stream."""
    size = len(data)
    stream = hashlib.shake_256(b"\n".join((caller.secret.encode(), key.encode(), salt))).digest(size)
    return (int.from_bytes(data) ^ int.from_bytes(stream)).to_bytes(size)
