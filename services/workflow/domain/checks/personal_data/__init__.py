"""Personal data stays out of public text: addresses, phone numbers, cards and national numbers.

A number counts only if its check digits are right (python-stdnum) or it is a valid phone number
(phonenumbers), so that opening hours and prices do not ring.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

import msgspec
import phonenumbers
import regex
from stdnum import iban, luhn
from stdnum.ch import ssn as swiss
from stdnum.de import idnr
from stdnum.es import dni, nie
from stdnum.fr import nir
from stdnum.gb import nhs
from stdnum.it import codicefiscale
from stdnum.nl import bsn
from stdnum.pl import pesel
from stdnum.se import personnummer
from stdnum.us import ssn

from contracts.workflow.content import Variant
from services.workflow.domain.checks.evidence import Evidence, Hit, Needs
from services.workflow.domain.checks.words import Span, hit, links, mentions, spans
from services.workflow.domain.content.item import ContentItem

NAME: Final = "personal_data"
CLAUSE: Final = "Text for the public holds no personal data."
Valid = Callable[[str], bool]

_EMAIL: Final = regex.compile(r"(?<![\w.+-])[\w.+-]{1,64}@(?:[\p{L}\p{N}-]{1,63}\.)+\p{L}{2,24}\b")
_CARD: Final = regex.compile(r"(?<![\d.,])\d(?:[ -]?\d){12,18}(?![\d])")


def _card(text: str) -> bool:
    digits = "".join(filter(str.isdigit, text))
    return luhn.is_valid(digits) and len(set(digits)) > 1


_NUMBERS: Final[dict[str, tuple[str, str, Valid]]] = {
    "us_ssn": ("social security number", r"\d{3}-\d{2}-\d{4}", ssn.is_valid),
    "gb_nhs": ("NHS number", r"\d{3}[ -]\d{3}[ -]\d{4}", nhs.is_valid),
    "de_idnr": ("German tax number", r"\d{2} ?\d{3} ?\d{3} ?\d{3}", idnr.is_valid),
    "fr_nir": (
        "French social number",
        r"[12] ?\d{2} ?\d{2} ?\d[\dAB] ?\d{3} ?\d{3} ?\d{2}",
        nir.is_valid,
    ),
    "es_dni": ("Spanish identity number", r"\d{8}-?[A-Z]", dni.is_valid),
    "es_nie": ("Spanish identity number", r"[XYZ]-?\d{7}-?[A-Z]", nie.is_valid),
    "it_cf": ("Italian tax code", r"[A-Z]{6}\d\d[A-Z]\d\d[A-Z]\d{3}[A-Z]", codicefiscale.is_valid),
    "nl_bsn": ("Dutch citizen number", r"\d{9}", bsn.is_valid),
    "pl_pesel": ("Polish citizen number", r"\d{11}", pesel.is_valid),
    "se_pnr": ("Swedish citizen number", r"\d{6}(?:\d\d)?[-+]\d{4}", personnummer.is_valid),
    "ch_ahv": ("Swiss social number", r"756\.\d{4}\.\d{4}\.\d{2}", swiss.is_valid),
    "iban": (
        "bank account",
        r"[A-Z]{2}\d\d(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?",
        iban.is_valid,
    ),
}
_PATTERNS: Final = {
    kind: regex.compile(rf"(?<![\w.-]){body}(?![\w-])") for kind, (_, body, _) in _NUMBERS.items()
}
KINDS: Final = ("email", "phone", "card", *_NUMBERS)


class Params(msgspec.Struct, frozen=True, kw_only=True):
    """``kinds``: what is looked for; ``region`` reads phone numbers without a country (ISO 3166).

    ``allowed``: our own addresses and numbers, and domains of addresses written ``@city.example``.
    """

    kinds: tuple[str, ...] = KINDS
    region: str = "US"
    allowed: tuple[str, ...] = ()


def refuse(params: Params) -> str:
    """What is wrong with the settings; empty if nothing is."""
    unknown = sorted(set(params.kinds) - set(KINDS))
    if unknown:
        return f"Unknown kinds {unknown}; there are {list(KINDS)}."
    if params.region not in phonenumbers.SUPPORTED_REGIONS:
        return f"{params.region!r} is no region (two letters, like US)."
    return ""


def needs(_item: ContentItem, _params: Params) -> Needs:
    """Nothing but the item."""
    return Needs()


def judge(item: ContentItem, _evidence: Evidence, params: Params) -> Iterator[Hit]:
    """One hit per address or number; the evidence hides all but its ends."""
    for variant in item.variants:
        yield from _judge_variant(variant, params)


def _judge_variant(variant: Variant, params: Params) -> Iterator[Hit]:
    taken: list[Span] = [*links(variant.text), *_handles(variant.text)]
    for kind, name, span in _found(variant.text, params):
        if _is_allowed(kind, span.text, params) or any(_overlap(span, one) for one in taken):
            continue
        taken.append(span)
        yield msgspec.structs.replace(
            hit(span, f"This looks like {name}.", variant.channel_id), evidence=hidden(span.text)
        )


def _handles(text: str) -> list[Span]:
    return [one for one in mentions(text) if "@" in one.text[1:]]


def _found(text: str, params: Params) -> Iterator[tuple[str, str, Span]]:
    """In the order of how sure we are."""
    wanted = frozenset(params.kinds)
    if "email" in wanted:
        yield from (("email", "an e-mail address", span) for span in spans(_EMAIL, text))
    if not any(char.isdigit() for char in text):
        return
    for kind, (name, _, is_valid) in _NUMBERS.items():
        if kind in wanted:
            matches = spans(_PATTERNS[kind], text)
            yield from ((kind, f"a {name}", span) for span in matches if is_valid(span.text))
    if "card" in wanted:
        cards = (span for span in spans(_CARD, text) if _card(span.text))
        yield from (("card", "a payment card", span) for span in cards)
    if "phone" in wanted:
        for match in phonenumbers.PhoneNumberMatcher(text, params.region):
            span = Span(start=match.start, end=match.end, text=match.raw_string)
            yield "phone", "a phone number", span


def _is_allowed(kind: str, text: str, params: Params) -> bool:
    if kind == "email":
        domain = f"@{text.rpartition('@')[2]}".casefold()
        return any(one.casefold() in {text.casefold(), domain} for one in params.allowed)
    digits = _digits(text)
    return any(_digits(one) in {digits} for one in params.allowed if _digits(one))


def _digits(text: str) -> str:
    return "".join(filter(str.isalnum, text)).casefold()


def _overlap(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end


def hidden(text: str) -> str:
    """The first and last character: findings are stored and read by many."""
    return f"{text[0]}…{text[-1]} ({len(text)} characters)"
