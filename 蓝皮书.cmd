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
:menu
echo.
echo   1  检查数据
echo   2  生成网页书
echo   3  在浏览器里打开
echo   4  核对简讯里的数字
echo   5  看看这台电脑缺什么
echo   0  退出
set choice=
set /p choice=请输入数字，按回车：
if "%choice%"=="1" .venv\Scripts\python -m bluebook check
if "%choice%"=="2" .venv\Scripts\python -m bluebook build
if "%choice%"=="3" .venv\Scripts\python -m bluebook serve
if "%choice%"=="4" .venv\Scripts\python -m bluebook audit
if "%choice%"=="5" .venv\Scripts\python -m bluebook doctor
if "%choice%"=="0" exit /b 0
goto menu
:nopython
echo 没有找到 Python。请先从 python.org 安装 3.11 或更新的版本，安装时勾选 “Add to PATH”。
pause
exit /b 1
:failed
echo 安装没有成功，请检查网络后再运行一次。
pause
exit /b 1
