{{ landed_records('community', 'posts') }}
