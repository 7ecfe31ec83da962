import csv, json, pathlib
E=pathlib.Path('data/editions/2022')
def write(name, head, rows):
    with open(E/name,'w',encoding='utf-8',newline='') as f:
        w=csv.writer(f,lineterminator='\n'); w.writerow(head); w.writerows(rows)
write('talks.csv',['position','title_zh','title_en','speaker','speaker_en','role_zh','role_en','session','page','source'],[
[1,'全面推进创新创业 助推经济复苏回暖','Press on with innovation and help the economy recover','胡大白','Hu Dabai','黄河科技学院董事长','Chair of Huanghe S&T University','opening',2,'newsletter'],
[2,'双创蓝皮书见证河南双创事业的伟大成就',"The blue book as a witness to Henan's achievements",'任文武','Ren Wenwu','社科文献出版社城市和绿色发展分社社长','Head of urban and green development at Social Sciences Academic Press','opening',3,'newsletter'],
[3,'《河南创新创业发展报告（2022）》成果发布','The results of the report of 2022','于善甫','Yu Shanfu','河南中原创新发展研究院副院长','Deputy director of the Henan Zhongyuan Institute of Innovation and Development','results',5,'newsletter'],
[4,'河南稳住经济大盘的几个问题',"Some questions on steadying Henan's economy",'喻新安',"Yu Xin'an",'河南中原创新发展研究院院长','Director of the Henan Zhongyuan Institute of Innovation and Development','keynote',16,'newsletter'],
[5,'河南优势产业培育新赛道的路径与对策',"New tracks for Henan's strong industries: ways and measures",'赵西三','Zhao Xisan','河南省社科院工业经济研究所副所长','Deputy head of industrial economics at the Henan Academy of Social Sciences','key',23,'newsletter'],
[6,'跨境电商赋能河南稳增长的思考与建议',"Cross-border e-commerce and Henan's growth: thoughts and proposals",'王小艳','Wang Xiaoyan','河南国际数字贸易研究院院长助理','Assistant director of the Henan International Institute of Digital Trade','key',25,'newsletter'],
])
U=lambda zh,en,o=0,b=0,a=0,y=0,r=0:[zh,en,*('true' if x else 'false' for x in (o,b,a,y,r)),'newsletter']
write('units.csv',['unit_zh','unit_en','organiser','broadcaster','author','convened_yu','convened_ren','source'],[
U('黄河科技学院','Huanghe S&T University',1,0,1,1,1),
U('河南中原创新发展研究院','Henan Zhongyuan Institute of Innovation and Development',1,0,0,1,1),
U('河南省高校智库联盟','Henan University Think Tank Alliance',1,0,0,1),
U('河南国际数字贸易研究院','Henan International Institute of Digital Trade',1,0,1),
U('顶端新闻','Dingduan News',1,1),
U('社会科学文献出版社','Social Sciences Academic Press',1),
U('中华网','China.com',0,1),
U('黄河科技学院融媒体','Huanghe S&T University Media',0,1),
U('云上黄科院','Yunshang Huangkeyuan (university app)',0,1),
U('河南省社科院','Henan Academy of Social Sciences',0,0,1),
U('河南省委党校','Party School of Henan',0,0,1),
U('河南省人社厅','Henan Department of Human Resources',0,0,1),
U('郑州师范学院','Zhengzhou Normal University',0,0,1),
U('河南省宏观经济研究院','Henan Institute of Macroeconomics',0,0,1),
U('洛阳师范学院','Luoyang Normal University',0,0,1),
U('驻马店产业创新发展研究院','Zhumadian Institute of Industrial Innovation',0,0,1),
])
T=lambda part,zh,en,s,r,city='':[part,zh,en,city,'true' if s else 'false','true' if r else 'false','newsletter']
write('topics.csv',['part','topic_zh','topic_en','city','structure','publisher_list','source'],[
T('general','总报告：成效、形势、任务与对策','General report: record, outlook, tasks, measures',1,0),
T('general','总报告：城市创新能力评估','General report: innovation capability of cities',1,0),
T('industry','制造业与数字化转型','Manufacturing and its digital turn',1,1),
T('industry','新能源','New energy',1,1),
T('industry','文旅','Culture and tourism',1,1),
T('industry','现代流通业','Modern distribution',1,1),
T('industry','房地产','Real estate',1,0),
T('region','洛阳','Luoyang',1,0,'410300'),T('region','开封','Kaifeng',1,0,'410200'),T('region','郑州','Zhengzhou',1,0,'410100'),
T('region','驻马店','Zhumadian',1,0,'411700'),T('region','鹤壁','Hebi',1,0,'410600'),T('region','许昌','Xuchang',1,0,'411000'),
T('exploration','数字乡村','Digital villages',1,1),T('exploration','开放式创新体系','An open system of innovation',1,1),
T('exploration','区块链与数字经济','Blockchain and the digital economy',1,1),
T('exploration','科技型中小企业','Small technology firms',1,0),
T('exploration','多式联运','Multimodal transport',1,1),
T('exploration','民营经济','Private business',1,1),
T('unplaced','优势产业换道领跑','Strong industries that change lanes',0,1),
T('unplaced','跨境电商综合试验区','Pilot zones of cross-border e-commerce',0,1),
])
A=[]
def row(code,parent,kind,zh,en,tz='',te='',place_zh='',place_en='',target='false',deadline='false'):
    A.append([code,parent,kind,zh,en,tz,te,place_zh,place_en,target,deadline,'newsletter'])
