{{ listed_identifiers(
    ref('int_identifier_sets'),
    [
        'identifier_set_key', 'profile_type', 'first_seen_at', 'last_seen_at',
        'record_count', 'example_record_key',
    ]
) }}
