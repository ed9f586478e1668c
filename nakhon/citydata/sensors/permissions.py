"""The sensors' rows of the permission table."""

from nakhon.kernel.permissions import register
from nakhon.people.roles import EVERYONE, STAFF

READ = register("citydata.sensor.read", "ดูสถานีและค่าที่วัดได้", "See stations and what they measure", EVERYONE)
WORK = register("citydata.sensor.work", "ดูงานบำรุงรักษาอุปกรณ์", "See what devices need", STAFF)
REPAIR = register(
    "citydata.sensor.repair", "แก้ไขและลบค่าที่วัดผิด", "Correct and remove wrong readings", ["supervisor", "admin"]
)
DEVICE_READ = register("citydata.device.read", "ดูทะเบียนอุปกรณ์", "See the devices", STAFF)
DEVICE_EDIT = register("citydata.device.edit", "จัดการอุปกรณ์และกุญแจ", "Arrange devices and their keys", ["admin"])
COMMAND = register(
    "citydata.device.command", "สั่งงานอุปกรณ์", "Give commands to devices", ["officer", "supervisor", "admin"]
)
SCHEDULE_EDIT = register(
    "citydata.schedule.edit", "ตั้งเวลาสั่งงานอุปกรณ์", "Arrange the times of commands", ["supervisor", "admin"]
)
DEFINE = register("citydata.sensor.define", "กำหนดชนิดสถานีและแหล่งข้อมูล", "Define kinds of stations and feeds", ["admin"])
FEED_PULL = register(
    "citydata.feed.pull", "ดึงข้อมูลจากแหล่งภายนอก", "Pull data from a feed", ["officer", "supervisor", "admin"]
)
