"""What `make bench` measures."""

import helpers  # noqa: F401  first, so that its guards keep other libraries quiet
