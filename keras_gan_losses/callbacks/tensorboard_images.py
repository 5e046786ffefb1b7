"""Pictures for TensorBoard, written without TensorFlow."""

import time
from pathlib import Path


class TensorBoardImages:
    """Writes PNG files into a log directory that TensorBoard reads.

    Args:
        directory: The log directory.

    Raises:
        ImportError: If tensorboard is not installed.
    """

    def __init__(self, directory: Path) -> None:
        check_tensorboard()
        from tensorboard.summary.writer.event_file_writer import EventFileWriter

        self._writer = EventFileWriter(str(directory))

    def write(self, name: str, picture: Path, step: int) -> None:
        """Adds a picture under a name."""
        from PIL import Image
        from tensorboard.compat.proto.event_pb2 import Event
        from tensorboard.compat.proto.summary_pb2 import Summary

        with Image.open(picture) as image:
            width, height = image.size
        encoded = Summary.Image(
            width=width, height=height, colorspace=4, encoded_image_string=picture.read_bytes()
        )
        summary = Summary(value=[Summary.Value(tag=name, image=encoded)])
        self._writer.add_event(Event(wall_time=time.time(), step=step, summary=summary))
        self._writer.flush()

    def close(self) -> None:
        """Ends the file."""
        self._writer.close()


def check_tensorboard() -> None:
    """Raises if tensorboard is not installed.

    Raises:
        ImportError: With what to do.
    """
    try:
        import tensorboard.summary.writer.event_file_writer  # noqa: F401
    except ImportError as error:
        raise ImportError(
            "`log_directory` needs tensorboard, which is not installed. Run `pip install "
            "tensorboard`, or leave `log_directory` out: the pictures are written as PNG files too."
        ) from error
