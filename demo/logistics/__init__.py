"""Logistics: a made-up parcel carrier with quotes, orders, tracking and one late region."""
