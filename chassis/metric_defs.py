"""The metrics of the runtime itself; every process has the ones its parts move."""

from __future__ import annotations

from typing import Final

from chassis.metrics import MetricDef, counter, gauge, histogram

_HANDLING_BUCKETS: Final = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0)
_FRESHNESS_BUCKETS: Final = (0.05, 0.1, 0.15, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 60.0, 300.0, 3600.0)

# --- outbox and relay -----------------------------------------------------------------------------
OUTBOX_OLDEST_UNSENT_AGE: Final = gauge(
    "rostrum_outbox_oldest_unsent_age_seconds",
    "Age of the oldest fact that is not on the broker yet. Rises: the relay or the broker is down.",
    "source",
    unit="seconds",
)
RELAY_SENT: Final = counter(
    "rostrum_relay_sent_total",
    "Facts the broker acknowledged. Flat while the outbox grows: the relay is stuck.",
    "source",
    "topic",
)
RELAY_FAILED: Final = counter(
    "rostrum_relay_failed_total",
    "Batches the broker did not take; they are sent again. Grows: the broker is out of reach.",
    "source",
)
RELAY_FENCED: Final = counter(
    "rostrum_relay_fenced_total",
    "Batches given up because another relay holds the lease. Grows: two relays fight over one lease.",
    "source",
)
RELAY_REFILLS: Final = counter(
    "rostrum_relay_refills_total",
    "Times the broker came back empty and was filled from the outbox. Grows: the broker loses data.",
    "source",
)
RELAY_BATCH_SECONDS: Final = histogram(
    "rostrum_relay_batch_seconds",
    "Time to read, send and mark one batch. Rises: the broker or the database is slow.",
    "source",
    buckets=_HANDLING_BUCKETS,
)
OUTBOX_PURGED: Final = counter(
    "rostrum_outbox_purged_total",
    "Facts that left the outbox because every durable group is past them and they are old enough.",
    "source",
)

# --- consumers ------------------------------------------------------------------------------------
CONSUMER_LAG: Final = gauge(
    "rostrum_consumer_lag",
    "Messages on the broker that the group has not read. Rises: it is slower than what comes in.",
    "group",
    "partition",
)
CONSUMER_OLDEST_UNPROCESSED_AGE: Final = gauge(
    "rostrum_consumer_oldest_unprocessed_age_seconds",
    "Age of the oldest fact the group has not applied. Rises: the group is late, stuck or stopped.",
    "group",
    unit="seconds",
)
CONSUMER_APPLIED: Final = counter(
    "rostrum_consumer_applied_total",
    "Facts whose effect is stored. Flat while the lag grows: the group is stuck.",
    "group",
)
CONSUMER_DROPPED: Final = counter(
    "rostrum_consumer_dropped_total",
    "Facts seen before and left out. Grows fast: somebody sends everything again.",
    "group",
)
CONSUMER_BATCH_SECONDS: Final = histogram(
    "rostrum_consumer_batch_seconds",
    "Time to handle and store one batch. Rises: the database or the handler is slow.",
    "group",
    buckets=_HANDLING_BUCKETS,
)
CONSUMER_BATCH_RETRIES: Final = counter(
    "rostrum_consumer_batch_retries_total",
    "Batches run again, by the reason: conflict, unavailable, halved.",
    "group",
    "reason",
)
CONSUMER_FACT_AGE: Final = histogram(
    "rostrum_consumer_fact_age_seconds",
    "Time from the moment a fact happened until its effect is stored: what freshness is made of.",
    "group",
    buckets=_FRESHNESS_BUCKETS,
)
CONSUMER_PAUSED: Final = gauge(
    "rostrum_consumer_paused",
    "1 while the group reads nothing because its store is slow or out of reach.",
    "group",
)
CONSUMER_STOPPED: Final = gauge(
    "rostrum_consumer_stopped",
    "1 while the group stops at the first fact it cannot handle, because it met too many of them.",
    "group",
)
PARKED_FACTS: Final = gauge(
    "rostrum_parked_facts",
    "Facts that wait for a missing earlier one. Above 0 for a minute: a fact was lost on the way.",
    "group",
)
RESEND_REQUESTS: Final = counter(
    "rostrum_resend_requests_total",
    "Times the group asked a speaker to send an aggregate again because of a gap.",
    "group",
)
DEAD_LETTERS: Final = counter(
    "rostrum_dead_letters_total",
    "Facts set aside, by the reason: unreadable, refused, crashed. Any growth needs a person.",
    "group",
    "reason",
)
DEAD_LETTER_DEPTH: Final = gauge(
    "rostrum_dead_letter_depth",
    "Facts that are set aside and not redriven. Above 0: somebody has to look at them.",
    "group",
)
DAMAGED_AGGREGATES: Final = gauge(
    "rostrum_damaged_aggregates",
    "Aggregates whose later facts wait behind one that was set aside.",
    "group",
)

