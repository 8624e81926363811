() => {
  // An address that ends in #judging opens the panel; tabs within a tab come only when it is open.
  if (location.hash !== '#judging') return;
  const names = NAMES;
  const press = (tries) => {
    const tabs = [...document.querySelectorAll('[role="tab"]')];
    const tab = tabs.find((each) => each.textContent.trim() === names[0]);
    if (tab) {
      tab.click();
      names.shift();
    }
    if (names.length && tries) setTimeout(press, 100, tries - 1);
  };
  press(50);
}
