"""`huiyin check`: mistakes in the installation."""

import click
from django.core.management import call_command


@click.command("check")
@click.option("--deploy", is_flag=True, help="Also what matters on a machine that others can reach.")
def command(deploy: bool) -> None:
    """Look for mistakes in settings, models and templates; changes nothing."""
    call_command("check", deploy=deploy)
