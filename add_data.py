import csv, io, pathlib
root=pathlib.Path('data')
def read(p): 
    raw=p.read_text('utf-8'); return raw.splitlines(keepends=True)
def line(cells):
    b=io.StringIO(); csv.writer(b,lineterminator='\n').writerow(cells); return b.getvalue()
# sources, alphabetical
p=root/'sources.csv'; L=read(p); head,body=L[0],L[1:]
new=[
["ccfs_2000_university_history".replace("ccfs","benkewang"),"郑州黄河科技学院是公办还是民办？","本科网","","https://www.benkewang.com/37361.html","","","low","a site on admissions; founded 1984, approved for bachelor's degrees in March 2000 as the first private university in the country","false"],
["cctv_2023_sichuan","时政微视频丨瞰四川","央视新闻客户端","2023","http://jingmen.cjyun.org/p/332969.html","","","medium","repost by a local paper; 2022 total 5.67 trillion, sixth in the country","false"],
["chengdu_daily_2023_gdp","[2023年四川GDP首破6万亿]","成都日报锦观","2024-01-20","https://finance.sina.com.cn/jjxw/2024-01-20/doc-inaecpri9939415.shtml","","","high","repost on Sina; China News Service prints the same total","false"],
["cpd_2022_migrants","统计局:农民工总量29251万人 进城农民工13309万人","中国警察网","2022-04-29","http://news.cpd.com.cn/n18151/202204/t20220429_1027711.html","","","high","the bureau's monitoring report of 2021, after China News Service","true"],
["gmw_2001_pishu","皮书（背景）","光明日报","2001-02-15","http://www.gmw.cn/01gmrb/2001-02/15/GB/02^18693^0^GMC1-116.htm".replace("^","%5E"),"","","high","first volume 1990 with another press, in this press's hands since 1997","true"],
["people_2016_migrants","河南农村返乡创业人数猛增","人民日报海外版","2016-08-15","http://capital.people.com.cn/n1/2016/0815/c405954-28635590.html","","","high","the provincial labour department's report on the first half of 2016","true"],
["pishu_2018_history","刻画科研年轮 讲述精彩中国——社会科学文献出版社20载皮书专业化建设纪实","皮书网","2018-08-22","https://pishu.cn/psyc/psyj/524306.shtml","","","high","the press's own site","true"],
["sichuan_2022_government","[2021年四川GDP首次突破5万亿大关]","","2022-01-20","http://www.bjxrcc.cn/review/2022/0120/20186.html","","","medium","repost of the provincial press conference; a repost of the statistics bureau prints the same total","false"],
["weibo_2022_henan_population","#南周数读#【2021年河南常住人口减少58万】","南方周末","2022-06","https://my.weibo.com/1639498782/LuM2WC5gj","","","medium","after the bureau's population report of 24 May 2022; residents agree with henan_communique_2021","true"],
["wxredian_2024_henan_population","[《河南统计年鉴2024》人口表与第七次人口普查]","","2024","https://wxredian.com/art?id=00f2eeba1233aab025efdf533654c9e6","","","medium","repost; registered = residents - from other provinces + in other provinces holds to the last person, and residents are the census's","false"],
["zhejiang_2022_economy","[浙江十年，载《浙江经济》]","浙江经济","2022-03-15","https://fx361.cc/page/2022/0315/18768302.shtml","","","medium","repost; 7.35 trillion, fourth in the country; a second article of the magazine prints 73516","false"],
["zhejiang_2022_communique_notes","[2021年浙江统计公报解读，载《浙江经济》]","浙江经济","2022","https://fx361.cc/page/2022/1208/12607708.shtml","","","medium","repost; agrees with zhejiang_2022_economy","false"],
["zhejiang_2023_communique","2023年浙江省国民经济和社会发展统计公报","浙江省统计局、国家统计局浙江调查总队","2024-03-04","http://zjzd.stats.gov.cn/zwgk/xxgkml/tjxx/tjgb/202403/t20240304_110816.html","","","high","","true"],
]
ids={l.split(',')[0] for l in body}
for r in new:
    assert r[0] not in ids,r[0]
    l=line(r); k=next((i for i,x in enumerate(body) if i>0 and x.split(',')[0]>r[0]),len(body)); body.insert(k,l)
