// In the reader: who cites a policy is listed in a tab, which on a phone stands behind the reader.
// The tab within a tab comes a moment after the outer one is opened for the first time.
function openTabs([id, ...within], tries = 40) {
  const button = document.querySelector(`#tabs [role="tab"][data-tab-id="${id}"]`);
  button?.click();
  if (button && within.length) openTabs(within);
  else if (!button && tries) setTimeout(() => openTabs([id, ...within], tries - 1), 25);
}

element.addEventListener('click', (event) => {
  if (!event.target.closest('[data-choose^="policy "]')) return;
  openTabs(['statements', 'policies']);
  if (!wide.matches) closeReader();
});
