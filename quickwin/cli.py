"""The command line. Each command imports its part when it runs, so that `--help` is quick.

Exit status: 0 done, 1 refused, with the reason on stderr, 2 wrong use. Refuses to know how anything
is done.
"""

from __future__ import annotations

import click

from quickwin import workflow_commands
from quickwin.refusal import CommandRefused
from workflow import settings


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
    from workflow.migrations import upgrade

    upgrade(found.database_owner_url, found.database_url)
    if demo:
        fill(found)


@main.command()
def demo() -> None:
    """Fill an empty database with demo data; do nothing where they are."""
    fill(settings.load("database_url"))


main.add_command(workflow_commands.workflow)


def fill(found: settings.Settings) -> None:
    from quickwin.demo import load
    from workflow.db import configure

    configure(found.database_url)
    load(click.echo, base_url=found.base_url)


if __name__ == "__main__":
    main()
