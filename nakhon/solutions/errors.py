"""What may go wrong with solutions."""

from nakhon.kernel.errors import Conflict, Invalid, NotFound
from nakhon.knowledge.text import Text


class SolutionNotFound(NotFound):
    code = "solutions.not_found"
    default_remedy = Text("ดูรายชื่อชุดระบบด้วย nakhon solution list", "See the list with: nakhon solution list")


class SolutionNotInstalled(NotFound):
    code = "solutions.not_installed"
    default_remedy = Text("ดูสถานะของชุดระบบในหน้าชุดระบบ", "The list of solutions shows what is installed")


class SolutionMissing(Conflict):
    """Another solution must be installed first."""

    code = "solutions.needs_other"


class SolutionNeeded(Conflict):
    """Another installed solution needs this one."""

    code = "solutions.needed"


class ParametersMissing(Invalid):
    code = "solutions.parameters"
    default_message = Text("ข้อมูลที่ต้องกรอกยังไม่ครบหรือไม่ถูกต้อง", "What must be filled in is missing or wrong")
    default_remedy = Text("กรอกช่องที่ระบุแล้วลองอีกครั้ง", "Fill in the fields named and try again")


class DraftNotFound(NotFound):
    code = "solutions.draft_gone"
    default_message = Text(
        "ไฟล์ที่ส่งมาหมดอายุหรือถูกใช้ไปแล้ว", "The files that were sent have expired or were applied already"
    )
    default_remedy = Text("ส่งไฟล์อีกครั้ง", "Send the files again")
