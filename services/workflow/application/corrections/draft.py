"""Say how it shall be put right: the words for each channel, and what the public reads."""

from __future__ import annotations

import msgspec

from chassis.ports import Work
from contracts.commands import Done
from contracts.refusals import Refusal, RefusalCode
from contracts.workflow.content import Finding, Variant
from contracts.workflow.corrections import (
    CorrectionKind,
    DraftCorrection,
    ReturnCorrection,
    TargetAction,
)
from services.workflow.application.content.items import person_of, refuse_bad_variants
from services.workflow.application.corrections.report import words
from services.workflow.application.ledger.recording import answer, written
from services.workflow.application.policies.checking import Judged, judged
from services.workflow.domain import wording
from services.workflow.domain.channels.entities import Channel
from services.workflow.domain.content.item import ContentItem
from services.workflow.domain.corrections import events
from services.workflow.domain.corrections.correction import Correction, CorrectionTarget
from services.workflow.domain.corrections.machine import transition
from services.workflow.domain.policies.judging import PENDING

K = CorrectionKind


def draft_correction(command: DraftCorrection, work: Work) -> Done:
    """A draft that replaces the one before. Links it names are looked at before its approval."""
    correction = work.get(Correction, command.correction_id)
    by_channel = _by_channel(correction, command, work)
    targets = tuple(_planned(t, command.kind, by_channel, work=work) for t in correction.targets)
    if by_channel:
        said = clauses_on(correction, tuple(by_channel.values()), work).findings
        refuse_blocked(tuple(f for f in said if f.blocks and f.check != PENDING))
    event = events.Drafted(
        at=work.now,
        actor_id=person_of(work),
        kind=command.kind,
        what_was_wrong=words(command.what_was_wrong, "whatWasWrong"),
        what_is_right=words(command.what_is_right, "whatIsRight"),
        targets=targets,
    )
    return answer(written(transition(correction, event), work))


def _by_channel(correction: Correction, command: DraftCorrection, work: Work) -> dict[str, Variant]:
    if command.kind is K.TAKEDOWN:
        if command.words:
            raise wording.invalid("A takedown puts no words in their place.", "words")
        return {}
    channels = {t.channel_id for t in correction.targets}
    given = {variant.channel_id: variant for variant in command.words}
    if given.keys() != channels or len(command.words) != len(given):
        raise wording.invalid("Say once for each of its channels what it shall read.", "words")
    _refuse_bad_words(command.words, work)
    return given


def _refuse_bad_words(given: tuple[Variant, ...], work: Work) -> None:
    try:
        refuse_bad_variants(given, work)
    except Refusal as no:
        field = ("words", *no.field[1:])
        raise Refusal(no.code, no.sentence, field=field, data=no.data) from no


def _planned(
    target: CorrectionTarget, kind: CorrectionKind, by_channel: dict[str, Variant], *, work: Work
) -> CorrectionTarget:
    variant = by_channel.get(target.channel_id)
    return msgspec.structs.replace(
        target,
        action=_action(kind, work.get(Channel, target.channel_id)),
        words=variant.text if variant else "",
        media=variant.media if variant else (),
    )


def _action(kind: CorrectionKind, channel: Channel) -> TargetAction:
    match kind:
        case K.RETRACTION:
            return TargetAction.POST
        case K.TAKEDOWN:
            return _if_allowed(TargetAction.DELETE, channel, may=channel.can_delete)
        case K.CORRECTION if not channel.can_edit:
            return TargetAction.POST
        case _:
            return _if_allowed(TargetAction.EDIT, channel, may=channel.can_edit)


def _if_allowed(action: TargetAction, channel: Channel, *, may: bool) -> TargetAction:
    if may:
        return action
    raise Refusal(
        RefusalCode.CANNOT_EDIT,
        f"{channel.platform.value} does not let us {action.value} on {channel.name}.",
        field=("kind",),
        data={"channel_id": channel.id},
    )


def clauses_on(correction: Correction, variants: tuple[Variant, ...], work: Work) -> Judged:
    """What the policies in force say of these words, as if the item said them."""
    item = work.get(ContentItem, correction.content_id)
    channels = tuple(v.channel_id for v in variants)
    return judged(msgspec.structs.replace(item, variants=variants, channel_ids=channels), work)


def refuse_blocked(blocking: tuple[Finding, ...]) -> None:
    """Refuses BlockedByClause with the first clause that stops it."""
    if blocking:
        first = blocking[0]
        data = {"check": first.check, "clause_id": first.clause_id or ""}
        raise Refusal(RefusalCode.BLOCKED_BY_CLAUSE, first.sentence, field=("words",), data=data)


def return_correction(command: ReturnCorrection, work: Work) -> Done:
    """The reviewer wants another draft."""
    correction = work.get(Correction, command.correction_id)
    event = events.Returned(at=work.now, actor_id=person_of(work), reason=command.reason)
    return answer(written(transition(correction, event), work, reason=command.reason))
