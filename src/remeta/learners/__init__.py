"""Single-task learners that several methods and stages use."""
