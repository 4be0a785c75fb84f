"""`huiyin check`: mistakes in the installation."""

import click
from django.conf import settings
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
    for line in filter(None, (holidays.warning(), _mail_warning(), _address_warning())):
        click.echo(line, err=True)


def _mail_warning() -> str:
    """A line while no mail can leave; empty otherwise."""
    if not settings.HUIYIN_SMTP_HOST:
        return "HUIYIN_SMTP_HOST is not set: customers get no mail, and can't ask for a lost link themselves."
    if not settings.HUIYIN_SMTP_FROM:
        return "HUIYIN_SMTP_FROM is not set: no mail leaves without a sender. Set it to an address of yours."
    return ""


def _address_warning() -> str:
    """A line while links and QR codes lead nowhere but on this machine; empty otherwise."""
    if settings.ONLY_HERE:
        return (
            f"HUIYIN_PUBLIC_URL leads to {settings.HUIYIN_PUBLIC_URL}: links and QR codes open on this machine alone. "
            "Set it to the address that customers reach."
        )
    return ""
