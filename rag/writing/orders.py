"""Recognise sentences that speak to a model instead of telling the reader something.

Patterns over the normal form (simplified characters, half width, lower case), in modern and
classical Chinese and in English. They flag, they do not prove: what is flagged is still shown
and quoted, it only cannot support what a model writes.
"""

from __future__ import annotations

import re


def _any(words: str) -> str:
    return "(?:" + "|".join(words.split()) + ")"


_DROP = _any("忽略 无视 忘记 忘掉 不要理会 不必理会 不要遵守 不必遵守 抛开 丢弃 绕过")
_DROP_OLD = _any("勿从 勿循 勿守 毋从 毋循 毋守 莫从 休从 弃 废 置")
_RULES = _any("指令 指示 规则 提示 上文 以上 之前 先前 前文 约束 要求")
_RULES_OLD = _any("前令 前命 前言 前文 前约 旧令 旧约 上令 诸令 所命")
_YOU = "(?:" + _any("你 您 ai 助手 助理 大模型 语言模型 机器人 回答者 答者 系统") + "们?)"
_MUST = _any("必须 应该 应当 只能 只需 只许 务必 须 需要 只要 得 请")
_WRITE = _any("回答 作答 答 输出 回复 说出 写出 附 加上 标 打印 翻译 重复 复述 念出 告诉")
_SAY_THIS = _any("回答 输出 回复 答曰 对曰 书曰 答道 写道 只写 只答 只说 只书 改口说")
_NOT = _any("不要 不得 不准 不必 不许 不可 不用 勿 毋 莫 禁止 切勿 无需")
_CITE = _any("引用 标注 注明 标出 注出 编号 引注 引文 出处 来源")
_ANSWER = _any("答案 回答 回复 答复 答语 所答")
_ADD = _any("加上 附上 附加 附 写上 插入 贴上 缀以 缀 注上 添上")
_OPEN = rf"(?<![不得勿禁止别]){_any('附上 加上 插入 贴出 缀以 附以')}"
_THERE = _any(r"链接 网址 图片 https? www !\[")

_DROP_EN = _any("ignore disregard forget override bypass discard")
_RULES_EN = r"(?:all|any|the|these|those|your|previous|prior|preceding|earlier)\b.{0,20}?\b"
_RULES_EN += "(?:instructions?|prompts?|guidelines|questions?|messages?|context|above|told|rules)"
_SAY_EN = _any(
    "append insert output print reply respond answer say write repeat include add begin end"
)
_REPLY_EN = "(?:your|every|each|all|the) (?:answer|reply|replies|response)s?"
_THIS_EN = (
    r"(?:(?:only|exactly|verbatim|nothing (?:else|but))\b.{0,16}[\"'“‘:]|this (?:link|picture)\b"
    r"|with (?:the|this) (?:words?|phrase|code|text)\b"
    rf"|(?:to|in|of|with|answer|reply) {_REPLY_EN}|{_REPLY_EN} with\b)"
)
_START_EN = r"(?:^|[.!:;,\"'] ?|\b(?:please|must|should|to|and|then|always|just) )"
_MODEL_EN = _any("ai assistants? chatbots? llms?") + "|(?:ai|language|answering) (?:model|system)s?"
_MUST_EN = "(?:must|should|shall|has to|have to|need to|(?:are|is) (?:required|ordered) to)"

