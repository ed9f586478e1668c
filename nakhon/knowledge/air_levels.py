"""The five levels of the Thai air quality index: words, official colours, and what to do, in plain words."""

from __future__ import annotations

from dataclasses import dataclass

from nakhon.knowledge.text import Text


@dataclass(frozen=True, slots=True)
class AirLevel:
    """One level. ``highest`` is its last index (None: open). ``hex`` is the official palette; write on it in ``ink``.

    ``accessible`` says the level without relying on colour. ``general`` and ``sensitive`` advise the public, and children,
    elders, pregnant women and people with lung or heart disease.
    """

    code: str
    rank: int
    highest: int | None
    name: Text
    colour: Text
    hex: str
    ink: str
    general: Text
    sensitive: Text

    @property
    def accessible(self) -> Text:
        return Text(
            f"คุณภาพอากาศ{self.name.th} ระดับ {self.rank} จาก 5 (สี{self.colour.th})",
            f"Air quality: {self.name.en}, level {self.rank} of 5 ({self.colour.en})",
        )


# Names and colours. Source: PCD notice on the Thai air quality index B.E. 2566; hex values as Air4Thai shows them, to be confirmed.
# Advice is the platform's own wording of that notice's sense. #1a1a1a reads at a contrast of at least 4.5 on all five.
LEVELS: tuple[AirLevel, ...] = (
    AirLevel(
        "very_good",
        1,
        25,
        Text("ดีมาก", "Very good"),
        Text("ฟ้า", "blue"),
        "#3bccff",
        "#1a1a1a",
        Text("ทำกิจกรรมกลางแจ้งและท่องเที่ยวได้ตามปกติ", "Enjoy the outdoors as usual."),
        Text("ทำกิจกรรมกลางแจ้งได้ตามปกติ", "Enjoy the outdoors as usual."),
    ),
    AirLevel(
        "good",
        2,
        50,
        Text("ดี", "Good"),
        Text("เขียว", "green"),
        "#92d050",
        "#1a1a1a",
        Text("ทำกิจกรรมกลางแจ้งได้ตามปกติ", "Outdoor activities are fine."),
        Text(
            "ทำกิจกรรมกลางแจ้งได้ หากรู้สึกไอหรือหายใจไม่สะดวกให้พัก",
            "Outdoor activities are fine; rest if you cough or breathe with difficulty.",
        ),
    ),
    AirLevel(
        "moderate",
        3,
        100,
        Text("ปานกลาง", "Moderate"),
        Text("เหลือง", "yellow"),
        "#ffff00",
        "#1a1a1a",
        Text(
            "ทำกิจกรรมกลางแจ้งได้ ลดการออกแรงหนักเป็นเวลานานหากมีอาการไอหรือระคายเคืองตา",
            "Outdoor activities are possible; do less long, hard exercise if you cough or your eyes sting.",
        ),
        Text(
            "ลดเวลาออกแรงกลางแจ้ง สวมหน้ากากป้องกันฝุ่น และเตรียมยาประจำตัวให้พร้อม",
            "Shorten exertion outdoors, wear a dust mask and keep your medicine at hand.",
        ),
    ),
    AirLevel(
        "unhealthy_sensitive",
        4,
        200,
        Text("เริ่มมีผลกระทบต่อสุขภาพ", "Beginning to affect health"),
        Text("ส้ม", "orange"),
        "#ffa200",
        "#1a1a1a",
        Text(
            "สวมหน้ากากป้องกันฝุ่นเมื่อออกนอกอาคาร ลดเวลาทำกิจกรรมกลางแจ้ง หากมีอาการผิดปกติให้พบแพทย์",
            "Wear a dust mask outdoors, spend less time there, and see a doctor if you feel unwell.",
        ),
        Text(
            "เลี่ยงกิจกรรมกลางแจ้ง อยู่ในห้องที่ปิดมิดชิดหรือห้องปลอดฝุ่น หากแน่นหน้าอกหรือหายใจลำบากให้รีบพบแพทย์",
            "Avoid outdoor activities and stay in a closed or dust-free room; see a doctor at once for a tight chest or hard breathing.",
        ),
    ),
    AirLevel(
        "unhealthy",
        5,
        None,
        Text("มีผลกระทบต่อสุขภาพ", "Affecting health"),
        Text("แดง", "red"),
        "#f04646",
        "#1a1a1a",
        Text(
            "งดกิจกรรมกลางแจ้ง หากจำเป็นต้องออกไปให้สวมหน้ากากป้องกันฝุ่น PM2.5 และอยู่ข้างนอกให้สั้นที่สุด",
            "Stop outdoor activities; if you must go out, wear a mask that holds back PM2.5 and keep it short.",
        ),
        Text(
            "อยู่ในห้องปลอดฝุ่น งดออกนอกอาคาร ทำตามคำแนะนำของแพทย์ และโทร. 1669 หากหายใจลำบาก",
            "Stay in a dust-free room and do not go out; follow your doctor's advice, and call 1669 if breathing is hard.",
        ),
    ),
)
