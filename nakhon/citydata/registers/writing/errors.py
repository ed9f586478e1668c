"""Why a file cannot be written, and which other would do."""

from __future__ import annotations

from nakhon.kernel.errors import Invalid, TooLarge
from nakhon.knowledge.text import Text


class TooManyRows(TooLarge):
    code = "citydata.export_too_many_rows"

    def __init__(self, most: int) -> None:
        super().__init__(
            Text(f"ไฟล์ชนิดนี้รับได้ไม่เกิน {most:,} แถว", f"This kind of file takes at most {most:,} rows"),
            Text("เลือก CSV หรือ GeoPackage หรือกรองให้เหลือน้อยลง", "Choose CSV or GeoPackage, or filter for fewer rows"),
        )


class NoPlaces(Invalid):
    code = "citydata.export_without_places"
    default_message = Text(
        "ทะเบียนนี้ไม่มีตำแหน่ง จึงส่งออกเป็นแผนที่ไม่ได้", "This register has no places, so there is no map to export"
    )
    default_remedy = Text("เลือก CSV, Excel หรือ Parquet", "Choose CSV, Excel or Parquet")
