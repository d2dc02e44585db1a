// A card that this branch does not know: asked for at headquarters, and its account opened.
import { useMutation } from '@tanstack/react-query';
import { client, problemOf } from '../../bridge/client.ts';
import { Button } from '../../components/button.tsx';
import { Kbd, useKeys } from '../../keys/keys.tsx';
import { problemWords } from '../../text/index.ts';
import { useTranslation } from '../../text/use-translation.tsx';
import { useNavigation } from '../shell/navigation.tsx';

export function LookUpCard({ cardNo, found }: { readonly cardNo: string; readonly found: () => void }) {
  const { t, i18n } = useTranslation();
  const { go } = useNavigation();
  const look = useMutation({
    mutationFn: () => client.visits.find({ text: cardNo }),
    onSuccess(answer) {
      found();
      const [first] = answer.found;
      if (first !== undefined) go({ screen: 'account', accountId: first.accountId });
    },
  });
  const ask = (): unknown => (look.isPending ? undefined : look.mutate());
  useKeys({ F10: ask });
  const words = look.error === null ? null : problemWords(i18n.language, problemOf(look.error));
  return (
    <div className="row wrap">
      {words !== null && (
        <span role="alert">
          {words.title} · {words.next}
        </span>
      )}
      <Button loading={look.isPending} onClick={ask} data-testid="look-up-card">
        {t('visit.lookUpCard')}
        <Kbd>F10</Kbd>
      </Button>
    </div>
  );
}
