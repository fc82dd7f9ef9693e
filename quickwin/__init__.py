"""Above both edges: the command line, and the whole product on one machine."""
