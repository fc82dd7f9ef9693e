"""What kind of file some bytes are, told from the bytes alone: a name says nothing about that."""

from __future__ import annotations

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile
from zlib import error as ZlibError  # noqa: N812 - zlib names its exception in small letters

PDF, PNG, JPEG = "application/pdf", "image/png", "image/jpeg"
_OFFICE = "application/vnd.openxmlformats-officedocument"
XLSX, DOCX = f"{_OFFICE}.spreadsheetml.sheet", f"{_OFFICE}.wordprocessingml.document"
MEDIA_TYPES = (PDF, PNG, JPEG, XLSX, DOCX)

_BEGINNINGS = {b"%PDF-": PDF, b"\x89PNG\r\n\x1a\n": PNG, b"\xff\xd8\xff": JPEG}
# Documents with macros declare another type of their main part, so they are not among these.
_MAIN_PARTS = {f'"{kind}.main+xml"'.encode(): kind for kind in (XLSX, DOCX)}
_LONGEST_LIST = 1024 * 1024
_PACKED = (ZIP_STORED, ZIP_DEFLATED)  # how an office packs; the others fail in ways of their own


def recognised(data: bytes) -> str | None:
    """One of MEDIA_TYPES, or None for everything else."""
    for beginning, kind in _BEGINNINGS.items():
        if data.startswith(beginning):
            return kind
    return _office_kind(data) if data.startswith(b"PK\x03\x04") else None


def _office_kind(data: bytes) -> str | None:
    """What the list of its parts says that a zip is; None if it has none or cannot be read."""
    try:
        with ZipFile(BytesIO(data)) as archive:
            entry = archive.getinfo("[Content_Types].xml")
            if entry.compress_type not in _PACKED:
                return None
            with archive.open(entry) as listed:
                types = listed.read(_LONGEST_LIST)  # however much it claims to unpack to
    except (BadZipFile, ZlibError, KeyError, EOFError, OSError, ValueError, RuntimeError):
        return None
    return next((kind for part, kind in _MAIN_PARTS.items() if part in types), None)
