// Says on the folded panel how many filters are set: a forgotten one hides replies. It is said here,
// as the server may answer two changes of the same moment in either order.
(...values) => {
  const chosen = values.filter((value) => (Array.isArray(value) ? value.length : value)).length;
  const label = chosen ? dafuSay('筛选（已选 {} 项）', chosen) : dafuSay('筛选');
  return { __type__: 'update', label };
}
