// A scanned code, from a serial scanner or one that types, leads to its account; what is no account's is searched for at home.
import { useCallback } from 'react';
import { client } from '../../bridge/client.ts';
import { type CounterEvent, useCounterEvents } from '../../bridge/events.ts';
import { useWedge } from '../../keys/use-wedge.ts';
import { searchTextOf } from '../../keys/wedge.ts';
import { useNavigation } from '../shell/navigation.tsx';

/** Listens for scans while the frame is there; `active` false where the role has no accounts. */
export function useScans(active: boolean): void {
  const { go } = useNavigation();
  const open = useCallback(
    async (code: string): Promise<void> => {
      const text = searchTextOf(code);
      // An open dialog asks something first.
      if (!active || text === '' || document.querySelector('[role="dialog"]') !== null) return;
      const found = await client.accounts.search({ text }).catch(() => null);
      const [hit] = found?.hits ?? [];
      const only = found?.hits.length === 1 && found.more === false;
      go(only && hit !== undefined ? { screen: 'account', accountId: hit.accountId } : { screen: 'home', text });
    },
    [active, go],
  );
  useWedge((code) => void open(code));
  useCounterEvents(
    useCallback(
      (event: CounterEvent) => {
        if (event.type === 'scan') void open(event.text);
      },
      [open],
    ),
  );
}
