"""What keeps an installation sound: backup, checkpoints, the doctor."""
