// A fault in words: what happened, what to do next, its code, and the buttons that help.
import { CloseCircleOutlined, WarningOutlined } from '@ant-design/icons';
import type { ReactNode } from 'react';
import { type Problem, problemWords } from '../text/index.ts';
import { useWords } from './commodity.tsx';

/** Shows a problem; `tone` "warn" where money is taken and the effect open, "bad" where something was refused. */
export function ProblemNote(props: {
  readonly problem: Problem;
  readonly tone?: 'warn' | 'bad';
  readonly heading?: string;
  readonly children?: ReactNode;
}) {
  const { t, i18n, commodity } = useWords();
  const { problem, tone = 'bad', heading } = props;
  const words = problemWords(i18n.language, problem, commodity);
  return (
    <div className={tone === 'warn' ? 'state-undelivered' : 'state-refused'} role="alert" data-testid="problem" data-code={problem.code}>
      <div className="row" style={{ alignItems: 'flex-start' }}>
        {tone === 'warn' ? <WarningOutlined className="tone-warn" /> : <CloseCircleOutlined className="tone-bad" />}
        <div className="grow">
          {heading !== undefined && <div className="soft">{heading}</div>}
          <strong>{words.title}</strong>
          {words.detail !== '' && <div>{words.detail}</div>}
          <div>{words.next}</div>
          <div className="soft" style={{ fontSize: 12 }}>
            {t('common.code', { code: problem.code })}
          </div>
          {props.children !== undefined && (
            <div className="row wrap" style={{ marginTop: 8 }}>
              {props.children}
            </div>
          )}
        </div>
      </div>
    </div>
  );
}
