@echo off
rem Find a Python that the packages here were made for, and let it install and start Dafu.
rem Only ASCII may stand in this file: Windows reads it in the code page of the computer.
setlocal
chcp 65001 >nul
set "PYTHONUTF8=1"
set "FITS=import struct, sys; sys.exit(sys.version_info[:2] != (@MAJOR@, @MINOR@) or struct.calcsize('P') != 8)"

set PYTHON="%~dp0python\python.exe"
%PYTHON% -c "%FITS%" >nul 2>nul
if not errorlevel 1 goto found
set PYTHON=py -@PYTHON@
%PYTHON% -c "%FITS%" >nul 2>nul
if not errorlevel 1 goto found
set PYTHON=python
%PYTHON% -c "%FITS%" >nul 2>nul
if not errorlevel 1 goto found
set PYTHON="%LocalAppData%\Programs\Python\Python@MAJOR@@MINOR@\python.exe"
%PYTHON% -c "%FITS%" >nul 2>nul
if not errorlevel 1 goto found

type "%~dp0files\no-python.txt"
py --version 2>nul
pause
exit /b 1

:found
%PYTHON% "%~dp0files\install.py" %*
if errorlevel 1 pause
