"""Generated reference of solution.yaml: its JSON Schema and its page, beside those of the kinds."""

from __future__ import annotations

from pathlib import Path

from nakhon.kernel.definitions import schema
from nakhon.knowledge.text import Text
from nakhon.solutions.manifest import Manifest

TEXT = Text("ชุดระบบ", "Solution")
ABOUT = Text(
    "ไฟล์ solution.yaml ที่ชั้นบนสุดของโฟลเดอร์ชุดระบบ บอกว่าเป็นอะไร ใครทำเป็นแห่งแรก ต้องมีอะไรก่อน และแต่ละเมืองกรอกอะไร",
    "The file solution.yaml at the top of a solution's folder: what it is, who built it first, what it needs and what each city fills in",
)
EXAMPLE = """\
id: municipal-office
name: {th: สำนักงานเทศบาลมาตรฐาน, en: A typical municipal office}
summary: {th: โครงสร้างสำนักและกอง ปฏิทิน และตัวเลขตามกฎหมาย, en: "Units, office calendar and legal figures"}
version: 1.0.0
first_built_by: {th: กรมส่งเสริมการปกครองท้องถิ่น, en: Department of Local Administration}
domains: [GOV]
sdgs: [16]
needs: {kinds: [unit, office-calendar, legal-figure]}
parameters:
  - {id: phone, name: {th: โทรศัพท์, en: Telephone}, fact: phone, example: "077-421421"}
licence: Apache-2.0
"""


def generated() -> dict[Path, str]:
    """Generated files by their path below ``docs/reference``: those of all kinds and of solution.yaml."""
    return {
        **schema.generated(),
        Path("schemas/solution.json"): schema.as_json(schema.model_schema(Manifest, "solution", TEXT, ABOUT)),
        Path("definitions/solution.md"): schema.model_page(Manifest, "solution", TEXT, ABOUT, EXAMPLE, "solution.json"),
    }