ORDERS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_START_EN}{_DROP_EN}\b.{{0,12}}\b{_RULES_EN}\b",
        r"(?:^|[.!:;] ?)you are now (?:an?\b|the\b|called\b|[a-z]*(?:bot|gpt|dan)\b)",
        r"\bfrom now on,? you (?:are|will|must|shall|answer|reply|respond)\b",
        r"(?:^|[.!:;] ?|\bplease )pretend (?:to be|that you)\b",
        r"\byour new (?:task|role|instructions?) (?:is|are)\b",
        r"\b(?:system|hidden|initial|secret) (?:prompt|instructions?|message|mark)\b",
        r"\b(?:with|of|from|about|reveal|print|repeat) your (?:instructions|prompt|rules)\b",
        r"\b(?:do not|don't|never|stop) (?:cit(?:e|ing)|quot(?:e|ing)|add(?:ing)? (?:any )?cit)",
        r"\bwithout (?:any )?(?:citation|citing|brackets|source numbers)",
        rf"{_START_EN}{_SAY_EN}\b.{{0,30}}\b{_THIS_EN}",
        rf"\b(?:{_MODEL_EN})\b.{{0,20}}\b{_MUST_EN}\b",
        r"\b(?:decode|base64|rot13)\b.{0,60}\b(?:follow|obey|execute|do|instructions?|it says)\b",
        rf"{_DROP}.{{0,14}}(?:{_RULES}|{_RULES_OLD})",
        rf"{_DROP_OLD}.{{0,6}}{_RULES_OLD}",
        r"(?:系统|初始|隐藏|内部)(?:提示|指令|消息|命令)|系统设定|提示词",
        r"(?:从现在起|现在开始|自此|此后|今后).{0,8}(?:你|汝|(?<![㐀-鿿])尔|助手)|你现在是|你的新(?:任务|身份|角色)",
        r"(?:汝|(?<![㐀-鿿])尔|答者|观此文者)(?:等)?(?:当|须|宜|其|必|但|只|惟|勿|毋)",
        rf"{_YOU}{_MUST}.{{0,12}}{_WRITE}",
        rf"(?:^|[,。:;!?\s]){_MUST}.{{0,6}}{_SAY_THIS}(?!了).{{0,4}}[:\"'“‘「『《]",
        rf"(?:只|仅|一律|统一|直接|改为|但|惟|唯)(?:要|需|能|可|许|须)?{_SAY_THIS}(?!了).{{0,4}}[:\"'“‘「『《]",
        rf"{_NOT}.{{0,4}}{_CITE}",
        r"(?:请|须|务必|必须)(?:告知|告诉|通知|转告)(?:读者|用户|提问者|对方)",
        r"\b(?:tell|inform|remind) the (?:reader|user|person asking)\b",
        r"问题(?:已)?(?:改为|改成|变为|替换为)|(?:须|请|应|必须|一律)(?:原样|照样|逐字)(?:输出|复述|写出)",
        rf"{_ANSWER}(?:的|之)?(?:末尾|最后|结尾|开头|末|后|前|里|中)?.{{0,4}}{_MUST}?.{{0,4}}{_ADD}",
        rf"{_OPEN}.{{0,16}}{_THERE}",
        r"(?:解码|译码|base64).{0,16}(?:执行|照做|遵照|照办|指令)",
        r"\]\(\s*(?:https?:|//)|!\[[^\]\n]*\]\(|<(?:img|script|iframe|a|form|video|svg)\b|javascript:",
    )
)
"""Any one of them makes a sentence an order."""

TURN = re.compile(
    r"^[ \t>#*]*(?:system|assistant|user|human|developer|系统|系統|助手|助理|用户|用戶|人类)"
    r"[ \t]*(?:prompt|message|提示|消息|指令)?[ \t*]*[:：]",
    re.IGNORECASE | re.MULTILINE,
)
"""A line that plays a turn of a conversation."""

ENCODED = re.compile(
    r"(?<![\w+/.:=?&%-])(?=[a-z0-9+/]*[A-Z])(?=[A-Z0-9+/]*[a-z])(?!(?:[^/\s]*/){4})"
    r"[A-Za-z0-9+/]{40,}={0,2}"
)
"""A long run of Base64, which nobody reads and some models do; the path of an address is none."""

TEMPLATE = re.compile(
    r"<[|｜][a-z_▁ ]{2,30}[|｜]>|\[/?INST\]|<</?SYS>>|<(?:start|end)_of_turn>", re.IGNORECASE
)
"""Control tokens of chat templates, which no document needs."""
