"""Says in Thai and English what a YAML parser means: one entry for each of its complaints, with the place people look for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import yaml

from nakhon.knowledge.text import Text

_UNQUOTED = Text('ใส่ข้อความทั้งหมดในเครื่องหมายคำพูด เช่น "…"', 'Put the whole text in quotes, for instance "…"')
_CLOSE_QUOTE = Text(
    'ปิดเครื่องหมายคำพูดให้ครบที่ท้ายข้อความ หากในข้อความมีเครื่องหมาย " ให้เขียนเป็น \\"',
    'Close the quotes at the end of the text; a " inside it is written \\"',
)
_INDENT = Text(
    "จัดย่อหน้าให้ช่องที่อยู่ระดับเดียวกันเริ่มตรงกัน ใช้ช่องว่างครั้งละ 2 ช่อง และไม่ใช้แท็บ",
    "Let keys of one level begin in the same column, two spaces for each level, no tabs",
)

INDENTATION = (
    Text("ย่อหน้าไม่ตรงกับบรรทัดก่อนหน้าในกลุ่มเดียวกัน", "The indentation does not match the lines before it"),
    _INDENT,
)


@dataclass(frozen=True, slots=True)
class SyntaxRule:
    """``pattern`` is searched in the parser's problem; ``at_context`` puts the place where the trouble began."""

    pattern: re.Pattern[str]
    code: str
    message: Text
    remedy: Text
    at_context: bool = False


def _rule(pattern: str, code: str, message: Text, remedy: Text, at_context: bool = False) -> SyntaxRule:
    return SyntaxRule(re.compile(pattern), f"yaml.{code}", message, remedy, at_context)


