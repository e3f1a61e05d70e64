"""The tutor models: corpus, tokenizer, training, evaluation and cards."""

import helpers  # noqa: F401  first, so that its guards keep other libraries quiet
