"""Prompts are files a person can read: instructions, examples, then the request.

A file may begin with a line ``# version: NAME``. Its parts stand between lines ``---``: the
instructions, any number of pairs of an example request and its reply, and the request.
Placeholders are ``{name}``. They are checked when a prompt is loaded, so that an edited prompt
that lost one is refused before a model is asked.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from rag.errors import PromptError

_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
_VERSION = re.compile(r"# version: (?P<version>\S+)[ \t]*\n")
_SEPARATOR = "\n---\n"


@dataclass(frozen=True, slots=True)
class Prompt:
    """The instructions, the examples and the request, whose placeholders ``fill`` replaces.

    ``version`` is the file's own word for it, empty where it has none.
    """

    instructions: str
    request: str
    examples: tuple[tuple[str, str], ...] = ()
    version: str = ""

    def fill(self, **values: str) -> str:
        """Return the request with every placeholder replaced; braces in values are kept."""
        return _filled(self.request, values)

    def messages(self, **values: str) -> list[tuple[str, str]]:
        """Return all of it as pairs of a role and a text, every placeholder replaced."""
        turns = [("system", _filled(self.instructions, values))]
        for request, reply in self.examples:
            turns += [("human", request), ("ai", reply)]
        return [*turns, ("human", self.fill(**values))]


def _filled(text: str, values: dict[str, str]) -> str:
    return _PLACEHOLDER.sub(lambda match: values.get(match.group(1), match.group()), text)


def load_prompt(
    name: str,
    *,
    directories: Sequence[Path],
    placeholders: Collection[str],
    instructed: Collection[str] = (),
) -> Prompt:
    """Load ``name`` from the first of the directories that has it.

    Raises PromptError where none has it, its parts are not as described above, its request
    does not hold exactly the ``placeholders`` or its instructions lack one of ``instructed``.
    """
    path = next((folder / name for folder in directories if (folder / name).is_file()), None)
    if path is None:
        places = ", ".join(str(folder) for folder in directories)
        raise PromptError(
            f"The prompt {name} is in none of: {places}; put it there or unset prompts_dir.",
            f"以下文件夹中都没有提示词 {name}：{places}；请补上，或取消 prompts_dir。",
        )
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise PromptError(
            f"The prompt {path} cannot be read ({error}); save it as UTF-8 text.",
            f"无法读取提示词 {path}（{error}）；请保存为 UTF-8 文本。",
        ) from error
    told = _VERSION.match(text)
    first, *examples = text[told.end() if told else 0 :].split(_SEPARATOR)
    instructions, request = first, examples.pop() if examples else ""
    found = set(_PLACEHOLDER.findall(request))
    if not request or found != set(placeholders) or len(examples) % 2:
        wanted = _listed(placeholders)
        raise PromptError(
            f"The prompt {path} needs a line --- and behind it exactly the placeholders {wanted} "
            "(examples between the two come in pairs).",
            f"提示词 {path} 须有一行 ---，其后恰好包含这些占位符：{wanted}（其间的示例须成对）。",
        )
    missing = set(instructed) - set(_PLACEHOLDER.findall(instructions))
    if missing:
        raise PromptError(
            f"The instructions of the prompt {path} need the placeholders {_listed(missing)}.",
            f"提示词 {path} 的指令部分须包含这些占位符：{_listed(missing)}。",
        )
    pairs = tuple(
        (a.strip(), b.strip()) for a, b in zip(examples[::2], examples[1::2], strict=True)
    )
    return Prompt(instructions.strip(), request.strip(), pairs, told["version"] if told else "")


def _listed(names: Collection[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in sorted(names))
