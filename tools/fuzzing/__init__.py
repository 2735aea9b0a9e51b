"""How accidents are looked for: odd inputs, one forked process each."""
