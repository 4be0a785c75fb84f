"""Two workers on one SQLite file, as processes, with real transactions."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from tests.people import NOW

PREPARE = """
import django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from huiyin.cases import intake
from huiyin.cases.actions import By
from tests import people
people.found()
company = people.company()
for _ in range(20):
    intake.open_case(people.voice(company.ljf, kind="repair", category=company.lift), By(company.linxiao, people.NOW))
"""


@pytest.mark.process
def test_two_processes_at_once_record_a_breach_once(tmp_path: Path) -> None:
    file = tmp_path / "huiyin.sqlite3"
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "huiyin.settings",
        "HUIYIN_DATA_DIR": str(tmp_path),
        "HUIYIN_DATABASE_URL": f"sqlite:///{file}",
    }
    subprocess.run([sys.executable, "-c", PREPARE], env=environment, check=True)
    command = [sys.executable, "-m", "tests.clocks.sweep_process", (NOW + timedelta(hours=1)).isoformat()]
    workers = [
        subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    for worker in workers:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "ready\n"
    for worker in workers:
        assert worker.stdin is not None
        worker.stdin.write("go\n")
        worker.stdin.flush()
    touched = [int(worker.communicate(timeout=60)[0]) for worker in workers]
    assert sum(touched) == 20
    with sqlite3.connect(file) as database:
        breaches = "FROM cases_caseevent WHERE json_extract(data, '$.what') = 'breached'"
        assert database.execute(f"SELECT count(*), count(DISTINCT case_id) {breaches}").fetchone() == (20, 20)
