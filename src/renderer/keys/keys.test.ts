// Keys go to the layer on top, and never past a dialog.
import { describe, expect, it } from 'vitest';
import { KeyLayers, keyName } from './keys.tsx';

const press = (key: string, more: Partial<KeyboardEvent> = {}) =>
  ({ key, ctrlKey: false, altKey: false, metaKey: false, ...more }) as KeyboardEvent;

describe('key layers', () => {
  it('names keys with their modifiers', () => {
    expect(keyName(press('F2'))).toBe('F2');
    expect(keyName(press('B', { ctrlKey: true }))).toBe('Ctrl+b');
    expect(keyName(press('1', { altKey: true }))).toBe('Alt+1');
  });

  it('asks the top layer first and goes down where a handler declines', () => {
    const layers = new KeyLayers();
    const heard: string[] = [];
    layers.add({ keys: () => ({ Escape: () => heard.push('frame'), F1: () => heard.push('home') }), blocking: false });
    const remove = layers.add({ keys: () => ({ Escape: () => heard.push('screen'), F1: () => false }), blocking: false });
    expect(layers.press(press('Escape'))).toBe(true);
    expect(layers.press(press('F1'))).toBe(true);
    remove();
    layers.press(press('Escape'));
    expect(heard).toEqual(['screen', 'home', 'frame']);
    expect(layers.press(press('F9'))).toBe(false);
  });

  it('lets nothing pass a dialog', () => {
    const layers = new KeyLayers();
    let heard = 0;
    layers.add({
      keys: () => ({
        F1: () => {
          heard += 1;
        },
      }),
      blocking: false,
    });
    layers.add({ keys: () => ({}), blocking: true });
    expect(layers.press(press('F1'))).toBe(false);
    expect(heard).toBe(0);
  });

  it('keeps a dialog on top of a screen that renews its keys behind it', () => {
    const layers = new KeyLayers();
    const heard: string[] = [];
    layers.add({ keys: () => ({ Enter: () => heard.push('dialog') }), blocking: true });
    layers.add({ keys: () => ({ Enter: () => heard.push('screen') }), blocking: false });
    expect(layers.press(press('Enter'))).toBe(true);
    expect(heard).toEqual(['dialog']);
  });
});
