"""Every word on the pages, English and Chinese, from one table; and the names of codes in the language chosen."""

from __future__ import annotations

import contextlib
import csv
import math
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from explorer.publication import PROJECT, NotPublished, Publication

# What models say of relations and columns, in Chinese: english, chinese. `make test` asks for all of them.
MEANINGS_ZH = Path(__file__).with_name("meanings_zh.csv")
LANGUAGES = {"en": "English", "zh": "中文"}

# key: (English, Chinese). Fields in braces are filled in by the page.
WORDS: dict[str, tuple[str, str]] = {
    # the frame
    "explorer": ("Touchpoints", "触点洞察"),
    "language": ("Language", "语言"),
    "publication": ("Publication", "发布版本"),
    "published_at": ("published {time} UTC", "发布于 {time} UTC"),
    "data_until": ("Data until {day}", "数据截至 {day}"),
    "newer": ("A newer publication is there.", "有新的发布版本。"),
    "show_newer": ("Show it", "切换到新版本"),
    "nothing_published": ("Nothing has been published yet", "尚无发布内容"),
    "nothing_published_how": (
        "{folder} holds no publication yet. Run `make build` first.",
        "{folder} 中还没有发布内容。请先运行 `make build`。",
    ),
    "rows_behind": ("Numbers and the rows behind them", "数据与明细"),
    "which": ("Of which part", "查看哪一部分"),
    "rows_counted": ("{count} rows.", "{count} 行。"),
    "rows_add_up": (
        "{count} rows; they add up to {total}.",
        "{count} 行明细，合计 {total}。",
    ),
    "chart_shows": ("The chart shows {expected}.", "图中数值为 {expected}。"),
    "first_rows": (
        "The first {shown} are shown; the CSV has {kept}.",
        "仅显示前 {shown} 行；CSV 含 {kept} 行。",
    ),
    "download": ("Download CSV", "下载 CSV"),
    "download_rows": ("Download these rows (CSV)", "下载明细 (CSV)"),
    "numbers": ("**Numbers of this chart**", "**图中数据**"),
    "behind": ("**Rows behind them**", "**背后的明细**"),
    "some_withheld": (
        " {count} with fewer than {least} answers are withheld.",
        " 另有 {count} 项样本少于 {least}，不予显示。",
    ),
    "changes": (
        "Change against {period}; lines: up to 13 months.",
        "变化为较 {period}；曲线为最近 13 个月。",
    ),
    "definition": ("Definition", "口径"),
    "interval": ("95 % interval", "95% 置信区间"),
    "of": ("{part} of {whole}", "{part} / {whole}"),
    "withheld": ("withheld (fewer than {least})", "样本不足 {least}，不予显示"),
    "withheld_short": ("withheld", "不予显示"),
    "none": ("none", "无"),
    "unknown": ("(unknown)", "（未知）"),
    "others": ("others", "其他"),
    "all": ("All", "全部"),
    "all_time": ("All time", "全部时间"),
    "period": ("Period", "时间"),
    "channel": ("Channel", "渠道"),
    "touchpoint": ("Touchpoint", "触点"),
    "campaign": ("Campaign", "活动"),
    "region": ("Region", "地区"),
    "tier": ("Customer tier", "客户等级"),
    "device": ("Device", "设备"),
    "rfm_segment": ("RFM segment", "RFM 分群"),
    "lifecycle_stage": ("Stage of life", "生命周期"),
    "goal": ("Goal", "目标"),
    "level": ("Level", "层级"),
    "model": ("Model", "归因模型"),
    "funnel": ("Funnel", "漏斗"),
    "breakdown": ("Broken down by", "拆分维度"),
    "measure": ("Measure", "指标"),
    "outcome": ("Outcome", "结果"),
    "no_breakdown": ("Nothing", "不拆分"),
    "missing_mart": (
        "This publication has no {marts}, because {because}",
        "本次发布没有 {marts}：{because}",
    ),
    "because_not_built": (
        "the models that make it are not part of this build.",
        "本次构建不包含生成它的模型。",
    ),
    "because_not_given": (
        "it is no part of what was published here.",
        "它不在此处发布的范围内。",
    ),
    "because_no_rows": (
        "the exports that were landed hold nothing that it is made from.",
        "已接入的数据中没有可用于生成它的记录。",
    ),
    "nothing_here": (
        "Nothing fits these choices. Choose a longer period or fewer conditions.",
        "当前条件下没有数据，请放宽时间或筛选条件。",
    ),
    "all_withheld": (
        "Every figure here rests on fewer than {least} answers, so all of them are withheld.",
        "此处所有数值的样本均少于 {least}，因此全部不予显示。",
    ),
    "theme": ("Light / dark", "浅色 / 深色"),
    "catalogue": ("Data catalogue and lineage", "数据目录与血缘"),
    # pages
    "overview": ("Overview", "总览"),
    "journeys": ("Journeys", "旅程"),
    "funnel_page": ("Funnel", "漏斗"),
    "contribution": ("Contribution", "贡献"),
    "returns": ("Returns", "投产"),
    "satisfaction": ("Satisfaction", "满意度"),
    "voice": ("Voice", "客户之声"),
    "service": ("Service", "服务"),
    "scorecard": ("Scorecard", "触点"),
    "segments": ("Segments", "分群"),
    "effects": ("Effects", "行动效果"),
    "trust": ("Trust", "数据可信"),
    "overview_question": (
        "Where do people come from, where do they convert, what feels best, what loses most?",
        "客户从哪来、在哪转化、哪一步体验最好、哪一步流失最多？",
    ),
    "journeys_question": ("Which paths convert, and which leak?", "哪些路径带来转化，哪些在流失？"),
    "funnel_question": ("Where do we lose people, and whom?", "在哪里流失、流失了谁？"),
    "contribution_question": (
        "Which channels earn? Does the answer depend on the model?",
        "哪些渠道带来成交？结论是否取决于归因模型？",
    ),
    "returns_question": ("Where should spend move?", "预算应投向哪里？"),
    "satisfaction_question": ("Which touchpoints hurt?", "哪些触点让客户不满？"),
    "voice_question": (
        "What do people praise, and what do they complain about?",
        "客户在夸什么、抱怨什么？",
    ),
    "service_question": (
        "Does a slow answer lower satisfaction? Who misses the promise?",
        "响应慢是否拉低满意度？谁没有守住时效？",
    ),
    "scorecard_question": ("What to fix first?", "先改哪里？"),
    "segments_question": (
        "Who behaves differently, who is at risk, what to do next?",
        "谁的行为不同、谁有流失风险、下一步做什么？",
    ),
    "effects_question": ("Did what we did help?", "做过的改进有用吗？"),
    "trust_question": (
        "How fresh, complete and tested is this?",
        "数据有多新、多全、经过哪些检验？",
    ),
    # overview
    "from_answer": (
        "**Where from.** In {period}, {count} new people came; most often first seen on {name} ({share}).",
        "**从哪来。** {period}新增 {count} 人，首次接触最多的是{name}（{share}）。",
    ),
    "convert_answer": (
        "**Where they convert.** {name} took {count} of {whole} orders ({share}).",
        "**在哪转化。** {name}完成 {count} / {whole} 笔订单（{share}）。",
    ),
    "best_answer": (
        "**What feels best.** {name}, over all time: {value} satisfied, {interval}.",
        "**哪步最好。** {name}（全部时间）满意度 {value}，{interval}。",
    ),
    "loses_answer": (
        "**What loses most.** “{step}” in “{funnel}”: {count} conversions of all time could be won back{money}.",
        "**哪步流失最多。** “{funnel}”的“{step}”（全部时间）：可挽回 {count} 次转化{money}。",
    ),
    "worth": (", worth {money}", "，价值 {money}"),
    "no_answer": ("**{topic}** Too little data to say.", "**{topic}** 数据不足，暂无结论。"),
    "from_topic": ("Where from.", "从哪来。"),
    "convert_topic": ("Where they convert.", "在哪转化。"),
    "best_topic": ("What feels best.", "哪步最好。"),
    "loses_topic": ("What loses most.", "哪步流失最多。"),
    "kpi_sessions": ("Visits", "访问次数"),
    "kpi_new": ("New people", "新增客户"),
    "kpi_orders": ("Paid orders", "付款订单"),
    "kpi_net": ("Net value", "净成交额"),
    "kpi_conversion": ("Visits that order", "访问成交率"),
    "kpi_csat": ("CSAT", "满意度 CSAT"),
    "kpi_complaints": ("Complaints", "投诉"),
    "kpi_sla": ("Answered in time", "时效达成率"),
    "against_before": ("against {period}", "较 {period}"),
    "points": ("{points} pts", "{points} 个百分点"),
    "kpi_sessions_help": (
        "Sessions that began in the month (fct_sessions).",
        "当月开始的访问（fct_sessions）。",
    ),
    "kpi_new_help": (
        "People first seen in the month (dim_users).",
        "当月首次出现的客户（dim_users）。",
    ),
    "kpi_orders_help": (
        "Paid orders placed in the month, returns apart (fct_orders).",
        "当月下单且已付款的订单，不含退货单（fct_orders）。",
    ),
    "kpi_net_help": (
        "Net amount of all orders of the month: paid less refunded (fct_orders).",
        "当月订单净额：已付减退款（fct_orders）。",
    ),
    "kpi_conversion_help": (
        "Sessions with a paid order ÷ sessions (metric_values, session_order_rate).",
        "带来付款订单的访问 ÷ 全部访问（metric_values 的 session_order_rate）。",
    ),
    "kpi_csat_help": (
        "Satisfied ÷ CSAT answers of the month, all touchpoints (touchpoint_satisfaction).",
        "当月满意答卷 ÷ CSAT 有效答卷，全部触点（touchpoint_satisfaction）。",
    ),
    "kpi_complaints_help": (
        "Complaints that began in the month (touchpoint_satisfaction).",
        "当月发起的投诉（touchpoint_satisfaction）。",
    ),
    "kpi_sla_help": (
        "Requests answered within their target ÷ requests due (touchpoint_satisfaction).",
        "在承诺时限内回复 ÷ 应回复的请求（touchpoint_satisfaction）。",
    ),
    "new_by_channel": ("New people by first channel", "新增客户：首次接触渠道"),
    "new_by_channel_def": (
        "People first seen in the period, by the channel of their first touch (dim_users).",
        "该时期首次出现的客户，按首次接触渠道（dim_users）。",
    ),
    "orders_by_channel": ("Orders by channel", "订单：成交渠道"),
    "orders_by_channel_def": (
        "Conversions of the goal “order” in the period, by the channel on which they happened (fct_conversions).",
        "该时期“下单”目标的转化，按成交渠道（fct_conversions）。",
    ),
    "mix_rate": ("Why the share of visits that order changed", "访问成交率为什么变化"),
    "mix_rate_def": (
        "Change on the month before = Σ mix (a channel's weight changed) + Σ rate (its own rate changed), "
        "in percentage points (mix_and_rate_changes).",
        "较上月变化 = Σ结构效应（渠道占比变化）+ Σ率效应（渠道自身转化率变化），单位百分点（mix_and_rate_changes）。",
    ),
    "mix": ("Mix", "结构效应"),
    "rate": ("Rate", "率效应"),
    "alerts": ("Alerts", "预警"),
    # journeys
    "sankey": ("Steps of journeys, to their end", "旅程各步及其结局"),
    "sankey_def": (
        "Journeys that began in the period: their first {steps} steps and how they ended. The {top} most frequent codes of a "
        "step are told apart, the rest is “others” (fct_journeys).",
        "该时期开始的旅程：前 {steps} 步及结局。每步单列最常见的 {top} 个，其余归为“其他”（fct_journeys）。",
    ),
    "more_steps": ("more steps", "后续步骤"),
    "converted": ("converted", "已转化"),
    "lapsed": ("not converted", "未转化"),
    "open": ("still open", "进行中"),
    "top_paths": ("Most frequent paths", "常见路径"),
    "top_paths_def": (
        "All time. Conversion rate: converted ÷ journeys that are not open any more (journey_paths).",
        "全部时间。转化率 = 已转化 ÷ 已结束的旅程（journey_paths）。",
    ),
    "handovers": ("Who leads on to whom", "渠道引流"),
    "handovers_def": (
        "People whom the row's channel led to the column's channel; colour: people; all time (channel_handovers).",
        "由行渠道引流到列渠道的人数，全部时间（channel_handovers）。",
    ),
    "journeys_finding": (
        "{converted} of {journeys} journeys converted. The path with most conversions is {path}: {count} ({share} of all).",
        "{journeys} 次旅程中有 {converted} 次转化。转化最多的路径是 {path}：{count} 次（占 {share}）。",
    ),
    "journeys_none": (
        "None of {journeys} journeys converted.",
        "{journeys} 次旅程均未转化。",
    ),
    "journeys_leak": (
        " {name} begins most of the journeys that do not convert ({count}).",
        " 未转化的旅程最多从{name}开始（{count} 次）。",
    ),
    # funnel
    "funnel_chart": ("How far people come", "逐步转化"),
    "funnel_def": (
        "Entries that reached each step within the funnel's window; share of all entries (funnel_steps).",
        "在漏斗时限内到达各步的进入次数，及占全部进入的比例（funnel_steps）。",
    ),
    "funnel_small": ("The same by {breakdown}", "按{breakdown}拆分"),
    "funnel_small_def": (
        "Share of entries that reach each step; the largest groups. Groups below {least} people are withheld (funnel_steps).",
        "各组到达每一步的比例，取最大的几组；少于 {least} 人的组不予显示（funnel_steps）。",
    ),
    "bottlenecks": ("What could be won back, step by step", "各步可挽回的转化"),
    "bottlenecks_def": (
        "Entries before the step × gap to the benchmark × share that passes the later steps{value} (funnel_bottlenecks).",
        "到达前一步的次数 × 与基准的差距 × 后续步骤通过率{value}（funnel_bottlenecks）。",
    ),
    "times_value": (", × mean value", " × 平均价值"),
    "funnel_finding": (
        "{reached} of {entered} entries reach the last step ({rate}). Most are lost at “{step}”: {lost} of {before}.",
        "{entered} 次进入中 {reached} 次到达最后一步（{rate}）。流失最多的是“{step}”：{before} 次中流失 {lost} 次。",
    ),
    "funnel_win": (
        " Closing its gap to the benchmark at “{step}” would win {count} conversions{money}.",
        " 若“{step}”达到基准，可挽回 {count} 次转化{money}。",
    ),
    "lost": ("lost", "流失"),
    # contribution
    "contribution_bars": ("Contribution by {level}, model {model}", "{level}贡献 · {model}"),
    "contribution_def": (
        "Credited conversions ÷ all conversions of the goal in the period; with the row (unattributed) they add up to all. "
        "Interval: jackknife over persons, all time only (channel_contribution).",
        "归因转化 ÷ 该时期该目标全部转化；含“（未归因）”后合计为全部。区间为按人刀切法，仅全部时间（channel_contribution）。",
    ),
    "contribution_heat": ("Does the answer depend on the model?", "结论是否取决于模型？"),
    "contribution_heat_def": (
        "Share of conversions by model; hover for the interval (channel_contribution).",
        "各模型下的转化份额，悬停查看区间（channel_contribution）。",
    ),
    "contribution_finding": (
        "By the model “{model}”, {name} earns most: {share} of {whole} conversions ({value}).",
        "按“{model}”模型，{name}贡献最大：{whole} 次转化中占 {share}（{value}）。",
    ),
    "contribution_none": (
        "Nothing was seen before any of {whole} conversions: none of them is attributed.",
        "{whole} 次转化之前都没有任何触点，均未归因。",
    ),
    "contribution_agree": (
        " All {count} models agree on first place.",
        " {count} 个模型对第一名的结论一致。",
    ),
    "contribution_differ": (
        " The models disagree: {name} ranges from {low} ({low_model}) to {high} ({high_model}).",
        " 各模型结论不同：{name}从 {low}（{low_model}）到 {high}（{high_model}）。",
    ),
    "no_rows_model": (
        "This model weighs all paths together, so no rows add up to its figures. Choose a rule model (first, last, linear …) "
        "for rows, or see the paths on the page Journeys.",
        "该模型按整条路径计算，没有逐条触点的明细。请选择规则模型（首次、末次、线性等）查看明细，或到“旅程”页看路径。",
    ),
    # returns
    "returns_chart": ("Cost against credited value", "花费与归因成交额"),
    "returns_def": (
        "One bubble per channel with known spend: its cost, and the value of all touches that it is credited with, paid for or "
        "not; size: credited conversions. On the dashed line value equals cost. Ratios are of sums (channel_returns).",
        "每个有花费记录的渠道一个气泡：横轴花费，纵轴该渠道的全部归因成交额（含未付费触点），大小为归因转化数。虚线为保本线。比率由合计相除（channel_returns）。",
    ),
    "returns_table": ("Campaigns", "活动"),
    "returns_no_spend": (
        "What was landed tells no spend, so there is nothing to hold earnings against.",
        "已接入的数据中没有花费，无法计算回报。",
    ),
    "returns_finding": (
        "{cost} spent returned {value} by the model “{model}”: {ratio} for each 1 spent. Best: {best} ({best_ratio}); weakest: "
        "{worst} ({worst_ratio}).",
        "共花费 {cost}，按“{model}”模型带来 {value}，投产比 {ratio}。最好的是{best}（{best_ratio}），最弱的是{worst}（{worst_ratio}）。",
    ),
    "returns_one": (
        "{cost} spent returned {value} by the model “{model}”: {ratio} for each 1 spent.",
        "共花费 {cost}，按“{model}”模型带来 {value}，投产比 {ratio}。",
    ),
    "break_even": ("break-even", "保本线"),
    # satisfaction
    "csat": ("CSAT", "CSAT 满意率"),
    "nps": ("NPS", "NPS 净推荐值"),
    "ces_easy": ("CES: easy", "CES 轻松率"),
    "review": ("Reviews of 4+ stars", "好评率（4 星及以上）"),
    "complaint_rate": ("Complaint rate", "投诉率"),
    "sla": ("Answered in time", "时效达成率"),
    "csat_def": (
        "Satisfied (top two boxes) ÷ valid CSAT answers (touchpoint_satisfaction).",
        "满意（前两档）÷ CSAT 有效答卷（touchpoint_satisfaction）。",
    ),
    "nps_def": (
        "Share of 9–10 less share of 0–6 among valid NPS answers; multinomial interval (touchpoint_satisfaction).",
        "推荐者（9–10）占比 − 贬损者（0–6）占比；多项分布区间（touchpoint_satisfaction）。",
    ),
    "ces_easy_def": (
        "Answers of 5 or more ÷ valid CES answers (touchpoint_satisfaction).",
        "评分 ≥5 ÷ CES 有效答卷（touchpoint_satisfaction）。",
    ),
    "review_def": (
        "Reviews of 4 stars or more ÷ valid reviews (touchpoint_satisfaction).",
        "4 星及以上评价 ÷ 有效评价（touchpoint_satisfaction）。",
    ),
    "sla_def": (
        "Requests answered within their target ÷ requests due (touchpoint_satisfaction).",
        "时限内回复 ÷ 应回复请求（touchpoint_satisfaction）。",
    ),
    "satisfaction_trend": ("{measure} by month", "{measure} · 按月"),
    "satisfaction_heat": ("Touchpoints and what is measured there", "各触点的各项指标"),
    "satisfaction_heat_def": (
        "All time or the month chosen; counts of regions are added, then divided. Grey: withheld (touchpoint_satisfaction).",
        "全部时间或所选月份；各地区先加总再相除。灰色：样本不足（touchpoint_satisfaction）。",
    ),
    "satisfaction_regions": ("{measure} by region", "{measure} · 按地区"),
    "drivers": ("What goes with the outcome “{outcome}”", "与“{outcome}”关系最大的触点"),
    "drivers_def": (
        "Shapley share of what satisfaction at each touchpoint explains, with its 95 % interval; association, not cause "
        "(satisfaction_drivers).",
        "各触点满意度对结果的解释份额（Shapley）及 95% 区间；是关联，不是因果（satisfaction_drivers）。",
    ),
    "drivers_withheld": (
        "The drivers of “{outcome}” are withheld: they need 200 people with answers, and here are {count}.",
        "“{outcome}”的驱动因素不予显示：需要 200 位有答卷的客户，目前只有 {count} 位。",
    ),
    "quadrant": ("Importance and performance", "重要性与表现"),
    "quadrant_def": (
        "Importance (satisfaction_drivers) against CSAT (touchpoint_satisfaction); bottom right hurts most.",
        "横轴重要性（satisfaction_drivers），纵轴 CSAT（touchpoint_satisfaction）；右下角最需改进。",
    ),
    "importance": ("Importance", "重要性"),
    "performance": ("Satisfied", "满意率"),
    "satisfaction_finding": (
        "{measure} is {value} ({interval}, {part} of {whole} answers).",
        "{measure}为 {value}（{interval}，{part} / {whole} 份答卷）。",
    ),
    "satisfaction_nps_finding": (
        "{measure} is {value} ({interval}, {whole} answers).",
        "{measure}为 {value}（{interval}，{whole} 份答卷）。",
    ),
    "satisfaction_worst": (
        " Lowest of those with enough answers: {name}, {value}.",
        " 样本足够的触点中最低的是{name}：{value}。",
    ),
    "complaint_cells": ("Where complaints gather", "投诉集中在哪里"),
    "complaint_cells_def": (
        "Complaints of a touchpoint in a region against its share of orders; lift 1 = as expected (complaint_concentration).",
        "触点在该地区的投诉占比相对订单占比；提升度 1 为正常（complaint_concentration）。",
    ),
    # voice
    "cloud": ("What people talk about", "客户在说什么"),
    "cloud_def": (
        "Size: texts with the term; colour: how it is felt, red bad, green good (feedback_terms).",
        "大小：提及的文本数；颜色：情感，红差绿好（feedback_terms）。",
    ),
    "terms_bars": ("Terms by texts", "提及最多的词"),
    "terms_def": (
        "Texts of the touchpoint and period that hold the term; a term in few texts is not shown (feedback_terms).",
        "该触点与时期内含此词的文本数；过少的不显示（feedback_terms）。",
    ),
    "tone_bars": ("How texts feel, by touchpoint", "各触点的情感"),
    "tone_def": (
        "Texts by the label of their sentiment (fct_feedback_texts).",
        "按情感标签统计的文本数（fct_feedback_texts）。",
    ),
    "examples": ("Examples, identifiers masked", "原声示例（已脱敏）"),
    "examples_def": (
        "The texts that fit the choices, those that feel worst first, with the reasons (fct_feedback_texts).",
        "符合条件的文本，情感最差的在前，附情感依据（fct_feedback_texts）。",
    ),
    "voice_finding": (
        "{negative} of {whole} texts are negative ({share}). The term in most texts is “{term}” ({count}).",
        "{whole} 条文本中 {negative} 条为负面（{share}）。提及最多的词是“{term}”（{count} 条）。",
    ),
    "voice_bad": (" Felt worst: {terms}.", " 情感最差的词：{terms}。"),
    "positive": ("positive", "正面"),
    "neutral": ("neutral", "中性"),
    "negative": ("negative", "负面"),
    "unlabelled": ("no label", "未判定"),
    # service
    "hours": ("When cases come in", "工单到达时间"),
    "hours_def": (
        "Cases by weekday and hour of opening, in the business time zone {zone} (fct_service_cases).",
        "按星期和小时统计的工单，时区 {zone}（fct_service_cases）。",
    ),
    "bands": ("Does a slow answer lower satisfaction?", "响应越慢满意度越低吗？"),
    "bands_def": (
        "Satisfied ÷ rated cases by time to the first human answer, with the 95 % interval (response_satisfaction).",
        "按首次人工回复时长分档：满意 ÷ 已评价工单及 95% 区间（response_satisfaction）。",
    ),
    "queues": ("Promises kept, by queue", "各队列时效达成"),
    "queues_def": (
        "Cases whose first answer was in time, late, or is not due or measured yet (fct_service_cases).",
        "首次回复按时、超时、未到期或无法计量的工单数（fct_service_cases）。",
    ),
    "in_time": ("in time", "按时"),
    "late": ("late", "超时"),
    "not_measured": ("not measured", "未计量"),
    "service_finding": (
        "{cases} cases, {complaints} of them complaints.",
        "共 {cases} 个工单，其中投诉 {complaints} 个。",
    ),
    "service_promises": (
        " {met} of {due} with a promise were answered in time ({share}).",
        "有时限要求的 {due} 个中 {met} 个按时回复（{share}）。",
    ),
    "service_silent": (
        " Whether any was answered in time cannot be told.",
        "是否按时回复无从得知。",
    ),
    "service_peak": (" Most come in on {day} around {hour}:00.", " {day} {hour} 点前后最多。"),
    # trust
    "ledger": ("Where every received record went", "每条记录的去向"),
    "ledger_def": (
        "Received = accepted + duplicate + quarantined + out of scope + erased + expired; each counted by itself (record_ledger).",
        "接收 = 采纳 + 重复 + 隔离 + 范围外 + 已删除 + 已过保留期，各自独立计数（record_ledger）。",
    ),
    "trust_finding": (
        "{received} records received, {accepted} accepted ({share}). {late} of {tables} tables are late; {drift} columns differ from the "
        "contract.",
        "共接收 {received} 条记录，采纳 {accepted} 条（{share}）。{tables} 张表中 {late} 张延迟；{drift} 列与约定不符。",
    ),
    "ledger_balanced": (" The ledger balances.", " 台账平衡。"),
    "ledger_unbalanced": (" The ledger does NOT balance.", " 台账不平衡！"),
    "watermarks": ("How far each table reaches", "各表数据截止时间"),
    "watermarks_def": (
        "Late: older than the seed's expected lag at the time of the newest event (source_watermarks).",
        "延迟：相对最新事件时间超出约定滞后（source_watermarks）。",
    ),
    "quarantine": ("Why records were quarantined", "隔离原因"),
    "quarantine_def": (
        "Records by reason (quarantined_records).",
        "按原因统计的记录数（quarantined_records）。",
    ),
    "drift": ("Columns that differ from the contract", "与约定不符的列"),
    "drift_def": (
        "Columns that a landed file has and the contract does not know, and the other way round (schema_drift).",
        "文件中有而约定中没有的列，或约定中有而文件缺少的列（schema_drift）。",
    ),
    "identity": ("What identity made of identifiers", "身份识别结果"),
    "identity_def": (
        "Match rate: records that carry the identifier and were matched ÷ records that carry it (identity_summary).",
        "匹配率 = 带该标识且匹配成功的记录 ÷ 带该标识的记录（identity_summary）。",
    ),
    "accepted": ("accepted", "采纳"),
    "duplicate": ("duplicate", "重复"),
    "quarantined": ("quarantined", "隔离"),
    "out_of_scope": ("out of scope", "范围外"),
    "erased": ("erased", "已删除"),
    "expired": ("expired", "已过保留期"),
    # the scorecard, people and effects
    "home_answer": (
        "**{topic}** {name}: {figure} ({period}; {part} of {whole}{interval}){change}{next}.",
        "**{topic}** {name}：{figure}（{period}，{part} / {whole}{interval}）{change}{next}。",
    ),
    "home_change": (", {points} on the period before", "，较上期 {points}"),
    "home_next": ("; next {name} ({figure})", "；其次为{name}（{figure}）"),
    "home_origin": ("Where from.", "从哪来。"),
    "home_conversion": ("Where they convert.", "在哪转化。"),
    "home_best": ("What feels best.", "哪步最好。"),
    "home_loss": ("What loses most.", "哪步流失最多。"),
    "business_goal": ("Business goal", "业务目标"),
    "priorities": ("What speaks for mending it first", "优先改进的触点"),
    "priorities_def": (
        "Σ weight × urgency ÷ Σ weight of the business goal, 0–1; urgency is the share of the other touchpoints at which the figure is less urgent (touchpoint_priorities).",
        "Σ权重 × 紧迫度 ÷ Σ权重（0–1）；紧迫度为该指标上不如它紧迫的其他触点占比（touchpoint_priorities）。",
    ),
    "leading": ("Leading figure", "主要原因"),
    "scorecard_def": (
        "Each key figure of a touchpoint and its change on the period before; changes are null where a period is not complete or a figure is withheld (touchpoint_scorecard).",
        "每个触点的关键指标及较上期变化；时期不完整或样本不足时变化为空（touchpoint_scorecard）。",
    ),
    "scorecard_first": (
        "{count} touchpoints ({period}). First to mend: {name} (priority {score}, most of all for its {figure}).",
        "{period}共 {count} 个触点。最优先改进：{name}（优先级 {score}，主要因为{figure}）。",
    ),
    "rfm_def": (
        "Buyers by fifth of recency (5 = last) and of frequency (5 = most) (user_profiles).",
        "按近度（5 为最近）与频度（5 为最多）五分位统计的买家（user_profiles）。",
    ),
    "recency_axis": ("recency {n}", "近度 {n}"),
    "frequency_axis": ("frequency {n}", "频度 {n}"),
    "stages": ("People by stage of life", "各生命周期阶段人数"),
    "risks": ("Reasons for risk", "风险原因"),
    "risks_def": (
        "People who meet each reason (user_risk_reasons).",
        "符合各风险原因的人数（user_risk_reasons）。",
    ),
    "tags": ("People by tag", "各标签人数"),
    "tags_def": (
        "People who meet each tag's conditions (user_tags).",
        "符合各标签条件的人数（user_tags）。",
    ),
    "retention": ("Retention by cohort", "同期群留存"),
    "retention_def": (
        "Persons active on just that day ÷ persons of the cohort; grey: withheld (retention_cohorts).",
        "恰在该日活跃的人数 ÷ 同期群人数；灰色：样本不足（retention_cohorts）。",
    ),
    "repurchase_chart": ("Buy again within {n} days", "{n} 天内复购率"),
    "repurchase_def": (
        "Buyers with a second order in the window ÷ buyers of the cohort; mature cohorts only (repurchase_cohorts).",
        "窗口内再次下单的买家 ÷ 同期群买家；仅成熟同期群（repurchase_cohorts）。",
    ),
    "window": ("Window", "窗口"),
    "day_n": ("day {n}", "第 {n} 天"),
    # the digest
    "digest": ("Digest {period}", "月报 {period}"),
    "digest_changes": ("What changed, by mix or by rate", "变化来自结构还是自身转化率"),
    "digest_changes_def": (
        "Change on the month before = Σ mix + Σ rate; and the category with the largest effect (mix_and_rate_changes).",
        "较上月变化 = Σ结构效应 + Σ率效应；并列出影响最大的一类（mix_and_rate_changes）。",
    ),
    "digest_nowhere": (
        "Complaints gather nowhere more than their orders explain.",
        "没有投诉异常集中的触点与地区。",
    ),
    "digest_next": (
        "What to do next: steps where most could be won back",
        "下一步：可挽回最多的步骤",
    ),
    # pages of marts to come
    "scorecard_finding": ("{count} touchpoints ({period}).", "{period}共 {count} 个触点。"),
    "scorecard_table": ("Every touchpoint in one row", "每个触点一行"),
    "rfm": ("People by recency and frequency", "按近度与频度分布的客户"),
    "segment_bars": ("People by segment", "各分群人数"),
    "segments_def": ("People (user_profiles).", "客户数（user_profiles）。"),
    "segments_finding": (
        "{count} people; the largest segment is {name} ({share}).",
        "共 {count} 人；最大的分群是 {name}（{share}）。",
    ),
    "audience_bars": ("Audiences", "人群包"),
    "audience_def": ("People in each audience (audiences).", "各人群包的人数（audiences）。"),
    "action_bars": ("Next best actions", "下一步行动"),
    "action_def": (
        "People for whom each action is proposed (next_best_actions).",
        "各行动建议覆盖的人数（next_best_actions）。",
    ),
    "cohorts": ("Retention by cohort", "同期群留存"),
    "effects_chart": ("Effect of each action", "各行动的效果"),
    "effects_def": (
        "Difference in differences with its 95 % interval; relative change beside the points (action_effects).",
        "双重差分效果及 95% 区间，同时给出相对变化（action_effects）。",
    ),
    "outreach_lift": ("What outreach won over its holdout", "推送相对留出组的提升"),
    "outreach_lift_def": (
        "Share of the reached who come to the goal that the campaign is for less that of the held-out (outreach_lift).",
        "各活动中触达人群达成活动目标的比例减留出组的比例（outreach_lift）。",
    ),
    "effects_finding": (
        "{count} effects: {verdicts}.",
        "共 {count} 项效果：{verdicts}。",
    ),
    # where a number comes from
    "explain": ("Where it comes from", "口径与来源"),
    "explained": ("**Where they come from**", "**口径与来源**"),
    "all_of": ("All of {mart}", "查看 {mart} 全部内容"),
    "trace_which": (
        "To file and line: which row ({column})",
        "追溯到原始文件与行：选择明细（{column}）",
    ),
    "trace_how": (
        "Type this in the project's folder, where the build database is: it answers with the file, the line and the record.",
        "在项目目录（构建数据库所在处）运行下面的命令，即可看到原始文件、行号与记录。",
    ),
    "trace_further": (
        "These rows are totals. The relations above that begin with fct_ hold single facts; from their rows a command leads "
        "on to file and line.",
        "这些行为汇总。上列以 fct_ 开头的表为单条事实，从其明细可用命令追溯到原始文件与行。",
    ),
    "trace_none": (
        "These rows stand for no single record.",
        "这些行不对应单条原始记录。",
    ),
    # status
    "status": ("Refreshes", "更新状态"),
    "status_question": (
        "Did the last refreshes go well, and what came in?",
        "最近的更新是否顺利，接入了什么？",
    ),
    "status_finding": (
        "The last refresh began on {time} UTC and took {duration}: **{outcome}**. {failed} of {runs} refreshes failed.",
        "最近一次更新始于 {time} UTC，用时 {duration}：**{outcome}**。{runs} 次更新中有 {failed} 次失败。",
    ),
    "status_loads": (
        "Of the newest loads {warned} are beyond a limit that warns, {stopped} beyond one that stops publishing.",
        "最新一批接入中，{warned} 项超过警告线，{stopped} 项超过停止发布线。",
    ),
    "status_volumes": (
        "{count} of {tables} tables came in with an unusual volume.",
        "{tables} 张表中有 {count} 张接入量异常。",
    ),
    "no_refreshes": (
        "No refresh is recorded here: `make refresh` writes its history beside the publication. What was built and "
        "published by hand has none.",
        "此处没有更新记录：`make refresh` 会在发布目录旁写入历史；手动构建和发布没有记录。",
    ),
    "no_audits": ("No load had records rejected.", "没有任何接入批次出现拒收记录。"),
    "last_refresh": ("Last refresh", "最近更新"),
    "last_refresh_help": (
        "How the refresh that began on {time} UTC ended (run_history beside the publication).",
        "始于 {time} UTC 的更新的结果（发布目录旁的 run_history）。",
    ),
    "landed_to_published": ("Landed to published", "接入到发布"),
    "landed_to_published_help": (
        "From the time of the newest landed file to the time at which readers saw it, in the last refresh that published.",
        "最近一次更新中，从最新文件落地到读者可见的时间。",
    ),
    "landed_files": ("Landed files", "原始文件"),
    "landed_files_help": (
        "Landed files that this publication was made from (file_ledger).",
        "本次发布所用的原始文件数（file_ledger）。",
    ),
    "open_alerts": ("Open alerts", "未关闭预警"),
    "open_alerts_help": ("Alerts that are not closed (alerts).", "未关闭的预警（alerts）。"),
    "duration": ("Duration", "用时"),
    "refresh_steps": ("How long each step took", "各步骤用时（秒）"),
    "refresh_steps_def": (
        "Seconds of each step of the last {count} refreshes that did something; those that found nothing new are not kept "
        "(run_history beside the publication).",
        "最近 {count} 次有实际动作的更新中各步骤用时（秒）；无新数据的更新不记录（发布目录旁的 run_history）。",
    ),
    "refreshes": ("The last refreshes", "最近的更新"),
    "refreshes_def": (
        "Times in UTC. Held: published, but something was held back, was away or could not be told "
        "(run_history beside the publication).",
        "时间为 UTC。部分完成：已发布，但有来源被暂缓、不可用或通知未送达（发布目录旁的 run_history）。",
    ),
    "last_steps": ("Steps of the last refresh ({time} UTC)", "最近一次更新的步骤（{time} UTC）"),
    "last_steps_def": (
        "In their order, with the seconds that they took (run_history beside the publication).",
        "按先后顺序，及各步用时（秒）（发布目录旁的 run_history）。",
    ),
    "refresh_done": ("done", "完成"),
    "refresh_failed": ("failed", "失败"),
    "refresh_wrong": ("wrong setting", "设置有误"),
    "refresh_held": ("partly held", "部分完成"),
    "audits": ("Loads beside their limits", "接入批次与上限"),
    "audits_def": (
        "Newest load of each table with rejected records, and earlier ones beyond a limit: rejected ÷ received, and the shares "
        "that warn and stop. few: too few records to judge (load_audits).",
        "每张表最新且有拒收记录的批次，以及超限的历史批次：拒收 ÷ 接收，及警告线、停止线。few：记录过少不作判断（load_audits）。",
    ),
    "volumes": ("Volume of the newest loads", "最新批次接入量"),
    "volumes_def": (
        "Records of the newest load day ÷ the median of the load days before it (load_volumes).",
        "最新接入日记录数 ÷ 此前各接入日的中位数（load_volumes）。",
    ),
    "files": ("Rejected records by file", "各文件的拒收记录"),
    "files_def": (
        "Records of each landed file that were rejected, of all in it; below: file, line and reason of each "
        "(file_ledger, quarantined_records).",
        "每个原始文件中被拒收的记录数（占文件全部记录）；明细给出文件、行号与原因（file_ledger、quarantined_records）。",
    ),
    "alerts_def": (
        "Breaches of rules, the open ones first: what was observed against what was expected (alerts).",
        "触发规则的异常，未关闭的在前：实际与预期（alerts）。",
    ),
    # details
    "details": ("All tables", "全部数据表"),
    "details_question": (
        "What does any published relation hold, and what do its columns mean?",
        "每张已发布的表里有什么，各列是什么含义？",
    ),
    "mart": ("Relation", "数据表"),
    "condition": ("Condition {number}", "条件 {number}"),
    "condition_value": ("Value of condition {number}", "条件 {number} 的值"),
    "no_condition": ("none", "无"),
    "details_finding": (
        "{count} of {every} rows fit the choices.",
        "符合条件 {count} 行，共 {every} 行。",
    ),
    "details_key": ("Each has its own {columns}.", "每行的唯一键：{columns}。"),
    "no_catalogue": (
        "what it holds was not published with it; publish again.",
        "本次发布未附说明，请重新发布。",
    ),
    "no_rows_at_all": (
        "The relation has no rows: the exports that were landed hold nothing that it is made from.",
        "该表没有记录：已接入的数据中没有可用于生成它的内容。",
    ),
    "rows": ("Rows", "行数"),
    "rows_table": ("Rows", "明细"),
    "rows_table_def": (
        "The first {shown} of {count} rows of {mart}, by its key; the CSV has {kept}.",
        "{mart} 的 {count} 行中按唯一键排序的前 {shown} 行；CSV 含 {kept} 行。",
    ),
    "columns_table": ("Columns", "列说明"),
    "columns_def": (
        "Of the rows that fit: how many have a value; of numbers and times the least and the greatest; and what the model of {mart} "
        "says of the column.",
        "在符合条件的行中：有值的行数；数值与时间的最小、最大值；以及 {mart} 的模型对该列的说明。",
    ),
    "counts": ("Rows by {column}", "按 {column} 的行数"),
    "counts_def": (
        "Rows of {mart} with each of the most frequent values of {column}; the other condition holds.",
        "{mart} 中 {column} 各常见取值的行数；另一条件仍然有效。",
    ),
    # units and columns that need more than their own name
    "monday": ("Mon", "周一"),
    "tuesday": ("Tue", "周二"),
    "wednesday": ("Wed", "周三"),
    "thursday": ("Thu", "周四"),
    "friday": ("Fri", "周五"),
    "saturday": ("Sat", "周六"),
    "sunday": ("Sun", "周日"),
    "conversions": ("Conversions", "转化数"),
    "people": ("People", "人数"),
    "orders": ("Orders", "订单"),
    "cases": ("Cases", "工单"),
    "texts": ("Texts", "文本数"),
    "records": ("Records", "记录数"),
    "journey_count": ("Journeys", "旅程数"),
    "entries": ("Entries", "进入次数"),
    "share": ("Share", "占比"),
    "cost": ("Cost", "花费"),
    "value": ("Value", "成交额"),
    "return_on_spend": ("Return on spend", "投产比"),
    "seconds": ("{n} s", "{n} 秒"),
    "minutes": ("{n} min", "{n} 分钟"),
    "hours_unit": ("{n} h", "{n} 小时"),
    "days": ("{n} d", "{n} 天"),
    "category": ("Topic", "主题"),
    "queue": ("Queue", "队列"),
}

