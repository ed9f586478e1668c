"""The catalogue's rows of the permission table. Which datasets a holder sees, the data themselves say."""

from nakhon.kernel.permissions import register
from nakhon.people.roles import EVERYONE, STAFF

DATASET_READ = register("citydata.dataset.read", "ดูบัญชีข้อมูลเมือง", "See the data catalogue", EVERYONE)
DATASET_EDIT = register(
    "citydata.dataset.edit",
    "เพิ่มและลบไฟล์ของชุดข้อมูล",
    "Add and remove files of datasets",
    ["officer", "supervisor", "admin"],
)
DATASET_DEFINE = register("citydata.dataset.define", "กำหนดชุดข้อมูล", "Define datasets", ["admin"])
USAGE_READ = register("citydata.dataset.usage", "ดูสถิติการใช้ชุดข้อมูล", "See how datasets are used", STAFF)
