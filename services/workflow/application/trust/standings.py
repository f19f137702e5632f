"""What the ledger says of a person on a channel."""

from __future__ import annotations

from chassis.ports import Work
from contracts.workflow.content_states import TopicRisk
from contracts.workflow.trust import LedgerOutcome
from services.workflow.domain.channels.entities import Channel
from services.workflow.domain.people.entities import Person
from services.workflow.domain.trust.entry import LedgerEntry
from services.workflow.domain.trust.record import TrustRecord, look_again_at
from services.workflow.domain.trust.standing import Standing, standing_of
from services.workflow.domain.trust.weights import GRAVEST
from services.workflow.domain.trust.wording import next_step, record_of, sentences

RECORD_TIMER = "trust_record_look"
MOST_CLEAN = 2_000
"""The latest clean publications that are weighed; leaving out older ones only makes review deeper."""
ALL_INCIDENTS = 100_000


def standing_on(person_id: str, channel_id: str, risk: TopicRisk, *, work: Work) -> Standing:
    """As of now, from the ledger itself; every incident counts, however long ago."""
    clean = work.find(
        LedgerEntry,
        order="-happened_at",
        limit=MOST_CLEAN,
        person_id=person_id,
        channel_id=channel_id,
        outcome=LedgerOutcome.CLEAN,
        risk=risk,
    )
    incidents = work.find(
        LedgerEntry,
        limit=ALL_INCIDENTS,
        person_id=person_id,
        channel_id=channel_id,
        outcome=LedgerOutcome.INCIDENT,
    )
    return standing_of([*clean, *incidents], risk, work.now)


def record_id(person_id: str, channel_id: str, risk: TopicRisk, *, work: Work) -> str:
    """One record for each person, channel and risk."""
    return work.ids.derived("trust record", work.org_id, person_id, channel_id, risk.value)


def show(entry: LedgerEntry, work: Work) -> None:
    """Bring the record of the entry's person, channel and risk up to date.

    A grave incident changes their records of all risks on the channel.
    """
    ident = record_id(entry.person_id, entry.channel_id, entry.risk, work=work)
    known = work.first(TrustRecord, id=ident)
    _store(_record(ident, entry, work), known, work)
    if entry.severity == GRAVEST:
        person_id, channel_id = entry.person_id, entry.channel_id
        for record in work.find(TrustRecord, person_id=person_id, channel_id=channel_id):
            if record.id != ident:
                _store(_record(record.id, record, work), record, work)


def look_again(ident: str, work: Work) -> None:
    """Timer: weights have faded, or a probation has ended."""
    known = work.first(TrustRecord, id=ident)
    if known is not None:
        _store(_record(ident, known, work), known, work)


def _record(ident: str, about: LedgerEntry | TrustRecord, work: Work) -> TrustRecord:
    standing = standing_on(about.person_id, about.channel_id, about.risk, work=work)
    return TrustRecord(
        id=ident,
        org_id=work.org_id,
        person_id=about.person_id,
        account_id=work.get(Person, about.person_id).account_id,
        channel_id=about.channel_id,
        unit_id=work.get(Channel, about.channel_id).unit_id,
        risk=about.risk,
        tier=standing.tier,
        score=standing.score,
        clean_count=standing.clean,
        incident_count=standing.incidents,
        self_reported_count=standing.self_reported,
        probation_until=standing.probation_until,
        sentence=_sentence(standing),
        as_of=work.now,
    )


def _sentence(standing: Standing) -> str:
    above = standing.steps_above
    step = next_step(standing, above[0]) if above else ""
    return sentences(f"{record_of(standing)}: {standing.tier}.", step)


def _store(record: TrustRecord, known: TrustRecord | None, work: Work) -> None:
    if known is None:
        work.add(record)
    else:
        work.save(record.of(known))
    again = look_again_at(record.clean_count, record.probation_until, work.now)
    work.stop_timers(record.id, RECORD_TIMER)
    if again is not None:
        work.start_timer(RECORD_TIMER, record.id, again)
