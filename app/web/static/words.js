// What the scripts say themselves, in the language of the page; [passage|passages] goes by the number.
window.dafuSay = (words, value = '') => (window.dafuWords?.[words] ?? words)
  .replace('{}', value).replace(/\[([^|\]]*)\|([^|\]]*)\]/g, (_, one, many) => (value === 1 ? one : many));
