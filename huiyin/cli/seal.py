"""`huiyin seal`: write a seal now, and print it for keeping elsewhere."""

import click
from django.utils import timezone

from huiyin.cases import seals


@click.command("seal")
def command() -> None:
    """Seal all that was written since the last seal, and print the newest seal: number, time and digest.

    Keep the digest where nobody who can write to the database can reach it. `huiyin verify --seal DIGEST` proves later
    that everything which was there then is still there, unchanged.
    """
    seal = seals.seal_now(timezone.now())
    if seal is None:
        raise click.ClickException("There is nothing to seal yet: no case was ever written.")
    click.echo(f"{seal.pk} {seal.at:%Y-%m-%dT%H:%M:%SZ} {seal.digest}")
