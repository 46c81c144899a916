"""What others can read of the services: formats of their trades, made of the definition alone."""