row('t1','','task','一流创新平台','Platforms','实验室;创新平台;重大科技设施','laboratories;platforms;large facilities')
row('t2','','task','一流创新课题','Research topics','前沿技术;核心技术;共性技术;基础研究','frontier technology;core technology;common technology;basic research')
row('t3','','task','一流创新主体','Firms and institutions','企业主体;高校;科研院所','firms as actors;universities;research institutes')
row('t4','','task','一流创新团队','Teams','领军人才;团队;教育','leading talent;teams;education')
row('t5','','task','一流创新制度','Institutions and rules','项目管理;科研评价;成果转化','project management;evaluation of research;transfer of results')
row('t6','','task','一流创新文化','Culture','科学精神;科普;创新环境;知识产权','spirit of science;popular science;climate for innovation;intellectual property')
L=[
('l1','党的全面领导','Party leadership',[
 ('坚持和加强党的领导','Uphold and strengthen Party leadership','作风建设;三项活动','conduct;three campaigns'),
 ('党建引领','Party building in front','机关创建','model offices'),
 ('“一把手抓创新”','Innovation as the first leader’s business','一把手','first leaders')]),
('l2','数字化转型','Digital turn',[
 ('数字经济核心产业','Core digital industries','数据服务','data services'),
 ('新型基础设施','New infrastructure','5G;物联网;卫星通信','5G;internet of things;satellite links'),
 ('数字化治理','Digital government','智能治理','smart government')]),
('l3','创新投入','Spending on innovation',[
 ('财政科技投入','Public spending on science','重大科技项目;财政科技资金','large science projects;public science funds'),
 ('社会资本','Private capital','社会资本;税收优惠;科研基金','private capital;tax breaks;research funds'),
 ('科技金融','Finance for technology','科技金融','finance for technology'),
 ('创业投资引导基金','Guidance funds for venture capital','创投基金','venture funds')]),
('l4','成果转移转化','Transfer of results',[
 ('转移转化机制','Mechanisms of transfer','成果转化;成果评价;职务成果赋权','transfer of results;valuation of results;rights for inventors'),
 ('转移转化服务体系','Services for transfer','云平台','cloud platform','国家技术转移郑州中心','National Technology Transfer Centre, Zhengzhou'),
 ('专业队伍','Trained staff','专业队伍','trained staff')]),
('l5','创新载体','Places for innovation',[
 ('郑洛新自创区提质','A better Zhengzhou–Luoyang–Xinxiang zone','自创区改革;共性技术','reform of the zone;common technology','郑洛新国家自主创新示范区','Zhengzhou–Luoyang–Xinxiang innovation zone'),
 ('自创区、高新区','Innovation and high-tech zones','高新区','high-tech zones'),
 ('区域科技创新中心','A regional centre of innovation','区域科创中心;都市圈','regional centre;metropolitan area','郑州','Zhengzhou')]),
('l6','新兴产业','New industries',[
 ('新领域、高端产业','New fields, high-end industry','新一代信息技术;高端装备','information technology;high-end equipment'),
 ('“六高”工程','The “six highs”','六高工程','six highs')]),
('l7','科技引领各项工作','Science ahead of all else',[
 ('现代产业体系','A modern industrial system','传统产业;新兴产业;未来产业','old industries;new industries;future industries'),
 ('新型城镇化','Urbanisation','城镇化','urbanisation'),
 ('乡村振兴','Rural revival','农业科技;科普','farm technology;popular science'),
 ('绿色低碳','Green and low-carbon growth','企业主体;绿色技术','firms as actors;green technology')]),
]
for code,zh,en,ms in L:
    row(code,'','line',zh,en)
    for i,m in enumerate(ms,1):
        row(f'{code}_{i}',code,'measure',*m)
