"""The kind of definition that the catalogue owns: ``dataset``."""

from __future__ import annotations

from nakhon.citydata.catalog.applying import apply_dataset, dataset_holds, remove_dataset
from nakhon.citydata.catalog.permissions import DATASET_DEFINE
from nakhon.citydata.catalog.shapes import DatasetDefinition
from nakhon.kernel.definitions.kinds import Kind, register_kind
from nakhon.knowledge.text import Text

DATASET = register_kind(Kind(
    name="dataset",
    model=DatasetDefinition,
    text=Text("ชุดข้อมูล", "Dataset"),
    about=Text(
        "ชุดข้อมูลที่เป็นไฟล์หรือลิงก์ พร้อมข้อมูลอธิบาย 14 รายการ ทะเบียนและสถานีเป็นชุดข้อมูลอยู่แล้วในตัว",
        "A dataset of files or links with the fourteen items that describe it; registers and stations are datasets of themselves",
    ),
    example="""\
kind: dataset
id: budget-2569
name: {th: งบประมาณรายจ่าย พ.ศ. 2569, en: Budget of B.E. 2569}
about: {th: เทศบัญญัติงบประมาณรายจ่ายประจำปี, en: The municipal budget ordinance of the year}
data_type: ข้อมูลสถิติ
links:
  - {name: {th: ข้อบัญญัติฉบับเต็ม, en: The full ordinance}, url: "https://example.go.th/budget-2569.pdf", format: PDF}
metadata:
  keywords: [งบประมาณ, การคลัง]
  maintainer: กองคลัง
  maintainer_email: finance@example.go.th
  objective: เพื่อการให้บริการประชาชน
  update_frequency_unit: ปี
  update_frequency_interval: 1
  geo_coverage: เทศบาล/อบต.
  license_id: Open Data Common
""",
    permission=DATASET_DEFINE,
    folder="datasets",
    apply=apply_dataset,
    remove=remove_dataset,
    holds=dataset_holds,
))  # fmt: skip
