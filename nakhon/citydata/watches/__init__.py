"""watches: rules over what sensors measure, and the alerts that they open and end.

Chief verbs: ``try_watch``, ``switch_on_watch``, ``acknowledge_alert``, ``end_alert``. It decides by pure rules (``rules``) that
live work and trials share. It measures nothing itself and sends nobody a message: its facts leave through the outbox.
"""
