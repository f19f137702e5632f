"""The public doors, as a program uses them: sign-in and GraphQL over HTTP."""

from __future__ import annotations

from typing import Any

import requests


class GraphqlError(AssertionError):
    """The answer has errors; they are shown as they came."""


class Api:
    """One caller with one token or API key."""

    def __init__(self, url: str, token: str) -> None:
        self.url = url
        self.token = token
        self._session = requests.Session()
        self._session.headers["Authorization"] = f"Bearer {token}"

    def raw(self, query: str, variables: dict[str, Any] | None = None, **headers: str) -> Any:
        """The whole answer, whatever it says."""
        body = {"query": query, "variables": variables or {}}
        return self._session.post(self.url, json=body, headers=headers, timeout=30).json()

    def ask(self, query: str, **variables: Any) -> Any:
        """``data`` of an answer without errors."""
        answer = self.raw(query, variables)
        if answer.get("errors"):
            raise GraphqlError(answer["errors"])
        return answer["data"]

    def do(self, mutation: str, given: dict[str, Any], fields: str) -> Any:
        """Send one mutation with one input; ``fields`` is the payload's selection besides errors."""
        kind = mutation[0].upper() + mutation[1:] + "Input"
        query = (
            f"mutation M($input: {kind}!) {{ payload: {mutation}(input: $input)"
            f" {{ {fields} userErrors {{ field message code }} }} }}"
        )
        return self.ask(query, input=given)["payload"]

    def done(self, mutation: str, given: dict[str, Any], fields: str) -> Any:
        """As ``do``, for what must succeed."""
        payload = self.do(mutation, given, fields)
        assert payload["userErrors"] == [], payload["userErrors"]
        return payload

    def codes(self, mutation: str, given: dict[str, Any]) -> list[str]:
        """The codes with which it is refused."""
        return [error["code"] for error in self.do(mutation, given, "__typename")["userErrors"]]


def sign_in(auth_url: str, email: str, password: str, organization: str | None = None) -> str:
    """The access token of a person."""
    body = {"email": email, "password": password}
    if organization:
        body["organization"] = organization
    answer = requests.post(f"{auth_url}/sign-in", json=body, timeout=30)
    assert answer.status_code == 200, answer.text
    found = answer.json()
    return str(found.get("accessToken") or found["access_token"])
