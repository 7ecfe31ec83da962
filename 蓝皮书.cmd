@echo off
chcp 65001 >nul
setlocal
cd /d "%~dp0"
set PYTHONUTF8=1
set BLUEBOOK_LANG=zh
if not exist .venv\Scripts\python.exe (
  echo 第一次运行：准备 Python 环境，约两分钟……
  py -3 -m venv .venv 2>nul || python -m venv .venv || goto nopython
)
rem 依赖清单换了就重新安装：上次装的那一份留在 .venv 里
fc /b requirements.txt .venv\installed.txt >nul 2>nul
if errorlevel 1 (
  .venv\Scripts\python -m pip install -q --disable-pip-version-check -r requirements.txt || goto failed
  copy /y requirements.txt .venv\installed.txt >nul
)
.venv\Scripts\python -m bluebook --menu
if errorlevel 1 pause
exit /b 0
:nopython
echo 没有找到 Python。请先从 python.org 安装 3.11 或更新的版本，安装时勾选 “Add to PATH”。
pause
exit /b 1
:failed
echo 安装没有成功，请检查网络后再运行一次。
pause
exit /b 1
