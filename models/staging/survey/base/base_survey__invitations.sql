{{ landed_records('survey', 'invitations') }}
