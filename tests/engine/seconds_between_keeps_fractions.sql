-- seconds with fractions, below zero backwards
{{ unlike_expected([
    [seconds_between("timestamp '2025-03-01 00:00:00'", "timestamp '2025-03-01 00:40:00.5'"),
     "2400.5"],
    [seconds_between("timestamp '2025-03-02 00:00:00'", "timestamp '2025-03-01 00:00:00'"),
     "-86400"],
    [seconds_between('cast(null as timestamp)', "timestamp '2025-03-01 00:00:00'"),
     "null"],
]) }}
