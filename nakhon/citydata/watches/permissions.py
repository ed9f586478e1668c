"""The watches' rows of the permission table."""

from nakhon.kernel.permissions import register
from nakhon.people.roles import STAFF

WATCH_READ = register("citydata.watch.read", "ดูกฎเฝ้าระวังและผลทดลอง", "See watches and their trials", STAFF)
WATCH_TRY = register(
    "citydata.watch.try", "ทดลองกฎเฝ้าระวังกับข้อมูลย้อนหลัง", "Try a watch on past data", ["officer", "supervisor", "admin"]
)
WATCH_SWITCH = register(
    "citydata.watch.switch", "เปิดและปิดกฎเฝ้าระวัง", "Switch watches on and off", ["supervisor", "admin"]
)
WATCH_DEFINE = register("citydata.watch.define", "กำหนดกฎเฝ้าระวัง", "Define watches", ["admin"])
ALERT_READ = register("citydata.alert.read", "ดูการแจ้งเตือน", "See alerts", STAFF)
ALERT_WORK = register(
    "citydata.alert.work",
    "รับทราบ มอบหมาย และสิ้นสุดการแจ้งเตือน",
    "Acknowledge, assign and end alerts",
    ["officer", "supervisor", "admin"],
)
