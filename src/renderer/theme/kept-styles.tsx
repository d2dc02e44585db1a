// Keeps antd's styles of the common controls in the page: antd drops a control's variables when the last of its kind leaves, and every screen change
// would then write them anew and have the whole page's style computed again.
import { Button, Checkbox, Input, InputNumber, Segmented, Select, Skeleton, Switch } from 'antd';
import { memo } from 'react';

/** One unseen control of each kind; nothing can reach it. */
export const KeptStyles = memo(function KeptStyles() {
  return (
    <div hidden inert>
      <Button />
      <Input />
      <Input.TextArea />
      <Input.Password />
      <InputNumber />
      <Segmented options={['']} />
      <Select />
      <Checkbox />
      <Switch />
      <Skeleton />
    </div>
  );
});
