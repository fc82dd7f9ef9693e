"""The time zones of Indonesia. Light, since the command line offers them before anything else."""

from __future__ import annotations

ZONES = {
    "Asia/Jakarta": "WIB",
    "Asia/Pontianak": "WIB",
    "Asia/Makassar": "WITA",
    "Asia/Jayapura": "WIT",
}
"""What each is called, by the name that a city keeps."""
