"""People at the doors of sign-in, and an organization whose admin invites them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import requests

from tests.support.api import Api
from tests.support.programs import PASSWORD, Member
from tests.support.waiting import eventually


@dataclass
class Visitor:
    """Somebody at the doors of sign-in, without credentials yet."""

    auth: str

    def post(self, path: str, **body: str) -> requests.Response:
        return requests.post(f"{self.auth}/{path}", json=body, timeout=30)

    def accept(self, link: str) -> dict[str, Any]:
        """Both tokens of somebody who chose a password."""
        token = link.rpartition("=")[2]
        answer = eventually(lambda: self._accepted(token), within_s=20, every_s=0.2)
        assert answer is not None
        return dict(answer.json())

    def _accepted(self, token: str) -> requests.Response | None:
        answer = self.post("accept", token=token, password=PASSWORD)
        return answer if answer.status_code == 200 else None


@dataclass
class School:
    """A university with two faculties, as its admin made it."""

    slug: str
    email: str
    admin: Api
    tokens: dict[str, Any]
    ids: dict[str, str]

    def invited(self, visitor: Visitor, name: str, **grant: str) -> Member:
        """A person with a role who followed the invitation that the admin handed over."""
        email = f"{name}@{self.slug}.example"
        given = {"email": email, "name": name.title()}
        person = self.admin.done("personAdd", given, "person { id }")["person"]["id"]
        self.admin.done("roleGrant", {"personId": person, **grant}, "grant { role scope }")

        def token() -> Any:
            return self.admin.do("personInvite", {"personId": person}, "token")["token"]

        answer = visitor.accept(eventually(token, within_s=20, every_s=0.2))
        return Member(person, email, Api(self.admin.url, answer["access_token"]))
