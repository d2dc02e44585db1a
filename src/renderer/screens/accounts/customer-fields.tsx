// The fields of a person or a place, as every form about accounts shows them, and what can be seen to be wrong before the core is asked.

import { IDENTITY_KINDS, type IdentityKind, identityProblem, isPhone, normaliseNumber } from '../../../shared/domain/identity.ts';
import { useWords } from '../../components/commodity.tsx';
import { Choice, Field, wrong } from '../../components/field.tsx';
import type { Problem } from '../../text/index.ts';

export interface AddressFields {
  readonly district: string;
  readonly road: string;
  readonly community: string;
  readonly unit: string;
}
export const ADDRESS_PARTS = ['district', 'road', 'community', 'unit'] as const;
export const NO_ADDRESS: AddressFields = { district: '', road: '', community: '', unit: '' };

export function AddressInputs(props: {
  readonly value: AddressFields;
  readonly onChange: (value: AddressFields) => void;
  readonly problem: Problem | null;
  readonly autoFocus?: boolean;
}) {
  const { t } = useWords();
  return (
    <>
      {ADDRESS_PARTS.map((part, index) => (
        <Field
          key={part}
          field={`address.${part}`}
          label={t(`people.${part}`)}
          value={props.value[part]}
          autoFocus={props.autoFocus === true && index === 0}
          problem={props.problem}
          onChange={(text) => props.onChange({ ...props.value, [part]: text })}
        />
      ))}
    </>
  );
}

/** Returns the first part of the address that is missing, as a problem; null when none is. */
export function addressProblem(value: AddressFields): Problem | null {
  const missing = ADDRESS_PARTS.find((part) => value[part].trim() === '');
  return missing === undefined ? null : wrong(`address.${missing}`, 'empty');
}

export function IdentityInputs(props: {
  readonly kind: IdentityKind;
  readonly number: string;
  readonly onChange: (identity: { readonly kind: IdentityKind; readonly number: string }) => void;
  readonly problem: Problem | null;
  /** Path of the identity in the call: "identity" or "customer.identity". */
  readonly path: string;
  readonly hint?: string;
}) {
  const { t } = useWords();
  const { kind, number, path } = props;
  return (
    <>
      <Choice
        field={`${path}.kind`}
        label={t('people.identityKind')}
        value={kind}
        options={IDENTITY_KINDS.map((value) => ({ value, label: t(`identityKind.${value}`) }))}
        problem={props.problem}
        onChange={(next) => props.onChange({ kind: next, number })}
      />
      <Field
        field={`${path}.number`}
        label={t('people.identityNumber')}
        value={number}
        maxLength={40}
        problem={props.problem}
        {...(props.hint === undefined ? {} : { hint: props.hint })}
        onChange={(next) => props.onChange({ kind, number: next })}
      />
    </>
  );
}

/** Returns what is wrong with a typed document number; null when nothing is, or nothing is typed. */
export function typedIdentityProblem(
  identity: { readonly kind: IdentityKind; readonly number: string },
  place: { readonly path: string; readonly today: string },
): Problem | null {
  if (identity.number.trim() === '') return null;
  const reason = identityProblem(identity.kind, normaliseNumber(identity.number), place.today);
  return reason === null ? null : wrong(`${place.path}.number`, reason);
}

/** Returns what is wrong with a typed phone number; null when nothing is. */
export function phoneProblem(phone: string, field: string): Problem | null {
  if (phone.trim() === '') return wrong(field, 'empty');
  return isPhone(phone.trim()) ? null : wrong(field, 'phone');
}
