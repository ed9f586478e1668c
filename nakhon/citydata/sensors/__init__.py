"""sensors: the city's things and what they measure: streams, observations, their archive, devices, commands and feeds.

Chief doors: make_device, send_command, things, latest, series; readings come in by ``ingest.store`` alone. It judges no value:
what a value means is told by ``knowledge``, and when it alarms by ``watches``.
"""