RULES: tuple[SyntaxRule, ...] = (
    _rule(
        "mapping values are not allowed here",
        "colon",
        Text("มีเครื่องหมาย : ในที่ที่อ่านไม่ได้", "A colon (:) stands where it cannot be read"),
        Text(
            "หากเป็นส่วนหนึ่งของข้อความ ให้ใส่ทั้งข้อความในเครื่องหมายคำพูด หากเป็นช่องใหม่ ให้ขึ้นบรรทัดใหม่และจัดย่อหน้าให้ตรงกับช่องอื่น",
            "If it is part of a text, put the whole text in quotes; "
            "if it begins a new key, put it on a line of its own, indented like its neighbours",
        ),
    ),
    _rule(
        "could not find expected ':'",
        "missing_colon",
        Text(
            "บรรทัดนี้ไม่มีเครื่องหมาย : ตามหลังชื่อช่อง หรือไม่ได้เว้นวรรคหลังเครื่องหมาย :",
            "This line has no colon after its key, or no space after the colon",
        ),
        Text(
            "เขียนเป็น ชื่อช่อง: ค่า (เว้นวรรคหลัง :) ข้อความหลายบรรทัดให้ใช้ | หรือจัดย่อหน้าให้ลึกกว่าช่องของมัน",
            "Write it as key: value (with a space after the colon); for a text of several lines use | or indent it deeper than its key",
        ),
        True,
    ),
    _rule(
        r"expected <block end>, but found ':'",
        "key_empty",
        Text("มีค่าที่ไม่มีชื่อช่อง", "A value has no key"),
        Text("เติมชื่อช่องหน้าเครื่องหมาย : หรือลบบรรทัดนี้", "Write a key before the colon, or delete the line"),
    ),
    _rule(
        r"expected <block end>",
        "indentation",
        *INDENTATION,
    ),
    _rule(
        "sequence entries are not allowed here",
        "dash",
        Text("เครื่องหมาย - ของรายการอยู่ผิดที่", "A list dash (-) stands where no list can be"),
        Text(
            "ขึ้นบรรทัดใหม่ก่อนเริ่มรายการ และจัดเครื่องหมาย - ให้ตรงกัน ข้อความที่ขึ้นต้นด้วย - ให้ใส่เครื่องหมายคำพูด",
            "Begin the list on a new line with its dashes in one column; put a text that begins with a dash in quotes",
        ),
    ),
    _rule(
        "mapping keys are not allowed here",
        "question_mark",
        Text("ขึ้นต้นด้วยเครื่องหมาย ? ในที่ที่อ่านไม่ได้", "A question mark stands where it cannot be read"),
        _UNQUOTED,
    ),
    _rule(
        "that cannot start any token",
        "reserved",
        Text("ข้อความขึ้นต้นด้วยอักขระที่สงวนไว้ (เช่น % @ `)", "A text begins with a reserved character (such as % @ `)"),
        _UNQUOTED,
    ),
    _rule(
        "found unexpected end of stream|found unexpected document separator",
        "unclosed_quote",
        Text("เปิดเครื่องหมายคำพูดตรงนี้แล้วไม่ได้ปิด", "The quotes opened here are never closed"),
        _CLOSE_QUOTE,
        True,
    ),
    _rule(
        "unknown escape character|hexadecimal numbers, but found",
        "escape",
        Text(
            "เครื่องหมาย \\ ในเครื่องหมายคำพูดคู่ตามด้วยอักขระที่ไม่รู้จัก",
            "A backslash inside double quotes is followed by something unknown",
        ),
        Text(
            "เขียน \\\\ หากต้องการเครื่องหมาย \\ จริง หรือใช้เครื่องหมายคำพูดเดี่ยว '…' แทน",
            "Write \\\\ for a real backslash, or use single quotes: '…'",
        ),
    ),
    _rule(
        r"expected ',' or '\]'",
        "unclosed_list",
        Text("รายการในวงเล็บเหลี่ยม [ ] ไม่ครบ", "A list in square brackets [ ] is not complete"),
        Text(
            "คั่นแต่ละค่าด้วย , และปิดด้วย ] หากวงเล็บเป็นส่วนหนึ่งของข้อความ ให้ใส่เครื่องหมายคำพูด",
            "Put a comma between the values and close it with ]; if the bracket is part of a text, put the text in quotes",
        ),
        True,
    ),
    _rule(
        r"expected ',' or '}'",
        "unclosed_mapping",
        Text("กลุ่มในวงเล็บปีกกา { } ไม่ครบ", "A group in braces { } is not complete"),
        Text(
            "คั่นแต่ละช่องด้วย , และปิดด้วย } หากมีเครื่องหมาย , หรือ } ในข้อความ ให้ใส่เครื่องหมายคำพูด",
            "Put a comma between the keys and close it with }; put a text that holds a comma or a brace in quotes",
        ),
        True,
    ),
    _rule(
        "indentation indicator|chomping or indentation",
        "block_text",
        Text("หลังเครื่องหมาย | หรือ > มีสิ่งอื่นต่อท้าย", "Something follows the | or > that begins a text of several lines"),
        Text(
            "ขึ้นบรรทัดใหม่หลัง | แล้วย่อหน้าข้อความเข้าไป หากเป็นส่วนหนึ่งของข้อความ ให้ใส่เครื่องหมายคำพูด",
            "Break the line after | and indent the text; if it is part of a text, put the text in quotes",
        ),
    ),
    _rule(
        "expected a comment or a line break",
        "line_break",
        Text("มีสิ่งอื่นต่อท้ายในที่ที่ต้องขึ้นบรรทัดใหม่", "Something follows where the line must end"),
        Text("ขึ้นบรรทัดใหม่ หรือใส่ข้อความในเครื่องหมายคำพูด", "Break the line there, or put the text in quotes"),
    ),
    _rule(
        "found duplicate YAML directive|incompatible YAML document|duplicate tag handle|undefined tag handle|"
        "expected a digit|expected ' ', but",
        "directive",
        Text("ไม่รองรับคำสั่ง % และแท็ก ! ในไฟล์", "Directives (%) and tags (!) are not supported"),
        Text(
            "ลบบรรทัดที่ขึ้นต้นด้วย % และเครื่องหมาย ! ข้อความที่มีอักขระนี้ให้ใส่เครื่องหมายคำพูด",
            "Delete the line that begins with % and any tags; put a text with such a character in quotes",
        ),
    ),
    _rule(
        "expected alphabetic or numeric character",
        "anchor",
        Text("ข้อความขึ้นต้นด้วย & หรือ * ซึ่งมีความหมายพิเศษ", "A text begins with & or *, which have a special meaning"),
        _UNQUOTED,
    ),
    _rule(
        "expected '!'|expected '>'|expected URI|non-specific tag",
        "tag",
        Text("ข้อความขึ้นต้นด้วย ! ซึ่งมีความหมายพิเศษ", "A text begins with !, which has a special meaning"),
        _UNQUOTED,
    ),
    _rule(
        "expected the node content",
        "node",
        Text("ไม่พบค่าในที่ที่ต้องมีค่า", "No value was found where one must be"),
        Text(
            "เติมค่า หรือใส่ข้อความในเครื่องหมายคำพูดหากมีอักขระ , ] } อยู่ในข้อความ",
            "Write a value, or put the text in quotes if it holds one of , ] }",
        ),
    ),
    _rule(
        "expected '<document start>'",
        "document",
        Text("มีข้อมูลอยู่นอกโครงสร้างหลักของไฟล์", "Something stands outside the file's main structure"),
        Text(
            "จัดย่อหน้าให้อยู่ในกลุ่มของมัน หรือคั่นแต่ละคำนิยามด้วยบรรทัด ---",
            "Indent it into its group, or part the definitions with a line ---",
        ),
    ),
    _rule(
        "special characters are not allowed|control characters are not allowed|unacceptable character",
        "control",
        Text("ไฟล์มีอักขระควบคุมที่มองไม่เห็น", "The file holds an invisible control character"),
        Text("ลบอักขระนั้นแล้วพิมพ์บรรทัดนี้ใหม่", "Delete it and type the line again"),
    ),
)
OTHERWISE = SyntaxRule(
    re.compile(""),
    "yaml.syntax",
    Text("บรรทัดนี้เขียนไม่ถูกรูปแบบ YAML", "This line is not well-formed YAML"),
    Text(
        "ตรวจเครื่องหมาย : การเว้นวรรค ย่อหน้า และเครื่องหมายคำพูดของบรรทัดนี้และบรรทัดก่อนหน้า",
        "Check the colons, spaces, indentation and quotes of this line and the one before it",
    ),
)
_NO_SPACE = re.compile(r"^\s*(?:- )?([A-Za-z_][\w.-]*):(?=\S)(?!//)")


