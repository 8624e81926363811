(edits, ...others) => [window.dafuDesk?.read() ?? '', ...others]
