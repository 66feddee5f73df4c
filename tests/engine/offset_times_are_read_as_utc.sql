-- a text with an offset names an instant; what cannot be read is null
{{ unlike_expected([
    [offset_time_to_utc("'2025-03-01T09:30:00+08:00'"),
     "timestamp '2025-03-01 01:30:00'"],
    [offset_time_to_utc("'2025-03-01T01:30:00.123456789Z'"),
     "timestamp '2025-03-01 01:30:00.123456'"],
    [offset_time_to_utc("'2025-03-01  9:30+0800'"),
     "timestamp '2025-03-01 01:30:00'"],
    [offset_time_to_utc("'2025-03-01T01:30:01-05'"),
     "timestamp '2025-03-01 06:30:01'"],
    [offset_time_to_utc("'2025-02-30T01:30:00Z'"),
     "cast(null as timestamp)"],
]) }}
