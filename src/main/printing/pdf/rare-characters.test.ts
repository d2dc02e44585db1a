// Rare characters of surnames, given names and places: each has its glyph on paper, or is a box that is named with its code point; and a code on paper reads back.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { HAS_POPPLER, pagesOf } from '../../../../tests/support/paper-text.ts';
import { PAPER_LANGUAGES, type PaperDocument } from '../../core/ports/paper.ts';
import { drawPdf } from './draw.ts';
import { createFonts } from './fonts.ts';

/** Level three of the 通用规范汉字表 was made of such names; these are of it, of older forms that registers still hold, and of Extension A. */
const RARE = [
  ...[
    '亓仉仝仡佘佟佴侴俟俞偰儇兕冼凃劭劼勠匡卜卞卮卯厍厐厙单卻叆召呙呴哈啖喆喻嗣圣圭坌埏堃堌塬墅夙奡妘姒姞姮婠嬴孛孥宓宦寇尕尉',
    '尧屮岐岑峣崟嵇嵓巩巫己帅干幺庀庹庾弋弪彧徇忻怀恽惇愔戈战扈承折拏挈捃揭摞敖於旃旻昃昇昝昪昶晁晔晟暅暠曌曾朏朐朓杓杕杲柘柰',
    '栩桓桼梓梽棣楘榘槊樨橐檀欻歘殳毋毌毕毛气汏汭汶沄沐沘泂泓泠泮洣洧洸浕浛浠涔涞涪涿淏淦渑渥湜湟湑溧溱滇滍滘漷潆潴潼澂澍濉濠',
    '濮瀍灞炅炆炘烜烨煊煦熹熺燊燚爰牟犨玘玥玭玹珅珙珧珩珵琎琤琫琬琰琲琼瑀瑄瑢瑱瑷璆璟璠璩瓒甯畀畑疁皋皕盉盱眄眭瞿矍砀砚砬硁硚',
    '碶磻礐祎祐祚祜禚禤秬稹窨竑竺笪筌筼箬簠籍粜糵纮纻绁绤缑缪罍罡翀翊翯耆耷聃肜胥胤膑臧臾舁舄舢艹芈芘芮苌苠苻荇荛茌茱莘莙菀菅',
    '菏葳蒟蓥蔺蕤薇薏藁虓虢虺蚩蛸蜎蝃螽衮衎袆裒裬裳裼覃觊訾詟諴譞谌谯豸貊貔賾赟赧趵踶蹇輋轵辔逄逯遆郄郅郇郈郏郐郗郜郝郧郯郸鄄',
    '鄌鄘鄞鄢鄯鄱酆酉醴釂鈊钊钭铏铖锳锽镠镡镒闫闵阇阚阽陔陉陟隗隰隽雒霁霈靓鞠韫韪韬頔颉颋飏饔馗馫駪騳驹驺骉骃骕髙魃魭鮀鯭鰕鱻',
    '鲃鲪鳊鸑鸠鹍鹭麇麹黉黟黻鼐鼒齮龑龙龢龚龟㛃㑇㕮㘎㙍㙘㙦㛚㛹㠇㠓㤘㥄㧐㧑㧟㫰㬊㬎㬚㭎㭕㮾㰀㳇㳘㳚㴔㵐㶲㸆㸌㺄㻬㽏㿠䁖䂮䃅䃎',
    '䅟䌹䎃䎖䏝䏡䏲䐃䓖䓛䓨䓫䓬䗖䗛䗪䗴䜣䝙䢺䢼䣘䥽䦃䲟䲠䲢䴓䴔䴕䴖䴗䴘䴙䶮',
  ].join(''),
];
/** Beyond the first plane. */
const RARER = [
  ...[
    '𠙶𠳐𡎚𡐓𣗋𣲗𣲘𣸣𤧛𤩽𤫉𥔲𥕢𥖨𥻗𦈡𦒍𦙶𦝼𦭜𦰡𧿹𨐈𨙸𨚕𨟠𨭉𨱇𨱏𨱑𨱔𨺙𩽾𩾃𩾌𪟝𪣻𪤗𪨰𪨶𪩘𪾢𫄧𫄨𫄷𫄸𫇭𫌀𫍣𫍯𫍲𫍽𫐄𫐐𫐓𫑡𫓧𫓯𫓶𫓹',
    '𫔍𫔎𫔶𫖮𫖯𫖳𫗧𫗴𫘜𫘝𫘦𫘧𫘨𫘪𫘬𫚕𫚖𫚭𫛭𫞩𫟅𫟦𫟹𫟼𫠆𫠊𫠜𫢸𫫇𫭟𫭢𫭼𫮃𫰛𫵷𫶇𫷷𫸩𬀩𬀪𬂩𬃊𬇕𬇙𬇹𬉼𬊈𬊤𬌗𬍛𬍡𬍤𬒈𬒔𬒗𬕂𬘓𬘘𬘡𬘩',
    '𬘫𬘬𬘭𬘯𬙂𬙊𬙋𬜬𬜯𬞟𬟁𬟽𬣙𬣞𬣡𬣳𬤇𬤊𬤝𬨂𬨎𬩽𬪩𬬩𬬭𬬮𬬱𬬸𬬹𬬻𬬿𬭁𬭊𬭎𬭚𬭛𬭤𬭩𬭬𬭯𬭳𬭶𬭸𬭼𬮱𬮿𬯀𬯎𬱖𬱟𬳵𬳶𬳽𬳿𬴂𬴃𬴊𬶋𬶍𬶏',
    '𬶐𬶟𬶠𬶨𬶭𬶮𬷕𬸘𬸚𬸣𬸦𬸪𬹼𬺈𬺓',
  ].join(''),
];
/** What neither cut of the font has. Another font that has them makes this list shorter. */
const WITHOUT_GLYPH = ['𠮷', '𬃘'];
const HAS_ZBAR = spawnSync('zbarimg', ['--version']).error === undefined;

