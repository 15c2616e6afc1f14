"""Pages: Jinja environments, one a language, and what every page is given."""

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context

from server.web import times
from server.web.assets import Asset
from server.web.language import Language
from server.web.names import wrapping

TEMPLATE_DIRECTORY = Path(__file__).parent / "templates"


class Pages:
    """The templates in every language. Rendering is pure: the same context gives the same text."""

    def __init__(self, languages: Mapping[str, Language], assets: Mapping[str, Asset]) -> None:
        self._environments = {code: _environment(language, assets) for code, language in languages.items()}

    def render(self, language: Language, template: str, context: Mapping[str, Any]) -> str:
        """The page's HTML. `context` holds at least `now` (aware) and what `base.html` names."""
        return self._environments[language.code].get_template(template).render(context)


def _environment(language: Language, assets: Mapping[str, Asset]) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATE_DIRECTORY),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        auto_reload=False,
    )
    environment.install_gettext_translations(language.catalogue, newstyle=True)  # type: ignore[attr-defined]
    environment.globals["lang"] = language.code
    environment.filters.update(
        name=wrapping,
        iso=times.iso,
        clock=times.clock,
        static=lambda name: assets[name].url,
        moment=_moment(language),
        ago=_ago(language),
    )
    return environment


def _moment(language: Language) -> Callable[[Context, datetime], str]:
    @pass_context
    def moment(context: Context, at: datetime) -> str:
        return times.moment(at, context["now"], language.code)

    return moment


def _ago(language: Language) -> Callable[[Context, datetime], str]:
    @pass_context
    def ago(context: Context, at: datetime) -> str:
        return times.ago(at, context["now"], language.say)

    return ago
