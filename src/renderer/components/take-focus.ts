// Who has the keyboard: an open dialog keeps it, and a result that appears takes it only where there is none.
import { type RefObject, useEffect, useRef } from 'react';

/** Whether a dialog is open: it asks something first, whatever appears or is scanned behind it. */
export function isDialogOpen(): boolean {
  return document.querySelector('[role="dialog"]') !== null;
}

/** Returns the ref of an element that takes the focus when it appears, unless a dialog has it. The element needs a `tabIndex`. */
export function useFocusOnAppearing<T extends HTMLElement>(): RefObject<T | null> {
  const ref = useRef<T>(null);
  useEffect(() => {
    if (!isDialogOpen()) ref.current?.focus();
  }, []);
  return ref;
}
