with candidates as (
    select
        *,
        {{ ratio('numerator', 'denominator') }} as share,
        {{ is_suppressed('denominator') }} as is_suppressed
    from {{ ref('int_home_candidates') }}
),

-- the best by its share; where most people come from, convert and are lost by their number
ranked as (
    select
        *,
        row_number() over (
            partition by question_code, period_type, period_start_date
            order by
                case when is_suppressed then 1 else 0 end asc,
                case when question_code = 'best' then share end desc,
                numerator desc,
                denominator desc,
                answer_code asc
        ) as place
    from candidates
),

answers as (
    select
        first_places.*,
        second_places.answer_code as runner_up_code,
        {{ published_rate('second_places.numerator', 'second_places.denominator') }}
            as runner_up_figure,
        {{ date_of_period_before(
            'first_places.period_type', 'first_places.period_start_date'
        ) }} as previous_start_date,
        case first_places.question_code
            when 'best' then 'touchpoint'
            when 'loss' then 'step'
            else 'channel'
        end as answer_kind
    from ranked as first_places
    left join ranked as second_places
        on
            first_places.question_code = second_places.question_code
            and first_places.period_type = second_places.period_type
            and first_places.period_start_date
            is not distinct from second_places.period_start_date
            and second_places.place = 2
            and not second_places.is_suppressed
    where first_places.place = 1
),

names as (
    select * from {{ ref('int_home_names') }}
)

select
    answers.question_code,
    answers.period_type,
    answers.period_start_date,
    case when not answers.is_suppressed then answers.answer_code end as answer_code,
    case when not answers.is_suppressed then names.answer_name end as answer_name,
    case when not answers.is_suppressed then names.answer_name_zh end as answer_name_zh,
    answers.numerator,
    answers.denominator,
    {{ published_share('figure', 'answers.numerator', 'answers.denominator') }},
    {{ published_rate('previous.numerator', 'previous.denominator') }}
        as previous_figure,
    case
        when not answers.is_suppressed and not previous.is_suppressed
            then answers.share - previous.share
    end as figure_change,
    answers.runner_up_code,
    runner_up_names.answer_name as runner_up_name,
    runner_up_names.answer_name_zh as runner_up_name_zh,
    answers.runner_up_figure,
    answers.is_suppressed
from answers
left join candidates as previous
    on
        answers.question_code = previous.question_code
        and answers.answer_code = previous.answer_code
        and answers.period_type = previous.period_type
        and answers.previous_start_date = previous.period_start_date
left join names
    on
        answers.answer_kind = names.answer_kind
        and answers.answer_code = names.answer_code
left join names as runner_up_names
    on
        answers.answer_kind = runner_up_names.answer_kind
        and answers.runner_up_code = runner_up_names.answer_code
