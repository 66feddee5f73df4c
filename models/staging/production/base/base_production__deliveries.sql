{{ landed_records('production', 'deliveries') }}
