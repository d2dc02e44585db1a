// Parked customers: how many, and the list to choose from when there are several.
import { TeamOutlined } from '@ant-design/icons';
import { Modal } from 'antd';
import { Button } from '../../components/button.tsx';
import { Kbd, type KeyMap, useKeys } from '../../keys/keys.tsx';
import { useTranslation } from '../../text/use-translation.tsx';
import { useNavigation } from './navigation.tsx';

/** The entry in the rail: a number, never a name. While a customer is in front F12 parks them first. */
export function ParkedMark({ onOpen }: { readonly onOpen: () => void }) {
  const { t } = useTranslation();
  const { parked, customerInFront } = useNavigation();
  if (parked.length === 0) return null;
  return (
    <button
      type="button"
      className="rail-entry"
      data-testid="parked-count"
      disabled={customerInFront}
      onClick={onOpen}
      aria-keyshortcuts="F12"
    >
      <TeamOutlined />
      <span className="rail-note tag warn">{t('work.park.parked', { count: parked.length })}</span>
      {!customerInFront && <Kbd>F12</Kbd>}
    </button>
  );
}

export function ParkedList({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const { parked, unpark } = useNavigation();
  const pick = (parkedId: number): void => {
    onClose();
    unpark(parkedId);
  };
  const keys: Record<string, KeyMap[string]> = { F12: onClose, Escape: onClose };
  parked.slice(0, 9).forEach(({ parkedId }, index) => {
    keys[String(index + 1)] = () => pick(parkedId);
  });
  useKeys(keys, { blocking: true });
  return (
    <Modal open title={t('work.park.title')} onCancel={onClose} footer={null} width={480} destroyOnHidden>
      <ul className="stack" data-testid="parked-list">
        {parked.map(({ parkedId, accountNo, customerName }, index) => (
          <li key={parkedId}>
            <Button block autoFocus={index === 0} onClick={() => pick(parkedId)} data-testid="parked-row">
              {customerName} <span className="figures">{accountNo}</span>
              {index < 9 && <Kbd>{String(index + 1)}</Kbd>}
            </Button>
          </li>
        ))}
      </ul>
    </Modal>
  );
}
