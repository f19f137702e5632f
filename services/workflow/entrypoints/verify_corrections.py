"""Check the chain of an organization's corrections, for the command line."""

from __future__ import annotations

from typing import Final

import msgspec

from chassis import process
from chassis.mongo.factory import service_actor
from chassis.ports import Work
from services.workflow.bootstrap import MAPPINGS, SERVICE
from services.workflow.domain.corrections.chain import ChainHead, CorrectionEntry, Flaw, verify
from services.workflow.domain.corrections.correction import Correction

EVERY: Final = 10_000_000


def chain_flaws(mongo_uri: str, namespace: str, org_id: str) -> list[Flaw]:
    """What was changed behind our back; read in one transaction, so that nothing moves meanwhile."""
    factory = process.work_factory(SERVICE, MAPPINGS, mongo_uri=mongo_uri, namespace=namespace)
    try:
        return factory.run(service_actor(SERVICE), org_id, _flaws)
    except msgspec.ValidationError as wrong:
        return [Flaw(n=0, correction_id="", what=f"a document has lost its shape: {wrong}")]
    finally:
        factory.client.close()


def _flaws(work: Work) -> list[Flaw]:
    entries = work.find(CorrectionEntry, order="n", limit=EVERY)
    return verify(entries, work.first(ChainHead), work.find(Correction, limit=EVERY))
