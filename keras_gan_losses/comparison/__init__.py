"""Comparison of objectives on one's own data: equal budgets, several seeds, and a report."""

from keras_gan_losses.comparison.budget import DiscriminatorUpdates, TrainingSeconds
from keras_gan_losses.comparison.comparison import ComparedRuns, compare
from keras_gan_losses.comparison.report import write_report

__all__ = [
    "ComparedRuns",
    "DiscriminatorUpdates",
    "TrainingSeconds",
    "compare",
    "write_report",
]