# Columns of tables, English from the name itself, Chinese from here.
COLUMNS_ZH = {
    "path": "路径",
    "journey_count": "旅程数",
    "converted_count": "转化数",
    "open_count": "进行中",
    "value": "成交额",
    "conversion_rate": "转化率",
    "conversion_rate_low": "区间下限",
    "conversion_rate_high": "区间上限",
    "median_hours_to_convert": "转化时长中位数（小时）",
    "channel": "渠道",
    "channel_code": "渠道",
    "touchpoint": "触点",
    "touchpoint_code": "触点",
    "region": "地区",
    "campaign": "活动",
    "goal_code": "目标",
    "model": "模型",
    "model_code": "模型",
    "conversions": "转化数",
    "share": "占比",
    "share_low": "区间下限",
    "share_high": "区间上限",
    "low": "区间下限",
    "high": "区间上限",
    "cost": "花费",
    "return_on_spend": "投产比",
    "cost_per_conversion": "单次转化成本",
    "period": "时间",
    "part": "分子",
    "whole": "分母",
    "rate": "比率",
    "step": "步骤",
    "step_name": "步骤",
    "entries": "进入次数",
    "term": "词",
    "text_count": "文本数",
    "sentiment": "情感",
    "mean_score": "平均评分",
    "cases": "工单",
    "queue": "队列",
    "in_time": "按时",
    "late": "超时",
    "not_measured": "未计量",
    "hour": "小时",
    "weekday": "星期",
    "source_system": "系统",
    "source_table": "表",
    "received": "接收",
    "accepted": "采纳",
    "duplicate": "重复",
    "quarantined": "隔离",
    "out_of_scope": "范围外",
    "erased": "已删除",
    "expired": "已过保留期",
    "reason_code": "原因",
    "records": "记录数",
    "newest_event_at": "最新事件",
    "newest_load_at": "最新接入",
    "expected_lag_hours": "约定滞后（小时）",
    "lag_hours": "滞后（小时）",
    "is_late": "是否延迟",
    "column_name": "列",
    "drift": "差异",
    "is_needed": "是否必需",
    "file_count": "文件数",
    "first_seen_at": "首次出现",
    "identifier_type": "标识类型",
    "identifier_count": "标识数",
    "user_count": "人数",
    "match_rate": "匹配率",
    "match_rate_low": "区间下限",
    "match_rate_high": "区间上限",
    "conflict_count": "冲突数",
    "blocked_count": "屏蔽数",
    "note": "说明",
    "month": "月份",
    "people": "人数",
    "orders": "订单",
    "recoverable_conversions": "可挽回转化",
    "recoverable_value": "可挽回价值",
    "benchmark_rate": "基准",
    "gap": "差距",
    "masked_text": "原声",
    "answered_at": "时间",
    "sentiment_label": "情感",
    "evidence_terms": "依据",
    "topic": "主题",
    "band": "响应时长",
    "case_count": "工单",
    "rated_count": "已评价",
    "satisfied_count": "满意",
    "group": "分组",
    "measure": "指标",
    "importance": "重要性",
    "lift": "提升度",
    "complaint_count": "投诉数",
    "order_count": "订单数",
    "mix": "结构效应",
    "rate_effect": "率效应",
    "from": "来自",
    "to": "去向",
    "journeys": "旅程数",
    "outcome": "结局",
    "figure_count": "已知指标数",
    "code": "名称",
    "drop_off_count": "流失",
    "entry_count": "进入次数",
    "entered_count": "全部进入",
    "conversion_from_start": "总转化率",
    "user_id": "客户",
    "column": "列",
    "meaning": "含义（模型说明）",
    "mart": "数据表",
    "type": "类型",
    "filled": "有值行数",
    "least": "最小",
    "greatest": "最大",
    "rows": "行数",
    "step_seconds": "用时（秒）",
    "run_seconds": "总用时（秒）",
    "landed_to_published_seconds": "接入到发布（秒）",
    "not_done": "未完成的步骤",
    "source_file": "文件",
    "source_row": "记录序号",
    "received_count": "接收",
    "accepted_count": "采纳",
    "duplicate_count": "重复",
    "quarantined_count": "隔离",
    "out_of_scope_count": "范围外",
    "erased_count": "已删除",
    "expired_count": "已过保留期",
    "rejected_count": "拒收",
    "rejected_share": "拒收占比",
    "warn_share": "警告线",
    "stop_share": "停止线",
    "is_newest": "是否最新",
    "load_day": "接入日",
    "former_load_count": "此前批次数",
    "former_median": "此前中位数",
    "volume_ratio": "相对倍数",
    "started_at": "开始",
    "ended_at": "结束",
    "reached_at": "到达时间",
    "entered_at": "进入时间",
    "opened_at": "时间",
    "step_count": "步数",
    "is_suppressed": "样本不足",
    "touch_count": "触达次数",
    "person_count": "人数",
    "csat": "CSAT",
    "nps": "NPS",
    "customer_tier": "客户等级",
    "metric": "指标",
    "dimension": "维度",
    "total_change": "总变化",
    "category": "影响最大的一类",
    "effect": "其影响",
    "funnel_code": "漏斗",
    "conversion_from_previous": "上一步转化率",
    "severity": "级别",
    "status": "状态",
    "detected_at": "发现时间",
    "observed": "实际",
    "expected": "预期",
    "priority_score": "优先级",
    "priority_rank": "排名",
    "leading_figure_code": "主要原因",
    "value_share": "价值占比",
    "strength": "强度",
    "has_landed": "是否接入",
    "about_touchpoint_code": "所涉触点",
    "action_code": "行动",
    "action_id": "行动编号",
    "action_name": "行动",
    "action_name_zh": "行动（中文）",
    "action_rank": "行动排名",
    "active_channel_count": "活跃渠道数",
    "active_channels": "活跃渠道",
    "active_day_count": "活跃天数",
    "activity_tags": "标签",
    "after": "行动后",
    "after_denominator": "行动后分母",
    "after_end_date": "行动后止",
    "after_numerator": "行动后分子",
    "after_start_date": "行动后起",
    "after_user_count": "行动后人数",
    "age_days": "天数",
    "arm": "组别",
    "as_of_date": "画像日",
    "assigned_queue": "队列",
    "audience_code": "人群包",
    "audience_name": "人群包名称（英文）",
    "audience_name_zh": "人群包名称",
    "band_code": "响应时长",
    "before": "行动前",
    "before_denominator": "行动前分母",
    "before_numerator": "行动前分子",
    "before_start_date": "行动前起",
    "before_user_count": "行动前人数",
    "bottleneck_rank": "瓶颈排名",
    "breakdown_value": "拆分取值",
    "buyers": "买家",
    "case_id": "工单编号",
    "category_code": "主题",
    "ces": "CES",
    "ces_change": "CES 变化",
    "ces_high": "CES 区间上限",
    "ces_low": "CES 区间下限",
    "ces_response_count": "CES 答卷",
    "churn_reasons": "流失原因",
    "churn_risk": "流失风险",
    "cohort_size": "同期群人数",
    "complainant_count": "投诉人数",
    "complaint_cohort_count": "已成熟投诉",
    "complaint_count_change": "投诉数变化",
    "complaint_order_count": "已成熟订单",
    "complaint_rate": "投诉率",
    "complaint_rate_change": "投诉率变化",
    "complaint_rate_high": "投诉率区间上限",
    "complaint_rate_low": "投诉率区间下限",
    "complaints": "投诉数",
    "contribution_conversions": "归因转化",
    "contribution_conversions_change": "归因转化变化",
    "contribution_share": "贡献占比",
    "contribution_value": "归因成交额",
    "control_after": "对照组行动后",
    "control_after_denominator": "对照组行动后分母",
    "control_after_numerator": "对照组行动后分子",
    "control_after_user_count": "对照组行动后人数",
    "control_before": "对照组行动前",
    "control_before_denominator": "对照组行动前分母",
    "control_before_numerator": "对照组行动前分子",
    "control_before_user_count": "对照组行动前人数",
    "control_segment": "对照组",
    "conversion_count": "转化数",
    "conversion_from_previous_high": "上一步转化率区间上限",
    "conversion_from_previous_low": "上一步转化率区间下限",
    "conversion_from_start_high": "总转化率区间上限",
    "conversion_from_start_low": "总转化率区间下限",
    "conversion_id": "转化编号",
    "conversion_rate_change": "转化率变化",
    "converted_at": "转化时间",
    "converted_person_count": "转化人数",
    "converted_user_count": "转化人数",
    "counted": "计入",
    "credit": "归因份额",
    "csat_change": "CSAT 变化",
    "csat_high": "CSAT 区间上限",
    "csat_low": "CSAT 区间下限",
    "csat_response_count": "CSAT 答卷",
    "csat_satisfied_count": "CSAT 满意",
    "decided_at": "决定时点",
    "denominator": "分母",
    "dissatisfaction_reasons": "不满原因",
    "dissatisfaction_risk": "不满风险",
    "effect_absolute": "效果",
    "effect_relative": "相对变化",
    "effect_relative_high": "相对变化区间上限",
    "effect_relative_low": "相对变化区间下限",
    "end_date": "结束日",
    "entry_id": "进入编号",
    "evidence_count": "依据次数",
    "exit_code": "退出码",
    "expires_at": "有效至",
    "explanation_zh": "说明",
    "first_active_date": "首次活跃",
    "first_channel_code": "首次渠道",
    "first_met_at": "首次符合",
    "first_reached_at": "首次触达",
    "first_response_seconds": "首次回复（秒）",
    "frequency_score": "频度得分",
    "has_pre_trend": "事前趋势不一",
    "high_text_count": "高分文本",
    "holdout_converted_count": "留出组转化",
    "holdout_rate": "留出组转化率",
    "holdout_rate_high": "留出组区间上限",
    "holdout_rate_low": "留出组区间下限",
    "holdout_user_count": "留出组人数",
    "identifiers_per_user": "人均标识数",
    "intent_decile": "意向十分位",
    "intent_percentile": "意向百分位",
    "intent_rate": "意向率",
    "intent_rate_change": "意向率变化",
    "intent_rate_high": "意向率区间上限",
    "intent_rate_low": "意向率区间下限",
    "intent_score": "意向得分",
    "interested_person_count": "意向人数",
    "is_complaint": "是否投诉",
    "is_complaint_mature": "投诉率是否成熟",
    "is_complete": "时期是否完整",
    "is_concentrated": "是否集中",
    "is_conversion_mature": "转化率是否成熟",
    "is_converted": "是否转化",
    "is_first_response_in_sla": "首次回复是否按时",
    "is_higher_better": "越高越好",
    "is_holdout": "是否留出",
    "is_known": "是否实名",
    "is_mature": "是否成熟",
    "is_measurable": "可否衡量",
    "is_optional": "是否可选",
    "is_resolved": "是否解决",
    "item_id": "商品",
    "journey_id": "旅程编号",
    "journey_status": "旅程状态",
    "label": "情感",
    "largest_placebo": "最大安慰剂效果",
    "last_active_date": "最近活跃",
    "last_met_at": "最近符合",
    "last_ordered_date": "最近下单",
    "last_reached_at": "最近到达",
    "lifecycle_stage": "生命周期",
    "lift_high": "提升区间上限",
    "lift_low": "提升区间下限",
    "low_text_count": "低分文本",
    "matched_record_count": "匹配记录数",
    "mature_from_date": "成熟日",
    "matured_person_count": "窗口已过人数",
    "mean": "均值",
    "mean_sentiment": "平均情感",
    "mean_sentiment_change": "平均情感变化",
    "mean_sentiment_high": "平均情感区间上限",
    "mean_sentiment_low": "平均情感区间下限",
    "measure_code": "衡量内容",
    "median_first_response_seconds": "首次回复中位数（秒）",
    "median_first_response_seconds_change": "首次回复中位数变化（秒）",
    "median_seconds_from_previous": "距上一步中位数（秒）",
    "medium": "媒介",
    "metric_code": "指标",
    "mix_effect": "结构效应",
    "monetary_score": "金额得分",
    "month_start_date": "月份",
    "net_amount": "净额",
    "no_effect_margin": "无效果界限",
    "nps_change": "NPS 变化",
    "nps_detractor_count": "贬损者",
    "nps_high": "NPS 区间上限",
    "nps_low": "NPS 区间下限",
    "nps_promoter_count": "推荐者",
    "nps_response_count": "NPS 答卷",
    "numerator": "分子",
    "outcome_days": "结果天数",
    "people_needed": "所需人数",
    "period_start_date": "时期起",
    "period_type": "时期类型",
    "person_count_change": "人数变化",
    "persons": "人数",
    "placebo_count": "安慰剂天数",
    "placebo_share": "安慰剂显著占比",
    "points": "分值",
    "pre_trend_p": "事前趋势 p 值",
    "pre_trend_per_30_days": "事前趋势（每 30 天）",
    "preferred_category": "偏好品类",
    "preferred_channel_code": "偏好渠道",
    "preferred_hour": "偏好时段",
    "previous_denominator": "上期分母",
    "previous_entry_count": "上一步进入次数",
    "previous_month": "上月",
    "previous_numerator": "上期分子",
    "previous_period_start_date": "上期起",
    "previous_share": "上期占比",
    "priority": "优先级",
    "rated_text_count": "有评分文本",
    "rating": "评分",
    "reached_step": "到达步骤",
    "reason": "原因（英文）",
    "reason_zh": "原因说明",
    "recency_days": "距最近下单（天）",
    "recency_score": "近度得分",
    "record_count": "记录数",
    "record_id": "记录编号",
    "relative_lift": "相对提升",
    "relative_lift_high": "相对提升区间上限",
    "relative_lift_low": "相对提升区间下限",
    "repurchase_rate": "复购率",
    "repurchase_rate_high": "区间上限",
    "repurchase_rate_low": "区间下限",
    "repurchasers": "复购人数",
    "request_count": "请求数",
    "response_status": "回复状态",
    "retained": "留存人数",
    "retention_rate": "留存率",
    "retention_rate_high": "区间上限",
    "retention_rate_low": "区间下限",
    "rfm_segment_code": "RFM 分群",
    "risk_code": "风险",
    "rule_code": "规则",
    "run_id": "更新编号",
    "score": "评分",
    "score_id": "评分编号",
    "score_type": "评分类型",
    "segment_dimension": "分组维度",
    "shared_count": "共用标识数",
    "start_date": "开始日",
    "step_number": "步骤序号",
    "subject_name_zh": "对象",
    "tables": "表数",
    "tag_code": "标签",
    "tag_name": "标签名称（英文）",
    "tag_name_zh": "标签名称",
    "text_id": "文本编号",
    "texts": "文本数",
    "total_conversions": "全部转化",
    "total_value": "全部成交额",
    "touch_count_change": "触达次数变化",
    "touchpoint_count": "互动次数",
    "treated_change": "处理组变化",
    "treated_change_high": "处理组变化区间上限",
    "treated_change_low": "处理组变化区间下限",
    "treated_converted_count": "触达组转化",
    "treated_rate": "触达组转化率",
    "treated_rate_high": "触达组区间上限",
    "treated_rate_low": "触达组区间下限",
    "treated_segment": "处理组",
    "treated_user_count": "触达组人数",
    "verdict": "结论",
    "washout_days": "洗脱天数",
    "window_days": "窗口（天）",
    "subject_name": "对象",
    "explanation": "说明",
    "from_channel_code": "来自渠道",
    "to_channel_code": "去向渠道",
}

