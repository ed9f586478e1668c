"""Failures of the sensors."""

from __future__ import annotations

from nakhon.kernel.errors import Conflict, Invalid, NotFound, SignInRequired, TooLarge, Unavailable
from nakhon.knowledge.text import Text


class SensorsNotFound(NotFound):
    code = "citydata.sensor_not_found"
    default_message = Text("ไม่พบสถานีหรืออุปกรณ์นี้", "This station or device was not found")
    default_remedy = Text("ตรวจหมายเลขกับรายการอุปกรณ์", "Check the number against the list of devices")


class DeviceTaken(Conflict):
    code = "citydata.device_taken"
    default_message = Text("มีอุปกรณ์ชื่อนี้แล้ว", "There is a device of this name already")
    default_remedy = Text("ตั้งชื่ออื่น หรือเปิดอุปกรณ์เดิม", "Choose another name, or open the device that has it")


class DeviceDisabled(Conflict):
    code = "citydata.device_disabled"
    default_message = Text("อุปกรณ์นี้ถูกปิดใช้งาน", "This device is disabled")
    default_remedy = Text("เปิดใช้งานอุปกรณ์ก่อน", "Enable the device first")


class SensorInputInvalid(Invalid):
    code = "citydata.sensor_input"


class KeyRefused(SignInRequired):
    """The key is no device's of this city, or not in force any more; which of both is not told."""

    code = "citydata.key_refused"
    default_message = Text("กุญแจของอุปกรณ์ใช้กับเมืองนี้ไม่ได้", "The device's key is not valid in this city")
    default_remedy = Text(
        "ส่ง Authorization: Bearer ตามด้วยกุญแจที่ยังใช้ได้ของอุปกรณ์ในเมืองนี้",
        "Send Authorization: Bearer with a key of a device of this city that is still in force",
    )


class MessageTooLarge(TooLarge):
    code = "citydata.message_too_large"
    default_message = Text("ข้อความใหญ่เกิน 10 MB", "The message is larger than 10 MB")
    default_remedy = Text("แบ่งส่งหลายครั้ง", "Send it in several parts")


class ArchiveDamaged(Unavailable):
    code = "citydata.archive_damaged"
    default_message = Text(
        "แฟ้มข้อมูลย้อนหลังของวันที่ {day} ไม่ตรงกับลายนิ้วมือที่บันทึกไว้", "The archived readings of {day} do not match their checksum"
    )
    default_remedy = Text("กู้แฟ้มนั้นจากสำเนาสำรอง", "Restore the file from a backup")


class FeedFailed(Unavailable):
    """A pull did not succeed; the message says at what."""

    code = "citydata.feed_failed"
    default_message = Text("ดึงข้อมูลจากแหล่งภายนอกไม่สำเร็จ", "The feed could not be pulled")
