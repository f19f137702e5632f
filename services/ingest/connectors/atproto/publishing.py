"""Records whose key we choose: a second send of a delivery cannot make a second post (class B).

``putRecord`` with ``swapRecord: null`` creates only: where the record exists the server answers
InvalidSwap, and a look at the record tells whether it is ours. An edit names the version it saw.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec

from chassis.errors import Refusal, Unavailable
from contracts.envelope import rfc3339
from contracts.workflow.deliveries import Outcome
from services.ingest.application.connector import Response
from services.ingest.connectors import answers
from services.ingest.connectors.atproto import shapes
from services.ingest.connectors.atproto.client import REVOKED, XrpcClient, error_of
from services.ingest.connectors.atproto.facets import facets, graphemes
from services.ingest.connectors.atproto.keys import POSTS, repo_in, rkey_in, rkey_of, web_address
from services.ingest.connectors.atproto.media import embed
from services.ingest.domain.connections.trouble import Trouble
from services.ingest.domain.publishing.post import Post, SendResult

LIMIT: Final = 300
_SAFE: Final[frozenset[int]] = frozenset()


class SeenRecord(msgspec.Struct):
    """A record with everything in it, and the mark of its version."""

    uri: str
    cid: str
    value: dict[str, Any]


class Repository:
    """The posts of one account."""

    def __init__(self, client: XrpcClient, did: str) -> None:
        self._client = client
        self._did = did

    def send(self, post: Post) -> SendResult:
        """Create the record of this delivery, or find that it is there already."""
        if graphemes(post.text) > LIMIT:
            return SendResult(outcome=Outcome.REFUSED, detail="Longer than 300 characters.")
        try:
            record = self._record(post)
        except (Unavailable, Trouble, Refusal) as error:
            return self._not_begun(error)
        try:
            response = self._put(rkey_of(post.delivery_id, post.frozen_at), record, swap=None)
        except (Unavailable, Refusal) as error:
            return answers.outcome_of_error(error)
        except Trouble as trouble:
            return self._not_begun(trouble)
        return self._judged(response, post)

    def read_back(self, post: Post) -> SendResult:
        """The record of this delivery is there, or it is not."""
        rkey = rkey_of(post.delivery_id, post.frozen_at)
        try:
            response = self._get(self._did, rkey)
            if _is_missing(response):
                return SendResult(outcome=Outcome.ABSENT, http_status=response.status)
            found = answers.decoded(
                answers.refuse_failure(response, revoked=REVOKED), shapes.StoredRecord
            )
        except (Unavailable, Refusal, Trouble) as error:
            return answers.no_look(error)
        return self._confirmed(found.uri, response.status)

    def seen(self, uri: str) -> SeenRecord | None:
        """One of our records as it is now; None if it is gone."""
        response = self._get(self._did, rkey_in(uri))
        if _is_missing(response):
            return None
        return answers.decoded(answers.refuse_failure(response, revoked=REVOKED), SeenRecord)

    def edited(self, seen: SeenRecord, post: Post) -> dict[str, Any]:
        """The record with other words and images; uploads what it shows."""
        kept = {name: value for name, value in seen.value.items() if name != "embed"}
        said = {"text": post.text, "facets": facets(post.text, self._resolve)}
        return {**kept, **said, **embed(self._client, post)}

    def put(self, seen: SeenRecord, record: dict[str, Any]) -> Response:
        """Put a record in place of the version that was seen; 400 InvalidSwap if it changed."""
        return self._put(rkey_in(seen.uri), record, swap=seen.cid)

    @property
    def renewed(self) -> dict[str, str]:
        """Tokens to keep."""
        return self._client.renewed

    def delete(self, uri: str) -> Response:
        """Take a record away; a second time is no error."""
        body = {"repo": self._did, "collection": POSTS, "rkey": rkey_in(uri)}
        return self._client.procedure("com.atproto.repo.deleteRecord", body)

    def _record(self, post: Post) -> dict[str, Any]:
        record: dict[str, Any] = {
            "$type": POSTS,
            "text": post.text,
            "createdAt": rfc3339(post.frozen_at),
        }
        if found := facets(post.text, self._resolve):
            record["facets"] = found
        if post.in_reply_to:
            record["reply"] = self._reply(post.in_reply_to)
        return {**record, **embed(self._client, post)}

    def _reply(self, parent_uri: str) -> dict[str, Any]:
        """Strong references to the parent and the root of its thread."""
        response = self._get(repo_in(parent_uri), rkey_in(parent_uri))
        parent = answers.decoded(
            answers.refuse_failure(response, revoked=REVOKED), shapes.StoredRecord
        )
        reference = {"uri": parent.uri, "cid": parent.cid}
        root = parent.value.reply.root if parent.value.reply else None
        return {
            "parent": reference,
            "root": {"uri": root.uri, "cid": root.cid} if root else reference,
        }

    def _resolve(self, handle: str) -> str | None:
        response = self._client.query("com.atproto.identity.resolveHandle", {"handle": handle})
        if response.status != 200:
            return None
        did = answers.decoded(response, dict[str, str]).get("did")
        return did or None

    def _get(self, repo: str, rkey: str) -> Response:
        query = {"repo": repo, "collection": POSTS, "rkey": rkey}
        return self._client.query("com.atproto.repo.getRecord", query)

    def _put(self, rkey: str, record: dict[str, Any], *, swap: str | None) -> Response:
        body = {"repo": self._did, "collection": POSTS, "rkey": rkey, "record": record}
        return self._client.procedure("com.atproto.repo.putRecord", {**body, "swapRecord": swap})

    def _judged(self, response: Response, post: Post) -> SendResult:
        if response.status == 200:
            uri = f"at://{self._did}/{POSTS}/{rkey_of(post.delivery_id, post.frozen_at)}"
            return self._confirmed(uri, response.status)
        if error_of(response) == "InvalidSwap":
            return self.read_back(post)
        failed = answers.outcome_of_failure(response, safe=_SAFE)
        return self._with_renewed(failed)

    def _confirmed(self, uri: str, status: int) -> SendResult:
        return self._with_renewed(
            SendResult(
                outcome=Outcome.CONFIRMED,
                external_id=uri,
                url=web_address(self._did, uri),
                http_status=status,
            )
        )

    def _not_begun(self, error: Exception) -> SendResult:
        """Only reads were made so far: nothing can have been applied."""
        is_final = isinstance(error, Refusal)
        wait = getattr(error, "retry_after", None)
        outcome = Outcome.REFUSED if is_final else Outcome.NOT_APPLIED
        return self._with_renewed(SendResult(outcome=outcome, detail=str(error), retry_after=wait))

    def _with_renewed(self, result: SendResult) -> SendResult:
        return msgspec.structs.replace(result, renewed=self._client.renewed)


def _is_missing(response: Response) -> bool:
    return response.status in {400, 404} and error_of(response) in {"RecordNotFound", "NotFound"}
