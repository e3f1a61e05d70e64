"""Looking at data: as rows, side by side, as figures, by hand; and at the pipeline that makes it."""