write('agenda.csv',['code','parent','kind','title_zh','title_en','terms_zh','terms_en','place_zh','place_en','target','deadline','source'],A)
# schema
p=pathlib.Path('data/datapackage.json'); d=json.loads(p.read_text('utf-8'))
def f(name,typ,zh,en,req=True,dz='',de='',**c):
    out={'name':name,'type':typ,'title':zh,'title_en':en}
    if dz: out['description']=dz; out['description_en']=de
    cons={**({'required':True} if req else {}),**c}
    if cons: out['constraints']=cons
    return out
src=next(x for x in d['tables']['scores']['schema']['fields'] if x['name']=='source')
src={**src}
def table(zh,en,fields,key): return {'title':zh,'title_en':en,'schema':{'fields':[*fields,src],'missingValues':[''],'primaryKey':key}}
new={
'talks':table('刊出的讲话','Talks in print',[
 f('position','integer','次序','Position',minimum=1),f('title_zh','string','题目','Title (zh)'),f('title_en','string','题目（英文）','Title (en)',dz='本书的译法',de="this book's translation"),
 f('speaker','string','讲话人','Speaker (zh)'),f('speaker_en','string','讲话人（英文）','Speaker (en)'),f('role_zh','string','职务','Office (zh)'),f('role_en','string','职务（英文）','Office (en)'),
 f('session','string','环节','Session',dz='opening 致辞，results 成果发布，keynote 主旨演讲，key 重点发言',de='opening speech, release of results, keynote, key session',enum=['opening','results','keynote','key']),
 f('page','integer','起始页','First page',dz='目录印出的页码',de='as the table of contents prints it',minimum=1)],['position']),
'units':table('参与单位','Participating units',[
 f('unit_zh','string','单位','Unit (zh)',unique=True),f('unit_en','string','单位（英文）','Unit (en)'),
 f('organiser','boolean','合办会议','Co-organiser of the conference'),f('broadcaster','boolean','直播平台','Broadcast the conference'),f('author','boolean','参与撰写','Wrote part of the book'),
 f('convened_yu','boolean','组织创研（于善甫）','Convened the research, says Yu Shanfu'),f('convened_ren','boolean','创研单位（任文武）','Convened the research, says Ren Wenwu')],['unit_zh']),
'topics':table('点名的题目','Topics named',[
 f('part','string','所属部分','Part of the book',dz='general 总报告，industry 行业篇，region 区域篇，exploration 探索篇，unplaced 没有说在哪一篇',de='unplaced: named, but not where it stands',enum=['general','industry','region','exploration','unplaced']),
 f('topic_zh','string','题目','Topic (zh)',unique=True),f('topic_en','string','题目（英文）','Topic (en)'),f('city','string','城市代码','City',req=False,pattern=r'41\d{4}'),
 f('structure','boolean','见于框架结构','Named in the account of the structure'),f('publisher_list','boolean','见于出版方致辞','Named in the publisher’s speech')],['topic_zh']),
'agenda':table('任务与对策','Tasks and measures',[
 f('code','string','代码','Code',pattern='[tl][0-9](_[0-9])?',unique=True),f('parent','string','上级','Parent',req=False),
 f('kind','string','类别','Kind',dz='task 任务，line 对策（行动方向），measure 对策之下的措施',de='task, line of action, measure under a line',enum=['task','line','measure']),
 f('title_zh','string','名称','Title (zh)'),f('title_en','string','名称（英文）','Title (en)'),
 f('terms_zh','string','用词','Terms (zh)',req=False,dz='原文在这一条里用到的词，英文分号隔开；任务与措施有同一个词，才算连上',de='terms that the text uses here; a task and a measure are linked only by the same term'),
 f('terms_en','string','用词（英文）','Terms (en)',req=False,dz='与 terms_zh 一一对应',de='one for each of terms_zh'),
 f('place_zh','string','点名的机构或地方','Body or place named (zh)',req=False),f('place_en','string','点名的机构或地方（英文）','Body or place named (en)',req=False),
 f('target','boolean','有数量目标','Has a quantity to reach'),f('deadline','boolean','有期限','Has a deadline')],['code']),
}
for k,v in new.items():
    if k not in d['tables']: d['tables'][k]=v
for k,v in new.items(): d['tables'][k]=v
p.write_text(json.dumps(d,ensure_ascii=False,indent=2)+'\n','utf-8',newline='\n')
