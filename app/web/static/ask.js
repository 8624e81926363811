// An answer stands under its own question only: what is being typed is another, and so is one that
// was sent to a server that is gone.
const asking = () => document.querySelector('#question textarea, #question input')?.value.trim() ?? '';

function compare() {
  const answer = element.querySelector('.answer');
  answer?.classList.toggle('other', asking() !== '' && asking() !== answer.dataset.typed);
}

document.addEventListener('input', (event) => {
  if (event.target.closest?.('#question')) compare();
});

watch('value', () => {
  const answer = element.querySelector('.answer');
  if (answer) answer.dataset.typed = asking();
});

document.addEventListener('dafu:lost', () => {
  compare();
  if (element.querySelector('.answer.other, [data-tone="busy"]')) {
    props.value = `<p class="notice" data-tone="error" data-lost="${Date.now()}" role="alert">${dafuSay('这个问题没有送到服务，还没有得到回答。连上后请再问一次。')}</p>`;
  }
});
