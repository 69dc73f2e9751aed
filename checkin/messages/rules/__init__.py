"""How fast texts leave, how long they may take, and pictures in their words. Pure."""
