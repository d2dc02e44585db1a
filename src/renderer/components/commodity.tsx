// What the customer in front is supplied with: the words and the unit of every figure follow it.
import type { TFunction, TOptions } from 'i18next';
import { createContext, type ReactNode, useCallback, useContext } from 'react';
import { type Commodity, unitOf } from '../../shared/domain/commodity.ts';
import { cubicMetres } from '../format/format.ts';
import { useTranslation } from '../text/use-translation.tsx';

const CommodityContext = createContext<Commodity>('gas');

/** What is inside speaks of this commodity. */
export function SuppliedWith({ commodity, children }: { readonly commodity: Commodity; readonly children: ReactNode }) {
  return <CommodityContext value={commodity}>{children}</CommodityContext>;
}

export function useCommodity(): Commodity {
  return useContext(CommodityContext);
}

/** Returns `useTranslation` with texts that speak of the commodity here (or of `own`), and what writes a volume with its unit: litres, or watt-hours. */
export function useWords(own?: Commodity) {
  const { t: plain, i18n } = useTranslation();
  const here = useCommodity();
  const commodity = own ?? here;
  const ofPower = useCallback(
    (key: string, options: TOptions = {}) =>
      (plain as unknown as (key: string, options: TOptions) => string)(key, { ...options, context: commodity }),
    [plain, commodity],
  ) as unknown as TFunction;
  // The texts are written for gas: they need no looking for others.
  const t = commodity === 'power' ? ofPower : plain;
  const unit = unitOf(commodity);
  const volume = (litres: number): string => t('common.volume', { value: cubicMetres(litres), unit });
  return { t, i18n, commodity, unit, volume };
}
