"""The questions about watches, trials and alerts."""

from nakhon.citydata.watches.queries.alerts import alert_card, alert_counts, alert_list
from nakhon.citydata.watches.queries.watches import trial_card, trial_list, watch_card, watch_list

__all__ = [
    "alert_card",
    "alert_counts",
    "alert_list",
    "trial_card",
    "trial_list",
    "watch_card",
    "watch_list",
]
