-- a time in the business zone and its UTC, in summer and winter; the zone is a setting. An
-- hour that came twice is the later one, and one that was left out counts on from before
{%- set of_shanghai = [
    [local_to_utc("timestamp '1991-09-15 00:59:59'"),
     "timestamp '1991-09-14 15:59:59'"],
    [local_to_utc("timestamp '1991-09-15 01:00:00'"),
     "timestamp '1991-09-14 17:00:00'"],
    [local_to_utc("timestamp '1991-09-15 01:30:00.5'"),
     "timestamp '1991-09-14 17:30:00.5'"],
    [local_to_utc("timestamp '1991-09-15 02:00:00'"),
     "timestamp '1991-09-14 18:00:00'"],
    [local_to_utc("timestamp '1991-04-14 01:59:59'"),
     "timestamp '1991-04-13 17:59:59'"],
    [local_to_utc("timestamp '1991-04-14 02:30:00'"),
     "timestamp '1991-04-13 18:30:00'"],
    [local_to_utc("timestamp '1991-04-14 03:00:00'"),
     "timestamp '1991-04-13 18:00:00'"],
] if setting('timezone') == 'Asia/Shanghai' else [] %}
{{ unlike_expected([
    [utc_to_local(local_to_utc("timestamp '2025-01-15 12:00:00'")),
     "timestamp '2025-01-15 12:00:00'"],
    [utc_to_local(local_to_utc("timestamp '2025-07-15 12:00:00.123456'")),
     "timestamp '2025-07-15 12:00:00.123456'"],
    [local_to_utc(utc_to_local("timestamp '2025-07-15 12:00:00'")),
     "timestamp '2025-07-15 12:00:00'"],
    [local_to_utc('cast(null as timestamp)'),
     "cast(null as timestamp)"],
] + of_shanghai) }}
