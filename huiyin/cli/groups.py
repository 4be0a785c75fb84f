"""`huiyin groups`: how many groups there are, and finding them anew in what is stored."""

import click
from django.utils import timezone
from rich.console import Console
from rich.table import Table

from huiyin.cli.progress import progress
from huiyin.groups import queries, rebuilding


@click.command("groups")
@click.option("--rebuild", is_flag=True, help="Find the groups anew in all that is stored.")
def command(*, rebuild: bool) -> None:
    """Say how many groups of cases with one fault there are, by stage.

    With --rebuild they are found anew in all cases that are stored, as they would have been found when these came in:
    after an import, after the numbers in the settings were changed, or for the time before groups were found. Those in
    which a person has had a hand stay, and a case that a person took out stays out. A second time nothing changes.
    """
    if rebuild:
        with progress("Cases", queries.stored()) as step:
            found = rebuilding.rebuild(timezone.now(), step)
        click.echo(f"{found.groups} groups with {found.cases} cases; {found.changed} made or mended.")
    totals = queries.totals()
    table = Table("stage", "groups")
    for stage, label in queries.STAGES:
        table.add_row(str(label), str(totals[stage]))
    Console().print(table)
