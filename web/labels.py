"""What the fields and choices of a Quick Win are called, in one place for pages, forms and diffs.

Each name is a lazy text of the catalogue. What a field may hold is known in `workflow.fields`; a
code that has no name here is shown as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext

from workflow.light import NAMES

# flask_babel has no types: a name is its lazy text, which templates and WTForms print.
Names = Mapping[str, Any]

FIELDS: Names = {
    "title": lazy_gettext("Short name"),
    "title_expansion": lazy_gettext("What the name stands for"),
    "dimension": lazy_gettext("Dimension"),
    "subdimension": lazy_gettext("Subdimension"),
    "instrument": lazy_gettext("Instrument"),
    "initiator": lazy_gettext("Initiator"),
    "form": lazy_gettext("Form of innovation"),
    "rpjmd_program": lazy_gettext("RPJMD programme"),
    "problem": lazy_gettext("Problem"),
    "summary": lazy_gettext("Short description"),
    "objective": lazy_gettext("Objective"),
    "benefit": lazy_gettext("Benefit"),
    "uniqueness": lazy_gettext("Uniqueness"),
    "beneficiaries": lazy_gettext("Beneficiaries"),
    "indicators": lazy_gettext("Indicators"),
    "milestones": lazy_gettext("Milestones"),
    "budget": lazy_gettext("Budget"),
    "funding_source": lazy_gettext("Source of funds"),
    "pic": lazy_gettext("Person in charge"),
    "executing_unit": lazy_gettext("Executing unit"),
    "partners": lazy_gettext("Partners"),
    "potential": lazy_gettext("Potential for growth"),
    "sustainability": lazy_gettext("How it will be kept going"),
    "risks": lazy_gettext("Risks"),
    "readiness": lazy_gettext("Readiness"),
    "files": lazy_gettext("Evidence files"),
}

# The fields of the groups within the content, by the group's name.
PARTS: Mapping[str, Names] = {
    "indicators": {
        "kind": lazy_gettext("Kind"),
        "name": lazy_gettext("Indicator"),
        "baseline": lazy_gettext("Baseline"),
        "target": lazy_gettext("Target"),
        "unit": lazy_gettext("Unit of measure"),
    },
    "milestones": {"name": lazy_gettext("Milestone"), "date": lazy_gettext("Date")},
    "pic": {
        "name": lazy_gettext("Name"),
        "position": lazy_gettext("Position"),
        "contact": lazy_gettext("Contact"),
        "nip": lazy_gettext("NIP"),
    },
    "partners": {"name": lazy_gettext("Partner"), "role": lazy_gettext("Role in it")},
    "readiness": {
        "regulation": lazy_gettext("Regulation"),
        "infrastructure": lazy_gettext("Infrastructure"),
        "application": lazy_gettext("Application"),
        "staff": lazy_gettext("Staff"),
    },
}

_READY: Names = {
    "yes": lazy_gettext("Ready"),
    "in_progress": lazy_gettext("In progress"),
    "not_yet": lazy_gettext("Not yet"),
}

# The choices of a field, by its path with dots; of rows, by the path without the index.
CHOICES: Mapping[str, Names] = {
    "instrument": {"it": lazy_gettext("IT"), "non_it": lazy_gettext("Not IT")},
    "initiator": {
        "head_of_region": lazy_gettext("Head of the region"),
        "council": lazy_gettext("Regional council (DPRD)"),
        "agency": lazy_gettext("Agency"),
        "civil_servant": lazy_gettext("Civil servant"),
        "public": lazy_gettext("The public"),
    },
    "form": {
        "governance": lazy_gettext("Governance"),
        "public_service": lazy_gettext("Public service"),
        "other": lazy_gettext("Other"),
    },
    "funding_source": {
        "apbd": lazy_gettext("APBD (the region's budget)"),
        "non_apbd": lazy_gettext("Outside the APBD"),
    },
    "indicators.kind": {"output": lazy_gettext("Output"), "outcome": lazy_gettext("Outcome")},
    **{f"readiness.{part}": _READY for part in PARTS["readiness"]},
}

VERDICTS: Names = {
    "approve": lazy_gettext("Approve"),
    "revise": lazy_gettext("Ask for a revision"),
    "reject": lazy_gettext("Reject"),
}
VERDICT_HINTS: Names = {
    "approve": lazy_gettext("You recommend that it goes on as it is."),
    "revise": lazy_gettext(
        "You recommend that it goes on once something is put right. Say what, below or beside the"
        " fields."
    ),
    "reject": lazy_gettext("You recommend that it ends here. Say why."),
}

# How far the reviewers agree (`workflow.scoring`).
AGREEMENTS: Names = {
    "high": lazy_gettext("High"),
    "medium": lazy_gettext("Medium"),
    "low": lazy_gettext("Low"),
}

# How another Quick Win compares with a proposal.
COMPARISONS: Names = {
    "same": lazy_gettext("the same"),
    "overlapping": lazy_gettext("overlapping"),
    "different": lazy_gettext("different"),
}

# The traffic light of an implementation, and how far an agency is.
LIGHTS: Names = {light: lazy_gettext(name) for light, name in NAMES.items()}
COVERAGE: Names = {
    "nothing": lazy_gettext("Nothing yet"),
    "draft": lazy_gettext("Draft"),
    "in_progress": lazy_gettext("In progress"),
    "established": lazy_gettext("Established"),
    "implementation": lazy_gettext("Implementation"),
    "completed": lazy_gettext("Completed"),
}

# Days of the calendar.
DAY_KINDS: Names = {
    "national": lazy_gettext("National holiday"),
    "joint_leave": lazy_gettext("Joint leave"),
    "local": lazy_gettext("Local, of the city"),
}


def choice(path: str, code: str) -> Any:
    """The name of a choice, or the code where it has none."""
    return CHOICES.get(path, {}).get(code, code)
