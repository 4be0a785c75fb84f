"""`huiyin token`: keys for programs."""

import click
from django.utils import timezone

from huiyin.org.actions import issue_token
from huiyin.org.queries import user_named


@click.command("token")
@click.argument("username")
@click.option("--name", required=True, help="What the token is for, to know it again.")
@click.option("--days", type=click.IntRange(1, 3650), default=365, show_default=True, help="How long it is good.")
def command(username: str, name: str, days: int) -> None:
    """Print a new token with the rights of USERNAME, and nothing else. It is shown once; only a digest is kept."""
    user = user_named(username)
    if user is None:
        raise click.ClickException(f"There is nobody with the username {username!r}, or they have left.")
    if not 0 < len(name.strip()) <= 64:
        raise click.ClickException("Give a name of 1 to 64 characters.")
    click.echo(issue_token(user, name.strip(), at=timezone.now(), days=days))