const fonts = createFonts();

function paperOf(texts: readonly string[], language: PaperDocument['language'], code = ''): PaperDocument {
  return {
    ...{ language, company: '滨江燃气有限公司', title: '姓名与地名', number: '1', foot: '', landscape: false, madeAtMs: 0 },
    blocks: [{ kind: 'title', text: '姓名与地名', lines: [], code }, ...texts.map((text) => ({ kind: 'text' as const, text }))],
  };
}

describe.each(PAPER_LANGUAGES)('on a paper in %s', (language) => {
  it(`${RARE.length + RARER.length} rare characters have their glyph, plain and bold`, () => {
    for (const bold of [false, true]) {
      const find = fonts.glyphs({ language, bold });
      expect([...RARE, ...RARER].filter((character) => find(character.codePointAt(0) ?? 0) === null)).toEqual([]);
    }
    expect(RARE.length + RARER.length).toBeGreaterThan(600);
  });

  it('what has none is a box in its place, and named with its code point', () => {
    const { missing } = drawPdf(paperOf(WITHOUT_GLYPH, language), { fonts });
    expect(missing).toEqual([
      { character: '𠮷', codePoint: 'U+20BB7', firstPage: 1 },
      { character: '𬃘', codePoint: 'U+2C0D8', firstPage: 1 },
    ]);
  });
});

it.runIf(HAS_POPPLER)('rare characters read back from the PDF one by one', () => {
  const characters = [...RARE, ...RARER];
  const lines = Array.from({ length: Math.ceil(characters.length / 30) }, (_, line) =>
    characters.slice(line * 30, line * 30 + 30).join(''),
  );
  const read = pagesOf(drawPdf(paperOf(lines, 'zh-CN'), { fonts }).pdf)
    .join('\n')
    .normalize('NFC');
  expect(characters.filter((character) => !read.includes(character.normalize('NFC')))).toEqual([]);
});

it.runIf(HAS_POPPLER && HAS_ZBAR)('the code on a paper is read by another program as the hash that it leads to', () => {
  const hash = '5f2b8c1e'.repeat(8);
  const folder = mkdtempSync(join(tmpdir(), 'countertop-code-'));
  try {
    writeFileSync(join(folder, 'paper.pdf'), drawPdf(paperOf([], 'zh-CN', hash), { fonts }).pdf);
    execFileSync('pdftoppm', ['-r', '200', '-png', join(folder, 'paper.pdf'), join(folder, 'page')]);
    const read = execFileSync('zbarimg', ['--quiet', '--raw', join(folder, 'page-1.png')], { encoding: 'utf8' });
    expect(read.trim()).toBe(hash);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
