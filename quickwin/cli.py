"""The command line. Each command imports its part when it runs, so that `--help` is quick.

Exit status: 0 done, 1 refused, with the reason on stderr, 2 wrong use. Refuses to know how anything
is done.
"""

from __future__ import annotations

import click

from quickwin import workflow_commands
from workflow import settings


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
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
    from quickwin.up import UpFailed
    from quickwin.up import up as run

    try:
        run(port=port, demo=demo)
    except UpFailed as error:
        raise click.ClickException(str(error)) from error


@main.command()
def migrate() -> None:
    """Bring the database to the newest version."""
    from workflow.migrations import upgrade

    found = load("database_owner_url", "database_url")
    upgrade(found.database_owner_url, found.database_url)


@main.command()
def demo() -> None:
    """Fill an empty database with demo data; do nothing where they are."""
    from quickwin.demo import load as load_demo
    from workflow.db import configure

    configure(load("database_url").database_url)
    load_demo(click.echo)


main.add_command(workflow_commands.workflow)


def load(*required: str) -> settings.Settings:
    """The settings in force, or the reason why the command cannot start."""
    try:
        return settings.load(*required)
    except settings.MissingSettings as error:
        raise click.ClickException(str(error)) from error


if __name__ == "__main__":
    main()
