"""`huiyin check`: mistakes in the installation."""

import click
from django.core.management import call_command

from huiyin.cases import guard
from huiyin.cli import holidays


@click.command("check")
@click.option("--deploy", is_flag=True, help="Also what matters on a machine that others can reach.")
def command(deploy: bool) -> None:
    """Look for mistakes in settings, models and templates, and whether the database refuses to change events; changes
    nothing."""
    call_command("check", deploy=deploy)
    if missing := guard.missing():
        raise click.ClickException(f"Guards missing: {', '.join(missing)}. `huiyin migrate` puts them in place.")
    if line := holidays.warning():
        click.echo(line, err=True)
