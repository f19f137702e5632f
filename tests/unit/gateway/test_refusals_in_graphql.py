"""A refusal speaks of what the caller named, by the names the caller knows."""

from chassis.ids import public_id
from contracts.refusals import Refusal, RefusalCode, not_found
from services.graphql_gateway.execution.refusals import data_of, sentence_of


def test_a_sentence_names_the_callers_own_id() -> None:
    given = {"deliveryId": public_id("Delivery", "d-1"), "reason": "It is there."}
    told = sentence_of(not_found("Delivery", "d-1"), given)
    assert given["deliveryId"] in told
    assert "'d-1'" not in told


def test_a_sentence_names_ids_deep_in_the_input() -> None:
    channel = public_id("Channel", "c-1")
    told = sentence_of(not_found("Channel", "c-1"), {"variants": [{"channelId": channel}]})
    assert told == f"There is no Channel {channel!r}."


def test_data_has_the_schemas_names_and_ids() -> None:
    refusal = Refusal(
        RefusalCode.TOO_LATE,
        "Too late.",
        data={"delivery_id": "d-1", "attempt": 2, "held_by": {"person_id": "p-1"}},
    )
    assert data_of(refusal, {}) == {
        "deliveryId": public_id("Delivery", "d-1"),
        "attempt": 2,
        "heldBy": {"personId": public_id("Person", "p-1")},
    }


def test_the_mutation_says_which_type_a_word_names() -> None:
    refusal = Refusal(RefusalCode.WRONG_STATE, "No.", data={"scope_id": "u-1", "rule_ids": ["r"]})
    shown = data_of(refusal, {"scope_id": "Unit"})
    assert shown == {"scopeId": public_id("Unit", "u-1"), "ruleIds": ["r"]}
