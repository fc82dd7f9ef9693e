"""The tokens as /design shows them: read from the style sheet, with the contrast of what is read on
what. Which of them a page uses is not known here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

TEXT, SIGN = 4.5, 3.0
"""The least contrast of text, and of what else has to be seen (WCAG 2.2, 1.4.3 and 1.4.11)."""

_SURFACES = ("color-page", "color-surface", "color-raised", "color-sunken")
_TONES = ("neutral", "primary", "success", "warning", "danger")
_WHITE = "#ffffff"
_SHEET = Path(__file__).parent / "static/styles/tokens.css"


@dataclass(frozen=True, kw_only=True)
class Pair:
    """Something on something: names of tokens, "white" for white, and what contrast it needs."""

    front: str
    back: str
    least: float


PAIRS = (
    *(Pair(front="color-ink", back=back, least=TEXT) for back in _SURFACES),
    *(Pair(front="color-ink-soft", back=back, least=TEXT) for back in _SURFACES),
    *(Pair(front="color-link", back=back, least=TEXT) for back in _SURFACES),
    *(Pair(front=f"{tone}-ink", back=f"{tone}-bg", least=TEXT) for tone in _TONES),
    *(Pair(front=f"{tone}-ink", back="color-surface", least=TEXT) for tone in _TONES),
    *(
        Pair(front="white", back=back, least=TEXT)
        for name in ("color-primary", "color-danger")
        for back in (name, f"{name}-hover")
    ),
    Pair(front="white", back="color-primary-active", least=TEXT),
    *(
        Pair(front="color-control", back=back, least=SIGN)
        for back in ("color-surface", "color-raised")
    ),
    *(Pair(front="color-focus", back=back, least=SIGN) for back in _SURFACES),
    *(
        Pair(front=f"color-bar{kind}", back="color-surface", least=SIGN)
        for kind in ("", "-success", "-warning", "-danger")
    ),
)


@dataclass(frozen=True, kw_only=True)
class Measured:
    """A pair in one theme, with its colours and their contrast."""

    front: str
    back: str
    ratio: float


@lru_cache(maxsize=1)
def sheet() -> str:
    return _SHEET.read_text(encoding="utf-8")


def theme(name: str) -> Mapping[str, str]:
    """The colours of "light" or "dark" by token, as #rrggbb."""
    start = '[data-bs-theme="dark"] {' if name == "dark" else ":root,\n[data-bs-theme] {"
    block = sheet().split(start, 1)[1].split("}", 1)[0]
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block))


def sizes(prefix: str) -> dict[str, str]:
    """The tokens of lengths whose names begin so, in their order."""
    return dict(re.findall(rf"--({prefix}[\w-]*): ([\d.]+(?:rem|px));", sheet()))


def pixels(length: str) -> float:
    number, unit = re.fullmatch(r"([\d.]+)(rem|px)", length).groups()  # type: ignore[union-attr]
    return float(number) * (16 if unit == "rem" else 1)


def measured(pair: Pair, name: str) -> Measured:
    colours = {**theme(name), "white": _WHITE}
    front, back = colours[pair.front], colours[pair.back]
    return Measured(front=front, back=back, ratio=contrast(front, back))


def contrast(one: str, other: str) -> float:
    """Of two colours, 1 to 21, as WCAG defines it."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
