{{ landed_records('academic', 'enrolments') }}
