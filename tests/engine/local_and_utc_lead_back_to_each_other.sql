-- a time in the business zone and its UTC, in summer and winter; the zone is a setting
{{ unlike_expected([
    [utc_to_local(local_to_utc("timestamp '2025-01-15 12:00:00'")),
     "timestamp '2025-01-15 12:00:00'"],
    [utc_to_local(local_to_utc("timestamp '2025-07-15 12:00:00.123456'")),
     "timestamp '2025-07-15 12:00:00.123456'"],
    [local_to_utc(utc_to_local("timestamp '2025-07-15 12:00:00'")),
     "timestamp '2025-07-15 12:00:00'"],
    [local_to_utc('cast(null as timestamp)'),
     "cast(null as timestamp)"],
]) }}
