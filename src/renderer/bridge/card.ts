// The card in the reader, as every screen sees it: read again whenever it comes, goes or was written.
import { useQuery } from '@tanstack/react-query';
import type { Outputs } from '../../shared/contract/index.ts';
import type { Problem } from '../text/index.ts';
import { api, problemOf } from './client.ts';
import { useReaderTaken } from './reader-turn.ts';

export type CardView = Outputs['cards']['read'];
export type DeviceState = Outputs['devices']['list'][number];

/** Returns the state of a device slot; undefined until it is known. */
export function useDevice(slot: DeviceState['slot']): DeviceState | undefined {
  // Selected, so that another device's news draws nothing again. A slot that is not listed is null there: a selection may not be undefined.
  const select = (devices: readonly DeviceState[]) => devices.find((device) => device.slot === slot) ?? null;
  return useQuery(api.devices.list.queryOptions({ input: {}, select })).data ?? undefined;
}

export interface CardInReader {
  /** The reader slot that holds a card; 1 while none does. */
  readonly slot: number;
  /** Null while it is being read for the first time, or cannot be. */
  readonly view: CardView | null;
  /** Whether it is being read now, so that `view` and `problem` may be of before. */
  readonly reading: boolean;
  readonly problem: Problem | null;
  readonly readAgain: () => void;
}

function slotOf(reader: DeviceState | undefined): number {
  const found = reader?.cards.findIndex((card) => card !== 'absent') ?? -1;
  return found < 0 ? 1 : found + 1;
}

/** Returns the reader slot that holds a card, 1 while none does, without reading the card. */
export function useCardSlot(): number {
  return slotOf(useDevice('reader'));
}

/** Returns what lies in the reader. Reading never presents a secret. */
export function useCard(): CardInReader {
  const reader = useDevice('reader');
  const slot = slotOf(reader);
  const reachable = reader?.state === 'ready' || reader?.state === 'degraded';
  const taken = useReaderTaken();
  const query = useQuery({
    ...api.cards.read.queryOptions({ input: { slot } }),
    enabled: reachable && !taken,
    // Events say when the card has changed; until then one look is enough for every screen.
    staleTime: Number.POSITIVE_INFINITY,
    // The reader may be held from elsewhere; it is asked again shortly after.
    retry: (count, error) => ['DEVICE_BUSY', 'LINE_LOST'].includes(problemOf(error).code) && count < 12,
    retryDelay: 500,
  });
  let problem: Problem | null = query.error === null ? null : problemOf(query.error);
  if (reader !== undefined && !reachable && reader.state !== 'starting') {
    problem = reader.lastError ?? { code: reader.state === 'not-configured' ? 'DEVICE_NOT_CONFIGURED' : 'DEVICE_OFFLINE', context: {} };
  }
  return {
    slot,
    view: reachable && query.error === null ? (query.data ?? null) : null,
    reading: query.isFetching || taken,
    problem,
    readAgain: () => void query.refetch(),
  };
}
