// What this visitor looked at last, in this browser alone; where it keeps nothing, neither do we.
const KEPT = 'dafu-history';
const OFF = 'dafu-history-off';
const MOST = 50;
const KINDS = {
  ask: dafuSay('问答'), precedents: dafuSay('查先例'), library: dafuSay('文库'), promises: dafuSay('承诺'),
  policies: dafuSay('依据'), reply: dafuSay('答复'),
};
const dialog = () => element.querySelector('dialog.history');

function stored(act) {
  try { return act(window.localStorage); } catch { return null; }
}

const isOff = () => stored((store) => store.getItem(OFF)) !== null;

function entries() {
  const kept = stored((store) => JSON.parse(store.getItem(KEPT) ?? '[]'));
  return Array.isArray(kept) ? kept.filter((each) => typeof each?.address === 'string') : [];
}

function keep(list) {
  stored((store) => (list.length ? store.setItem(KEPT, JSON.stringify(list)) : store.removeItem(KEPT)));
}

// A list that was turned or sorted is the same list; a reply is the same wherever it is marked.
const HOW = ['page', 'sort', 'order'];

function subjectOf(address) {
  const [path, query] = address.split('?');
  if (path.startsWith('reply/')) return path;
  const asked = new URLSearchParams(query);
  HOW.forEach((each) => asked.delete(each));
  return `${path}?${asked}`;
}

// A tab as it stands is nothing that one would look for again.
document.addEventListener('dafu:settled', ({ detail: { address, title } }) => {
  const subject = subjectOf(address);
  if (isOff() || subject.endsWith('?')) return;
  const others = entries().filter((each) => subjectOf(each.address) !== subject);
  keep([{ address, title: String(title ?? ''), at: Date.now() }, ...others].slice(0, MOST));
});

function fill() {
  const off = isOff();
  const list = entries();
  element.querySelector('.history-list').replaceChildren(...list.map(({ address, title, at }) => {
    const line = document.createElement('li');
    const link = document.createElement('a');
    const kind = document.createElement('span');
    const time = document.createElement('time');
    link.href = new URL(address, document.baseURI).href;
    link.textContent = title || address;
    link.lang = 'zh-CN';
    kind.textContent = KINDS[address.split(/[/?]/)[0]] ?? '';
    time.textContent = new Date(at).toLocaleString(document.documentElement.lang, {
      month: 'numeric', day: 'numeric', hour: '2-digit', minute: '2-digit',
    });
    line.append(kind, link, time);
    return line;
  }));
  const empty = off ? dafuSay('已关闭：以后看的不再记录。') : dafuSay('还没有记录。');
  element.querySelector('.history .hint').textContent = list.length
    ? dafuSay('只记在这个浏览器里，不会传给服务。') : empty + dafuSay('记录只存在这个浏览器里，不会传给服务。');
  element.querySelector('[data-history-clear]').disabled = list.length === 0;
  const button = element.querySelector('[data-history-off]');
  button.setAttribute('aria-pressed', String(off));
  button.textContent = off ? dafuSay('重新开始记录') : dafuSay('不再记录');
}

document.addEventListener('click', (event) => {
  const find = (selector) => event.target.closest?.(selector);
  if (find('[data-history]')) {
    fill();
    dialog().showModal();
  } else if (find('[data-history-close]') || event.target === dialog()) {
    dialog().close();
  } else if (find('[data-history-clear]')) {
    keep([]);
    fill();
  } else if (find('[data-history-off]')) {
    const off = isOff();
    stored((store) => (off ? store.removeItem(OFF) : store.setItem(OFF, '1')));
    if (!off) keep([]);
    fill();
  }
});
