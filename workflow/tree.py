"""One digest over many texts in order, such that one of them can be shown to be among them without
the others: the Merkle tree of RFC 6962.

Digests are hexadecimal. What the texts are is not known here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence


class Tree:
    """At least one text."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._rows = [[_leaf(text) for text in texts]]
        while len(row := self._rows[-1]) > 1:
            pairs = zip(row[::2], row[1::2], strict=False)
            above = [_above(left, right) for left, right in pairs]
            self._rows.append([*above, row[-1]] if len(row) % 2 else above)

    @property
    def root(self) -> str:
        return self._rows[-1][0].hex()

    def path(self, index: int) -> list[str]:
        """What leads from the text at `index` to the root: its neighbours, upwards."""
        found = []
        for row in self._rows[:-1]:
            if (neighbour := index ^ 1) < len(row):
                found.append(row[neighbour].hex())
            index //= 2
        return found


def root_by(path: Sequence[str], text: str, index: int, size: int) -> str:
    """The root of a tree of `size` texts in which `text` stands at `index`; "" where that path
    leads nowhere."""
    if not 0 <= index < size:
        return ""
    node, steps = _leaf(text), iter(path)
    try:
        while size > 1:
            if (neighbour := index ^ 1) < size:
                other = bytes.fromhex(next(steps))
                node = _above(node, other) if neighbour > index else _above(other, node)
            index, size = index // 2, (size + 1) // 2
    except (StopIteration, ValueError):
        return ""
    return "" if next(steps, None) is not None else node.hex()


# A leaf never passes for an inner node, nor the other way round.


def _leaf(text: str) -> bytes:
    return hashlib.sha256(b"\0" + text.encode()).digest()


def _above(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()
