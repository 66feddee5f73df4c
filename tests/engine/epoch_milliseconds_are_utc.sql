-- milliseconds since 1970 are an instant, to the millisecond
{{ unlike_expected([
    [epoch_milliseconds_to_utc('0'),
     "timestamp '1970-01-01 00:00:00'"],
    [epoch_milliseconds_to_utc('1740792600123'),
     "timestamp '2025-03-01 01:30:00.123'"],
    [epoch_milliseconds_to_utc('9999999999999'),
     "timestamp '2286-11-20 17:46:39.999'"],
]) }}
