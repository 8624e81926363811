// The owner's part of the reader: a reply is put away once that was asked twice, and comes back.
element.addEventListener('click', (event) => {
  const foot = event.target.closest('.reader-foot');
  if (!foot) return;
  const find = (selector) => event.target.closest(selector);
  const sure = foot.querySelector('.reader-sure');
  const ask = (asked) => {
    sure.hidden = !asked;
    foot.querySelector('[data-ask]').hidden = asked;
    foot.querySelector(asked ? '[data-spare]' : '[data-ask]').focus();
  };
  const send = (what) => {
    for (const button of foot.querySelectorAll('button')) button.disabled = true;
    trigger(what, { reply: element.querySelector('.reader').dataset.reply });
  };
  if (find('[data-ask]')) ask(true);
  else if (find('[data-spare]')) ask(false);
  else if (find('[data-put-away]')) send('delete');
  else if (find('[data-bring-back]')) send('undo');
});
