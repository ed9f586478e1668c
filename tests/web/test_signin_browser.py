"""The doors in a real browser: staff by app and by passkey, citizens by code, in both languages, without scripts, on axe."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from nakhon.people.models import Organisation, User
from nakhon.web.signin import factors
from tests import make
from tests.web.signing import PASSWORD, app_code, code_to, enrol_app, link_to, member

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1440, "height": 900}
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
         "--no-first-run", "--disable-quic"]  # fmt: skip


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    # Playwright's loop runs in this thread; Django would refuse its database here without this.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        yield browser
        browser.close()
    os.environ.pop("DJANGO_ALLOW_ASYNC_UNSAFE")


@pytest.fixture
def city(transactional_db: None, settings: Any, live_server: Any) -> Organisation:
    settings.ALLOWED_HOSTS = ["localhost"]
    settings.BASE_URL = live_server.url
    return make.city("samui", "เทศบาลนครเกาะสมุย", "Koh Samui City Municipality")


@pytest.fixture
def desk(chromium: Browser, live_server: Any) -> Iterator[BrowserContext]:
    context = chromium.new_context(base_url=live_server.url, locale="th-TH", viewport=DESKTOP)  # type: ignore[arg-type]
    context.set_default_timeout(10_000)
    yield context
    context.close()


def look(page: Page, name: str) -> None:
    """Check the page with axe, in both languages; keep pictures of it where NAKHON_SHOTS says."""
    folder = os.environ.get("NAKHON_SHOTS")
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    bad = [(row["id"], [node["html"] for node in row["nodes"]][:3]) for row in found["violations"]]
    assert bad == [], name
    assert page.evaluate("document.querySelectorAll('[style]').length") == 0, (
        "the security policy forbids style attributes"
    )
    if folder:
        for size, viewport in (("phone", PHONE), ("desktop", DESKTOP)):
            page.set_viewport_size(viewport)  # type: ignore[arg-type]
            page.screenshot(path=f"{folder}/{name}-{size}.png", full_page=True)
        page.emulate_media(color_scheme="dark")
        page.set_viewport_size(PHONE)  # type: ignore[arg-type]
        page.screenshot(path=f"{folder}/{name}-dark.png", full_page=True)
        page.emulate_media(color_scheme="light")
        page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]


def complaints(page: Page) -> list[str]:
    """Collects what the page's console complains about: a blocked script or style would show here."""
    found: list[str] = []
    page.on("console", lambda message: found.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda problem: found.append(str(problem)))
    return found


