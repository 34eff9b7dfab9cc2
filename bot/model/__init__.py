"""The guarded model behind the answers: the road to it, its room, replay and warnings of spend."""
