// What the customer reads and when the drawer opens: only where there is such a device, and never in the way.
import { expect, it } from 'vitest';
import type { CustomerText } from '../../../drivers/kit/customer-display.ts';
import { refused } from '../../../drivers/kit/outcome.ts';
import { tellCustomer } from './customer-side.ts';
import { openOwnDrawer } from './drawer.ts';
import type { DeviceSlot, DeviceState, Devices } from './ports/devices.ts';

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
  return { ports: { devices }, did };
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
