"""The command line: verbs, what they print, and the exit codes of errors."""
