"""`huiyin up`: everything in one command.

This process stays small: it prepares by a child that ends, then looks after the web server and the worker.
"""

import os
import subprocess
import sys

import click

from huiyin import settings
from huiyin.base.process import PARENT, answers, port_problem
from huiyin.cli.supervisor import Child, Supervisor


@click.command("up")
def command() -> None:
    """Start everything: prepare the database, then the web server and the worker. Ctrl-C ends it.

    The first start makes the database and an administrator. PORT and HOST say where the web server listens;
    HUIYIN_DATA_DIR where everything is kept.
    """
    if problem := port_problem(settings.HOST, settings.PORT):
        raise click.ClickException(problem)
    prepare = [sys.executable, "-m", "huiyin", "prepare"]
    if status := subprocess.run(prepare, check=False, env={**os.environ, PARENT: str(os.getpid())}).returncode:
        sys.exit(status if status > 0 else 1)
    supervisor = Supervisor([Child("the web server", ["serve"]), Child("the worker", ["work"])])
    supervisor.run(ready=lambda: answers(settings.HOST, settings.PORT), announce=announce)
    click.echo("huiyin: ended.")


def announce() -> None:
    """Tell where to look."""
    click.echo(
        f"Huiyin 回音 is ready: {settings.HUIYIN_PUBLIC_URL}  (Ctrl-C ends it; data in {settings.HUIYIN_DATA_DIR})"
    )
