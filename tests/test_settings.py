"""Settings: where they come from, what is refused and how it is said."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rag.errors import SettingsError
from rag.settings import Settings, expected


def refusal(**values: object) -> SettingsError:
    with pytest.raises(SettingsError) as caught:
        Settings(**values)
    return caught.value


def test_arguments_beat_environment_beats_file_beats_default(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert Settings().passages == 5
    Path("rag.toml").write_text("passages = 6\n", encoding="utf-8")
    assert Settings().passages == 6
    monkeypatch.setenv("RAG_PASSAGES", "7")
    assert Settings().passages == 7
    assert Settings(passages=8).passages == 8


def test_an_empty_variable_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAG_PASSAGES", "")
    assert Settings().passages == 5


def test_an_unknown_argument_names_its_nearest() -> None:
    error = refusal(pasages=3)
    assert "no setting pasages" in str(error)
    assert "did you mean passages?" in str(error)
    assert "您是否想用 passages？" in error.chinese


def test_an_unknown_variable_names_its_nearest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAG_STRICTNES", "low")
    error = refusal()
    assert "RAG_STRICTNES" in str(error)
    assert "did you mean RAG_STRICTNESS?" in str(error)


def test_an_unknown_key_of_the_file_names_the_file() -> None:
    Path("rag.toml").write_text("chunk_max = 6\n", encoding="utf-8")
    error = refusal()
    assert "rag.toml" in str(error)
    assert "chunk_max" in str(error)


def test_a_name_like_no_other_lists_what_there_is() -> None:
    error = refusal(zzzzzzzz=1)
    assert "remove it" in str(error)
    assert "embedding_model" in str(error)


@pytest.mark.parametrize(
    ("values", "english", "chinese"),
    [
        ({"passages": 0}, "a whole number from 1 to 50, not 0", "1 到 50 的整数"),
        ({"passages": "many"}, "a whole number from 1 to 50, not 'many'", "整数"),
        ({"strictness": "strict"}, "one of low, normal, high", "low, normal, high 之一"),
        ({"base_url": "example"}, "starts with http:// or https://", "http://"),
        ({"request_timeout": -1}, "a number above 0, at most 3600", "大于 0"),
        ({"index_dir": 3}, "a path", "路径"),
        ({"chunk_minimum": 1000}, "must not be larger than chunk_maximum (900)", "不能大于"),
    ],
)
def test_a_value_out_of_range_says_what_would_do(
    values: dict[str, object], english: str, chinese: str
) -> None:
    error = refusal(**values)
    assert english in str(error)
    assert chinese in error.chinese
    assert next(iter(values)) in str(error)


def test_a_wrong_value_says_where_it_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("rag.toml").write_text("port = 0\n", encoding="utf-8")
    assert "port (in rag.toml)" in str(refusal())
    monkeypatch.setenv("RAG_PORT", "99999")
    assert "port (RAG_PORT)" in str(refusal())


@pytest.mark.parametrize("content", [b"passages = ", b"\xff\xfe", b"[passages]\nx = 1\n"])
def test_a_broken_file_is_named(content: bytes) -> None:
    Path("rag.toml").write_bytes(content)
    assert "rag.toml" in str(refusal())


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_file_is_named() -> None:
    Path("rag.toml").touch(mode=0o000)
    assert "rag.toml" in str(refusal())


def test_a_folder_in_place_of_the_file_is_named() -> None:
    Path("rag.toml").mkdir()
    assert "rag.toml" in str(refusal())


def test_a_password_is_never_shown() -> None:
    shown = Settings(username="a", password="hunter2")
    assert "hunter2" not in repr(shown)
    assert "hunter2" not in shown.model_dump_json()
    assert "hunter2" not in str(refusal(password=["hunter2"]))


def test_paths_are_absolute_and_know_the_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/somewhere")
    assert Settings(index_dir="~/x").index_dir == Path("/somewhere/x")
    assert Settings(index_dir="x/../y").index_dir == Path.cwd() / "y"


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(Exception, match="frozen"):
        Settings().passages = 3  # type: ignore[misc]


def test_every_setting_can_say_what_it_takes() -> None:
    for key in Settings.model_fields:
        assert expected(key)
        assert expected(key, chinese=True)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(name=st.from_regex(r"[a-z_]{1,20}", fullmatch=True), value=st.text(max_size=20))
def test_whatever_is_given_the_only_error_is_ours(name: str, value: str) -> None:
    error = None
    try:
        Settings(**{name: value})
    except SettingsError as caught:
        error = caught
    assert error is None or str(error).endswith((".", "?"))
    assert error is None or error.chinese.endswith(("。", "？"))
