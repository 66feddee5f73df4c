{#- On-run-start: a wrong setting or var stops the run at once with the accepted values. -#}
{%- macro check_definitions() -%}
    {%- if setting('industry') not in var('industries') -%}
        {{ exceptions.raise_compiler_error(
            'TOUCHPOINT_INDUSTRY=' ~ setting('industry') ~ ': accepted values are ' ~ var('industries') | join(', ')
        ) }}
    {%- endif -%}
    {%- if not modules.re.fullmatch('[A-Z]{3}', setting('currency')) -%}
        {{ exceptions.raise_compiler_error(
            'TOUCHPOINT_CURRENCY=' ~ setting('currency') ~ ': give a three-letter ISO code in capitals such as CNY or USD'
        ) }}
    {%- endif -%}
    {%- do switched_on('bot_rule') -%}
    {%- do switched_on('staff_rule') -%}
    {%- set number, whole = '[0-9]{1,9}([.][0-9]+)?(e-[0-9]+)?', '[1-9][0-9]*' -%}
    {%- set share = '0|1|[01][.]0+|0?[.][0-9]+|[1-9]([.][0-9]+)?e-[0-9]+' -%}
    {#- days that the calendar has: of every year, and 29 February of leap years -#}
    {%- set day = '([1-9][0-9]{3}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)'
        ~ '|02-(0[1-9]|1[0-9]|2[0-8]))|([1-9][0-9](0[48]|[2468][048]|[13579][26])|([2468][048]|[13579][26])00)-02-29)' -%}
    {%- for names, accepted, said in [
        (['default_country_code'], '|[1-9][0-9]{0,2}', 'a calling code of one to three digits such as 49, or leave it empty'),
        (['probabilistic_threshold'], '|0?[.][0-9]+|1([.]0+)?', 'a probability such as 0.95, or leave it empty'),
        (['alert_false_share'], '0?[.][0-9]+', 'a share above 0 and below 1, such as 0.05'),
        (['earliest_time', 'latest_time'], day, 'a day such as 2000-01-01'),
        (['as_of'], '|' ~ day ~ '([ T]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,6})?)?)?', 'a UTC time such as 2025-06-30 23:59:59, or leave it empty'),
        (['session_breaks_on_campaign', 'session_breaks_at_midnight'], '[Tt]rue|[Ff]alse', 'true or false'),
        (['low_data_share', 'pre_trend_max_p', 'low_score', 'high_score', 'neutral_sentiment'], share, 'a share from 0 to 1'),
        (
            ['concentration_min_z', 'concentration_min_lift', 'max_relative_factor', 'lift_margin', 'volume_low_ratio', 'volume_high_ratio'],
            number, 'a number from 0 on'
        ),
    ] -%}
        {%- for name in names if not modules.re.fullmatch(accepted, var(name) | string) -%}
            {{ exceptions.raise_compiler_error('var ' ~ name ~ '=' ~ var(name) ~ ': give ' ~ said) }}
        {%- endfor -%}
    {%- endfor -%}
    {#- one is a divisor, the other has a logarithm -#}
    {%- for name, least in [('lift_margin', 0.0001), ('max_relative_factor', 1)] if var(name) | float < least -%}
        {{ exceptions.raise_compiler_error('var ' ~ name ~ '=' ~ var(name) ~ ': give a number from ' ~ least ~ ' on') }}
    {%- endfor -%}
    {%- if var('earliest_time') | string >= var('latest_time') | string -%}
        {{ exceptions.raise_compiler_error(
            'var earliest_time=' ~ var('earliest_time') ~ ': give a day before latest_time (' ~ var('latest_time') ~ ')'
        ) }}
    {%- endif -%}
    {%- set pattern = namespace(bare=modules.re.sub('[\\\\].|\\[\\^?\\]?[^\\]]*\\]', 'x', var('article_path_pattern') | string)) -%}
    {%- set is_odd = modules.re.search("^$|'|[(][?](?!:)|(^|[(|]|[?]:)[*+{]|(^|[(|])[?](?!:)|[*+?}][*+]", pattern.bare) -%}
    {%- for _ in range(pattern.bare | length) if '(' in pattern.bare -%}
        {%- set pattern.bare = modules.re.sub('[(]([?]:)?[^()]*[)]', 'x', pattern.bare) -%}
    {%- endfor -%}
    {%- if is_odd or modules.re.search('[][()]', pattern.bare) -%}
        {{ exceptions.raise_compiler_error(
            'var article_path_pattern=' ~ var('article_path_pattern') ~ ': give a regular expression such as /(article|blog)/'
        ) }}
    {%- endif -%}
    {%- if var('low_score') | float > var('high_score') | float -%}
        {{ exceptions.raise_compiler_error(
            'var low_score=' ~ var('low_score') ~ ': give a share that is not above high_score (' ~ var('high_score') ~ ')'
        ) }}
    {%- endif -%}
    {%- for name in [
        'session_gap_minutes', 'min_sample', 'max_funnel_steps', 'max_person_identifiers', 'page_reload_seconds',
        'deep_visit_pages', 'search_gap_minutes', 'search_window_hours', 'engagement_window_hours', 'push_window_hours',
        'time_decay_half_life_days', 'jackknife_groups', 'case_gap_hours', 'case_min_weight', 'complaint_min_weight',
        'earlier_case_hours', 'complaint_maturity_days', 'concentration_min_count',
        'batch_complaint_days', 'batch_alert_deviations', 'batch_alert_min_batches',
        'alert_baseline_weeks', 'alert_spread_days', 'alert_hold_days', 'alert_settle_days', 'alert_month_days',
        'driver_collect_hours', 'driver_window_days', 'driver_min_sample', 'max_drivers', 'journey_score_hours',
        'rfm_days', 'lifecycle_new_days', 'lifecycle_active_days', 'lifecycle_lost_days', 'lifecycle_won_back_days',
        'preference_days', 'risk_days', 'activity_days', 'activity_min_days',
        'effect_window_days', 'placebo_dates', 'person_arms', 'lift_window_hours',
        'max_person_items', 'affinity_half_life_days', 'affinity_min_support', 'affinity_prior_persons', 'affinity_neighbours',
        'segment_prior_persons', 'popular_candidates', 'recommendation_count',
        'min_rated_texts', 'evidence_term_count', 'min_term_texts', 'max_terms', 'term_prior_texts', 'volume_min_loads',
        'held_out_one_in',
    ] -%}
        {%- if not modules.re.fullmatch(whole, var(name) | string) -%}
            {{ exceptions.raise_compiler_error('var ' ~ name ~ '=' ~ var(name) ~ ': give a whole number from 1 on') }}
        {%- elif var(name) | string | length > 6 -%}
            {{ exceptions.raise_compiler_error('var ' ~ name ~ '=' ~ var(name) ~ ': give a whole number up to 999999') }}
        {%- endif -%}
    {%- endfor -%}
    {%- for name in ['lifecycle_active_days', 'lifecycle_new_days'] if var('lifecycle_lost_days') | int < var(name) | int -%}
        {{ exceptions.raise_compiler_error(
            'var lifecycle_lost_days=' ~ var('lifecycle_lost_days') ~ ': give at least ' ~ name ~ ' (' ~ var(name) ~ ')'
        ) }}
    {%- endfor -%}
    {%- for name, least in [('alert_baseline_weeks', 4), ('jackknife_groups', 2), ('held_out_one_in', 2), ('min_sample', 2)] if var(name) | int < least -%}
        {{ exceptions.raise_compiler_error('var ' ~ name ~ '=' ~ var(name) ~ ': give a whole number from ' ~ least ~ ' on') }}
    {%- endfor -%}
    {#- the steps that an entry reached are bits of one number, which every engine can add up exactly -#}
    {%- if var('max_funnel_steps') | int > 50 -%}
        {{ exceptions.raise_compiler_error('var max_funnel_steps=' ~ var('max_funnel_steps') ~ ': give a whole number from 1 to 50') }}
    {%- endif -%}
    {%- set categories = var('consumable_categories') -%}
    {%- if categories is string or categories is mapping or categories is not iterable -%}
        {{ exceptions.raise_compiler_error(
            'var consumable_categories=' ~ categories ~ ': give a list of categories, ["*"] for all, or [] for none'
        ) }}
    {%- endif -%}
    {%- if var('max_drivers') | int > 8 -%}
        {{ exceptions.raise_compiler_error('var max_drivers=' ~ var('max_drivers') ~ ': give a whole number from 1 to 8') }}
    {%- endif -%}
    {%- set models = rule_models() | map(attribute='code') | list -%}
    {%- if var('scorecard_model') not in models -%}
        {{ exceptions.raise_compiler_error(
            'var scorecard_model=' ~ var('scorecard_model') ~ ': accepted values are ' ~ models | join(', ')
        ) }}
    {%- endif -%}
    {%- set ways = ['exposure', 'all', 'first', 'unique'] -%}
    {%- if var('path_steps') not in ways -%}
        {{ exceptions.raise_compiler_error('var path_steps=' ~ var('path_steps') ~ ': accepted values are ' ~ ways | join(', ')) }}
    {%- endif -%}
    {%- set text_kinds = [
        'review', 'social_comment', 'official_account', 'community_post', 'ticket', 'call', 'follow_up', 'lesson',
        'customer_message', 'survey_comment',
    ] -%}
    {#- an empty list would leave models without a query -#}
    {%- for name, accepted, said in [
        ('markov_orders', '[1-4]', 'whole numbers from 1 to 4, such as [1, 2]'),
        ('few_code_levels', journey_levels() | join('|'), 'levels, of ' ~ journey_levels() | join(', ')),
        ('lead_interaction_types', '[a-z0-9_]+', 'interaction types, such as [consult, lead]'),
        ('sentiment_training_kinds', text_kinds | join('|'), 'kinds of text, of ' ~ text_kinds | join(', ')),
        ('retention_ages', '[0-9]{1,6}', 'whole numbers from 0, such as [0, 1, 7, 30]'),
        ('repurchase_windows', '[1-9][0-9]{0,5}', 'whole numbers from 1, such as [30, 90]'),
        ('intent_interaction_types', '[a-z0-9_]+', 'interaction types, such as [search, cart]'),
    ] -%}
        {%- set value = var(name) -%}
        {%- set items = [] -%}
        {%- if value is sequence and value is not string and value is not mapping -%}
            {%- for item in value if modules.re.fullmatch(accepted, item | string) and item not in items -%}
                {%- if item is number or name not in ('markov_orders', 'retention_ages', 'repurchase_windows') -%}{%- do items.append(item) -%}{%- endif -%}
            {%- endfor -%}
        {%- endif -%}
        {%- if not items or items != value -%}
            {{ exceptions.raise_compiler_error('var ' ~ name ~ '=' ~ value ~ ': give a list of one or more different ' ~ said) }}
        {%- endif -%}
    {%- endfor -%}
{%- endmacro -%}
