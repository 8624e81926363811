"""What users write as filters, and where settings come from."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.access import make_filters, parse_years, resolve_words
from app.settings import default_home, load_settings
from corpus.errors import InputError

# Years


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (None, None),
        ("", None),
        (" ", None),
        ("2021", (2021, 2021)),
        (" 2021 ", (2021, 2021)),
        ("2019-2022", (2019, 2022)),
        ("2019 - 2022", (2019, 2022)),
        ("2019-", (2019, None)),
        ("-2022", (None, 2022)),
        ("２０１９－２０２２", (2019, 2022)),
        ("2019—2022", (2019, 2022)),
        ("2019–2022", (2019, 2022)),
        ("2019～2022", (2019, 2022)),
        ("2019~2022", (2019, 2022)),
        ("2019至2022", (2019, 2022)),
        ("2021年", (2021, 2021)),
        ("2019年-2022年", (2019, 2022)),
        ("2021-2021", (2021, 2021)),
    ],
)
def test_years_are_read(text: str | None, expected: tuple[int | None, int | None] | None) -> None:
    assert parse_years(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "去年",
        "-",
        "2021-去年",
        "去年-2021",
        "2019-2020-2021",
        "21",
        "--5",
        "20211",
        "9" * 30,
        "2_021",
    ],
)
def test_what_is_no_year_is_refused_with_the_forms_that_are(text: str) -> None:
    with pytest.raises(InputError, match=r"年份读不懂：.*2019-2022"):
        parse_years(text)


def test_years_in_reverse_are_refused() -> None:
    with pytest.raises(InputError, match="年份范围颠倒：2022-2019"):
        parse_years("2022-2019")


# Words

AGENCIES = ("云桥区商务委员会", "云桥区城市管理局", "望湖区商务局", "商务局")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ([], None),
        (["商务委"], ("云桥区商务委员会",)),
        (["商务"], ("云桥区商务委员会", "望湖区商务局", "商务局")),
        (["商务局"], ("商务局",)),  # an exact value wins
        (["商务委", "城市管理"], ("云桥区商务委员会", "云桥区城市管理局")),
        (["没有这个局"], ()),
        (["没有这个局", "城市管理"], ("云桥区城市管理局",)),
        ([""], ()),
    ],
)
def test_words_find_the_values_that_contain_them(
    words: list[str], expected: tuple[str, ...] | None
) -> None:
    assert resolve_words(words, AGENCIES) == expected


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("A", ("采纳或解决",)),
        ("采纳", ("采纳或解决",)),
        ("B", ("列入计划拟解决",)),
        ("C", ("C",)),
        ("留作参考", ()),
    ],
)
def test_a_class_letter_finds_the_result_that_it_says(word: str, expected: tuple[str, ...]) -> None:
    counted = {"outcomes": (("采纳或解决", 3), ("列入计划拟解决", 2), ("C", 1))}
    assert make_filters({"outcome": (word,)}, lambda: counted).outcomes == expected


# Settings


@pytest.fixture(autouse=True)
def no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HOME", "MODEL", "REDACT", "SERVE_UNMARKED", "ABSTAIN_BELOW"):
        monkeypatch.delenv(f"DAFU_{name}", raising=False)


def test_settings_have_defaults(tmp_path: Path) -> None:
    settings = load_settings(tmp_path)
    assert settings.home == tmp_path
    assert settings.model == "bundled"
    assert settings.redact
    assert settings.serve_unmarked
    assert settings.abstain_below == 0.4


def test_options_win_over_the_environment_and_that_over_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    toml = 'model = "file"\nabstain_below = 0.6\nserve_unmarked = false\n'
    (tmp_path / "dafu.toml").write_text(toml, "utf-8")
    assert load_settings(tmp_path).model == "file"
    monkeypatch.setenv("DAFU_MODEL", "environment")
    monkeypatch.setenv("DAFU_ABSTAIN_BELOW", "0.7")
    settings = load_settings(tmp_path, abstain_below=0.8, redact=None)
    assert (settings.model, settings.abstain_below) == ("environment", 0.8)
    assert not settings.serve_unmarked
    assert settings.redact


def test_the_home_is_the_option_then_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAFU_HOME", str(tmp_path / "环境"))
    assert load_settings().home == default_home() == tmp_path / "环境"
    assert load_settings(tmp_path / "选项").home == tmp_path / "选项"
    monkeypatch.chdir(tmp_path)
    assert load_settings(Path("相对")).home == tmp_path / "相对"


@pytest.mark.parametrize(
    ("toml", "named"),
    [
        ("abstain_below = 2", "abstain_below"),
        ('abstain_below = "很低"', "abstain_below"),
        ('redact = "也许"', "redact"),
        ("unknown = 1", "unknown"),
        ("model = [", "dafu.toml"),
    ],
)
def test_a_wrong_file_is_refused_by_name_in_chinese(tmp_path: Path, toml: str, named: str) -> None:
    (tmp_path / "dafu.toml").write_text(toml, "utf-8")
    with pytest.raises(InputError, match=r"设置") as error:
        load_settings(tmp_path)
    assert named in str(error.value)


def test_a_wrong_variable_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAFU_ABSTAIN_BELOW", "-1")
    with pytest.raises(InputError, match="abstain_below"):
        load_settings(tmp_path)


@pytest.mark.parametrize("value", ["/答复", "", "['/答复']"])
def test_a_variable_that_is_no_list_is_named_with_its_form(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("DAFU_WATCH", value)
    with pytest.raises(InputError) as error:
        load_settings(tmp_path)
    said = str(error.value)
    assert "环境变量 DAFU_WATCH（" in said
    assert '应为 文件夹的列表，如 ["/答复"]' in said
    assert "dafu.toml" not in said


def test_all_wrong_settings_are_named(tmp_path: Path) -> None:
    with pytest.raises(InputError) as error:
        load_settings(tmp_path, abstain_below=7, redact="也许")
    message = str(error.value)
    assert message == (
        "设置有误：redact（显示时遮盖联系人姓名、电话、地址、身份证号）不能是 '也许'，"
        "应为 true 或 false；abstain_below（把握低于此值时不作回答）不能是 7，应为 0 到 1 的数"
    )


def test_an_unknown_setting_is_refused_with_the_known_ones(tmp_path: Path) -> None:
    (tmp_path / "dafu.toml").write_text("modell = 1", "utf-8")
    with pytest.raises(
        InputError, match="没有 modell 这一项，是不是 model？可用的有 home、store、index、"
    ):
        load_settings(tmp_path)


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        ('encodr = "off"', "dafu.toml 里没有 encodr 这一项，是不是 encoder？可用"),
        ("Fetch-Contact = 1", "里没有 Fetch-Contact 这一项，是不是 fetch_contact？可用"),
        ("port = 8080", "里没有 port 这一项，可用"),
        ('backend = "cuda"', "dafu.toml 里的 backend（用什么计算模型"),
        ('feedback = "也许"', "不能是 '也许'，应为 true 或 false"),
        ('generator_url = "http://u:mima@h/v1"', "）不能是所给的值（这里不显示），应为 http:// 或"),
        ('store = "postgre:mima@a"', "）不能是所给的值（这里不显示），应为 空，或 postgresql"),
    ],
)
def test_what_is_wrong_in_a_file_is_said_where_and_as_what(
    tmp_path: Path, toml: str, said: str
) -> None:
    (tmp_path / "dafu.toml").write_text(toml, "utf-8")
    with pytest.raises(InputError) as error:
        load_settings(tmp_path)
    assert said in str(error.value)
    assert "mima" not in str(error.value)
