"""The data, from what `fit` was given to the batches of rounds."""
