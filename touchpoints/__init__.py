"""The harness around the dbt project: settings, build, publish, doctor and the DuckDB plug-in."""
