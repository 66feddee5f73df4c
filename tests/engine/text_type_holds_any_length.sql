-- a text is as long as it is
{{ unlike_expected([
    ["length(cast(repeat('触', 70000) as " ~ text_type() ~ "))",
     "70000"],
]) }}
