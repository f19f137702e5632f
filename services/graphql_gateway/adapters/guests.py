"""What somebody outside may see and say by a link: one version of one item, one vote."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol

import msgspec

from chassis.ports import Actor, ActorKind, Clock
from contracts.commands import Answer, Command
from contracts.refusals import Refusal, RefusalCode, not_found
from contracts.views.review import ReviewLinkView
from contracts.views.workflow import ChannelView, ContentVersionView, OrganizationView
from contracts.workflow.content import Variant, Verdict
from contracts.workflow.review import CastGuestVote, LinkState, ReviewerInvited
from services.graphql_gateway.domain.guest_links import GuestLink, GuestLinks
from services.graphql_gateway.execution.mutations import CommandSender
from services.graphql_gateway.execution.reading import Find, Reader


class Tell(Protocol):
    """Takes an order of the gateway itself to its owner."""

    def __call__(self, command: Command, actor: Actor, *, key: str) -> Answer:
        """The owner's answer. Raises its Refusal, or Unavailable."""
        ...


class Words(msgspec.Struct, frozen=True):
    """The words for one channel, by the channel's name."""

    channel: str
    text: str
    media: tuple[str, ...]


class GuestPage(msgspec.Struct, frozen=True, kw_only=True):
    """Everything the page shows."""

    organization: str
    guest: str
    version_hash: str
    expires_at: datetime
    words: tuple[Words, ...]


class Guests:
    """Shows what a token opens and hands over the vote. NotFound for every token not signed here."""

    def __init__(self, links: GuestLinks, reader: Reader, tell: Tell, *, clock: Clock) -> None:
        self._links, self._reader, self._tell, self._clock = links, reader, tell, clock

    def page(self, token: str) -> GuestPage:
        """What the link opens. Refuses NotFound, and LinkClosed once it is used, taken back or old."""
        named = self._named(token)
        link = self._open_link(named)
        version = self._one(
            named, ContentVersionView, content_id=link["content_id"], hash=link["version_hash"]
        )
        organization = self._one(named, OrganizationView)
        return GuestPage(
            organization=organization["name"],
            guest=link["name"],
            version_hash=link["version_hash"],
            expires_at=link["expires_at"],
            words=self._words(named, msgspec.convert(version["variants"], list[Variant])),
        )

    def vote(self, token: str, *, version_hash: str, verdict: str, reason: str) -> None:
        """Hand it over; the same words sent twice are one vote."""
        named = self._named(token)
        self._open_link(named)
        if verdict not in set(Verdict):
            raise Refusal(RefusalCode.INVALID_ARGUMENT, "Choose a verdict.", field=("verdict",))
        order = CastGuestVote(
            link_id=named.link_id,
            version_hash=version_hash,
            verdict=Verdict(verdict),
            reason=reason,
        )
        said = hashlib.sha256(f"{version_hash}\n{verdict}\n{reason}".encode()).hexdigest()
        actor = Actor(kind=ActorKind.SERVICE, account_id="graphql_gateway", org_id=named.org_id)
        self._tell(order, actor, key=f"guest-{named.link_id}-{said}")

    def _named(self, token: str) -> GuestLink:
        named = self._links.read(token)
        if named is None:
            raise not_found("link", "")
        return named

    def _open_link(self, named: GuestLink) -> dict[str, Any]:
        link = self._one(named, ReviewLinkView, _id=named.link_id)
        is_open = link["state"] == LinkState.OPEN and link["expires_at"] > self._clock.now()
        if not is_open:
            raise Refusal(RefusalCode.LINK_CLOSED, "This link opens nothing any more.")
        return link

    def _one(self, named: GuestLink, view: Any, **where: str) -> dict[str, Any]:
        fields = frozenset(
            name for name in view.__struct_fields__ if name not in ("id", "org_id", "email")
        )
        rows = self._reader.of(named.org_id).find(Find(view, where, fields, limit=1))
        if not rows:
            raise not_found("link", "")
        return rows[0]

    def _words(self, named: GuestLink, variants: Sequence[Variant]) -> tuple[Words, ...]:
        wanted = {"_id": {"$in": [v.channel_id for v in variants]}}
        rows = self._reader.of(named.org_id).find(Find(ChannelView, wanted, frozenset({"name"})))
        names = {row["_id"]: row["name"] for row in rows}
        return tuple(
            Words(
                names.get(v.channel_id, ""),
                v.text,
                tuple(m.alt_text or m.content_type for m in v.media),
            )
            for v in variants
        )


class SigningSender:
    """Adds the signed token to the answer about a new link; workflow knows no secret of it."""

    def __init__(self, sender: CommandSender, links: GuestLinks) -> None:
        self._sender, self._links = sender, links

    def send(self, command: Command, actor: Actor, *, key: str, alias: str) -> Answer:
        """See CommandSender."""
        answer = self._sender.send(command, actor, key=key, alias=alias)
        if not isinstance(answer, ReviewerInvited):
            return answer
        token = self._links.signed(GuestLink(actor.org_id or "", answer.link_id))
        return msgspec.structs.replace(answer, token=token)
