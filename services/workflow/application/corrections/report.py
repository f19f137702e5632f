"""Say that something live is wrong."""

from __future__ import annotations

from datetime import datetime

from chassis.ports import Work
from contracts.commands import Done
from contracts.refusals import Refusal, RefusalCode
from contracts.workflow.corrections import (
    CorrectionReported,
    CorrectionState,
    FoundBy,
    ReportMistake,
)
from contracts.workflow.deliveries import DeliveryAction, DeliveryState
from services.workflow.application.content.items import person_of
from services.workflow.application.deliveries.changes import live_text
from services.workflow.application.ledger.recording import answer, begun
from services.workflow.domain import wording
from services.workflow.domain.channels.entities import Channel
from services.workflow.domain.content.item import ContentItem
from services.workflow.domain.corrections.correction import (
    BEFORE_APPROVAL,
    UNDER_WAY,
    Correction,
    CorrectionTarget,
)
from services.workflow.domain.deliveries.delivery import Delivery

DEALS_WITH_IT = BEFORE_APPROVAL | UNDER_WAY - {CorrectionState.APPLIED}
WORDS_LIMIT = 2000


def report_mistake(command: ReportMistake, work: Work) -> Done:
    """A new correction in ``reported``, over what is live of one item."""
    item = work.get(ContentItem, command.content_id)
    # Writing the item back makes a report that runs at the same time run again: one mistake is
    # dealt with once.
    work.save(item)
    live = _live(item, command.delivery_ids, work)
    _refuse_dealt_with(item, live, work)
    correction = _reported(item, live, command, work=work)
    fact = CorrectionReported(
        correction_id=correction.id,
        content_id=item.id,
        unit_id=item.unit_id,
        delivery_ids=tuple(d.id for d in live),
        reported_by=correction.reported_by,
        found_by=correction.found_by,
        found_at=correction.found_at,
        live_at=correction.live_at,
        what_was_wrong=correction.what_was_wrong,
    )
    return answer(begun(correction, fact, work))


def _live(item: ContentItem, wanted: tuple[str, ...], work: Work) -> list[Delivery]:
    found = {
        d.id: d
        for d in work.find(Delivery, content_id=item.id)
        if d.action is DeliveryAction.PUBLISH
        and d.state is DeliveryState.CONFIRMED
        and live_text(d, work) is not None
    }
    missing = [ident for ident in wanted if ident not in found]
    if missing or not found:
        data = {"delivery_id": missing[0]} if missing else {"content_id": item.id}
        raise Refusal(RefusalCode.NOT_LIVE, "This is not live.", data=data, field=("deliveryIds",))
    return [found[ident] for ident in dict.fromkeys(wanted or sorted(found))]


def _refuse_dealt_with(item: ContentItem, live: list[Delivery], work: Work) -> None:
    ids = {d.id for d in live}
    for other in work.find(Correction, content_id=item.id):
        if other.state in DEALS_WITH_IT and ids & {t.delivery_id for t in other.targets}:
            raise Refusal(
                RefusalCode.ALREADY_EXISTS,
                "A correction deals with this already.",
                data={"correction_id": other.id, "state": other.state.value},
            )


def _reported(
    item: ContentItem, live: list[Delivery], command: ReportMistake, *, work: Work
) -> Correction:
    person = person_of(work)
    return Correction(
        id=work.ids.new(),
        org_id=work.org_id,
        content_id=item.id,
        unit_id=item.unit_id,
        state=CorrectionState.REPORTED,
        targets=tuple(_target(d, work) for d in live),
        reported_by=person,
        reported_at=work.now,
        found_by=_found_by(item, person, by_public=command.by_public),
        found_at=_found_at(command.found_at, work.now),
        live_at=min(_live_at(d) for d in live),
        what_was_wrong=words(command.what_was_wrong, "whatWasWrong"),
    )


def _target(delivery: Delivery, work: Work) -> CorrectionTarget:
    return CorrectionTarget(
        delivery_id=delivery.id,
        channel_id=delivery.channel_id,
        channel_name=work.get(Channel, delivery.channel_id).name,
        external_id=delivery.external_id or "",
        url=delivery.url or "",
        live_at=_live_at(delivery),
    )


def _live_at(delivery: Delivery) -> datetime:
    return delivery.confirmed_at or delivery.due_at


def _found_by(item: ContentItem, person: str, *, by_public: bool) -> FoundBy:
    if by_public:
        return FoundBy.PUBLIC
    return FoundBy.AUTHOR if person == item.author_id else FoundBy.COLLEAGUE


def _found_at(given: datetime | None, now: datetime) -> datetime:
    if given is None:
        return now
    if given > now:
        raise Refusal(RefusalCode.INVALID_TIME, "That is still to come.", field=("foundAt",))
    return given.replace(microsecond=given.microsecond // 1000 * 1000)


def words(text: str, field: str) -> str:
    """A short text for people, on one line; the public reads it as it is."""
    return wording.line(" ".join(text.split()), field, limit=WORDS_LIMIT)
