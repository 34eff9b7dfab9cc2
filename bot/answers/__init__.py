"""How answers that a model wrote came about: kept with each, shown and repeated by `gatehouse replay`."""
