"""Pick some of those whom a use reaches, by what that very use may see of them, and by nothing else."""
