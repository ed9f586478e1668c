"""The room's rows of the permission table."""

from nakhon.kernel.permissions import register

READ = register("solutions.read", "ดูชุดระบบที่ติดตั้งได้และที่ติดตั้งแล้ว", "See solutions, installed and not", ["admin", "auditor"])
APPLY = register("solutions.apply", "ติดตั้ง ปรับปรุง และนำชุดระบบออก", "Install, update and remove solutions", ["admin"])
