"""The roles that a permission row may name, and what each is called."""

from __future__ import annotations

from nakhon.knowledge.text import Text

ROLES: dict[str, Text] = {
    "public": Text("ประชาชนทั่วไป", "The public"),
    "citizen": Text("ประชาชนที่เข้าสู่ระบบ", "Signed-in citizen"),
    "officer": Text("เจ้าหน้าที่", "Officer"),
    "supervisor": Text("หัวหน้างาน", "Supervisor"),
    "executive": Text("ผู้บริหาร", "Executive"),
    "registrar": Text("เจ้าหน้าที่ทะเบียน", "Registrar"),
    "dpo": Text("เจ้าหน้าที่คุ้มครองข้อมูลส่วนบุคคล", "Data protection officer"),
    "auditor": Text("ผู้ตรวจสอบภายใน", "Internal auditor"),
    "admin": Text("ผู้ดูแลระบบ", "Administrator"),
}

STAFF_ROLES: tuple[str, ...] = ("officer", "supervisor", "executive", "registrar", "dpo", "auditor", "admin")
STAFF = frozenset(STAFF_ROLES)
EVERYONE = frozenset({"public", "citizen"}) | STAFF
