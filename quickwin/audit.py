"""The ledger held against its checkpoints, a bundle against its own, and the files of both: what
the commands about the ledger do.

What makes a chain whole is not known here.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from quickwin.refusal import CommandRefused
from workflow import bundle as bundles
from workflow import checkpoints, proving, queries, unbundling
from workflow.checkpoints import Contradicted
from workflow.errors import NotFound
from workflow.models import Person, QuickWin
from workflow.proving import Proof
from workflow.signing import Signer, Unusable
from workflow.stamps import Stamp
from workflow.unbundling import Bundle, Kept, Malformed
from workflow.verifying import Break

SAY_EVERY = 1.0
Progress = Callable[[str], None]


def audit(
    session: Session, trusted: Sequence[str], kept: Path | None, progress: Progress
) -> tuple[Proof, list[str]]:
    """Recompute the whole ledger, and hold it against the checkpoints in the file `kept` too. The
    session reads a snapshot. Returns a line for each chain that is not whole: where, and why.

    Without `trusted` keys, the one of the last checkpoint is taken at its word.
    """
    stamps = _kept_in(kept) if kept else ()
    if not trusted and (last := checkpoints.latest(session)):
        trusted = [last.public_key]
    total, said = checkpoints.counts(session)[1], time.monotonic()

    def seen(count: int) -> None:
        nonlocal said
        if time.monotonic() - said > SAY_EVERY:
            said = time.monotonic()
            progress(f"{count} of {total} events")

    proof = proving.prove(session, trusted, kept=stamps, seen=seen)
    progress(f"{total} of {total} events")
    return proof, [_line(found, proof.numbers.get(found.chain_id, "")) for found in proof.breaks]


def audit_bundle(file: Path, trusted: Sequence[str]) -> tuple[Bundle, list[str]]:
    """The bundle in that file, and a line for each chain in it that is not whole. Without `trusted`
    keys, the one in the bundle is taken at its word. Raises CommandRefused for any other file."""
    try:
        found = unbundling.bundle_in(_text(file))
    except Malformed as error:
        raise CommandRefused(f"{file}: {error}") from error
    numbers = {chain.head.chain: chain.head.number for chain in found.chains}
    breaks = unbundling.breaks_of(found, trusted or [found.checkpoint.public_key])
    return found, [_line(each, numbers[each.chain_id]) for each in breaks]


def make_bundle(
    session: Session, numbers: Sequence[str], reader: str, *, at: datetime
) -> tuple[str, Bundle]:
    """The bundle of these Quick Wins, of everything without any, as the person with the address
    `reader` may see it; nothing that is sealed is open without one. Raises CommandRefused."""
    person = _person(session, reader) if reader else None
    wanted = list(numbers) or [head.number for head in bundles.signed_chains(session)]
    known = {number: _quick_win(session, number, person, at) for number in wanted if number}

    def sees(number: str) -> bundles.Sight:
        quick_win = known.get(number)
        if person is None or quick_win is None:
            return bundles.closed
        return bundles.sight_of(session, quick_win, person, at)

    try:
        made = bundles.bundle(session, wanted, sees=sees)
    except bundles.NotSigned as error:
        what = error.number or "anything"
        raise CommandRefused(
            f"No checkpoint vouches for {what} yet; the next one is made at the close of business."
        ) from error
    return unbundling.written(made), made


def copy_checkpoints(session: Session) -> tuple[str, int]:
    """All checkpoints as a text to be kept elsewhere, and how many they are."""
    stamps = checkpoints.stamps(session)
    return unbundling.written(Kept(format=unbundling.KEPT, checkpoints=tuple(stamps))), len(stamps)


def succeed(
    session: Session, signer: Signer, former: Sequence[str], *, at: datetime
) -> Stamp | None:
    """Let a new key sign after the `former` public keys. Raises CommandRefused."""
    try:
        return checkpoints.sign(session, signer, at=at, succeeds=former)
    except Contradicted as error:
        raise CommandRefused(f"Nothing is signed: {error}.") from error


def signer_of(private_key: str) -> Signer:
    """Raises CommandRefused."""
    try:
        return Signer.of(private_key)
    except Unusable as error:
        raise CommandRefused(str(error)) from error


def _kept_in(file: Path) -> Sequence[Stamp]:
    try:
        return unbundling.checkpoints_in(_text(file)).checkpoints
    except Malformed as error:
        raise CommandRefused(f"{file}: {error}") from error


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CommandRefused(f"{file} cannot be read as a text in UTF-8.") from error


def _person(session: Session, email: str) -> Person:
    person = session.scalar(select(Person).where(Person.email == email.strip().lower()))
    if person is None:
        raise CommandRefused(f"Nobody has the address {email}.")
    return person


def _quick_win(
    session: Session, number: str, reader: Person | None, at: datetime
) -> QuickWin | None:
    """Loaded for a reader; None for nobody in particular, to whom nothing is opened."""
    found = session.scalar(select(QuickWin.id).where(QuickWin.number == number))
    try:
        if found is None:
            raise NotFound
        return queries.get(session, found, reader, at=at) if reader else None
    except NotFound as error:
        raise CommandRefused(
            f"There is no Quick Win {number}, or it is not open to them."
        ) from error


def _line(found: Break, number: str) -> str:
    return f"chain {found.chain_id} ({number or 'the city'}), event {found.seq}: {found.why}"