def authenticator(page: Page) -> tuple[Any, str]:
    """A virtual device that verifies its user and keeps passkeys (W3C WebAuthn, section 11)."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    made = session.send(
        "WebAuthn.addVirtualAuthenticator",
        {"options": {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
                     "isUserVerified": True, "automaticPresenceSimulation": True}},
    )  # fmt: skip
    return session, str(made["authenticatorId"])


def test_an_invited_officer_enrols_the_app_and_works(city: Organisation, desk: BrowserContext) -> None:
    user = member(city, "officer", password=None)
    from django.utils import timezone

    from nakhon.web.signin import services

    services.send_invitation(make.ctx(city, "admin", now=timezone.now()), user_id=user.pk)
    page = desk.new_page()
    errors = complaints(page)
    page.goto(link_to(city, str(user.email)))
    look(page, "invitation")
    page.get_by_label("รหัสผ่านใหม่").fill("samui2569!!!")
    page.get_by_role("button", name="บันทึกและไปต่อ").click()
    expect(page.get_by_role("alert")).to_contain_text("เดาง่าย")
    errors.clear()
    page.get_by_label("รหัสผ่านใหม่").fill(PASSWORD)
    page.get_by_role("button", name="บันทึกและไปต่อ").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("ตั้งวิธียืนยันตัวตนขั้นที่สอง")
    look(page, "enrol")
    page.get_by_role("link", name="แอปยืนยันตัวตน").click()
    look(page, "enrol-app")
    page.get_by_text("สแกนไม่ได้ กรอกเองแทน").click()
    secret = str(page.locator("[data-secret]").text_content()).replace(" ", "")
    page.get_by_label("รหัส 6 หลัก").fill(app_code(secret))
    page.get_by_role("button", name="ยืนยันและเปิดใช้").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("เก็บรหัสสำรองของคุณ")
    look(page, "recovery-codes")
    with page.expect_download() as download:
        page.get_by_role("button", name="ดาวน์โหลดเป็นไฟล์ข้อความ").click()
    assert len(re.findall(r"\d{5}-\d{5}", download.value.path().read_text("utf-8"))) == 10
    page.get_by_role("link", name="เก็บแล้ว ไปต่อ").click()
    expect(page).to_have_url(re.compile("/samui/staff/$"))
    page.goto("/samui/account/")
    look(page, "account")
    page.goto("/samui/account/?lang=en")
    expect(page.get_by_role("heading", level=1)).to_have_text("My account")
    look(page, "account-en")
    assert errors == []


def test_password_then_app_in_the_browser(city: Organisation, desk: BrowserContext) -> None:
    user = member(city, "officer")
    secret = enrol_app(user)
    page = desk.new_page()
    errors = complaints(page)
    page.goto("/samui/staff/")
    expect(page).to_have_url(re.compile(r"/samui/staff/signin/\?next="))
    look(page, "staff")
    page.get_by_label("อีเมลที่ทำงาน").fill(str(user.email))
    page.get_by_label("รหัสผ่าน", exact=True).fill("ไม่ใช่รหัสผ่านนี้")
    page.get_by_role("button", name="ถัดไป").click()
    expect(page.get_by_role("alert")).to_contain_text("อีเมลหรือรหัสผ่านไม่ถูกต้อง")
    look(page, "staff-wrong")
    errors.clear()
    expect(page.get_by_label("อีเมลที่ทำงาน")).to_have_value(str(user.email))
    page.get_by_label("รหัสผ่าน", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="ถัดไป").click()
    look(page, "second-factor")
    page.get_by_label("รหัสจากแอป หรือรหัสสำรอง").fill(app_code(secret))
    page.get_by_role("button", name="ยืนยัน", exact=True).click()
    expect(page).to_have_url(re.compile("/samui/staff/$"))
    assert errors == []


def test_a_passkey_is_enrolled_and_then_opens_the_console_alone(city: Organisation, desk: BrowserContext) -> None:
    user = member(city, "officer")
    page = desk.new_page()
    device, device_id = authenticator(page)
    page.goto("/samui/staff/signin/")
    page.get_by_label("อีเมลที่ทำงาน").fill(str(user.email))
    page.get_by_label("รหัสผ่าน", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="ถัดไป").click()
    page.get_by_role("link", name="พาสคีย์").click()
    page.get_by_label("ชื่ออุปกรณ์").fill("โทรศัพท์ของฉัน")
    look(page, "enrol-passkey")
    page.get_by_role("button", name="สร้างพาสคีย์").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("เก็บรหัสสำรองของคุณ")
    assert next((factor.kind, factor.name) for factor in factors.factors_of(user)) == ("webauthn", "โทรศัพท์ของฉัน")
    page.get_by_role("link", name="เก็บแล้ว ไปต่อ").click()
    expect(page).to_have_url(re.compile("/samui/staff/$"))

    page.goto("/samui/signout/")
    page.get_by_role("button", name="ออกจากระบบ").first.click()
    page.goto("/samui/staff/signin/?next=/samui/account/")
    page.get_by_role("button", name="ใช้พาสคีย์").click()
    expect(page).to_have_url(re.compile("/samui/account/$"))
    page.goto("/samui/staff/")
    expect(page).to_have_url(re.compile("/samui/staff/$"))

    page.goto("/samui/signout/")
    page.get_by_role("button", name="ออกจากระบบ").first.click()
    device.send("WebAuthn.setUserVerified", {"authenticatorId": device_id, "isUserVerified": False})
    page.goto("/samui/staff/signin/")
    page.get_by_role("button", name="ใช้พาสคีย์").click()
    expect(page.locator("[data-passkey-error]")).to_be_visible()
    page.goto("/samui/staff/")
    expect(page).to_have_url(re.compile("/samui/staff/signin/"))


def test_a_passkey_is_the_second_factor_after_the_password(city: Organisation, desk: BrowserContext) -> None:
    user = member(city, "officer")
    page = desk.new_page()
    authenticator(page)
    page.goto("/samui/staff/signin/")
    for _ in range(2):
        page.get_by_label("อีเมลที่ทำงาน").fill(str(user.email))
        page.get_by_label("รหัสผ่าน", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="ถัดไป").click()
        if page.get_by_role("link", name="พาสคีย์").count():
            page.get_by_role("link", name="พาสคีย์").click()
            page.get_by_role("button", name="สร้างพาสคีย์").click()
            page.get_by_role("link", name="เก็บแล้ว ไปต่อ").click()
            page.goto("/samui/signout/")
            page.get_by_role("button", name="ออกจากระบบ").first.click()
            page.goto("/samui/staff/signin/")
    expect(page.get_by_role("heading", level=1)).to_have_text("ยืนยันตัวตนขั้นที่สอง")
    look(page, "second-factor-passkey")
    page.get_by_role("button", name="ใช้พาสคีย์").click()
    expect(page).to_have_url(re.compile("/samui/staff/$"))


def test_somebody_elses_passkey_does_not_open_the_console(city: Organisation, desk: BrowserContext) -> None:
    """A citizen's own passkey at the staff's door: refused, and recorded."""
    citizen = User.objects.create_user(f"{secrets.token_hex(6)}@example.com", None, display_name="ประชาชน")
    page = desk.new_page()
    authenticator(page)
    _by_code(page, city, str(citizen.email))
    page.goto("/samui/account/second-factor/passkey/")
    page.get_by_role("button", name="สร้างพาสคีย์").click()
    page.get_by_role("link", name="เก็บแล้ว ไปต่อ").click()
    page.goto("/samui/signout/")
    page.get_by_role("button", name="ออกจากระบบ").first.click()
    page.goto("/samui/staff/signin/")
    page.get_by_role("button", name="ใช้พาสคีย์").click()
    expect(page.get_by_role("alert")).to_contain_text("พาสคีย์นี้ไม่ใช่ของบุคลากรที่นี่")
    page.goto("/samui/account/")
    expect(page).to_have_url(re.compile("/samui/signin/"))


def _by_code(page: Page, city: Organisation, contact: str) -> None:
    page.goto("/samui/signin/")
    page.get_by_label("เบอร์มือถือ หรืออีเมล").fill(contact)
    page.get_by_role("button", name="ส่งรหัส").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("กรอกรหัส 6 หลัก")
    to = contact if "@" in contact else "+66" + contact[1:]
    page.get_by_label("รหัส 6 หลัก").fill(code_to(city, to))
    page.get_by_role("button", name="เข้าสู่ระบบ").click()


def test_a_citizen_signs_in_for_the_first_time(city: Organisation, desk: BrowserContext) -> None:
    page = desk.new_page()
    errors = complaints(page)
    phone = f"08{secrets.randbelow(10**8):08d}"
    page.goto("/signin/")
    look(page, "choose-city")
    page.get_by_role("link", name="เทศบาลนครเกาะสมุย").click()
    look(page, "contact")
    page.get_by_label("เบอร์มือถือ หรืออีเมล").fill("021234567")
    page.get_by_role("button", name="ส่งรหัส").click()
    expect(page.get_by_role("alert")).to_be_visible()
    look(page, "contact-wrong")
    errors.clear()
    page.get_by_label("เบอร์มือถือ หรืออีเมล").fill(phone)
    page.get_by_role("button", name="ส่งรหัส").click()
    field = page.get_by_label("รหัส 6 หลัก")
    expect(field).to_have_attribute("autocomplete", "one-time-code")
    look(page, "code")
    page.get_by_label("รหัส 6 หลัก").fill(code_to(city, "+66" + phone[1:]))
    page.get_by_role("button", name="เข้าสู่ระบบ").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("ยินดีต้อนรับ")
    look(page, "finish")
    page.goto("/samui/signin/finish/?lang=en")
    expect(page.get_by_role("heading", level=1)).to_have_text("Welcome")
    look(page, "finish-en")
    page.get_by_label("Your name").fill("สมหญิง ใจงาม")
    page.get_by_label("I have read this privacy notice").check()
    page.get_by_role("button", name="Start").click()
    expect(page).to_have_url(re.compile("/samui/me/$"))
    assert errors == []


def test_the_doors_work_without_scripts(city: Organisation, chromium: Browser, live_server: Any) -> None:
    context = chromium.new_context(base_url=live_server.url, java_script_enabled=False, viewport=PHONE)  # type: ignore[arg-type]
    page = context.new_page()
    user = member(city, "officer")
    secret = enrol_app(user)
    page.goto("/samui/staff/signin/")
    assert not page.get_by_role("button", name="ใช้พาสคีย์").is_visible()
    page.get_by_label("อีเมลที่ทำงาน").fill(str(user.email))
    page.get_by_label("รหัสผ่าน", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="ถัดไป").click()
    page.get_by_label("รหัสจากแอป หรือรหัสสำรอง").fill(app_code(secret))
    page.get_by_role("button", name="ยืนยัน", exact=True).click()
    expect(page).to_have_url(re.compile("/samui/staff/$"))
    context.close()


def test_a_demonstration_shows_the_code(city: Organisation, desk: BrowserContext, settings: Any) -> None:
    settings.NAKHON_DEMO = True
    page = desk.new_page()
    page.goto("/samui/signin/")
    page.get_by_label("เบอร์มือถือ หรืออีเมล").fill(f"{secrets.token_hex(6)}@example.com")
    page.get_by_role("button", name="ส่งรหัส").click()
    look(page, "code-demo")
    code = str(page.locator("[data-demo-code]").text_content())
    page.get_by_label("รหัส 6 หลัก").fill(code)
    page.get_by_role("button", name="เข้าสู่ระบบ").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("ยินดีต้อนรับ")


def test_a_provider_in_the_browser(city: Organisation, desk: BrowserContext, settings: Any) -> None:
    """The whole dance with redirects between two hosts, under the page's security policy."""
    from oidc_provider_mock import run_server_in_thread

    from nakhon.config.sign_in import _provider

    with run_server_in_thread() as server:
        issuer = f"http://localhost:{server.server_port}"
        row = _provider(
            {
                "id": "line",
                "kind": "line",
                "server_url": issuer,
                "client_id": "nakhon",
                "secret": "s",
                "fetch_userinfo": True,
            },
            0,
        )
        settings.NAKHON_OIDC = [row]
        settings.SOCIALACCOUNT_PROVIDERS = {
            "openid_connect": {
                **settings.SOCIALACCOUNT_PROVIDERS["openid_connect"],
                "APPS": [{"provider_id": "line", "name": "LINE", "client_id": "nakhon", "secret": "s",
                          "settings": {"server_url": issuer, "scope": row["scopes"], "token_auth_method": "client_secret_post"}}],
            }
        }  # fmt: skip
        page = desk.new_page()
        page.goto("/samui/signin/")
        look(page, "contact-providers")
        page.get_by_role("link", name="เข้าสู่ระบบด้วย LINE").click()
        expect(page).to_have_url(re.compile(f"localhost:{server.server_port}/oauth2/authorize"))
        page.locator("input[name=sub]").fill(f"U{secrets.token_hex(8)}")
        page.locator("button[type=submit], input[type=submit]").first.click()
        expect(page.get_by_role("heading", level=1)).to_have_text("ยินดีต้อนรับ")
        page.get_by_label("ชื่อและนามสกุล").fill("สมชาย ใจดี")
        page.get_by_label("ข้าพเจ้าได้อ่านประกาศความเป็นส่วนตัวนี้แล้ว").check()
        page.get_by_role("button", name="เริ่มใช้งาน").click()
        expect(page).to_have_url(re.compile("/samui/me/$"))


