"""The room's rows of the permission table: each permission and the roles that hold it."""

from nakhon.kernel.permissions import register
from nakhon.people.roles import EVERYONE, STAFF

ORGANISATION_READ = register("people.organisation.read", "ดูทำเนียบหน่วยงาน", "See the directory of organisations", EVERYONE)
ORGANISATION_EDIT = register("people.organisation.edit", "แก้ไขข้อมูลหน่วยงาน", "Edit the organisation's record", ["admin"])
UNIT_READ = register("people.unit.read", "ดูโครงสร้างหน่วยงาน", "See the units", STAFF)
UNIT_EDIT = register("people.unit.edit", "จัดโครงสร้างหน่วยงาน", "Arrange the units", ["admin"])
MEMBER_READ = register("people.member.read", "ดูรายชื่อบุคลากร", "See the staff", STAFF)
MEMBER_EDIT = register("people.member.edit", "จัดการบุคลากรและสิทธิ์", "Manage staff and their roles", ["admin"])
