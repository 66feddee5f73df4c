{#- On-run-start: a plain dbt knows a seed beyond 1 MiB by its path alone. That its rows changed would not be part of
    `definitions_hash`, and tables that follow the news would keep what the former rows said. -#}
{%- macro check_seed_sizes() -%}
    {%- set seeds = graph.nodes.values() | selectattr('resource_type', 'equalto', 'seed') if execute else [] -%}
    {%- for seed in seeds if seed.checksum.name == 'path' and keeps_memory() and not flags.FULL_REFRESH -%}
        {%- if flags.WHICH in ['run', 'build'] -%}
            {{ exceptions.raise_compiler_error(
                seed.original_file_path ~ ' is larger than 1 MiB: dbt by itself does not see when its rows change. Run `make build`,'
                ~ ' which does, or dbt with --full-refresh'
            ) }}
        {%- endif -%}
    {%- endfor -%}
{%- endmacro -%}
