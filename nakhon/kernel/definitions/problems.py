"""Turns what pydantic found wrong into faults: every error type that can occur, in Thai and English, with its remedy."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from nakhon.kernel.definitions import sayings as say
from nakhon.kernel.definitions.faults import DefinitionFault, Path, path_text
from nakhon.kernel.definitions.fields import OWN_ERROR
from nakhon.kernel.definitions.reader import RawDocument
from nakhon.kernel.definitions.sayings import Problem, Said
from nakhon.kernel.definitions.shapes import Schema, keys_at, nearest

SAYINGS: dict[str, Callable[[Problem], Said]] = {
    OWN_ERROR: say.own,
    "missing": say.missing,
    "extra_forbidden": say.extra,
    "invalid_key": say.group,
    "string_type": say.string,
    "string_unicode": say.string,
    "bytes_type": say.string,
    "string_too_short": say.plain(
        "ข้อความสั้นเกินไป ต้องมีอย่างน้อย {min_length} อักขระ",
        "The text is too short: at least {min_length} character(s)",
        "เขียนให้ยาวขึ้น หรือลบทั้งช่องหากไม่ต้องการ",
        "Write more, or delete the whole line if none is wanted",
    ),
    "string_too_long": say.plain(
        "ข้อความยาวเกิน {max_length} อักขระ", "The text has more than {max_length} characters", "ย่อให้สั้นลง", "Shorten it"
    ),
    "string_pattern_mismatch": say.pattern,
    "string_not_ascii": say.plain(
        "ใช้ได้เฉพาะอักษรอังกฤษ ตัวเลข และเครื่องหมาย",
        "Only English letters, digits and signs can be used",
        "เขียนใหม่โดยไม่ใช้อักษรไทย",
        "Write it without Thai letters",
    ),
    "int_type": say.INT,
    "int_parsing": say.INT,
    "int_from_float": say.INT,
    "int_parsing_size": say.plain("ตัวเลขใหญ่เกินไป", "The number is too large", "ตรวจจำนวนหลักอีกครั้ง", "Check its digits"),
    "float_type": say.FLOAT,
    "float_parsing": say.FLOAT,
    "decimal_type": say.FLOAT,
    "decimal_parsing": say.FLOAT,
    "finite_number": say.plain(
        "ต้องเป็นตัวเลขที่มีค่าจำกัด", "The number must be finite", "เขียนเป็นตัวเลขธรรมดา", "Write a plain number"
    ),
    "decimal_max_digits": say.plain(
        "ตัวเลขมีเกิน {max_digits} หลัก", "The number has more than {max_digits} digits", "ลดจำนวนหลัก", "Use fewer digits"
    ),
    "decimal_max_places": say.plain(
        "ทศนิยมเกิน {decimal_places} ตำแหน่ง", "More than {decimal_places} decimal place(s)", "ปัดทศนิยมให้สั้นลง", "Round it"
    ),
    "decimal_whole_digits": say.plain(
        "ตัวเลขหน้าจุดทศนิยมเกิน {whole_digits} หลัก",
        "More than {whole_digits} digits before the decimal point",
        "ตรวจตัวเลขอีกครั้ง",
        "Check the number",
    ),
    "greater_than": say.plain(
        "{got_th} ต้องมากกว่า {gt}",
        "This is {got_en}; it must be greater than {gt}",
        "แก้เป็นค่าที่มากกว่า {gt}",
        "Write more than {gt}",
    ),
    "greater_than_equal": say.plain(
        "{got_th} ต้องไม่น้อยกว่า {ge}",
        "This is {got_en}; it must be at least {ge}",
        "แก้เป็น {ge} หรือมากกว่า",
        "Write {ge} or more",
    ),
    "less_than": say.plain(
        "{got_th} ต้องน้อยกว่า {lt}",
        "This is {got_en}; it must be less than {lt}",
        "แก้เป็นค่าที่น้อยกว่า {lt}",
        "Write less than {lt}",
    ),
    "less_than_equal": say.plain(
        "{got_th} ต้องไม่เกิน {le}",
        "This is {got_en}; it must be at most {le}",
        "แก้เป็น {le} หรือน้อยกว่า",
        "Write {le} or less",
    ),
    "multiple_of": say.plain(
        "ต้องหารด้วย {multiple_of} ลงตัว", "It must be a multiple of {multiple_of}", "แก้ตัวเลข", "Change the number"
    ),
    "bool_type": say.bool_,
    "bool_parsing": say.bool_,
    "enum": say.choice,
    "literal_error": say.choice,
    "union_tag_invalid": say.choice,
    "union_tag_not_found": say.UNION,
    "none_required": say.UNION,
    "list_type": say.list_,
    "tuple_type": say.list_,
    "set_type": say.list_,
    "frozen_set_type": say.list_,
    "deque_type": say.list_,
    "iterable_type": say.list_,
    "set_item_not_hashable": say.list_,
    "too_short": say.plain(
        "รายการสั้นเกินไป ต้องมีอย่างน้อย {min_length} ค่า",
        "The list is too short: at least {min_length}",
        "เพิ่มค่าในรายการ",
        "Add to the list",
    ),
    "too_long": say.plain(
        "รายการยาวเกินไป ได้ไม่เกิน {max_length} ค่า",
        "The list is too long: at most {max_length}",
        "ลดจำนวนค่าในรายการ",
        "Remove from the list",
    ),
    "dict_type": say.group,
    "frozen_dict_type": say.group,
    "ordered_dict_type": say.group,
    "mapping_type": say.group,
    "model_type": say.group,
    "model_attributes_type": say.group,
    "dataclass_type": say.group,
    "named_tuple_type": say.group,
    "counter_type": say.group,
    "date_type": say.DATE,
    "date_parsing": say.DATE,
    "date_from_datetime_parsing": say.DATE,
    "date_from_datetime_inexact": say.DATE,
    "date_past": say.plain("วันที่ต้องเป็นอดีต", "The date must be in the past", "แก้วันที่", "Change the date"),
    "date_future": say.plain("วันที่ต้องเป็นอนาคต", "The date must be in the future", "แก้วันที่", "Change the date"),
    "time_type": say.TIME,
    "time_parsing": say.TIME,
    "datetime_type": say.MOMENT,
    "datetime_parsing": say.MOMENT,
    "datetime_object_invalid": say.MOMENT,
    "datetime_from_date_parsing": say.MOMENT,
    "timezone_naive": say.MOMENT,
    "timezone_aware": say.MOMENT,
    "timezone_offset": say.MOMENT,
    "datetime_past": say.plain("เวลาต้องเป็นอดีต", "The moment must be in the past", "แก้วันและเวลา", "Change it"),
    "datetime_future": say.plain("เวลาต้องเป็นอนาคต", "The moment must be in the future", "แก้วันและเวลา", "Change it"),
    "time_delta_type": say.SPAN,
    "time_delta_parsing": say.SPAN,
    "url_type": say.URL,
    "url_parsing": say.URL,
    "url_syntax_violation": say.URL,
    "url_scheme": say.URL,
    "url_too_long": say.plain(
        "ที่อยู่เว็บยาวเกิน {max_length} อักขระ",
        "The address has more than {max_length} characters",
        "ใช้ที่อยู่ที่สั้นลง",
        "Use a shorter one",
    ),
    "uuid_type": say.UUID,
    "uuid_parsing": say.UUID,
    "uuid_version": say.UUID,
    "value_error": say.FILE,
    "assertion_error": say.FILE,
    "json_invalid": say.FILE,
    "json_type": say.FILE,
    "recursion_loop": say.FILE,
    "recursion_depth_exceeded": say.FILE,
    "bytes_too_short": say.FILE,
    "bytes_too_long": say.FILE,
    "bytes_invalid_encoding": say.FILE,
}

CANNOT_OCCUR: dict[str, str] = {
    **dict.fromkeys(
        ("no_such_attribute", "get_attribute_error", "frozen_field", "frozen_instance", "needs_python_object"),
        "definitions are validated from JSON and never changed afterwards",
    ),
    **dict.fromkeys(
        (
            "arguments_type",
            "missing_argument",
            "unexpected_keyword_argument",
            "missing_keyword_only_argument",
            "unexpected_positional_argument",
            "missing_positional_only_argument",
            "multiple_argument_values",
            "callable_type",
        ),
        "no function is called with what a file holds",
    ),
    **dict.fromkeys(
        (
            "is_instance_of",
            "is_subclass_of",
            "dataclass_exact_type",
            "iteration_error",
            "default_factory_not_called",
            "missing_sentinel_error",
            "ellipsis_error",
            "complex_type",
            "complex_str_parsing",
            "fraction_type",
            "fraction_parsing",
        ),
        "no such Python type can be written in a definition",
    ),
}
"""Error types that a definition's model cannot raise, and why."""


