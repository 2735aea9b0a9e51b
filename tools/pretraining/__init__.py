"""How the generators that ship are made."""
