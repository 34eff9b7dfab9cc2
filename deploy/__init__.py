"""What ships beside the program: the demo programme, mapping files, documentation. No code."""
