"""The asking words of English: fragments of patterns, in lower case.

Every module of this room takes its English from here. A fragment holds no capturing group and
is matched between word borders.
"""

from __future__ import annotations

WHY = "why|how come"
WHEN = "when|(?:what|which) (?:year|date|day|month|century|decade|time)"
NUMBER = (
    "how (?:many|much|old|long|far|tall|high|large|big|often|deep|fast|wide)"
    "|what (?:percentage|percent|number|proportion|fraction|amount)"
)
WHO = "who(?:m|se)?"
WHERE = "where|(?:what|which) (?:country|city|state|place|town|region|county|continent)"
HOW = "how"

INTERROGATIVES = (
    "what|which|who|whom|whose|when|where|why|how|many|much|did|does|do|is|are|was|were"
    "|the|a|an|of|in|to|by|for|on|that|it|has|have|had|be|been"
)
"""What is blanked out of a question before its words are compared."""
ASKS = "what|which|who|whom|whose|when|where|why|how"

LEAD = "and|but|or|so|then|also|even|what about|how about|what if"
"""What begins a question that goes on from the one before."""
POINTING = (
    r"it|its|this|these|those|they|them|their|theirs|he|him|his|she|hers?|there|then|ones?"
    r"|that(?= (?:is|was|one|limit|rule|case|apply|mean|work|cost)\b|\W*$)"
)
"""What stands for something named before."""
PERSONAL = "he|him|his|she|hers?|it|its"
"""Of these, what one name can take the place of."""
THING = frozenset(("it", "its"))
POSSESSIVE = frozenset(("his", "its"))
OBJECT_HER = r"her(?=\s*(?:[?.,!;]|$|to\b|in\b|at\b|on\b|for\b|and\b|with\b|from\b))"
_LITTLE = """
    a an and any are as at besides but by can could did do does during for from had has have he her
    his how however i if in is it its many most no not of on one or she so some tell that the their
    then there these they this those to was we were what when where which while who whom whose why
    will with would yes you also after before music although because both each
"""
NOT_NAMES = frozenset(_LITTLE.split())
"""Words that only begin a sentence with a capital letter."""

GREETING = "hello|hi|hey|hiya|hello there|hi there|good (?:morning|afternoon|evening|day)"
THANKS = (
    "(?:ok |okay |great |perfect |alright |many )?(?:thanks|thank you|thx|ty|cheers)"
    "(?: so much| very much| a lot| again| a bunch)?"
    "|ok|okay|okey|alright|all right|great|perfect|cool|nice|good|got it|i see|understood|fine"
    "|never ?mind|bye|goodbye|see you|that is all|that's all"
)

WORK = (
    "document|article|report|file|paper|manual|handbook|guide|book|policy|contract|page|text|notice"
    "|memo|chapter|pdf|essay|docs|documentation|collection|material|content|story"
)
"""What a document may be called."""
THIS = "this|the|that|these|those|all|all the|my|our|your"
TELLS = (
    r"what(?:'s| is| are| does| do)(?P<about>.+?)"
    r"(?: (?:all |mainly |mostly )?about| say| tell(?: me| us)?| cover| contain| discuss| describe)"
)
"""What asks what a document tells; the name stands in the middle. The one fragment with a group."""
SUM_UP = (
    r"(?:please |can you |could you |would you |pls )*"
    r"(?:summari[sz]e|sum up|outline|give (?:me )?(?:a|an|the) (?:short |brief |quick )?"
    r"(?:summary|overview|outline|gist)(?: of)?|(?:summary|overview|outline|gist|tl;?dr)(?: of)?)"
)
WHICH_WORKS = (
    r"(?:what|which|how many) (?:document|file|article|page|text|doc|source)s"
    r"(?: do you (?:have|know)| are (?:there|here|in (?:here|it|this))| have you got)?"
)
