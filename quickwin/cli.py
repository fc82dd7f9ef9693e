"""The command line. Each command imports its part when it runs, so that `--help` is quick.

Exit status: 0 done, 1 refused, with the reason on stderr, 2 wrong use. Refuses to know how anything
is done.
"""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO, TextIO

import click

from quickwin import city_commands, ledger_commands, person_commands, workflow_commands
from quickwin.refusal import CommandRefused
from quickwin.surroundings import database, moved, now, read
from workflow import settings

LANGUAGE = click.Choice(["id", "en"])
NEW_FILE = click.Path(dir_okay=False, path_type=Path)


class Commands(click.Group):
    """Whatever command is refused, the reason is one message and the exit status 1."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except (CommandRefused, settings.MissingSettings) as error:
            raise click.ClickException(str(error)) from error


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="quickwin")
def main() -> None:
    """The workflow of a city's Quick Wins."""


@main.command()
@click.option(
    "--port", type=click.IntRange(1, 65535), default=8000, envvar="PORT", show_default=True
)
@click.option("--demo/--no-demo", default=True, show_default=True, help="Fill an empty database.")
def up(port: int, demo: bool) -> None:
    """Run the whole product on this machine, until Ctrl-C."""
    from quickwin.up import up as run

    run(port=port, demo=demo)


@main.command()
@click.option("--demo", is_flag=True, help="Then fill it with demo data, if it is empty.")
def migrate(demo: bool) -> None:
    """Bring the database to the newest version."""
    found = settings.load("database_owner_url", "database_url")
    bring_up_to_date(found)
    if demo:
        fill(found)


@main.command()
def demo() -> None:
    """Fill an empty database with demo data; do nothing where they are."""
    fill(settings.load("database_url"))


@main.command()
@click.argument("email")
def token(email: str) -> None:
    """Print a new token of the API for the person with that address, and nothing else.

    Earlier tokens stay valid.
    """
    from quickwin.accounts import give_token

    with database() as session:
        given = give_token(session, email, at=now())
    click.echo(given)


@main.group()
def calendar() -> None:
    """Working days."""


@calendar.command("import")
@click.argument("file", type=click.File(encoding="utf-8"))
def import_calendar(file: TextIO) -> None:
    """Set single days from a CSV with the columns day, working, name, source, and kind if you like.

    day is a date like 2026-12-24, working is yes or no, source names the decree it comes from; kind
    is national, joint_leave or local. In Indonesian the columns are tanggal, hari kerja, nama,
    sumber and jenis. A day that is set already is set anew, other days stay. Deadlines
    that run move with the days, and those whose turn it is are told.
    """
    from workflow.calendar_import import import_days

    with database() as session:
        done = import_days(session, read(file), None, at=now())
        days = len(done.changes)
    click.echo(f"{days} days, {done.new} of them new or changed." + moved(len(done.followed.moved)))


@workflow_commands.workflow.command()
@click.argument("file", type=click.File(encoding="utf-8"))
def activate(file: TextIO) -> None:
    """Store the definition in FILE, and start new Quick Wins under it."""
    from quickwin.master_data import activate as start

    with database() as session:
        said = start(session, read(file), at=now())
    click.echo(said)


for command in (
    workflow_commands.workflow,
    person_commands.person,
    city_commands.city,
    city_commands.unit,
    city_commands.period,
    ledger_commands.verify,
    ledger_commands.bundle,
    ledger_commands.checkpoints,
    ledger_commands.ledger_key,
):
    main.add_command(command)


@main.command()
@click.argument("form", metavar="csv|xlsx", type=click.Choice(["csv", "xlsx"]))
@click.option(
    "--output", "-o", type=click.File("wb", atomic=True), default="-", help="Else stdout."
)
@click.option("--language", type=LANGUAGE, default="id", show_default=True)
def export(form: str, output: BinaryIO, language: str) -> None:
    """Write the list of all Quick Wins for a spreadsheet."""
    from quickwin import listing

    base_url = settings.load("database_url").base_url
    with database() as session:
        listing.write(session, form, output, language=language, base_url=base_url, at=now())


@main.command()
@click.argument("file", type=NEW_FILE)
def backup(file: Path) -> None:
    """Write the whole database to FILE, while the product runs."""
    from quickwin.copies import back_up

    size = back_up(settings.load("database_url").database_url, file)
    click.echo(f"{file}: {size} bytes")


@main.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="What the database holds may be lost.")
def restore(file: Path, replace: bool) -> None:
    """Put the backup in FILE into an empty database, and bring that to the newest version."""
    from quickwin import copies

    found = settings.load("database_owner_url", "database_url")
    copies.restore(found.database_owner_url, file, replace=replace)
    bring_up_to_date(found)
    click.echo(f"{file} is restored.")


def bring_up_to_date(found: settings.Settings) -> None:
    from quickwin.connection import usable
    from workflow.migrations import upgrade

    with usable(found.database_owner_url, found.database_url):
        upgrade(found.database_owner_url, found.database_url)


def fill(found: settings.Settings) -> None:
    from quickwin.connection import usable
    from quickwin.demo import load
    from workflow.db import configure

    with usable(found.database_url):
        configure(found.database_url)
        if not load(click.echo, base_url=found.base_url):
            click.echo("The demo data are there already.")


if __name__ == "__main__":
    main()
