#!/bin/sh
# Find a Python that the packages here were made for, and let it install and start Dafu.
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
fits='import struct, sys; sys.exit(sys.version_info[:2] != (@MAJOR@, @MINOR@) or struct.calcsize("P") != 8)'
for python in "$here/python/bin/python3" python@PYTHON@ python3 python \
    /usr/local/bin/python@PYTHON@ /Library/Frameworks/Python.framework/Versions/@PYTHON@/bin/python3; do
    if "$python" -c "$fits" >/dev/null 2>&1; then
        PYTHONUTF8=1 exec "$python" "$here/files/install.py" "$@"
    fi
done
cat "$here/files/no-python.txt" >&2
printf '这台电脑上现有的：%s\n' "$(python3 --version 2>/dev/null || echo 没有 Python)" >&2
exit 1
