"""SpiffWorkflow: a BPMN process with two manual tasks in a loop, kept as JSON in a row.

Its state holds every task that was ever done, so that a long loop would be measured and not an act:
after ten acts the process begins anew, from a state that was made before, in the same statement.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count

from sqlalchemy.orm import Session

from benchmarks.peers.orm import Log, Thing, after, engine, make

# isort: split
# --- what its user writes
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.util.task import TaskState

BPMN = b"""<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d"
    targetNamespace="http://bpmn.io/schema/bpmn">
  <process id="thing" isExecutable="true">
    <startEvent id="start"><outgoing>a</outgoing></startEvent>
    <sequenceFlow id="a" sourceRef="start" targetRef="suspend"/>
    <manualTask id="suspend" name="Suspend"><incoming>a</incoming><incoming>c</incoming>
      <outgoing>b</outgoing></manualTask>
    <sequenceFlow id="b" sourceRef="suspend" targetRef="resume"/>
    <manualTask id="resume" name="Resume"><incoming>b</incoming><outgoing>m</outgoing></manualTask>
    <sequenceFlow id="m" sourceRef="resume" targetRef="more"/>
    <exclusiveGateway id="more" default="c"><incoming>m</incoming><outgoing>c</outgoing>
      <outgoing>e</outgoing></exclusiveGateway>
    <sequenceFlow id="c" sourceRef="more" targetRef="suspend"/>
    <sequenceFlow id="e" sourceRef="more" targetRef="end">
      <conditionExpression>False</conditionExpression></sequenceFlow>
    <endEvent id="end"><incoming>e</incoming></endEvent>
  </process>
</definitions>"""
serializer = BpmnWorkflowSerializer(BpmnWorkflowSerializer.configure())


def begin() -> BpmnWorkflow:
    parser = BpmnParser()
    parser.add_bpmn_str(BPMN)
    workflow = BpmnWorkflow(parser.get_spec("thing"))
    run_until_somebody_is_needed(workflow)
    return workflow


def run_until_somebody_is_needed(workflow: BpmnWorkflow) -> None:
    while task := workflow.get_next_task(state=TaskState.READY, manual=False):
        task.run()


def move(session: Session, thing_id: int, by: str, note: str) -> tuple[Thing, BpmnWorkflow]:
    thing = session.get_one(Thing, thing_id, with_for_update=True)
    workflow = serializer.deserialize_json(thing.kept)
    task = workflow.get_next_task(state=TaskState.READY, manual=True)
    task.run()
    run_until_somebody_is_needed(workflow)
    following = workflow.get_next_task(state=TaskState.READY, manual=True)
    source, target = task.task_spec.name, following.task_spec.name
    after(session, thing, Log(thing_id=thing.id, by=by, source=source, target=target, note=note))
    return thing, workflow


# --- to here

BEGINNING = serializer.serialize_json(begin())
ACTS = 10


def prepare(url: str, clients: int) -> None:
    make(url, clients, BEGINNING)


@contextmanager
def client(url: str, number: int) -> Iterator[Callable[[], object]]:
    numbers = count(1)

    def act() -> None:
        with Session(engine(url)) as session, session.begin():
            thing, workflow = move(session, number + 1, "verifier", "Menunggu anggaran.")
            anew = next(numbers) % ACTS == 0
            thing.kept = BEGINNING if anew else serializer.serialize_json(workflow)

    try:
        yield act
    finally:
        engine(url).dispose()
