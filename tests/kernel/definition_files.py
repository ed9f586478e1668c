"""Wrong definition files as strangers write them: for each the text, and the code and line that must be told."""

from __future__ import annotations

UNIT = "kind: unit\nid: works\nlevel: DIVISION\nname: {th: กองช่าง, en: Works}\n"
HOURS = 'week: {monday: [{opens: "08:30", closes: "16:30"}]}\n'
CALENDAR = "kind: office-calendar\nid: office\nname: {th: เวลาราชการ, en: Hours}\n"
FIGURE = "kind: legal-figure\nid: a.b\nname: {th: ก, en: a}\nunit: days\nlegal_basis: x\nsource: y\n"
PROJECT = "kind: organisation-profile\nproject:\n  title: {th: ก, en: b}\n"

WRONG: dict[str, tuple[str | bytes, str, int]] = {
    "tab": ("kind: unit\nid: works\n\tlevel: OFFICE\n", "yaml.tab", 3),
    "no space after the colon": ("kind: unit\nid:works\nlevel: DIVISION\n", "yaml.missing_colon", 2),
    "a second colon": (UNIT + "phone: โทร: 077\n", "yaml.colon", 5),
    "quotes left open": ('kind: unit\nid: works\nname:\n  th: "กองช่าง\n  en: Works\n', "yaml.unclosed_quote", 4),
    "brace left open": ("kind: unit\nname: {th: กองช่าง, en: Works\nlevel: DIVISION\n", "yaml.unclosed_mapping", 2),
    "bracket left open": (PROJECT + "  domains: [GOV, LIV\n  sdgs: [11]\n", "yaml.unclosed_list", 4),
    "crooked indentation": ("kind: unit\nname:\n  th: กองช่าง\n   en: Works\n", "yaml.indentation", 4),
    "misspelt kind": ("kind: units\nid: works\n", "definition.unknown_kind", 1),
    "a kind of a later room": ("kind: service\nid: trees\n", "definition.unknown_kind", 1),
    "no kind": ("id: works\nlevel: OFFICE\n", "definition.no_kind", 1),
    "Kind with a capital": ("Kind: unit\nid: works\n", "definition.no_kind", 1),
    "misspelt key": ("kind: unit\nid: works\nnmae: {th: กองช่าง, en: W}\nlevel: DIVISION\n", "definition.extra_forbidden", 3),
    "one language only": ("kind: unit\nid: works\nlevel: DIVISION\nname: {th: กองช่าง}\n", "definition.missing", 4),
    "a name as plain text": ("kind: unit\nid: works\nname: กองช่าง\nlevel: DIVISION\n", "definition.model_type", 3),
    "small letters": ("kind: unit\nid: works\nname: {th: ก, en: W}\nlevel: division\n", "definition.literal_error", 4),
    "a Thai id": ("kind: unit\nid: กองช่าง\nname: {th: ก, en: W}\nlevel: DIVISION\n", "definition.string_pattern_mismatch", 2),
    "telephone that loses its zero": (UNIT + "phone: 077421421\n", "yaml.leading_zero", 5),
    "telephone as a number": (UNIT + "phone: 421421\n", "definition.string_type", 5),
    "a number in words": (UNIT + "position: สิบ\n", "definition.int_type", 5),
    "Thai digits": (UNIT + "position: ๑๐\n", "definition.int_type", 5),
    "thousands separated": ("kind: organisation-profile\npopulation: 68,300\n", "definition.int_type", 2),
    "number in quotes": ('kind: organisation-profile\npopulation: "68300"\n', "definition.int_type", 2),
    "number with its unit": ("kind: organisation-profile\narea_km2: 252 ตร.กม.\n", "definition.float_type", 2),
    "negative": ("kind: organisation-profile\npopulation: -1\n", "definition.greater_than_equal", 2),
    "half a person": ("kind: organisation-profile\npopulation: 68300.5\n", "definition.int_type", 2),
    "too precise": ("kind: organisation-profile\narea_km2: 1.1234567890123456789\n", "yaml.long_number", 2),
    "Buddhist year": (CALENDAR + "effective_from: 2569-01-01\n" + HOURS, "definition.nakhon", 4),
    "day first": (CALENDAR + "effective_from: 01/01/2569\n" + HOURS, "definition.nakhon", 4),
    "30 February": (CALENDAR + "effective_from: 2026-02-30\n" + HOURS, "definition.nakhon", 4),
    "a year alone": (CALENDAR + "effective_from: 2026\n" + HOURS, "definition.date_type", 4),
    "yes for true": (CALENDAR + "effective_from: 2026-01-01\nnational_holidays: yes\n" + HOURS, "definition.bool_type", 5),
    "off for false": (CALENDAR + "effective_from: 2026-01-01\nnational_holidays: off\n" + HOURS, "definition.bool_type", 5),
    "time with a point": (
        CALENDAR + 'effective_from: 2026-01-01\nweek: {monday: [{opens: 8.30, closes: "16:30"}]}\n', "definition.string_type", 5),
    "time with น.": (
        CALENDAR + 'effective_from: 2026-01-01\nweek: {monday: [{opens: "08:30", closes: "16.30 น."}]}\n', "definition.nakhon", 5),
    "closes before it opens": (
        CALENDAR + 'effective_from: 2026-01-01\nweek: {monday: [{opens: "16:30", closes: "08:30"}]}\n', "definition.nakhon", 5),
    "hours overlap": (
        CALENDAR + "effective_from: 2026-01-01\nweek:\n  monday:\n"
        '    - {opens: "08:30", closes: "12:00"}\n    - {opens: "11:00", closes: "16:30"}\n', "definition.nakhon", 7),
    "never open": (CALENDAR + "effective_from: 2026-01-01\nweek: {}\n", "definition.nakhon", 5),
    "a day off twice": (
        CALENDAR + "effective_from: 2026-01-01\n" + HOURS + "holidays:\n"
        "  - {date: 2026-05-21, name: {th: ก, en: a}}\n  - {date: 2026-05-21, name: {th: ก, en: a}}\n", "definition.nakhon", 7),
    "weekday misspelt": (
        CALENDAR + "effective_from: 2026-01-01\nweek:\n  mondey: []\n", "definition.extra_forbidden", 6),
    "ends before it begins": (
        FIGURE + "value: 30\neffective_from: 2026-01-01\neffective_to: 2025-01-01\n", "definition.nakhon", 9),
    "not a number": (FIGURE + "value: .nan\neffective_from: 2026-01-01\n", "yaml.not_a_number", 7),
    "infinite": (FIGURE + "value: .inf\neffective_from: 2026-01-01\n", "yaml.not_a_number", 7),
    "hexadecimal": (FIGURE + "value: 0x1F\neffective_from: 2026-01-01\n", "yaml.ambiguous_number", 7),
    "exponent": (FIGURE + "value: 12e5\neffective_from: 2026-01-01\n", "yaml.ambiguous_number", 7),
    "domain in words": (PROJECT + "  domains: [GOVERNANCE]\n", "definition.literal_error", 4),
    "SDG 18": (PROJECT + "  domains: [GOV]\n  sdgs: [11, 18]\n", "definition.less_than_equal", 5),
    "domain twice": (PROJECT + "  domains: [GOV, GOV]\n", "definition.nakhon", 4),
    "longitude and latitude swapped": (
        "kind: organisation-profile\nlocation:\n  lon: 9.7\n  lat: 99.6\n", "definition.nakhon", 3),
    "a list with one text": ("kind: organisation-profile\ncontact:\n  phones: 077-421421\n", "definition.list_type", 3),
    "dash without a space": ("kind: organisation-profile\ncontact:\n  phones:\n    -077\n    -078\n", "definition.list_type", 4),
    "web address with a space": (
        "kind: organisation-profile\ncontact:\n  website: www kohsamui\n", "definition.string_pattern_mismatch", 3),
    "key twice": (UNIT + "level: SECTION\n", "yaml.duplicate_key", 5),
    "id twice": (
        "kind: unit\nitems:\n  - {id: works, level: DIVISION, name: {th: ก, en: W}}\n"
        "  - {id: works, level: DIVISION, name: {th: ข, en: V}}\n", "definition.twice", 4),
    "items that are none": ("kind: unit\nitems: works\n", "definition.items", 2),
    "a key beside items": (
        "kind: unit\nlevel: DIVISION\nitems:\n  - {id: works, level: DIVISION, name: {th: ก, en: W}}\n", "definition.beside_items", 2),
    "a circle": (
        "kind: unit\nitems:\n  - {id: aa, level: OFFICE, name: {th: ก, en: A}, parent: bb}\n"
        "  - {id: bb, level: OFFICE, name: {th: ข, en: B}, parent: aa}\n", "definition.circle", 3),
    "two figures at once": (
        "kind: legal-figure\nitems:\n"
        "  - {id: a.b, name: {th: ก, en: a}, value: 1, unit: x, effective_from: 2026-01-01, legal_basis: x, source: y}\n"
        "  - {id: a.c, figure: a.b, name: {th: ก, en: a}, value: 2, unit: x, effective_from: 2027-01-01, legal_basis: x, source: y}\n",
        "definition.together", 4),
    "anchor": ("kind: unit\nid: works\nlevel: DIVISION\nname: &n {th: กองช่าง, en: Works}\n", "yaml.anchor", 4),
    "alias": (UNIT + "phone: *n\n", "yaml.anchor", 5),
    "text that begins with a star": (UNIT + "phone: *1669\n", "yaml.anchor", 5),
    "merge key": ("kind: unit\nid: works\nlevel: DIVISION\nname: {<<: {th: ก}, en: Works}\n", "yaml.merge", 4),
    "tag": ("kind: unit\nid: works\nlevel: !!python/object:os.system DIVISION\n", "yaml.tag", 3),
    "text that begins with an exclamation mark": (UNIT + "phone: !ด่วน\n", "yaml.tag", 5),
    "curly quotes": ("kind: unit\nid: works\nlevel: DIVISION\nname: {th: “กองช่าง”, en: Works}\n", "yaml.curly_quotes", 4),
    "no-break space": ("kind: unit\nid: works\nlevel: DIVISION\nname:\n\u00a0 th: กองช่าง\n  en: Works\n", "yaml.invisible", 5),
    "zero width space in a key": ("kind: unit\nid: works\nle\u200bvel: DIVISION\n", "yaml.invisible", 3),
    "per cent sign first": (UNIT + "phone: %077\n", "yaml.reserved", 5),
    "at sign first": (UNIT + "phone: @traffy\n", "yaml.reserved", 5),
    "backslash": ('kind: unit\nid: works\nname: {th: "กอง\\ช่าง", en: Works}\n', "yaml.escape", 3),
    "control character": ('kind: unit\nid: works\nname: {th: "กอง\\0ช่าง", en: Works}\n', "yaml.control", 3),
    "text after the bar": ("kind: unit\nid: works\nname:\n  th: | กองช่าง\n  en: Works\n", "yaml.line_break", 4),
    "a list as a key": ("kind: unit\n? [a, b]\n: works\n", "yaml.key", 2),
    "no key": ("kind: unit\n: works\n", "yaml.key_empty", 2),
    "empty": ("", "file.empty", 0),
    "comments only": ("# ยังไม่ได้เขียน\n", "file.empty", 0),
    "a sentence": ("สวัสดี\n", "definition.not_a_group", 1),
    "a list of definitions": ("- kind: unit\n  id: works\n", "definition.not_a_group", 1),
    "value left out": ("kind: unit\nid: works\nlevel:\nname: {th: ก, en: W}\n", "definition.literal_error", 3),
    "TIS-620": ("kind: unit\nname: กองช่าง\n".encode("cp874"), "file.encoding", 2),
    "UTF-16": ("kind: unit\n".encode("utf-16"), "file.encoding", 0),
    "a picture": (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "file.encoding", 0),
    "more than a megabyte": (b"a: " + b"x" * 1_000_001, "file.too_large", 0),
    "too deep": ("a: " + "[" * 60 + "]" * 60 + "\n", "yaml.too_deep", 1),
}  # fmt: skip
