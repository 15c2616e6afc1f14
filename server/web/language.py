"""The languages the pages speak.

Source strings are Chinese, so the Chinese catalogue is empty and nothing untranslated can show in it. The others are
`locale/<code>/LC_MESSAGES/messages.po`, compiled in memory when they are loaded.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

Translate = Callable[[str], str]

LOCALE_DIRECTORY = Path(__file__).parent / "locale"
DEFAULT = "zh"
NAMES: Mapping[str, str] = {"zh": "中文", "en": "English"}


def N_(source: str) -> str:  # noqa: N802 - gettext's own name, which `make i18n` looks for
    """Mark a source string in a table for extraction; it is translated where it is used."""
    return source


@dataclass(frozen=True, slots=True)
class Language:
    """One language: its code (`zh`, `en`), Babel's locale name and its catalogue."""

    code: str
    locale: str
    catalogue: NullTranslations

    def say(self, source: str) -> str:
        """The source string in this language."""
        return self.catalogue.gettext(source)


def load_languages() -> dict[str, Language]:
    """Every language by code; reads and compiles the catalogues (some milliseconds, once at start)."""
    return {
        "zh": Language("zh", "zh_CN", NullTranslations()),
        "en": Language("en", "en", compile_catalogue(LOCALE_DIRECTORY / "en" / "LC_MESSAGES" / "messages.po")),
    }


def compile_catalogue(path: Path) -> GNUTranslations:
    """The catalogue of a .po file, without a build step."""
    with path.open("rb") as source:
        catalogue = read_po(source)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return GNUTranslations(compiled)
