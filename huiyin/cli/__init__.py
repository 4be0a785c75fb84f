"""The command `huiyin`.

A command is a module of this folder that exports `command`, and a line in COMMANDS. Modules are imported only when
their command is called, after Django is set up, so that `huiyin --help` answers at once and a command may import models
at its top.
"""

import difflib
import os
import re
import sys
from importlib import import_module

import click
import django
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, OperationalError
from django.utils import translation

from huiyin import __version__

# name -> what it does in one line. `huiyin NAME --help` says more.
COMMANDS = {
    "up": "Start everything: prepare the database, then the web server and the worker.",
    "serve": "Start the web server alone.",
    "work": "Start the worker alone: deadlines, return visits and other timed work.",
    "init": "Make an empty installation: one site, the administrator, the presets.",
    "presets": "List, show and load the sets of service levels that Huiyin brings along.",
    "demo": "Add an invented company, to try everything on.",
    "import": "Take over cases from a file of another system.",
    "purchases": "Take in what customers paid, and their contracts.",
    "answers": "Take in what a third party's survey found out.",
    "reconcile": "Compare the list of another system with the cases here; changes nothing.",
    "poster": "Write the poster with the QR code of a site or a place.",
    "bulk": "Fill the database with lifelike cases, for measuring.",
    "groups": "Count the groups of cases with one fault, or find them anew.",
    "verify": "Prove that the history of every case is unchanged.",
    "evidence": "Write a copy of a case that anybody can check without us.",
    "seal": "Seal what was written so far, and print the seal for keeping elsewhere.",
    "rates": "Show the rates; make them anew from what is stored.",
    "worth": "Reckon what customers are still worth, and prove the report on recovery.",
    "backup": "Write the database and all files into one archive.",
    "restore": "Restore such an archive.",
    "holidays": "Fill in the holidays and make-up working days of a year.",
    "token": "Print a new token for the API.",
    "check": "Look for mistakes in the installation; changes nothing.",
    "version": "Show versions.",
    "manage": "Run one of Django's own commands; `huiyin migrate` works as well.",
}
HIDDEN = {
    "prepare": "Bring the database up to date and fill it at the first start; part of `up`.",
    "make-copy": "Make an evidence copy that was asked for at the desk; started by the worker.",
}
# A door of its own that brings its command along; a name that Python keeps for itself.
ELSEWHERE = {"work": "huiyin.worker.loop", "import": "huiyin.cli.import_", "make-copy": "huiyin.cli.make_copy"}
WITHOUT_DJANGO = frozenset({"up", "serve", "version", "manage"})  # quick to start, small in memory

_NOT_FOR_OTHERS = 0o027  # the database holds what customers said, wherever its folder lies

EPILOG = "Django's own commands work too, for example `huiyin migrate`, `huiyin shell` and `huiyin changepassword`."


class LazyGroup(click.Group):
    """Knows its commands by name; imports one when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS and cmd_name not in HIDDEN:
            find_django_command = import_module("huiyin.cli.manage").find_django_command
            found: click.Command | None = find_django_command(cmd_name)
            return found
        if cmd_name not in WITHOUT_DJANGO:
            django.setup()
            translation.activate("en")  # as all of the command line, whatever the pages speak
        command: click.Command = import_module(ELSEWHERE.get(cmd_name, f"huiyin.cli.{cmd_name}")).command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if self.get_command(ctx, name) is None and not name.startswith("-"):
            close = difflib.get_close_matches(name, [*COMMANDS, "migrate", "shell", "dbshell", "changepassword"], n=2)
            hint = f" Did you mean {' or '.join(close)}?" if close else " See `huiyin --help`."
            ctx.fail(f"There is no command {name!r}.{hint}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.command(cls=LazyGroup, epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, "--version", "-V", message="%(version)s")
def huiyin() -> None:
    """Huiyin 回音: every customer voice gets an answer."""


def main() -> None:
    """Run the command line; a bad setting or database is one line on stderr and exit status 2."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huiyin.settings")
    os.umask(os.umask(_NOT_FOR_OTHERS) | _NOT_FOR_OTHERS)  # asking for it means setting it
    try:
        huiyin(prog_name="huiyin")
    except ImproperlyConfigured as error:
        click.echo(f"huiyin: {error}", err=True)
        sys.exit(2)
    except DatabaseError as error:
        if (said := _unusable(error)) is None:
            raise
        click.echo(f"huiyin: {said}", err=True)
        sys.exit(2)


def _unusable(error: DatabaseError) -> str | None:
    """What to tell when nobody answers, the file is none of SQLite's, or nothing is in it yet; None for our faults."""
    reason = str(error).strip().partition("\n")[0]
    if "no such table" in reason or re.search(r'relation ".*" does not exist', reason):
        return "the database is empty or of another version: `huiyin init` brings it up to date."
    if type(error) in (DatabaseError, OperationalError):  # not their subclasses
        return f"the database can't be used: {reason}"
    return None
