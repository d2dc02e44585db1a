// Keyboard: one listener, layers from the frame up to the dialog on top, and the hint that shows a key.
import { createContext, type ReactNode, useContext, useEffect, useLayoutEffect, useMemo, useRef } from 'react';

/** Handlers by key: "F2", "Escape", "Enter", "Ctrl+b", "Alt+1". A handler that returns false has not taken the key. */
export type KeyMap = Readonly<Record<string, (event: KeyboardEvent) => unknown>>;

interface Layer {
  readonly keys: () => KeyMap;
  /** A layer that nothing passes: a dialog. */
  readonly blocking: boolean;
}

/** Returns the name of a pressed key as a KeyMap spells it. */
export function keyName(event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'altKey' | 'metaKey'>): string {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  return `${event.ctrlKey || event.metaKey ? 'Ctrl+' : ''}${event.altKey ? 'Alt+' : ''}${key}`;
}

export class KeyLayers {
  readonly #layers: Layer[] = [];

  add(layer: Layer): () => void {
    this.#layers.push(layer);
    return () => {
      this.#layers.splice(this.#layers.indexOf(layer), 1);
    };
  }

  /**
   * Offers the key to the newest dialog alone, or without one to the layers, top first; returns whether one took it.
   * A dialog counts wherever it stands: the screen behind it may renew its own layer later.
   */
  press(event: KeyboardEvent): boolean {
    const name = keyName(event);
    const dialog = this.#layers.findLast((layer) => layer.blocking);
    return (dialog === undefined ? [...this.#layers].reverse() : [dialog]).some((layer) => {
      const handler = layer.keys()[name];
      return handler !== undefined && handler(event) !== false;
    });
  }
}

const Layers = createContext(new KeyLayers());

/** Enter on a control that means something by itself belongs to that control. */
function belongsToControl(event: KeyboardEvent): boolean {
  if (event.key !== 'Enter' || !(event.target instanceof HTMLElement)) return false;
  return event.target.closest('button, a[href], [role="option"], [role="menuitem"], [role="combobox"], textarea') !== null;
}

export function KeyboardProvider({ children }: { readonly children: ReactNode }) {
  const layers = useMemo(() => new KeyLayers(), []);
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.isComposing || belongsToControl(event)) return;
      if (layers.press(event)) event.preventDefault();
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, [layers]);
  return <Layers.Provider value={layers}>{children}</Layers.Provider>;
}

/** Gives the keys to these handlers while the component is there; the component mounted last is asked first. */
export function useKeys(keys: KeyMap, options: { readonly active?: boolean; readonly blocking?: boolean } = {}): void {
  const { active = true, blocking = false } = options;
  const layers = useContext(Layers);
  const latest = useRef(keys);
  latest.current = keys;
  // With the draw, not after it: a key pressed the moment a dialog stands there is the dialog's.
  useLayoutEffect(() => (active ? layers.add({ keys: () => latest.current, blocking }) : undefined), [layers, active, blocking]);
}

/** The hint that shows which key does it. */
export function Kbd({ children }: { readonly children: string }) {
  return (
    <span className="kbd" aria-hidden="true">
      {children}
    </span>
  );
}
