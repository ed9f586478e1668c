"""Rows of the permission table for definitions."""

from nakhon.kernel.permissions import register

READ = register(
    "definitions.read", "ดูคำนิยามและแผนการเปลี่ยนแปลง", "See definitions and plans of change", ["admin", "auditor"]
)
APPLY = register("definitions.apply", "ใช้ นำออก และแก้คำนิยาม", "Apply, change and remove definitions", ["admin"])
