"""The committed description of the API is the API."""

from __future__ import annotations

import json
from pathlib import Path

from django.core.management import call_command

from huiyin.api.management.commands.openapi import described
from huiyin.org.access import Verb

from .conftest import Program

COMMITTED = Path(__file__).parents[2] / "docs" / "reference" / "openapi.json"

OF_NO_CASE = {"view", "create", "identify", "import", "share", "measure", "exclude", "export", "administer"}
OF_NO_CASE |= {"notice"}  # stands in the addresses of notices
OF_NO_CASE |= {"mark", "marks"}  # nothing of special-attention marks is in the API
"""Verbs that aren't done to one case."""
ONE = ("{number}", "{incident_id}/", "{group_id}/")
"""Parts of addresses of what has a version."""


def test_the_committed_file_is_up_to_date() -> None:
    """If not: `huiyin manage openapi docs/reference/openapi.json`, and look at the difference."""
    assert COMMITTED.read_text(encoding="utf-8") == described()


def test_the_api_serves_the_same_description(desk: Program) -> None:
    assert desk.get("/openapi.json").body == json.loads(described())


def test_the_command_writes_the_file(tmp_path: Path) -> None:
    call_command("openapi", str(tmp_path / "openapi.json"))
    assert (tmp_path / "openapi.json").read_text(encoding="utf-8") == described()


def test_every_operation_has_a_name_of_its_own_and_every_verb_an_address() -> None:
    paths = json.loads(described())["paths"]
    operations = [operation for methods in paths.values() for operation in methods.values()]
    names = [operation["operationId"] for operation in operations]
    assert len(set(names)) == len(names)
    assert all("_api_" not in name for name in names)
    verbs = {path.rsplit("/", 1)[1] for path, methods in paths.items() if "{number}/" in path and "post" in methods}
    assert verbs - {"files"} == {verb.value for verb in Verb} - OF_NO_CASE


def test_posts_take_a_key_and_verbs_a_precondition() -> None:
    paths = json.loads(described())["paths"]
    for path, methods in paths.items():
        named = {
            parameter.get("$ref", "").rsplit("/", 1)[-1] for parameter in methods.get("post", {}).get("parameters", [])
        }
        assert ("IdempotencyKey" in named) == ("post" in methods), path
        assert ("IfMatch" in named) == ("post" in methods and any(part in path for part in ONE)), path


def test_the_guide_names_every_verb_and_every_address() -> None:
    guide = (Path(__file__).parents[2] / "docs" / "guide" / "api.md").read_text(encoding="utf-8")
    verbs = {verb.value for verb in Verb} - OF_NO_CASE
    assert [verb for verb in sorted(verbs) if f"`{verb}`" not in guide] == []
    addresses = {path.removeprefix("/api/v1") for path in json.loads(described())["paths"]}
    plain = {path.replace("{file_id}", "{id}") for path in addresses if path.rsplit("/", 1)[1] not in verbs}
    assert [path for path in sorted(plain) if path not in guide] == []
