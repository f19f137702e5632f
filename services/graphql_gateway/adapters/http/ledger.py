"""GET /ledger/<organization>: what it got wrong in public and put right, for anybody to read.

Plain HTML without script, or JSON for who asks for it. Every text is escaped, addresses become links
only if they are http or https, and no page of somebody else may show it in a frame.
"""

from __future__ import annotations

import base64
import hashlib
from typing import Any, Final

import msgspec
from flask import Blueprint, Response, make_response, render_template_string, request

from contracts.refusals import Refusal, RefusalCode
from services.graphql_gateway.application.public_ledger import LedgerPage, PublicLedger

PUBLIC_ROUTES: Final = (
    "/ledger/<slug>",
    "/ledger/<slug>/<int:number>",
    "/ledger/<slug>/chain",
)
FRESH_SECONDS: Final = 60
"""How long a copy may be shown; a new correction is there after a minute."""
LARGEST: Final = 2**53
STYLE: Final = (
    "body{font:1rem/1.5 system-ui,sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem}"
    "article{border-top:1px solid;padding:1rem 0}dt{font-weight:bold}dd{margin:0 0 .5rem}"
)
_STYLE_HASH: Final = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
HEADERS: Final = {
    "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": f"public, max-age={FRESH_SECONDS}",
    "Vary": "Accept",
}
_PAGE: Final = (
    """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Corrections of {{ page.organization }}</title>
<style>"""
    + STYLE
    + """</style></head>
<body><main>
<h1><a href="/ledger/{{ page.slug }}">Corrections of <span dir="auto">{{ page.organization }}</span></a></h1>
{% if not page.corrections %}<p>There are none.</p>{% endif %}
{% for one in page.corrections %}<article>
<h2><a href="/ledger/{{ page.slug }}/{{ one.number }}">No. {{ one.number }}: {{ one.kind.value }}</a></h2>
<dl>
<dt>What was wrong</dt><dd dir="auto">{{ one.what_was_wrong }}</dd>
<dt>What is right</dt><dd dir="auto">{{ one.what_is_right }}</dd>
<dt>Kind of mistake</dt><dd>{{ one.error_class.value.replace("_", " ") }}, found by {{ finders[one.found_by] }}</dd>
<dt>Published</dt><dd>{{ time(one.live_at) }}</dd>
<dt>Noticed</dt><dd>{{ time(one.found_at) }}</dd>
<dt>Corrected</dt><dd>{{ time(one.approved_at) }}, {{ one.state.value.replace("_", " ") }}</dd>
<dt>Where</dt><dd><ul>{% for place in one.places %}<li>{% if is_link(place.url) %}\
<a rel="nofollow noopener noreferrer" href="{{ place.url }}" dir="auto">{{ place.channel }}</a>\
{% else %}<span dir="auto">{{ place.channel }}</span>{% endif %}: \
{{ (done if place.is_done else planned)[place.action] }}</li>{% endfor %}</ul></dd>
</dl>
</article>{% endfor %}
{% if page.older %}<p><a rel="next" href="/ledger/{{ page.slug }}?before={{ page.older }}">Older</a></p>{% endif %}
<p>Every state of every correction is a link of a <a href="/ledger/{{ page.slug }}/chain">chain of hashes</a>.</p>
</main></body></html>
"""
)
_NONE: Final = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Nothing here</title></head>
<body><main><h1>Nothing here</h1><p>There is no such page.</p></main></body></html>
"""
_WORDS: Final[dict[str, Any]] = {
    "finders": {"author": "its author", "colleague": "a colleague", "public": "the public"},
    "done": {"edit": "changed", "post": "answered by a new post", "delete": "taken down"},
    "planned": {"edit": "to be changed", "post": "to be answered", "delete": "to be taken down"},
}


def ledger_blueprint(ledger: PublicLedger) -> Blueprint:
    """The pages and their JSON; one read each, and a minute in any cache on the way."""
    blueprint = Blueprint("ledger", __name__, url_prefix="/ledger")

    @blueprint.get("/<slug>")
    def show(slug: str) -> Response:
        return _answer(lambda: ledger.page(slug, _number("before")))

    @blueprint.get("/<slug>/<int:number>")
    def show_one(slug: str, number: int) -> Response:
        return _answer(lambda: ledger.one(slug, min(number, LARGEST)))

    @blueprint.get("/<slug>/chain")
    def show_chain(slug: str) -> Response:
        return _sent(_json(ledger.chain(slug, _number("after") or 0)))

    return blueprint


def _number(name: str) -> int | None:
    given = request.args.get(name)
    if given is None:
        return None
    if not (given.isascii() and given.isdigit() and len(given) < 16):
        raise Refusal(RefusalCode.INVALID_ARGUMENT, "This is a whole number.", field=(name,))
    return int(given)


def _answer(read: Any) -> Response:
    wants = request.accept_mimetypes.best_match(["text/html", "application/json"])
    try:
        page: LedgerPage = read()
    except Refusal as no:
        if no.code is not RefusalCode.NOT_FOUND or wants == "application/json":
            raise
        return _sent(make_response(_NONE, 404))
    return _sent(_json(page) if wants == "application/json" else _html(page))


def _html(page: LedgerPage) -> Response:
    text = render_template_string(_PAGE, page=page, time=_time, is_link=_is_link, **_WORDS)
    return make_response(text)


def _json(value: msgspec.Struct) -> Response:
    return Response(msgspec.json.encode(value), content_type="application/json")


def _sent(response: Response) -> Response:
    response.headers.update(HEADERS)
    response.add_etag()
    conditional = response.make_conditional(request)
    assert isinstance(conditional, Response)
    return conditional


def _time(moment: Any) -> str:
    return str(moment.strftime("%Y-%m-%d %H:%M UTC"))


def _is_link(url: str) -> bool:
    return url.startswith(("https://", "http://"))