# Why a record was rejected, before or after the column that it is about.
REJECTIONS = {
    "missing": ("missing {column}", "缺少 {column}"),
    "invalid": ("invalid {column}", "{column} 无法读取"),
    "out_of_range": ("out of range {column}", "{column} 超出范围"),
}

MODELS = {
    "first": ("first touch", "首次接触"),
    "last": ("last touch", "末次接触"),
    "last_non_direct": ("last non-direct", "末次非直接"),
    "linear": ("linear", "线性"),
    "position_based": ("position-based", "位置加权"),
    "w_shaped": ("W-shaped", "W 型"),
    "time_decay": ("time decay", "时间衰减"),
    "shapley_set": ("Shapley, sets", "Shapley（集合）"),
    "shapley_path": ("Shapley, paths", "Shapley（路径）"),
}

CODES = {
    "(unattributed)": ("(unattributed)", "（未归因）"),
    "(unknown)": ("(unknown)", "（未知）"),
    "(none)": ("(none)", "（无）"),
    "(no campaign)": ("(no campaign)", "（无活动）"),
    "(all)": ("All", "全部"),
    "(others)": ("others", "其他"),
    "(non_response)": ("(no answer)", "（未作答）"),
    "repurchase": ("repurchase", "复购"),
    "overall": ("overall satisfaction", "整体满意度"),
    "conversion": ("conversion", "转化"),
    "channel": ("channel", "渠道"),
    "touchpoint": ("touchpoint", "触点"),
    "region": ("region", "地区"),
    "session_conversion": ("Sessions that hold a paid order", "成交访问占比"),
    "session_order_rate": ("Visits that order", "访问成交率"),
    "average_order_value": ("Average order value", "客单价"),
    "mobile": ("mobile", "手机"),
    "desktop": ("desktop", "电脑"),
    "tablet": ("tablet", "平板"),
    "unanswered": ("unanswered", "未回复"),
    "new": ("new", "新客"),
    "active": ("active", "活跃"),
    "lapsing": ("lapsing", "沉默中"),
    "lost": ("lost", "已流失"),
    "won_back": ("won back", "已召回"),
    "non_buyer": ("has not bought", "未购买"),
    "low": ("low", "低"),
    "medium": ("medium", "中"),
    "high": ("high", "高"),
    "open": ("open", "未关闭"),
    "acknowledged": ("acknowledged", "已知悉"),
    "closed": ("closed", "已关闭"),
    "balanced": ("balanced", "均衡"),
    "growth": ("growth", "增长"),
    "satisfaction": ("satisfaction", "满意度"),
    "service": ("service", "服务"),
    "traffic": ("traffic", "流量"),
    "intent": ("interest", "意向"),
    "contribution": ("contribution", "贡献"),
    "csat": ("CSAT", "CSAT"),
    "nps": ("NPS", "NPS"),
    "ces": ("CES", "CES"),
    "sentiment": ("sentiment", "情感"),
    "response": ("response time", "响应时长"),
    "complaint": ("complaints", "投诉"),
    "improved": ("improved", "有改善"),
    "worsened": ("worsened", "变差"),
    "no effect": ("no effect", "无效果"),
    "inconclusive": ("inconclusive", "尚无定论"),
    "immature": ("not mature yet", "尚未成熟"),
    "before/after only": ("before/after only", "仅前后对比"),
    "social_care": ("social care", "社媒客服"),
    "complaints": ("complaints", "投诉处理"),
    "after_sales": ("after-sales", "售后"),
    "logistics": ("logistics", "物流"),
    "membership": ("membership", "会员"),
    "store": ("store", "门店"),
    "advice": ("advice", "咨询"),
    "billing": ("billing", "账务"),
    "general": ("general", "综合"),
}

