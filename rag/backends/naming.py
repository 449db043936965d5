"""One string names a backend: ``extractive``, ``local:…`` or ``provider:model``."""

from __future__ import annotations

import os
from dataclasses import dataclass

from rag.errors import SettingsError

EXTRACTIVE = "extractive"
LOCAL = "local"

_KEYS = {
    "anthropic": "ANTHROPIC_API_KEY",
    "deepseek": "DEEPSEEK_API_KEY",
    "google_genai": "GOOGLE_API_KEY",
    "groq": "GROQ_API_KEY",
    "mistralai": "MISTRAL_API_KEY",
    "openai": "OPENAI_API_KEY",
    "openrouter": "OPENROUTER_API_KEY",
    "together": "TOGETHER_API_KEY",
    "xai": "XAI_API_KEY",
}


@dataclass(frozen=True, slots=True)
class BackendName:
    """The two parts of a name; ``model`` is empty for the extractive answerer."""

    provider: str
    model: str = ""

    @property
    def whole(self) -> str:
        """Return the name as it was given."""
        return f"{self.provider}:{self.model}" if self.model else self.provider

    @property
    def key_variable(self) -> str:
        """Return the environment variable of the provider's key, empty where none is known."""
        return _KEYS.get(self.provider, "")

    @property
    def key_is_set(self) -> bool:
        """Return whether the provider's key is in the environment."""
        return bool(self.key_variable and os.environ.get(self.key_variable))


def parse_backend(text: str) -> BackendName:
    """Return the parts of a backend's name.

    The model may hold colons itself (``ollama:qwen3:8b``). Raises SettingsError for anything
    that is neither ``extractive`` nor two parts with a colon between them.
    """
    if text.strip() == EXTRACTIVE:
        return BackendName(EXTRACTIVE)
    provider, separator, model = (part.strip() for part in text.partition(":"))
    if not (provider and separator and model):
        raise SettingsError(
            f"The backend {text!r} must be extractive, provider:model or local:FILE.gguf, "
            "for example openai:gpt-5-mini.",
            f"backend {text!r} 须为 extractive、provider:model 或 local:文件.gguf，"
            "例如 openai:gpt-5-mini。",
        )
    return BackendName(provider.lower().replace("-", "_"), model)
