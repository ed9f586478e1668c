"""The forms of the doors. Labels and errors are in both languages; deciding is left to the verbs."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from nakhon.kernel.errors import NakhonError
from nakhon.knowledge.text import Text


def _need(th: str, en: str) -> dict[str, Any]:
    return {"required": Text(th, en), "invalid": Text(th, en), "max_length": Text("ยาวเกินไป", "That is too long")}


def _label(th: str, en: str) -> Any:
    """A label in both languages; the field component chooses one. Django's types know plain text only."""
    return Text(th, en)


def show(form: forms.Form, problem: NakhonError) -> None:
    """Put what a verb refused into the form: beside its field where one is named, else above."""
    placed = False
    for name, text in problem.fields.items():
        if name in form.fields:
            form.add_error(name, ValidationError(text))  # type: ignore[arg-type]
            placed = True
    if not placed:
        whole = Text(f"{problem.message.th} {problem.remedy.th}", f"{problem.message.en}. {problem.remedy.en}")
        form.add_error(None, ValidationError(whole))  # type: ignore[arg-type]


class ContactForm(forms.Form):
    contact = forms.CharField(
        max_length=254,
        label=_label("เบอร์มือถือ หรืออีเมล", "Mobile number or e-mail"),
        error_messages=_need("กรอกเบอร์มือถือหรืออีเมล", "Enter your mobile number or e-mail"),
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false"}),
    )


class CodeForm(forms.Form):
    code = forms.CharField(
        max_length=24,
        label=_label("รหัส 6 หลัก", "Six-digit code"),
        error_messages=_need("กรอกรหัส 6 หลัก", "Enter the six digits"),
    )


class FactorForm(CodeForm):
    code = forms.CharField(
        max_length=24,
        label=_label("รหัสจากแอป หรือรหัสสำรอง", "Code from the app, or a recovery code"),
        error_messages=_need("กรอกรหัสจากแอปหรือรหัสสำรอง", "Enter the app's code or a recovery code"),
    )


class ProfileForm(forms.Form):
    name = forms.CharField(
        max_length=200,
        label=_label("ชื่อและนามสกุล", "Your name"),
        error_messages=_need("กรอกชื่อและนามสกุล", "Enter your name"),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    language = forms.ChoiceField(
        choices=[("th", "ไทย"), ("en", "English")],
        widget=forms.RadioSelect,
        initial="th",
        label=_label("ภาษาที่ใช้", "Language"),
        error_messages=_need("เลือกภาษา", "Choose a language"),
    )
    notice = forms.BooleanField(
        label=_label("ข้าพเจ้าได้อ่านประกาศความเป็นส่วนตัวนี้แล้ว", "I have read this privacy notice"),
        error_messages=_need("โปรดอ่านประกาศแล้วทำเครื่องหมาย", "Please read the notice and tick the box"),
    )


class PasswordSignInForm(forms.Form):
    email = forms.EmailField(
        label=_label("อีเมลที่ทำงาน", "Work e-mail"),
        error_messages=_need("กรอกอีเมล เช่น somchai@example.go.th", "Enter your e-mail, such as somchai@example.go.th"),
        widget=forms.EmailInput(attrs={"autocomplete": "username webauthn", "autocapitalize": "none"}),
    )
    password = forms.CharField(
        max_length=256,
        strip=False,
        label=_label("รหัสผ่าน", "Password"),
        error_messages=_need("กรอกรหัสผ่าน", "Enter your password"),
        widget=forms.PasswordInput,
    )


class EmailForm(forms.Form):
    email = PasswordSignInForm.base_fields["email"]


class NewPasswordForm(forms.Form):
    password = forms.CharField(
        max_length=256,
        strip=False,
        label=_label("รหัสผ่านใหม่", "New password"),
        error_messages=_need("กรอกรหัสผ่านใหม่", "Enter a new password"),
        widget=forms.PasswordInput,
    )


class PasswordForm(forms.Form):
    password = PasswordSignInForm.base_fields["password"]


class PasskeyForm(forms.Form):
    """The browser's answer as JSON; ``name`` is what the owner calls the device."""

    credential = forms.JSONField(widget=forms.HiddenInput)
    name = forms.CharField(max_length=60, required=False, label=_label("ชื่ออุปกรณ์", "Name of the device"))


class ReasonForm(forms.Form):
    reason = forms.CharField(
        max_length=300,
        label=_label("เหตุผลและวิธียืนยันตัวบุคคล", "Why, and how you made sure who it is"),
        error_messages=_need("ระบุเหตุผล", "Say why"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
