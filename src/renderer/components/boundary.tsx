// Catches a screen that fails, says so, and offers the way on; what is recorded is safe in the core.
import { Component, type ReactNode } from 'react';
import { useTranslation } from '../text/use-translation.tsx';
import { Button } from './button.tsx';
import { ProblemNote } from './problem.tsx';

function Failed() {
  const { t } = useTranslation();
  return (
    <ProblemNote problem={{ code: 'INTERNAL', context: {} }}>
      <Button type="primary" autoFocus onClick={() => window.location.reload()} data-testid="reload">
        {t('common.reload')}
      </Button>
    </ProblemNote>
  );
}

/** Shows the children, or the way on once one of them has failed. Give it a key per screen, so that leaving the screen clears it. */
export class Boundary extends Component<{ readonly children: ReactNode }, { readonly failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError(): { readonly failed: boolean } {
    return { failed: true };
  }

  override render(): ReactNode {
    return this.state.failed ? <Failed /> : this.props.children;
  }
}
