"""PyInstaller follows imports, and so finds no library that ctypes loads."""

from PyInstaller.utils.hooks import collect_dynamic_libs

binaries = collect_dynamic_libs("robofy")
