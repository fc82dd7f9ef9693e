"""Django without a project: one database, and this package as the application of the things."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import django
from django.apps import AppConfig
from django.conf import settings


class Things(AppConfig):
    name = "benchmarks.peers"
    label = "things"
    default_auto_field = "django.db.models.BigAutoField"


def database(url: str) -> dict[str, Any]:
    """Kept open, as in production; everything else as Django has it."""
    parts = urlsplit(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": parts.username,
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parse_qs(parts.query)["host"][0],
        "CONN_MAX_AGE": None,
    }


settings.configure(
    DATABASES={"default": database(os.environ["BENCH_URL"])},
    INSTALLED_APPS=[
        "django.contrib.contenttypes",
        "django.contrib.auth",
        "django_fsm_log",
        "viewflow",
        "viewflow.workflow",
        "benchmarks.peers.django_setup.Things",
    ],
    USE_TZ=True,
)
django.setup()


def make_tables(*models: Any) -> None:
    """Those of the applications, of the rest and of `models`; and the user who acts."""
    from django.contrib.auth.models import User
    from django.core.management import call_command
    from django.db import connection

    from benchmarks.peers import django_rest

    call_command("migrate", verbosity=0)
    with connection.schema_editor() as editor:
        for model in (*django_rest.MODELS, *models):
            editor.create_model(model)
    User.objects.create(username="verifier")
    django_rest.make_posts()


@contextmanager
def connected(act: Callable[[], object]) -> Iterator[Callable[[], object]]:
    from django.db import connection

    try:
        yield act
    finally:
        connection.close()
