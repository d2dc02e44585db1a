// A field of a form: label, input, and beside it the sentence that says what is wrong with it.

import type { ReactNode } from 'react';
import { FIELD_REASONS } from '../../shared/contract/people.ts';
import { typedDate } from '../format/format.ts';
import type { Problem } from '../text/index.ts';
import { useTranslation } from '../text/use-translation.tsx';
import { Input } from './input.tsx';

/** Returns why the core refuses this field, as a word that `fieldReason` in the language files knows; null when it does not. */
export function refusalOf(problem: Problem | null, field: string): (typeof FIELD_REASONS)[number] | 'other' | null {
  if (problem === null || problem.code !== 'INPUT_INVALID' || problem.context.field !== field) return null;
  return FIELD_REASONS.find((reason) => reason === problem.context.reason) ?? 'other';
}

/** A problem of one field, as a screen finds it before it asks the core. */
export function wrong(field: string, reason: (typeof FIELD_REASONS)[number]): Problem {
  return { code: 'INPUT_INVALID', context: { field, reason } };
}

/** The id of the input of a field. */
export const fieldId = (field: string): string => `field-${field.replaceAll('.', '-')}`;

/** Puts the cursor into the field that a problem names; returns whether it names one that is there. */
export function focusWrong(problem: Problem | null): boolean {
  const field = problem?.code === 'INPUT_INVALID' ? problem.context.field : null;
  const input = typeof field === 'string' ? document.getElementById(fieldId(field)) : null;
  input?.focus();
  return input !== null;
}

function Frame(props: {
  readonly field: string;
  readonly label: string;
  readonly hint: string | undefined;
  readonly problem: Problem | null | undefined;
  readonly children: ReactNode;
}) {
  const { t } = useTranslation();
  const reason = refusalOf(props.problem ?? null, props.field);
  const id = fieldId(props.field);
  return (
    <>
      <label htmlFor={id}>{props.label}</label>
      <div>
        {props.children}
        {props.hint !== undefined && reason === null && (
          <div id={`${id}-hint`} className="soft">
            {props.hint}
          </div>
        )}
        {reason !== null && (
          <div id={`${id}-wrong`} role="alert" className="tone-bad" data-testid={`${id}-wrong`}>
            {t(`fieldReason.${reason}`)}
          </div>
        )}
      </div>
    </>
  );
}

interface Common {
  /** As the core names it, in dotted form. */
  readonly field: string;
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly problem?: Problem | null;
  readonly hint?: string;
  readonly autoFocus?: boolean;
}

/** Dates are typed and read in one order everywhere; a browser's own date field follows the machine it runs on. */
const DATE_FORM = 'YYYY-MM-DD';

/** A line of text, or a date typed with or without its hyphens; stands in a `field-grid`. */
export function Field(props: Common & { readonly maxLength?: number; readonly type?: 'text' | 'date'; readonly numeric?: boolean }) {
  const { field, label, hint, problem } = props;
  const id = fieldId(field);
  const isWrong = refusalOf(problem ?? null, field) !== null;
  const isDate = props.type === 'date';
  return (
    <Frame field={field} label={label} hint={hint} problem={problem}>
      <Input
        id={id}
        autoComplete="off"
        autoFocus={props.autoFocus ?? false}
        maxLength={isDate ? DATE_FORM.length : (props.maxLength ?? 60)}
        inputMode={props.numeric === true || isDate ? 'numeric' : 'text'}
        placeholder={isDate ? DATE_FORM : ''}
        value={props.value}
        status={isWrong ? 'error' : ''}
        aria-invalid={isWrong}
        aria-describedby={isWrong ? `${id}-wrong` : hint === undefined ? undefined : `${id}-hint`}
        data-testid={id}
        onChange={(event) => props.onChange(isDate ? typedDate(event.target.value) : event.target.value)}
      />
    </Frame>
  );
}

/** One of a few; arrows choose, Enter is left to the screen. */
export function Choice<T extends string>(
  props: Omit<Common, 'value' | 'onChange'> & {
    readonly value: T;
    readonly onChange: (value: T) => void;
    readonly options: readonly { readonly value: T; readonly label: string }[];
  },
) {
  const { field, label, hint, problem, options } = props;
  return (
    <Frame field={field} label={label} hint={hint} problem={problem}>
      <select
        id={fieldId(field)}
        className="choice"
        value={props.value}
        // biome-ignore lint/a11y/noAutofocus: a form opens with its first field
        autoFocus={props.autoFocus ?? false}
        data-testid={fieldId(field)}
        onChange={(event) => {
          const found = options.find(({ value }) => value === event.target.value);
          if (found !== undefined) props.onChange(found.value);
        }}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </Frame>
  );
}
