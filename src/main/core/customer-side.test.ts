// What the customer reads and when the drawer opens: only where there is such a device, and never in the way.
import { afterEach, expect, it } from 'vitest';
import type { CustomerText } from '../../../drivers/kit/customer-display.ts';
import { refused } from '../../../drivers/kit/outcome.ts';
import { tellCustomer } from './customer-side.ts';
import { openOwnDrawer } from './drawer.ts';
import type { DeviceSlot, DeviceState, Devices } from './ports/devices.ts';
import type { PaperLanguage } from './ports/paper.ts';
import type { PaperTemplates } from './ports/paper-content.ts';

let language: PaperLanguage = 'zh-CN';
afterEach(() => {
  language = 'zh-CN';
});

function counterWith(...configured: DeviceSlot[]) {
  const did: (CustomerText | 'dark' | 'pulse')[] = [];
  const fails = async () => refused({ code: 'DEVICE_OFFLINE', context: {} } as const);
  const devices = {
    states: () =>
      (['display', 'drawer'] as const).map(
        (slot) => ({ slot, state: configured.includes(slot) ? 'down' : 'not-configured' }) as DeviceState,
      ),
    showText(text: CustomerText) {
      did.push(text);
      return fails();
    },
    clearDisplay() {
      did.push('dark');
      return fails();
    },
    openDrawer() {
      did.push('pulse');
      return fails();
    },
  } as unknown as Devices;
  const templates = { language: () => language } as PaperTemplates;
  return { ports: { devices, templates }, did };
}

it('shows one purchase from what is due to what is on the card, and then nothing of it', () => {
  const { ports, did } = counterWith('display');
  tellCustomer(ports, { news: 'due', amountFen: 123_456, litres: 32_500, commodity: 'gas' });
  tellCustomer(ports, { news: 'paid', tenderedFen: 130_000, changeFen: 6_544 });
  tellCustomer(ports, { news: 'written', litres: 32_500, commodity: 'gas' });
  tellCustomer(ports, { news: 'nothing' });
  openOwnDrawer(ports);
  expect(did).toEqual([
    { upper: '应付 1,234.56元', lower: '气量 32.5立方米' },
    { upper: '收款 1,300.00元', lower: '找零 65.44元' },
    { upper: '已写卡 32.5立方米', lower: '谢谢' },
    'dark',
  ]);
});

it('counts power in 度', () => {
  const { ports, did } = counterWith('display');
  tellCustomer(ports, { news: 'due', amountFen: 5_500, litres: 100_000, commodity: 'power' });
  tellCustomer(ports, { news: 'written', litres: 100_000, commodity: 'power' });
  expect(did).toEqual([
    { upper: '应付 55.00元', lower: '电量 100.0度' },
    { upper: '已写卡 100.0度', lower: '谢谢' },
  ]);
});

it.each([
  ['zh-TW', ['應付 230.00元|氣量 32.5立方公尺', '收款 300.00元|找零 70.00元', '已寫卡 32.5立方公尺|謝謝', '請 A012 號|到 03 櫃檯']],
  ['en', ['Due 230.00 CNY|Gas 32.5 m3', 'Paid 300.00 CNY|Change 70.00 CNY', 'Written 32.5 m3|Thank you', 'Number A012|to counter 03']],
] as const)('speaks the language of the branch, %s, in lines that every display holds', (code, expected) => {
  language = code;
  const { ports, did } = counterWith('display');
  tellCustomer(ports, { news: 'due', amountFen: 23_000, litres: 32_500, commodity: 'gas' });
  tellCustomer(ports, { news: 'paid', tenderedFen: 30_000, changeFen: 7_000 });
  tellCustomer(ports, { news: 'written', litres: 32_500, commodity: 'gas' });
  tellCustomer(ports, { news: 'called', ticketNo: 'A012', counterId: '03' });
  expect(did.map((text) => (typeof text === 'string' ? text : `${text.upper}|${text.lower}`))).toEqual(expected);
  // Two columns for each character that is not Latin, of the 20 that a line has.
  for (const line of expected.flatMap((text) => text.split('|')))
    expect([...line].reduce((sum, one) => sum + (one > '~' ? 2 : 1), 0)).toBeLessThanOrEqual(20);
});

it('leaves a counter without these devices alone', () => {
  const { ports, did } = counterWith();
  tellCustomer(ports, { news: 'due', amountFen: 1, litres: 1, commodity: 'gas' });
  tellCustomer(ports, { news: 'nothing' });
  openOwnDrawer(ports);
  expect(did).toEqual([]);
  const own = counterWith('drawer');
  openOwnDrawer(own.ports);
  expect(own.did).toEqual(['pulse']);
});
