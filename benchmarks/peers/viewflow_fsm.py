"""viewflow.fsm: a flow class around a model, which saves it and writes a log where it succeeds."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from itertools import cycle

from benchmarks.peers.django_rest import Obliged, after
from benchmarks.peers.django_setup import connected, make_tables

# isort: split
# --- what its user writes
from django.contrib.auth.models import User
from django.db import models, transaction
from viewflow import fsm


class State(models.TextChoices):
    IMPLEMENTATION = "implementation"
    SUSPENDED = "suspended"


class Thing(Obliged):
    state = models.CharField(max_length=50, choices=State.choices, default=State.IMPLEMENTATION)


class Log(models.Model):
    class Meta:
        app_label = "things"

    thing = models.ForeignKey(Thing, on_delete=models.PROTECT)
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT)
    source = models.CharField(max_length=50)
    target = models.CharField(max_length=50)
    note = models.TextField()


class ThingFlow:
    state = fsm.State(State, default=State.IMPLEMENTATION)

    def __init__(self, thing, by, note):
        self.thing, self.by, self.note = thing, by, note

    @state.setter()
    def _set_state(self, value):
        self.thing.state = value

    @state.getter()
    def _get_state(self):
        return State(self.thing.state)

    @state.on_success()
    def _on_success(self, descriptor, source, target):
        after(self.thing, self.by.username, target, self.note)
        self.thing.save()
        Log.objects.create(
            thing=self.thing, by=self.by, source=source, target=target, note=self.note
        )

    @state.transition(source=State.IMPLEMENTATION, target=State.SUSPENDED)
    def suspend(self):
        pass

    @state.transition(source=State.SUSPENDED, target=State.IMPLEMENTATION)
    def resume(self):
        pass


def move(thing_id: int, action: str, by: User, note: str) -> None:
    with transaction.atomic():
        thing = Thing.objects.select_for_update().get(pk=thing_id)
        getattr(ThingFlow(thing, by, note), action)()


# --- to here


def prepare(url: str, clients: int) -> None:
    make_tables(Thing, Log)
    Thing.objects.bulk_create(Thing(title=f"Thing {number}") for number in range(clients))


def client(url: str, number: int) -> AbstractContextManager[Callable[[], object]]:
    thing = Thing.objects.order_by("pk")[number]
    by = User.objects.get()
    actions = ["suspend", "resume"]
    following = cycle(actions if thing.state == State.IMPLEMENTATION else actions[::-1])
    return connected(lambda: move(thing.pk, next(following), by, "Menunggu anggaran."))
