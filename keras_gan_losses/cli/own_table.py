"""Tables of the user's own."""

from pathlib import Path

from keras_gan_losses import architectures, datasets
from keras_gan_losses.cli.own import Networks, OwnData, warnings_in_one_line
from keras_gan_losses.cli.rows import Rows
from keras_gan_losses.datasets.table_files import read_table


def own_table(path: Path, *, with_labels: bool, labels: str | None) -> OwnData:
    """Reads a table, and says what is left out of it.

    Args:
        path: A file `.csv` or `.parquet`.
        with_labels: Whether samples shall be conditional on classes.
        labels: The column that has them.

    Raises:
        ValueError: If it cannot be read or learned, or `labels` is missing or not asked for.
    """
    frame = read_table(path)
    if with_labels != (labels is not None):
        raise ValueError(
            "Of a table --conditional and --labels COLUMN belong together: the column has the "
            f"classes. Columns of {path}: {', '.join(map(repr, frame.columns))}."
        )
    with warnings_in_one_line(path):
        try:
            table = datasets.table(frame, condition=labels)
        except ValueError as error:
            raise ValueError(f"{path}: {error}") from error
    sizes = table.sizes

    def build(latent_dim: int, num_classes: int | None) -> Networks:
        return architectures.tabular(sizes, latent_dim, num_classes=num_classes)

    num_numbers = sum(size == 1 for size in sizes)
    counts = f"{num_numbers} numbers and {len(sizes) - num_numbers} categories"
    return OwnData(
        samples=table.samples,
        labels=table.condition,
        class_names=table.class_names,
        num_samples=len(frame),
        form=Rows(table.encoding),
        build=build,
        found=f"a table of {len(frame):,} rows, {counts}, in {path}",
        chosen="the networks for tables `architectures.tabular`",
    )
