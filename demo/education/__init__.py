"""Education: a made-up training school with articles, trial lessons and courses."""
