"""Documents in, cited passages and answers out."""
