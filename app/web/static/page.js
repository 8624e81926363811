// Runs once for each HTML component: `element`, `trigger`, `props` and `watch` come from Gradio.
const wide = window.matchMedia('(min-width: 1100px)');
const stage = () => document.getElementById('stage');
const isReader = element.closest('#reader') !== null;
let closed = false;  // whether the reader was closed since something was last asked of it

function copyText(text, button) {
  const done = () => {
    const label = button.textContent;
    button.textContent = dafuSay('已复制');
    setTimeout(() => { button.textContent = label; }, 1600);
  };
  const copyOldWay = () => {  // navigator.clipboard is absent on http pages of another machine
    const area = document.createElement('textarea');
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand('copy');
    area.remove();
    button.focus();
    done();
  };
  if (navigator.clipboard && window.isSecureContext) {
    navigator.clipboard.writeText(text).then(done, copyOldWay);
  } else {
    copyOldWay();
  }
}

// The page gets narrower beside the reader: what was clicked must stay under the eyes.
function setReading(reading) {
  const opener = window.dafuOpener;
  const before = opener?.getBoundingClientRect().top;
  stage().classList.toggle('reading', reading);
  document.getElementById('work').inert = reading && !wide.matches;
  if (opener?.isConnected) window.scrollBy(0, opener.getBoundingClientRect().top - before);
}

function closeReader() {
  setReading(false);
  props.value = '';
  const opener = window.dafuOpener?.isConnected ? window.dafuOpener
    : document.querySelector('#tabs [role="tab"][aria-selected="true"]');
  opener?.focus({ preventScroll: true });
}

function leaveReader() {
  closed = true;
  closeReader();
  document.dispatchEvent(new CustomEvent('dafu:left'));
}

// links.js keeps the browser's address at what is shown.
function tellShown() {
  if (isReader && closed) return;
  const view = element.querySelector('[data-address], [data-title]');
  if (view) document.dispatchEvent(new CustomEvent('dafu:shown', { detail: view }));
}

function showReader() {
  const page = element.querySelector('.reader');
  if (page !== null && closed) {  // it was on its way
    props.value = '';
    return;
  }
  setReading(page !== null);
  if (page === null) return;
  const mark = page.querySelector('mark') ?? page.querySelector('.turning');
  const box = page.querySelector('.reader-body');
  page.querySelector('.reader-title').focus({ preventScroll: true });
  if (mark) {
    const offset = mark.getBoundingClientRect().top - box.getBoundingClientRect().top;
    box.scrollTop += offset - box.clientHeight * 0.3;
  } else {
    box.scrollTop = 0;
  }
}

// What has come is said to whoever doesn't see it, by one place that was there before: one that
// comes together with its words is not listened to.
function tellHeard() {
  const said = [...element.querySelectorAll('[data-say], .notice:not([role="alert"]), .progress p')]
    .filter((each) => each.offsetParent).map((each) => each.textContent);
  if (!said.length) return;
  let heard = document.querySelector('.dafu-heard');
  if (!heard) {
    heard = document.createElement('p');
    heard.className = 'dafu-heard';
    heard.setAttribute('role', 'status');
    document.body.append(heard);
  }
  const words = said.join(' ').replace(/（[\d, /]+）| \([\d, /]+\)/, '').replace(/\s+/g, ' ').trim();
  if (heard.textContent !== words) heard.textContent = words;
}

// A page that was turned is read from its head, by the eyes and by the keyboard.
let turned = false;

function goToHead() {
  if (!turned) return;
  turned = false;
  element.scrollIntoView();
  element.tabIndex = -1;
  element.focus({ preventScroll: true });
}

// Past the head and the tabs, to what the tab is for.
function skip() {
  const places = document.querySelectorAll('#tabs [role="tabpanel"] :is(textarea, input, button)');
  [...places].find((place) => place.offsetParent)?.focus();
}

function toggleRow(button) {
  const row = document.getElementById(button.getAttribute('aria-controls'));
  const open = button.getAttribute('aria-expanded') !== 'true';
  button.setAttribute('aria-expanded', String(open));
  row.hidden = !open;
  return open;
}

// A thumb that is pressed already takes back what it said.
function rate(thumb) {
  const { reply, start, end } = thumb.closest('.rate').dataset;
  const said = thumb.getAttribute('aria-pressed') === 'true' ? '' : thumb.dataset.rate;
  trigger('like', { reply, start: Number(start), end: Number(end), rate: said });
}

// What shows its parts as they come may be drawn anew while a button is held down: the browser then
// has nothing to click.
let pressed = null;
element.addEventListener('pointerdown', (event) => { pressed = event.target; });
element.addEventListener('pointerup', () => {
  if (pressed && !pressed.isConnected) act(pressed);
  pressed = null;
});
element.addEventListener('click', (event) => act(event.target));

function act(clicked) {
  const find = (selector) => clicked.closest(selector);
  const copy = find('[data-copy]');
  const choose = find('[data-choose]');
  const open = find('[data-open]');
  const save = find('[data-save]');
  const thumb = find('[data-rate]');
  const row = find('tr[data-row]');
  const link = find('[data-link]');
  const other = find('a[data-language]');
  if (other) {  // the same view, in the other language
    const there = new URL(location.href);
    there.searchParams.set('language', other.dataset.language);
    other.href = there.href;
    return;
  }
  turned = find('.pages') !== null;
  if (find('[data-close]')) return leaveReader();
  if (find('[data-skip]')) return skip();
  if (copy) return copyText(copy.dataset.copy, copy);
  if (link) return copyText(new URL(link.dataset.link, document.baseURI).href, link);
  if (choose) return trigger('select', { choice: choose.dataset.choose });
  if (thumb) return rate(thumb);
  if (save) return trigger('download', { choice: save.dataset.save });
  const toggle = open ? null : row?.querySelector('[aria-controls]');
  if (toggle && !(toggleRow(toggle) && wide.matches)) return;
  const target = open ?? toggle;
  if (!target) return;
  window.dafuOpener = target;
  document.dispatchEvent(new CustomEvent('dafu:opening'));
  const { reply, start, end } = target.dataset;
  trigger('click', { reply, start: Number(start ?? -1), end: Number(end ?? -1) });
}

if (isReader) {
  watch('value', showReader);
  document.addEventListener('dafu:opening', () => { closed = false; });
  document.addEventListener('dafu:leave', () => {
    closed = true;
    if (stage().classList.contains('reading')) closeReader();
  });
  document.addEventListener('keydown', (event) => {
    if (document.querySelector('dialog[open]')) return;
    if (event.key === 'Escape' && stage().classList.contains('reading')) leaveReader();
  });
}
watch('value', tellShown);
tellShown();  // what came before its tab was opened
watch('value', tellHeard);
watch('value', goToHead);
