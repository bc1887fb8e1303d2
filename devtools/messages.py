"""Collect the texts to translate, check the catalogues and compile them, without gettext on the machine.

English texts are the message ids; the only catalogue language is Simplified Chinese. Each app has a catalogue of its
own, what stands outside the apps is in `tracker/locale`. A text used in several places is translated once, in the
catalogue that comes first by path, so that two translations of one text cannot disagree. Compiled files are not
committed: the development commands, the tests and the container image make them.
"""

from __future__ import annotations

import argparse
import ast
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import polib

from devtools.paths import ROOT

PACKAGE = ROOT / "tracker"
CATALOGUE = Path("locale") / "zh_Hans" / "LC_MESSAGES" / "django.po"
METADATA = {
    "Language": "zh_Hans",
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "Plural-Forms": "nplurals=1; plural=0;",
}
# How many leading arguments of each function are texts, and whether the first of them is the context.
FUNCTIONS = {
    "_": (1, False),
    "gettext": (1, False),
    "gettext_lazy": (1, False),
    "gettext_noop": (1, False),
    "ngettext": (2, False),
    "ngettext_lazy": (2, False),
    "pgettext": (2, True),
    "pgettext_lazy": (2, True),
    "npgettext": (3, True),
    "npgettext_lazy": (3, True),
}
STRING = r"""u?(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')"""
TEMPLATE_CALL = re.compile(rf"\b({'|'.join(FUNCTIONS)})\(\s*({STRING}(?:\s*,\s*{STRING})*)")
PLACEHOLDER = re.compile(r"%\([a-z_A-Z0-9]+\)[sd]|%[sd]|\{[a-z_A-Z0-9.]*\}")

Key = tuple[str | None, str]


@dataclass
class Text:
    """One text to translate: where it is used (paths in the checkout) and its plural, if it has one."""

    context: str | None
    singular: str
    plural: str | None = None
    places: list[str] = field(default_factory=list)

    @property
    def key(self) -> Key:
        return self.context, self.singular


def collect() -> tuple[dict[Path, dict[Key, Text]], list[str]]:
    """Return for each catalogue's path its texts in order of appearance, and what cannot be translated as written."""
    catalogues: dict[Path, dict[Key, Text]] = {}
    home: dict[Key, Path] = {}
    faults: list[str] = []
    for source, catalogue in sorted(_sources(), key=lambda pair: (pair[1], pair[0])):
        place = source.relative_to(ROOT).as_posix()
        for call in _calls(source, place, faults):
            text = catalogues.setdefault(home.setdefault(call.key, catalogue), {}).setdefault(call.key, call)
            text.plural = text.plural or call.plural
            if place not in text.places:
                text.places.append(place)
    return catalogues, faults


def _sources() -> Iterator[tuple[Path, Path]]:
    """Yield every file that may hold texts with its catalogue: that of the nearest app above it."""
    for source in PACKAGE.rglob("*"):
        python = source.suffix == ".py" and "migrations" not in source.parts
        template = source.suffix in {".html", ".txt"} and "templates" in source.parts
        if python or template:
            app = next((folder for folder in source.parents if (folder / "apps.py").exists()), PACKAGE)
            yield source, app / CATALOGUE


def _calls(source: Path, place: str, faults: list[str]) -> Iterator[Text]:
    if source.suffix == ".py":
        yield from _python_calls(source, place, faults)
    else:
        # Loaded here: compiling alone has to work without Django's settings.
        from django.utils.translation.template import templatize

        for name, arguments in TEMPLATE_CALL.findall(templatize(source.read_text("utf-8"), origin=place)):
            yield _text(name, [ast.literal_eval(literal) for literal in re.findall(STRING, arguments)])


def _python_calls(source: Path, place: str, faults: list[str]) -> Iterator[Text]:
    calls = [node for node in ast.walk(ast.parse(source.read_text("utf-8"))) if isinstance(node, ast.Call)]
    for node in sorted(calls, key=lambda call: (call.lineno, call.col_offset)):
        name = getattr(node.func, "id", None) or getattr(node.func, "attr", None)
        if name not in FUNCTIONS:
            continue
        wanted = node.args[: FUNCTIONS[name][0]]
        values = [argument.value for argument in wanted if isinstance(argument, ast.Constant)]
        strings = [value for value in values if isinstance(value, str)]
        if any(isinstance(argument, ast.JoinedStr) for argument in wanted):
            faults.append(f"{place}:{node.lineno} translates an f-string, which no catalogue can hold.")
        elif wanted and len(strings) == len(wanted):
            yield _text(name, strings)


