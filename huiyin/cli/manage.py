"""Django's own commands under the name `huiyin`."""

import click
import django
from django.core.management import execute_from_command_line, get_commands

PASS_ON = {"ignore_unknown_options": True, "allow_interspersed_args": False, "help_option_names": []}


def run(arguments: tuple[str, ...]) -> None:
    execute_from_command_line(["huiyin", *arguments])


@click.command("manage", context_settings=PASS_ON)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def command(arguments: tuple[str, ...]) -> None:
    """Run one of Django's own commands, for example `huiyin manage migrate --plan`."""
    run(arguments)


def find_django_command(name: str) -> click.Command | None:
    """The Django command of that name, wrapped so that its arguments reach it untouched."""
    django.setup()  # else Django lists its core's commands alone, without those of the apps
    if name not in get_commands():
        return None

    @click.command(name, context_settings=PASS_ON)
    @click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
    def django_command(arguments: tuple[str, ...]) -> None:
        run((name, *arguments))

    return django_command