def test_the_small_pages_are_sound(city: Organisation, desk: BrowserContext) -> None:
    """Pages that no story above looked at: confirming, removing, resetting, dead links, an administrator's help."""
    admin, lost = member(city, "admin"), member(city, "officer")
    secret = enrol_app(admin)
    enrol_app(lost)
    page = desk.new_page()
    for address, name in (
        ("/samui/staff/signin/reset/", "reset"),
        ("/samui/staff/signin/password/nothing/", "link-over"),
    ):
        page.goto(address)
        look(page, name)
    page.goto("/samui/staff/signin/reset/")
    page.get_by_label("อีเมลที่ทำงาน").fill("nobody@example.go.th")
    page.get_by_role("button", name="ส่งลิงก์").click()
    look(page, "reset-sent")
    page.goto("/samui/staff/signin/")
    page.get_by_label("อีเมลที่ทำงาน").fill(str(admin.email))
    page.get_by_label("รหัสผ่าน", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="ถัดไป").click()
    page.get_by_label("รหัสจากแอป หรือรหัสสำรอง").fill(app_code(secret))
    page.get_by_role("button", name="ยืนยัน", exact=True).click()
    for address, name in (
        ("/samui/account/confirm/", "confirm"),
        ("/samui/account/password/", "password"),
        (f"/samui/account/second-factor/{factors.factors_of(admin)[0].id}/remove/", "remove-factor"),
        ("/samui/signout/", "signout"),
        (f"/samui/staff/members/{lost.pk}/access/", "member-access"),
        (f"/samui/staff/members/{lost.pk}/access/?lang=en", "member-access-en"),
    ):
        page.goto(address)
        look(page, name)
    page.get_by_label("Why, and how you made sure who it is").fill("Lost phone; seen in person with ID card")
    page.get_by_role("button", name="Reset the second factors").click()
    expect(page.get_by_text("None yet; one is set up at the first sign-in.")).to_be_visible()
    assert not factors.has_second_factor(lost)
