// Search: every kind finds what it should, in any spelling, and random accounts are found by whatever a clerk may type of them.
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pinyinTerms } from '../../src/main/store/search-terms.ts';
import type { AccountOpened } from '../../src/shared/domain/operation.ts';
import { openAccount, openBranch, sampleAccount } from '../support/sample-operations.ts';
import { type TempStore, tempStore } from '../support/temp-store.ts';

let temp: TempStore;
beforeEach(async () => {
  temp = await tempStore();
  temp.store.importOperations(openBranch());
});
afterEach(() => temp.remove());

function found(text: string, limit = 20): string[] {
  return temp.store.search(text, limit).map(({ accountId, matched }) => `${temp.store.account(accountId)?.customerName} ${matched}`);
}

describe('each kind', () => {
  const home = (community: string, unit: string): AccountOpened['address'] => ({ district: '城北区', road: '和平路88号', community, unit });
  beforeEach(() => {
    temp.store.importOperations(
      [
        sampleAccount(1, { customerName: '王小明', phone: '13812345678', address: home('阳光花园', '3栋2单元501室') }),
        sampleAccount(2, { customerName: '单䶮喆', phone: '15900004321', address: home('翠湖山庄', '12号楼1单元1203室') }),
        sampleAccount(3, { customerName: '欧阳晓云', phone: '025-88886666', address: home('阳光新村', '3栋502室') }),
        sampleAccount(4, {
          customerKind: 'commercial',
          customerName: '好味来餐饮（江东）有限公司',
          phone: '18800001111',
          address: { district: '江东区', road: '滨河大道', community: '', unit: '5号' },
          meter: { meterNo: 'HY-2026-AB77', make: '恒澜', kind: 'ordinary' },
          card: null,
        }),
      ].map(openAccount),
    );
  });

  it.each([
    ['account number', '3201000002', ['单䶮喆 account']],
    ['full-width digits', '３２０１０００００２', ['单䶮喆 account']],
    ['whole name', '王小明', ['王小明 name']],
    ['given name', '小明', ['王小明 name']],
    ['last character', '喆', ['单䶮喆 name']],
    ['first character', '王', ['王小明 name']],
    ['a character outside the basic plane’s common part', '䶮喆', ['单䶮喆 name']],
    ['company by its middle', '餐饮(江东)', ['好味来餐饮（江东）有限公司 name']],
    ['pinyin', 'wangxiaoming', ['王小明 pinyin']],
    ['pinyin in capitals', 'WangXiao', ['王小明 pinyin']],
    ['initials', 'wxm', ['王小明 pinyin']],
    ['full-width initials', 'ｗｘｍ', ['王小明 pinyin']],
    ['surname with initials', 'wangxm', ['王小明 pinyin']],
    ['given name’s pinyin', 'xiaoming', ['王小明 pinyin']],
    ['a surname read as a surname', 'shan', ['单䶮喆 pinyin']],
    ['a compound surname', 'ouyang', ['欧阳晓云 pinyin']],
    ['one letter', 'o', ['欧阳晓云 pinyin']],
    ['phone', '13812345678', ['王小明 phone']],
    ['phone with hyphens', '138-1234-5678', ['王小明 phone']],
    ['beginning of a phone number', '1590', ['单䶮喆 phone']],
    ['digits that nobody has', '1591', []],
    ['last four of a phone number', '4321', ['单䶮喆 phone']],
    ['landline', '025-8888', ['欧阳晓云 phone']],
    ['compound', '阳光', ['欧阳晓云 address', '王小明 address']],
    ['inside a compound’s name', '光花园', ['王小明 address']],
    ['inside a name and on', '光花园3-2', ['王小明 address']],
    ['road', '滨河', ['好味来餐饮（江东）有限公司 address']],
    ['road and number', '滨河大道5号', ['好味来餐饮（江东）有限公司 address']],
    ['unit with hyphens', '3-2-501', ['王小明 address']],
    ['unit in words', '3栋2单元501室', ['王小明 address']],
    ['unit with 号楼', '12号楼1单元', ['单䶮喆 address']],
    ['the same unit in other words', '12栋1单元1203', ['单䶮喆 address']],
    ['compound and unit in one word', '阳光花园3栋2单元501', ['王小明 address']],
    ['the whole address', '城北区和平路88号翠湖山庄12-1-1203', ['单䶮喆 address']],
    ['meter number', 'hy2026ab', ['好味来餐饮（江东）有限公司 meter']],
    ['end of a meter number', 'AB77', ['好味来餐饮（江东）有限公司 meter']],
    ['card number', '6200000003', ['欧阳晓云 card']],
    ['end of a card number', '00000002', ['单䶮喆 card', '单䶮喆 meter']],
    ['two words', '小明 阳光', ['王小明 name']],
    ['two words the other way round', '阳光 小明', ['王小明 name']],
    ['surname and given name apart', 'wang xiaoming', ['王小明 pinyin']],
    ['name and end of phone', 'wxm 5678', ['王小明 pinyin']],
    ['words that never meet', '小明 翠湖', []],
    ['three words', '和平路 阳光 502', ['欧阳晓云 address']],
    ['nothing', '   ', []],
    ['signs only', '%_*"', []],
  ])('%s: %s', (_what, text, expected) => {
    const hits = found(text);
    if (expected.length === 0) expect(hits).toEqual([]);
    else expect(hits).toEqual(expect.arrayContaining(expected.slice(0, 1)));
    for (const hit of hits) expect(expected.map((one) => one.split(' ')[0])).toContain(hit.split(' ')[0]);
  });

  it('gives each account once and no more than asked for', () => {
    expect(new Set(found('1').map((hit) => hit.split(' ')[0])).size).toBe(found('1').length);
    expect(found('阳光', 1)).toHaveLength(1);
    expect(found('和平路', 2)).toHaveLength(2);
  });
});

