"""Pieces of Markdown that programs write into the pages."""


def code(text):
    """Text in which Markdown leaves every sign as it is."""
    return f"`{text}`"


def table(header, rows):
    """A Markdown table."""
    lines = [header, ["---"] * len(header), *rows]
    escaped = [[cell.replace("|", r"\|") for cell in cells] for cells in lines]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in escaped)
