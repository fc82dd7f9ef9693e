"""A good example for each field of a proposal, shown beside it.

All of them belong to one invented Quick Win, so that they can be read together.
"""

from __future__ import annotations

from flask_babel import lazy_gettext

from web.labels import Names

EXAMPLES: Names = {
    "title": lazy_gettext("PELITA LANSIA"),
    "title_expansion": lazy_gettext("Weekly care for the elderly who live alone"),
    "dimension": lazy_gettext(
        "Smart Society. Choose by what the public gets, not by the office that does the work: a"
        " visiting service of the social office helps people live together, so it is not"
        " Governance."
    ),
    "subdimension": lazy_gettext("Community, since neighbours look after neighbours."),
    "instrument": lazy_gettext(
        "Not IT: volunteers with a paper card. A group chat alone does not make it IT."
    ),
    "form": lazy_gettext(
        "Public service: people receive something. Governance: an office works better."
    ),
    "initiator": lazy_gettext(
        "Civil servant, when a member of staff had the idea and tried it first."
    ),
    "rpjmd_program": lazy_gettext("Programme of social rehabilitation"),
    "executing_unit": lazy_gettext(
        "The health centre or kelurahan that does the daily work. Leave it open when the agency"
        " does it itself."
    ),
    "summary": lazy_gettext(
        "Trained neighbours visit every elderly person who lives alone once a week, ask five"
        " questions and report to the health centre the same day. It began in two kelurahan."
    ),
    "problem": lazy_gettext(
        "340 elderly people in our city live alone. In 2025, 27 of them were found seriously ill"
        " only after more than three days. Officers can visit each of them only twice a year."
    ),
    "objective": lazy_gettext(
        "By December 2026 every elderly person who lives alone is visited once a week, and an"
        " illness is known within 24 hours."
    ),
    "benefit": lazy_gettext(
        "Families know that somebody looks in. Illnesses are treated early: fewer emergencies,"
        " shorter stays in hospital."
    ),
    "beneficiaries": lazy_gettext(
        "340 elderly people in 8 kecamatan, about 900 members of their families, 12 health centres."
    ),
    "uniqueness": lazy_gettext(
        "Elsewhere officers visit by a fixed schedule. Here neighbours do, and five questions on a"
        " card decide who is visited by a nurse the same day. No city nearby has that."
    ),
    "indicators": lazy_gettext(
        "Output: elderly people visited each week, today 0, at the end 340, people.\n"
        "Outcome: illnesses known within 24 hours, today 35, at the end 90, percent.\n"
        "Not so good: “service improves”. It cannot be counted."
    ),
    "milestones": lazy_gettext(
        "80 volunteers trained, 15/08/2026\n"
        "Visits in 2 kelurahan, 01/09/2026\n"
        "Visits in all 43 kelurahan, 01/12/2026\n"
        "Not so good: “preparation”, “coordination meeting”."
    ),
    "budget": lazy_gettext(
        "48,5 juta for cards, training and transport. Count only what comes on top of salaries and"
        " of what is there already."
    ),
    "funding_source": lazy_gettext(
        "APBD, when it stands in the budget of the agency. Outside the APBD: CSR, a grant, the"
        " community's own money."
    ),
    "pic": lazy_gettext(
        "Somebody who works on it every week and can decide: the head of a section rather than the"
        " head of the agency."
    ),
    "partners": lazy_gettext(
        "PKK: chooses and accompanies the volunteers\n"
        "Nursing academy: trains them\n"
        "A bank's CSR: pays for the cards"
    ),
    "readiness": lazy_gettext(
        "Regulation “in progress”: a draft circular of the mayor is with the legal office. Put what"
        " shows it under the evidence."
    ),
    "potential": lazy_gettext(
        "The card can be used for people with disabilities, too, and by any city with a PKK: it"
        " needs no software and no new post."
    ),
    "sustainability": lazy_gettext(
        "From 2027 the transport stands in the agency's budget (Rp30.000.000 a year), and the"
        " visits in the work plan of the health centres."
    ),
    "risks": lazy_gettext(
        "Volunteers may drop out: each visits at most five people, and there are two substitutes in"
        " every kelurahan. Privacy: cards stay at the health centre."
    ),
    "files": lazy_gettext(
        "Photos of the trial, the letter that appoints the team, a table with the figures of the"
        " problem, a draft regulation."
    ),
}
