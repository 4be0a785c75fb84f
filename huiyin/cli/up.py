"""`huiyin up`: everything in one command.

It prepares by a child that ends, loads what web server and worker both need, and looks after these two, its forks.
"""

import os
import subprocess
import sys
from functools import partial

import click

from huiyin import settings
from huiyin.base.process import PARENT, answers, port_problem
from huiyin.cli import main
from huiyin.cli.supervisor import Child, Supervisor, preload

CHILDREN = (("the web server", "serve"), ("the worker", "work"))


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
    preload()
    children = [Child(name, f"huiyin {word}", partial(_run, word)) for name, word in CHILDREN]
    supervisor = Supervisor(children)
    supervisor.run(ready=lambda: answers(settings.HOST, settings.PORT), announce=announce)
    click.echo("huiyin: ended.")


def _run(command: str) -> None:
    sys.argv = ["huiyin", command]
    main()


def announce() -> None:
    """Tell where to look."""
    click.echo(
        f"Huiyin 回音 is ready: {settings.HUIYIN_PUBLIC_URL}  (Ctrl-C ends it; data in {settings.HUIYIN_DATA_DIR})"
    )
