"""Making a dataset from a description: the plan, the code that follows from it, and the studio."""
