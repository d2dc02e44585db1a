// The steps of a task at its left edge: done, at hand, to come.
import { CheckOutlined } from '@ant-design/icons';
import { useTranslation } from '../text/use-translation.tsx';

const DONE = <CheckOutlined className="tone-ok" />;

/** `at` is the step at hand, counted from 0; the number of steps when all are done. */
export function StepList({ steps, at }: { readonly steps: readonly string[]; readonly at: number }) {
  const { t } = useTranslation();
  return (
    <nav aria-label={t('topup.steps')}>
      <ol>
        {steps.map((word, index) => (
          <li key={word} className={index < at ? 'step done' : 'step'} aria-current={index === at ? 'step' : undefined}>
            <span>{index < at ? DONE : index + 1}</span>
            <span>{word}</span>
          </li>
        ))}
      </ol>
    </nav>
  );
}
