"""Lets mkdocstrings show examples as code: its parser knows "Examples:", the docstrings say one."""

import re

import griffe


class Examples(griffe.Extension):
    """Names the section as the parser does."""

    def on_object(self, *, obj: griffe.Object, **_: object) -> None:
        """Changes the docstring before it is parsed."""
        if obj.docstring:
            value = re.sub(r"^Example:$", "Examples:", obj.docstring.value, flags=re.MULTILINE)
            # The prompts stand at the margin, where doctest finds them; a section is indented.
            obj.docstring.value = _indented(value)


def _indented(text: str) -> str:
    head, found, rest = text.partition("Examples:\n")
    if not found:
        return text
    example, gap, tail = rest.partition("\n\n")
    lines = [f"    {line}" if not line.startswith(" ") else line for line in example.split("\n")]
    return head + found + "\n".join(lines) + gap + tail
