"""As whom the private PostgreSQL runs: it refuses to be root.

A plain user's server is that user's. Root's server lives in a user namespace of its own, where root
has another number and the files stay root's; where the kernel refuses namespaces, an unprivileged
user takes the folder over, and each changed folder is named in the log.
"""

from __future__ import annotations

import os
import pwd
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from quickwin.children import KEEPER

CANDIDATES = ("postgres", "nobody")


@dataclass(frozen=True, kw_only=True)
class Identity:
    """`keeper` is the word for keeper.py; `uid` and `gid` own the files, as seen from here."""

    keeper: str
    uid: int
    gid: int

    @property
    def user(self) -> str:
        return pwd.getpwuid(self.uid).pw_name

    def own(self, path: Path) -> bool:
        """Make the file, or the folder with everything in it, this identity's. Returns whether
        that changed anything."""
        if os.geteuid() != 0 or path.stat().st_uid == self.uid:
            return False
        for inner in (path, *path.rglob("*")):
            os.lchown(inner, self.uid, self.gid)
        return True

    def own_folder(self, folder: Path, say: Callable[[str], None]) -> None:
        """The same for a folder that somebody might look for, so it is said."""
        if self.own(folder):
            say(f"{folder} now belongs to the user {self.user}")


def unprivileged(*, namespaces: bool = True) -> Identity:
    """Somebody who is not root; `namespaces=False` is a machine that has no user namespaces."""
    if os.geteuid() != 0:
        return Identity(keeper="same", uid=os.geteuid(), gid=os.getegid())
    if namespaces and (word := _namespace()):
        return Identity(keeper=word, uid=0, gid=os.getegid())
    user = _user()
    return Identity(keeper=f"user:{user.pw_uid}:{user.pw_gid}", uid=user.pw_uid, gid=user.pw_gid)


def _namespace() -> str | None:
    """An own user namespace, if one can be had. The number must have a name: initdb looks it up."""
    number = next(user.pw_uid for user in pwd.getpwall() if user.pw_uid not in (0, 65534))
    word = f"namespace:{number}"
    with subprocess.Popen(  # noqa: S603 - our own program
        [*KEEPER, "TERM", "KILL", word, "true"],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as trial:
        return word if trial.wait() == 0 else None


def _user() -> pwd.struct_passwd:
    users = {user.pw_name: user for user in pwd.getpwall()}
    return next(users[name] for name in CANDIDATES if name in users)
