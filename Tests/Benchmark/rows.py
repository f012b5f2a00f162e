"""The rows of the table, in the order in which they are measured."""

from rows_api import Api
from rows_failover import Hedge, Outage
from rows_million import Million
from rows_requests import ChoiceCheck, Closed, Handshake, KeyCheck, Open, RouteCheck
from rows_streams import Burst, Departure, Events, Rest, StreamMemory
from rows_tokens import Tokens
from rows_translation import LongRequests, TranslatedRequests, TranslationCheck
from rows_uploads import Received, Upload


def all_measures():
    """What is measured, by the name that --only takes."""
    return {
        "rest": [Rest()],
        "closed": [Closed(1), Closed(32), Closed(256)],
        "open": [Open()],
        "upload": [Received(), Upload()],
        "events": [Events()],
        "burst": [Burst(), Burst(is_flushed=False)],
        "translation": [TranslatedRequests(), TranslationCheck(), LongRequests()],
        "departure": [Departure()],
        "tls": [Handshake()],
        "keys": [KeyCheck()],
        "routes": [RouteCheck()],
        "choices": [ChoiceCheck()],
        "tokens": [Tokens()],
        "hedging": [Hedge()],
        "outage": [Outage()],
        "million": [Million()],
        "api": [Api()],
        "memory": [
            StreamMemory("resident memory a stream, plain", "plain", "500ms", 26,
                         lambda plan: plan.streams),
            StreamMemory("resident memory a stream, TLS upstream", "tls", "200ms", 80,
                         lambda plan: plan.tls_streams),
        ],
    }
