"""Use cases. Each runs inside one transaction that it neither opens nor commits."""
