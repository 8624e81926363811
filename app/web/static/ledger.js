// In the reader: who cites a policy is listed in a tab, which on a phone stands behind the reader.
element.addEventListener('click', (event) => {
  if (!event.target.closest('[data-choose^="policy "]')) return;
  const tabs = [...document.querySelectorAll('#tabs button[role="tab"]')];
  for (const name of [dafuSay('承诺与依据'), '依据']) {
    tabs.find((tab) => tab.textContent.trim() === name)?.click();
  }
  if (!wide.matches) element.querySelector('[data-close]').click();
});
