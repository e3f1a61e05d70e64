"""Grading a folder of submitted notebooks: `python -m helpers.grading SUBMISSIONS --out REPORT`.

Data flows one way: `submissions` finds and reads, `sheets` lays the canonical checks between the
student's cells, `sandbox` and `warm` run them where they can do no harm, `judging` looks at what they
made, `grader` leads the batch, and `results` and `pages` write what came of it.
"""
