"""`quickwin workflow`: check a definition, and print the document drawn from the shipped one.

Needs no database and no settings. What makes a definition right is not known here.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from workflow.definition import Workflow
    from workflow.language import Sentence


@click.group()
def workflow() -> None:
    """Check definitions, and draw the shipped one."""


@workflow.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--language",
    type=click.Choice(["id", "en"]),
    default=lambda: "id" if os.environ.get("LANG", "").startswith("id") else "en",
    show_default="that of LANG, else en",
    help="Language of the answer.",
)
def check(file: Path, language: str) -> None:
    """Say what is wrong with the definition in FILE. Needs no database."""
    from workflow import checks
    from workflow.document import Malformed, load

    try:
        definition = load(_text(file, language))
        findings = checks.check(definition)
    except Malformed as malformed:
        findings = malformed.findings
    if findings:
        lines = (f"{finding.place}: {_said(finding.sentence, language)}" for finding in findings)
        click.echo("\n".join(lines), err=True)
        raise SystemExit(1)
    click.echo(_said(_counted(definition), language))


@workflow.command()
def document() -> None:
    """Print workflow/README.md: the diagram, who may do what, the deadlines."""
    from workflow.document import shipped
    from workflow.drawing import document as drawn

    click.echo(drawn(shipped()), nl=False)


def _text(file: Path, language: str) -> str:
    from workflow.language import Sentence

    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        sentence = Sentence("This file is not a text in UTF-8.")
        raise click.ClickException(_said(sentence, language)) from error
    except OSError as error:
        raise click.FileError(str(file), error.strerror or "") from error


def _counted(definition: Workflow) -> Sentence:
    from workflow.language import Sentence

    return Sentence(
        "No findings: “%(name)s”, version %(version)s, has %(states)s states, %(rows)s "
        "transitions and %(roles)s roles.",
        {
            "name": definition.name,
            "version": definition.version,
            "states": len(definition.states),
            "rows": len(definition.transitions),
            "roles": len(definition.roles),
        },
    )


def _said(sentence: Sentence, language: str) -> str:
    from workflow.language import NotCompiled, say

    try:
        return say(sentence, language)
    except NotCompiled as error:
        raise click.ClickException(str(error)) from error
