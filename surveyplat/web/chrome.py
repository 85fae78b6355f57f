"""The words of the page around a questionnaire: buttons, notices, errors, in every language that we speak ourselves.

A questionnaire may be written in a language that is not here; its chrome is then English.
"""

from collections.abc import Mapping
from types import MappingProxyType

FALLBACK = "en"

_ENGLISH = {
    "language_name": "English",
    "choose_language": "Language",
    "start": "Start",
    "resume": "Continue where you stopped",
    "next": "Continue",
    "submit": "Send my answers",
    "back": "Back",
    "minutes": "About {minutes} minutes",
    "about_sale": "About your {model} from {dealer}",
    "about_service": "About your visit to {dealer} on {date}",
    "about_lost": "About your experience with {dealer}",
    "about_enquiry": "About your enquiry at {dealer} on {date}",
    "about_dealer": "About {dealer} and its manufacturer",
    "about_employee": "About your work at {dealer}",
    "about_inspection": "Inspection of {dealer} on {date}",
    "optional": "optional",
    "several": "Tick all that apply. If nothing applies, just continue.",
    "characters": "At most {count} characters",
    "most": "Tick at most {count}.",
    "sum": "These must come to {total} in all; leave empty what gets nothing.",
    "ranking": "Start with place 1; choose each answer only once.",
    "place": "Place {number}",
    "choose": "Please choose",
    "say": "“{choice}”: please say what",
    "yes": "yes",
    "no": "no",
    "any_dealer": "the dealer",
    "any_brand": "the brand",
    "any_region": "the region",
    "any_date": "that day",
    "page_number": "Page {number}",
    "page_of": "Page {number} of {count}",
    "error_title": "Please look at this again",
    "error_prefix": "Error:",
    "fault_required": "Please answer this question",
    "fault_unknown_choice": "This answer is not one of the choices; please choose again",
    "fault_exclusive": "“{choice}” cannot be combined with other answers",
    "fault_too_long": "Please shorten this to {count} characters",
    "fault_consent": "Please tick this to continue",
    "fault_most": "Please tick no more than {count}",
    "fault_words": "Please say in words what you mean by “{choice}”",
    "fault_number": "Please enter a number in digits, such as {example}",
    "fault_whole": "Please enter a whole number",
    "fault_decimals": "Please enter at most {count} decimals",
    "fault_below": "This must be {bound} or more",
    "fault_above": "This must be {bound} or less",
    "fault_date": "Please enter a day as year, month, day, such as {example}",
    "fault_early": "This must be {day} or later",
    "fault_late": "This must be {day} or earlier",
    "fault_rank_twice": "“{choice}” is chosen more than once; please choose each answer only once",
    "fault_rank_hole": "Place {number} is empty; please fill the places from the first on",
    "fault_rank_places": "Please choose an answer for each of the {count} places",
    "fault_share": "“{choice}”: please enter a whole number, 0 or more",
    "fault_sum_short": "So far these come to {sum}; {rest} more make {total}",
    "fault_sum_above": "These come to {sum}, which is {rest} more than {total}",
    "receipt_title": "Thank you",
    "receipt_stored": "Your answers have been stored.",
    "receipt_number": "Receipt number",
    "receipt_again": "You can close this page. If you open the link again, you will see this receipt.",
    "unknown_title": "This link does not open a survey",
    "unknown_body": "It may have expired, or may not have been copied whole. Please open the link from the latest "
    "message that you received from us.",
    "busy_title": "One moment, please",
    "busy_body": "Our system is very busy or being maintained just now. Nothing you typed is lost: wait a few seconds, "
    "then try again.",
    "again": "Try again",
    "conflict_title": "You have also answered this on another device",
    "conflict_body": "Your latest answers are saved. If you prefer the other one, choose it again below, then "
    "continue.",
    "conflict_there": "On the other device:",
    "conflict_now": "Saved now:",
    "connection_lost": "No connection at the moment. What you fill in is kept on this device and sent as soon as the "
    "connection is back.",
    "connection_back": "You are connected again. Everything is saved.",
    "too_large_title": "This page was too large to send",
    "too_large_body": "Please go back and shorten your text.",
    "broken_title": "Something went wrong on our side",
    "broken_body": "Your earlier pages are stored. Please open your link again in a few minutes.",
    "synthetic": "Demonstration with synthetic data",
}

