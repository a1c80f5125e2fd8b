"""Write to organizations: of nobody, so no clearance is asked for."""
