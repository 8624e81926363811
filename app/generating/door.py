"""The door to the language model: what is found goes in, masked, and checked sentences come out."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from app.export.draft import Draft
from app.generating.endpoint import Endpoint, open_endpoint
from app.generating.types import Generated
from app.home import Home
from app.settings import Settings
from app.types import Answer
from corpus.errors import InputError

OFF = (
    "没有设定语言模型：请在资料夹的 dafu.toml 里写 generator_url 和 generator_model，"
    "或设环境变量 DAFU_GENERATOR_URL 和 DAFU_GENERATOR_MODEL。"
)


class Generating:
    """Has the model that the settings name write over what was found; may be shared by threads.

    Nothing is sent but masked text of what somebody was shown anyway, whatever the settings say of
    masks. Where they name no model, nothing is contacted.
    """

    def __init__(self, home: Home) -> None:
        self.home = home
        self.settings = home.settings
        self.endpoint = open_endpoint(home.settings)

    @property
    def on(self) -> bool:
        """Whether there is a model to ask."""
        return self.endpoint is not None

    def require(self) -> Endpoint:
        """Return where the model is asked.

        :raises InputError: where the settings name none.
        """
        if self.endpoint is None:
            raise InputError(OFF)
        return self.endpoint

    def write(self, answer: Answer) -> Iterator[Generated]:
        """Yield what the model writes of an answer's quotes; nothing where it abstained.

        Its own failures are told in what is yielded.

        :raises InputError: where the settings name no model.
        """
        endpoint = self.require()
        if answer.status == "answered":
            from app.generating.over import write  # whose patterns take long to compile

            yield from write(self.home, endpoint, answer, self.settings.generator_unsupported)

    def write_whole(self, answer: Answer) -> Generated | None:
        """Return all that the model writes of an answer's quotes; None where it abstained."""
        ended = deque(self.write(answer), maxlen=1)
        return ended[0] if ended else None

    def smooth(self, draft: Draft) -> Draft:
        """Return a draft with a sentence that leads to the passages of each request.

        Only where the settings ask for it. Passages stay as they are; what they don't support is
        left out.
        """
        if self.endpoint is None or not self.settings.generator_draft:
            return draft
        from app.generating.over import smooth

        return smooth(self.home, self.endpoint, draft)


def say_where(settings: Settings) -> str:
    """Say where what is asked goes, to whoever serves others; "" where no model is named."""
    endpoint = open_endpoint(settings)
    if endpoint is None:
        return ""
    where = "就在本机" if endpoint.local else "不在本机，问题和引文（已遮盖）会发送到那里"
    return f"语言模型 {endpoint.model}：服务 {endpoint.host} {where}。"
