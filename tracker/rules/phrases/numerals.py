"""Bring the text of a phrase to one spelling, and read the numbers in it.

Full-width and half-width forms, spaces, quotation marks and the many dashes of Chinese typesetting carry no meaning in a
time expression and are removed here, so that every other module reads one spelling only.
"""

from __future__ import annotations

import re
import unicodedata

# A number in digits or in Chinese numerals: 15, 十五, 廿五, 二〇. Does not read 半.
NUMBER = r"(?:\d{1,6}|[零一二三四五六七八九十百两廿卅]{1,8})"
# A year in full: 2023, 二零二三.
YEAR = r"(?:(?<!\d)\d{4}|(?<![零一二三四五六七八九])[一二][零一二三四五六七八九]{3})"

# Stands in for what may not be read as a date: a document number, the title of a document.
MASK = "□"

_DASHES = re.compile(r"[‐‑‒–—―−－﹣─~～〜∼]+")
_QUOTES = re.compile("[\"'“”‘’「」『』〝〞＂＇]")
_UNSEEN = re.compile(r"[\s\u200b-\u200f\u2060\ufeff\u00ad]+")
# ① and its kin would become plain digits and run into the number after them.
_ENUMERATORS = re.compile(r"[\u2460-\u249b\u24ea-\u24ff\u2776-\u2793\u3220-\u3229\u3280-\u3289]")
_ZERO = re.compile(r"[〇○◯Ｏ]")
# 二0二三年, typed so for want of 〇.
_MIXED_ZERO = re.compile(r"(?<=[零一二三四五六七八九])0(?=[零一二三四五六七八九年])")
_DOCUMENT_NUMBER = re.compile(r"[〔\[(【［]\d{4}[〕\])】］](?:第)?\d+号")
_TITLE = re.compile(r"《[^《》]*》")

_DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九")} | {"两": 2}
_TENS = {"十": 10, "百": 100}


class NotANumber(ValueError):
    """Say that characters of numerals do not make a number: 十十, or the 三五 of 三五天, which is no count."""


def normalise(text: str) -> str:
    """Return the text in half-width characters without spaces and quotation marks, with one kind of dash.

    Document numbers such as 〔2023〕7号 are masked: their year is no deadline. So are the titles of documents, unless the
    text is nothing but a title's inside.
    """
    text = _ENUMERATORS.sub("、", text)
    text = _ZERO.sub("零", text)
    text = unicodedata.normalize("NFKC", text)
    text = _MIXED_ZERO.sub("零", _QUOTES.sub("", _UNSEEN.sub("", text)))
    text = _DASHES.sub("-", text).replace("--", "-")
    text = _DOCUMENT_NUMBER.sub(MASK, text)
    return _TITLE.sub(MASK, text)


def is_numeral(character: str) -> bool:
    """Return whether a character is a digit or a Chinese numeral."""
    return character.isdecimal() or character in _DIGITS or character in _TENS or character in "廿卅"


def number(text: str) -> int:
    """Return the value of a number in digits or Chinese numerals: 十五 is 15, 廿五 is 25, 二零二三 is 2023.

    Raises NotANumber.
    """
    if text.isdecimal():
        return int(text)
    text = text.replace("廿", "二十").replace("卅", "三十")
    if not any(character in _TENS for character in text):
        if len(text) > 1 and len(text) != 4 and "零" not in text:
            raise NotANumber(text)
        return int("".join(str(_DIGITS[character]) for character in text))
    total, digit = 0, None
    for character in text:
        if character in _TENS:
            if total and digit is None:
                raise NotANumber(text)
            total += (1 if digit is None else digit) * _TENS[character]
            digit = None
        elif digit:
            raise NotANumber(text)
        else:
            digit = _DIGITS[character]
    return total + (digit or 0)
