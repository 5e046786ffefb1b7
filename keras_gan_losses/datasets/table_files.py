"""Tables in files."""

import csv
import pathlib
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from keras_gan_losses.extras import needs_extra
from keras_gan_losses.types import PathLike

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

_DELIMITERS = ",;\t|"
_HEADER_BYTES = 65_536
_WHOLE = ("boolean", *(f"{sign}Int{bits}" for sign in ("U", "") for bits in (8, 16, 32, 64)))


def read_table(path: PathLike) -> "pd.DataFrame":
    r"""Reads a file of rows, with the types that its values tell.

    Args:
        path: `.csv` in UTF-8 with a header, whose columns are parted by commas, semicolons, tabs or
            bars (then numbers may be written as 1,5 too); or `.parquet`. Dates are in ISO form.

    Raises:
        ImportError: If pandas or pyarrow is not installed.
        FileNotFoundError: If there is no such file.
        ValueError: If it is of another kind, or cannot be read, with the line where one is to
            blame.

    Example:
    >>> _ = pathlib.Path("people.csv").write_text("age,born\n30,1990-02-01\n,1991-03-02\n")
    >>> [str(dtype) for dtype in read_table("people.csv").dtypes]
    ['Int64', 'datetime64[s]']
    """
    path = pathlib.Path(path)
    with needs_extra("tables"):
        import pandas as pd
        import pyarrow as pa

    read = _READERS.get(path.suffix.lower())
    if read is None:
        raise ValueError(f"{path} must be a file {' or '.join(TABLES)}.")
    try:
        content = read(path)
        names = content.column_names
    except (pa.ArrowException, UnicodeDecodeError) as error:
        reason = str(error).splitlines()[0]
        raise ValueError(f"{path} cannot be read as a table: {reason}") from error
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise ValueError(
            f"{path} has several columns of the name {', '.join(map(repr, repeated))}. Rename them."
        )
    # Types of pandas that stay what they are though values are missing.
    types = {pa.type_for_alias(each.lower()): pd.api.types.pandas_dtype(each) for each in _WHOLE}
    columns = {}
    for name, column in zip(names, content.columns, strict=True):
        plain = _plain(column, f"{path}, column {name!r}")
        columns[name] = plain.to_pandas(types_mapper=types.get if plain.null_count else None)
    return pd.DataFrame(columns)


def _read_csv(path: pathlib.Path) -> "pa.Table":
    import pyarrow as pa
    from pyarrow import csv as arrow_csv

    delimiter = _delimiter(path)

    def read(point: str) -> "pa.Table":
        return arrow_csv.read_csv(
            path,
            # On one thread, so that errors tell the row.
            read_options=arrow_csv.ReadOptions(use_threads=False),
            parse_options=arrow_csv.ParseOptions(delimiter=delimiter, newlines_in_values=True),
            convert_options=arrow_csv.ConvertOptions(strings_can_be_null=True, decimal_point=point),
        )

    # Who parts columns by another sign may write 1,5 for 1.5.
    points = "." if delimiter == "," else ".,"
    tables = [read(point) for point in points]
    return max(tables, key=lambda found: sum(map(pa.types.is_floating, found.schema.types)))


def _read_parquet(path: pathlib.Path) -> "pa.Table":
    from pyarrow import parquet

    return parquet.read_table(path)


_READERS: Mapping[str, Callable[[pathlib.Path], "pa.Table"]] = {
    ".csv": _read_csv,
    ".parquet": _read_parquet,
}
TABLES = tuple(_READERS)
"""Endings of files of tables."""


def _delimiter(path: pathlib.Path) -> str:
    """What parts the names in the first line."""
    with path.open("rb") as file:
        header = file.readline(_HEADER_BYTES).decode("utf-8", errors="replace")
    try:
        return csv.Sniffer().sniff(header, delimiters=_DELIMITERS).delimiter
    except csv.Error:
        return ","


def _plain(column: "pa.ChunkedArray", where: str) -> "pa.ChunkedArray":
    """Values of a type that pandas has too.

    Raises:
        ValueError: If texts are not UTF-8.
    """
    import pyarrow as pa

    if pa.types.is_binary(column.type):
        raise ValueError(
            f"{where}, holds bytes that are not UTF-8, the first in row {_first_bad_row(column)}. "
            "Save the file in UTF-8."
        )
    if pa.types.is_date(column.type):
        return column.cast(pa.timestamp("s"))
    if pa.types.is_time(column.type):
        return column.cast(pa.string())
    return column.cast(pa.float64()) if pa.types.is_decimal(column.type) else column


def _first_bad_row(column: "pa.ChunkedArray") -> int:
    """Number of the row, of which the header is the first."""
    for row, value in enumerate(column.to_pylist(), start=2):
        try:
            (value or b"").decode()
        except UnicodeDecodeError:
            return row
    raise ValueError("All values are UTF-8.")
