{{ landed_records('survey', 'responses') }}
