"""How the checker's weights are made: rows by rule, from public sets and from claim sets, and the command."""
