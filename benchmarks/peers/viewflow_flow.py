"""viewflow's flow: a process whose tasks, assigned to somebody, are its log."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

from benchmarks.peers.django_rest import WITH_THE_REST, Obliged, after
from benchmarks.peers.django_setup import connected, make_tables

# isort: split
# --- what its user writes
from django.contrib.auth.models import User
from django.db import models
from viewflow import this
from viewflow.workflow import flow, lock
from viewflow.workflow.models import Process, Task


class Thing(Obliged):
    process = models.OneToOneField(Process, on_delete=models.PROTECT)


class ThingFlow(flow.Flow):
    process_class = Process
    lock_impl = lock.select_for_update_lock

    start = flow.StartHandle().Next(this.suspend)
    suspend = flow.View(lambda request: None).Assign(username="verifier").Next(this.resume)
    resume = flow.View(lambda request: None).Assign(username="verifier").Next(this.suspend)
    end = flow.End()


def move(process_id: int, by: User, note: str) -> None:
    with ThingFlow.lock(process_id):
        task = Task.objects.select_related("process").get(
            process_id=process_id, status="ASSIGNED", owner=by
        )
        task.data = {"note": note}
        activation = task.flow_task.activation_class(task)
        if not activation.start.has_perm(by):
            raise PermissionError(by)
        activation.start(None)
        activation.execute()
        if WITH_THE_REST:
            thing = Thing.objects.get(process_id=process_id)
            after(thing, by.username, task.flow_task.name, note)
            thing.save()


# --- to here


def prepare(url: str, clients: int) -> None:
    make_tables(Thing)
    for number in range(clients):
        process = ThingFlow.start.run()
        Thing.objects.create(title=f"Thing {number}", process=process)


def client(url: str, number: int) -> AbstractContextManager[Callable[[], object]]:
    process, by = Process.objects.order_by("pk")[number], User.objects.get()
    return connected(lambda: move(process.pk, by, "Menunggu anggaran."))
