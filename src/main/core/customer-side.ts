// What faces the customer: the two-line display. Nothing waits for it and nothing fails by it.
import type { Commodity } from '../../shared/domain/commodity.ts';
import { fen, formatCubicMetres, formatYuan } from '../../shared/domain/money.ts';
import type { DeviceSlot } from './ports/devices.ts';
import type { Ports } from './ports/index.ts';
import type { PaperLanguage } from './ports/paper.ts';

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

interface GlassWords {
  readonly yuan: (amount: string) => string;
  readonly volume: (volume: string, commodity: Commodity) => string;
  readonly due: string;
  readonly quantity: Readonly<Record<Commodity, string>>;
  readonly paid: string;
  readonly change: string;
  readonly written: string;
  readonly thanks: string;
  readonly called: (ticketNo: string) => string;
  readonly counter: (counterId: string) => string;
}

/** The glass has no sign for yuan and units that every model knows, so they are words; a kilowatt-hour is a 度 to everybody. */
const GLASS_WORDS: Readonly<Record<PaperLanguage, GlassWords>> = {
  'zh-CN': {
    yuan: (amount) => `${amount}元`,
    volume: (volume, commodity) => `${volume}${commodity === 'power' ? '度' : '立方米'}`,
    ...{ due: '应付', quantity: { gas: '气量', power: '电量' }, paid: '收款', change: '找零', written: '已写卡', thanks: '谢谢' },
    called: (ticketNo) => `请 ${ticketNo} 号`,
    counter: (counterId) => `到 ${counterId} 柜台`,
  },
  'zh-TW': {
    yuan: (amount) => `${amount}元`,
    volume: (volume, commodity) => `${volume}${commodity === 'power' ? '度' : '立方公尺'}`,
    ...{ due: '應付', quantity: { gas: '氣量', power: '電量' }, paid: '收款', change: '找零', written: '已寫卡', thanks: '謝謝' },
    called: (ticketNo) => `請 ${ticketNo} 號`,
    counter: (counterId) => `到 ${counterId} 櫃檯`,
  },
  en: {
    yuan: (amount) => `${amount} CNY`,
    volume: (volume, commodity) => `${volume} ${commodity === 'power' ? 'kWh' : 'm3'}`,
    ...{ due: 'Due', quantity: { gas: 'Gas', power: 'Power' }, paid: 'Paid', change: 'Change', written: 'Written', thanks: 'Thank you' },
    called: (ticketNo) => `Number ${ticketNo}`,
    counter: (counterId) => `to counter ${counterId}`,
  },
};

/** Shows it where there is a display, in the branch's language. */
export function tellCustomer(ports: Pick<Ports, 'devices' | 'templates'>, told: CustomerNews): void {
  if (!isConfigured(ports, 'display')) return;
  const words = GLASS_WORDS[ports.templates.language()];
  const yuan = (amountFen: number) => words.yuan(formatYuan(fen(amountFen)));
  const volume = ({ litres, commodity }: { readonly litres: number; readonly commodity: Commodity }) =>
    words.volume(formatCubicMetres(litres), commodity);
  switch (told.news) {
    case 'due':
      void ports.devices.showText({
        upper: `${words.due} ${yuan(told.amountFen)}`,
        lower: `${words.quantity[told.commodity]} ${volume(told)}`,
      });
      return;
    case 'paid':
      void ports.devices.showText({
        upper: `${words.paid} ${yuan(told.tenderedFen)}`,
        lower: `${words.change} ${yuan(told.changeFen)}`,
      });
      return;
    case 'written':
      void ports.devices.showText({ upper: `${words.written} ${volume(told)}`, lower: words.thanks });
      return;
    case 'called':
      void ports.devices.showText({ upper: words.called(told.ticketNo), lower: words.counter(told.counterId) });
      return;
    case 'nothing':
      void ports.devices.clearDisplay();
  }
}
