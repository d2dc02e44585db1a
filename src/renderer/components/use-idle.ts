// Whether anybody is at the screen: what asks in turns rests while nobody is, for each call keeps the session alive.
import { useEffect, useState } from 'react';

/** Returns true once no key was pressed and nothing was clicked for `ms`; the next key or click makes it false again. */
export function useIdle(ms: number): boolean {
  const [idle, setIdle] = useState(false);
  useEffect(() => {
    let timer = setTimeout(() => setIdle(true), ms);
    const active = (): void => {
      clearTimeout(timer);
      timer = setTimeout(() => setIdle(true), ms);
      setIdle(false);
    };
    window.addEventListener('keydown', active, true);
    window.addEventListener('pointerdown', active, true);
    return () => {
      clearTimeout(timer);
      window.removeEventListener('keydown', active, true);
      window.removeEventListener('pointerdown', active, true);
    };
  }, [ms]);
  return idle;
}
