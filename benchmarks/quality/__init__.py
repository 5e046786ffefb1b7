"""What each objective reaches on published data: many seeds, one protocol for all."""
