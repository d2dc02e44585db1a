// Fields of request forms: their schemas, and which of them belong to a step.
import { z } from 'zod';
import { wordsSchema } from '../../../shared/contract/values.ts';
import { dayNumber } from '../../../shared/domain/calendar.ts';
import { IDENTITY_KINDS, type IdentityKind, identityProblem, isPhone, normaliseNumber } from '../../../shared/domain/identity.ts';
import type { RequestForm, RequestState } from '../../../shared/domain/requests.ts';
import type { PrivateNumbers } from '../ports/private-numbers.ts';
import type { RequestDefinition, RequestField, Scene } from './definition.ts';

/** A field that is wrong: its name, and `empty`, `unknown`, `form`, `checksum`, `date` or `range`. */
export interface FieldProblem {
  readonly field: string;
  readonly reason: string;
}

function isDate(text: string): boolean {
  try {
    dayNumber(text);
    return true;
  } catch {
    return false;
  }
}

/** Returns the schema of what may be typed into a field. */
function schemaOf(field: RequestField): z.ZodType {
  switch (field.type) {
    case 'text':
      return wordsSchema(200);
    case 'phone':
      return z.string().refine(isPhone);
    case 'identity':
      return wordsSchema(40);
    case 'number':
    case 'litres':
      return z
        .int()
        .min(field.min ?? 0)
        .max(field.max ?? 1_000_000_000);
    case 'date':
      return z.string().refine(isDate);
    case 'choice':
      return z.enum([...(field.choices ?? [])] as [string, ...string[]]);
  }
}

/** Returns the definition's fields for this account; with `step` only those that are filled in there. */
export function fieldsOf(
  definition: RequestDefinition,
  scene: Pick<Scene, 'account' | 'meter'>,
  step?: RequestState,
): readonly RequestField[] {
  return definition.fields.filter(
    (field) => (step === undefined || field.step === step) && (field.when === undefined || field.when(scene)),
  );
}

const EMPTY = (value: RequestForm[string] | undefined): boolean => value === undefined || value === null || value === '';

/** Which kind of document an identity field is about. */
function documentKind(field: RequestField, form: RequestForm): IdentityKind {
  const named = form[field.documentKindField ?? ''];
  return IDENTITY_KINDS.find((kind) => kind === named) ?? 'resident-id';
}

/** Returns what is wrong with what was typed for a step, field by field in their order. */
export function fieldProblems(
  definition: RequestDefinition,
  scene: Scene,
  typed: { readonly form: RequestForm; readonly step: RequestState },
): FieldProblem[] {
  const fields = fieldsOf(definition, scene, typed.step);
  const unknown = Object.keys(typed.form).find((name) => !fields.some((field) => field.name === name));
  if (unknown !== undefined) return [{ field: unknown, reason: 'unknown' }];
  const each = fields.flatMap((field): FieldProblem[] => {
    const value = typed.form[field.name];
    if (EMPTY(value)) return field.required ? [{ field: field.name, reason: 'empty' }] : [];
    if (!schemaOf(field).safeParse(value).success) {
      return [{ field: field.name, reason: field.type === 'number' || field.type === 'litres' ? 'range' : 'form' }];
    }
    if (field.type !== 'identity') return [];
    const reason = identityProblem(documentKind(field, { ...scene.form, ...typed.form }), normaliseNumber(String(value)), scene.today);
    return reason === null ? [] : [{ field: field.name, reason }];
  });
  return each.length > 0 || typed.step !== 'open'
    ? each
    : [...(definition.fieldRules?.({ ...scene, form: { ...scene.form, ...typed.form } }) ?? [])];
}

/** Returns the name under which the digest of an identity field stands in the form. */
export function digestName(field: string): string {
  return `${field}Digest`;
}

/**
 * Returns what the journal may hold of what was typed: texts trimmed, empty fields left out, numbers of documents masked with their digest beside them.
 * `seal` keeps a number apart, or only says what it would be.
 */
export function storedForm(
  definition: RequestDefinition,
  scene: Pick<Scene, 'account' | 'meter'>,
  typed: RequestForm,
  seal: PrivateNumbers['keep'],
): RequestForm {
  const stored: Record<string, RequestForm[string]> = {};
  for (const field of fieldsOf(definition, scene)) {
    const value = typed[field.name];
    if (value === undefined || EMPTY(value)) continue;
    if (field.type === 'identity') {
      const { masked, digest } = seal(normaliseNumber(String(value)));
      stored[field.name] = masked;
      stored[digestName(field.name)] = digest;
    } else stored[field.name] = typeof value === 'string' ? value.trim() : value;
  }
  return stored;
}
