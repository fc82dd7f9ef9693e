"""A checkpoint as everybody can check it who has only the public key: what it signs, and whether a
row of them holds together.

Where checkpoints are kept, and when one is made, is not known here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import ClassVar, Final

from pydantic import ConfigDict

from workflow.ledger import canonical, sha256
from workflow.signing import is_signed, key_id
from workflow.tree import Tree
from workflow.verifying import Vouched

# So that nothing else that is signed with the key passes for one of these.
CHECKPOINT: Final = "quickwin checkpoint 1"
HEAD: Final = "quickwin head 1"


class Strict:
    """Read from a file, nothing may stand there that is not known: it would look as if it were
    proven."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")


@dataclass(frozen=True, kw_only=True)
class Head(Strict):
    """Where a chain stood: its last event, and the Quick Win it tells of ("": the city)."""

    chain: int
    number: str
    seq: int
    hash: str
    signature: str = ""

    @property
    def text(self) -> str:
        """As it stands in the tree, and what is signed."""
        return canonical([HEAD, self.chain, self.number, self.seq, self.hash])


@dataclass(frozen=True, kw_only=True)
class Stamp(Strict):
    """A signature under the heads of all chains at one moment. `moved` are those that had moved
    since the stamp before; who has all stamps knows all heads."""

    at: datetime
    chains: int
    events: int
    heads: str
    previous: str
    public_key: str
    signature: str = ""
    moved: tuple[Head, ...] = field(default=())

    @property
    def text(self) -> str:
        """What is signed."""
        return canonical(
            {
                "purpose": CHECKPOINT,
                "at": self.at,
                "chains": self.chains,
                "events": self.events,
                "heads": self.heads,
                "previous": self.previous,
                "key": self.public_key,
            }
        )

    @property
    def digest(self) -> str:
        return sha256(self.text)

    @property
    def key_id(self) -> str:
        return key_id(self.public_key)

    @property
    def is_genuine(self) -> bool:
        """Whether the owner of its key signed it; whose key that is, somebody else has to say."""
        return is_signed(self.text, self.signature, self.public_key)

    @property
    def name(self) -> str:
        return f"the checkpoint of {self.at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


@dataclass(frozen=True, kw_only=True)
class Fault:
    """The first stamp of a row that does not hold, and why. From event `seq` of `chain` on, nobody
    vouches for what is there."""

    stamp: Stamp
    why: str
    chain: int
    seq: int


def heads_after(stamps: Iterable[Stamp]) -> dict[int, Head]:
    """Where all chains stood at the last stamp, by chain, in the order of the tree."""
    known = {head.chain: head for stamp in stamps for head in stamp.moved}
    return dict(sorted(known.items()))


def tree_of(heads: Mapping[int, Head]) -> Tree:
    return Tree([head.text for head in heads.values()])


def first_fault(stamps: Sequence[Stamp], trusted: Collection[str]) -> Fault | None:
    """What is wrong with a row of stamps that begins with the first ever made.

    The last one has to be signed with one of the public keys in `trusted`. That vouches for the
    ones before, each of which the next one names, also where the city has changed its key.
    """
    if found := _first_fault(stamps, trusted):
        stamp, why = found
        return _placed(stamp, why, stamps, trusted)
    return None


def _first_fault(stamps: Sequence[Stamp], trusted: Collection[str]) -> tuple[Stamp, str] | None:
    previous = ""
    for stamp in stamps:
        if stamp.previous != previous:
            return stamp, "it does not follow from the one before it"
        if not stamp.is_genuine:
            return stamp, "its signature is not that of its key"
        previous = stamp.digest
    if not stamps:
        return None
    known = [place for place, stamp in enumerate(stamps) if stamp.public_key in trusted]
    if not known or known[-1] < len(stamps) - 1:
        stranger = stamps[known[-1] + 1 if known else 0]
        return stranger, f"it is signed with the key {stranger.key_id}, which is not trusted"
    heads, last = heads_after(stamps), stamps[-1]
    counts = (len(heads), sum(head.seq for head in heads.values()))
    if not heads or tree_of(heads).root != last.heads or counts != (last.chains, last.events):
        return last, "the heads of chains that are listed under it are not those it signed"
    return None


def _placed(stamp: Stamp, why: str, stamps: Sequence[Stamp], trusted: Collection[str]) -> Fault:
    """With the first head that nobody who is trusted signed; where all are, the first under it."""
    sure: dict[int, int] = {}
    for each in stamps:
        for head in each.moved:
            if not any(is_signed(head.text, head.signature, key) for key in trusted):
                return Fault(
                    stamp=stamp, why=why, chain=head.chain, seq=sure.get(head.chain, 0) + 1
                )
            sure[head.chain] = head.seq
    first = stamp.moved[0] if stamp.moved else Head(chain=1, number="", seq=1, hash="")
    return Fault(stamp=stamp, why=why, chain=first.chain, seq=max(1, first.seq))


def vouched_for(stamps: Iterable[Stamp]) -> dict[int, list[Vouched]]:
    """What the stamps say of each chain, in the order of its events."""
    found: dict[int, list[Vouched]] = {}
    for stamp in stamps:
        for head in stamp.moved:
            said = Vouched(seq=head.seq, hash=head.hash, by=stamp.name)
            found.setdefault(head.chain, []).append(said)
    return {chain: sorted(said, key=lambda one: one.seq) for chain, said in found.items()}
