// The desk: its requests are edited, and passages ticked and ordered, here in the page; the server
// hears of it where one looks up again or exports.
(() => {
  const desk = () => element.querySelector('.desk');
  const all = (selector) => [...element.querySelectorAll(selector)];
  const typed = () => document.querySelector('#proposal textarea');
  const keyOf = ({ dataset }) => `${dataset.reply} ${dataset.start} ${dataset.end}`;
  const place = ({ dataset }) => ({ reply: dataset.reply, start: Number(dataset.start), end: Number(dataset.end) });
  let original = '';  // the requests as they came
  let lookedUp = '';  // the text that the requests are of
  let remembered = new Map();  // by the words of a request: its passages in their order, and which are ticked

  // What the server is told

  const rows = () => all('.asks .ask');
  const boxOf = (row) => row.querySelector('textarea');
  const isLeft = (row) => row.classList.contains('left');
  const requests = () => rows().filter((row) => !isLeft(row)).map((row) => boxOf(row).value.trim()).filter(Boolean);
  const fields = () => Object.fromEntries(all('.desk-fields [name]').map((field) => [field.name, field.value]));

  window.dafuDesk = {
    read: () => {
      if (!desk()) return '';
      remember();
      return JSON.stringify({ requests: requests(), proposal: fields() });
    },
    age: () => { if (desk()) setOld('stale', true); },
  };

  function cardsOf(section) {
    const only = element.querySelector('[data-only]').checked;
    const cards = [...section.querySelectorAll('.passage')].map((card) => [card, card.querySelector('[data-tick]').checked]);
    return cards.filter(([card, ticked]) => ticked || !(only || 'near' in card.dataset))
      .map(([card, ticked]) => ({ ...place(card), ticked }));
  }

  function save(button) {
    const passages = all('.covered').map(cardsOf);
    const hold = (on) => all('[data-export]').forEach((each) => { each.disabled = on; });
    trigger('download', { choice: button.dataset.export, passages, proposal: fields() });
    hold(true);
    setTimeout(() => {
      hold(false);
      if (document.activeElement === document.body) button.focus({ preventScroll: true });
    }, 1200);
  }

  // Editing the requests

  function grow(box) {
    box.style.height = 'auto';
    if (box.scrollHeight) box.style.height = `${box.scrollHeight + 2}px`;
  }

  const say = (words) => { element.querySelector('.asks-said').textContent = words; };

  // The keyboard goes with what is shown: to the first request, and back to what edits them.
  function setEditing(on) {
    desk().classList.toggle('editing-asks', on);
    rows().forEach((row) => grow(boxOf(row)));
    (on && rows().length ? boxOf(rows()[0]) : element.querySelector(on ? '[data-add]' : '[data-edit]')).focus();
  }

  // What was found is of the requests, text and filters as they were: it stands back when they change.
  function setOld(name, on) {
    desk().classList.toggle(name, on);
    const old = ['edited', 'stale'].some((each) => desk().classList.contains(each));
    all('.coverage, .desk-bar').forEach((part) => { part.inert = old; });
    document.getElementById('alike')?.toggleAttribute('inert', desk().classList.contains('stale'));
  }

  function touch() {
    say('');
    setOld('edited', true);
  }

  function newRow(text) {
    const row = element.querySelector('.ask-new').content.firstElementChild.cloneNode(true);
    boxOf(row).value = text;
    return row;
  }

  function insert(after, texts) {
    const made = texts.map(newRow);
    after.after(...made);
    made.forEach((row) => grow(boxOf(row)));
    touch();
    return made;
  }

  function focusAt(row, at) {
    boxOf(row).focus();
    boxOf(row).setSelectionRange(at, at);
  }

  function splitAt(row, at) {
    const box = boxOf(row);
    const rest = box.value.slice(at).trimStart();
    box.value = box.value.slice(0, at).trimEnd();
    const [made] = insert(row, [rest]);
    grow(box);
    focusAt(made, 0);
  }

  function split(row) {
    const box = boxOf(row);
    const at = box.selectionStart;
    if (box.value.slice(0, at).trim() && box.value.slice(at).trim()) return splitAt(row, at);
    const sentences = (box.value.match(/[^。；;！!？?\n]+[。；;！!？?\n]*/g) ?? []).map((each) => each.trim()).filter(Boolean);
    if (sentences.length < 2) return say(dafuSay('只有一句：请把光标放在要拆开的地方，再点“拆分”。'));
    box.value = sentences[0];
    insert(row, sentences.slice(1));
    grow(box);
    focusAt(row, box.value.length);
  }

  function merge(row) {
    const next = row.nextElementSibling;
    if (!next) return say(dafuSay('这是最后一项，后面没有可并入的。'));
    const box = boxOf(row);
    const at = box.value.length;
    box.value += boxOf(next).value;
    next.remove();
    touch();
    grow(box);
    focusAt(row, at);
  }

  function leave(row) {
    const left = row.classList.toggle('left');
    const button = row.querySelector('[data-leave]');
    button.textContent = left ? dafuSay('恢复') : dafuSay('不查');
    button.setAttribute('aria-pressed', String(left));
    boxOf(row).disabled = left;
    touch();
  }

  function add() {
    const row = newRow('');
    element.querySelector('.asks').append(row);
    touch();
    grow(boxOf(row));
    focusAt(row, 0);
  }

  function restore() {
    element.querySelector('.asks').innerHTML = original;
    setOld('edited', false);
    setEditing(false);
    say('');
  }

  function again() {
    if (desk().classList.contains('stale') || requests().length) return document.getElementById('find').click();
    say(dafuSay('没有留下要查的诉求：请恢复一项，或加一项。'));
  }

  function onKey(event) {
    const box = event.target;
    const row = box.closest('.ask');
    const at = box.selectionStart;
    const caret = at === box.selectionEnd;
    if (event.key === 'Enter') {
      event.preventDefault();
      if (event.ctrlKey || event.metaKey) again();
      else splitAt(row, at);
    } else if (event.key === 'Backspace' && caret && at === 0 && row.previousElementSibling) {
      event.preventDefault();
      merge(row.previousElementSibling);
    } else if (event.key === 'Delete' && caret && at === box.value.length && row.nextElementSibling) {
      event.preventDefault();
      merge(row);
    }
  }

  // Choosing passages

  const ticked = (card) => card.querySelector('[data-tick]').checked;

  function count() {
    let sum = 0;
    for (const section of all('.covered')) {
      let place = 0;
      for (const card of section.querySelectorAll('.passage')) {
        card.classList.toggle('chosen', ticked(card));
        card.querySelector('.tick-place').textContent = ticked(card) ? String(place += 1) : '';
      }
      sum += place;
    }
    const told = element.querySelector('[data-count]');
    if (told) told.textContent = sum ? dafuSay('底稿收入打勾的 {} 段', sum) : dafuSay('没有打勾：底稿各项都留【待填】');
  }

  // A ticked passage goes past those between it and the next one that is ticked: these are not in the draft.
  function move(button) {
    const card = button.closest('.passage');
    const section = card.closest('.covered');
    const chosen = [...section.querySelectorAll('.passage')].filter((each) => ticked(each));
    const up = button.dataset.move === 'up';
    const other = chosen[chosen.indexOf(card) + (up ? -1 : 1)];
    if (!other) return;
    up ? other.before(card) : other.after(card);
    count();
    button.focus();
  }

  function arrange(kind) {
    for (const section of all('.covered')) {
      const lists = section.querySelectorAll(':scope > .passages, :scope > .more:not(.near) > .passages');
      const cards = [...lists].flatMap((list) => [...list.querySelectorAll('.passage')]);
      cards.forEach((card) => { card.dataset.came ??= String(cards.indexOf(card)); });
      const value = (card) => card.dataset[kind] || dafuSay('未标明');
      const came = (card) => Number(card.dataset.came);
      const firsts = new Map();
      for (const card of [...cards].sort((a, b) => came(a) - came(b))) {
        if (kind && !firsts.has(value(card))) firsts.set(value(card), firsts.size);
      }
      const rank = (card) => (kind === 'year' ? -Number(card.dataset.year || 0) : kind ? firsts.get(value(card)) : 0);
      cards.sort((a, b) => rank(a) - rank(b) || came(a) - came(b));
      section.querySelectorAll('.group-name').forEach((name) => name.remove());
      const open = kind || lists.length < 2 ? cards.length : Number(desk().dataset.first);
      lists[0].append(...cards.slice(0, open));
      lists[1]?.append(...cards.slice(open));
      lists[1]?.closest('.more').toggleAttribute('hidden', Boolean(kind));
      if (!kind) continue;
      cards.forEach((card, index) => {
        if (index && value(cards[index - 1]) === value(card)) return;
        const name = document.createElement('li');
        name.className = 'group-name';
        if (kind !== 'year' && card.dataset[kind]) name.lang = 'zh-CN';
        name.textContent = kind === 'year' && card.dataset.year ? dafuSay('{} 年', value(card)) : value(card);
        card.before(name);
      });
    }
    count();
  }

  // A request that is looked up again in the same words keeps what was chosen for it.

  function remember() {
    remembered = new Map(all('.covered').map((section) => [
      section.querySelector('h3').textContent,
      [...section.querySelectorAll('.passage')].map((card) => [keyOf(card), ticked(card)]),
    ]));
  }

  function recall() {
    for (const section of all('.covered')) {
      const kept = remembered.get(section.querySelector('h3').textContent);
      if (!kept) continue;
      const were = new Map(kept);
      const known = [...section.querySelectorAll('.passage')].filter((card) => were.has(keyOf(card)));
      for (const card of known) card.querySelector('[data-tick]').checked = were.get(keyOf(card));
    }
  }

  // What is clicked and typed

  element.addEventListener('click', (event) => {
    const find = (selector) => event.target.closest(selector);
    const row = find('.ask');
    const go = find('[data-go]');
    const wish = find('[data-export]');
    const step = find('[data-move]');
    if (go) {
      const section = element.querySelector(`#covered-${go.dataset.go}`);
      section?.scrollIntoView({ block: 'start' });
      section?.focus({ preventScroll: true });
    } else if (find('[data-edit]')) setEditing(true);
    else if (find('[data-again]')) again();
    else if (find('[data-add]')) add();
    else if (find('[data-restore]')) restore();
    else if (find('[data-split]')) split(row);
    else if (find('[data-merge]')) merge(row);
    else if (find('[data-leave]')) leave(row);
    else if (wish) save(wish);
    else if (step) move(step);
  });

  element.addEventListener('keydown', (event) => {
    if (event.isComposing || !event.target.matches('.ask textarea')) return;
    onKey(event);
  });

  element.addEventListener('input', (event) => {
    if (!event.target.matches('.ask textarea')) return;
    grow(event.target);
    touch();
  });

  element.addEventListener('change', (event) => {
    if (event.target.matches('[data-tick]')) count();
    if (event.target.matches('[data-arrange]')) arrange(event.target.value);
  });

  document.addEventListener('input', (event) => {
    if (event.target === typed() && desk()) setOld('stale', typed().value !== lookedUp);
  });

  watch('value', () => {
    if (!desk()) return;
    original = element.querySelector('.asks').innerHTML;
    if (document.activeElement === document.body) desk().focus();  // what looked up again is gone
    if (desk().dataset.text === lookedUp) recall();
    lookedUp = desk().dataset.text;
    setOld('stale', lookedUp !== typed().value);
    count();
  });
})();
