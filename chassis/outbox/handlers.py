"""The two orders every speaker takes from its readers; a service mounts them with its own."""

from __future__ import annotations

from chassis.outbox.progress import SpeakerProgress
from chassis.outbox.source import OutboxSource
from chassis.ports import UseCase, Work
from contracts.commands import Command
from contracts.flow import Noted, ReportProgress, ResendFacts


def flow_handlers(progress: SpeakerProgress, outbox: OutboxSource) -> dict[type[Command], UseCase]:
    """Both may run twice and stand outside of the command's transaction."""

    def report_progress(command: ReportProgress, _: Work) -> Noted:
        progress.note(command.group, command.topic, command.applied_up_to)
        return Noted(count=1)

    def resend_facts(command: ResendFacts, _: Work) -> Noted:
        line = (command.org_id, command.topic, command.aggregate_id)
        return Noted(count=outbox.resend(line, command.from_sequence))

    return {ReportProgress: report_progress, ResendFacts: resend_facts}
