// Listens for a keyboard-wedge scanner, and takes back from a field what the scanner typed into it.
import { useEffect, useRef } from 'react';
import { isDialogOpen } from '../components/take-focus.ts';
import { createWedge } from './wedge.ts';

interface Before {
  readonly field: HTMLInputElement | HTMLTextAreaElement;
  readonly value: string;
}

/** A field marked with this takes scanned codes itself, as a slip's number does. */
const OWN_SCANS = '[data-takes-scans]';

/** Puts the value back as a person would have: the component that owns the field hears of it. */
function restore({ field, value }: Before): void {
  const prototype = field instanceof HTMLInputElement ? HTMLInputElement.prototype : HTMLTextAreaElement.prototype;
  Object.getOwnPropertyDescriptor(prototype, 'value')?.set?.call(field, value);
  field.dispatchEvent(new Event('input', { bubbles: true }));
}

function isField(target: EventTarget | null): target is Before['field'] {
  return target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement;
}

/**
 * Calls `onCode` with every scanned code. The field that had the focus is as it was before the scan, and the key that ended it does nothing
 * else. While a dialog is open, or in a field that takes scans itself, the scanner is a keyboard like any other.
 */
export function useWedge(onCode: (code: string) => void): void {
  const latest = useRef(onCode);
  latest.current = onCode;
  useEffect(() => {
    const wedge = createWedge();
    let before: Before | null = null;
    const press = (event: KeyboardEvent): void => {
      const { key, repeat, target, timeStamp } = event;
      const special = event.ctrlKey || event.altKey || event.metaKey || event.isComposing;
      const code = wedge.press({ key, atMs: timeStamp, repeat, special });
      // The value as it is before the first character arrives; the field with the focus then is the one the scanner types into.
      if (wedge.length === 1) before = isField(target) ? { field: target, value: target.value } : null;
      if (code === null) return;
      const ownField = target instanceof Element && target.closest(OWN_SCANS) !== null;
      if (ownField || isDialogOpen()) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      if (before !== null && before.field === target) restore(before);
      latest.current(code);
    };
    window.addEventListener('keydown', press, true);
    return () => window.removeEventListener('keydown', press, true);
  }, []);
}
