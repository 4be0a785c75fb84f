"""`huiyin make-copy`: makes one evidence copy that was asked for at the desk; the worker starts it."""

import click
from django.utils import timezone

from huiyin.evidence import actions


@click.command("make-copy", hidden=True)
@click.argument("copy_id", type=int)
def command(copy_id: int) -> None:
    """Make the evidence copy with this number."""
    actions.make(copy_id, timezone.now())