p.write_text(head+''.join(body),'utf-8',newline='\n')
# names + series: before cbec_total
p=root/'economy/names.csv'; L=read(p)
k=next(i for i,x in enumerate(L) if x.startswith('cbec_total,'))
names=[
["rural_labour_out_province","农村劳动力转移就业，省外输出","Rural labour working outside the province","万人","10,000 people","henan_communique_2021","medium","a stock at the end of the period"],
["rural_labour_in_province","农村劳动力转移就业，省内转移","Rural labour moved to work within the province","万人","10,000 people","henan_communique_2021","medium","a stock at the end of the period"],
["rural_labour_transferred","农村劳动力转移就业总量","Rural labour moved to other work","万人","10,000 people","henan_communique_2021","medium","a stock at the end of the period"],
["rural_labour_new","新增农村劳动力转移就业","Rural labour newly moved to other work","万人","10,000 people","henan_communique_2021","medium","within the year, inside and outside the province"],
["registered_in_other_provinces","户籍在本省、常住外省的人口","Registered here, resident in other provinces","万人","10,000 people","wxredian_2024_henan_population","medium","census of 2020"],
["newly_left_province","当年新增出省人口","Additional people outside the province in the year","万人","10,000 people","weibo_2022_henan_population","medium",""],
["residents_year_end","年末常住人口","Residents at the end of the year","万人","10,000 people","henan_communique_2021","medium",""],
["migrant_workers_cross_province","外出农民工中跨省流动的人数","Migrant workers who crossed a provincial border","万人","10,000 people","cpd_2022_migrants","high",""],
["pishu_fields","社会科学文献出版社皮书覆盖的领域","Fields that the blue books of Social Sciences Academic Press cover","个","","pishu_2018_history","high",""],
]
names[-1][4]="fields"
L[k:k]=[line(r) for r in names]; p.write_text(''.join(L),'utf-8',newline='\n')
p=root/'economy/series.csv'; L=read(p)
k=next(i for i,x in enumerate(L) if x.startswith('cbec_total,'))
S=lambda s,reg,per,f,v,u,src,c,note='',kind='printed',vint='first':[s,reg,per,f,v,u,vint,kind,src,c,note]
rows=[
S("rural_labour_out_province","河南","2016H1","YTD","1167","万人","people_2016_migrants","high","stock at the end of June"),
S("rural_labour_out_province","河南","2021","A","1255.97","万人","henan_communique_2021","medium","stock at the end of the year; with 1878.36 inside the province it sums to the total"),
S("rural_labour_in_province","河南","2016H1","YTD","1700","万人","people_2016_migrants","high","stock at the end of June"),
S("rural_labour_in_province","河南","2021","A","1878.36","万人","henan_communique_2021","medium"),
S("rural_labour_transferred","河南","2016H1","YTD","2867","万人","people_2016_migrants","high","stock at the end of June"),
S("rural_labour_transferred","河南","2021","A","3134.33","万人","henan_communique_2021","medium"),
S("rural_labour_new","河南","2021","A","47.63","万人","henan_communique_2021","medium"),
S("registered_in_other_provinces","河南","2020","A","1610.0852","万人","wxredian_2024_henan_population","medium","census night 2020-11-01, 16100852"),
S("newly_left_province","河南","2021","A","64.3","万人","weibo_2022_henan_population","medium"),
S("residents_year_end","河南","2021","A","9883","万人","henan_communique_2021;weibo_2022_henan_population","medium"),
S("migrant_workers_cross_province","全国","2021","A","7130","万人","cpd_2022_migrants","high"),
S("pishu_fields","全国","2018","A","600","个","pishu_2018_history","high","printed 600多",kind="lower_bound"),
]
L[k:k]=[line(r) for r in rows]; p.write_text(''.join(L),'utf-8',newline='\n')
# provinces gdp_level: after the 2020 rows / before 2022
p=root/'economy/provinces.csv'; L=read(p)
P=lambda reg,per,v,src,c,note='',rank='':["gdp_level",reg,per,"A",v,"亿元",rank,"first","printed",src,c,note]
k=next(i for i,x in enumerate(L) if x.startswith('gdp_level,') and ',2022,A' in x)
L[k:k]=[line(r) for r in [P("浙江","2021","73516","zhejiang_2022_communique_notes;zhejiang_2022_economy","medium","fourth in the country",4),P("四川","2021","53850.79","sichuan_2022_government","medium")]]
k=max(i for i,x in enumerate(L) if x.startswith('gdp_level,') and ',2022,A' in x)+1
L[k:k]=[line(r) for r in [P("四川","2022","56700","cctv_2023_sichuan","medium","printed 5.67 trillion, rounded; sixth in the country",6),P("浙江","2023","82553","zhejiang_2023_communique","high"),P("四川","2023","60132.9","chengdu_daily_2023_gdp","high","first print; 2022 was revised to 56610.2 before")]]
p.write_text(''.join(L),'utf-8',newline='\n')
