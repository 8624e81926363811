"""What every tab of the page is given: the door, the HTML component, and how trouble is told."""

from __future__ import annotations

import functools
import inspect
import logging
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NoReturn, ParamSpec, TypeVar, cast

import gradio as gr

from app.patience import QUESTION, Kind
from app.views.figures import Stats
from app.web.guest import bound_of, for_guest, language_now
from app.web.language import say, speaking
from app.web.links import Opened, Place
from app.web.panel import FilterPanel
from app.web.render import load_asset, render_notice
from corpus.bounds import Bound, bounded, go_on
from corpus.errors import DafuError

if TYPE_CHECKING:
    from app.service import Service

LOGGER = logging.getLogger(__name__)

UNEXPECTED = "程序出了意外，这一步没有做成。请再试一次；若仍不行，请告知管理员。"


def explain(error: Exception) -> str:
    """Return Dafu's own errors in the visitor's language; log any other, and hide what it says."""
    if isinstance(error, DafuError):
        return say(error)
    LOGGER.error("the page failed", exc_info=error)
    return say(UNEXPECTED)


def render_error(words: str) -> str:
    """Render what went wrong as a notice."""
    return render_notice(words, "error")


def raise_error(title: str) -> Callable[[str], NoReturn]:
    """Tell errors in a box over the page, for a handler whose result has no place for words."""

    def tell(words: str) -> NoReturn:
        raise gr.Error(words, title=say(title)) from None

    return tell


_END = object()

Given = ParamSpec("Given")
Result = TypeVar("Result")


def tell_errors(
    tell: Callable[[str], Any] = render_error,
    kind: Kind = QUESTION,
    kind_of: Callable[..., Kind] | None = None,
) -> Callable[[Callable[Given, Result]], Callable[Given, Result]]:
    """Let a handler's errors be told where its result would stand; every handler has this.

    It then acts for whoever's event it handles, in their language, and does nothing for who has
    signed out. It is ended where it takes too long, or they have closed the page.

    :param tell: makes what the handler then returns, or yields last, of the sentence to be told.
    :param kind: of what kind its work is, which says how long it may take.
    :param kind_of: tells the kind by what the handler is given, where that decides it.
    """

    def decorate(handler: Callable[Given, Result]) -> Callable[Given, Result]:
        def begin(*given: Any) -> Bound:
            return bound_of(kind_of(*given) if kind_of else kind)

        @functools.wraps(handler)
        def finish(*given: Given.args, **named: Given.kwargs) -> Any:
            with speaking(language_now()):
                try:
                    with for_guest(), bounded(begin(*given)):
                        return handler(*given, **named)
                except Exception as error:
                    return tell(explain(error))

        @functools.wraps(handler)
        def iterate(*given: Given.args, **named: Given.kwargs) -> Iterator[Any]:
            steps = cast("Iterator[Any]", handler(*given, **named))
            bound = begin(*given)
            try:
                while True:  # each step runs in a context of its own
                    with speaking(language_now()), for_guest(), bounded(bound):
                        go_on()
                        step = next(steps, _END)
                    if step is _END:
                        return
                    yield step
            except Exception as error:
                with speaking(language_now()):
                    told = tell(explain(error))
                yield told
            finally:
                cast("Generator[Any]", steps).close()

        several = inspect.isgeneratorfunction(handler)  # Gradio looks for this too
        return cast("Callable[Given, Result]", iterate if several else finish)

    return decorate


PRIVATE: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
"""For every event: no part of a public interface, and the page shows its own progress."""

CLICK = "() => {{ setTimeout(() => document.querySelector('#{id}')?.click(), 200); }}"
"""Starts a download once the hidden button has its file."""

REPEATED: dict[str, Any] = {**PRIVATE, "trigger_mode": "multiple"}
"""For events that follow each other closely.

Of others Gradio drops each that comes before it has put away the answer to the last, which is a
moment after that answer is seen; and all of them, for ever, where an answer was lost.
"""

FOLLOWING: dict[str, Any] = {**PRIVATE, "trigger_mode": "always_last"}
"""For events that show something: none is dropped, as above, and of those that come while one goes
on the last counts."""

IN_TURN: dict[str, Any] = {"concurrency_limit": 24, "concurrency_id": "asking"}
"""For events that ask: so many may wait for their turn, which `app.running.pace` gives, and
thereby be counted; Gradio has 40 threads in all."""

ASKING: dict[str, Any] = {**FOLLOWING, **IN_TURN}
"""For events that ask for what they show."""

EXPORTING: dict[str, Any] = {**PRIVATE, **IN_TURN}
"""For events that ask for what they save, once for each."""


@dataclass(frozen=True, slots=True)
class Refresher:
    """Components that follow what is loaded; `update` returns a value for each of them."""

    components: Sequence[gr.components.Component]
    update: Callable[[Stats], list[Any]]


@dataclass(frozen=True, slots=True)
class Parts:
    """What a tab is built from.

    `reader` shows a reply; `version` is counted up when replies were loaded; `refreshers` are
    run when the page is opened and when `version` changes; `panels` holds the one panel of
    filters once it is built, see `build_filters`; `places` are the tabs that addresses open.
    """

    blocks: gr.Blocks
    service: Service
    reader: gr.HTML
    version: gr.State
    allow_upload: bool
    refreshers: list[Refresher] = field(default_factory=list)
    panels: list[FilterPanel] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)

    def open_by_address(
        self, tab: str, box: gr.Textbox | None = None, tabs: gr.Tabs | None = None
    ) -> gr.State:
        """Let addresses open a tab, see `app.links`; to be called where it is built.

        The state that comes back changes when `box` and the filters have been filled by an
        address: what the tab shows is to follow. It holds an `Opened`.
        """
        opened = gr.State(Opened())
        self.places.append(Place(tab, box, opened, tabs))
        return opened

    @property
    def edits(self) -> bool:
        """Whether the page serves people who may change the library."""
        return self.service.role.edits

    @property
    def sees_all(self) -> bool:
        """Whether the page serves people who see replies whatever their mark says."""
        return self.service.role.sees_all


def build_html(value: str, element_id: str, *scripts: str) -> gr.HTML:
    """Build an HTML component whose buttons work.

    A button with `data-open` (a reply's id, with `data-start` and `data-end`) triggers `click`,
    one with `data-choose` triggers `select`, one with `data-save` triggers `download`, one with
    `data-rate` triggers `like`; one with `data-copy` copies its text.

    :param scripts: names of scripts that run after the one that does this.
    """
    script = "\n".join(map(load_asset, ("page.js", *scripts)))
    return gr.HTML(
        value,
        elem_id=element_id,
        elem_classes="dafu",
        js_on_load=script,
        apply_default_css=False,
    )


def build_download(element_id: str) -> gr.DownloadButton:
    """Build a button that nobody sees, for files that are made when they are asked for."""
    return gr.DownloadButton(elem_id=element_id, visible="hidden")
