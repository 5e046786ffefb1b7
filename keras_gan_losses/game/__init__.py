"""The game itself: rules, players and the round, on any backend."""
