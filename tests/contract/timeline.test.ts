// The timeline has words for everything: no kind of operation and no fact of one lacks them in any language.
import { describe, expect, it } from 'vitest';
import { timelineEntry } from '../../src/main/core/timeline.ts';
import { TEXTS } from '../../src/renderer/text/index.ts';
import { CARD_TASK_PURPOSES } from '../../src/shared/domain/card-tasks.ts';
import { REVEALED_NUMBERS } from '../../src/shared/domain/customers.ts';
import { OPERATION_KINDS, type Operation, type OperationKind } from '../../src/shared/domain/operation.ts';
import { REQUEST_KINDS, REQUEST_STATES } from '../../src/shared/domain/requests.ts';

/** Kinds that concern the branch and say nothing on an account's timeline beyond their name. */
const SILENT: readonly OperationKind[] = ['branch.opened', 'tariff.published', 'policy.published', 'master-data.published'];

/** Something that has every field, however deep, and reads as "7" where a text or a figure is wanted. */
function anything(): unknown {
  return new Proxy([], {
    get(target, key) {
      if (key === Symbol.toPrimitive) return () => '7';
      if (key in target) return Reflect.get(target, key);
      const ofText: unknown = Reflect.get(String.prototype, key);
      return typeof ofText === 'function' ? ofText.bind('7') : anything();
    },
  });
}

const entryOf = (kind: OperationKind) => timelineEntry({ kind, payload: anything() } as unknown as Operation, '7');

describe('the timeline', () => {
  it.each(OPERATION_KINDS)('names %s and says what it was in every language', (kind) => {
    const entry = entryOf(kind);
    for (const [language, texts] of Object.entries(TEXTS)) {
      expect(texts.operation, language).toHaveProperty([kind.replaceAll('.', '-')]);
      for (const name of Object.keys(entry.facts)) expect(texts.fact, `${language} ${kind}`).toHaveProperty([name]);
    }
    const says = entry.amountFen !== null || entry.litres !== null || entry.reference !== '' || Object.keys(entry.facts).length > 0;
    expect(says).toBe(!SILENT.includes(kind));
  });

  it('has a word for everything that stands in a detail', () => {
    for (const texts of Object.values(TEXTS)) {
      for (const word of [...CARD_TASK_PURPOSES, ...REQUEST_KINDS, ...REQUEST_STATES, ...REVEALED_NUMBERS, 'served', 'absent'])
        expect(texts.detail).toHaveProperty([word]);
    }
  });
});
