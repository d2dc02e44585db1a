// The manager's figures and tables through the calls: who may, what is behind a figure, whose a file is, and a close that leaves with its registers.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cashLines } from '../../scripts/support/cash.ts';
import { parseRows } from '../../src/shared/domain/delimited-text.ts';
import { addTakings, takenFen } from '../../src/shared/domain/takings.ts';
import { buy, Counter, over } from '../support/business-counter.ts';
import { APPROVAL, type CallsClient } from '../support/calls-bench.ts';
import { ACCOUNT_ID, SHIFT_ID } from '../support/counter-bench.ts';

import { readXlsx } from '../support/xlsx.ts';

const counters: Counter[] = [];
let gas: Counter;
let power: Counter;
/** The top-up of each. */
const bought = new Map<Counter, string>();

beforeAll(async () => {
  gas = await new Counter().start();
  power = await new Counter('power').start();
  counters.push(gas, power);
  for (const one of counters) {
    bought.set(one, await buy(one, 20_000));
    await one.clerk.charging.takeDeposit(over(one, ACCOUNT_ID, 5_000));
    await one.clerk.charging.returnDeposit(over(one, ACCOUNT_ID, 2_000));
  }
}, 60_000);
afterAll(async () => {
  for (const one of counters) await one.bench.close();
});

/** Makes the file and returns it whole. */
async function fileOf(client: CallsClient, input: Parameters<CallsClient['overview']['export']>[0]): Promise<Buffer> {
  const { exportId, sizeBytes } = await client.overview.export(input);
  const parts: Buffer[] = [];
  for (let offset: number | null = 0; offset !== null; ) {
    const answer: { part: string; nextOffset: number | null } = await client.overview.part({ exportId, offset });
    parts.push(Buffer.from(answer.part, 'base64'));
    offset = answer.nextOffset;
  }
  const bytes = Buffer.concat(parts);
  expect(bytes.length).toBe(sizeBytes);
  return bytes;
}

describe('the overview', () => {
  it('is for supervisors and managers, and refuses what is no day and no figure', async () => {
    await expect(gas.clerk.overview.day({ of: 'counter' })).rejects.toMatchObject({ code: 'ROLE_DENIED' });
    for (const client of [gas.supervisor, gas.manager]) expect((await client.overview.day({ of: 'counter' })).isOpen).toBe(true);
    for (const input of [{ of: 'counter', date: '2026-02-30' }, { of: 'world' }, {}]) {
      await expect(gas.manager.overview.day(input as { readonly of: 'counter' })).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    }
    await expect(gas.manager.overview.operations({ of: 'counter', filter: { hour: 24 } })).rejects.toMatchObject({
      data: { field: 'filter.hour' },
    });
  });

  it('counts gas as gas and power as power, and what went back as gone', async () => {
    for (const [one, gasLitres, powerWattHours] of [
      [gas, 20_000, 0],
      [power, 0, 20_000],
    ] as const) {
      const day = await one.manager.overview.day({ of: 'branch' });
      const total = addTakings(day.cells);
      expect([total.operations, total.gasLitres, total.powerWattHours]).toEqual([3, gasLitres, powerWattHours]);
      const soldFen = one.calls.store.topup(bought.get(one) ?? '')?.payment.purchase.amountFen ?? 0;
      expect(takenFen(total)).toBe(soldFen + 5_000 - 2_000);
      const back = await one.manager.overview.operations({ of: 'counter', filter: { kind: 'deposit.returned' } });
      expect(back.rows.map(({ cashFen, accountId }) => [cashFen, accountId])).toEqual([[-2_000, ACCOUNT_ID]]);
      const byCard = await one.manager.overview.operations({ of: 'counter', filter: { tender: 'bank-card' } });
      expect(byCard.rows.map(({ kind, litres }) => [kind, litres])).toEqual([['topup.paid', 20_000]]);
      expect(byCard.sums.bankCardCount).toBe(1);
    }
  });

  it('gives a file to its maker alone, in parts, and says when it is gone', async () => {
    const exportId = gas.calls.newId();
    const subject = { kind: 'operations', of: 'counter', filter: {} } as const;
    const rows = parseRows((await fileOf(gas.manager, { exportId, subject, format: 'csv', language: 'en' })).toString('utf8'), ',');
    expect(rows).toHaveLength(4);
    await expect(gas.supervisor.overview.part({ exportId })).rejects.toMatchObject({ code: 'EXPORT_UNKNOWN' });
    await expect(gas.manager.overview.part({ exportId: gas.calls.newId() })).rejects.toMatchObject({ code: 'EXPORT_UNKNOWN' });
  });

  it('lets a close leave with its registers, a sheet each, that come to what it froze', async () => {
    const { manager } = gas;
    const closeOf = { kind: 'close', closeId: gas.calls.newId(), table: 'tenders' } as const;
    await expect(manager.overview.export({ exportId: gas.calls.newId(), subject: closeOf, format: 'xlsx' })).rejects.toMatchObject({
      code: 'DAY_CLOSE_UNKNOWN',
    });
    const lines = cashLines(gas.calls.store.balance('cash-drawer', SHIFT_ID));
    await gas.clerk.shift.count({ shiftId: SHIFT_ID, countId: gas.calls.newId(), lines });
    await gas.clerk.shift.close({ shiftId: SHIFT_ID, closeId: gas.calls.newId() });
    const now = await manager.day.now({});
    const { closeId } = closeOf;
    const closed = await manager.day.close({ closeId, nextDate: now.nextDate, seenSeq: now.toSeq, approval: APPROVAL });
    const sheets = readXlsx(await fileOf(manager, { exportId: gas.calls.newId(), subject: closeOf, format: 'xlsx' }));
    expect(sheets.map(({ name }) => name)).toEqual(['按收款员和业务', '收款流水', '收据', '发票', '写卡', '差异']);
    const sumOf = (name: string, title: string) => {
      const { rows } = sheets.find((sheet) => sheet.name === name) ?? { rows: [] };
      const at = rows[0]?.indexOf(title) ?? -1;
      return rows.slice(1).reduce((sum, row) => sum + Math.round(Number(row[at] ?? 0) * 100), 0);
    };
    const takenByBooks = closed.books.find(({ book }) => book === 'money')?.foundFen;
    expect([sumOf('按收款员和业务', '合计（元）'), sumOf('收款流水', '金额（元）')]).toEqual([takenByBooks, takenByBooks]);
    const text = (await fileOf(manager, { exportId: gas.calls.newId(), subject: closeOf, format: 'csv' })).toString('utf8');
    expect(parseRows(text, ',')).toHaveLength(sheets[1]?.rows.length ?? 0);
  });
});
