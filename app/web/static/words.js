// What the scripts say themselves, in the language of the page.
window.dafuSay = (words) => window.dafuWords?.[words] ?? words;
