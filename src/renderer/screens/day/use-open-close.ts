// The code on a close's papers, scanned or typed, leads to the close.
import { useCallback } from 'react';
import { client } from '../../bridge/client.ts';
import { useNavigation } from '../shell/navigation.tsx';

/** The hash of a close's operation, as its papers bear it. */
export const isCloseCode = (text: string): boolean => /^[0-9a-f]{64}$/i.test(text.trim());

/** Returns what opens the close of a code; it resolves false where there is none, or it is not for this role. */
export function useOpenClose(): (code: string) => Promise<boolean> {
  const { go } = useNavigation();
  return useCallback(
    async (code: string): Promise<boolean> => {
      const close = await client.day.find({ hash: code.trim().toLowerCase() }).catch(() => null);
      if (close !== null) go({ screen: 'day', closeId: close.closeId });
      return close !== null;
    },
    [go],
  );
}