# --- commands and HTTP ----------------------------------------------------------------------------
COMMAND_SECONDS: Final = histogram(
    "rostrum_command_seconds",
    "Time of a command in its owner, by its outcome: ok, repeat, or the refusal's code.",
    "command",
    "outcome",
)
COMMAND_CALL_SECONDS: Final = histogram(
    "rostrum_command_call_seconds",
    "Time of a command as its caller sees it, with repeats. Rises above the owner's own: the way.",
    "command",
    "outcome",
)
COMMAND_CALL_RETRIES: Final = counter(
    "rostrum_command_call_retries_total",
    "Commands sent again with the same key after no answer. Grows: the owner is slow or restarts.",
    "command",
)
HTTP_REQUEST_SECONDS: Final = histogram(
    "rostrum_http_request_seconds",
    "Time of an HTTP request, by route, method and status.",
    "route",
    "method",
    "status",
)
HTTP_UNHANDLED: Final = counter(
    "rostrum_http_unhandled_total",
    "Requests that ended in a bug. Any growth needs a person.",
    "route",
)

# --- outbound -------------------------------------------------------------------------------------
OUTBOUND_SECONDS: Final = histogram(
    "rostrum_outbound_seconds",
    "Time of a request to the outside, by outcome: answered, not_sent, maybe_sent, refused.",
    "outcome",
)

# --- database, timers, audit ----------------------------------------------------------------------
TIMERS_OVERDUE: Final = gauge(
    "rostrum_timers_overdue_seconds",
    "How late the oldest due timer is. Rises: the timer loop is stuck or too slow.",
    unit="seconds",
)
TIMERS_FIRED: Final = counter(
    "rostrum_timers_fired_total", "Timers that came due and were handled, by kind.", "kind"
)
AUDIT_SEALED: Final = counter(
    "rostrum_audit_sealed_total", "Audit entries that are part of their chain."
)
AUDIT_OLDEST_UNSEALED_AGE: Final = gauge(
    "rostrum_audit_oldest_unsealed_age_seconds",
    "Age of the oldest audit entry outside its chain. Above 1 for long: the sealer is stuck.",
    unit="seconds",
)

# --- loops ----------------------------------------------------------------------------------------
LOOP_STEP_SECONDS: Final = histogram(
    "rostrum_loop_step_seconds",
    "Time of one step of a background loop.",
    "loop",
    buckets=_HANDLING_BUCKETS,
)
LOOP_WAITS: Final = counter(
    "rostrum_loop_waits_total",
    "Steps that ended because something needed was out of reach; the loop waits and tries again.",
    "loop",
)
LOOP_HEARTBEAT_AGE: Final = gauge(
    "rostrum_loop_heartbeat_age_seconds",
    "Time since the loop last finished a step. Rises: it hangs; the process is restarted.",
    "loop",
    unit="seconds",
)
READY: Final = gauge(
    "rostrum_ready",
    "1 if the process takes work: its dependencies answer and it is not draining.",
)

METRICS: Final[tuple[MetricDef, ...]] = tuple(
    item for item in list(globals().values()) if isinstance(item, MetricDef)
)
"""Every metric above, in the order of this file."""

COLLECTED: Final = frozenset({LOOP_HEARTBEAT_AGE, READY})
"""Computed at the scrape by ``chassis.health.HealthCollector``, never set by hand."""

HTTP_METRICS: Final = (HTTP_REQUEST_SECONDS, HTTP_UNHANDLED, COMMAND_SECONDS)
"""Built and moved by the app factory (``chassis.http``) alone."""

CHASSIS_METRICS: Final = tuple(
    item for item in METRICS if item not in COLLECTED and item not in HTTP_METRICS
)
"""What a process hands to ``Metrics``, beside its service's own."""
