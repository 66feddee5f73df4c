{{ landed_records('outreach', 'sends') }}
