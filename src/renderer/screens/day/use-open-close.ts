// The code on a close's papers, and on those of a shift, scanned or typed, leads back to the close or the shift.
import { useCallback } from 'react';
import { client } from '../../bridge/client.ts';
import { useNavigation } from '../shell/navigation.tsx';

/** The hash of the operation that closed a day or ended a shift, as its papers bear it. */
export const isCloseCode = (text: string): boolean => /^[0-9a-f]{64}$/i.test(text.trim());

/** Returns what opens the close or the shift of a code; it resolves false where there is none, or it is not for this role. */
export function useOpenClose(): (code: string) => Promise<boolean> {
  const { go } = useNavigation();
  return useCallback(
    async (code: string): Promise<boolean> => {
      const hash = code.trim().toLowerCase();
      // Asked side by side: a clerk may not look at closes, and has shifts.
      const [close, shift] = await Promise.all([
        client.day.find({ hash }).catch(() => null),
        client.shift.find({ hash }).catch(() => null),
      ]);
      if (close !== null) go({ screen: 'day', closeId: close.closeId });
      else if (shift !== null) go({ screen: 'shift', shiftId: shift.shiftId });
      return close !== null || shift !== null;
    },
    [go],
  );
}
