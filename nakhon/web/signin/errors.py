"""What can go wrong at the doors, and what to do about it."""

from __future__ import annotations

from nakhon.kernel.errors import Conflict, Forbidden, Invalid, NakhonError
from nakhon.knowledge.text import Text


class WrongPassword(Invalid):
    """One answer for an unknown e-mail, a wrong password and an account that is not staff here, so that none can be told apart."""

    code = "signin.wrong_password"
    default_message = Text("อีเมลหรือรหัสผ่านไม่ถูกต้อง", "The e-mail or the password is not right")
    default_remedy = Text(
        "ตรวจสอบแล้วลองใหม่ หากเพิ่งเข้าทำงาน โปรดใช้ลิงก์เชิญในอีเมลของคุณก่อน",
        "Check both and try again. If you are new here, use the invitation in your e-mail first",
    )


class WrongCode(Invalid):
    code = "signin.wrong_code"
    default_message = Text("รหัสไม่ถูกต้อง", "The code is not right")
    default_remedy = Text("ตรวจสอบรหัสล่าสุดแล้วกรอกอีกครั้ง", "Check the latest code and enter it again")


class CodeOver(Invalid):
    """The code expired or was tried too often."""

    code = "signin.code_over"
    default_message = Text("รหัสนี้ใช้ไม่ได้แล้ว", "This code can no longer be used")
    default_remedy = Text("ขอรหัสใหม่ แล้วกรอกภายใน 10 นาที", "Ask for a new code and enter it within 10 minutes")


class LinkOver(Invalid):
    """A one-time link was used, has expired, or is not whole."""

    code = "signin.link_over"
    default_message = Text("ลิงก์นี้หมดอายุหรือถูกใช้ไปแล้ว", "This link has expired or was used already")
    default_remedy = Text(
        "ขอลิงก์ใหม่จากหน้าลืมรหัสผ่าน หรือให้ผู้ดูแลระบบส่งคำเชิญอีกครั้ง",
        "Ask for a new one under “Forgot your password”, or have an administrator send the invitation again",
    )


class PasskeyRefused(Invalid):
    code = "signin.passkey"
    default_message = Text("ใช้พาสคีย์ไม่สำเร็จ", "The passkey was not accepted")
    default_remedy = Text("ลองอีกครั้ง หรือใช้วิธีอื่น", "Try again, or use another way")


class ProviderRefused(NakhonError):
    code = "signin.provider"
    default_message = Text("เข้าสู่ระบบผ่านผู้ให้บริการไม่สำเร็จ", "Signing in with that provider did not work")
    default_remedy = Text("ลองอีกครั้ง หรือเข้าสู่ระบบด้วยรหัสทางโทรศัพท์หรืออีเมล", "Try again, or sign in with a code")


class AccountClosed(Forbidden):
    code = "signin.closed"
    default_message = Text("บัญชีนี้ถูกระงับการใช้งาน", "This account is closed")
    default_remedy = Text("ติดต่อหน่วยงานเพื่อขอความช่วยเหลือ", "Contact the organisation for help")


class LastFactor(Conflict):
    code = "signin.last_factor"
    default_message = Text("ลบวิธียืนยันขั้นที่สองวิธีสุดท้ายไม่ได้", "The last second factor cannot be removed")
    default_remedy = Text(
        "เพิ่มพาสคีย์หรือแอปยืนยันตัวตนอื่นก่อน แล้วจึงลบรายการนี้",
        "Add another passkey or authenticator first, then remove this one",
    )


class AlreadyLinked(Conflict):
    code = "signin.already_linked"
    default_message = Text("บัญชีผู้ให้บริการนี้ผูกกับผู้ใช้อื่นแล้ว", "That provider account is linked to somebody else")
    default_remedy = Text("เข้าสู่ระบบด้วยบัญชีนั้น หรือใช้บัญชีผู้ให้บริการอื่น", "Sign in with that account, or use another one")
