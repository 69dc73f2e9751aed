"""What arrives from the network and what its codes mean. Pure."""
