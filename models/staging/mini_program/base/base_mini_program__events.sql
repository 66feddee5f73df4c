{{ landed_records('mini_program', 'events') }}
