"""Read YAML so that every value knows its line, and every wrong one becomes a sentence instead of an exception.

Only plain values are read: the text is composed into nodes and never constructed into objects, so a file can hold nothing
that runs.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Mapping
from datetime import date
from pathlib import Path

import yaml

from tracker.intake.faults import Fault, Place

# Many times faster where PyYAML was built with libyaml; both give the same nodes.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NULL = "tag:yaml.org,2002:null"
_STRING = "tag:yaml.org,2002:str"
# A fold between two of these is no word's end: Chinese is written without spaces.
_WIDE = "[\u2014\u2018-\u201d\u2026\u2e80-\u9fff\uff00-\uffef]"
_FOLD = re.compile(rf"(?<={_WIDE}) (?={_WIDE})")
_YES = {"true", "yes", "on"}
_NO = {"false", "no", "off"}


class Fields:
    """Be one mapping of a YAML file while it is read.

    Each method takes a field's name and returns its value, or a harmless one after adding a fault. `finish` reports the
    fields nobody asked for, which are mostly misspelt ones.
    """

    def __init__(self, node: yaml.MappingNode, file: str, faults: list[Fault], what: str) -> None:
        """Take the mapping `node` of `file`; `what` names the thing in sentences, such as “the unit”."""
        self.file, self.faults, self.what = file, faults, what
        self.place = Place(file, node.start_mark.line + 1)
        self._nodes: dict[str, yaml.Node] = {}
        self._asked: set[str] = set()
        for key, value in node.value:
            name = str(key.value)
            if name in self._nodes:
                self._fault(key, f"The field “{name}” stands twice in {what}.", "Keep one of them.")
            self._nodes.setdefault(name, value)

    def has(self, name: str) -> bool:
        """Tell whether the field is there and not null."""
        node = self._nodes.get(name)
        return node is not None and node.tag != _NULL

    def line(self, name: str) -> int:
        """Return the line of a field, or of the mapping where it is missing."""
        node = self._nodes.get(name)
        return node.start_mark.line + 1 if node is not None else self.place.line

    def text(self, name: str, *, required: bool = False) -> str:
        """Return a text, "" where it is null or missing; a required one must hold something.

        Where a folded text (“>”) breaks its line between two Chinese characters or marks, no space comes between them.
        """
        node = self._take(name, required=required)
        if node is None:
            return ""
        if not isinstance(node, yaml.ScalarNode):
            self._fault(node, f"“{name}” must be a text.", "Write one value, in quotes where it holds a colon.")
            return ""
        value = str(node.value).strip() if node.tag == _STRING else str(node.value)
        if node.style == ">":
            value = _FOLD.sub("", value)
        if required and not value:
            self._fault(node, f"“{name}” of {self.what} is empty.", "Fill it in.")
        return value

    def choice(self, name: str, allowed: Collection[str], default: str = "") -> str:
        """Return a text that is one of `allowed`; `default` where it is missing, "" meaning that it must be there."""
        value = self.text(name, required=not default)
        if not value:
            return default or next(iter(allowed))
        if value not in allowed:
            self.fault(name, f"“{name}” is “{value}”.", f"Write one of: {', '.join(allowed)}.")
            return next(iter(allowed))
        return value

    def day(self, name: str, *, required: bool = False) -> date | None:
        """Return a date, None where it is null or missing."""
        value = self.text(name, required=required)
        if not value:
            return None
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fault(name, f"“{name}” is “{value}”, which is no date.", "Write year, month and day: 2023-06-02.")
            return None

    def whole(self, name: str, *, required: bool = False, least: int = 0) -> int | None:
        """Return a whole number of at least `least`, None where it is null or missing."""
        value = self.text(name, required=required)
        if not value:
            return None
        try:
            number = int(value)
        except ValueError:
            number = least - 1
        if number < least:
            self.fault(name, f"“{name}” is “{value}”.", f"Write a whole number, {least} or more.")
            return None
        return number

    def number(self, name: str) -> float | None:
        """Return a required number, None after a fault."""
        value = self.text(name, required=True)
        try:
            number = float(value)
        except ValueError:
            number = math.nan
        if not math.isfinite(number):
            self.fault(name, f"“{name}” is “{value}”, which is no number.", "Write a number without its unit: 78.1.")
            return None
        return number

    def flag(self, name: str, default: bool | None = False) -> bool | None:
        """Return true or false; `default` where it is missing."""
        value = self.text(name).lower()
        if value in _YES | _NO:
            return value in _YES
        if value:
            self.fault(name, f"“{name}” is “{value}”.", "Write true or false.")
        return default

    def texts(self, name: str, *, required: bool = False) -> tuple[str, ...]:
        """Return a list of texts, empty where it is null or missing."""
        found = []
        for node in self._items(name, required=required):
            if isinstance(node, yaml.ScalarNode) and str(node.value).strip():
                found.append(str(node.value).strip())
            else:
                self._fault(node, f"“{name}” holds something that is no text.", "Write texts: [one, another].")
        return tuple(found)

    def wholes(self, name: str, *, required: bool = False) -> tuple[int, ...]:
        """Return a list of whole numbers, empty where it is null or missing."""
        found = []
        for node in self._items(name, required=required):
            if isinstance(node, yaml.ScalarNode) and str(node.value).isdecimal():
                found.append(int(node.value))
            else:
                self._fault(node, f"“{name}” holds something that is no whole number.", "Write numbers: [1280, 1409].")
        return tuple(found)

    def fields(self, name: str, what: str, *, required: bool = False) -> Fields | None:
        """Return a mapping inside this one, None where it is null or missing."""
        node = self._take(name, required=required)
        if node is None:
            return None
        return self._mapping(node, name, what)

    def rows(self, name: str, what: str, *, required: bool = False) -> list[Fields]:
        """Return a list of mappings, empty where it is null or missing."""
        found = [self._mapping(node, name, what) for node in self._items(name, required=required)]
        return [one for one in found if one is not None]

    def fault(self, name: str, what: str, remedy: str) -> None:
        """Report what is wrong with a field."""
        self.faults.append(Fault(Place(self.file, self.line(name)), what, remedy))

    def finish(self) -> None:
        """Report the fields that nobody asked for."""
        for name, node in self._nodes.items():
            if name not in self._asked:
                known = ", ".join(sorted(self._asked))
                self._fault(node, f"“{name}” is no field of {self.what}.", f"Remove it, or write one of: {known}.")

    def _take(self, name: str, *, required: bool) -> yaml.Node | None:
        self._asked.add(name)
        node = self._nodes.get(name)
        if node is not None and node.tag != _NULL:
            return node
        if required:
            self.fault(name, f"{self.what[0].upper()}{self.what[1:]} has no “{name}”.", "Add it.")
        return None

    def _items(self, name: str, *, required: bool) -> list[yaml.Node]:
        node = self._take(name, required=required)
        if node is None:
            return []
        if not isinstance(node, yaml.SequenceNode):
            self._fault(node, f"“{name}” must be a list.", "Write it in brackets, or one entry a line after dashes.")
            return []
        return list(node.value)

    def _mapping(self, node: yaml.Node, name: str, what: str) -> Fields | None:
        if isinstance(node, yaml.MappingNode):
            return Fields(node, self.file, self.faults, what)
        self._fault(node, f"An entry of “{name}” is not a set of fields.", "Write it as “field: value”, one a line.")
        return None

    def _fault(self, node: yaml.Node, what: str, remedy: str) -> None:
        self.faults.append(Fault(Place(self.file, node.start_mark.line + 1), what, remedy))


def read_file(root: Path, file: str, faults: list[Fault], what: str) -> Fields | None:
    """Return the top mapping of a YAML file below `root`, or None after reporting why there is none."""
    content = read_text(root, file, faults)
    if content is None:
        return None
    try:
        node = yaml.compose(content, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 0
        reason = (error.problem or error.context or "it cannot be read").strip()
        faults.append(
            Fault(
                Place(file, line),
                f"This is not well-formed YAML: {reason}.",
                "Look at this line and the one above for a missing quote, bracket or space after a colon.",
            )
        )
        return None
    except yaml.YAMLError as error:
        faults.append(Fault(Place(file), f"This is not well-formed YAML: {error}.", "Save it as plain text in UTF-8."))
        return None
    if not isinstance(node, yaml.MappingNode):
        faults.append(Fault(Place(file), f"The file does not hold {what}.", "It must begin with “field: value”."))
        return None
    return Fields(node, file, faults, what)


def read_text(root: Path, file: str, faults: list[Fault]) -> str | None:
    """Return a file's text, or None after reporting why it cannot be read."""
    try:
        return (root / file).read_bytes().decode("utf-8")
    except FileNotFoundError:
        faults.append(Fault(Place(file), "The file is missing.", "Add it; README.md beside it says what it holds."))
    except UnicodeDecodeError as error:
        line = (root / file).read_bytes()[: error.start].count(b"\n") + 1
        faults.append(Fault(Place(file, line), "The file is not UTF-8.", "Save it as UTF-8, without changing a word."))
    except OSError as error:
        faults.append(Fault(Place(file), f"The file cannot be read: {error.strerror}.", "Check it and its rights."))
    return None


def lines_of(fields: Fields, names: Collection[str]) -> Mapping[str, int]:
    """Return the lines of these fields, for faults found after reading."""
    return {name: fields.line(name) for name in names}
