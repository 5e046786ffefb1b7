"""A fit that survives its process: state, files, locks, resumption, rollback."""
