"""The one place of every default: arguments > environment ``RAG_…`` > ``rag.toml`` > defaults."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal

from platformdirs import user_cache_path, user_data_path
from pydantic import AfterValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from rag.errors import SettingsError

PREFIX = "RAG_"
FILE = "rag.toml"

Language = Literal["auto", "zh", "en"]
Strictness = Literal["low", "normal", "high"]
FollowUps = Literal["rules", "model"]


def _absolute(path: Path) -> Path:
    return Path(os.path.abspath(path.expanduser()))  # noqa: PTH100 - keeps symbolic links as given


Directory = Annotated[Path, AfterValidator(_absolute)]


class Settings(BaseSettings):
    """Every setting of the product, checked once and never changed afterwards.

    Unknown keys are refused in all three sources, the nearest known key is suggested.
    Construction raises ``SettingsError``.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, extra="forbid", frozen=True
    )

    index_dir: Directory | None = Field(None, description="the index to use")
    cache_dir: Directory = Field(
        default_factory=lambda: user_cache_path("rag"),
        description="what can be made again: the converted model, the index of the seeds",
    )
    data_dir: Directory = Field(
        default_factory=lambda: user_data_path("rag"),
        description="what cannot be made again: indexes built without --index, feedback",
    )
    prompts_dir: Directory | None = Field(
        None, description="prompts to use before the shipped ones"
    )
    embedding_model: str = Field(
        "bundled",
        min_length=1,
        description="bundled, or the name or path of a sentence-transformers model",
    )
    backend: str = Field(
        "extractive",
        min_length=1,
        description="extractive, provider:model for an LLM, or local:FILE.gguf",
    )
    base_url: str | None = Field(
        None, pattern=r"^https?://\S+$", description="address of an OpenAI-compatible server"
    )
    request_timeout: float = Field(
        120.0, gt=0, le=3600, description="seconds an LLM may take for one answer"
    )
    first_token_timeout: float = Field(
        60.0, gt=0, le=3600, description="seconds an LLM may take to begin, attempts included"
    )
    retries: int = Field(
        2, ge=0, le=10, description="further attempts after a failure before the first token"
    )
    context_tokens: int | None = Field(
        None, ge=512, le=2_000_000, description="tokens of an LLM's prompt and answer together"
    )
    fallback: bool = Field(
        True, description="quote instead, marked as such, when an LLM fails; else it is an error"
    )
    strict: bool = Field(
        False, description="take unsupported sentences of an LLM out, quotes in their place"
    )
    follow_ups: FollowUps = Field(
        "rules", description="who completes follow-up questions: rules, or the model"
    )
    reader: str = Field(
        "bundled",
        min_length=1,
        description="bundled, off, or the name or path of a question-answering or ranking model",
    )
    strictness: Strictness = Field(
        "normal", description="how much evidence an answer needs before it is given"
    )
    passages: int = Field(5, ge=1, le=50, description="passages given to the answerer")
    chunk_maximum: int = Field(
        900, ge=50, le=10_000, description="longest passage when indexing, in characters"
    )
    chunk_minimum: int = Field(
        300, ge=0, le=5_000, description="shorter passages are joined with a neighbour"
    )
    part_target: int = Field(
        80, ge=10, le=5_000, description="length of the parts of a passage that get a vector each"
    )
    language: Language = Field(
        "auto", description="language of messages and page; auto follows the locale"
    )
    host: str = Field("127.0.0.1", min_length=1, description="address the page listens on")
    port: int = Field(7860, ge=1, le=65_535, description="port of the page")
    username: str | None = Field(None, min_length=1, description="user name the page asks for")
    password: SecretStr | None = Field(None, min_length=1, description="password the page asks for")

    def __init__(self, **values: Any) -> None:
        environment = _environment(os.environ)
        file = _file(Path(FILE))
        for where, keys in (("argument", values), ("environment", environment), (FILE, file)):
            for key in keys:
                if key not in type(self).model_fields:
                    raise _unknown(key, where)
        try:
            super().__init__(**values)
        except ValidationError as error:
            raise _invalid(error, values, environment) from None

    @model_validator(mode="after")
    def _lengths_in_order(self) -> Settings:
        if self.chunk_minimum > self.chunk_maximum:
            raise SettingsError(
                f"chunk_minimum ({self.chunk_minimum}) must not be larger than chunk_maximum "
                f"({self.chunk_maximum}); lower the one or raise the other.",
                f"chunk_minimum（{self.chunk_minimum}）不能大于 chunk_maximum"
                f"（{self.chunk_maximum}），请调低前者或调高后者。",
            )
        return self

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Order the sources; ``.env`` files and secret folders are not read."""
        del dotenv_settings, file_secret_settings
        return (
            init_settings,
            env_settings,
            InitSettingsSource(settings_cls, init_kwargs=_file(Path(FILE))),
        )


def expected(key: str, *, chinese: bool = False) -> str:
    """Say in words what values the setting ``key`` takes."""
    schema = Settings.model_json_schema()["properties"][key]
    options = [option for option in schema.get("anyOf", [schema]) if option.get("type") != "null"]
    option = options[0]
    if "enum" in option:
        values = ", ".join(option["enum"])
        return f"{values} 之一" if chinese else f"one of {values}"
    if option["type"] == "boolean":
        return "true 或 false" if chinese else "true or false"
    if option["type"] in ("integer", "number"):
        low = option.get("minimum", option.get("exclusiveMinimum"))
        high = option.get("maximum")
        if option["type"] == "integer":
            return f"{low} 到 {high} 的整数" if chinese else f"a whole number from {low} to {high}"
        return (
            f"大于 {low:g}、不超过 {high:g} 的数"
            if chinese
            else f"a number above {low:g}, at most {high:g}"
        )
    if "pattern" in option:
        return (
            "以 http:// 或 https:// 开头的地址"
            if chinese
            else "an address that starts with http:// or https://"
        )
    if option.get("format") == "path":
        return "路径" if chinese else "a path"
    return "非空文本" if chinese else "text that is not empty"


def _environment(variables: Mapping[str, str]) -> dict[str, str]:
    """Return the ``RAG_…`` variables by setting name; empty ones count as not set."""
    return {
        name[len(PREFIX) :].lower(): value
        for name, value in variables.items()
        if name.upper().startswith(PREFIX) and value
    }


def _file(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as stream:
            return tomllib.load(stream)
    except FileNotFoundError:
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"The settings file {path} is not valid TOML ({error}); correct it or remove it.",
            f"设置文件 {path} 不是有效的 TOML（{error}），请改正或删除它。",
        ) from None
    except OSError as error:
        raise SettingsError(
            f"The settings file {path} cannot be read ({error.strerror}); "
            "make it readable or remove it.",
            f"无法读取设置文件 {path}（{error.strerror}），请修改其权限或删除它。",
        ) from None


def _unknown(key: str, where: str) -> SettingsError:
    names = list(Settings.model_fields)
    near = get_close_matches(key.lower(), names, n=1, cutoff=0.5)
    shown = PREFIX + key.upper() if where == "environment" else key
    places = {
        "argument": ("among the arguments", "参数中"),
        "environment": ("in the environment", "环境变量中"),
        FILE: (f"in {FILE}", f"{FILE} 中"),
    }
    place, place_chinese = places[where]
    if near:
        other = PREFIX + near[0].upper() if where == "environment" else near[0]
        return SettingsError(
            f"There is no setting {shown} ({place}); did you mean {other}?",
            f"没有名为 {shown} 的设置（{place_chinese}），您是否想用 {other}？",
        )
    return SettingsError(
        f"There is no setting {shown} ({place}); remove it (known: {', '.join(names)}).",
        f"没有名为 {shown} 的设置（{place_chinese}），请将其删除"
        f"（可用的设置：{', '.join(names)}）。",
    )


def _invalid(
    error: ValidationError, arguments: Mapping[str, Any], environment: Mapping[str, str]
) -> SettingsError:
    first = error.errors(include_url=False)[0]
    key = str(first["loc"][0])
    if key in arguments:
        where, where_chinese = "", ""
    elif key in environment:
        where, where_chinese = f" ({PREFIX}{key.upper()})", f"({PREFIX}{key.upper()})"
    else:
        where, where_chinese = f" (in {FILE})", f"（在 {FILE} 中）"
    secret = key == "password"
    value = "" if secret else f", not {first['input']!r}"
    value_chinese = "" if secret else f"，而不是 {first['input']!r}"
    return SettingsError(
        f"The setting {key}{where} must be {expected(key)}{value}.",
        f"设置 {key}{where_chinese} 须为 {expected(key, chinese=True)}{value_chinese}。",
    )
