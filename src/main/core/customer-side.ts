// What faces the customer: the two-line display. Nothing waits for it and nothing fails by it.
import type { Commodity } from '../../shared/domain/commodity.ts';
import { fen, formatCubicMetres, formatYuan } from '../../shared/domain/money.ts';
import type { DeviceSlot } from './ports/devices.ts';
import type { Ports } from './ports/index.ts';

export function isConfigured({ devices }: Pick<Ports, 'devices'>, slot: DeviceSlot): boolean {
  return devices.states().some((state) => state.slot === slot && state.state !== 'not-configured');
}

/** What the customer reads. Only this purchase: everybody in the queue can see it. */
export type CustomerNews =
  | { readonly news: 'due'; readonly amountFen: number; readonly litres: number; readonly commodity: Commodity }
  | { readonly news: 'paid'; readonly tenderedFen: number; readonly changeFen: number }
  | { readonly news: 'written'; readonly litres: number; readonly commodity: Commodity }
  /** Whose turn it is, and where. */
  | { readonly news: 'called'; readonly ticketNo: string; readonly counterId: string }
  /** The next customer sees nothing of this one. */
  | { readonly news: 'nothing' };

/** Shows it where there is a display. The glass has no sign for yuan and units that every model knows, so they are words; a kilowatt-hour is a 度 to everybody. */
export function tellCustomer(ports: Pick<Ports, 'devices'>, told: CustomerNews): void {
  if (!isConfigured(ports, 'display')) return;
  const yuan = (amountFen: number) => `${formatYuan(fen(amountFen))}元`;
  const volume = ({ litres, commodity }: { readonly litres: number; readonly commodity: Commodity }) =>
    `${formatCubicMetres(litres)}${commodity === 'power' ? '度' : '立方米'}`;
  switch (told.news) {
    case 'due':
      void ports.devices.showText({
        upper: `应付 ${yuan(told.amountFen)}`,
        lower: `${told.commodity === 'power' ? '电量' : '气量'} ${volume(told)}`,
      });
      return;
    case 'paid':
      void ports.devices.showText({ upper: `收款 ${yuan(told.tenderedFen)}`, lower: `找零 ${yuan(told.changeFen)}` });
      return;
    case 'written':
      void ports.devices.showText({ upper: `已写卡 ${volume(told)}`, lower: '谢谢' });
      return;
    case 'called':
      void ports.devices.showText({ upper: `请 ${told.ticketNo} 号`, lower: `到 ${told.counterId} 柜台` });
      return;
    case 'nothing':
      void ports.devices.clearDisplay();
  }
}
