"""Every setting of Dafu, read once at the start and passed on as a value.

Each can be given as an environment variable `DAFU_…` (DAFU_HOME, DAFU_MODEL, …) or in a file
`dafu.toml` in the home folder; a command's own options win over both.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Collection
from pathlib import Path
from typing import Any, Literal, get_args

from platformdirs import user_data_path
from pydantic import Field, SecretStr, ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
    TomlConfigSettingsSource,
)

from corpus.errors import InputError
from corpus.files import say_trouble
from index.models.choice import DEPTH, Backend, Encoding, Models, adapted_model
from index.stores.place import Place

Unsupported = Literal["strike", "drop"]


class Settings(BaseSettings):
    """The settings, with their defaults."""

    model_config = SettingsConfigDict(env_prefix="DAFU_", extra="forbid", frozen=True)

    home: Path = Field(description="资料夹：文库与索引都在其中")
    store: str = Field(
        "",
        pattern=r"^(postgres(ql)?://\S+)?$",
        repr=False,
        description="文库在哪里：空为资料夹里，或 PostgreSQL 的 postgresql://用户@主机/数据库",
    )
    index: str = Field(
        "",
        pattern=r"^(|https?://\S+|[^\s:]\S*\.db)$",
        repr=False,
        description="索引在哪里：空为资料夹里，或 Milvus 的 http://主机:19530/数据库",
    )
    index_token: SecretStr | None = Field(
        None, description="Milvus 的口令：用户:密码 或 API 密钥，没有的不填"
    )
    model: str = Field("bundled", description="语义模型：bundled、模型文件夹或模型名")
    query_prompt: str | None = Field(None, description="查询前加的提示语，不给则按模型")
    passage_prompt: str | None = Field(None, description="段落前加的提示语，不给则按模型")
    dimensions: int | None = Field(
        None, ge=8, multiple_of=8, description="向量保留前多少维，不给则全部保留"
    )
    encoder: Encoding = Field(
        "background",
        description="语义模型何时读段落：off 不用，background 载入后接着读，at-once 载入时读完",
    )
    reader: bool = Field(True, description="提问时由阅读模型判断哪一句作答；语义模型不用时也不用")
    reranker: str = Field("", description="重排模型：文件夹或模型名，空为不用")
    rerank_depth: int = Field(DEPTH, ge=1, le=200, description="重排前多少段")
    backend: Backend = Field("torch", description="用什么计算模型：torch、onnx、openvino")
    redact: bool = Field(True, description="显示时遮盖联系人姓名、电话、地址、身份证号")
    serve_unmarked: bool = Field(True, description="网页是否公开未标公开属性的答复")
    reader_desk: bool | None = Field(
        None,
        description="只读的人和不登录的人能否查先例、出底稿；不给则只有本机一个人用时能",
    )
    watch: tuple[Path, ...] = Field((), description="开着网页时看着哪些文件夹，自动载入")
    feedback: bool | None = Field(
        None,
        description="能否用 👍 👎 反馈有用没用；不给则只有工作人员、或本机一个人用时能",
    )
    calls_per_minute: int = Field(
        600, ge=0, description="同一地址每分钟可向公众网页请求多少次，0 为不限"
    )
    fetch_contact: str = Field(
        "", pattern=r"^[!-~]{0,200}$", description="dafu fetch 向网站报上的联系方式：邮箱或网址"
    )
    session_idle_minutes: int = Field(
        120, ge=5, le=1440, description="登录后多少分钟没有动作就退出"
    )
    session_hours: int = Field(12, ge=1, le=720, description="登录后最长多少小时要重新登录")
    audit_questions: bool = Field(False, description="审计里是否记下谁提了什么问题")
    metrics_token: str = Field(
        "",
        pattern=r"^(|\S{16,200})$",
        repr=False,
        description="别的机器读 /metrics 用的口令（至少 16 个字符），空为只有本机和管理员能读",
    )
    log_questions: bool = Field(False, description="日志里是否记下所提的问题")
    abstain_below: float = Field(0.4, ge=0, le=1, description="把握低于此值时不作回答")
    generator_url: str = Field(
        "",
        pattern=r"^(https?://[^\s@?#]+)?$",
        description="语言模型服务的地址（兼容 OpenAI，如 http://127.0.0.1:11434/v1），空为不用",
    )
    generator_model: str = Field("", description="语言模型的名称，如 qwen3:8b")
    generator_key: SecretStr | None = Field(None, description="语言模型服务的密钥，没有的不填")
    generator_seconds: float = Field(
        60, ge=0.1, le=3600, description="语言模型写一次最多多少秒；头一个字须在一半时间内到"
    )
    generator_unsupported: Unsupported = Field(
        "strike", description="语言模型写的、引文不支持的句子：strike 划去，drop 不显示"
    )
    generator_draft: bool = Field(False, description="起草底稿时由语言模型写过渡语")

    @property
    def models(self) -> Models:
        """The models that these settings name; the bundled one as the home has adapted it."""
        adapted = adapted_model(self.home)
        return Models(
            embedding=str(adapted) if self.model == "bundled" and adapted.exists() else self.model,
            query_prompt=self.query_prompt,
            passage_prompt=self.passage_prompt,
            dimensions=self.dimensions,
            encoding=self.encoder,
            reader=self.reader,
            reranker=self.reranker,
            rerank_depth=self.rerank_depth,
            backend=self.backend,
        )

    @property
    def place(self) -> Place | None:
        """The server that the indexes are on; None where they are in the home."""
        if not self.index:
            return None
        token = self.index_token.get_secret_value() if self.index_token else ""
        return Place(self.index, token)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        *_: PydanticBaseSettingsSource,
        **__: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Take values from the caller first, then the environment, then the home's dafu.toml."""
        home = Path(init_settings()["home"])
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, home / TOML_NAME)