_CHINESE = {
    "language_name": "简体中文",
    "choose_language": "语言",
    "start": "开始填写",
    "resume": "继续填写",
    "next": "下一页",
    "submit": "提交答卷",
    "back": "上一页",
    "minutes": "大约需要 {minutes} 分钟",
    "about_sale": "关于您在{dealer}购买的 {model}",
    "about_service": "关于您 {date} 在{dealer}的到店服务",
    "about_lost": "关于您与{dealer}往来的经历",
    "about_enquiry": "关于您 {date} 在{dealer}的咨询或试驾",
    "about_dealer": "关于{dealer}与厂家的合作",
    "about_employee": "关于您在{dealer}的工作",
    "about_inspection": "{date} 对{dealer}的现场检查",
    "optional": "选填",
    "several": "可多选；如果都没有，请直接点“下一页”。",
    "characters": "最多 {count} 个字",
    "most": "最多可选 {count} 项。",
    "sum": "合计须为 {total}；不分配的可以留空。",
    "ranking": "请从第 1 位开始选择；每个选项只能选一次。",
    "place": "第 {number} 位",
    "choose": "请选择",
    "say": "“{choice}”：请具体说明",
    "yes": "是",
    "no": "否",
    "any_dealer": "经销店",
    "any_brand": "本品牌",
    "any_region": "本地区",
    "any_date": "当天",
    "page_number": "第 {number} 页",
    "page_of": "第 {number} 页，共 {count} 页",
    "error_title": "请再看一下以下问题",
    "error_prefix": "错误：",
    "fault_required": "请回答这个问题",
    "fault_unknown_choice": "这个答案不在选项中，请重新选择",
    "fault_exclusive": "“{choice}”不能与其他选项同时选择",
    "fault_too_long": "请缩短到 {count} 个字以内",
    "fault_consent": "请勾选后再继续",
    "fault_most": "最多只能选 {count} 项",
    "fault_words": "请用文字说明“{choice}”指的是什么",
    "fault_number": "请填写数字，例如 {example}",
    "fault_whole": "请填写整数",
    "fault_decimals": "最多保留 {count} 位小数",
    "fault_below": "不能小于 {bound}",
    "fault_above": "不能大于 {bound}",
    "fault_date": "请按年、月、日填写日期，例如 {example}",
    "fault_early": "不能早于{day}",
    "fault_late": "不能晚于{day}",
    "fault_rank_twice": "“{choice}”选了不止一次；每个选项只能选一次",
    "fault_rank_hole": "第 {number} 位还空着；请从第 1 位开始依次选择",
    "fault_rank_places": "请为全部 {count} 个位次各选一项",
    "fault_share": "“{choice}”：请填写 0 或以上的整数",
    "fault_sum_short": "目前合计 {sum}，还差 {rest} 才到 {total}",
    "fault_sum_above": "目前合计 {sum}，比 {total} 多出 {rest}",
    "receipt_title": "谢谢您",
    "receipt_stored": "您的答卷已保存。",
    "receipt_number": "回执编号",
    "receipt_again": "您可以关闭本页。再次打开链接时，会看到这张回执。",
    "unknown_title": "这个链接无法打开问卷",
    "unknown_body": "链接可能已过期，或没有复制完整。请从我们最近发给您的消息中打开链接。",
    "busy_title": "请稍候",
    "busy_body": "系统正忙或正在维护。您填写的内容不会丢失：请等几秒钟，然后再试一次。",
    "again": "再试一次",
    "conflict_title": "您在另一台设备上也回答过",
    "conflict_body": "已保存您最新的回答。如果想改用之前的回答，请在下面重新选择，然后继续。",
    "conflict_there": "另一台设备上：",
    "conflict_now": "现已保存：",
    "connection_lost": "网络暂时中断。您填写的内容已保留在本机，网络恢复后会自动发送。",
    "connection_back": "网络已恢复，内容已全部保存。",
    "too_large_title": "这一页的内容太长，无法提交",
    "too_large_body": "请返回并缩短文字。",
    "broken_title": "我们的系统出了点问题",
    "broken_body": "您之前填写的页面都已保存。请过几分钟再打开链接。",
    "synthetic": "演示系统，数据均为模拟",
}

_WORDS: Mapping[str, Mapping[str, str]] = MappingProxyType({"en": _ENGLISH, "zh-Hans": _CHINESE})

LANGUAGES = tuple(_WORDS)


def chrome(language: str) -> Mapping[str, str]:
    """The words in ``language``, in English when we do not speak it."""
    return _WORDS.get(language, _WORDS[FALLBACK])


def preferred(accept_language: str) -> str:
    """The chrome language for an ``Accept-Language`` header: the first listed one that we speak."""
    for part in accept_language.split(","):
        tag = part.split(";")[0].strip().lower()
        if tag.startswith("zh"):
            return "zh-Hans"
        if tag.startswith("en"):
            return "en"
    return FALLBACK
