{{ landed_records('production', 'batches') }}
