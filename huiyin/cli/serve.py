"""`huiyin serve`: the web server alone."""

import click
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

from huiyin import settings
from huiyin.base.process import die_with_supervisor, port_problem


@click.command("serve")
def command() -> None:
    """Start the web server alone; `huiyin up` starts it together with the worker."""
    die_with_supervisor()
    if problem := port_problem(settings.HOST, settings.PORT):
        raise click.ClickException(problem)
    Server(
        "huiyin.wsgi:application",
        address=settings.HOST,
        port=settings.PORT,
        interface=Interfaces.WSGI,
        workers=settings.WEB_PROCESSES,
        blocking_threads=settings.WEB_THREADS,
        respawn_failed_workers=True,
        workers_kill_timeout=5,
        log_level=LogLevels.warning,
        process_name="huiyin serve",
    ).serve()
