"""Failures of the catalogue. No HTTP."""

from nakhon.kernel.errors import NotFound
from nakhon.knowledge.text import Text


class DatasetNotFound(NotFound):
    """Also for a dataset that the actor may not see: that it exists is not told."""

    code = "citydata.dataset_not_found"
    default_message = Text("ไม่พบชุดข้อมูลนี้", "There is no such dataset")
    default_remedy = Text("ค้นหาจากหน้าบัญชีข้อมูล", "Search the data catalogue")


class DatasetFileMissing(NotFound):
    code = "citydata.dataset_file_missing"
    default_message = Text("ไม่พบไฟล์นี้ในชุดข้อมูล", "The dataset has no such file")
    default_remedy = Text("เปิดหน้าชุดข้อมูลเพื่อดูไฟล์ที่มี", "The dataset's page lists its files")
