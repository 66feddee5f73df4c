-- thirteen half-lives back the exact weight ends in a half, which goes up
{%- set newest_at = "timestamp '2025-01-01 00:00:00'" %}
{%- set seconds = (13 * 86400 * (var('time_decay_half_life_days') | float)) | int %}
{{ unlike_expected([
    [time_decay_weight(newest_at, newest_at), '1000000000000'],
    [time_decay_weight(newest_at ~ " - interval '" ~ seconds ~ "' second", newest_at),
     '122070313'],
]) }}
