"""The rows of files in the permission table. Whose file it is, the guards decide (``guards``)."""

from nakhon.kernel.permissions import register

_STAFF = ("officer", "supervisor", "executive", "registrar", "dpo", "auditor", "admin")

STORE = register("kernel.file.store", "ส่งไฟล์", "Send files", ["public", "citizen", *_STAFF])
READ = register("kernel.file.read", "เปิดไฟล์ที่ตนมีสิทธิ์", "Open files that one may see", ["public", "citizen", *_STAFF])
READ_PERSONAL = register(
    "kernel.file.read_personal",
    "เปิดไฟล์ที่มีข้อมูลส่วนบุคคล",
    "Open files with personal data",
    ["officer", "supervisor", "registrar", "dpo"],
)
READ_SENSITIVE = register(
    "kernel.file.read_sensitive",
    "เปิดไฟล์ที่มีข้อมูลอ่อนไหว",
    "Open files with sensitive data",
    ["supervisor", "registrar", "dpo"],
)
REMOVE_ANY = register(
    "kernel.file.remove_any", "ลบไฟล์ของผู้อื่น", "Remove files that others sent", ["supervisor", "dpo", "admin"]
)
