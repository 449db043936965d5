"""Words that page furniture is made of, in Chinese (both scripts), English, Japanese, Korean.

All are matched on one line, at the edge of a document only.
"""

from __future__ import annotations

import re

_I = re.IGNORECASE

COPYRIGHT = re.compile(
    r"[\[【(（]?\s*(?:©|\(c\)\s*\d{4}|（c）\s*\d{4}|copyright\b|all rights reserved|"
    r"版权所有|版權所有|著作权所有|著作權所有|版权声明|版權聲明|转载请注明|轉載請註明|未经.{0,8}(?:授权|许可|同意)|"
    r"未經.{0,8}(?:授權|許可|同意)|(?:严|嚴)?禁(?:止)?(?:转载|轉載)|無断転載|무단\s*전재|저작권자)|"
    r".{0,40}(?:©|all rights reserved|版权所有|版權所有|ICP\s*[备證证]|公网安备|新闻信息"
    r"服务许可证)",
    _I,
)
REPORT_ADDRESS = re.compile(
    r"(?:本站|网站|網站|全国|平台)?(?:违法(?:和|与|及)?不良信息|违法违规|侵权|涉未成年人|虚假新闻|网络)?"
    r"(?:举报|舉報|投诉|投訴|纠错|糾錯|报料|爆料|客服|广告|廣告|商务合作)"
    r"(?:中心|受理)?(?:邮箱|郵箱|信箱|电话|電話|热线|熱線|方式|网址|QQ|微信)*\s*[:：]"
    r"|(?:违法和不良信息)?举报(?:中心|入口|专区)$"
    r"|(?:report (?:abuse|an error|a problem)|to (?:report|advertise)|customer service)\b.{0,60}$",
    _I,
)
EDITOR = re.compile(
    r"[（(【\[]?\s*(?:责任编辑|責任編輯|责编|責編|本文编辑|编辑|編輯|校对|校對|核稿|审核|審核|监制|監製|值班主任|"
    r"实习生|核校|排版|主编|统筹|原标题|原標題|来源|來源|图片来源|稿件来源|文章来源|作者|"
    r"editors?|edited by|editing by|reporting by|writing by|source)\s*[:：丨|／/]?\s*"
    r"(?<=[:：丨|／/\sy])\S.{0,40}$",
    _I,
)
BUTTON = re.compile(
    r"^(?:分享(?:到|至|给|給|本文)?|一键分享|转发|收藏本?文?|点赞|點讚|打印(?:本页|本頁)?|列印|关闭(?:窗口)?|關閉|"
    r"返回(?:顶部|首页|列表)|回到顶部|回頂部|扫一扫|扫码|掃描|关注我们|展开全文|閱讀全文|阅读全文|阅读原文|"
    r"点击(?:查看|进入|下载)|上一篇|下一篇|我要评论|发表评论|网友评论|评论|字号|字體|字体|推荐|讚|"
    r"share(?: this| on| via)?|tweet|e-?mail this|print|back to top|follow us|sign up|subscribe|"
    r"advertisement|read more|comments?|leave a comment|save|listen|view comments)"
    r"(?:\s*[:：\[【(（|｜·\d].{0,60}|(?:\s+\S{1,12}){0,8}|.{0,6})?$",
    _I,
)
BREADCRUMB = re.compile(
    r"^(?:(?:您|你)?(?:现在|當前|当前)?(?:的)?(?:所在)?位置\s*[:：]|"
    r"(?:you are here|home)\s*[:>»/])|"
    r"^[^>»›。！？]{1,24}(?:\s*[>»›]\s*[^>»›。！？]{1,30}){2,}$|"
    r"^(?:首页|首頁|主页|home)\s*[>»›|｜]",
    _I,
)
LEGAL_LINK = re.compile(
    r"(?:关于我们|關於我們|联系我们|聯絡我們|广告服务|廣告服務|隐私(?:政策|保护|权)|隱私(?:權|政策)|服务条款|"
    r"用户协议|使用条款|网站地图|網站地圖|友情链接|诚聘英才|招聘信息|"
    r"\babout us\b|\bcontact us\b|privacy policy|"
    r"terms (?:of (?:use|service)|and conditions)|"
    r"cookie (?:policy|settings)|sitemap)",
    _I,
)
SITE_HEADER = re.compile(
    r"客户端\s*(?:下载|打开)?$|用戶端$|^(?:打开|下载|立即打开).{0,12}(?:APP|客户端)|(?:^|\s)APP(?:下载|内打开|$)|"
    r"^(?:登录|登錄|登入|注册|註冊)(?:\s*[|｜/／\s]\s*(?:登录|注册|註冊|登入|登錄))*$|"
    r"^(?:skip to (?:main )?content|sign in|log in|menu|search|navigation|home)$|^正文$|^导航$",
    _I,
)
SITE_NAME = re.compile(
    r"(?:网|網|日报|日報|晚报|晚報|早报|时报|時報|新闻|新聞|新闻社|通讯社|周刊|週刊|在线|频道|門戶|门户|电视台|電視台|"
    r"News|Times|Post|Herald|Tribune|Journal|Online|Daily|Gazette|\.(?:com|cn|org|net|tw|hk|gov))$"
)
RELATED = re.compile(
    r"[【\[]?(?:相关(?:阅读|新闻|文章|链接|报道|推荐)|相關(?:閱讀|新聞|文章|連結|報導)|推荐阅读|推薦閱讀|延伸阅读|延伸閱讀|"
    r"热门(?:推荐|文章|新闻|评论)|熱門(?:新聞|文章)|更多(?:新闻|精彩|推荐|文章)|猜你喜欢|"
    r"related (?:articles?|stories|news|topics|content|coverage)|more on this(?: story)?|"
    r"you may also like|recommended(?: for you)?|most read|read next)[】\]]?\s*[:：]?",
    _I,
)
CAPTION = re.compile(
    r"^(?:图为|圖為|图[一二三四五六七八九十\d]*\s*[:：]|圖[一二三四五六七八九十\d]*\s*[:：]|"
    r"资料图|資料照|photo\b|figure \d|image\b)|"
    r"(?:/\s*摄|／摄|摄|攝|供图|提供|新华社发.{0,12})[）)]?\s*$|(?:photo(?:graph)?|image)\s*(?:by|:|credit)",
    _I,
)
BARE_ADDRESS = re.compile(
    r"(?:https?://\S+|www\.\S+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+|(?:电话|电邮|邮箱|网址|tel|e-?mail)\s*[:：]\s*\S+)",
    _I,
)
