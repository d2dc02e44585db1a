// The page before anybody is signed in: the program's name, language and theme, and which counter this is.
import type { ReactNode } from 'react';
import { Preferences } from '../../components/preferences.tsx';
import { useTranslation } from '../../text/use-translation.tsx';

/** `where` says which counter this is; null while that is not known. */
export function Entrance({ where, children }: { readonly where: string | null; readonly children: ReactNode }) {
  const { t } = useTranslation();
  return (
    <main className="sign-in">
      <div className="sign-in-box stack-wide">
        <div className="row between">
          <strong className="brand" style={{ fontSize: 24 }}>
            {t('app.name')}
          </strong>
          <Preferences />
        </div>
        {where !== null && <div className="soft">{where}</div>}
        {children}
      </div>
    </main>
  );
}
