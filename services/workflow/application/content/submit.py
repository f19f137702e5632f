"""Freeze a version, run the clauses, open the review round: one transaction, four transitions."""

from __future__ import annotations

from chassis.ports import Work
from contracts.workflow.content import ContentState, DraftAnswer, SubmitContent
from services.workflow.application.content.items import answer, person_of, store
from services.workflow.application.content.opening import open_review
from services.workflow.application.conversations.replies import begin_reply, to_reply_review
from services.workflow.application.policies.checking import judged
from services.workflow.application.trust.routing import route_of
from services.workflow.domain.content import events
from services.workflow.domain.content.diff import changes
from services.workflow.domain.content.item import ContentItem, ContentVersion, hash_of
from services.workflow.domain.content.machine import transition


def submit_content(command: SubmitContent, work: Work) -> DraftAnswer:
    """Blocking findings send the item back to draft, with the findings in the answer."""
    item = work.get(ContentItem, command.content_id)
    submitter = person_of(work)
    if item.conversation_id:
        begin_reply(item.conversation_id, submitter, work)
    item = frozen_and_checked(item, submitter, work)
    if item.state is ContentState.DRAFT:
        return answer(item)
    if item.conversation_id:
        to_reply_review(item.conversation_id, work)
    return answer(open_review(item, route_of(item, item.findings, work), work))


def frozen_and_checked(item: ContentItem, submitter: str, work: Work) -> ContentItem:
    """The next version under its hash; routed, or back in draft if a clause blocks it."""
    item = _freeze(item, submitter, work)
    checked = events.Checked(at=work.now, findings=judged(item, work).findings)
    return store(transition(item, checked), work)


def _freeze(item: ContentItem, submitter: str, work: Work) -> ContentItem:
    frozen = hash_of(item.variants)
    step = transition(item, events.Submit(at=work.now, actor_id=submitter, version_hash=frozen))
    before = work.first(ContentVersion, content_id=item.id, n=item.version)
    work.add(
        ContentVersion(
            id=work.ids.derived("version", item.id, str(step.item.version)),
            org_id=work.org_id,
            content_id=item.id,
            n=step.item.version,
            hash=frozen,
            variants=item.variants,
            changes=changes(before.variants, item.variants) if before else (),
            machine_written=item.machine_written,
            frozen_by=submitter,
            frozen_at=work.now,
        )
    )
    return store(step, work)
