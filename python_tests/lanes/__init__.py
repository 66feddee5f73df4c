"""The lanes: the whole project built on another engine, each with a target of make and an environment of its own."""
