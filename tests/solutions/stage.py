"""The stage on which stories and solution tests play: one city, with verbs called as its people call them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from nakhon.kernel.context import Context
from nakhon.kernel.definitions.checking import Document, check
from nakhon.kernel.definitions.faults import FaultyDefinitions
from nakhon.kernel.definitions.planning import Plan
from nakhon.kernel.definitions.queries import plan_definitions
from nakhon.kernel.definitions.reader import Source
from nakhon.kernel.definitions.services import apply_definitions
from nakhon.kernel.models import Work, WorkStatus
from nakhon.kernel.outbox import run
from nakhon.kernel.tasks import system_context
from nakhon.kernel.tenancy import act_in
from nakhon.people.models import Organisation
from nakhon.solutions.packs import Pack, pack_from
from nakhon.solutions.queries import plan_removal, plan_solution, solution_pack
from nakhon.solutions.services import apply_solution, remove_solution
from tests import make

ROOT = Path(__file__).resolve().parents[2]


def documents(text: str, name: str = "own.yaml") -> list[Document]:
    checked = check([Source(name, text.encode())])
    if checked.faults:
        raise FaultyDefinitions(checked.faults)
    return checked.documents


def pack(files: dict[str, str]) -> Pack:
    return pack_from({name: text.encode() for name, text in files.items()})


@dataclass(frozen=True)
class City:
    """A city of the tests; ``ctx()`` is the public, ``ctx("admin")`` its administrator."""

    organisation: Organisation

    def ctx(self, *roles: str) -> Context:
        return make.ctx(self.organisation, *roles)

    def define(self, text: str, **how: object) -> Plan:
        found = documents(text)
        plan = plan_definitions(self.ctx("admin"), documents=found, **how)
        return apply_definitions(self.ctx("admin"), documents=found, plan_hash=plan.hash, **how)

    def install_pack(self, wanted: Pack, **values: object) -> Plan:
        plan = plan_solution(self.ctx("admin"), pack=wanted, values=values)
        return apply_solution(self.ctx("admin"), pack=wanted, plan_hash=plan.hash, values=values)

    def install(self, solution: str, **values: object) -> Plan:
        return self.install_pack(solution_pack(self.ctx("admin"), solution=solution), **values)

    def remove(self, solution: str, *, keep_data: bool = False) -> Plan:
        plan = plan_removal(self.ctx("admin"), solution=solution, keep_data=keep_data)
        return remove_solution(self.ctx("admin"), solution=solution, plan_hash=plan.hash, keep_data=keep_data)

    def work(self) -> None:
        """Do what waits in the outbox, as the worker does, until nothing is left."""
        ctx = system_context(self.organisation.tenant, "worker")
        with act_in(ctx):
            while (work := Work.objects.filter(status=WorkStatus.PENDING).order_by("created_at").first()) is not None:
                run(ctx, work)
                Work.objects.filter(pk=work.pk).update(status=WorkStatus.DONE)
