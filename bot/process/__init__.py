"""One process: its pools of threads, who computes first, how the interpreter is set."""