def said(problem: Problem) -> Said:
    """Message and remedy of a pydantic problem. ``KeyError`` for a type that nobody translated."""
    return SAYINGS[problem.type](problem)


def _cleaned(location: tuple[str | int, ...], value: Any) -> tuple[Path, Any]:
    """The path in the document (pydantic also names the branch of a union) and the value that stands there."""
    path: list[str | int] = []
    for index, part in enumerate(location):
        if isinstance(part, int) and isinstance(value, list) and part < len(value):  # noqa: SIM114  (types differ)
            value = value[part]
        elif isinstance(part, str) and isinstance(value, dict) and part in value:
            value = value[part]
        elif isinstance(value, dict) and index == len(location) - 1 and isinstance(part, str):
            return (*path, part), None
        else:
            continue
        path.append(part)
    return tuple(path), value


def faults_from(
    errors: Iterable[Mapping[str, Any]], document: RawDocument, base: Path, value: Any, root: Schema
) -> list[DefinitionFault]:
    """Pydantic's errors as faults in ``document``, whose definition stands at ``base`` and has ``value``.

    A key that is missing is not told where a misspelt one explains it.
    """
    found = [_problem(error, document, base, value, root) for error in errors]
    meant = {
        (*problem.path[:-1], nearest(problem.field, keys_at(root, problem.path[:-1])))
        for problem in found
        if problem.type == "extra_forbidden"
    }
    return [
        _fault(problem, document, base) for problem in found if problem.type != "missing" or problem.path not in meant
    ]


def _problem(error: Mapping[str, Any], document: RawDocument, base: Path, value: Any, root: Schema) -> Problem:
    blamed = error.get("ctx", {}).get("at") if error["type"] == OWN_ERROR else None
    path, got = _cleaned((*error["loc"], blamed) if blamed else tuple(error["loc"]), value)
    return Problem(str(error["type"]), error.get("ctx", {}), got, path, root, document.written.get((*base, *path), ""))


def _fault(problem: Problem, document: RawDocument, base: Path) -> DefinitionFault:
    message, remedy = said(problem)
    whole = (*base, *problem.path)
    line, column = document.mark(whole, key=problem.type == "extra_forbidden")
    return DefinitionFault(
        document.file,
        line,
        column,
        path_text(whole),
        f"definition.{problem.type}",
        message,
        remedy,
        document.excerpt(line),
    )
