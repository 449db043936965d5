"""Prompts are files a person can read: instructions, a line ``---``, then the request.

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
_SEPARATOR = "\n---\n"


@dataclass(frozen=True, slots=True)
class Prompt:
    """The instructions and the request, whose placeholders ``fill`` replaces."""

    instructions: str
    request: str

    def fill(self, **values: str) -> str:
        """Return the request with every placeholder replaced; braces in values are kept."""
        return _PLACEHOLDER.sub(lambda match: values[match.group(1)], self.request)


def load_prompt(name: str, *, directories: Sequence[Path], placeholders: Collection[str]) -> Prompt:
    """Load ``name`` from the first of the directories that has it.

    Raises PromptError where none has it, it has no ``---`` line, or its request does not hold
    exactly the ``placeholders``.
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
    instructions, separator, request = text.partition(_SEPARATOR)
    found = set(_PLACEHOLDER.findall(request))
    if not separator or found != set(placeholders):
        wanted = ", ".join(f"{{{placeholder}}}" for placeholder in sorted(placeholders))
        raise PromptError(
            f"The prompt {path} needs a line --- and behind it exactly the placeholders {wanted}.",
            f"提示词 {path} 须有一行 ---，其后恰好包含这些占位符：{wanted}。",
        )
    return Prompt(instructions.strip(), request.strip())