TOML_NAME = "dafu.toml"


def default_home() -> Path:
    """Return the home folder that DAFU_HOME names, else the platform's user data folder."""
    named = os.environ.get("DAFU_HOME")
    return Path(named) if named else user_data_path("dafu", appauthor=False)


def _say(error: ErrorDetails, given: Collection[str], file: Path) -> str:
    """Say in Chinese which setting is wrong: the library's own messages are English."""
    name = str(error["loc"][0])
    field = Settings.model_fields.get(name)
    if field is None:
        return (
            f"{file} 里没有 {name} 这一项，{_near(name)}可用的有 {'、'.join(Settings.model_fields)}"
        )
    variable = f"DAFU_{name}".upper()
    place = name if name in given else f"{file} 里的 {name}"
    if name not in given and variable in map(str.upper, os.environ):
        place = f"环境变量 {variable} 里的 {name}"
    is_bool = bool in (field.annotation, *get_args(field.annotation))
    form = _FORMS.get(name, "true 或 false" if is_bool else "文字")
    value = "所给的值（这里不显示）" if name in _SECRET else f" {error['input']!r}"
    return f"{place}（{field.description}）不能是{value}，应为 {form}"


def _near(name: str) -> str:
    """Ask whether another setting was meant, if one is written nearly so."""
    from difflib import get_close_matches

    written = name.lower().replace("-", "_").removeprefix("dafu_")
    near = get_close_matches(written, Settings.model_fields, 1, _NEAR)
    return f"是不是 {near[0]}？" if near else ""


_NEAR = 0.75
"""By so much of its letters, as `difflib` counts, a name is near enough to one that was meant."""

_SECRET = ("generator_key", "generator_url", "index", "index_token", "metrics_token", "store")
"""Settings that may hold what nobody should read over somebody's shoulder."""

_FORMS = {
    "watch": '文件夹的列表，如 ["/答复"]',
    "abstain_below": "0 到 1 的数",
    "home": "文件夹",
    "store": "空，或 postgresql://用户@主机:端口/数据库",
    "index": "空，或 http://主机:19530/数据库（也可以是 https://）",
    "metrics_token": "16 到 200 个没有空白的字符",
    "dimensions": "8 的倍数",
    "rerank_depth": "1 到 200 的整数",
    "fetch_contact": "200 个以内的字母、数字和符号，没有空格，如 someone@example.gov.cn",
    "calls_per_minute": "不小于 0 的整数",
    "session_idle_minutes": "5 到 1440 的整数",
    "session_hours": "1 到 720 的整数",
    "backend": "torch、onnx 或 openvino",
    "encoder": "off、background 或 at-once",
    "generator_url": "http:// 或 https:// 开头的地址",
    "generator_seconds": "0.1 到 3600 的数",
    "generator_unsupported": "strike 或 drop",
}


def load_settings(home: Path | None = None, **given: Any) -> Settings:
    """Load the settings of a home; `given` values that are None are left out.

    :raises InputError: where a setting has a value it can't have; the message names all of them.
    """
    folder = (home or default_home()).expanduser().absolute()
    values = {name: value for name, value in given.items() if value is not None}
    try:
        return Settings(home=folder, **values)
    except ValidationError as error:
        said = "；".join(_say(each, values, folder / TOML_NAME) for each in error.errors())
        raise InputError(f"设置有误：{said}") from error
    except SettingsError as error:
        raise InputError(f"设置有误：{_say_variable(error)}") from error
    except (ValueError, OSError, RecursionError) as error:  # the TOML file itself
        raise InputError(
            f"设置文件 {folder / TOML_NAME} 读不出：{_say_unread(error, folder / TOML_NAME)}。"
            "请改正，或移走这个文件，那样就用默认的设置。"
        ) from error


def _say_variable(error: SettingsError) -> str:
    """Say which environment variable is not the JSON that a list is to be written in."""
    found = re.search(r'field "(\w+)"', str(error))
    name = found[1] if found else "watch"
    about = Settings.model_fields[name].description
    return f"环境变量 DAFU_{name.upper()}（{about}）读不出，应为 {_FORMS.get(name, 'JSON')}"


def _say_unread(error: ValueError | OSError | RecursionError, path: Path) -> str:
    if isinstance(error, OSError):
        return say_trouble(error)
    if isinstance(error, UnicodeDecodeError):
        return "不是 UTF-8 编码的 TOML"
    if place := re.search(r"line (\d+), column (\d+)", str(error)):
        return f"第 {place[1]} 行第 {place[2]} 列不合 TOML 的写法"
    if "end of document" in str(error):
        return f"第 {_find_unended(path)} 行没有写完，如缺引号、括号或值"
    return "不合 TOML 的写法"


def _find_unended(path: Path) -> int:
    """Return the line of a TOML file where begins what has no end: all before it is whole."""
    lines = path.read_text("utf-8").split("\n")
    for before in reversed(range(len(lines))):
        try:
            tomllib.loads("\n".join(lines[:before]))
        except tomllib.TOMLDecodeError:
            continue
        return before + 1
    return 1
