"""Chapter 3: a small model learns from your dataset, and you measure what it learned.

`models` gives a model to train, `configs` plain settings for TRL's trainers, `training` runs a trainer
and keeps what it made, `curves` draws it meanwhile, `evaluating` measures a model on prompts that no
training may see.
"""

EFFECT = "application/vnd.course.effect+json"
"""In a notebook what a training did comes with the same figures for programs to read."""
