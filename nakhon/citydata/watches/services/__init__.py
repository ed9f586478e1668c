"""The verbs of watches and alerts."""

from nakhon.citydata.watches.services.alerts import acknowledge_alert, assign_alert, end_alert
from nakhon.citydata.watches.services.switching import switch_off_watch, switch_on_watch
from nakhon.citydata.watches.services.trying import try_watch

__all__ = [
    "acknowledge_alert",
    "assign_alert",
    "end_alert",
    "switch_off_watch",
    "switch_on_watch",
    "try_watch",
]
