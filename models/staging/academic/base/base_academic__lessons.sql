{{ landed_records('academic', 'lessons') }}
