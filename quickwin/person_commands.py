"""`quickwin person`: accounts, and the posts that people hold.

What fits is known in `accounts` and `assignments`.
"""

from __future__ import annotations

from datetime import datetime

import click

from quickwin.surroundings import database, now

LANGUAGE = click.Choice(["id", "en"])
DAY = click.DateTime(["%Y-%m-%d"])


@click.group()
def person() -> None:
    """Accounts of people."""


@person.command("add")
@click.argument("email")
@click.argument("name")
@click.option("--role", required=True, help="Code of a role, such as submitter or admin.")
@click.option("--unit", default="", help="Code of the unit the role is held for; else the city.")
@click.option("--home", default="", help="Code of the home unit.")
@click.option("--capacity", default="", help='The post, such as "Plt. Kepala Dinas Kesehatan".')
@click.option("--from", "since", type=DAY, help="First day of the role; today.")
@click.option("--language", type=LANGUAGE, help="Without it, pages follow the browser.")
@click.option("--ask", is_flag=True, help="Ask for the first password instead of making one.")
def add_person(ask: bool, since: datetime | None, **given: str) -> None:
    """Open an account for NAME with the address EMAIL, and print its first password, once."""
    from quickwin.accounts import NewPerson
    from quickwin.accounts import add_person as add

    new = NewPerson(**given, valid_from=since.date() if since else None)
    password = click.prompt("Password", hide_input=True, confirmation_prompt=True) if ask else ""
    with database() as session:
        first = add(session, new, password, at=now())
    click.echo(f"{new.email.strip().lower()} can sign in.")
    if not ask:
        click.echo(f"First password: {first}")


@person.command()
@click.argument("email")
def deactivate(email: str) -> None:
    """Close the account EMAIL, and log it out everywhere. Nothing of it is deleted."""
    from quickwin.accounts import deactivate as close

    with database() as session:
        close(session, email, at=now())
    click.echo("The account is closed.")


@person.command()
@click.argument("email")
def reactivate(email: str) -> None:
    """Open the account EMAIL again, with the roles it has."""
    from quickwin.accounts import reactivate as reopen

    with database() as session:
        reopen(session, email, at=now())
    click.echo("The account is open again.")


@person.command("reset-two-factor")
@click.argument("email")
def reset_two_factor(email: str) -> None:
    """Let the password alone open the account EMAIL, and log it out everywhere.

    For somebody who lost the phone and the recovery codes. Make sure first that it is the person
    who asks.
    """
    from quickwin.accounts import reset_two_factor as reset

    with database() as session:
        was_on = reset(session, email, at=now())
    click.echo("The second factor is gone." if was_on else "There was no second factor.")


@person.command()
@click.argument("email")
@click.option("--role", required=True, help="Code of a role.")
@click.option("--unit", default="", help="Code of the unit the role is held for; else the city.")
@click.option("--capacity", default="", help='The post, such as "Plt. Kepala Dinas Kesehatan".')
@click.option("--decree", default="", help="Number of the decree that names the person.")
@click.option("--from", "since", type=DAY, help="First day; today.")
@click.option("--until", type=DAY, help="Last day, included; else until further notice.")
def assign(since: datetime | None, until: datetime | None, **given: str) -> None:
    """Give the account EMAIL one more post: an acting official, a second office."""
    from quickwin.assignments import NewPost
    from quickwin.assignments import assign as give

    new = NewPost(**given, first=since.date() if since else None, last=until and until.date())
    with database() as session:
        give(session, new, at=now())
    click.echo(f"{new.email.strip().lower()} holds it.")


@person.command()
@click.argument("email")
@click.option("--role", required=True, help="Code of the role.")
@click.option("--unit", default="", help="Code of the unit it is held for; else the city.")
@click.option("--last-day", type=DAY, help="Included; else yesterday, so that it ends at once.")
def unassign(email: str, role: str, unit: str, last_day: datetime | None) -> None:
    """Let the account EMAIL hold a post no longer. What was done in it stays as it is."""
    from quickwin.assignments import end

    with database() as session:
        end(session, email, role, unit, last=last_day and last_day.date(), at=now())
    click.echo(f"{email.strip().lower()} holds it no longer.")
