"""A short, private folder for the sockets of one private server: a socket's path has 107 bytes at
most, and a data folder may have any length. A link in the data folder remembers it, so that the
next start can remove what a killed one left. Refuses to know who listens in it.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

PREFIX = "quickwin-"
LONGEST = 60


def make(folder: Path) -> Path:
    """A fresh socket folder, for this user only, for the server whose data are in `folder`."""
    remove(folder)
    place = tempfile.gettempdir()
    if len(os.fsencode(place)) > LONGEST:
        place = "/tmp"  # noqa: S108 - mkdtemp makes a private folder in it
    made = Path(tempfile.mkdtemp(prefix=PREFIX, dir=place))
    _link(folder).symlink_to(made)
    return made


def remove(folder: Path) -> None:
    """Remove the socket folder and the link to it, if there are any."""
    link = _link(folder)
    if not link.is_symlink():
        return
    made = link.readlink()
    if made.name.startswith(PREFIX) and made.is_dir() and not made.is_symlink():
        shutil.rmtree(made)
    link.unlink()


def _link(folder: Path) -> Path:
    return folder / "sockets"
