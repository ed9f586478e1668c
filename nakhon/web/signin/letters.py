"""What the platform writes about signing in: codes, invitations, resets and notices, in Thai and English."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from nakhon.knowledge.dates import format_moment
from nakhon.knowledge.text import Text

NOTICE_VERSION = "account-2026-1"
"""Version of the privacy notice shown when an account is opened (PDPA B.E. 2562, section 23)."""


@dataclass(frozen=True, slots=True)
class Letter:
    """Subject and body, in both languages; no markup."""

    subject: Text
    body: Text


def _letter(subject: Text, *paragraphs: Text) -> Letter:
    return Letter(subject, Text("\n\n".join(p.th for p in paragraphs), "\n\n".join(p.en for p in paragraphs)))


_NOT_YOU = Text(
    "หากไม่ใช่คุณ โปรดเปลี่ยนรหัสผ่าน ออกจากระบบทุกอุปกรณ์ที่หน้าบัญชีของฉัน และแจ้งผู้ดูแลระบบของหน่วยงานโดยเร็ว",
    "If this was not you, change your password, sign out everywhere on the page My account, and tell your organisation's "
    "administrator at once.",
)


def _when(at: datetime) -> dict[str, str]:
    moment = format_moment(at)
    return {"at_th": moment.th, "at_en": moment.en}


def code(city: Text, digits: str, *, host: str = "") -> Letter:
    """The one-time code. With ``host`` it is for a text message and ends so that the phone can fill it in by itself."""
    if host:
        tail = f"\n\n@{host} #{digits}"
        body = Text(
            f"{digits} คือรหัสเข้าสู่ระบบ {city.th} ใช้ได้ 10 นาที อย่าบอกรหัสนี้แก่ผู้ใด{tail}",
            f"{digits} is your sign-in code for {city.en}. Valid 10 minutes. Tell it to nobody.{tail}",
        )
        return Letter(Text("รหัสเข้าสู่ระบบ", "Sign-in code"), body)
    return _letter(
        Text(f"{digits} คือรหัสเข้าสู่ระบบของคุณ", f"{digits} is your sign-in code"),
        Text(f"รหัสเข้าสู่ระบบ {city.th} ของคุณคือ", f"Your sign-in code for {city.en} is"),
        Text(f"    {digits}", f"    {digits}"),
        Text(
            "รหัสนี้ใช้ได้ 10 นาที และใช้ได้ครั้งเดียว เจ้าหน้าที่จะไม่ขอรหัสนี้จากคุณ อย่าบอกรหัสแก่ผู้ใด",
            "It is valid for 10 minutes and works once. Our staff will never ask you for it. Tell it to nobody.",
        ),
        Text("หากคุณไม่ได้ขอรหัสนี้ ไม่ต้องทำอะไร", "If you did not ask for it, you need not do anything."),
    )


def invitation(city: Text, address: str) -> Letter:
    return _letter(
        Text(f"คำเชิญเข้าใช้ระบบงานของ{city.th}", f"You are invited to the staff system of {city.en}"),
        Text(
            f"ผู้ดูแลระบบของ{city.th}ได้เปิดบัญชีบุคลากรให้คุณแล้ว เปิดลิงก์นี้เพื่อตั้งรหัสผ่านและวิธียืนยันตัวตนขั้นที่สอง",
            f"An administrator of {city.en} has opened a staff account for you. Open this link to set a password and a "
            "second way to prove who you are:",
        ),
        Text(address, address),
        Text(
            "ลิงก์นี้ใช้ได้ครั้งเดียว ภายใน 72 ชั่วโมง อย่าส่งต่อให้ผู้อื่น",
            "The link works once, within 72 hours. Do not pass it on.",
        ),
    )


def welcome(city: Text, address: str) -> Letter:
    return _letter(
        Text(f"คุณเป็นบุคลากรของ{city.th}ในระบบแล้ว", f"You are now on the staff of {city.en}"),
        Text("เข้าสู่ระบบด้วยอีเมลและรหัสผ่านเดิมของคุณที่", "Sign in with your e-mail and your present password at"),
        Text(address, address),
    )


def password_reset(city: Text, address: str) -> Letter:
    return _letter(
        Text("ตั้งรหัสผ่านใหม่", "Set a new password"),
        Text(
            f"มีการขอตั้งรหัสผ่านใหม่สำหรับบัญชีบุคลากรของคุณที่{city.th} เปิดลิงก์นี้เพื่อดำเนินการ",
            f"Somebody asked to set a new password for your staff account at {city.en}. Open this link to do so:",
        ),
        Text(address, address),
        Text(
            "ลิงก์นี้ใช้ได้ครั้งเดียว ภายใน 30 นาที และหลังจากนั้นยังต้องยืนยันตัวตนขั้นที่สองตามปกติ",
            "The link works once, within 30 minutes. The second factor is asked for as usual afterwards.",
        ),
        Text(
            "หากคุณไม่ได้ขอ ไม่ต้องทำอะไร รหัสผ่านเดิมยังใช้ได้",
            "If it was not you, you need not do anything: your password stays as it is.",
        ),
    )


def password_changed(city: Text, at: datetime) -> Letter:
    return _letter(
        Text("รหัสผ่านของคุณถูกเปลี่ยนแล้ว", "Your password was changed"),
        Text(
            "รหัสผ่านบัญชีของคุณที่ {city_th} ถูกเปลี่ยนเมื่อ {at_th} และอุปกรณ์อื่นถูกนำออกจากระบบแล้ว",
            "The password of your account at {city_en} was changed on {at_en}; other devices were signed out.",
        ).format(city_th=city.th, city_en=city.en, **_when(at)),
        _NOT_YOU,
    )


def new_device(city: Text, at: datetime, device: str) -> Letter:
    return _letter(
        Text("มีการเข้าสู่ระบบจากอุปกรณ์ใหม่", "A sign-in from a new device"),
        Text(
            "บัญชีของคุณเข้าสู่ระบบ {city_th} เมื่อ {at_th} จากอุปกรณ์ที่ไม่เคยใช้มาก่อน: {device}",
            "Your account signed in to {city_en} on {at_en} from a device not used before: {device}",
        ).format(city_th=city.th, city_en=city.en, device=device, **_when(at)),
        _NOT_YOU,
    )


def factor_changed(city: Text, at: datetime, kind: Text, *, added: bool) -> Letter:
    verb = Text("เพิ่ม", "added to") if added else Text("ลบ", "removed from")
    return _letter(
        Text(
            f"{verb.th}วิธียืนยันตัวตนขั้นที่สอง",
            "A second factor was added" if added else "A second factor was removed",
        ),
        Text(
            f"{verb.th}{kind.th}{'ใน' if added else 'จาก'}บัญชีของคุณที่{city.th} เมื่อ {_when(at)['at_th']}",
            f"{kind.en}: {verb.en} your account at {city.en} on {_when(at)['at_en']}.",
        ),
        _NOT_YOU,
    )


def second_factor_reset(city: Text, at: datetime) -> Letter:
    return _letter(
        Text("วิธียืนยันตัวตนขั้นที่สองของคุณถูกรีเซ็ต", "Your second factor was reset"),
        Text(
            f"ผู้ดูแลระบบของ{city.th}รีเซ็ตวิธียืนยันตัวตนขั้นที่สองของคุณเมื่อ {_when(at)['at_th']} เข้าสู่ระบบครั้งต่อไปคุณจะได้ตั้งวิธีใหม่",
            f"An administrator of {city.en} reset your second factor on {_when(at)['at_en']}. "
            "You will set up a new one when you next sign in.",
        ),
        Text(
            "หากคุณไม่ได้แจ้งขอ โปรดติดต่อผู้ดูแลระบบและเจ้าหน้าที่คุ้มครองข้อมูลส่วนบุคคลทันที",
            "If you did not ask for it, contact the administrator and the data protection officer at once.",
        ),
    )


def recovery_code_used(city: Text, at: datetime, left: int) -> Letter:
    return _letter(
        Text("มีการใช้รหัสสำรอง", "A recovery code was used"),
        Text(
            f"มีการใช้รหัสสำรองเข้าสู่ระบบ {city.th} เมื่อ {_when(at)['at_th']} เหลืออีก {left} รหัส",
            f"A recovery code was used to sign in to {city.en} on {_when(at)['at_en']}. Codes left: {left}.",
        ),
        _NOT_YOU,
    )


def recovery_codes_renewed(city: Text, at: datetime) -> Letter:
    return _letter(
        Text("ออกรหัสสำรองชุดใหม่แล้ว", "New recovery codes were made"),
        Text(
            f"ออกรหัสสำรองชุดใหม่ให้บัญชีของคุณที่{city.th} เมื่อ {_when(at)['at_th']} รหัสชุดเดิมใช้ไม่ได้แล้ว",
            f"New recovery codes were made for your account at {city.en} on {_when(at)['at_en']}; the old ones are void.",
        ),
        _NOT_YOU,
    )


def provider_changed(city: Text, at: datetime, provider: str, *, linked: bool) -> Letter:
    act = Text("ผูกบัญชี", "linked to") if linked else Text("ยกเลิกการผูกบัญชี", "unlinked from")
    return _letter(
        Text("การผูกบัญชีของคุณเปลี่ยนไป", "Your linked sign-ins changed"),
        Text(
            f"{act.th} {provider} กับบัญชีของคุณที่{city.th} เมื่อ {_when(at)['at_th']}",
            f"{provider} was {act.en} your account at {city.en} on {_when(at)['at_en']}.",
        ),
        _NOT_YOU,
    )


def contact_code(city: Text, digits: str, *, host: str = "") -> Letter:
    """The code that proves a new phone or e-mail; unlike ``code`` it says that the account's way in is about to change."""
    if host:
        tail = f"\n\n@{host} #{digits}"
        body = Text(
            f"{digits} คือรหัสยืนยันเบอร์ใหม่ของบัญชี {city.th} ใช้ได้ 10 นาที อย่าบอกรหัสนี้แก่ผู้ใด{tail}",
            f"{digits} confirms this new number for your account at {city.en}. Valid 10 minutes. Tell it to nobody.{tail}",
        )
        return Letter(Text("รหัสยืนยัน", "Confirmation code"), body)
    return _letter(
        Text(f"{digits} คือรหัสยืนยันอีเมลใหม่ของคุณ", f"{digits} confirms your new e-mail"),
        Text(
            f"มีการขอใช้อีเมลนี้กับบัญชีที่{city.th} หากเป็นคุณ กรอกรหัสนี้ในหน้าบัญชีของฉัน: {digits}",
            f"Somebody asked to use this e-mail for an account at {city.en}. If it was you, enter this code on My account: "
            f"{digits}",
        ),
        Text("รหัสนี้ใช้ได้ 10 นาที อย่าบอกรหัสแก่ผู้ใด", "It is valid for 10 minutes. Tell it to nobody."),
        Text("หากคุณไม่ได้ขอ ไม่ต้องทำอะไร", "If you did not ask for it, you need not do anything."),
    )


def contact_changed(city: Text, at: datetime, *, phone: bool) -> Letter:
    """To the old address, which is not told the new one: whoever reads it may be somebody else by now."""
    what = Text("เบอร์โทรศัพท์", "phone number") if phone else Text("อีเมล", "e-mail")
    return _letter(
        Text(f"เปลี่ยน{what.th}ของบัญชีแล้ว", f"The {what.en} of your account was changed"),
        Text(
            f"{what.th}ที่ใช้เข้าสู่ระบบ{city.th}ถูกเปลี่ยนเมื่อ {_when(at)['at_th']} {what.th}เดิมใช้เข้าสู่ระบบไม่ได้แล้ว",
            f"The {what.en} with which your account signs in to {city.en} was changed on {_when(at)['at_en']}; the old one no "
            "longer works.",
        ),
        Text(
            f"หากไม่ใช่คุณ โปรดแจ้ง{city.th}โดยเร็ว",
            f"If this was not you, tell {city.en} at once.",
        ),
    )
