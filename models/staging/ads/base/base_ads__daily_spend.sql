{{ landed_records('ads', 'daily_spend') }}
