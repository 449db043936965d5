"""Words that page furniture is made of, in Chinese (both scripts), English, Japanese, Korean.

All are matched on one line, at the edge of a document only.
"""

from __future__ import annotations

import re

_I = re.IGNORECASE

COPYRIGHT = re.compile(
    r"[\[【(（]?\s*(?:©|[(（]c[)）]\s*\d{4}|copyright\s*(?:©|[(（]c[)）]|\d{4}|by\b|:)|"
    r"all rights reserved|(?:版权|版權|著作权|著作權)所有|(?:版权|版權)(?:声明|聲明)\s*[:：]|"
    r"(?:转载|轉載)请?請?(?:注明|註明)|(?:严|嚴)?禁止?(?:转载|轉載)|"
    r"未[经經].{0,8}(?:授权|授權|许可|許可|同意).{0,6}(?:不得|禁止|严禁|嚴禁|请勿|請勿)|"
    r"無断転載|무단\s*전재|저작권자)|"
    r".{0,40}(?:©|all rights reserved|(?:版权|版權)所有|ICP\s*[备證证]|公网安备|"
    r"新闻信息服务许可证)",
    _I,
)
DISCLAIMER = re.compile(
    r"[【\[(（]?(?:免责声明|免責聲明|特别声明|特別聲明|声明|聲明|disclaimer)[】\])）]?\s*[:：]", _I
)
REPORT_ADDRESS = re.compile(
    r"(?:本站|本网|网站|網站|全国|平台)?(?:违法(?:和|与|及)?不良信息|违法违规|侵权|涉未成年人|虚假新闻|网络)*"
    r"(?:举报|舉報|纠错|糾錯|报料|爆料|新闻热线|广告|廣告)"
    r"(?:中心|受理|合作|服务|服務)?(?:邮箱|郵箱|信箱|电话|電話|热线|熱線|方式|网址|QQ|微信)*\s*[:：]"
    r"|(?:违法和不良信息|网络)举报(?:中心|入口|专区)$"
    r"|to (?:report an error|advertise)\b.{0,60}$",
    _I,
)
EDITOR = re.compile(
    r"[（(【\[]?\s*(?:(?:责任|責任|本文|见习|值班|执行)?(?:编辑|編輯)|责编|責編|校对|校對|核稿|审核|審核|监制|監製|"
    r"值班主任|实习生|核校|排版|主编|统筹|原标题|原標題|(?:图片|稿件|文章|新闻|资料)?(?:来源|來源)|作者|"
    r"editors?|source)\s*[:：丨|／/]\s*[^。！？]{1,40}$"
    r"|(?:edited|editing|reporting|written|writing|additional reporting) by [A-Z].{1,60}$",
    _I,
)
# Longer words stand before the shorter ones they begin with: the groups below never look back,
# so that no line, however odd, takes long.
_BUTTON_WORDS = (
    r"分享(?:到|至|给|給|本文)?|一键分享|转发|轉發|收藏(?:本文)?|点赞|點讚|打印(?:本页|本頁)?|友善列印|列印|"
    r"关闭(?:窗口)?|關閉|返回(?:顶部|首页|列表)|回到?[顶頂]部|扫一扫|扫码|掃描|关注我们|展开全文|"
    r"[閱阅][读讀]全文|阅读原文|点击(?:查看|进入|下载)(?:全文|原文|大图|更多)?|我要评论|发表评论|"
    r"網友評論|网友评论|评论|評論|字号|字體|字体|大\s*中\s*小|小\s*中\s*大|推荐|讚|"
    r"微信|新浪微博|微博|朋友圈|QQ空间|QQ|豆瓣|LINE|Facebook|Twitter|WhatsApp|LinkedIn|Telegram|Weibo|"
    r"WeChat|登录|登錄|登入|注册|註冊|首页|首頁|正文|导航|菜单|搜索|"
    r"share(?: this(?: article| story| page)?| on| via)?|tweet|e-?mail(?: this)?|"
    r"print(?: this page)?|copy link|back to top|follow us(?: on)?|sign (?:up|in)|log ?in|"
    r"subscribe(?: now)?|advertisement|read more|leave a comment|view comments|comments?|save|"
    r"listen|skip to (?:main )?content|menu|search|home|navigation"
)
BUTTON = re.compile(
    rf"(?:(?>{_BUTTON_WORDS})[\s:：|｜/／·\[\]【】()（）\d+,]*+)++|"
    r"(?:上一篇|下一篇|前一篇|后一篇|previous|next)\s*[:：].{0,80}|"
    r"(?:打开|下载|立即打开).{0,12}(?:APP|客户端).{0,10}",
    _I,
)
BREADCRUMB = re.compile(
    r"(?:[您你]?(?:现在|当前|當前|目前)?的?(?:所在)?位置\s*[:：]|you are here\s*[:>»])|"
    r"(?:首页|首頁|主页|主頁|home)\s*[>»›|｜/]|"
    r"[^\W\d][^>»›。！？]{0,24}(?:\s*[>»›]\s*[^\W\d][^>»›。！？]{0,30}){2,}$",
    _I,
)
LEGAL_LINK = re.compile(
    r"关于(?:我们|本站)|關於我們|联系(?:我们|方式)|聯絡我們|(?:广告|廣告)(?:服务|服務|合作)|隐私(?:政策|保护|权)|"
    r"隱私(?:權|政策)|服务条款|服務條款|用户协议|使用条款|法律声明|网站地图|網站地圖|友情链接|诚聘英才|招聘信息|"
    r"\babout(?: us)?\b|\bcontact(?: us)?\b|\bprivacy(?: policy)?\b|"
    r"\bterms(?: of (?:use|service)| and conditions)?\b|\bcookies?(?: policy| settings)?\b|"
    r"\bsitemap\b|\bcareers\b",
    _I,
)
SITE_NAME = re.compile(
    r"(?:网|網|日报|日報|晚报|晚報|早报|时报|時報|新闻|新聞|新闻社|通讯社|周刊|週刊|在线|频道|門戶|门户|电视台|電視台|"
    r"客户端|用戶端|APP|"
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
