"""`huiyin evidence`: a copy of a case that anybody can check without us."""

from __future__ import annotations

import os
from pathlib import Path

import click
from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.utils import timezone

from huiyin.base.ids import grouped
from huiyin.cases.actions import By
from huiyin.cases.timeline import Stale
from huiyin.evidence import actions
from huiyin.evidence.pdf import NoPaper
from huiyin.org import queries as org
from huiyin.org.access import Forbidden

LANGUAGES = [code for code, _name in settings.LANGUAGES]
_WHAT_TO_DO = {
    "font": "no font with Chinese letters is on this machine: sudo apt-get install fonts-noto-cjk",
    "typst": "Typst isn't installed: .venv/bin/python -m pip install typst (the extra “paper”)",
}


@click.command("evidence")
@click.argument("number")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="FILE.zip; else NUMBER.zip.")
@click.option("--as", "username", metavar="USERNAME", help="What this person may have; it is they who take it.")
@click.option("--language", type=click.Choice(LANGUAGES), default=settings.LANGUAGE_CODE, show_default=True)
@click.option("--force", is_flag=True, help="Write over a file that is there.")
def command(number: str, output: Path | None, username: str | None, language: str, force: bool) -> None:
    """Write the evidence copy of case NUMBER: a PDF, its events, words and files, the seals over them, and verify.py.

    The case has it written down. Whoever gets the copy checks it with `python3 verify.py`, on any machine.
    """
    user = org.user_named(username) if username else None
    if username and user is None:
        raise click.ClickException(f"Nobody here is called {username}.")
    path = output or Path(f"{number.replace(' ', '')}.zip")
    if path.exists() and not force:
        raise click.ClickException(f"{path} is there already: name another file, or add --force.")
    if not os.access(path.parent, os.W_OK):
        raise click.ClickException(f"Can't write to the folder {path.parent.absolute()}.")
    try:
        found = actions.take(number, path, By(user, timezone.now()), language=language)
    except ObjectDoesNotExist as error:
        raise click.ClickException(f"There is no case {number}{' that they may see' if user else ''}.") from error
    except Forbidden as error:
        raise click.ClickException(f"{username} may not take copies of this case.") from error
    except Stale as error:
        raise click.ClickException("The case was written to all the time: try again.") from error
    except NoPaper as error:
        raise click.ClickException(f"The PDF can't be made: {_WHAT_TO_DO.get(error.why, error)}.") from error
    except OSError as error:
        raise click.ClickException(f"Can't write {path}: {error.strerror or error}.") from error
    click.echo(f"{path}: case {grouped(number)}, {found.size:,} bytes, SHA-256 {found.sha256}")
