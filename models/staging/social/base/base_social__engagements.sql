{{ landed_records('social', 'engagements') }}