def rule_for(problem: str) -> SyntaxRule:
    """The entry for what the parser complained of; ``OTHERWISE`` when none is known."""
    return next((rule for rule in RULES if rule.pattern.search(problem)), OTHERWISE)


def _position(error: Any, rule: SyntaxRule, lines: list[str]) -> tuple[int, int]:
    if isinstance(error, yaml.reader.ReaderError):
        seen = 0
        for number, line in enumerate(lines, 1):
            if seen + len(line) >= int(error.position):
                return number, int(error.position) - seen + 1
            seen += len(line) + 1
        return max(len(lines), 1), 1
    context, problem = getattr(error, "context_mark", None), getattr(error, "problem_mark", None)
    mark = (context if rule.at_context and context is not None else problem) or context
    return (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)


def explain_syntax(error: yaml.YAMLError, lines: list[str]) -> tuple[int, int, str, Text, Text]:
    """Line, column, code, message and remedy for a parser's ``error`` in a file of ``lines``."""
    problem = str(getattr(error, "problem", None) or getattr(error, "reason", None) or error)
    rule = rule_for(problem)
    line, column = _position(error, rule, lines)
    if line > len(lines) and lines:
        line, column = len(lines), len(lines[-1]) + 1
    written = lines[line - 1] if 0 < line <= len(lines) else ""
    glued = _NO_SPACE.match(written)
    if glued and rule.code in ("yaml.missing_colon", "yaml.colon"):
        return (
            line,
            glued.end(),
            rule.code,
            Text("ไม่ได้เว้นวรรคหลังเครื่องหมาย :", "There is no space after the colon"),
            Text(f"เขียนเป็น {glued.group(1)}: ค่า", f"Write it as {glued.group(1)}: value"),
        )
    first = re.match(r"\s+(?:- )?[^\s:\"']+(?=:(?:\s|$))", written)
    if rule.code == "yaml.colon" and first and first.end() == column - 1:
        return line, len(written) - len(written.lstrip()) + 1, "yaml.indentation", INDENTATION[0], INDENTATION[1]
    return line, column, rule.code, rule.message, rule.remedy
