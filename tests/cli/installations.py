"""Whole installations in folders of their own, on the sort of database that the tests run on."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings

from tests.cli.processes import huiyin

MADE = """
import django; django.setup()
from io import BytesIO
from django.core.management import call_command
from django.utils import timezone
call_command("migrate", verbosity=0)
from huiyin.cases import actions, files, intake
from huiyin.cases.actions import By
from tests import people
class Sent(BytesIO):
    name = "photo.png"
people.found()
company, now = people.company(), timezone.now()
for number in range(5):
    photo = files.store(Sent(b"\\x89PNG\\r\\n\\x1a\\n" + b"\\x00\\x00\\x00\\rIHDR" + b"photo" * 20 + bytes([number])))
    case = intake.open_case(people.voice(company.ljf, files=[photo]), By(company.linxiao, now)).case
    actions.accept(case.pk, By(company.linxiao, now))
"""
WRITES = """
import django; django.setup()
import sys
from datetime import timedelta
from django.utils import timezone
from huiyin.cases import actions, intake, seals
from huiyin.cases.actions import By
from tests import people
seals.EVERY = timedelta(0)
company = people.company()
while True:
    case = intake.open_case(people.voice(company.ljf), By(company.linxiao, timezone.now())).case
    actions.note(case.pk, By(company.linxiao, timezone.now()), text="记一笔")
    seals.sweep(timezone.now())
    print(case.pk, flush=True)
"""


@dataclass(frozen=True)
class Installation:
    """A data folder and a database."""

    folder: Path
    address: str = ""

    @classmethod
    def empty(cls, folder: Path) -> Installation:
        """One that nothing was done to."""
        folder.mkdir(exist_ok=True)
        if "postgresql" not in settings.DATABASES["default"]["ENGINE"]:
            return cls(folder)
        name, server = f"huiyin_{secrets.token_hex(6)}", os.environ["HUIYIN_DATABASE_URL"]
        statement = (
            "import os, psycopg; psycopg.connect(os.environ['SERVER'], autocommit=True).execute(os.environ['SQL'])"
        )
        environment = {**os.environ, "SERVER": server, "SQL": f"CREATE DATABASE {name}"}
        subprocess.run([sys.executable, "-c", statement], env=environment, check=True)
        return cls(folder, urlsplit(server)._replace(path=f"/{name}").geturl())

    @property
    def environment(self) -> dict[str, str]:
        """What a process of this installation finds in its environment."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("HUIYIN_")}
        own = {"HUIYIN_DATA_DIR": str(self.folder), "DJANGO_SETTINGS_MODULE": "huiyin.settings"}
        return kept | own | ({"HUIYIN_DATABASE_URL": self.address} if self.address else {})

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """A command of Huiyin."""
        extra = {"HUIYIN_DATABASE_URL": self.address} if self.address else {}
        return huiyin(self.folder, *arguments, **extra)

    def script(self, text: str) -> str:
        """What a piece of Python prints in this installation."""
        command = [sys.executable, "-c", "import django; django.setup()\n" + text]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False, timeout=60)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def make(self) -> Installation:
        """Five cases, each with a photo, in the company of all tests."""
        subprocess.run([sys.executable, "-c", MADE], env=self.environment, check=True)
        return self

    def writing(self) -> subprocess.Popen[str]:
        """A process that opens cases and seals them until it is killed, and tells of each that is saved."""
        command = [sys.executable, "-c", WRITES]
        return subprocess.Popen(command, env=self.environment, stdout=subprocess.PIPE, text=True)
