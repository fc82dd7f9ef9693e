"""django-fsm-2 with django-fsm-log: a protected state, and a log written by its signal."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from itertools import cycle

from benchmarks.peers.django_rest import Obliged, after
from benchmarks.peers.django_setup import connected, make_tables

# isort: split
# --- what its user writes
from django.contrib.auth.models import User
from django.db import transaction
from django_fsm import FSMField, transition
from django_fsm_log.decorators import fsm_log_by, fsm_log_description


class Thing(Obliged):
    state = FSMField(default="implementation", protected=True)

    @fsm_log_by
    @fsm_log_description
    @transition(field=state, source="implementation", target="suspended")
    def suspend(self, by=None, description=None):
        pass

    @fsm_log_by
    @fsm_log_description
    @transition(field=state, source="suspended", target="implementation")
    def resume(self, by=None, description=None):
        pass


def move(thing_id: int, action: str, by: User, note: str) -> None:
    with transaction.atomic():
        thing = Thing.objects.select_for_update().get(pk=thing_id)
        getattr(thing, action)(by=by, description=note)
        after(thing, by.username, action, note)
        thing.save()


# --- to here


def prepare(url: str, clients: int) -> None:
    make_tables(Thing)
    Thing.objects.bulk_create(Thing(title=f"Thing {number}") for number in range(clients))


def client(url: str, number: int) -> AbstractContextManager[Callable[[], object]]:
    thing = Thing.objects.order_by("pk")[number]
    by = User.objects.get()
    actions = ["suspend", "resume"]
    following = cycle(actions if thing.state == "implementation" else actions[::-1])
    return connected(lambda: move(thing.pk, next(following), by, "Menunggu anggaran."))
