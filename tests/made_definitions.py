"""Makes small definitions for Hypothesis: names always exist, sense is left to luck."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from small import SYSTEM_MOVES, go, small


@st.composite
def definitions(draw: st.DrawFn) -> str:
    """Small definitions of every kind: some quite wild, others sound or nearly so."""
    codes = "abcde"[: draw(st.integers(1, 5))]
    finals = draw(st.sets(st.sampled_from(codes[1:]), min_size=1)) if len(codes) > 1 else set()
    states = {code: draw(a_state(final=code in finals)) for code in codes}
    if finals and draw(st.booleans()):
        rows = draw(ways(codes, finals)) + draw(st.lists(a_row(codes), max_size=2))
    else:
        rows = draw(st.lists(a_row(codes), min_size=1, max_size=8))
    for row in rows:
        if row["by"] == ["system"]:
            row.setdefault("automatic", draw(st.booleans()))
    return small(states, rows)


@st.composite
def ways(draw: st.DrawFn, codes: str, finals: set[str]) -> list[dict[str, Any]]:
    """Rows into every state and out of every one that is not final; some are shared out."""
    opens = [code for code in codes if code not in finals]
    rows = [
        go(draw(st.sampled_from([o for o in opens if o < code])), code, f"enter_{code}")
        for code in codes[1:]
    ]
    for code in opens:
        leave = go(code, None, f"leave_{code}")
        shares = draw(st.sampled_from(["alone", "alone", "material", "returned_from", "both"]))
        whens: list[dict[str, Any]] = [{}]
        if shares in ("returned_from", "both"):
            whens = [{"returned_from": other} for other in draw(st.sets(st.sampled_from(codes)))]
        if shares in ("material", "both"):
            whens = [{**when, "material": changed} for when in whens for changed in (True, False)]
        for when in whens:
            rows.append({**leave, "to": draw(st.sampled_from(codes)), "when": when})
    return [{**row, "by": ["worker"]} for row in rows] + draw(panel(codes))


@st.composite
def panel(draw: st.DrawFn, codes: str) -> list[dict[str, Any]]:
    """Perhaps a state where something is collected, with automatic rows that wait for it."""
    where, names = draw(st.sampled_from(codes)), draw(st.sampled_from(["", "1", "12", "123"]))
    if not names:
        return []
    collects = draw(st.sampled_from(["judgment", "report"]))
    guards = st.lists(st.sampled_from(["quorum_reached", "finally_reported", "complete"]))
    concluding = [
        go(where, draw(st.sampled_from(codes)), f"conclude{n}", **SYSTEM_MOVES, guards=draw(guards))
        for n in names
    ]
    return [go(where, None, "collect", collects=collects, by=["worker"]), *concluding]


def a_row(codes: str) -> st.SearchStrategy[dict[str, Any]]:
    some_state = st.sampled_from(codes)
    return st.fixed_dictionaries(
        {
            "name": st.sampled_from(["go", "back", "leave", "stamp", "remind"]),
            "from": st.lists(some_state, min_size=1, max_size=2, unique=True),
            "by": st.sampled_from([["worker"], ["worker"], ["boss"], ["system"]]),
        },
        optional={
            "to": some_state,
            "when": st.fixed_dictionaries(
                {}, optional={"returned_from": some_state, "material": st.booleans()}
            ),
            "guards": st.lists(
                st.sampled_from(["complete", "quorum_reached", "finally_reported"]), max_size=2
            ),
            "collects": st.sampled_from(["judgment", "report", "comment"]),
            "undo": st.booleans(),
        },
    )


@st.composite
def a_state(draw: st.DrawFn, *, final: bool) -> dict[str, Any]:
    if final:
        return {"final": True}
    deadline = {"within": 5} | draw(
        st.fixed_dictionaries(
            {}, optional={"remind": st.just([-1]), "do": st.sampled_from(["leave", "back"])}
        )
    )
    return {"editable": draw(st.booleans()), "deadline": deadline}
