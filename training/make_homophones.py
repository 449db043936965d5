"""Write ``rag/text/homophones.txt``: simplified characters by their sound, without tones.

Usage: pip install pypinyin; python training/make_homophones.py

A line holds the characters of one syllable; a character with several readings stands in several
lines. Syllables that many speakers of Chinese do not tell apart (zh and z, n and l, -ng and -n)
share a line.
"""

from __future__ import annotations

import re
from pathlib import Path

from pypinyin import Style, pinyin

TARGET = Path(__file__).parent.parent / "rag" / "text" / "homophones.txt"


def characters() -> list[str]:
    """Return the 3,755 common characters of GB 2312, its first level."""
    found = []
    for high in range(0xB0, 0xD8):
        for low in range(0xA1, 0xFF):
            try:
                found.append(bytes((high, low)).decode("gb2312"))
            except UnicodeDecodeError:
                continue
    return found


def sound(syllable: str) -> str:
    """Return a syllable with the sounds that are often confused made one."""
    merged = re.sub(r"^([zcs])h", r"\1", syllable)
    merged = re.sub(r"^l(?!v)", "n", merged)
    return re.sub(r"(?<=[aei])ng$", "n", merged)


def main() -> None:
    """Write the table."""
    lines: dict[str, list[str]] = {}
    for character in characters():
        for syllable in pinyin(character, style=Style.NORMAL, heteronym=True)[0]:
            held = lines.setdefault(sound(syllable), [])
            if character not in held:
                held.append(character)
    kept = ["".join(held) for held in lines.values() if len(held) > 1]
    TARGET.write_text("\n".join(kept) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
