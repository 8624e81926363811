// Gradio's own words follow the browser's language; this page is Chinese.
Object.defineProperty(navigator, 'language', { get: () => 'zh-CN' });

// The messages that Gradio has in English only.
const words = [
  [/^Error$/, '出错了'],
  [/^Warning$/, '提醒'],
  [/^Info$/, '提示'],
  [/^Invalid file type: (.+)\. Only (.+) allowed\.$/s, '不支持“$1”这种文件：请用 $2。'],
  [/^File\(s\) exceed the maximum allowed size of ([\d.]+) ?(\w+): (.+)$/s, '文件超过 $1 $2，太大了：$3'],
  [/^Connection to the server was lost.*$/s, '与服务断开了，正在重新连接……'],
];

function translate(node) {
  if (node.nodeType === Node.TEXT_NODE) {
    const said = node.data.trim();
    for (const [english, chinese] of words) {
      if (english.test(said)) node.data = said.replace(english, chinese);
    }
  } else {
    node.childNodes.forEach(translate);
  }
}

new MutationObserver((changes) => {
  for (const { target, addedNodes } of changes) {
    const element = target.nodeType === Node.TEXT_NODE ? target.parentElement : target;
    if (element?.closest('.toast-wrap')) [target, ...addedNodes].forEach(translate);
  }
}).observe(document.documentElement, { childList: true, characterData: true, subtree: true });
