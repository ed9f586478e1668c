"""Ready-to-paste examples for a device: the command line, MQTT, and a sketch for ESP boards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from nakhon.knowledge.text import Text

STAND_IN = "<KEY>"
"""Stands where a key belongs when the key is no longer known."""


@dataclass(frozen=True, slots=True)
class Snippet:
    name: Text
    code: str


def snippets(
    *, base: str, host: str, mqtt_port: int, city: str, device: str, codes: Sequence[str], key: str
) -> list[Snippet]:
    """The examples for a device with streams ``codes``; ``base`` is the platform's address without a slash at its end."""
    first = next(iter(codes), "value")
    key = key or STAND_IN
    address = f"{base}/{city}/api/v1/observations"
    return [
        Snippet(
            Text("บรรทัดคำสั่ง (curl)", "Command line (curl)"),
            f"curl -X POST {address} \\\n"
            f'  -H "Authorization: Bearer {key}" \\\n'
            '  -H "Content-Type: application/json" \\\n'
            f"  -d '{{\"{first}\": 31.2}}'",
        ),
        Snippet(
            Text("MQTT (mosquitto_pub)", "MQTT (mosquitto_pub)"),
            f"mosquitto_pub -h {host} -p {mqtt_port} -q 1 \\\n"
            f"  -u '{city}/{device}' -P '{key}' \\\n"
            f"  -t '{city}/devices/{device}/up' \\\n"
            f"  -m '{{\"{first}\": 31.2}}'",
        ),
        Snippet(
            Text("บอร์ด ESP32 หรือ ESP8266 (Arduino)", "ESP32 or ESP8266 boards (Arduino)"),
            "#include <WiFi.h>          // ESP8266: <ESP8266WiFi.h>\n"
            "#include <PubSubClient.h>\n\n"
            'const char* WIFI_NAME = "...";\n'
            'const char* WIFI_PASSWORD = "...";\n'
            f'const char* HOST = "{host}";\n'
            f'const char* DEVICE = "{city}/{device}";\n'
            f'const char* KEY = "{key}";\n'
            f'const char* TOPIC = "{city}/devices/{device}/up";\n\n'
            "WiFiClient net;\n"
            "PubSubClient mqtt(net);\n\n"
            "void setup() {\n"
            "  WiFi.begin(WIFI_NAME, WIFI_PASSWORD);\n"
            "  while (WiFi.status() != WL_CONNECTED) delay(500);\n"
            f"  mqtt.setServer(HOST, {mqtt_port});\n"
            "}\n\n"
            "void loop() {\n"
            '  if (!mqtt.connected() && !mqtt.connect("esp", DEVICE, KEY)) { delay(5000); return; }\n'
            "  float value = 31.2;  // read your sensor here\n"
            "  char message[64];\n"
            f'  snprintf(message, sizeof message, "{{\\"{first}\\": %.2f}}", value);\n'
            "  mqtt.publish(TOPIC, message);\n"
            "  mqtt.loop();\n"
            "  delay(60000);\n"
            "}",
        ),
    ]
