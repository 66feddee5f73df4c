"""`python -m touchpoints`: see `cli`."""

import sys

from touchpoints.cli import main

sys.exit(main(sys.argv[1:]))
