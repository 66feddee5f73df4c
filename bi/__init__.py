"""Business intelligence tools on the published marts: Apache Superset with one dashboard (docs/bi.md)."""
