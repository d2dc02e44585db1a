// The fields of a request's form as its definition names them, and what is typed into them as the core takes it.

import type { Outputs } from '../../../shared/contract/index.ts';
import { IDENTITY_KINDS } from '../../../shared/domain/identity.ts';
import { useWords } from '../../components/commodity.tsx';
import { Choice, Field } from '../../components/field.tsx';
import { parseCubicMetres } from '../../format/format.ts';
import { type Problem, TEXTS } from '../../text/index.ts';

export type RequestField = Outputs['requests']['get']['fields'][number];
export type Typed = Readonly<Record<string, string>>;
export type FormValues = Record<string, string | number | null>;

const WORDS = TEXTS['zh-CN'].requests;
type FieldName = keyof typeof WORDS.field;
type ChoiceName = keyof typeof WORDS.choice;

const isFieldName = (name: string): name is FieldName => name in WORDS.field;
const isChoiceName = (name: string): name is ChoiceName => name in WORDS.choice;

/** Returns what stands in the fields at first. */
export function initialOf(fields: readonly RequestField[]): Typed {
  return Object.fromEntries(fields.map(({ name, initial, choices }) => [name, String(initial ?? choices[0] ?? '')]));
}

/** Returns the form for the core; what is no number stays as it was typed, so that the core names its field. */
export function formOf(fields: readonly RequestField[], typed: Typed): FormValues {
  return Object.fromEntries(
    fields.map(({ name, type }): [string, string | number | null] => {
      const text = (typed[name] ?? '').trim();
      if (text === '') return [name, null];
      if (type === 'litres') return [name, parseCubicMetres(text) ?? text];
      return [name, type === 'number' && /^\d+$/.test(text) ? Number(text) : text];
    }),
  );
}

/** Returns what a draft may keep of it: numbers of documents are typed again. */
export function keepableOf(fields: readonly RequestField[], typed: Typed): Typed {
  const keepable = new Set(fields.filter(({ type }) => type !== 'identity').map(({ name }) => name));
  return Object.fromEntries(Object.entries(typed).filter(([name]) => keepable.has(name)));
}

/** Names of fields and choices in the language of the screen. */
export function useFieldWords() {
  const { t, volume } = useWords();
  const choiceWord = (value: string): string => {
    if (isChoiceName(value)) return t(`requests.choice.${value}`);
    const identity = IDENTITY_KINDS.find((kind) => kind === value);
    return identity === undefined ? value : t(`identityKind.${identity}`);
  };
  return {
    fieldWord: (name: string): string => (isFieldName(name) ? t(`requests.field.${name}`) : name),
    choiceWord,
    valueWord: (field: RequestField, value: unknown): string => {
      if (field.type === 'litres' && typeof value === 'number') return volume(value);
      return field.type === 'choice' ? choiceWord(String(value)) : String(value);
    },
  };
}

export function FormFields(props: {
  readonly fields: readonly RequestField[];
  readonly typed: Typed;
  readonly onChange: (typed: Typed) => void;
  readonly problem: Problem | null;
}) {
  const { t } = useWords();
  const { fieldWord, choiceWord } = useFieldWords();
  const { fields, typed, problem, onChange } = props;
  return (
    <div className="field-grid">
      {fields.map(({ name, type, choices, required }, index) => {
        const common = { field: `form.${name}`, label: fieldWord(name), problem, autoFocus: index === 0 };
        const hint = type === 'litres' ? t('requests.litresHint') : required ? null : t('requests.optional');
        const change = (value: string): void => onChange({ ...typed, [name]: value });
        if (type === 'choice') {
          const options = choices.map((value) => ({ value, label: choiceWord(value) }));
          return <Choice key={name} {...common} value={typed[name] ?? ''} options={options} onChange={change} />;
        }
        return (
          <Field
            key={name}
            {...common}
            {...(hint === null ? {} : { hint })}
            type={type === 'date' ? 'date' : 'text'}
            numeric={type === 'number' || type === 'litres' || type === 'phone'}
            maxLength={200}
            value={typed[name] ?? ''}
            onChange={change}
          />
        );
      })}
    </div>
  );
}
