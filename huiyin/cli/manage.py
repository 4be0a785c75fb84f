"""Django's own commands under the name `huiyin`."""

import click
import django
from django.core.management import execute_from_command_line, get_commands


class Untouched(click.Command):
    """Reads no argument itself, not even `--`, which Django hands on to a database's own shell."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        ctx.args, ctx.params = [], {"arguments": tuple(args)}
        return ctx.args


def run(arguments: tuple[str, ...]) -> None:
    execute_from_command_line(["huiyin", *arguments])


@click.command("manage", cls=Untouched)
def command(arguments: tuple[str, ...]) -> None:
    """Run one of Django's own commands, for example `huiyin manage migrate --plan`."""
    run(arguments)


def find_django_command(name: str) -> click.Command | None:
    """The Django command of that name, wrapped so that its arguments reach it untouched."""
    django.setup()  # else Django lists its core's commands alone, without those of the apps
    if name not in get_commands():
        return None

    @click.command(name, cls=Untouched)
    def django_command(arguments: tuple[str, ...]) -> None:
        run((name, *arguments))

    return django_command
