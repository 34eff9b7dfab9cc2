"""The commands and their options, a file for each family; each imports its work when it runs, so all start fast."""