# Steps of a refresh and how they end.
STEPS = {
    "ingest": ("ingest", "接入"),
    "build": ("build and test", "构建与检验"),
    "audit": ("audit of loads", "批次审核"),
    "publish": ("publish", "发布"),
    "publish_role": ("publish for roles", "按角色发布"),
    "visible": ("seen by readers", "读者可见"),
    "freshness": ("freshness", "新鲜度"),
    "notify": ("notify", "通知"),
}
STATUSES = {
    "done": ("done", "完成"),
    "failed": ("failed", "失败"),
    "wrong": ("wrong setting", "设置有误"),
    "held": ("held", "暂缓"),
    "busy": ("busy", "占用中"),
    "late": ("sources late", "来源延迟"),
    "warned": ("warned", "有警告"),
    "nothing_new": ("nothing new", "无新数据"),
}


def _in_chinese(*codes: str) -> dict[str, str]:
    """What CODES say of some codes in Chinese."""
    return {code: CODES[code][1] for code in codes}


SENTIMENTS_ZH = {"positive": "正面", "neutral": "中性", "negative": "负面"}

# Words that stand as values in tables of the pages, Chinese; a CSV keeps the code. Codes of the company stay as they are.
VALUES_ZH = {
    "arm": {
        "treated, before": "处理组，行动前",
        "treated, after": "处理组，行动后",
        "control, before": "对照组，行动前",
        "control, after": "对照组，行动后",
    },
    "drift": {"missing": "缺少", "extra": "多出", "retyped": "类型不符"},
    "journey_status": {"converted": "已转化", "lapsed": "未转化", "open": "进行中"},
    "label": SENTIMENTS_ZH,
    "lifecycle_stage": _in_chinese("new", "active", "lapsing", "lost", "won_back"),
    "period_type": {"day": "日", "week": "周", "month": "月", "all": "全部"},
    "priority": {"urgent": "紧急", "high": "高", "normal": "普通", "low": "低"},
    "response_status": {"answered": "已回复", "unanswered": "未回复", "unmeasured": "无法计量"},
    "risk_code": {
        "churn": "流失",
        "dissatisfaction": "不满",
        "churn, dissatisfaction": "流失、不满",
    },
    "sentiment_label": SENTIMENTS_ZH,
    "severity": _in_chinese("high", "medium", "low"),
    "status": {
        **_in_chinese("open", "acknowledged", "closed"),
        "ok": "正常",
        "warn": "警告",
        "stop": "停止",
        "few": "记录过少",
        "low": "偏低",
        "high": "偏高",
        **{code: chinese for code, (_, chinese) in STATUSES.items()},
    },
    "step": {code: chinese for code, (_, chinese) in STEPS.items()},
    "strength": {"strong": "强", "weak": "弱"},
    "verdict": {
        **_in_chinese(
            *("improved", "worsened", "no effect", "inconclusive", "immature", "before/after only")
        ),
        "no holdout": "无留出组",
        "not sent": "未推送",
    },
}
# What columns of the pages' own mean, whatever relation they are made from.
GENERIC = {
    "part": ("Numerator.", "分子。"),
    "whole": ("Denominator.", "分母。"),
    "rate": ("Numerator ÷ denominator.", "分子 ÷ 分母。"),
    "share": ("Part of the total of this chart, 0–1.", "占图中合计的比例，0–1。"),
    "low": ("Lower end of the 95 % interval.", "95% 置信区间下限。"),
    "high": ("Upper end of the 95 % interval.", "95% 置信区间上限。"),
    "note": ("Why a figure is not shown.", "不显示的原因。"),
    "period": ("Month of the figures, or all time.", "所属月份或全部时间。"),
    "people": ("Persons, each counted once.", "人数，每人计一次。"),
    "orders": ("Orders.", "订单数。"),
    "cases": ("Service cases.", "工单数。"),
    "records": ("Landed records.", "原始记录数。"),
    "step_seconds": ("Seconds that the step took.", "该步骤用时（秒）。"),
    "run_seconds": ("Seconds from the beginning of the refresh to its end.", "更新总用时（秒）。"),
    "landed_to_published_seconds": (
        "Seconds from the newest landed file to the publication that shows it.",
        "从最新文件落地到发布可见的秒数。",
    ),
    "exit_code": (
        "Exit code of make refresh: 0 done, 1 failed, 2 wrong setting, 3 partly held.",
        "make refresh 的退出码：0 完成，1 失败，2 设置有误，3 部分完成。",
    ),
    "rows": ("Rows that have the value.", "具有该取值的行数。"),
    "filled": ("Rows that have a value in the column.", "该列有值的行数。"),
}

