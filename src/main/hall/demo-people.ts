// Invented customers of the demo branch: names, homes and telephone numbers from a seeded source of chance.

/** Returns an integer from 0 to `below` − 1. */
export type Chance = (below: number) => number;

/** Returns a seeded source of chance: the same seed gives the same sequence. Mulberry32, 32 bits of state; not for secrets. */
export function chanceOf(seed: number): Chance {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000) * below);
  };
}

// The commonest surnames first: a low index is drawn more often.
const SURNAMES = Array.from(
  '王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文',
);
// Surnames that a search by pinyin must read as surnames, and surnames of two characters.
const RARE_SURNAMES = Array.from('单仇解盖查朴区乜冼逄燕柏缪覃宓訾');
const COMPOUND_SURNAMES = ['欧阳', '上官', '司马', '诸葛', '尉迟', '万俟', '皇甫', '令狐', '长孙', '东方'];
const GIVEN = Array.from(
  '伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂红玉兰华建国志文海燕鹏飞春梅林波晓小雪慧琳佳宇浩然子涵欣怡梓轩思雨天佑雅婷俊豪嘉瑞晨曦若曦一诺可馨博文乐瑶书瑾安宁清源德福寿康贵荣祥瑞龙凤云山川石松柏竹菊',
);
const RARE_GIVEN = Array.from('喆堃犇淼鑫昊玥珺翀䶮㛃煊赟彧');

const DISTRICTS = ['城北区', '城南区', '江东区', '江西区', '高新区', '新港区'];
const ROAD_FIRST = ['和平', '人民', '解放', '建设', '中山', '长江', '淮海', '青年', '胜利', '文化', '友谊', '学府', '滨河', '迎宾', '光明'];
const ROAD_LAST = ['路', '大道', '东路', '西路', '街'];
const COMMUNITY_FIRST = Array.from('阳翠金银锦紫碧东南西北云天福康宁华盛嘉祥').flatMap((first) =>
  Array.from('光湖桂河江竹海山泰府').map((second) => `${first}${second}`),
);
const COMMUNITY_LAST = ['花园', '小区', '山庄', '新村', '公寓', '名邸', '雅苑', '一期', '家园', '里'];
const MOBILE_PREFIXES = [
  '130',
  '131',
  '133',
  '135',
  '136',
  '137',
  '138',
  '139',
  '150',
  '151',
  '158',
  '159',
  '177',
  '180',
  '186',
  '188',
  '189',
  '199',
];
const BRANDS = ['福满楼', '老街坊', '江畔', '好味来', '四季春', '顺风', '金谷', '明珠', '聚香', '惠民', '知味', '一品轩'];
const TRADES = ['餐饮', '酒店', '食品', '洗浴', '面馆', '烘焙', '超市', '纺织', '幼儿园', '职工食堂'];
const COMPANY_LAST = ['有限公司', '', '(城北店)', '（江东分店）', '集团有限公司'];

function pick<T>(chance: Chance, list: readonly T[]): T {
  return list[chance(list.length)] as T;
}

/** Returns a person's name, one in thirty with a compound or rare surname, some with a rare character. */
export function personName(chance: Chance): string {
  const lot = chance(90);
  const surname =
    lot === 0
      ? pick(chance, COMPOUND_SURNAMES)
      : lot < 3
        ? pick(chance, RARE_SURNAMES)
        : SURNAMES[Math.min(chance(SURNAMES.length), chance(SURNAMES.length))];
  const last = chance(60) === 0 ? pick(chance, RARE_GIVEN) : pick(chance, GIVEN);
  return chance(5) === 0 ? `${surname}${last}` : `${surname}${pick(chance, GIVEN)}${last}`;
}

/** Returns a company's name. */
export function companyName(chance: Chance): string {
  return `${pick(chance, BRANDS)}${pick(chance, TRADES)}${pick(chance, COMPANY_LAST)}`;
}

/** Returns a mobile number. */
export function phoneNumber(chance: Chance): string {
  return `${pick(chance, MOBILE_PREFIXES)}${chance(100_000_000).toString().padStart(8, '0')}`;
}

export interface Home {
  readonly district: string;
  readonly road: string;
  readonly community: string;
  readonly unit: string;
}

const HOMES_PER_FLOOR = 4;
const FLOORS = 11;
const STAIRCASES = 3;

/** Returns a source of homes in some `communities` compounds: each home is given out once. */
export function homesOf(chance: Chance, communities: number): () => Home {
  const compounds = Array.from({ length: communities }, (_, index) => ({
    district: pick(chance, DISTRICTS),
    road: `${pick(chance, ROAD_FIRST)}${pick(chance, ROAD_LAST)}${1 + chance(399)}号`,
    community: `${COMMUNITY_FIRST[index % COMMUNITY_FIRST.length]}${COMMUNITY_LAST[Math.floor(index / COMMUNITY_FIRST.length + index * 3) % COMMUNITY_LAST.length]}`,
    given: 0,
  }));
  return () => {
    const compound = pick(chance, compounds);
    const home = compound.given;
    compound.given += 1;
    const room = (home % HOMES_PER_FLOOR) + 1;
    const floor = (Math.floor(home / HOMES_PER_FLOOR) % FLOORS) + 1;
    const staircase = (Math.floor(home / (HOMES_PER_FLOOR * FLOORS)) % STAIRCASES) + 1;
    const building = Math.floor(home / (HOMES_PER_FLOOR * FLOORS * STAIRCASES)) + 1;
    const { district, road, community } = compound;
    return { district, road, community, unit: `${building}栋${staircase}单元${floor}0${room}室` };
  };
}
