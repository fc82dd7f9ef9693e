"""What exists only where the product is tried out on one machine: with demo data, over loopback,
and with the catcher of mails beside it. On a city's server it does not exist.
"""

from __future__ import annotations

from pathlib import Path

from flask import abort, current_app, g

from web.auth import is_loopback


def catchers_folder() -> Path:
    """Where the catcher keeps its mails. Raises NotFound anywhere but on such a machine."""
    folder = Path(current_app.config["SETTINGS"].data_dir) / "mails"
    if not (g.city and g.city.demo and is_loopback() and folder.is_dir()):
        abort(404)
    return folder
