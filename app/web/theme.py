"""The page's look: fonts of the system only, a deep blue, a seal's red."""

from __future__ import annotations

from gradio.themes import Base, Color

SANS = ("PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Source Han Sans SC", "system-ui")
MONO = ("ui-monospace", "Consolas", "monospace")

INK = Color(
    name="ink",
    c50="#f1f5fa",
    c100="#e0e8f2",
    c200="#c3d2e5",
    c300="#9ab4d2",
    c400="#6a8fba",
    c500="#3f6a9c",
    c600="#27507f",
    c700="#1d3f68",
    c800="#173454",
    c900="#122a45",
    c950="#0b1b2e",
)
SLATE = Color(
    name="slate",
    c50="#f6f7f9",
    c100="#eceff3",
    c200="#dde2e9",
    c300="#c2cad5",
    c400="#8590a0",
    c500="#5b6777",
    c600="#4c586b",
    c700="#37414f",
    c800="#222a35",
    c900="#171d26",
    c950="#10141b",
)


def build_theme() -> Base:
    """Build the theme that Gradio's own components are drawn in."""
    theme = Base(
        primary_hue=INK,
        secondary_hue=INK,
        neutral_hue=SLATE,
        font=(*SANS, "sans-serif"),
        font_mono=MONO,
    )
    return theme.set(
        body_background_fill="*neutral_50",
        body_background_fill_dark="*neutral_950",
        block_border_width="1px",
        block_shadow="none",
        block_label_background_fill="transparent",
        button_primary_background_fill="*primary_700",
        button_primary_background_fill_hover="*primary_800",
        button_primary_background_fill_dark="*primary_500",
        button_primary_text_color="white",
        input_background_fill="white",
        input_background_fill_dark="*neutral_900",
        input_border_width="1px",
        input_border_color="*neutral_400",
        input_border_color_dark="*neutral_400",
        input_border_color_focus="*primary_500",
        input_placeholder_color="*neutral_500",
        input_placeholder_color_dark="*neutral_300",
        body_text_color_subdued="*neutral_500",
        body_text_color_subdued_dark="*neutral_300",
        block_info_text_color="*neutral_500",
        block_info_text_color_dark="*neutral_300",
    )
