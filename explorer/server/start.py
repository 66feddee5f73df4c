"""What `streamlit run` is given.

It lies apart: beside a folder `pages` Streamlit would take each of its files for a page.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from explorer.app import main

main()