describe('random accounts', () => {
  const names = fc
    .array(fc.constantFrom(...Array.from('王李单欧阳小明䶮喆㛃长乐吕绿曾行')), { minLength: 1, maxLength: 4 })
    .map((characters) => characters.join(''));
  const digits = (length: number) => fc.nat(10 ** length - 1).map((value) => value.toString().padStart(length, '0'));
  const places = fc.constantFrom('阳光花园', '翠湖山庄', '金阳光里', '和平小区', '');
  const unit = fc.tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 3 }), fc.integer({ min: 101, max: 1804 }));
  const drafts = fc.array(fc.record({ name: names, phone: digits(9), meter: digits(10), card: digits(10), place: places, unit }), {
    minLength: 1,
    maxLength: 25,
  });

  it('are found by any beginning of any of their terms, among the first of enough hits', async () => {
    let serial = 0;
    await fc.assert(
      fc.asyncProperty(drafts, fc.nat(), fc.nat(), async (list, which, cut) => {
        const { store, remove } = await tempStore();
        try {
          const accounts = list.map((draft, index) => {
            serial += 1;
            const [building, staircase, room] = draft.unit;
            return sampleAccount(index, {
              customerName: draft.name,
              phone: `13${draft.phone}`,
              address: { district: '城北区', road: '和平路', community: draft.place, unit: `${building}栋${staircase}单元${room}室` },
              meter: { meterNo: `${index}${draft.meter}`, make: '恒澜', kind: 'ic' },
              card: { cardNo: `${index}${draft.card}`, layoutId: 'x', sequence: 0, cumulativeLitres: 0 },
            });
          });
          store.importOperations([...openBranch(), ...accounts.map(openAccount)]);
          const account = accounts[which % accounts.length] as AccountOpened;
          const cutStart = (text: string): string => {
            const characters = Array.from(text);
            return characters.slice(0, 1 + (cut % characters.length)).join('');
          };
          const name = Array.from(account.customerName);
          const unitText = account.address.unit.replaceAll(/栋|单元/g, '-').replace('室', '');
          const typed = [
            cutStart(account.accountNo),
            name.slice(cut % name.length).join(''),
            ...pinyinTerms(account.customerName, true).map(cutStart),
            cutStart(account.phone),
            account.phone.slice(-4),
            cutStart(`${account.address.road}${account.address.community}`),
            `${account.address.community}${unitText}`,
            account.address.unit,
            cutStart(account.meter?.meterNo ?? ''),
            account.meter?.meterNo.slice(-5) ?? '',
            cutStart(account.card?.cardNo ?? ''),
            account.card?.cardNo.slice(-6) ?? '',
            `${account.customerName} ${account.phone.slice(-4)}`,
            `${account.address.unit} ${name.slice(0, 1).join('')}`,
          ];
          for (const text of typed) {
            const ids = store.search(text, 200).map(({ accountId }) => accountId);
            expect(ids, text).toContain(account.accountId);
            expect(new Set(ids).size).toBe(ids.length);
          }
        } finally {
          remove();
        }
      }),
      { numRuns: 20 },
    );
    expect(serial).toBeGreaterThan(0);
  }, 120_000);
});
