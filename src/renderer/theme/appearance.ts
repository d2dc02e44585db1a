// Light or dark, chosen by the clerk and remembered at this counter; reduced motion as the machine asks.
import { useEffect, useSyncExternalStore } from 'react';

const STORE_KEY = 'countertop.dark';
const listeners = new Set<() => void>();

function darkNow(): boolean {
  const kept = localStorage.getItem(STORE_KEY);
  return kept === null ? window.matchMedia('(prefers-color-scheme: dark)').matches : kept === '1';
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Switches between light and dark, and remembers it. */
export function setDark(dark: boolean): void {
  localStorage.setItem(STORE_KEY, dark ? '1' : '0');
  for (const listener of listeners) listener();
}

/** Returns whether the dark theme is on, and marks the page with it. */
export function useDark(): boolean {
  const dark = useSyncExternalStore(subscribe, darkNow);
  useEffect(() => {
    document.documentElement.dataset.theme = dark ? 'dark' : 'light';
  }, [dark]);
  return dark;
}

/** Whether the machine asks for reduced motion. */
export function wantsStillness(): boolean {
  return window.matchMedia('(prefers-reduced-motion: reduce)').matches;
}
