"""`huiyin rates`: the rates of the last month on the terminal; with --rebuild made anew from what is stored."""

import click
from django.utils import timezone
from rich.console import Console
from rich.table import Table

from huiyin.base.ids import receipt_number
from huiyin.cases import verify
from huiyin.org import queries as org
from huiyin.rates import queries, rebuild

from .progress import progress


@click.command("rates")
@click.option("--rebuild", "anew", is_flag=True, help="Make all that is counted anew from clocks, visits and events.")
@click.option("--check", is_flag=True, help="Compare what is counted with clocks, visits and events; changes nothing.")
@click.option("--days", default=30, show_default=True, type=click.IntRange(1, 3660), help="Of the last so many days.")
def command(anew: bool, check: bool, days: int) -> None:
    """Show the rates of the whole company."""
    now = timezone.now()
    if anew:
        with progress("count", verify.size(None)[0]) as step:
            made = rebuild.rebuild(now, tell=step)
        click.echo(f"{made} things counted.")
    if check:
        if different := rebuild.differences():
            for rate, case, ref in different[:20]:
                click.echo(f"{receipt_number(case)} {rate} {ref}", err=True)
            raise click.ClickException(f"{len(different)} differ. `huiyin rates --rebuild` makes them anew.")
        click.echo("All that is counted is as the record has it.")
    where = frozenset(org.organisation().sites)
    table = Table("rate", "good", "due", "share", title=f"The last {days} days")
    for figure in queries.figures(where, queries.latest(days, now)):
        share = f"{figure.share:.1%}" if figure.share is not None else "–"
        table.add_row(str(figure.rate.label), str(figure.good), str(figure.due), share)
    Console().print(table)
