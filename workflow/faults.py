"""What pydantic finds wrong with data, as the refusal of a person: field by field, in words.

Which data is checked, and what else may be wrong with it, is not known here.
"""

from __future__ import annotations

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from workflow.errors import Invalid
from workflow.language import N_, Sentence


def invalid(error: ValidationError) -> Invalid:
    """The refusal that names every field that does not fit."""
    return Invalid(dict(map(_sentence_of, error.errors())))


_SENTENCES = {
    "extra_forbidden": N_("There is no such field."),
    "string_type": N_("A text is wanted here."),
    "string_too_long": N_("At most %(max_length)s characters are possible here."),
    "not_text": N_("This holds a character that cannot be stored."),
    "string_unicode": N_("This holds a character that cannot be stored."),
    "decimal": N_("A number with at most 15 digits is wanted here."),
    "iso_date": N_("A date is wanted here, as YYYY-MM-DD."),
    "int_type": N_("A whole number is wanted here."),
    "int_from_float": N_("A whole number is wanted here."),
    "greater_than_equal": N_("At least %(ge)s is possible here."),
    "less_than_equal": N_("At most %(le)s is possible here."),
    "decimal_max_places": N_("At most %(decimal_places)s decimal places are possible here."),
    "literal_error": N_("Only one of these is possible here: %(expected)s."),
    "enum": N_("Only one of these is possible here: %(expected)s."),
    "list_type": N_("A list is wanted here."),
    "too_long": N_("At most %(max_length)s entries are possible here."),
    "model_type": N_("A group of fields is wanted here."),
    "model_attributes_type": N_("A group of fields is wanted here."),
    "dict_type": N_("A group of fields is wanted here."),
    "missing": N_("This is missing."),
}
_PATTERNS = {
    r"^[0-9]{18}$": N_("A NIP has exactly 18 digits."),
    r"^[0-9a-f]{64}$": N_("A file is named by its SHA-256, 64 digits of lower-case hex."),
}
_DOES_NOT_FIT = N_("This does not fit here.")


def _sentence_of(problem: ErrorDetails) -> tuple[str, Sentence]:
    """The path of a field and what is wrong with it, in words for the person who filled it in."""
    values = {key: str(value) for key, value in problem.get("ctx", {}).items()}
    text = _SENTENCES.get(problem["type"]) or _PATTERNS.get(values.get("pattern", ""))
    return ".".join(map(str, problem["loc"])), Sentence(text or _DOES_NOT_FIT, values)
