"""GET and POST /review/<token>: the page of somebody outside who is asked for one vote.

Plain HTML without script or style; every text is escaped; the address is a secret, so it is neither
kept nor told to anybody.
"""

from __future__ import annotations

from typing import Any, Final

from flask import Blueprint, Response, make_response, render_template_string, request

from contracts.refusals import Refusal, RefusalCode
from services.graphql_gateway.adapters.guests import Guests

PUBLIC_ROUTES: Final = ("/review/<token>",)
LONGEST_REASON: Final = 4_000
HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex",
}
_HEAD: Final = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Review</title></head>
<body><main>
"""
_FORM: Final = (
    _HEAD
    + """<h1>{{ page.organization }} asks {{ page.guest }} for a review</h1>
{% if problem %}<p role="alert"><strong>{{ problem }}</strong></p>{% endif %}
{% for words in page.words %}<section><h2>{{ words.channel }}</h2>
<blockquote>{% for line in words.text.splitlines() %}<p dir="auto">{{ line }}</p>{% endfor %}</blockquote>
{% if words.media %}<ul>{% for one in words.media %}<li>{{ one }}</li>{% endfor %}</ul>{% endif %}
</section>{% endfor %}
<form method="post">
<input type="hidden" name="version_hash" value="{{ page.version_hash }}">
<fieldset><legend>Your verdict</legend>
<p><label><input type="radio" name="verdict" value="approve" required> Approve</label></p>
<p><label><input type="radio" name="verdict" value="changes"> Ask for changes</label></p>
<p><label><input type="radio" name="verdict" value="reject"> Reject</label></p>
</fieldset>
<p><label>Reason (needed unless you approve)<br>
<textarea name="reason" rows="5" cols="60" maxlength="4000"></textarea></label></p>
<p><button>Send</button></p>
</form>
<p>You have one vote. The link opens until {{ page.expires_at.strftime("%Y-%m-%d %H:%M") }} UTC.</p>
</main></body></html>
"""
)
_SENTENCE: Final = _HEAD + "<h1>{{ title }}</h1>\n<p>{{ sentence }}</p>\n</main></body></html>\n"
_CLOSING: Final = frozenset(
    {RefusalCode.LINK_CLOSED, RefusalCode.WRONG_STATE, RefusalCode.HASH_MISMATCH}
)


def review_blueprint(guests: Guests) -> Blueprint:
    """The page; a token that was not made here and one that was never made look the same."""
    blueprint = Blueprint("review", __name__, url_prefix="/review")

    @blueprint.get("/<token>")
    def show(token: str) -> Response:
        return _shown(guests, token)

    @blueprint.post("/<token>")
    def vote(token: str) -> Response:
        try:
            guests.vote(
                token,
                version_hash=request.form.get("version_hash", ""),
                verdict=request.form.get("verdict", ""),
                reason=request.form.get("reason", "")[:LONGEST_REASON],
            )
        except Refusal as no:
            if no.code in _CLOSING or no.code is RefusalCode.NOT_FOUND:
                return _over(no)
            return _shown(guests, token, problem=no)
        return _page(_SENTENCE, 200, title="Thank you", sentence="Your vote was taken.")

    return blueprint


def _shown(guests: Guests, token: str, *, problem: Refusal | None = None) -> Response:
    try:
        page = guests.page(token)
    except Refusal as no:
        return _over(no)
    status = problem.status if problem else 200
    return _page(_FORM, status, page=page, problem=problem.sentence if problem else "")


def _over(no: Refusal) -> Response:
    if no.code is RefusalCode.NOT_FOUND:
        return _page(_SENTENCE, 404, title="Nothing here", sentence="There is no such link.")
    if no.code in _CLOSING:
        sentence = "This link opens nothing any more: it was used, taken back, or is too old."
        return _page(_SENTENCE, 410, title="Closed", sentence=sentence)
    raise no


def _page(template: str, status: int, **values: Any) -> Response:
    response = make_response(render_template_string(template, **values), status)
    response.headers.update(HEADERS)
    return response
