"""The MQTT door: devices send observations and receive commands over MQTT 3.1.1 and 5.0. An acknowledgement means committed.

Inward QoS 0, 1 and 2; outward 0 and 1. Left out: shared subscriptions, enhanced authentication (AUTH), the topics of
SensorThings that carry query options. ``<city>`` is the city's slug, ``<device>`` the device's; user name ``<city>/<device>``,
password one of the device's keys:

    <city>/devices/<device>/up                  {"t": time?, "pm25": 31.2, "unit": {"pm25": "ug/m3"}?}, or a list of such
    <city>/devices/<device>/<property>          31.2, or {"t": time?, "v": 31.2}, or a list of such
    <city>/v1.1/Datastreams(<n>)/Observations   an Observation of SensorThings 1.1
    <city>/devices/<device>/down                commands, to the device
    <city>/devices/<device>/ack                 {"id": command, "ok": true, "detail": ...}, from the device

The chief parts: ``wire`` (the codec), ``Server``, ``GroupCommit``, ``house`` (the only file that calls other rooms).
"""
