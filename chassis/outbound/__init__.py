"""The only way out: HTTP to addresses that tenants may name, so that none of them is ours (S3, S4).

OutboundClient    the real one: resolves, checks every address, connects to the checked one
ScriptedOutbound  its twin: the same guard, answers from a function
OutboundResponse  status, headers (names in lower case), body
NotSent           Unavailable, proven: no byte of the request left
MaybeSent         Unavailable: it left, what became of it is not known
Refusal           HostRefused: an address nobody may be made to visit
"""

from chassis.outbound.answers import MaybeSent, NotSent, OutboundResponse, TooMuch
from chassis.outbound.client import OutboundClient
from chassis.outbound.guard import Exchange, GuardedClient, Request
from chassis.outbound.scripted import ScriptedOutbound
from chassis.outbound.targets import Resolve, Target

__all__ = [
    "Exchange",
    "GuardedClient",
    "MaybeSent",
    "NotSent",
    "OutboundClient",
    "OutboundResponse",
    "Request",
    "Resolve",
    "ScriptedOutbound",
    "Target",
    "TooMuch",
]
