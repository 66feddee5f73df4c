{#- The site that an address names, in small letters, without `www.` and port; empty where it names none, as a path does. -#}
{%- macro site_of(url) -%}
    {%- set without_scheme = replace_all('lower(' ~ url ~ ')', '^([a-z][a-z0-9+.-]*://)?(www[.])?', '') -%}
    {{ replace_all(without_scheme, '[/?#:].*$', '') }}
{%- endmacro -%}
