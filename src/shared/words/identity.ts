// Kinds of identity documents by their names, on screen and on paper.

export const identityZhCN = {
  'resident-id': '居民身份证',
  'hk-macao-permit': '港澳居民通行证',
  'taiwan-permit': '台湾居民通行证',
  passport: '护照',
  company: '统一社会信用代码',
};

export const identityZhTW: typeof identityZhCN = {
  'resident-id': '居民身分證',
  'hk-macao-permit': '港澳居民通行證',
  'taiwan-permit': '臺灣居民通行證',
  passport: '護照',
  company: '統一社會信用代碼',
};

export const identityEn: typeof identityZhCN = {
  'resident-id': 'Resident identity card',
  'hk-macao-permit': 'Hong Kong and Macao permit',
  'taiwan-permit': 'Taiwan permit',
  passport: 'Passport',
  company: 'Company code',
};
