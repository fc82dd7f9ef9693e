"""With Django's ORM, the rest of what the door does, as the user of such a library writes it."""

from __future__ import annotations

import hashlib
import json
import os
from datetime import UTC, datetime, timedelta

import benchmarks.peers.django_setup  # noqa: F401 - models need it

# isort: split
from django.db import models

WITH_THE_REST = bool(os.environ.get("BENCH_REST"))


class Obliged(models.Model):
    """What a thing has besides its state."""

    class Meta:
        abstract = True
        app_label = "things"

    title = models.CharField(max_length=120)
    unit = models.IntegerField(default=1)
    visit = models.IntegerField(default=1)
    due_at = models.DateTimeField(null=True)
    head = models.CharField(max_length=64, default="")


class Post(models.Model):
    class Meta:
        app_label = "things"

    person = models.CharField(max_length=50, db_index=True)
    role = models.CharField(max_length=50)
    unit = models.IntegerField(null=True)


class Seal(models.Model):
    class Meta:
        app_label = "things"

    thing_id = models.BigIntegerField()
    visit = models.IntegerField()
    hash = models.CharField(max_length=64)


class Owed(models.Model):
    class Meta:
        app_label = "things"

    seal = models.ForeignKey(Seal, on_delete=models.PROTECT)
    person = models.CharField(max_length=50)


class Due(models.Model):
    class Meta:
        app_label = "things"

    thing_id = models.BigIntegerField(db_index=True)
    visit = models.IntegerField()
    action = models.CharField(max_length=50)
    at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)


# --- what its user writes for the rest
STEPS = (("remind", -5), ("remind", 1), ("escalate", 3), ("escalate", 8), ("escalate", 13))


def rest(thing: Obliged, by: str, action: str, note: str) -> None:
    """Rights, hash chain, owed mails and due rows; the days are those of the calendar. The caller
    saves the thing."""
    if not Post.objects.filter(person=by, role="verifier").exists():
        raise PermissionError(by)
    told = {"thing": thing.pk, "by": by, "action": action, "note": note, "visit": thing.visit}
    text = json.dumps(told, sort_keys=True)
    thing.head = hashlib.sha256(f"{thing.head}\n{text}".encode()).hexdigest()
    thing.visit += 1
    thing.due_at = datetime.now(UTC) + timedelta(days=60)
    seal = Seal.objects.create(thing_id=thing.pk, visit=thing.visit, hash=thing.head)
    people = Post.objects.filter(role__in=("submitter", "head"), unit=thing.unit)
    Owed.objects.bulk_create(Owed(seal=seal, person=each.person) for each in people)
    Due.objects.filter(thing_id=thing.pk, done_at=None).delete()
    Due.objects.bulk_create(
        Due(
            thing_id=thing.pk,
            visit=thing.visit,
            action=action,
            at=thing.due_at + timedelta(days=days),
        )
        for action, days in STEPS
    )


# --- to here


def after(thing: Obliged, by: str, action: str, note: str) -> None:
    """What every peer does once its transition has happened."""
    if WITH_THE_REST:
        rest(thing, by, action, note)


MODELS = (Post, Seal, Owed, Due)


def make_posts() -> None:
    """As many people as the demo city has, two of whom are told."""
    posts = [Post(person="verifier", role="verifier")]
    for unit in range(1, 44):
        for role in ("submitter", "head"):
            posts.append(Post(person=f"{role}{unit}", role=role, unit=unit))
    Post.objects.bulk_create(posts)
