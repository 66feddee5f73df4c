"""Generator of demonstration data: raw exports of a made-up company, with a known truth."""
