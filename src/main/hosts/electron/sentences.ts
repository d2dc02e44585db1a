// What the shell says in a box of its own when there is no page to say it: by the language of the system.

/** Why the counter is not there, or a file is not where it was to be saved. */
export type Failure = 'in-use' | 'too-new' | 'cannot-start' | 'keeps-ending' | 'keys-closed' | 'not-saved';

type Words = Readonly<Record<Failure, string>>;

const ZH_CN: Words = {
  'in-use': '另一个柜面通正在使用同一数据目录。请先关闭它，再重新打开。',
  'too-new': '数据由更新版本的柜面通写入，本版本不能打开。数据完好，请升级后再试。',
  'cannot-start': '柜面通无法启动。数据完好，请联系技术支持并告知下面的信息。',
  'keeps-ending': '柜面通的核心进程反复退出。数据完好，请联系技术支持。',
  'keys-closed': '卡密钥库无法打开，不能启动，以免写坏客户的卡。请让技术支持从备份恢复密钥文件。',
  'not-saved': '文件没有存上：磁盘可能已满，文件夹可能不允许写入，或同名文件正被其他程序打开。数据都在，请处理后再存一次。',
};

const ZH_TW: Words = {
  'in-use': '另一個櫃面通正在使用同一資料目錄。請先關閉它，再重新開啟。',
  'too-new': '資料由較新版本的櫃面通寫入，本版本不能開啟。資料完好，請升級後再試。',
  'cannot-start': '櫃面通無法啟動。資料完好，請聯絡技術支援並告知下面的資訊。',
  'keeps-ending': '櫃面通的核心程序反覆結束。資料完好，請聯絡技術支援。',
  'keys-closed': '卡金鑰庫無法開啟，不能啟動，以免寫壞客戶的卡。請讓技術支援從備份還原金鑰檔案。',
  'not-saved': '檔案沒有存上：磁碟可能已滿，資料夾可能不允許寫入，或同名檔案正被其他程式開啟。資料都在，請處理後再存一次。',
};

const EN: Words = {
  'in-use': 'Another Countertop is working on the same data folder. Close it first, then open this one again.',
  'too-new': 'The data was written by a newer Countertop, so this version cannot open it. The data is safe; update and try again.',
  'cannot-start': 'Countertop cannot start. The data is safe; call support and tell them what stands below.',
  'keeps-ending': 'The core of Countertop keeps ending. The data is safe; call support.',
  'keys-closed':
    'The keys of the cards cannot be opened, so Countertop does not start: it must not spoil cards. Have support restore the key files from their backup.',
  'not-saved':
    'The file was not saved: the disk may be full, the folder closed to you, or a file of that name open in another program. Nothing is lost; put it right and save once more.',
};

/** Returns the sentence in the language of `locale` (a BCP 47 tag): traditional or simplified Chinese, else English. */
export function failureSentence(failure: Failure, locale: string): string {
  if (!locale.toLowerCase().startsWith('zh')) return EN[failure];
  return (/(tw|hk|mo|hant)/i.test(locale) ? ZH_TW : ZH_CN)[failure];
}
