"""The trust figures of DOMAIN 3, and what holds for all records."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.workflow.content_states import TopicRisk
from contracts.workflow.trust import TrustTier
from services.workflow.domain.trust.entry import LedgerEntry
from services.workflow.domain.trust.sampling import drawn
from services.workflow.domain.trust.standing import ORDER, earned, least, standing_of
from services.workflow.domain.trust.weights import faded, incident_weight, wilson_lower_bound
from tests.unit.workflow_trust.records import NOW, an_entry, an_incident, clean

R0 = TopicRisk.R0


@pytest.mark.parametrize(
    ("clean_weight", "incidents", "score", "tier"),
    [
        (20, 0, 0.9243, TrustTier.T1),
        (40, 0, 0.9607, TrustTier.T2),
        (80, 0, 0.9799, TrustTier.T3),
        (64, 1.5, 0.9393, TrustTier.T2),
        (80, 1.5, 0.9510, TrustTier.T3),
        (64, 8, 0.8326, TrustTier.T1),
    ],
)
def test_the_check_values_at_age_zero(
    clean_weight: int, incidents: float, score: float, tier: TrustTier
) -> None:
    found = wilson_lower_bound(clean_weight, incidents)
    assert round(found, 4) == score
    assert earned(clean_weight, found) is tier


@pytest.mark.parametrize(
    ("number", "tier"),
    [
        (0, TrustTier.T0),
        (19, TrustTier.T0),
        (20, TrustTier.T1),
        (39, TrustTier.T1),
        (40, TrustTier.T2),
        (79, TrustTier.T2),
        (80, TrustTier.T3),
    ],
)
def test_tiers_begin_at_their_number_of_clean_publications(number: int, tier: TrustTier) -> None:
    assert standing_of(clean(number), R0, NOW).tier is tier


@pytest.mark.parametrize(
    ("number", "score", "tier"),
    [
        (80, 0.95, TrustTier.T3),
        (80, 0.9499, TrustTier.T2),
        (40, 0.90, TrustTier.T2),
        (40, 0.8999, TrustTier.T1),
        (20, 0.80, TrustTier.T1),
        (20, 0.7999, TrustTier.T0),
    ],
)
def test_tiers_begin_at_their_score(number: int, score: float, tier: TrustTier) -> None:
    assert earned(number, score) is tier


@pytest.mark.parametrize(
    ("severity", "weight"), [(1, 8.0), (2, 3.0), (3, 1.0), (0, 8.0), (9, 8.0), (-1, 8.0)]
)
def test_what_has_no_known_severity_weighs_as_the_gravest(severity: int, weight: float) -> None:
    assert incident_weight(severity, is_self_reported=False) == weight
    assert incident_weight(severity, is_self_reported=True) == weight / 2


def test_weights_halve_every_180_days_on_both_sides() -> None:
    assert faded(8, NOW - timedelta(days=180), NOW) == 4
    assert faded(1, NOW - timedelta(days=360), NOW) == 0.25
    assert faded(1, NOW + timedelta(days=9), NOW) == 1


def test_publications_older_than_24_months_do_not_count() -> None:
    assert standing_of(clean(80, age_days=730), R0, NOW).clean == 80
    assert standing_of(clean(80, age_days=731), R0, NOW).clean == 0


def test_a_grave_incident_means_full_review_on_that_channel_for_all_risks() -> None:
    record = [*clean(500, risk=TopicRisk.R1), an_incident(1, risk=R0, age_days=29)]
    found = standing_of(record, TopicRisk.R1, NOW)
    assert found.tier is TrustTier.T0
    assert found.probation_until == NOW + timedelta(days=1)
    later = standing_of(record, TopicRisk.R1, NOW + timedelta(days=1))
    assert later.tier is TrustTier.T3
    assert later.probation_until is None


def test_lesser_incidents_have_no_probation() -> None:
    assert standing_of([*clean(500), an_incident(2)], R0, NOW).tier is TrustTier.T3


def test_trust_never_carries_to_another_risk() -> None:
    assert standing_of(clean(500, risk=R0), TopicRisk.R1, NOW).tier is TrustTier.T0


def test_the_least_trusted_writer_decides() -> None:
    low, high = standing_of(clean(20), R0, NOW), standing_of(clean(80), R0, NOW)
    assert least([high, low]) is low
    assert least([]).tier is TrustTier.T0


RECORDS = st.lists(
    st.builds(
        an_entry,
        age_days=st.floats(0, 900),
        source_id=st.uuids().map(str),
        risk=st.sampled_from([R0, TopicRisk.R1]),
    ),
    max_size=120,
)
INCIDENTS = st.builds(
    an_incident,
    severity=st.integers(1, 3),
    self_reported=st.booleans(),
    age_days=st.floats(0, 900),
    source_id=st.uuids().map(str),
    risk=st.sampled_from([R0, TopicRisk.R1]),
)


@given(RECORDS, st.lists(INCIDENTS, max_size=5), INCIDENTS)
def test_more_incidents_never_lower_the_depth(
    record: list[LedgerEntry], incidents: list[LedgerEntry], one_more: LedgerEntry
) -> None:
    before = standing_of([*record, *incidents], R0, NOW)
    after = standing_of([*record, *incidents, one_more], R0, NOW)
    assert ORDER.index(after.tier) <= ORDER.index(before.tier)
    assert after.score <= before.score


@given(st.integers(0, 500), st.floats(0, 500), st.floats(0.01, 50))
def test_the_score_falls_with_every_incident_and_lies_between_0_and_1(
    number: int, incidents: float, more: float
) -> None:
    found = wilson_lower_bound(number, incidents)
    assert 0 <= found <= 1
    assert wilson_lower_bound(number, incidents + more) <= found


@given(RECORDS)
def test_the_order_of_entries_does_not_matter(record: list[LedgerEntry]) -> None:
    found = standing_of(record, R0, NOW)
    turned = standing_of(record[::-1], R0, NOW)
    assert (found.tier, found.clean) == (turned.tier, turned.clean)


def test_one_in_five_is_drawn_and_the_draw_hangs_on_secret_item_and_version() -> None:
    picked = [n for n in range(5000) if drawn("secret", f"item-{n}", "hash")]
    assert 900 < len(picked) < 1100
    assert picked == [n for n in range(5000) if drawn("secret", f"item-{n}", "hash")]
    assert picked != [n for n in range(5000) if drawn("other", f"item-{n}", "hash")]
    assert picked != [n for n in range(5000) if drawn("secret", f"item-{n}", "another")]