# Names that seeds give in both languages: file, code, English, Chinese.
SEEDS = {
    "funnel": ("funnel_definitions", "funnel_code", "funnel_name"),
    "goal": ("goals", "goal_code", "goal_name"),
    "topic": ("topics", "topic_code", "topic_name"),
    "category": ("case_categories", "category_code", "category_name"),
    "segment": ("rfm_segments", "segment_code", "segment_name"),
    "metric": ("effect_metrics", "metric_code", "metric_name"),
    "band": ("response_bands", "band_code", "band_name"),
}


def _seed(name: str, industry: str) -> list[dict[str, str]]:
    """Rows of a seed that the industry of the publication uses."""
    path = PROJECT / "seeds" / f"{name}.csv"
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as lines:
        return [
            row for row in csv.DictReader(lines) if row.get("industry", "all") in ("all", industry)
        ]


@cache
def _meanings() -> dict[str, str]:
    """Chinese of what models say, by the English."""
    with MEANINGS_ZH.open(encoding="utf-8", newline="") as lines:
        return {row["english"]: row["chinese"] for row in csv.DictReader(lines)}


def _absent(value: Any) -> bool:
    """Whether a figure is missing."""
    return value is None or math.isnan(float(value))


class Words:
    """The words of a language, and the names of a publication's codes in it."""

    def __init__(self, language: str, publication: Publication) -> None:
        self.language = language if language in LANGUAGES else "en"
        self._at = 0 if self.language == "en" else 1
        self._publication = publication
        self._names: dict[str, dict[str, str]] = {}
        suffix = "" if self._at == 0 else "_zh"
        for kind, relation in (("channel", "dim_channels"), ("touchpoint", "dim_touchpoints")):
            self._read(kind, f"select {kind}_code, {kind}_name{suffix} from {relation}")
        self._read("region", f"select region, region_name{suffix} from dim_regions")
        industry = publication.settings.get("industry", "")
        for kind, (seed, code, name) in SEEDS.items():
            self._names[kind] = {
                row[code]: row.get(name + suffix) or row[code] for row in _seed(seed, industry)
            }
        self._names["rfm_segment"] = self._names["segment"]
        self._names["step"] = {
            row["step_name"]: row["step_name" + suffix]
            for row in _seed("funnel_step_definitions", industry)
        }

    def _read(self, kind: str, sql: str) -> None:
        """Names of codes, where they are published."""
        with contextlib.suppress(NotPublished):
            self._names[kind] = dict(
                self._publication.frame(sql).itertuples(index=False, name=None)
            )

    def __call__(self, key: str, **fields: Any) -> str:
        """A sentence or label, its fields filled in."""
        return WORDS[key][self._at].format(**fields)

    def name(self, kind: str, code: Any) -> str:
        """The name of a code of a kind (channel, touchpoint, funnel …); the code itself where it has none."""
        if code is None or (isinstance(code, float) and math.isnan(code)):
            return self("unknown")
        if kind in ("refresh_step", "refresh_status"):
            names = STEPS if kind == "refresh_step" else STATUSES
            return names[code][self._at] if code in names else str(code)
        if kind == "rejection":
            return self._rejection(str(code))
        if kind == "campaign":
            return CODES[code][self._at] if code in CODES else str(code)
        if kind == "model":
            if code in MODELS:
                return MODELS[code][self._at]
            order = str(code).removeprefix("markov_")
            return f"Markov {order}" if order != code else str(code)
        known = self._names.get(kind, {}).get(code)
        if known:
            return str(known)
        return CODES[code][self._at] if code in CODES else str(code)

    def meaning(self, text: str) -> str:
        """What a model says of a relation or column; as it stands where a company's own model says it."""
        return text if self._at == 0 else _meanings().get(text, text)

    def _rejection(self, code: str) -> str:
        """Why a record was rejected: missing_<column>, invalid_<column>, out_of_range_<column>, unreadable_line."""
        if code == "unreadable_line":
            return ("unreadable line", "无法读取的行")[self._at]
        for what, both in REJECTIONS.items():
            column = code.removeprefix(f"{what}_")
            if column != code:
                return both[self._at].format(
                    column=column if self._at else column.replace("_", " ")
                )
        return code.replace("_", " ")

    def values(self, frame: pd.DataFrame) -> pd.DataFrame:
        """A table as it is shown: words that stand as values in the language chosen."""
        if self._at == 0:
            return frame
        told = {
            name: [VALUES_ZH[name].get(value, value) for value in frame[name]]
            for name in frame.columns
            if name in VALUES_ZH and not pd.api.types.is_numeric_dtype(frame[name])
        }
        return frame.assign(**told) if told else frame

    def generic(self) -> dict[str, str]:
        """What columns of the pages' own mean."""
        return {name: both[self._at] for name, both in GENERIC.items()}

    def column(self, name: str) -> str:
        """The heading of a column."""
        if name in STEPS:
            return STEPS[name][self._at]
        # a column that a page shows in the reader's language is headed as the one it stands for
        name = name.removesuffix("_zh")
        if self._at == 1 and name in COLUMNS_ZH:
            return COLUMNS_ZH[name]
        for end in ("low", "high"):
            if self._at == 1 and name.removesuffix(f"_{end}") in COLUMNS_ZH:
                return f"{COLUMNS_ZH[name.removesuffix(f'_{end}')]}{COLUMNS_ZH[end]}"
        shown = name.removesuffix("_code") if name.endswith("_code") else name
        return shown.replace("_", " ").capitalize() if self._at == 0 else shown

    def number(self, value: Any, digits: int = 0) -> str:
        """A number with separators; digits after the point only where it is small."""
        if _absent(value):
            return "–"
        return f"{float(value):,.{digits}f}"

    def percent(self, value: Any, digits: int = 1) -> str:
        """A share as a percentage, or a dash."""
        if _absent(value):
            return "–"
        return (
            f"{100 * float(value):.{digits}f} %"
            if self._at == 0
            else f"{100 * float(value):.{digits}f}%"
        )

    def money(self, value: Any) -> str:
        """An amount in the reporting currency."""
        if _absent(value):
            return "–"
        return f"{self._publication.currency} {float(value):,.0f}".strip()

    def money_short(self, value: Any) -> str:
        """An amount that has room on a card: of tens of millions in millions, in Chinese in 万."""
        if _absent(value) or abs(float(value)) < 10_000_000:
            return self.money(value)
        told = f"{float(value) / 1e6:,.1f} M" if self._at == 0 else f"{float(value) / 1e4:,.0f} 万"
        return f"{self._publication.currency} {told}".strip()

    def interval(self, low: Any, high: Any, digits: int = 1) -> str:
        """An interval of shares; empty where there is none."""
        if _absent(low) or _absent(high):
            return ""
        return f"{self('interval')} {100 * float(low):.{digits}f}–{self.percent(high, digits)}"

    def period(self, month: Any) -> str:
        """A month as it is written, or all time."""
        if month in (None, "(all)"):
            return self("all_time")
        if isinstance(month, (date, datetime)):
            return f"{month:%Y-%m}"
        return str(month)[:7]

    def withheld(self) -> str:
        """Why a figure is not shown."""
        return self("withheld", least=self._publication.min_sample)

    @property
    def least(self) -> int:
        """The number below which a figure is withheld."""
        return self._publication.min_sample
