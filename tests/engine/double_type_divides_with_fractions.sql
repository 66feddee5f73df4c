-- a double keeps the fraction that an integer loses
{{ unlike_expected([
    ["cast(1 as " ~ double_type() ~ ") / 2",
     "0.5"],
]) }}
