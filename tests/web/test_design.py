"""The design system's standing rules, checked from its files: contrast, two languages, nothing inline, nothing from elsewhere."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from nakhon.web import vendor
from nakhon.web.templatetags.nakhon_ui import icons

WEB = vendor.WEB
ROOT = WEB.parent.parent
CSS = WEB / "static" / "nakhon" / "css"
TEMPLATES = sorted((WEB / "templates").rglob("*.html"))
OWN_ASSETS = sorted(path for path in (WEB / "static" / "nakhon").rglob("*") if path.suffix in {".css", ".js", ".svg"})
TOKENS = (CSS / "tokens.css").read_text("utf-8")
HUES = range(0, 360, 15)

Linear = tuple[float, float, float]


# Colour, as browsers compute it: OKLCH by Björn Ottosson (CSS Color 4), contrast by WCAG 2.2.


def _linear(hexadecimal: str) -> Linear:
    channels = [int(hexadecimal[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return r, g, b


def _oklch(lightness: float, chroma: float, hue: float) -> Linear:
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )


def _contrast(one: Linear, other: Linear) -> float:
    def luminance(colour: Linear) -> float:
        r, g, b = (min(1.0, max(0.0, channel)) for channel in colour)
        return 0.2126 * r + 0.7152 * g + 0.0722 * b

    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _plain() -> dict[str, str]:
    first = TOKENS[TOKENS.index(":root {") : TOKENS.index("@supports")]
    return dict(re.findall(r"--([\w-]+): (#[0-9A-F]{6});", first))


def _pairs() -> dict[str, tuple[str, str]]:
    found = re.findall(r"--([\w-]+): light-dark\((#[0-9A-F]{6}|oklch\(.*?\)), (#[0-9A-F]{6}|oklch\(.*\))\);", TOKENS)
    return {name: (light, dark) for name, light, dark in found}


CHROMA = {
    int(hue): float(chroma)
    for hue, chroma in re.findall(r'\[data-hue="(\d+)"\] \{ --hue: \d+; --chroma: ([\d.]+);', TOKENS)
}


def _value(written: str, hue: int) -> Linear:
    if written.startswith("#"):
        return _linear(written)
    found = re.fullmatch(
        r"oklch\(([\d.]+)% (?:calc\(var\(--chroma\) \* ([\d.]+)\)|(var\(--chroma\))|([\d.]+)) var\(--hue\)\)", written
    )
    assert found, f"A colour that this test cannot read: {written}"
    lightness, scaled, whole, fixed = found.groups()
    chroma = CHROMA[hue] * float(scaled) if scaled else CHROMA[hue] if whole else float(fixed)
    return _oklch(float(lightness) / 100, chroma, hue)


def _colour(name: str, scheme: int, hue: int) -> Linear:
    if name in _pairs():
        return _value(_pairs()[name][scheme], hue)
    return _value(_plain()[name], hue)


PAPERS = ("paper", "surface", "sunken", "raised")
TEXT_PAIRS = [
    *((ink, paper) for ink in ("ink", "ink-2", "ink-3", "brand", "brand-hover", "brand-ink", "gold-ink") for paper in PAPERS),
    *((ink, tint) for ink in ("ink", "ink-2", "brand", "brand-ink") for tint in ("brand-tint", "brand-tint-2")),
    *((f"{kind}-ink", f"{kind}-tint") for kind in ("info", "success", "warning", "danger", "gold", "neutral")),
    *((f"{kind}-ink", paper) for kind in ("info", "success", "warning", "danger") for paper in PAPERS),
    *(("ink", f"{kind}-tint") for kind in ("info", "success", "warning", "danger", "gold", "neutral")),
    *((ink, deep) for ink in ("on-deep", "on-deep-2", "gold-on-deep") for deep in ("deep", "deep-2", "leaf")),
    *(("on-brand", fill) for fill in ("brand", "brand-hover")),
    *(("on-danger", fill) for fill in ("danger", "danger-hover")),
    ("ink", "map-land"), ("ink", "map-sea"), ("ink", "mark"),
]  # fmt: skip
SHAPE_PAIRS = [
    *((edge, paper) for edge in ("control", "focus", "danger") for paper in PAPERS),
    *(("focus", tint) for tint in ("brand-tint", "brand-tint-2", "danger-tint", "gold-tint")),
    *(("focus-on-deep", deep) for deep in ("deep", "deep-2")),
    *(("brand", paper) for paper in (*PAPERS, "map-land", "map-sea")),
]


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "paper"), TEXT_PAIRS)
def test_text_meets_aa_in_every_city_colour(ink: str, paper: str, scheme: int) -> None:
    ratios = {hue: _contrast(_colour(ink, scheme, hue), _colour(paper, scheme, hue)) for hue in HUES}
    assert min(ratios.values()) >= 4.5, {hue: round(ratio, 2) for hue, ratio in ratios.items() if ratio < 4.5}


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("shape", "paper"), SHAPE_PAIRS)
def test_edges_and_focus_rings_meet_three_to_one(shape: str, paper: str, scheme: int) -> None:
    ratios = {hue: _contrast(_colour(shape, scheme, hue), _colour(paper, scheme, hue)) for hue in HUES}
    assert min(ratios.values()) >= 3, {hue: round(ratio, 2) for hue, ratio in ratios.items() if ratio < 3}


def test_the_contrast_check_would_notice_a_faint_colour() -> None:
    assert _contrast(_linear("#FFFFFF"), _linear("#000000")) == pytest.approx(21)
    assert _contrast(_linear("#B9B2A6"), _linear("#FFFFFF")) < 4.5
    assert _contrast(_oklch(0.43, 0.1, 30), _linear("#FFFFFF")) > 7


def test_every_hue_has_a_chroma_that_a_screen_can_show() -> None:
    assert sorted(CHROMA) == list(HUES)
    for hue, chroma in CHROMA.items():
        for lightness, scale in ((0.43, 1.0), (0.80, 0.95)):
            assert all(-0.002 <= channel <= 1.002 for channel in _oklch(lightness, chroma * scale, hue)), hue


def test_old_browsers_get_the_same_light_scheme() -> None:
    plain, both = _plain(), _pairs()
    hexadecimal = {name: light for name, (light, _) in both.items() if light.startswith("#")}
    assert {name: plain[name] for name in hexadecimal} == hexadecimal
    for name, (light, _) in both.items():
        assert name in plain, f"--{name} has no plain value"
        gap = [abs(a - b) for a, b in zip(_value(light, 180), _linear(plain[name]), strict=True)]
        assert max(gap) < 0.03, f"--{name}: plain value differs from the platform's own colour"


def test_lines_leave_room_for_thai_vowels_and_tone_marks() -> None:
    heights = {name: float(value) for name, value in re.findall(r"--lh-(\w+): ([\d.]+);", TOKENS)}
    assert heights["text"] >= 1.6 and heights["ui"] >= 1.6
    assert heights["heading"] >= 1.35 and heights["display"] >= 1.35
    assert '"IBM Plex Sans Thai Looped"' in TOKENS


def test_every_token_used_exists() -> None:
    defined = set(re.findall(r"--([\w-]+):", TOKENS))
    for path in OWN_ASSETS:
        if path.suffix == ".css":
            used = set(re.findall(r"var\(--([\w-]+)\)", path.read_text("utf-8")))
            assert used <= defined, f"{path.name}: {sorted(used - defined)}"


# What templates and assets must never do.


def _without_comments(text: str) -> str:
    return re.sub(r"{% comment %}.*?{% endcomment %}", "", text, flags=re.S)


def _template_problems(text: str) -> Iterator[str]:
    text = _without_comments(text)
    if re.search(r"\sstyle\s*=", text):
        yield "an inline style"
    if re.search(r"<style", text):
        yield "a style element"
    if re.search(r"\son[a-z]+\s*=\s*[\"']", text):
        yield "an inline event handler"
    if "javascript:" in text:
        yield "a javascript: address"
    for tag in re.findall(r"<script[^>]*>", text):
        if "src=" not in tag and 'type="application/json"' not in tag:
            yield "an inline script"
    for address in re.findall(r"https?://[^\s\"'<>)]+", text):
        if not address.startswith("http://www.w3.org/"):
            yield f"something from another host: {address}"


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(WEB / "templates").as_posix())
def test_a_template_has_nothing_inline_and_nothing_from_elsewhere(path: Path) -> None:
    assert list(_template_problems(path.read_text("utf-8"))) == []


@pytest.mark.parametrize(
    "bad",
    [
        '<p style="color:red">',
        "<style>p{}</style>",
        '<a onclick="x()">',
        "<script>x()</script>",
        '<img src="https://example.org/x.png">',
        '<a href="javascript:x()">',
    ],
)
def test_the_template_check_would_notice(bad: str) -> None:
    assert list(_template_problems(bad))


@pytest.mark.parametrize("path", OWN_ASSETS, ids=lambda path: path.name)
def test_an_asset_loads_nothing_from_elsewhere_and_runs_no_text(path: Path) -> None:
    text = path.read_text("utf-8")
    assert not [
        found for found in re.findall(r"https?://[^\s\"'<>)]+", text) if not found.startswith("http://www.w3.org/")
    ]
    assert not re.search(r"\beval\(|new Function|innerHTML|insertAdjacentHTML|document\.write", text)
    if path.suffix == ".css":
        for reference in re.findall(r"url\(\"?([^\")]+)\"?\)", text):
            wanted = (path.parent / reference).resolve()
            served = {(vendor.STATIC_VENDOR / destination).resolve() for _, destination in vendor.VENDOR}
            assert wanted.is_file() or wanted in served, f"{path.name} refers to {reference}, which is not served"


def test_every_static_file_that_a_template_names_is_served() -> None:
    served = {f"vendor/{destination}" for _, destination in vendor.VENDOR}
    for path in TEMPLATES:
        for name in re.findall(r"{% static \"([^\"]+)\" %}", path.read_text("utf-8")):
            assert name in served or (WEB / "static" / name).is_file(), f"{path.name}: {name}"


def test_every_icon_named_in_a_template_exists() -> None:
    for path in TEMPLATES:
        text = path.read_text("utf-8")
        named = set(re.findall(r"{% icon \"([\w-]+)\"", text)) | set(re.findall(r"\bicon(?:_end)?=\"([\w-]+)\"", text))
        assert named <= icons().keys(), f"{path.name}: {sorted(named - icons().keys())}"


# Two languages, everywhere.

THAI = re.compile(r"[\u0E00-\u0E7F]")
# {% t %} takes a pair first; these components take one after their own arguments.
PAIR = re.compile(
    r"{% (t|button|badge|alert|disclosure|empty_state) \"([^\"]*)\" \"([^\"]*)\""
    r"|{% (dialog|example) \"[^\"]*\" \"([^\"]*)\" \"([^\"]*)\""
    r"|{% (stat|progress) [^\s\"]+ \"([^\"]*)\" \"([^\"]*)\""
    r"|{% (chart|map_frame) \"[^\"]*\" [\w.]+ \"([^\"]*)\" \"([^\"]*)\""
)


def _language_problems(text: str) -> Iterator[str]:
    text = _without_comments(text)
    for groups in PAIR.findall(text):
        tag, thai, english = (
            part for part in [groups[at : at + 3] for at in range(0, len(groups), 3)] if part[0]
        ).__next__()
        if not thai.strip() or not english.strip():
            yield f"{tag}: one language is missing: {thai!r} {english!r}"
        elif not THAI.search(thai):
            yield f"{tag}: no Thai in {thai!r}"
        elif THAI.search(english) and "ไทย" not in english:
            yield f"{tag}: Thai in the English {english!r}"
    for found in re.findall(r"{% t (.*?)%}", text):
        if not re.match(r"\"[^\"]+\" \"[^\"]+\"", found):
            yield f"t: not a pair: {found}"


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(WEB / "templates").as_posix())
def test_every_sentence_is_in_thai_and_in_english(path: Path) -> None:
    assert list(_language_problems(path.read_text("utf-8"))) == []


@pytest.mark.parametrize(
    "bad",
    [
        '{% t "บันทึก" "" %}',
        '{% t "Save" "Save" %}',
        '{% t "บันทึก" %}',
        '{% button "" "Save" %}',
        '{% stat 3 "เรื่อง" "เรื่อง" %}',
    ],
)
def test_the_language_check_would_notice(bad: str) -> None:
    assert list(_language_problems(bad))


def test_no_thai_stands_outside_a_language_tag() -> None:
    allowed = {"language_switch.html"}
    for path in TEMPLATES:
        if path.name in allowed or "examples" in path.parts:
            continue
        text = _without_comments(path.read_text("utf-8"))
        text = re.sub(r"{% blockt %}.*?{% endblockt %}", "", text, flags=re.S)
        text = re.sub(r"lang=\"th\">(?:(?!</dd>).)*</dd>", "", text, flags=re.S)
        bare = THAI.search(re.sub(r"{[%{].*?[%}]}", "", text, flags=re.S))
        assert bare is None, f"{path.name}: {text[max(0, bare.start() - 30) : bare.start() + 30] if bare else ''}"


# Assets of others.


def test_the_lock_file_names_no_registry() -> None:
    assert "resolved" not in (ROOT / "package-lock.json").read_text("utf-8")
    assert "omit-lockfile-registry-resolved=true" in (ROOT / ".npmrc").read_text("utf-8")


def test_every_vendored_package_is_pinned_exactly() -> None:
    package = json.loads((ROOT / "package.json").read_text("utf-8"))
    versions = {**package["dependencies"], **package["devDependencies"]}
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in versions.values())
    for source, _ in vendor.VENDOR:
        name = "/".join(source.split("/")[: 2 if source.startswith("@") else 1])
        assert name in package["dependencies"], name


def _fake_modules(folder: Path) -> Path:
    for source, _ in vendor.VENDOR:
        path = folder / source
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"body\n//# sourceMappingURL=body.map" if path.suffix == ".mjs" else b"body")
    return folder


def test_vendored_files_are_copied_once_and_leftovers_go(tmp_path: Path) -> None:
    modules, target = _fake_modules(tmp_path / "node_modules"), tmp_path / "static"
    (target / "old").mkdir(parents=True)
    (target / "old" / "left.js").write_text("left")
    assert len(vendor.install_vendor(modules, target)) == len(vendor.VENDOR)
    assert not (target / "old").exists()
    assert b"sourceMappingURL" not in (target / "maplibre" / "maplibre-gl.mjs").read_bytes()
    assert vendor.install_vendor(modules, target) == []


def test_a_missing_package_is_named_with_its_remedy(tmp_path: Path) -> None:
    modules, target = _fake_modules(tmp_path / "node_modules"), tmp_path / "static"
    (modules / "htmx.org/dist/htmx.min.js").unlink()
    with pytest.raises(vendor.VendorError, match=r"npm ci.*htmx\.org/dist/htmx\.min\.js"):
        vendor.install_vendor(modules, target)
    assert not target.exists()


def test_an_icon_is_added_once_and_an_unknown_one_refused(tmp_path: Path) -> None:
    package = tmp_path / "lucide-static"
    (package / "icons").mkdir(parents=True)
    (package / "package.json").write_text('{"version": "1.0.0"}')
    (package / "icons" / "bell.svg").write_text('<svg class="x">\n  <path d="M1 1" />\n</svg>')
    target = tmp_path / "icons.json"
    assert vendor.add_icons(["bell"], tmp_path, target) == ["bell"]
    assert vendor.add_icons(["bell"], tmp_path, target) == []
    assert json.loads(target.read_text())["icons"] == {"bell": '<path d="M1 1"/>'}
    before = target.read_text()
    with pytest.raises(vendor.VendorError, match="nosuch"):
        vendor.add_icons(["nosuch"], tmp_path, target)
    assert target.read_text() == before


def test_the_map_is_ours_small_and_says_whose_it_is() -> None:
    path = WEB / "static" / "nakhon" / "geo" / "provinces.json"
    assert path.stat().st_size < 250_000
    document = json.loads(path.read_text("utf-8"))
    named = [feature["properties"] for feature in document["features"]]
    assert len([one for one in named if not one.get("gap")]) == 70
    assert all(THAI.search(one["th"]) and one["en"] for one in named)
    assert "CC BY-IGO" in document["attribution"] and "CC BY-IGO" in path.with_name("provinces.md").read_text("utf-8")


@pytest.mark.parametrize("path", [*OWN_ASSETS, *sorted(WEB.glob("templatetags/*.py"))], ids=lambda path: path.name)
def test_a_file_stays_a_comfortable_read_and_says_what_it_is_for(path: Path) -> None:
    text = path.read_text("utf-8")
    if path.suffix == ".svg":
        return
    assert len(text.splitlines()) <= 400
    assert text.lstrip().startswith(("/*", "//", '"""'))
