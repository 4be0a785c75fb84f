"""`huiyin worth`: what each customer is still worth, reckoned anew; with --check the sums of the report are proven."""

import click
from django.utils import timezone

from huiyin.base.ids import receipt_number
from huiyin.cases import verify
from huiyin.worth import actions, queries

from .progress import progress


@click.command("worth")
@click.option("--check", is_flag=True, help="Compare the monthly report with what is stored; changes nothing.")
@click.option("--rebuild", "anew", is_flag=True, help="Make the monthly report anew from what is stored.")
def command(check: bool, anew: bool) -> None:
    """Reckon what customers are still worth, by contracts, purchases and priors. The worker does so every night."""
    now = timezone.now()
    if check:
        if different := actions.differences():
            for case in different[:20]:
                click.echo(receipt_number(case), err=True)
            raise click.ClickException(f"{len(different)} cases differ. `huiyin worth --rebuild` makes them anew.")
        if wrong := actions.wrong_sums():
            raise click.ClickException(f"{wrong} sums differ. `huiyin worth --rebuild` makes them anew.")
        click.echo("The report is as the record has it.")
        return
    if anew:
        with progress("add up", verify.size(None)[0]) as step:
            actions.rebuild(now, tell=step)
        click.echo("The report is made anew.")
        return
    try:
        with progress("customers", actions.size()) as step:
            count = actions.run(now, tell=step)
    except actions.NotReady as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{count} customers have a value of their own. {queries.last_run().fitted}")
