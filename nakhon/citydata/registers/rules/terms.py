"""The terms by which records are found. Records and searches are cut by this one function, so that they cannot disagree."""

from __future__ import annotations

import re
from functools import lru_cache

from nakhon.knowledge.words import inner_words, normalise, search_terms

_PLAIN = re.compile(r"[a-z]+|[0-9]+")


@lru_cache(maxsize=50_000)
def _of_part(part: str) -> tuple[str, ...]:
    found: list[str] = []
    for piece in normalise(part).split():
        found += _PLAIN.findall(piece) if piece.isascii() else search_terms(piece)
    return tuple(found)


def terms_of(text: str) -> list[str]:
    """The terms of ``text``, in order. Each part between spaces is cut by itself, for the parts of a register's texts come
    again and again; Latin letters and digits are parted without the dictionary (``A1`` gives ``a`` and ``1``)."""
    if text.isascii():
        return _PLAIN.findall(text.lower())
    found: list[str] = []
    for part in text.split():
        found += _PLAIN.findall(part.lower()) if part.isascii() else _of_part(part)
    return found


@lru_cache(maxsize=50_000)
def _inside(term: str) -> tuple[str, ...]:
    return inner_words(term)


def indexed_terms_of(text: str) -> list[str]:
    """The terms of ``text``, and behind them the words inside compounds: who looks for a lamp by ``ไฟ`` finds ``โคมไฟ``.

    For records only: a search for ``โคมไฟ`` must not ask for its parts.
    """
    terms = terms_of(text)
    if text.isascii():
        return terms
    return terms + [part for term in terms if not term.isascii() for part in _inside(term)]
