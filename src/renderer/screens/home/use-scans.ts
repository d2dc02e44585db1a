// A scanned code, from a serial scanner or one that types, leads to its account; what is no account's is searched for at home.
import { useCallback } from 'react';
import { client } from '../../bridge/client.ts';
import { type CounterEvent, useCounterEvents } from '../../bridge/events.ts';
import { isDialogOpen } from '../../components/take-focus.ts';
import { useWedge } from '../../keys/use-wedge.ts';
import { searchTextOf } from '../../keys/wedge.ts';
import { isCloseCode, useOpenClose } from '../day/use-open-close.ts';
import { useNavigation } from '../shell/navigation.tsx';
import { entryOf } from '../tasks/menu.ts';

/** Listens for scans while the frame is there; `active` false where the role has no accounts. */
export function useScans(active: boolean): void {
  const { go, place } = useNavigation();
  const wanted = place.screen === 'home' ? entryOf(place.taskId ?? '') : null;
  const openClose = useOpenClose();
  const open = useCallback(
    async (code: string): Promise<void> => {
      const text = searchTextOf(code);
      // An open dialog asks something first.
      if (!active || text === '' || isDialogOpen()) return;
      if (isCloseCode(code) && (await openClose(code))) return;
      const found = await client.accounts.search({ text }).catch(() => null);
      const [hit] = found?.hits ?? [];
      const only = found?.hits.length === 1 && found.more === false;
      if (!only || hit === undefined) go({ screen: 'home', text, ...(wanted === null ? {} : { taskId: wanted.id }) });
      // Where a task waits for its customer, the code has named them.
      else go(wanted?.place(hit.accountId) ?? { screen: 'account', accountId: hit.accountId });
    },
    [active, go, wanted, openClose],
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