def _text(name: str, strings: list[str]) -> Text:
    context = strings.pop(0) if FUNCTIONS[name][1] else None
    return Text(context, strings[0], strings[1] if len(strings) > 1 else None)


def update() -> list[str]:
    """Bring the catalogues in line with the sources and return what has to be translated or put right by a person.

    A translation follows its text to another catalogue; what is used nowhere any more is dropped.
    """
    catalogues, faults = collect()
    memory = {(entry.msgctxt, entry.msgid): entry for path in _existing() for entry in polib.pofile(str(path))}
    for path, texts in catalogues.items():
        catalogue = polib.POFile(wrapwidth=100)
        catalogue.metadata = METADATA
        catalogue.extend(_entry(text, memory.get(text.key)) for text in texts.values())
        _write(path, str(catalogue).rstrip("\n") + "\n")
    for path in set(_existing()) - set(catalogues):
        path.unlink()
    return faults + _untranslated()


def check() -> list[str]:
    """Return how the catalogues differ from the sources and which translations are missing or unfit."""
    catalogues, faults = collect()
    held = {path: {(entry.msgctxt, entry.msgid) for entry in polib.pofile(str(path))} for path in _existing()}
    for path in sorted({*catalogues, *held}):
        wanted = set(catalogues.get(path, ()))
        for _, text in sorted(wanted - held.get(path, set()), key=str):
            faults.append(f"{_place(path)} lacks “{text}”: run `python3 dev.py messages`.")
        for _, text in sorted(held.get(path, set()) - wanted, key=str):
            faults.append(f"{_place(path)} holds “{text}”, used nowhere now: run `python3 dev.py messages`.")
    return faults + _untranslated()


def _entry(text: Text, known: polib.POEntry | None) -> polib.POEntry:
    entry = polib.POEntry(msgctxt=text.context, msgid=text.singular, occurrences=[(place, "") for place in text.places])
    if text.plural is not None:
        entry.msgid_plural = text.plural
        entry.msgstr_plural = {0: (known.msgstr_plural.get(0) or known.msgstr) if known else ""}
    elif known:
        entry.msgstr = known.msgstr or known.msgstr_plural.get(0, "")
    if known:
        entry.tcomment = known.tcomment
    if re.search(r"%(\([a-z_A-Z0-9]+\))?[sd]", text.singular):
        entry.flags.append("python-format")
    return entry


def _untranslated() -> list[str]:
    faults = []
    for path in _existing():
        for entry in polib.pofile(str(path)):
            translated = entry.msgstr_plural.get(0, "") if entry.msgid_plural else entry.msgstr
            # The plural has every placeholder; a singular may say "one".
            source = entry.msgid_plural or entry.msgid
            if not translated:
                faults.append(f"{_place(path)}: “{entry.msgid}” is not translated.")
            elif entry.fuzzy:
                faults.append(f"{_place(path)}: the translation of “{entry.msgid}” is marked doubtful.")
            elif sorted(set(PLACEHOLDER.findall(source))) != sorted(set(PLACEHOLDER.findall(translated))):
                faults.append(f"{_place(path)}: the translation of “{entry.msgid}” has other placeholders.")
    return faults


def compile_stale() -> int:
    """Compile each catalogue that is newer than its compiled file; return how many were."""
    count = 0
    for path in _existing():
        compiled = path.with_suffix(".mo")
        if not compiled.exists() or compiled.stat().st_mtime_ns < path.stat().st_mtime_ns:
            _write(compiled, polib.pofile(str(path)).to_binary())
            count += 1
    return count


def _existing() -> list[Path]:
    return sorted(PACKAGE.rglob(CATALOGUE.as_posix()))


def _place(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _write(path: Path, content: str | bytes) -> None:
    """Write in one step: another process must never read half a catalogue."""
    path.parent.mkdir(parents=True, exist_ok=True)
    data = content.encode("utf-8") if isinstance(content, str) else content
    handle, temporary = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
    os.chmod(temporary, 0o644)
    os.replace(temporary, path)


def main() -> int:
    """Run `update`, `check` or `compile`; exit with 1 when a person has to put something right."""
    parser = argparse.ArgumentParser(prog="python -m devtools.messages")
    parser.add_argument("action", choices=("update", "check", "compile"))
    action = parser.parse_args().action
    faults = update() if action == "update" else check() if action == "check" else []
    for fault in faults:
        print(fault)
    if action != "check":
        print(f"{compile_stale()} of {len(_existing())} catalogues compiled.")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
