"""`huiyin openapi`: the description of the API, as `docs/reference/openapi.json` has it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from huiyin.api.v1 import api


def described() -> str:
    """The OpenAPI file of version 1."""
    return json.dumps(api.get_openapi_schema(path_prefix="api/v1/"), indent=1, ensure_ascii=False) + "\n"


class Command(BaseCommand):
    """Prints the file, or writes it."""

    help = "Print the OpenAPI description of the API, or write it to FILE."

    def add_arguments(self, parser: CommandParser) -> None:
        """`FILE`, when it is to be written."""
        parser.add_argument("file", nargs="?", metavar="FILE")

    def handle(self, *args: Any, file: str | None, **options: Any) -> None:
        """Do it."""
        if file is None:
            self.stdout.write(described(), ending="")
        else:
            Path(file).write_text(described(), encoding="utf-8")
