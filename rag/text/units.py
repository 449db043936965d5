"""Units, measure words and currencies, on text in normal form."""

from __future__ import annotations

_SPELLINGS = {
    "km": "公里 千米 kilometers kilometres kilometer kilometre kms",
    "m": "米 公尺 meters metres meter metre",
    "cm": "厘米 公分 centimeters centimetres centimeter centimetre",
    "mm": "毫米 millimeters millimetres millimeter millimetre",
    "ft": "英尺 呎 feet foot",
    "mi": "英里 哩 miles mile",
    "英寸": "吋 inches inch",
    "里": "华里",
    "km2": "平方公里 平方千米 square_kilometers square_kilometres sq_km",
    "m2": "平方米 平方公尺 平米 square_meters square_metres",
    "m3": "立方米 cubic_meters cubic_metres",
    "公顷": "hectares hectare ha",
    "亩": "市亩",
    "kg": "公斤 千克 kilograms kilogram kilos kilo kgs",
    "g": "克 公克 grams gram",
    "mg": "毫克 milligrams",
    "吨": "公吨 tonnes tonne tons ton",
    "斤": "市斤",
    "l": "升 公升 litres liters litre liter",
    "ml": "毫升 millilitres milliliters",
    "°c": "摄氏度",
    "°f": "华氏度",
    "度": "degrees degree",
    "秒": "秒钟 seconds secs sec",
    "min": "分钟 minutes minute mins",
    "小时": "个小时 钟头 个钟头 hours hour hrs hr",
    "天": "days day",
    "周": "个星期 星期 个礼拜 礼拜 weeks week",
    "个月": "months month",
    "年": "years year yrs",
    "岁": "years_old year_old years_of_age 周岁",
    "世纪": "个世纪 centuries century",
    "元": "块 块钱 圆 人民币 rmb yuan cny 元人民币",
    "usd": "美元 美金 us_dollars dollars dollar",
    "eur": "欧元 euros euro",
    "gbp": "英镑 pounds_sterling",
    "jpy": "日元 日圆 yen",
    "hkd": "港元 港币 港圆",
    "twd": "新台币 台币",
    "人": "people persons",
    "倍": "times",
    "kw": "千瓦 kilowatts",
    "kv": "千伏 kilovolts",
    "mb": "megabytes",
    "gb": "gigabytes",
    "kwh": "千瓦时 度电",
    "mw": "兆瓦 megawatts",
    "km/h": "公里/小时 千米/小时 公里每小时 kmh kph",
}
UNITS: dict[str, str] = {
    spelling.replace("_", " "): unit
    for unit, spellings in _SPELLINGS.items()
    for spelling in (unit, *spellings.split())
}
"""From the spellings of a unit to the one used for all of them."""

CURRENCIES: dict[str, str] = {
    "$": "usd", "us$": "usd", "usd": "usd", "¥": "元", "rmb": "元", "cny": "元", "€": "eur",
    "eur": "eur", "£": "gbp", "gbp": "gbp", "hk$": "hkd", "nt$": "twd", "jpy": "jpy",
}  # fmt: skip
"""Currency marks in front of a number."""

MEASURES = frozenset(
    [
        *UNITS,
        *"个名位次届条项种件所座场支只头匹棵株颗枚辆艘架台部本册卷篇页章节段句字幅张份期号站家间",
        *"层栋幢户口组队班批轮代类级等款套对双副门科课道面排行列辈任胜负局盘杯瓶桶箱袋包碗盆",
        *"点分月日季集首曲回票席枪弹发吨尊把顶根片块股笔顿餐宗起处尾线路",
        "国", "省", "市", "县", "区", "镇", "乡", "村", "州", "校", "战", "车", "方", "军", "师",
        "大学", "学期", "学年", "年级", "年代", "百分点", "人次", "平方", "立方", "万", "亿",
    ]
)  # fmt: skip
"""Words that make a single Chinese digit before them a number."""

CLEAR_AFTER_ONE = frozenset(
    spelling
    for spelling, unit in UNITS.items()
    if unit not in ("度", "周", "人", "m", "吨", "元", "倍", "秒", "天", "年", "里", "l", "g")
) | frozenset({"年", "天", "元", "倍", "米", "吨", "公里", "克", "年级"})
"""Units after which even 一, mostly an article, is a number."""
