"""The pages people work with: one module a page, its routes and nothing else."""
