"""Three invented organizations: an agency, a company and a university."""

from __future__ import annotations

from typing import Final

import msgspec

from contracts.permissions import Role, ScopeKind
from contracts.workflow.content_states import TopicRisk
from contracts.workflow.trust import RouteRule, RouteStage


class DemoPerson(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody with one role, on the organization or on one unit (by name)."""

    name: str
    mailbox: str
    role: Role
    unit: str | None = None
    seats: tuple[str, ...] = ()
    """What they read as in reviews, everywhere."""

    @property
    def scope(self) -> ScopeKind:
        """Where the role holds."""
        return ScopeKind.UNIT if self.unit else ScopeKind.ORGANIZATION


class DemoUnit(msgspec.Struct, frozen=True, kw_only=True):
    """A unit and the name of the one above it."""

    name: str
    parent: str | None = None


class DemoRule(msgspec.Struct, frozen=True, kw_only=True):
    """Messages with any of these words go to this unit."""

    name: str
    words: tuple[str, ...]
    unit: str


ROUTES: Final = (
    RouteRule(
        name="Rights, health and safety",
        risks=(TopicRisk.R3,),
        stages=(
            RouteStage(name="Facts", due_hours=8),
            RouteStage(name="Legal and privacy", seats=("legal", "privacy")),
        ),
        is_fixed=True,
    ),
    RouteRule(name="Everything else", stages=(RouteStage(name="Review"),)),
)
"""How every demonstration organization reviews; trust shortens the second, never the first."""


class DemoOrganization(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that is loaded for one organization."""

    slug: str
    name: str
    domain: str
    time_zone: str
    handle: str
    pack: str
    """Its policies, of stack/demo/packs."""
    units: tuple[DemoUnit, ...]
    people: tuple[DemoPerson, ...]
    rules: tuple[DemoRule, ...]
    topics: tuple[tuple[str, str], ...]
    """Questions of the public with the answers they got."""
    announcement: str

    def email(self, person: DemoPerson) -> str:
        """The address a person signs in with."""
        return f"{person.mailbox}@{self.domain}"


RIVERLAND: Final = DemoOrganization(
    slug="riverland-water",
    name="Riverland Water Agency",
    domain="riverland.example",
    time_zone="America/Chicago",
    handle="riverland_water",
    pack="agency",
    units=(
        DemoUnit(name="Public Affairs"),
        DemoUnit(name="Operations"),
        DemoUnit(name="Flood Warning", parent="Operations"),
        DemoUnit(name="Billing"),
    ),
    people=(
        DemoPerson(name="Ada Moreno", mailbox="ada", role=Role.ADMIN),
        DemoPerson(name="Ben Okafor", mailbox="ben", role=Role.MANAGER, unit="Public Affairs"),
        DemoPerson(name="Cleo Haas", mailbox="cleo", role=Role.RESPONDER),
        DemoPerson(name="Dev Patel", mailbox="dev", role=Role.REVIEWER),
        DemoPerson(name="Ewa Lind", mailbox="ewa", role=Role.ANALYST),
        DemoPerson(name="Finn Castillo", mailbox="finn", role=Role.REVIEWER, seats=("legal",)),
        DemoPerson(name="Gia Novak", mailbox="gia", role=Role.REVIEWER, seats=("privacy",)),
    ),
    rules=(
        DemoRule(name="Floods first", words=("flood", "gauge", "levee"), unit="Flood Warning"),
        DemoRule(name="Money questions", words=("bill", "invoice", "charge"), unit="Billing"),
    ),
    topics=(
        (
            "Is the flood warning for Mill Creek still in force?",
            "It was lifted at 6 this morning; the gauge reads 2.1 m and falls.",
        ),
        (
            "My water bill doubled this month, how can that be?",
            "Sorry about that. Please send your meter reading, we check it today.",
        ),
        (
            "When does the boil notice on Third Street end?",
            "Samples came back clean, the notice ended at noon.",
        ),
        (
            "Who do I call about a broken hydrant on Elm?",
            "Thank you for telling us! A crew is on its way.",
        ),
        (
            "Can we still swim in the upper reservoir?",
            "Yes, until 8 pm. Please keep away from the intake tower.",
        ),
        (
            "The gauge page shows no data since yesterday",
            "You are right, the sensor lost power. It is back now.",
        ),
        (
            "Do you give tours for school classes?",
            "We do, every Wednesday. The form is on our education page.",
        ),
    ),
    announcement="The new flood map is online: enter your address and see your zone.",
)

LANTERN: Final = DemoOrganization(
    slug="lantern-mobile",
    name="Lantern Mobile",
    domain="lantern.example",
    time_zone="Europe/Berlin",
    handle="lantern_mobile",
    pack="company",
    units=(
        DemoUnit(name="Customer Care"),
        DemoUnit(name="Network", parent="Customer Care"),
        DemoUnit(name="Newsroom"),
    ),
    people=(
        DemoPerson(name="Grete Vogel", mailbox="grete", role=Role.ADMIN),
        DemoPerson(name="Hugo Brandt", mailbox="hugo", role=Role.MANAGER, unit="Customer Care"),
        DemoPerson(name="Ines Duarte", mailbox="ines", role=Role.RESPONDER, unit="Customer Care"),
        DemoPerson(name="Jonas Weiss", mailbox="jonas", role=Role.REVIEWER),
        DemoPerson(name="Kaya Demir", mailbox="kaya", role=Role.AUTHOR),
        DemoPerson(name="Lena Fuchs", mailbox="lena", role=Role.REVIEWER, seats=("legal",)),
        DemoPerson(name="Mats Lindqvist", mailbox="mats", role=Role.REVIEWER, seats=("privacy",)),
    ),
    rules=(
        DemoRule(name="No signal", words=("signal", "outage", "coverage", "5g"), unit="Network"),
    ),
    topics=(
        (
            "No signal in Kreuzberg since this morning?!",
            "Sorry! A mast lost its link, we are on it and expect it back by 14:00.",
        ),
        (
            "How do I keep my number when I switch to you?",
            "Ask your provider for a porting code and enter it when you order.",
        ),
        (
            "Your app logs me out every day",
            "That is a bug in 4.2, fixed in 4.3. Could you update and tell us?",
        ),
        ("Is roaming in Norway included?", "Yes, Norway counts like home in all our tariffs."),
        (
            "Charged twice in October, please help",
            "Found it, the second payment goes back to you today.",
        ),
        (
            "Does the 5G coverage map include trains?",
            "It shows outdoor coverage; for the main lines there is a layer of its own.",
        ),
    ),
    announcement="From Monday on, all our shops lend out hearing loops for your visit.",
)

NORTHFIELD: Final = DemoOrganization(
    slug="northfield-university",
    name="Northfield University",
    domain="northfield.example",
    time_zone="Europe/London",
    handle="northfield_uni",
    pack="university",
    units=(
        DemoUnit(name="Communications"),
        DemoUnit(name="Admissions"),
        DemoUnit(name="Library"),
        DemoUnit(name="School of Engineering"),
    ),
    people=(
        DemoPerson(name="Liam Ashdown", mailbox="liam", role=Role.ADMIN),
        DemoPerson(name="Maya Singh", mailbox="maya", role=Role.MANAGER, unit="Communications"),
        DemoPerson(name="Noor Haddad", mailbox="noor", role=Role.RESPONDER),
        DemoPerson(name="Owen Price", mailbox="owen", role=Role.REVIEWER),
        DemoPerson(name="Priya Nair", mailbox="priya", role=Role.REVIEWER, seats=("legal",)),
        DemoPerson(name="Quinn Walsh", mailbox="quinn", role=Role.REVIEWER, seats=("privacy",)),
    ),
    rules=(
        DemoRule(
            name="Admissions", words=("apply", "deadline", "offer", "admission"), unit="Admissions"
        ),
        DemoRule(name="Library", words=("library", "loan", "book"), unit="Library"),
    ),
    topics=(
        ("Is the deadline for the MSc really 31 January?", "Yes, 31 January at 23:59 UK time."),
        (
            "Library closed on Sunday? The page says open",
            "Open 10 to 18 on Sundays in term; the old page is gone now.",
        ),
        (
            "Can I apply without IELTS if I studied in English?",
            "You can: upload a letter of your school with your application.",
        ),
        ("Where is the open day for engineering?", "Tower Building, lobby, 9:30. Welcome!"),
        (
            "My offer letter has the wrong name",
            "Sorry! Please write to admissions with your number, we reissue it today.",
        ),
        ("Do you lend laptops?", "Yes, for a week at a time, at the library desk."),
    ),
    announcement="Applications for the summer research bursaries open today.",
)

ORGANIZATIONS: Final = (RIVERLAND, LANTERN, NORTHFIELD)
