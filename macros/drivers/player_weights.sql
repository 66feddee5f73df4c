{#- Query of the weights that a Shapley value of some players gives to the sets without the player: s! (K − s − 1)! ÷ K! -#}
{%- macro player_weights() -%}
    {%- set factorials = [1] -%}
    {%- for number in range(1, 10) -%}{%- do factorials.append(factorials[-1] * number) -%}{%- endfor -%}
    {%- for players in range(1, 10) -%}
    {%- set last = loop.last -%}
    {%- for members in range(players) %}
    select
        {{ players }} as player_count,
        {{ members }} as member_count,
        cast({{ factorials[members] * factorials[players - members - 1] }} as {{ double_type() }})
        / {{ factorials[players] }} as weight
    {{ 'union all' if not (last and loop.last) }}
    {%- endfor %}
    {%- endfor %}
{%- endmacro -%}
