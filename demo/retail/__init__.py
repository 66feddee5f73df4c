"""Retail: a made-up lifestyle brand, 青禾生活, with shops, a shop online and marketplaces."""
