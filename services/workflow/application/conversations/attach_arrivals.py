"""Arrivals become mentions, and mentions conversations: a batch of many organizations at once.

The work is the same for one message and for five hundred: per organization about ten calls to the
store, none of them per message. The unique key of a mention is the inbox: what is stored already
is looked up first, so a second delivery of the same fact changes nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from chassis.ports import BatchHandler, BatchWork, Delivered
from contracts.ingest import MentionArrived
from services.workflow.application.conversations.joining import join
from services.workflow.application.conversations.ports import Recognize, Scope, Threads
from services.workflow.application.conversations.quiet import QUIET_TIMER
from services.workflow.application.conversations.reading import Intake, Revisions, read
from services.workflow.application.conversations.revising import newer, rehomed, tell
from services.workflow.domain.conversations.mention import UNPLACED, Mention, mention_of
from services.workflow.domain.conversations.placing import Place, grouped


def arrivals_handler(threads: Threads, recognize: Recognize) -> BatchHandler:
    """The handler of the group ``workflow.arrivals``. Unreadable: a channel nobody registered."""

    def handle(delivered: Sequence[Delivered], batch: BatchWork) -> None:
        for org_id, revisions in _by_organization(delivered).items():
            _attach(Scope(org_id, batch, threads), revisions, recognize)

    return handle


def _by_organization(delivered: Sequence[Delivered]) -> dict[str, dict[str, list[MentionArrived]]]:
    found: dict[str, dict[str, list[MentionArrived]]] = defaultdict(lambda: defaultdict(list))
    for one in delivered:
        if isinstance(one.fact, MentionArrived):
            found[one.envelope.org_id][one.fact.mention_id].append(one.fact)
    return found


def _attach(scope: Scope, revisions: Revisions, recognize: Recognize) -> None:
    intake = read(scope, revisions, recognize)
    groups = grouped(intake.places, intake.waiting)
    joined = join(scope, groups, drafts=intake.drafts, channels=intake.channels)
    changed = rehomed(newer(intake.known.values(), revisions), joined.moved)
    tell(changed, intake.drafts, scope.batch)
    _store_mentions(scope, intake, homes=joined.homes, changed=changed)
    scope.batch.write(list(intake.drafts.changes()))
    work = scope.batch.single(scope.org_id)
    for thread in intake.drafts.newly_quiet():
        if thread.quiet_at is not None:
            work.start_timer(QUIET_TIMER, thread.id, thread.quiet_at)


def _store_mentions(
    scope: Scope, intake: Intake, *, homes: Mapping[str, str], changed: Sequence[Mention]
) -> None:
    arrived = {place.ident for place in intake.places}
    placed = [
        mention_of(
            place.said.message,
            scope.org_id,
            home=(homes[place.ident], _awaited(place, arrived)),
            now=scope.batch.now,
        )
        for place in intake.places
    ]
    gone = [
        mention_of(message, scope.org_id, home=(UNPLACED, None), now=scope.batch.now)
        for message in intake.unplaced
    ]
    scope.threads.insert(scope.batch, [m for m in placed if m.id not in intake.known] + gone)
    scope.threads.replace(scope.batch, [m for m in placed if m.id in intake.known] + list(changed))


def _awaited(place: Place, arrived: set[str]) -> str | None:
    """The parent that is not known yet; its arrival will join the threads."""
    is_known = place.holder_id or place.continues_id or place.parent_id in arrived
    return None if is_known else place.parent_id
