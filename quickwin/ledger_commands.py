"""`quickwin verify`, `bundle`, `checkpoints` and `ledger-key`: the ledger for whoever does not take
the product's word for it. What is checked, and how, is not known here.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TextIO

import click

from quickwin.refusal import CommandRefused
from quickwin.surroundings import database, now
from workflow import settings

A_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


def _public_keys(_ctx: click.Context, _param: click.Parameter, given: tuple[str, ...]) -> list[str]:
    from workflow.signing import Unusable, checked

    try:
        return [checked(key) for key in given]
    except Unusable as error:
        raise click.BadParameter(str(error)) from error


PUBLIC_KEY = click.option(
    "--public-key",
    "trusted",
    multiple=True,
    callback=_public_keys,
    help="The key the city has published; more than one after a change of key.",
)


@click.command()
@click.argument("file", type=A_FILE, required=False)
@PUBLIC_KEY
@click.option(
    "--checkpoints", "kept", type=A_FILE, help="Hold the database against this copy of them too."
)
def verify(file: Path | None, trusted: list[str], kept: Path | None) -> None:
    """Recompute the ledger, or the bundle in FILE, and name the first wrong event of each chain.

    A bundle needs neither the database nor any setting.
    """
    if file and kept:
        raise click.UsageError("--checkpoints is about the database, not about a bundle.")
    if file:
        _verify_bundle(file, trusted)
    else:
        _verify_database(trusted, kept)


@click.command()
@click.argument("numbers", nargs=-1, metavar="NUMBER...")
@click.option("--all", "everything", is_flag=True, help="All chains, that of the city too.")
@click.option("--out", "-o", type=click.File("w", encoding="utf-8", atomic=True), required=True)
@click.option("--for", "reader", default="", help="Open what the person with this address sees.")
def bundle(numbers: tuple[str, ...], everything: bool, out: TextIO, reader: str) -> None:
    """Write what proves the Quick Wins NUMBER... into one file, for `quickwin verify FILE`.

    It ends where the last checkpoint does. Names, notes and data stay sealed, unless --for says who
    will read them.
    """
    from quickwin.audit import make_bundle

    if bool(numbers) == everything:
        raise click.UsageError("Name Quick Wins, or say --all.")
    with database(snapshot=True) as session:
        text, made = make_bundle(session, numbers, reader, at=now())
    out.write(text)
    events = sum(len(chain.events) for chain in made.chains)
    click.echo(
        f"{len(made.chains)} chains with {events} events, as of {_utc(made.checkpoint.at)}.",
        err=True,
    )


@click.command()
@click.option("--out", "-o", type=click.File("w", encoding="utf-8", atomic=True), default="-")
def checkpoints(out: TextIO) -> None:
    """Copy all checkpoints, to be kept where nobody who has the database can change them.

    `quickwin verify --checkpoints FILE` holds the database against such a copy.
    """
    from quickwin.audit import copy_checkpoints

    with database(snapshot=True) as session:
        text, count = copy_checkpoints(session)
    out.write(text)
    click.echo(f"{count} checkpoints.", err=True)


@click.command("ledger-key")
@click.option(
    "--succeeds",
    "former",
    multiple=True,
    callback=_public_keys,
    help="Sign now, with this key after the public key of the former one.",
)
def ledger_key(former: list[str]) -> None:
    """Print the public key of the ledger, which is to be published, and nothing else."""
    from quickwin.audit import signer_of, succeed

    signer = signer_of(settings.load("ledger_key").ledger_key)
    if former:
        with database(snapshot=True) as session:
            succeed(session, signer, former, at=now())
    click.echo(signer.public_key)


def _verify_database(trusted: list[str], kept: Path | None) -> None:
    from quickwin.audit import audit, signer_of

    own = settings.load("database_url").ledger_key
    if not trusted and own:
        trusted = [signer_of(own).public_key]
    with database(snapshot=True) as session:
        proof, broken = audit(session, trusted, kept, _say)
    if broken:
        raise CommandRefused("\n".join(broken))
    click.echo(f"{proof.chains} chains with {proof.events} events are whole.")
    if proof.last is None:
        _say("There is no checkpoint yet: a ledger that was computed anew would look the same.")
        return
    click.echo(
        f"The last checkpoint is of {_utc(proof.last.at)}, by the key {proof.last.key_id}; "
        f"{proof.younger} events are younger."
    )
    if not trusted:
        _say(_unknown(proof.last.public_key))


def _verify_bundle(file: Path, trusted: list[str]) -> None:
    from quickwin.audit import audit_bundle

    found, broken = audit_bundle(file, trusted)
    if broken:
        raise CommandRefused("\n".join(broken))
    events = sum(len(chain.events) for chain in found.chains)
    click.echo(
        f"{len(found.chains)} chains with {events} events are whole, as of"
        f" {_utc(found.checkpoint.at)}, by the key {found.checkpoint.key_id}."
    )
    if not trusted:
        _say(_unknown(found.checkpoint.public_key))


def _unknown(public_key: str) -> str:
    return (
        f"This was checked with the key that came along, {public_key}. It proves something only if "
        "it is the one that the city has published: compare them, or give that one as --public-key."
    )


def _utc(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"


def _say(line: str) -> None:
    click.echo(line, err=True)
