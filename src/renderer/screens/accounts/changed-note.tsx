// What a clerk is told when somebody else has changed the account meanwhile: who did what, and the way to look again. Any other problem as it is.
import { useQueryClient } from '@tanstack/react-query';
import { OPERATION_KINDS } from '../../../shared/domain/operation.ts';
import { api } from '../../bridge/client.ts';
import { Button } from '../../components/button.tsx';
import { useWords } from '../../components/commodity.tsx';
import { refusalOf } from '../../components/field.tsx';
import { ProblemNote } from '../../components/problem.tsx';
import type { Problem } from '../../text/index.ts';
import type { OperationKey } from './timeline.tsx';

/** `fields`: those whose refusals stand beside them already. */
export function ChangedNote(props: { readonly problem: Problem | null; readonly fields: readonly string[]; readonly onLook: () => void }) {
  const { t } = useWords();
  const queries = useQueryClient();
  const { problem } = props;
  if (problem === null || props.fields.some((field) => refusalOf(problem, field) !== null)) return null;
  if (problem.code !== 'ACCOUNT_CHANGED') return <ProblemNote problem={problem} />;
  const kind = OPERATION_KINDS.find((one) => one === problem.context.kind);
  return (
    <ProblemNote problem={problem}>
      {kind !== undefined && (
        <span data-testid="changed-by">
          {t('people.changedBy', {
            clerk: String(problem.context.clerk ?? ''),
            what: t(`operation.${kind.replaceAll('.', '-') as OperationKey}`),
          })}
        </span>
      )}
      <Button
        size="small"
        data-testid="look-again"
        onClick={() => {
          void queries.invalidateQueries({ queryKey: api.accounts.get.key() });
          props.onLook();
        }}
      >
        {t('people.lookAgain')}
      </Button>
    </ProblemNote>
  );
}
